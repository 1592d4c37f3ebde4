"""The ASGI application: from a request to an entry in the log and an answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, cast

try:
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect, Request
    from starlette.routing import Route
except ImportError as error:
    _MESSAGE = 'the emulator needs starlette: pip install "autorag-migrate[server]"'
    raise ImportError(_MESSAGE) from error

from autorag_migrate.emulator.acting import MOVED, PREFIX, in_place_of_an_answer
from autorag_migrate.emulator.errors import NO_ROUTE, ApiError, envelope_of
from autorag_migrate.emulator.log import LogEntry, without_credentials
from autorag_migrate.emulator.replies import Incoming, Reply
from autorag_migrate.emulator.routes import ROUTES, RouteRow
from autorag_migrate.emulator.service import Asked, Service
from autorag_migrate.emulator.settings import Settings
from autorag_migrate.emulator.transmission import Transmission
from autorag_migrate.emulator.validation import Defects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from autorag_migrate.emulator.documents import Source

__all__ = ["create_app", "service_of"]

_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]


def create_app(
    documents: Source = (),
    *,
    instances: Mapping[str, Source] | None = None,
    **settings: object,
) -> Starlette:
    """Build the application.

    Args:
        documents: A folder of ``.md`` and ``.txt`` files, or documents.
        instances: More instances by name.
        **settings: Fields of ``Settings``.

    Returns:
        An ASGI application with ``state.log``, ``state.faults`` and ``state.service``.

    Raises:
        TypeError: For a setting that does not exist.
        ValueError: If two documents have the same key.
        NotADirectoryError: If a folder does not exist.
    """
    # Settings checks the names; a list of them all over again here would only go stale.
    chosen = Settings(**cast("dict[str, Any]", settings))
    service = Service(documents, chosen, instances)
    routes = [
        Route(
            f"{prefix}/accounts/{{account_id}}{row.path}",
            _endpoint(service, row),
            methods=[row.method],
        )
        for prefix in (PREFIX, MOVED)
        for row in ROUTES
    ]
    anything = RouteRow("*", "", "other", "unknown", _no_route)
    routes.append(Route("/{path:path}", _endpoint(service, anything), methods=_METHODS))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.log = service.log
    app.state.faults = service.faults
    return app


def service_of(app: Starlette) -> Service:
    """The account behind an application."""
    return cast("Service", app.state.service)


def _no_route(_service: Service, incoming: Incoming, _asked: Asked) -> Reply:
    raise ApiError(NO_ROUTE, incoming.path)


def _endpoint(service: Service, row: RouteRow) -> Callable[[Request], Awaitable[Any]]:
    async def answer(request: Request) -> Any:
        try:
            content = await request.body()
        except ClientDisconnect:
            content = b""
        incoming = Incoming(
            method=request.method,
            path=request.url.path,
            parameters=dict(request.path_params),
            query=dict(request.query_params),
            headers={name.lower(): value for name, value in request.headers.items()},
            content=_decoded(content, request.headers.get("content-encoding", "")),
        )
        fault = service.faults.take(incoming.method, incoming.path)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        api = row.api if row.api != "other" else _api_of(incoming.path)
        asked = Asked(api, Defects(strict=not service.settings.lenient), fault)
        reply = _reply(service, row, incoming, asked)
        service.log.append(_entry(service, row, incoming, asked, reply))
        accepts = "gzip" in incoming.headers.get("accept-encoding", "")
        return Transmission(reply, fault, compress=service.settings.compress and accepts)

    return answer


def _reply(service: Service, row: RouteRow, incoming: Incoming, asked: Asked) -> Reply:
    reply = in_place_of_an_answer(asked.fault, incoming, asked.api)
    if reply is not None:
        return reply
    try:
        service.admit(incoming, asked.api)
        return row.handler(service, incoming, asked)
    except ApiError as error:
        text = str(envelope_of(error, asked.api)["errors"])
        if error.detail not in asked.defects.texts:
            asked.defects.note(error.detail or text)
        headers = {}
        if error.retry_after is not None:
            headers["retry-after"] = str(int(-(-error.retry_after // 1)))
        return Reply(error.status, body=envelope_of(error, asked.api), headers=headers)


def _entry(
    service: Service, row: RouteRow, incoming: Incoming, asked: Asked, reply: Reply
) -> LogEntry:
    settings = service.settings
    return LogEntry(
        api=asked.api,
        endpoint=row.endpoint,
        method=incoming.method,
        path=incoming.path,
        query=dict(incoming.query),
        body=_parsed(incoming.content),
        headers=without_credentials(incoming.headers, (settings.api_token, settings.api_key)),
        status=reply.status,
        error_code=_code(reply.body),
        defects=list(asked.defects.texts),
        meaning=asked.meaning,
        faults=asked.fault.names,
    )


def _api_of(path: str) -> str:
    if "/autorag/" in path:
        return "legacy"
    return "new" if "/ai-search/" in path else "other"


def _code(body: object) -> int | None:
    errors = body.get("errors") if isinstance(body, dict) and body.get("success") is False else None
    if not isinstance(errors, list) or not errors:
        return None
    code = errors[0].get("code")
    return code if isinstance(code, int) else None


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _decoded(content: bytes, encoding: str) -> bytes:
    if encoding.strip().lower() != "gzip":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return content
