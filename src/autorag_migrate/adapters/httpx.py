"""httpx: transports that translate, and senders that stand in for httpx's own.

``from autorag_migrate.adapters import httpx`` gives all of httpx, with `Client`, `AsyncClient` and
the functions that send replaced by ones that translate. Where a test patches what httpx has, in its
own module or in ours, the patch is used.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)

from __future__ import annotations

import inspect
from abc import ABCMeta
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from httpx import ByteStream

from autorag_migrate import errors
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._bridge import SIGNED, Answer, make_bridge, rewritten_headers, signs_request_line
from ._standin import Sender, own, stand_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import TracebackType

    from typing_extensions import Self

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Bridge, Exchange

__all__ = [
    "AsyncAutoRAGTransport",
    "AsyncClient",
    "AutoRAGTransport",
    "Client",
    "adapt",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
    "stream",
]


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        return getattr(httpx, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(httpx)})


AnyClient = TypeVar("AnyClient", httpx.Client, httpx.AsyncClient)

# Where httpx defines its senders; it exports them all.
_CLIENTS = getattr(httpx, "_client", httpx)
_FUNCTIONS = getattr(httpx, "_api", httpx)

if TYPE_CHECKING:
    _PlainClient = httpx.Client
    _PlainAsyncClient = httpx.AsyncClient
else:
    _PlainClient = own("Client", _CLIENTS, httpx)
    _PlainAsyncClient = own("AsyncClient", _CLIENTS, httpx)


# --- What both transports share -------------------------------------------------------------------

# Parsing a URL costs as much as translating a request, and a program calls few.
_url = lru_cache(maxsize=256)(httpx.URL)


def _open(bridge: Bridge, request: httpx.Request) -> tuple[Exchange, httpx.Request] | None:
    """The exchange that `request` begins and what to send, None when that is `request` itself."""
    call = bridge.match(request.method, str(request.url))
    if call is None:
        return None
    # Any other stream is produced while it is sent: read here, it could not be sent again.
    body = b"".join(request.stream) if isinstance(request.stream, ByteStream) else None
    # By their bytes: what asks `Headers` for a name decodes all of them first.
    headers = request.headers.raw
    names = [name.lower().decode("latin-1") for name, _ in headers]
    signed = "authorization" in names and signs_request_line(
        headers[names.index("authorization")][1].decode("latin-1")
    )
    exchange = bridge.open(call, [*names, SIGNED] if signed else names, body)
    if exchange.legacy:
        return None
    dropped, length = rewritten_headers(exchange)
    kept = [pair for name, pair in zip(names, headers, strict=True) if name not in dropped]
    if length is not None:
        kept.append((b"Content-Length", length.encode()))
    new = httpx.Request(
        exchange.method,
        _url(exchange.url),
        headers=kept,
        stream=ByteStream(exchange.body or b""),
        extensions=request.extensions,
    )
    return exchange, new


def _refused(exchange: Exchange, body: bytes) -> httpx.Response:
    headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
    return httpx.Response(exchange.refusal_status, headers=headers, stream=ByteStream(body))


def _legacy_response(
    response: httpx.Response, exchange: Exchange, whole: type[Any], events: type[Any]
) -> httpx.Response:
    """The caller's view of `response`: legacy form, translated while it is read."""
    status = response.status_code
    answer = Answer(exchange, status, response.headers.raw)
    if answer.passes:
        return response
    stream: Any = response.stream
    if answer.form != "other":
        stream = (events if answer.form == "stream" else whole)(response, exchange, answer.encoded)
    return httpx.Response(
        status, headers=answer.headers, stream=stream, extensions=response.extensions
    )


def wrap(client: httpx.Client | httpx.AsyncClient, **ours: Any) -> None:
    """Wrap what httpx built for `client`, whatever it is wrapped in already."""
    synchronous = isinstance(client, _PlainClient)
    transport: Any = AutoRAGTransport if synchronous else AsyncAutoRAGTransport
    if "_transport" not in vars(client):  # a test has replaced what builds it
        return
    client._transport = transport(client._transport, **ours)  # noqa: SLF001 (no other way)
    client._mounts = {  # noqa: SLF001
        pattern: None if inner is None else transport(inner, **ours)
        for pattern, inner in client._mounts.items()  # noqa: SLF001
    }


# --- Synchronous ----------------------------------------------------------------------------------


