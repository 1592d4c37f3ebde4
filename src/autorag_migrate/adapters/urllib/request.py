"""urllib.request: a handler that translates, and openers that have it.

``from autorag_migrate.adapters.urllib import request`` gives all of `urllib.request`, with
`urlopen` and `build_opener` replaced by ones that translate. Where a test patches what
`urllib.request` has, there or here, the patch is used. `urlretrieve` and `URLopener` are the
library's own.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)

from __future__ import annotations

import copy
import socket
import ssl
import urllib.request
import warnings
from typing import TYPE_CHECKING, Any

from autorag_migrate.adapters._bridge import (
    SIGNED,
    make_bridge,
    rewritten_headers,
    signs_request_line,
)
from autorag_migrate.adapters._standin import Sender, own, stand_in
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._answers import legacy_answer, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.request import BaseHandler as BaseHandler
    from urllib.request import OpenerDirector as OpenerDirector
    from urllib.request import Request as Request

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Bridge, Exchange

__all__ = ["AutoRAGHandler", "adapt", "build_opener", "urlopen"]


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        return getattr(urllib.request, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(urllib.request)})


class AutoRAGHandler(urllib.request.BaseHandler):
    """A handler that takes legacy requests over the new API; every other request passes.

    It comes before the opener's other handlers that open, which then open what it made: proxies,
    TLS settings and whatever else the caller's handlers do stay, and those that look at requests
    and answers see the legacy ones.

    Args:
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            environment's ``CLOUDFLARE_API_BASE_URL`` by default.
        on_note: Called with every note.

    Example:
        >>> opener = urllib.request.build_opener(AutoRAGHandler())
    """

    handler_order = 0

    def __init__(
        self,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._bridge: Bridge = make_bridge(settings, api_base_url, on_note)

    def http_open(self, req: Request) -> Any:
        """Send `req` if it is a legacy call; None leaves it to the handlers behind this one."""
        opened = _open(self._bridge, req)
        if opened is None:
            return None
        exchange, new = opened
        if exchange.refusal is not None:
            return refused(exchange, exchange.refusal, req)
        opener: Any = self.parent
        answer = opener._call_chain(  # noqa: SLF001 (all else would process the request again)
            opener.handle_open, new.type, f"{new.type}_open", new
        )
        return None if answer is None else legacy_answer(answer, exchange, req)

    https_open = http_open


def _open(bridge: Bridge, request: Request) -> tuple[Exchange, Request] | None:
    """The exchange that `request` begins and what to send, None when that is `request` itself."""
    call = bridge.match(request.get_method(), request.full_url)
    if call is None:
        return None
    data: Any = request.data
    # A file or a generator is read while it is sent: read here, it could not be sent again.
    readable = b"" if data is None else bytes(data) if isinstance(data, _BYTES) else None
    names = [name.lower() for name, _ in request.header_items()]
    if signs_request_line(str(request.get_header("Authorization", ""))):
        names.append(SIGNED)
    exchange = bridge.open(call, names, readable)
    if exchange.legacy:
        return None
    # Its time limit and the caller's own attributes come along.
    new = copy.copy(request)
    new.headers = dict(request.headers)
    new.unredirected_hdrs = dict(request.unredirected_hdrs)
    proxied = request.has_proxy() or getattr(request, "_tunnel_host", None)
    new.full_url = exchange.url
    if proxied and request.host:
        vars(new)["_tunnel_host"] = None
        new.set_proxy(request.host, request.type)
    new.method = exchange.method
    new.data = exchange.body
    dropped, length = rewritten_headers(exchange)
    for name in dropped.intersection(names):
        new.remove_header(name.capitalize())
    if length is not None:
        new.add_unredirected_header("Content-length", length)
    return exchange, new


_BYTES = (bytes, bytearray, memoryview)


def adapt(
    opener: OpenerDirector,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> OpenerDirector:
    """Add the handler to `opener`, and return it."""
    if not _is_adapted(opener):
        opener.add_handler(
            AutoRAGHandler(settings=settings, api_base_url=api_base_url, on_note=on_note)
        )
    return opener


def _is_adapted(opener: Any) -> bool:
    # A test may have replaced what makes openers: of a double nothing is known.
    handlers = getattr(opener, "handlers", None)
    return not isinstance(handlers, list) or any(isinstance(h, AutoRAGHandler) for h in handlers)


_PLAIN_BUILD = own("build_opener", urllib.request)
_PLAIN_URLOPEN = own("urlopen", urllib.request)


def build_opener(
    *handlers: BaseHandler | Callable[[], BaseHandler],
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> OpenerDirector:
    """`urllib.request.build_opener`; takes `settings`, `api_base_url` and `on_note` too."""
    opener: OpenerDirector = _PLAIN_BUILD(*handlers)
    return adapt(opener, settings=settings, api_base_url=api_base_url, on_note=on_note)


# Those that open a further request do so with the opener that they belong to.
_OPEN_AGAIN = (
    urllib.request.AbstractBasicAuthHandler,
    urllib.request.AbstractDigestAuthHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPRedirectHandler,
    urllib.request.ProxyHandler,
)


def _with_ours(opener: OpenerDirector, **ours: Any) -> OpenerDirector:
    """`opener` with the handler. It itself stays as it is: other modules open with it as well."""
    if _is_adapted(opener):
        return opener
    copied: Any = copy.copy(opener)
    copied.handlers = []
    for name in ("handle_open", "handle_error", "process_response", "process_request"):
        setattr(copied, name, {})
    for each in opener.handlers:  # type: ignore[attr-defined]
        if isinstance(each, _OPEN_AGAIN) or type(each).__module__ == "urllib.request":
            copied.add_handler(copy.copy(each))
        else:
            parent = each.parent
            copied.add_handler(each)
            each.parent = parent
    return adapt(copied, **ours)


_default: OpenerDirector | None = None


def _installed() -> OpenerDirector:
    """The opener that `urllib.request.urlopen` would use, or one like the one that it would make.

    As that one it is made once, and knows the proxies of that moment.
    """
    global _default  # noqa: PLW0603 (as urllib.request keeps its own)
    installed: OpenerDirector | None = vars(urllib.request)["_opener"]
    if installed is None:
        installed = _default = _default or _build.now()()
    return installed


def urlopen(
    url: str | Request,
    data: Any = None,
    timeout: Any = socket._GLOBAL_DEFAULT_TIMEOUT,  # type: ignore[attr-defined]  # noqa: SLF001 (urllib's own default)
    *,
    context: ssl.SSLContext | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
    **older: Any,
) -> Any:
    """`urllib.request.urlopen`; takes `settings`, `api_base_url` and `on_note` too."""
    if older:
        context = _older_context(context, older)
    ours: dict[str, Any] = {
        "settings": settings,
        "api_base_url": api_base_url,
        "on_note": on_note,
    }
    secure = (urllib.request.HTTPSHandler(context=context),) if context else ()
    opener = _build.now()(*secure) if secure else _installed()
    return _with_ours(opener, **ours).open(url, data, timeout)


def _older_context(context: ssl.SSLContext | None, older: dict[str, Any]) -> Any:
    """The context of the arguments that Python has until 3.12."""
    known = _PLAIN_URLOPEN.__kwdefaults__.keys() - {"context"}
    if unknown := older.keys() - known:
        raise TypeError(f"urlopen() got an unexpected keyword argument {min(unknown)!r}")
    if not any(older.values()):
        return context
    warnings.warn(
        "cafile, capath and cadefault are deprecated, use a custom context instead.",
        DeprecationWarning,
        stacklevel=3,
    )
    if context is not None:
        raise ValueError("You can't pass both context and any of cafile, capath, and cadefault")
    made = ssl.create_default_context(cafile=older.get("cafile"), capath=older.get("capath"))
    made.set_alpn_protocols(["http/1.1"])
    return made


# What `urlopen` looks up when it is called.
_build = Sender(urllib.request, "build_opener", _PLAIN_BUILD, _PLAIN_BUILD)

stand_in(__name__, urllib.request, ("build_opener", "urlopen"), urllib.request)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from urllib.request import *  # type: ignore[assignment]  # noqa: F403
