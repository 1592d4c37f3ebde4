"""aiohttp: `ClientSession`, and the function `request`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_codemods.program.shapes import Shape
from autorag_codemods.program.values import Made, Symbol, Value

from ._calls import (
    DROP_INS,
    Rules,
    Signature,
    adapted,
    arguments_of,
    canonical,
    make_send,
    sender_of,
    with_base,
)

if TYPE_CHECKING:
    import libcst as cst

    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["Aiohttp"]

_LIBRARY = "aiohttp"
_SESSIONS = frozenset({"ClientSession", "client.ClientSession"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ALLOWED = frozenset(
    (
        *("headers", "cookies", "auth", "timeout", "allow_redirects", "max_redirects"),
        *("raise_for_status", "ssl", "verify_ssl", "ssl_context", "fingerprint", "server_hostname"),
        *("proxy", "proxy_auth", "proxy_headers", "chunked", "expect100"),
    )
)
_VERB = Signature(("url",), _ALLOWED, texts=("data",))
_REQUEST = Signature(("method", "url"), _ALLOWED | {"connector", "version"}, texts=("data",))
_SEES_ALL = ("middlewares", "trace_configs", "response_class", "request_class")
"""Arguments of a session by which code of the caller's sees requests or responses."""
_SHAPE = Shape(
    readers=frozenset({"text", "read"}),
    parsed=frozenset({"json"}),
    decoding=frozenset({"content_type", "encoding"}),
    line_attributes=frozenset({"content"}),
    same=frozenset(
        (
            *("ok", "reason", "headers", "raw_headers", "cookies", "charset", "content_type"),
            *("raise_for_status", "release", "close", "closed", "wait_for_close", "version"),
            *("get_encoding", "connection", "links"),
        )
    ),
    status=frozenset({"status"}),
    bounded=True,
)


class Aiohttp(Rules):
    """The rules of aiohttp."""

    package = "aiohttp"

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A session, with its base URL."""
        name, done = canonical(callee.name, _LIBRARY) if isinstance(callee, Symbol) else ("", False)
        if not isinstance(callee, Symbol) or (done and name == "adapt"):
            return adapted(run, callee, call, _LIBRARY)
        if done and name == "AutoRAGMiddleware":
            return Made(callee, call)
        if name not in _SESSIONS:
            return None
        given = arguments_of(call, ("base_url",)).named
        if "middlewares" in given and _is_adapted(run, given["middlewares"]):
            callee = Symbol(f"{DROP_INS}.{_LIBRARY}.{name}", callee.imported)
        run.facts.hook = next((given[key] for key in _SEES_ALL if key in given), run.facts.hook)
        base = given.get("base_url")
        return Made(callee, call, run.evaluate(base) if base is not None else None)

    def annotated(self, name: str) -> bool:
        """Whether it is the name of a session's class."""
        return canonical(name, _LIBRARY)[0] in _SESSIONS

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """The function of the module, or a method of a session."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.name not in (_VERBS if sender.made else frozenset[str]()) | {
            "request"
        }:
            return None
        signature = _REQUEST if sender.name == "request" else _VERB
        send = make_send(
            run, call, _LIBRARY, signature, sender.name, shape=_SHAPE, **sender.known()
        )
        if sender.made is None:
            return send
        odd = send.odd
        by = sender.made.call
        if by is not None and "json_serialize" in arguments_of(by, ()).named:
            odd = odd or ("AR112", "the session writes JSON in a way of its own")
        return send._replace(url_values=with_base(sender.made.base, send.url_values), odd=odd)


def _is_adapted(run: Run, middlewares: cst.BaseExpression) -> bool:
    """Whether the adapter's middleware is among those of a session."""
    inner = run.elements_of(run.evaluate(middlewares), middlewares)
    return any(
        isinstance(value, Made) and canonical(value.symbol.name, _LIBRARY)[1] for value in inner
    )