class AutoRAGTransport(httpx.BaseTransport):
    """A transport that takes legacy requests over the new API; every other request passes.

    Args:
        transport: What sends; by default a plain `httpx.HTTPTransport`, which knows nothing of the
            environment's proxies: to keep those, use `Client`.
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            environment's ``CLOUDFLARE_API_BASE_URL`` by default.
        on_note: Called with every note.

    Example:
        >>> client = httpx.Client(transport=AutoRAGTransport(httpx.HTTPTransport(retries=2)))
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._bridge = make_bridge(settings, api_base_url, on_note)
        self._inner = httpx.HTTPTransport() if transport is None else transport

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; a legacy call goes out new and its answer comes back legacy."""
        opened = _open(self._bridge, request)
        if opened is None:
            return self._inner.handle_request(request)
        exchange, new = opened
        if exchange.refusal is not None:
            return _refused(exchange, exchange.refusal)
        response = self._inner.handle_request(new)
        try:
            return _legacy_response(response, exchange, _Whole, _Events)
        except errors.NoteError:
            response.close()
            raise

    def close(self) -> None:
        """Close the transport that was wrapped."""
        self._inner.close()


class _Answer(httpx.SyncByteStream):
    """The body of an answer; closing it closes the one that came over the wire."""

    def __init__(self, response: httpx.Response, exchange: Exchange, encoded: bool) -> None:
        self._response = response
        self._exchange = exchange
        self._encoded = encoded

    def _pieces(self) -> Iterator[bytes]:
        if self._encoded:
            return self._response.iter_bytes()
        return iter(self._response.stream)  # type: ignore[arg-type]  # a transport's is synchronous

    def close(self) -> None:
        self._response.close()


class _Whole(_Answer):
    def __iter__(self) -> Iterator[bytes]:
        yield self._exchange.answer(self._response.status_code, b"".join(self._pieces()))


class _Events(_Answer):
    def __iter__(self) -> Iterator[bytes]:
        stream = self._exchange.stream()
        try:
            for piece in self._pieces():
                if out := stream.feed(piece):
                    yield out
            if out := stream.close():
                yield out
        except errors.StreamError as error:
            raise httpx.DecodingError(str(error)) from error
        self._exchange.close_stream(stream)


