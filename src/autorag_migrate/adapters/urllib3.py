"""urllib3: pools whose legacy requests go over the new API.

``from autorag_migrate.adapters import urllib3`` gives all of urllib3, with its pools, the managers
of pools and the functions that make or use them replaced by ones that translate. What is changed is
the innermost step of a pool, so that retries, redirects, timeouts and errors are the caller's.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)
# ruff: noqa: SLF001 (urllib3 has no public step between a pool and a connection)

from __future__ import annotations

import io
import os
from abc import ABCMeta
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

try:
    import urllib3
    import urllib3.connectionpool
    import urllib3.poolmanager
    from urllib3 import HTTPResponse as HTTPResponse
    from urllib3._collections import HTTPHeaderDict as HTTPHeaderDict
except ImportError as error:
    raise ImportError(
        'this adapter needs urllib3: pip install "autorag-migrate[urllib3]"'
    ) from error

from autorag_migrate.errors import NoteError
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._bridge import (
    SIGNED,
    VARIABLE,
    Answer,
    make_bridge,
    rewritten_headers,
    signs_request_line,
)
from ._raw import Events, Whole
from ._standin import of_class, own, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Bridge, Exchange

__all__ = [
    "HTTPConnectionPool",
    "HTTPSConnectionPool",
    "PoolManager",
    "ProxyManager",
    "adapt",
    "connection_from_url",
    "proxy_from_url",
    "request",
]


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        if not hasattr(urllib3, name) and find_spec(f"urllib3.{name}") is not None:
            return import_module(f"urllib3.{name}")
        return getattr(urllib3, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(urllib3)})


_OWN = frozenset(("settings", "api_base_url", "on_note"))
# From version 2 on, the innermost step gives the response itself.
_MAKES_RESPONSE = hasattr(urllib3, "BaseHTTPResponse")


# --- One request ----------------------------------------------------------------------------------


def _open(
    bridge: Bridge, pool: urllib3.HTTPConnectionPool, method: str, url: str, sent: dict[str, Any]
) -> tuple[Exchange, str, dict[str, Any]] | None:
    """The exchange that a request begins, and the URL and the arguments of what to send."""
    host = f"[{pool.host}]" if ":" in pool.host else pool.host
    # A proxy that forwards is given the whole URL.
    # A pool that is made by hand need not have a port.
    port = "" if pool.port is None else f":{pool.port}"
    origin = f"{pool.scheme}://{host}{port}" if url.startswith("/") else ""
    call = bridge.match(method, origin + url)
    if call is None:
        return None
    body = sent.get("body")
    if isinstance(body, str):
        body = body.encode()
    # A file or a generator is read while it is sent: read here, it could not be sent again.
    readable = b"" if body is None else bytes(body) if isinstance(body, _BYTES) else None
    headers = HTTPHeaderDict(sent.get("headers"))
    names = [name.lower() for name in headers]
    if signs_request_line(str(headers.get("authorization", ""))):
        names.append(SIGNED)
    exchange = bridge.open(call, names, readable)
    if exchange.legacy:
        return None
    for name in rewritten_headers(exchange)[0].intersection(names):
        del headers[name]
    # urllib3 itself says how long a body is, and that there is none.
    new = {**sent, "body": exchange.body, "headers": headers, "chunked": False}
    return exchange, exchange.url.removeprefix(origin), new


_BYTES = (bytes, bytearray, memoryview)


class _Whole(Whole):
    def _received(self) -> Iterator[bytes]:
        yield self._raw.read(decode_content=True)


class _Response(HTTPResponse):
    """The caller's view of an answer: the legacy form, translated while it is read."""

    def __init__(
        self, raw: Any, exchange: Exchange, answer: Answer, url: str, **asked: Any
    ) -> None:
        kind = Events if answer.form == "stream" else _Whole
        body: Any = kind(raw, exchange, raw.status)
        super().__init__(
            body,
            headers=_headers(answer.headers),
            status=raw.status,
            version=raw.version,
            reason=raw.reason,
            preload_content=False,
            decode_content=asked["decode_content"],
            original_response=raw._original_response,
            msg=raw.msg,
            retries=raw.retries,
            request_url=url,
        )
        self._raw = raw
        self.version_string = getattr(raw, "version_string", "")
        if asked["preload_content"]:
            self._body = self.read()

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        """Pieces of at most `amt` bytes, as they come."""
        body: Any = self._fp
        yield from body.stream(amt, decode_content)

    read_chunked = stream

    @property
    def connection(self) -> Any:
        """The connection, as long as it is in use."""
        return self._raw.connection

    def release_conn(self) -> None:
        """Give the connection back."""
        self._raw.release_conn()

    def drain_conn(self) -> None:
        """Read what is left, so that the connection can be given back."""
        self._raw.drain_conn()

    def shutdown(self) -> None:
        """Hang up while another thread reads."""
        self._raw.shutdown()


