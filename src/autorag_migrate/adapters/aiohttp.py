"""aiohttp: a client middleware that translates, and senders that stand in for those of aiohttp.

``from autorag_migrate.adapters import aiohttp`` gives all of aiohttp, with `ClientSession` and
`request` replaced by ones that translate. aiohttp wants no class that inherits from its session: a
session is aiohttp's own, with the middleware behind the caller's.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)
# ruff: noqa: SLF001 (a response has no public way to change what it shows)

from __future__ import annotations

import copy
import inspect
import weakref
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

try:
    import aiohttp
    import aiohttp.client
    from aiohttp import BytesPayload as BytesPayload
    from aiohttp import ClientRequest as ClientRequest
    from aiohttp import ClientResponse as ClientResponse
    from aiohttp import StreamReader as StreamReader
    from aiohttp.base_protocol import BaseProtocol
    from multidict import CIMultiDict, CIMultiDictProxy
    from yarl import URL
except ImportError as error:
    raise ImportError(
        'this adapter needs aiohttp: pip install "autorag-migrate[aiohttp]"'
    ) from error

from autorag_migrate.errors import NoteError, StreamError
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._bridge import SIGNED, Answer, make_bridge, rewritten_headers, signs_request_line
from ._standin import Maker, of_class, own, stand_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Bridge, Exchange

    Handler = Callable[[ClientRequest], Awaitable[ClientResponse]]

__all__ = ["AutoRAGMiddleware", "ClientSession", "adapt", "request"]


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        if not hasattr(aiohttp, name) and find_spec(f"aiohttp.{name}") is not None:
            return import_module(f"aiohttp.{name}")  # ``from … import web``
        return getattr(aiohttp, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(aiohttp)})


class AutoRAGMiddleware:
    """A middleware that takes legacy requests over the new API; every other request passes.

    It stands last, so that the caller's own middlewares see the legacy call and its answer.

    Args:
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            environment's ``CLOUDFLARE_API_BASE_URL`` by default.
        on_note: Called with every note.

    Example:
        >>> session = aiohttp.ClientSession(middlewares=(mine, AutoRAGMiddleware()))
    """

    def __init__(
        self,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._bridge: Bridge = make_bridge(settings, api_base_url, on_note)

    async def __call__(self, request: ClientRequest, handler: Handler) -> ClientResponse:
        """Send `request`; a legacy call goes out new and its answer comes back legacy."""
        opened = _open(self._bridge, request)
        if opened is None:
            return await handler(request)
        exchange, new = opened
        if exchange.refusal is not None:
            return _refused(exchange, exchange.refusal, request)
        try:
            response = await handler(new)
        except aiohttp.ClientResponseError as error:
            error.request_info = request.request_info
            error.args = (request.request_info, *error.args[1:])
            raise
        try:
            _make_legacy(response, exchange, request)
        except NoteError:
            response.close()
            raise
        return response


def _open(bridge: Bridge, request: ClientRequest) -> tuple[Exchange, ClientRequest] | None:
    """The exchange that `request` begins and what to send, None when that is `request` itself."""
    call = bridge.match(request.method, str(request.url))
    if call is None:
        return None
    body: Any = request.body
    if isinstance(body, BytesPayload):
        body = body._value
    # Any other payload is produced while it is sent: read here, it could not be sent again.
    readable = bytes(body) if isinstance(body, bytes | bytearray | memoryview) else None
    names = [name.lower() for name in request.headers]
    if signs_request_line(request.headers.get("Authorization", "")):
        names.append(SIGNED)
    exchange = bridge.open(call, names, readable)
    if exchange.legacy:
        return None
    # What the connection is made from (proxy, TLS, timeouts, traces) is all in the request.
    new = copy.copy(request)
    new.method = exchange.method
    new.original_url = new.url = URL(exchange.url, encoded=True)
    new.chunked = new.compress = None
    new.headers = request.headers.copy()
    dropped, length = rewritten_headers(exchange)
    for name in dropped.intersection(names):
        del new.headers[name]
    if length is not None:
        new.headers["Content-Length"] = length
    if not getattr(request.session, "auto_decompress", True):
        new.headers["Accept-Encoding"] = "identity"
    # The setter of `body` would close the caller's.
    for name in ("body", "_body"):
        vars(new).pop(name, None)
    if exchange.body is not None:
        new.update_body_from_data(exchange.body)
    return exchange, new


def _refused(exchange: Exchange, body: bytes, request: ClientRequest) -> ClientResponse:
    loop = request.loop
    more: dict[str, Any] = {}
    if "stream_writer" in inspect.signature(ClientResponse.__init__).parameters:
        more["stream_writer"] = SimpleNamespace(output_size=0)
    response = request.response_class(
        request.method,
        request.original_url,
        writer=None,
        continue100=None,
        timer=request._timer,
        request_info=request.request_info,
        traces=request._traces,
        loop=loop,
        session=request.session,
        **more,
    )
    response.version = aiohttp.HttpVersion11
    response.status, response.reason = exchange.refusal_status, "Bad Request"
    _set_headers(
        response,
        [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(body))],
    )
    response.content = StreamReader(_Unpaced(loop), 2**16, loop=loop)
    response.content.feed_data(body)
    response.content.feed_eof()
    return response


def _make_legacy(response: ClientResponse, exchange: Exchange, request: ClientRequest) -> None:
    """Turn an answer into the caller's view: its own request, and the legacy form when read."""
    response.method = request.method
    response._real_url = request.original_url
    response._url = request.original_url.with_fragment(None)
    response._request_info = request.request_info
    answer = Answer(exchange, response.status, list(response.raw_headers))
    _set_headers(response, answer.headers)
    if answer.form != "other":
        response.content = _Content(response, exchange, answer.form == "stream")