# ABCMeta, for `__subclasshook__`: of all metaclasses it is the one that callers' mixins have.
class Client(_PlainClient, metaclass=ABCMeta):
    """`httpx.Client` whose legacy calls go over the new API.

    Everything that httpx builds from the arguments (proxies, `verify`, `cert`, `http2`, `limits`,
    `mounts`, the environment's proxies) is kept, and wrapped. Takes what `httpx.Client` takes, and
    `settings`, `api_base_url` and `on_note` as `AutoRAGTransport` does.
    """

    def __init__(
        self,
        *args: Any,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        ours = {"settings": settings, "api_base_url": api_base_url, "on_note": on_note}
        wrap(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        # A caller that asks for a client takes one that others made, or a double of one.
        return issubclass(kind, _PlainClient) if cls is Client else NotImplemented


# --- Asynchronous ---------------------------------------------------------------------------------


class AsyncAutoRAGTransport(httpx.AsyncBaseTransport):
    """`AutoRAGTransport` for `httpx.AsyncClient`."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._bridge = make_bridge(settings, api_base_url, on_note)
        self._inner = httpx.AsyncHTTPTransport() if transport is None else transport

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; a legacy call goes out new and its answer comes back legacy."""
        opened = _open(self._bridge, request)
        if opened is None:
            return await self._inner.handle_async_request(request)
        exchange, new = opened
        if exchange.refusal is not None:
            return _refused(exchange, exchange.refusal)
        response = await self._inner.handle_async_request(new)
        try:
            return _legacy_response(response, exchange, _AsyncWhole, _AsyncEvents)
        except errors.NoteError:
            await response.aclose()
            raise

    async def aclose(self) -> None:
        """Close the transport that was wrapped."""
        await self._inner.aclose()


class _AsyncAnswer(httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response, exchange: Exchange, encoded: bool) -> None:
        self._response = response
        self._exchange = exchange
        self._encoded = encoded

    def _pieces(self) -> AsyncIterator[bytes]:
        if self._encoded:
            return self._response.aiter_bytes()
        return aiter(self._response.stream)  # type: ignore[arg-type]  # a transport's is asynchronous

    async def aclose(self) -> None:
        await self._response.aclose()


class _AsyncWhole(_AsyncAnswer):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = b"".join([piece async for piece in self._pieces()])
        yield self._exchange.answer(self._response.status_code, body)


class _AsyncEvents(_AsyncAnswer):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._exchange.stream()
        try:
            async for piece in self._pieces():
                if out := stream.feed(piece):
                    yield out
            if out := stream.close():
                yield out
        except errors.StreamError as error:
            raise httpx.DecodingError(str(error)) from error
        self._exchange.close_stream(stream)


class AsyncClient(_PlainAsyncClient, metaclass=ABCMeta):
    """`httpx.AsyncClient` whose legacy calls go over the new API; see `Client`."""

    def __init__(
        self,
        *args: Any,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        ours = {"settings": settings, "api_base_url": api_base_url, "on_note": on_note}
        wrap(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        # A caller that asks for a client takes one that others made, or a double of one.
        return issubclass(kind, _PlainAsyncClient) if cls is AsyncClient else NotImplemented


def adapt(
    client: AnyClient,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> AnyClient:
    """Wrap every transport of `client`, synchronous or not, and return it."""
    transports = (AutoRAGTransport, AsyncAutoRAGTransport)
    if not isinstance(vars(client).get("_transport"), transports):
        wrap(client, settings=settings, api_base_url=api_base_url, on_note=on_note)
    return client


# --- Functions ------------------------------------------------------------------------------------

_OF_CLIENT = ("cookies", "proxy", "proxies", "cert", "verify", "timeout", "trust_env")
_OURS = ("settings", "api_base_url", "on_note")
_DEFAULTS = {
    each.name: each.default
    for each in inspect.signature(own("request", _FUNCTIONS, httpx)).parameters.values()
    if each.default is not each.empty
}


def _client_for(arguments: dict[str, Any]) -> Client:
    """A client for one call, of those arguments that httpx's functions hand to theirs."""
    of_client = (*_OF_CLIENT, *_OURS)
    return _client_class.now()(
        **{name: arguments.pop(name) for name in of_client if name in arguments}
    )


def request(method: str, url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.request` over the new API; also takes `settings`, `api_base_url` and `on_note`."""
    # Named and complete, as httpx hands them over: somebody may have replaced the method.
    arguments = {**_DEFAULTS, "method": method, "url": url, **kwargs}
    with _client_for(arguments) as client:
        return client.request(**arguments)


@contextmanager
def stream(method: str, url: httpx.URL | str, **kwargs: Any) -> Iterator[httpx.Response]:
    """`httpx.stream` over the new API."""
    arguments = {**_DEFAULTS, "method": method, "url": url, **kwargs}
    with _client_for(arguments) as client, client.stream(**arguments) as response:
        yield response


def get(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.get` over the new API."""
    return _api_request.now()("GET", url, **kwargs)


def options(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.options` over the new API."""
    return _api_request.now()("OPTIONS", url, **kwargs)


def head(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.head` over the new API."""
    return _api_request.now()("HEAD", url, **kwargs)


def post(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.post` over the new API."""
    return _api_request.now()("POST", url, **kwargs)


def put(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.put` over the new API."""
    return _api_request.now()("PUT", url, **kwargs)


def patch(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.patch` over the new API."""
    return _api_request.now()("PATCH", url, **kwargs)


def delete(url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
    """`httpx.delete` over the new API."""
    return _api_request.now()("DELETE", url, **kwargs)


# What the functions of httpx look up when they are called.
_api_request = Sender(_FUNCTIONS, "request", own("request", _FUNCTIONS, httpx), request)
_client_class = Sender(_FUNCTIONS, "Client", _PlainClient, Client)

_SENDERS = (
    *("AsyncClient", "Client", "stream"),
    *("delete", "get", "head", "options", "patch", "post", "put", "request"),
)
stand_in(__name__, httpx, _SENDERS, _FUNCTIONS, _CLIENTS)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from httpx import *  # type: ignore[assignment]  # noqa: F403
    from httpx import _client as _client
    from httpx import _config as _config
    from httpx import _exceptions as _exceptions
    from httpx import _models as _models
    from httpx import _transports as _transports
    from httpx import _types as _types
    from httpx import _urls as _urls
