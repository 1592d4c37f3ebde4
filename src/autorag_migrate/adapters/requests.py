"""requests: an adapter that translates, and senders that stand in for those of requests.

``from autorag_migrate.adapters import requests`` gives all of requests, with `Session` and the
functions that send replaced by ones that translate. Where a test patches what requests has, in its
own module or in ours, the patch is used.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)

from __future__ import annotations

import io
from abc import ABCMeta
from typing import TYPE_CHECKING, Any

try:
    import requests
    from requests.adapters import BaseAdapter, HTTPAdapter
    from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
except ImportError as error:
    raise ImportError(
        'this adapter needs requests: pip install "autorag-migrate[requests]"'
    ) from error

from autorag_migrate.errors import NoteError
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings
from autorag_migrate.translate import STALE_HEADERS

from ._bridge import SIGNED, is_decoded, make_bridge, rewritten_headers, signs_request_line
from ._raw import Events, Whole, translated
from ._standin import Sender, own, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable

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


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        return getattr(requests, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(requests)})


_OWN = frozenset(("_inner", "_arguments", "_bridge"))


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

    def __setattr__(self, name: str, value: Any) -> None:
        # `session.get_adapter(url).max_retries = 5` is meant for the adapter that sends.
        inner = None if name in _OWN else self.__dict__.get("_inner")
        object.__setattr__(inner if hasattr(inner, name) else self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self._inner, *self._arguments)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send `request`; a legacy call goes out new and its answer comes back legacy."""
        # The rest as it was given: an adapter of the caller's may take it by name only, or more.
        opened = self._open(request)
        if opened is None:
            return self._inner.send(request, *args, **kwargs)
        exchange, new = opened
        if exchange.refusal is not None:
            response = _refused(exchange, exchange.refusal)
        else:
            try:
                response = self._inner.send(new, *args, **kwargs)
            except requests.RequestException as error:
                if error.request is new:
                    error.request = request
                raise
            try:
                _make_legacy(response, exchange, request)
            except NoteError:
                response.close()
                raise
        response.url = request.url or ""
        response.request = request
        # Authentication that answers a challenge sends the caller's request again, from here.
        response.connection = self
        return response

    def close(self) -> None:
        """Close the adapter that was wrapped."""
        self._inner.close()

    def _open(
        self, request: requests.PreparedRequest
    ) -> tuple[Exchange, requests.PreparedRequest] | None:
        """The exchange that `request` begins and what to send, None when that is `request`."""
        call = self._bridge.match(request.method or "", request.url or "")
        if call is None:
            return None
        body: Any = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        # A file or a generator is read while it is sent: read here, it could not be sent again.
        readable = body if isinstance(body, bytes) else None
        names = [name for name, _ in request.headers.lower_items()]
        if "authorization" in names and signs_request_line(str(request.headers["authorization"])):
            names.append(SIGNED)
        exchange = self._bridge.open(call, names, readable)
        if exchange.legacy:
            return None
        new = requests.PreparedRequest()
        # `copy` would copy the cookie jar as well, which takes longer than the translation.
        new.__dict__.update(request.__dict__)
        new.method, new.url, new.body = exchange.method, exchange.url, exchange.body
        new.headers = request.headers.copy()
        dropped, length = rewritten_headers(exchange)
        for name in dropped.intersection(names):
            del new.headers[name]
        if length is not None:
            new.headers["Content-Length"] = length
        return exchange, new


def _rebuilt(inner: BaseAdapter, settings: Settings, base: str | None, on_note: Any) -> BaseAdapter:
    return AutoRAGAdapter(inner, settings=settings, api_base_url=base, on_note=on_note)