def _set_headers(response: ClientResponse, headers: list[tuple[bytes, bytes]]) -> None:
    response._raw_headers = tuple(headers)
    response._headers = CIMultiDictProxy(
        CIMultiDict(
            (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
            for name, value in headers
        )
    )
    response._cache.clear()


class _Unpaced(BaseProtocol):
    """The protocol of a stream that is fed by hand, when it is read."""

    def pause_reading(self) -> None:
        pass

    def resume_reading(self, resume_parser: bool = True) -> None:
        pass


class _Content(StreamReader):
    """The body of an answer, translated while it is read; aiohttp's own reader in all else."""

    __slots__ = ("_events", "_exchange", "_raw", "_status")

    def __init__(self, response: ClientResponse, exchange: Exchange, events: bool) -> None:
        loop = response._loop
        super().__init__(_Unpaced(loop), 2**16, loop=loop)
        self._raw = response.content
        self._exchange = exchange
        self._status = response.status
        self._events = exchange.stream() if events else None

    async def _wait(self, func_name: str) -> None:  # noqa: ARG002 (aiohttp's signature)
        """Take what comes next over the wire; every reader calls this when it has nothing."""
        if self._events is None:
            body = await self._raw.read()
            self._feed(self._exchange.answer(self._status, body))
            self.feed_eof()
            return
        piece, chunk_ends = await self._raw.readchunk()
        ended = not piece and not chunk_ends
        try:
            self._feed(self._events.close() if ended else self._events.feed(piece))
        except StreamError as error:
            raise aiohttp.ClientPayloadError(str(error)) from error
        if ended:
            self._exchange.close_stream(self._events)
            self.feed_eof()

    def _feed(self, piece: bytes) -> None:
        if not piece:
            return
        # Readers of chunks are told where one ends, if they were before.
        chunked = self._raw._http_chunk_splits is not None
        if chunked:
            self.begin_http_chunk_receiving()
        self.feed_data(piece)
        if chunked:
            self.end_http_chunk_receiving()

    async def wait_eof(self) -> None:
        while not self._eof:
            await self._wait("wait_eof")


if TYPE_CHECKING:
    _PlainSession = aiohttp.ClientSession
else:
    _PlainSession = own("ClientSession", aiohttp.client, aiohttp)
_plain_request = own("request", aiohttp.client, aiohttp)


def adapt(
    session: aiohttp.ClientSession,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> aiohttp.ClientSession:
    """Put the middleware behind those of `session`, also where a request has its own; return it."""
    # The first is adapted already; a test has replaced what makes the second.
    if "_request" in vars(session) or "_middlewares" not in vars(session):
        return session
    ours = AutoRAGMiddleware(settings=settings, api_base_url=api_base_url, on_note=on_note)
    session._middlewares = (*session._middlewares, ours)
    known = weakref.ref(session)

    def _request(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("middlewares") is not None:
            kwargs["middlewares"] = (*kwargs["middlewares"], ours)
        return of_class(known(), "_request")(*args, **kwargs)

    # Those of a request replace the session's. Set so, because aiohttp warns of new attributes.
    vars(session)["_request"] = _request
    return session


if TYPE_CHECKING:

    class ClientSession(_PlainSession):
        """`aiohttp.ClientSession` whose legacy calls go over the new API."""

        def __init__(
            self,
            base_url: str | URL | None = None,
            *,
            settings: Settings = DEFAULT_SETTINGS,
            api_base_url: str | None = None,
            on_note: Callable[[Note], None] | None = None,
            **kwargs: Any,
        ) -> None: ...

else:

    class ClientSession(metaclass=Maker):
        """`aiohttp.ClientSession` whose legacy calls go over the new API.

        Takes what `aiohttp.ClientSession` takes, and `settings`, `api_base_url` and `on_note` as
        `AutoRAGMiddleware` does.
        """

        _plain = _PlainSession
        _adapt = staticmethod(adapt)


def request(
    method: str,
    url: str | URL,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
    middlewares: Sequence[Any] | None = None,
    **kwargs: Any,
) -> aiohttp.client._SessionRequestContextManager:
    """`aiohttp.request` over the new API; also takes `settings`, `api_base_url` and `on_note`."""
    ours = AutoRAGMiddleware(settings=settings, api_base_url=api_base_url, on_note=on_note)
    every = (*(() if middlewares is None else middlewares), ours)
    return _plain_request(method, url, middlewares=every, **kwargs)  # type: ignore[no-any-return]


stand_in(__name__, aiohttp, ("ClientSession", "request"), aiohttp.client)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from aiohttp import *  # type: ignore[assignment]  # noqa: F403
    from aiohttp import client as client
    from aiohttp import client_exceptions as client_exceptions
    from aiohttp import hdrs as hdrs
    from aiohttp import typedefs as typedefs
    from aiohttp import web as web
