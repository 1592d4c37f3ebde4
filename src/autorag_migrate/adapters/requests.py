"""requests: an adapter that translates, and senders that stand in for those of requests.

``from autorag_migrate.adapters import requests`` gives all of requests, with `Session` and the
functions that send replaced by ones that translate.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

try:
    import requests
    from requests.adapters import BaseAdapter, HTTPAdapter
    from requests.structures import CaseInsensitiveDict
    from urllib3 import HTTPHeaderDict
except ImportError as error:
    raise ImportError(
        'this adapter needs requests: pip install "autorag-migrate[requests]"'
    ) from error

from autorag_migrate.settings import DEFAULT_SETTINGS, Settings
from autorag_migrate.translate import STALE_HEADERS

from ._bridge import make_bridge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Bridge, Exchange

__all__ = [
    "AutoRAGAdapter",
    "Session",
    "adapt",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
    "session",
]


def __getattr__(name: str) -> Any:
    return getattr(requests, name)


class AutoRAGAdapter(HTTPAdapter):
    """An adapter that takes legacy requests over the new API; every other request passes.

    It wraps the adapter that was mounted, so that its retries, pools and TLS settings stay.

    Args:
        inner: What sends; a plain `requests.adapters.HTTPAdapter` by default.
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            environment's ``CLOUDFLARE_API_BASE_URL`` by default.
        on_note: Called with every note.

    Example:
        >>> session = requests.Session()
        >>> session.mount("https://", AutoRAGAdapter(session.get_adapter("https://")))
    """

    def __init__(
        self,
        inner: BaseAdapter | None = None,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        # HTTPAdapter's own __init__ is left out: its pools would never be used, and what callers
        # look for there (max_retries, poolmanager) is the wrapped adapter's.
        self._inner = HTTPAdapter() if inner is None else inner
        self._arguments = (settings, api_base_url, on_note)
        self._bridge: Bridge = make_bridge(settings, api_base_url, on_note)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_inner" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self._inner, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self._inner, *self._arguments)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send `request`; a legacy call goes out new and its answer comes back legacy."""
        exchange = self._open(request)
        if exchange is None:
            return self._inner.send(request, stream, timeout, verify, cert, proxies)
        if exchange.refusal is not None:
            response = _refused(exchange, exchange.refusal)
        else:
            new = _new_request(request, exchange)
            response = self._inner.send(new, stream, timeout, verify, cert, proxies)
            _make_legacy(response, exchange)
        response.url = request.url or ""
        response.request = request
        # Authentication that answers a challenge sends the caller's request again, from here.
        response.connection = self
        return response

    def close(self) -> None:
        """Close the adapter that was wrapped."""
        self._inner.close()

    def _open(self, request: requests.PreparedRequest) -> Exchange | None:
        """The exchange that `request` begins, or None when it is to be sent as it is."""
        call = self._bridge.match(request.method or "", request.url or "")
        if call is None:
            return None
        body: Any = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        # A file or a generator is read while it is sent: read here, it could not be sent again.
        readable = body if isinstance(body, bytes) else None
        exchange = self._bridge.open(call, map(str.lower, request.headers), readable)
        return None if exchange.legacy else exchange


def _rebuilt(inner: BaseAdapter, settings: Settings, base: str | None, on_note: Any) -> BaseAdapter:
    return AutoRAGAdapter(inner, settings=settings, api_base_url=base, on_note=on_note)


def _new_request(request: requests.PreparedRequest, exchange: Exchange) -> requests.PreparedRequest:
    new = requests.PreparedRequest()
    new.method, new.url, new.body = exchange.method, exchange.url, exchange.body
    new.hooks = request.hooks
    new.headers = CaseInsensitiveDict(request.headers)
    new.headers.pop("Transfer-Encoding", None)
    if exchange.body is None:
        new.headers.pop("Content-Type", None)
        new.headers["Content-Length"] = "0"
    else:
        new.headers["Content-Length"] = str(len(exchange.body))
    return new