def _headers(pairs: list[tuple[bytes, bytes]]) -> HTTPHeaderDict:
    headers = HTTPHeaderDict()
    for name, value in pairs:
        headers.add(name.decode("latin-1"), value.decode("latin-1"))
    return headers


def _make_legacy(raw: Any, exchange: Exchange, url: str, **asked: Any) -> Any:
    """The caller's view of `raw`, which was not read; `asked` is how the caller wants it."""
    pairs = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in (getattr(raw.headers, "iteritems", raw.headers.items))()
    ]
    try:
        answer = Answer(exchange, raw.status, pairs)
        if answer.form != "other":
            return _Response(raw, exchange, answer, url, **asked)
    except NoteError:
        raw.close()
        raise
    raw.headers = _headers(answer.headers)
    raw._request_url = url
    if asked["preload_content"]:
        raw._body = raw.read(decode_content=asked["decode_content"])
    return raw


def _refused(exchange: Exchange, body: bytes, url: str, **asked: Any) -> Any:
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return HTTPResponse(
        io.BytesIO(body),
        headers=headers,
        status=exchange.refusal_status,
        version=11,
        reason="Bad Request",
        request_url=url,
        **asked,
    )


# --- Pools ----------------------------------------------------------------------------------------


def _adapt_pool(pool: urllib3.HTTPConnectionPool, bridge: Bridge) -> None:
    # The pool would be held by what it holds.
    known = ref(pool)

    def make(conn: Any, method: str, url: str, **sent: Any) -> Any:
        pool: Any = known()
        send = of_class(pool, "_make_request")
        opened = _open(bridge, pool, method, url, sent)
        if opened is None:
            return send(conn, method, url, **sent)
        exchange, target, new = opened
        if not _MAKES_RESPONSE:
            return _Older(exchange, url, send, (conn, exchange.method, target), new)
        asked = {name: new.get(name, True) for name in ("preload_content", "decode_content")}
        if exchange.refusal is not None:
            if new.get("response_conn") is not None:
                pool._put_conn(conn)
            return _refused(exchange, exchange.refusal, url, retries=new.get("retries"), **asked)
        raw = send(conn, exchange.method, target, **{**new, "preload_content": False})
        return _make_legacy(raw, exchange, url, **asked)

    vars(pool)["_make_request"] = make
    if not _MAKES_RESPONSE:
        vars(pool)["ResponseCls"] = _OfOlder(type(pool).ResponseCls)  # type: ignore[attr-defined]


class _Older:
    """An answer of `http.client`, on its way to become a response of urllib3 before version 2."""

    def __init__(
        self, exchange: Exchange, url: str, send: Any, line: tuple[Any, ...], new: dict[str, Any]
    ) -> None:
        self.exchange = exchange
        self.url = url
        self.answer = None if exchange.refusal is not None else send(*line, **new)