def _refused(exchange: Exchange, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = exchange.refusal_status
    response.reason = "Bad Request"
    response.headers["Content-Type"] = "application/json"
    response.headers["Content-Length"] = str(len(body))
    response.encoding = "utf-8"
    response.raw = io.BytesIO(body)
    return response


def _make_legacy(
    response: requests.Response, exchange: Exchange, request: requests.PreparedRequest
) -> None:
    """Turn the answer of the inner adapter, which nobody else holds, into the caller's view."""
    status, headers = response.status_code, response.headers
    # Asking a dict of headers for one that is not there raises inside: dear, six times over.
    names = [name for name, _ in headers.lower_items()]
    if "set-cookie" in names:
        # A cookie without a path belongs to the path that was asked for: the caller's.
        response.cookies = RequestsCookieJar()
        extract_cookies_to_jar(  # type: ignore[no-untyped-call]
            response.cookies, request, response.raw
        )
    if "location" in names:
        headers["location"] = exchange.location(status, headers["location"])
    readable = "content-encoding" not in names or is_decoded(headers["content-encoding"])
    kind = headers["content-type"] if "content-type" in names else ""
    form = exchange.form(status, kind, readable=readable)
    if form == "other":
        return
    for name in names:
        if name in STALE_HEADERS:
            del headers[name]
    made = response.__dict__.get("_content", False)
    if made is False and response.raw is not None:
        response.raw = (Events if form == "stream" else Whole)(response.raw, exchange, status)
    elif made:
        # An adapter that sends nothing may hand over an answer that is read already.
        response._content = translated(made, form, exchange, status)  # noqa: SLF001 (no other way)


if TYPE_CHECKING:
    _PlainSession = requests.Session
else:
    _PlainSession = own("Session", requests.sessions, requests)


# ABCMeta, for `__subclasshook__`: of all metaclasses it is the one that callers' mixins have.
class Session(_PlainSession, metaclass=ABCMeta):
    """`requests.Session` whose legacy calls go over the new API.

    Every adapter that is mounted, by requests or by the caller, is wrapped. Takes `settings`,
    `api_base_url` and `on_note` as `AutoRAGAdapter` does.
    """

    # What a pickled session keeps.
    __attrs__ = [*_PlainSession.__attrs__, "_autorag_arguments"]  # noqa: RUF012 (as requests has it)

    # For a subclass that calls the plain session's own __init__.
    _autorag_arguments: dict[str, Any] = {}  # noqa: RUF012 (never changed)

    def __init__(
        self,
        *,
        settings: Settings = DEFAULT_SETTINGS,
        api_base_url: str | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self._autorag_arguments: dict[str, Any] = {
            "settings": settings,
            "api_base_url": api_base_url,
            "on_note": on_note,
        }
        super().__init__()

    @classmethod
    def __subclasshook__(cls, kind: type) -> bool:
        # A caller that asks for a session takes one that others made, or a double of one.
        return issubclass(kind, _PlainSession) if cls is Session else NotImplemented

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        """Mount `adapter`, wrapped."""
        if not isinstance(adapter, AutoRAGAdapter):
            adapter = AutoRAGAdapter(adapter, **self._autorag_arguments)
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
    with _session_class.now()(**ours) as one:
        return one.request(method=method, url=url, **kwargs)


def get(url: str | bytes, params: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.get` over the new API."""
    return _api_request.now()("get", url, params=params, **kwargs)


def options(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.options` over the new API."""
    return _api_request.now()("options", url, **kwargs)


def head(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.head` over the new API."""
    kwargs.setdefault("allow_redirects", False)
    return _api_request.now()("head", url, **kwargs)


def post(url: str | bytes, data: Any = None, json: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.post` over the new API."""
    return _api_request.now()("post", url, data=data, json=json, **kwargs)


def put(url: str | bytes, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.put` over the new API."""
    return _api_request.now()("put", url, data=data, **kwargs)


def patch(url: str | bytes, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.patch` over the new API."""
    return _api_request.now()("patch", url, data=data, **kwargs)


def delete(url: str | bytes, **kwargs: Any) -> requests.Response:
    """`requests.delete` over the new API."""
    return _api_request.now()("delete", url, **kwargs)


def session() -> Session:
    """`requests.session` over the new API."""
    return _session_class.now()()


# What the functions of requests look up when they are called.
_api_request = Sender(requests.api, "request", own("request", requests.api, requests), request)
_session_class = Sender(requests.sessions, "Session", _PlainSession, Session)

_SENDERS = (
    *("Session", "session"),
    *("delete", "get", "head", "options", "patch", "post", "put", "request"),
)
stand_in(__name__, requests, _SENDERS, requests.api, requests.sessions)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from requests import *  # type: ignore[assignment]  # noqa: F403
    from requests import __title__ as __title__
    from requests import __version__ as __version__
    from requests import adapters as adapters
    from requests import api as api
    from requests import auth as auth
    from requests import compat as compat
    from requests import cookies as cookies
    from requests import exceptions as exceptions
    from requests import hooks as hooks
    from requests import models as models
    from requests import sessions as sessions
    from requests import status_codes as status_codes
    from requests import structures as structures
    from requests import utils as utils