def _refused(exchange: Exchange, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = exchange.refusal_status
    response.reason = "Bad Request"
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Length"] = str(len(body))
    response.encoding = "utf-8"
    response.raw = io.BytesIO(body)
    return response


def _make_legacy(response: requests.Response, exchange: Exchange) -> None:
    """Turn the answer of the inner adapter, which nobody else holds, into the caller's view."""
    status = response.status_code
    if "location" in response.headers:
        response.headers["location"] = exchange.location(status, response.headers["location"])
    form = exchange.form(status, response.headers.get("content-type", ""))
    if form == "other":
        return
    for name in STALE_HEADERS:
        response.headers.pop(name, None)
    response.raw = (_Events if form == "stream" else _Whole)(response.raw, exchange, status)


class _Answer:
    """The body of an answer, in the place of urllib3's, whose other attributes show through."""

    def __init__(self, raw: Any, exchange: Exchange, status: int) -> None:
        self._raw = raw
        self._exchange = exchange
        self._status = status
        self._buffer = b""
        self._pieces = self._translated()
        self._amount: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    @property
    def headers(self) -> HTTPHeaderDict:
        """The headers, without those that speak of other bytes."""
        kept = HTTPHeaderDict()
        for name, value in self._raw.headers.iteritems():
            if name.lower() not in STALE_HEADERS:
                kept.add(name, value)
        return kept

    def _translated(self) -> Iterator[bytes]:
        raise NotImplementedError

    def stream(
        self,
        amt: int | None = 2**16,
        decode_content: bool | None = None,  # noqa: ARG002 (urllib3's signature)
    ) -> Iterator[bytes]:
        """Pieces of at most `amt` bytes, as they come."""
        self._amount = amt
        if self._buffer:
            rest, self._buffer = self._buffer, b""
            yield from _cut(rest, amt)
        for piece in self._pieces:
            yield from _cut(piece, amt)

    def read(
        self,
        amt: int | None = None,
        decode_content: bool | None = None,  # noqa: ARG002
        cache_content: bool = False,  # noqa: ARG002
    ) -> bytes:
        """At most `amt` bytes, or all that is left."""
        while amt is None or len(self._buffer) < amt:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._buffer += piece
        end = len(self._buffer) if amt is None else amt
        out, self._buffer = self._buffer[:end], self._buffer[end:]
        return out

    def __iter__(self) -> Iterator[bytes]:
        return self.stream()

    def close(self) -> None:
        """Close the answer that came over the wire."""
        self._raw.close()


def _cut(piece: bytes, amount: int | None) -> Iterator[bytes]:
    if amount is None or len(piece) <= amount:
        yield piece
        return
    for start in range(0, len(piece), amount):
        yield piece[start : start + amount]


class _Whole(_Answer):
    def _translated(self) -> Iterator[bytes]:
        body = b"".join(self._raw.stream(2**16, decode_content=True))
        if body:
            yield self._exchange.answer(self._status, body)


class _Events(_Answer):
    def _translated(self) -> Iterator[bytes]:
        stream = self._exchange.stream()
        for piece in self._arriving():
            if out := stream.feed(piece):
                yield out
        if out := stream.close():
            yield out
        self._exchange.close_stream(stream)

    def _arriving(self) -> Iterator[bytes]:
        """What came, as soon as it came.

        A read of so many bytes waits for all of them when the answer is not chunked; `read1` does
        not, and where urllib3 has none the caller's own amount says how long to wait.
        """
        raw = self._raw
        if raw.chunked and raw.supports_chunked_reads():
            yield from raw.stream(2**16, decode_content=True)
        elif hasattr(raw, "read1"):
            while piece := raw.read1(2**16, decode_content=True):
                yield piece
        else:
            yield from raw.stream(self._amount or 1, decode_content=True)


class Session(requests.Session):
    """`requests.Session` whose legacy calls go over the new API.

    Every adapter that is mounted, by requests or by the caller, is wrapped. Takes `settings`,
    `api_base_url` and `on_note` as `AutoRAGAdapter` does.
    """

    def __init__(
        self,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._autorag_arguments = {
            "settings": settings,
            "api_base_url": api_base_url,
            "on_note": on_note,
        }
        super().__init__()

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        """Mount `adapter`, wrapped."""
        if not isinstance(adapter, AutoRAGAdapter):
            adapter = AutoRAGAdapter(adapter, **self._autorag_arguments)  # type: ignore[arg-type]
        super().mount(prefix, adapter)


def adapt(
    session: requests.Session,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> requests.Session:
    """Wrap every adapter that is mounted on `session`, and return it."""
    for prefix, adapter in list(session.adapters.items()):
        if not isinstance(adapter, AutoRAGAdapter):
            session.adapters[prefix] = AutoRAGAdapter(
                adapter, settings=settings, api_base_url=api_base_url, on_note=on_note
            )
    return session


_OURS = ("settings", "api_base_url", "on_note")


def request(method: str, url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.request` over the new API; takes `settings`, `api_base_url`, `on_note` too."""
    ours = {name: kwargs.pop(name) for name in _OURS if name in kwargs}
    with Session(**ours) as one:
        return one.request(method=method, url=url, **kwargs)


def get(url: str | bytes, params: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.get` over the new API."""
    return request("get", url, params=params, **kwargs)


def options(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.options` over the new API."""
    return request("options", url, **kwargs)


def head(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.head` over the new API."""
    kwargs.setdefault("allow_redirects", False)
    return request("head", url, **kwargs)


def post(url: str | bytes, data: Any = None, json: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.post` over the new API."""
    return request("post", url, data=data, json=json, **kwargs)


def put(url: str | bytes, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.put` over the new API."""
    return request("put", url, data=data, **kwargs)


def patch(url: str | bytes, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.patch` over the new API."""
    return request("patch", url, data=data, **kwargs)


def delete(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.delete` over the new API."""
    return request("delete", url, **kwargs)


def session() -> Session:
    """`requests.session` over the new API."""
    return Session()