class _OfOlder:
    """The class that makes those responses."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kind, name)

    def from_httplib(self, answer: Any, **more: Any) -> Any:
        """A response of what a connection gave."""
        if not isinstance(answer, _Older):
            return self._kind.from_httplib(answer, **more)
        exchange, url = answer.exchange, answer.url
        asked = {name: more.pop(name, True) for name in ("preload_content", "decode_content")}
        if answer.answer is None:
            if more.get("connection") is not None:
                more["pool"]._put_conn(more["connection"])
            body = exchange.refusal or b""
            return _refused(exchange, body, url, retries=more.get("retries"), **asked)
        raw = self._kind.from_httplib(answer.answer, preload_content=False, **more)
        return _make_legacy(raw, exchange, url, **asked)


AnyPool = TypeVar("AnyPool", urllib3.PoolManager, urllib3.HTTPConnectionPool)


def adapt(
    pool: AnyPool,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> AnyPool:
    """Change `pool`, or every pool that a manager has and will have, and return it.

    Args:
        pool: A manager of pools, or a pool of connections to one host.
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            environment's ``CLOUDFLARE_API_BASE_URL`` by default.
        on_note: Called with every note.
    """
    if {"_make_request", "_new_pool"}.isdisjoint(vars(pool)):
        bridge = make_bridge(settings, api_base_url, on_note)
        if isinstance(pool, _PlainPool):
            _adapt_pool(pool, bridge)
        else:
            _adapt_manager(pool, bridge)
    return pool


def _adapt_manager(manager: Any, bridge: Bridge) -> None:
    known = ref(manager)

    def new_pool(*args: Any, **kwargs: Any) -> Any:
        pool = of_class(known(), "_new_pool")(*args, **kwargs)
        _adapt_pool(pool, bridge)
        return pool

    vars(manager)["_new_pool"] = new_pool
    for key in manager.pools.keys():  # noqa: SIM118 (it is no mapping that can be iterated)
        _adapt_pool(manager.pools[key], bridge)


if TYPE_CHECKING:
    _PlainPool = urllib3.HTTPConnectionPool
    _PlainSecurePool = urllib3.HTTPSConnectionPool
    _PlainManager = urllib3.PoolManager
    _PlainProxyManager = urllib3.ProxyManager
else:
    _PlainPool = own("HTTPConnectionPool", urllib3.connectionpool, urllib3)
    _PlainSecurePool = own("HTTPSConnectionPool", urllib3.connectionpool, urllib3)
    _PlainManager = own("PoolManager", urllib3.poolmanager, urllib3)
    _PlainProxyManager = own("ProxyManager", urllib3.poolmanager, urllib3)


def _split(arguments: dict[str, Any]) -> dict[str, Any]:
    """Take out what is ours."""
    return {name: arguments.pop(name) for name in _OWN & arguments.keys()}


# ABCMeta, for `__subclasshook__`: of all metaclasses it is the one that callers' mixins have.
class PoolManager(_PlainManager, metaclass=ABCMeta):
    """`urllib3.PoolManager` whose legacy calls go over the new API.

    Takes what `urllib3.PoolManager` takes, and `settings`, `api_base_url` and `on_note` as `adapt`
    does.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = _split(kwargs)
        super().__init__(*args, **kwargs)
        adapt(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        # A caller that asks for a manager takes one that others made, or a double of one.
        return issubclass(kind, _PlainManager) if cls is PoolManager else NotImplemented


class ProxyManager(_PlainProxyManager, metaclass=ABCMeta):
    """`urllib3.ProxyManager` whose legacy calls go over the new API; see `PoolManager`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = _split(kwargs)
        super().__init__(*args, **kwargs)
        adapt(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        return issubclass(kind, _PlainProxyManager) if cls is ProxyManager else NotImplemented


class HTTPConnectionPool(_PlainPool, metaclass=ABCMeta):
    """`urllib3.HTTPConnectionPool` whose legacy calls go over the new API; see `PoolManager`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = _split(kwargs)
        super().__init__(*args, **kwargs)
        adapt(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        return issubclass(kind, _PlainPool) if cls is HTTPConnectionPool else NotImplemented


class HTTPSConnectionPool(_PlainSecurePool, metaclass=ABCMeta):
    """`urllib3.HTTPSConnectionPool` whose legacy calls go over the new API; see `PoolManager`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = _split(kwargs)
        super().__init__(*args, **kwargs)
        adapt(self, **ours)

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        return issubclass(kind, _PlainSecurePool) if cls is HTTPSConnectionPool else NotImplemented


# --- Functions ------------------------------------------------------------------------------------

_plain_connection_from_url = own("connection_from_url", urllib3.connectionpool, urllib3)
_plain_proxy_from_url = own("proxy_from_url", urllib3.poolmanager, urllib3)


def connection_from_url(url: str, **kwargs: Any) -> urllib3.HTTPConnectionPool:
    """`urllib3.connectionpool.connection_from_url`, adapted."""
    ours = _split(kwargs)
    pool: urllib3.HTTPConnectionPool = adapt(_plain_connection_from_url(url, **kwargs), **ours)
    return pool


def proxy_from_url(url: str, **kwargs: Any) -> urllib3.ProxyManager:
    """`urllib3.poolmanager.proxy_from_url`, adapted."""
    ours = _split(kwargs)
    manager: urllib3.ProxyManager = adapt(_plain_proxy_from_url(url, **kwargs), **ours)
    return manager


_SENDERS = [
    *("HTTPConnectionPool", "HTTPSConnectionPool", "PoolManager", "ProxyManager"),
    *("connection_from_url", "proxy_from_url"),
]

if _MAKES_RESPONSE or TYPE_CHECKING:  # before, `request` is a module
    _SENDERS.append("request")

    # As `urllib3.request` keeps its connections; what the environment says may change.
    @lru_cache(maxsize=8)
    def _manager(
        settings: Settings,
        api_base_url: str | None,
        on_note: Callable[[Note], None] | None,
        _said: str | None,
    ) -> urllib3.PoolManager:
        manager: urllib3.PoolManager = _PlainManager()
        return adapt(manager, settings=settings, api_base_url=api_base_url, on_note=on_note)

    def request(
        method: str,
        url: str,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
        **kwargs: Any,
    ) -> urllib3.BaseHTTPResponse:
        """`urllib3.request` over the new API; takes `settings`, `api_base_url`, `on_note` too."""
        kwargs.setdefault("timeout", 3)
        manager = _manager(settings, api_base_url, on_note, os.environ.get(VARIABLE))
        return manager.request(method, url, **kwargs)


stand_in(__name__, urllib3, _SENDERS, urllib3.connectionpool, urllib3.poolmanager)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from urllib3 import *  # type: ignore[assignment]  # noqa: F403
    from urllib3 import exceptions as exceptions
    from urllib3 import util as util
