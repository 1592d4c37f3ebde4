"""httpx: its functions, `Client` and `AsyncClient`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_codemods.program.shapes import HTTPX
from autorag_codemods.program.sites import Carry
from autorag_codemods.program.values import Made, Symbol, Value

from ._calls import (
    DROP_INS,
    Rules,
    Signature,
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

__all__ = ["Httpx"]

_LIBRARY = "httpx"
_CLIENTS = frozenset({"Client", "AsyncClient"})
_TRANSPORTS = frozenset({"AutoRAGTransport", "AsyncAutoRAGTransport", "adapt"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ALLOWED = frozenset(
    (
        *("headers", "timeout", "verify", "cert", "proxy", "proxies", "auth", "cookies"),
        *("follow_redirects", "trust_env", "extensions"),
    )
)
_VERB = Signature(("url",), _ALLOWED)
_REQUEST = Signature(("method", "url"), _ALLOWED)


class Httpx(Rules):
    """The rules of httpx."""

    package = "httpx"
    has_heirs = True

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A client, with its base URL."""
        if not isinstance(callee, Symbol):
            return None
        symbol = callee
        name, done = canonical(symbol.name, _LIBRARY)
        if done and name in _TRANSPORTS:
            return Made(symbol, call)
        if name not in _CLIENTS:
            return None
        given = arguments_of(call, ()).named
        base, transport = given.get("base_url"), given.get("transport")
        if transport is not None:
            for value in run.evaluate(transport):
                if isinstance(value, Made) and canonical(value.symbol.name, _LIBRARY)[1]:
                    # The client sends through an adapter that somebody has put there.
                    symbol = Symbol(f"{DROP_INS}.{_LIBRARY}.{name}", symbol.imported)
        return Made(symbol, call, run.evaluate(base) if base is not None else None)

    def carry(self, _run: Run, callee: Value, call: cst.Call) -> Carry | None:
        """A request that a client sends."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.made is None or sender.name != "send":
            return None
        request = arguments_of(call, ("request",)).named.get("request")
        return None if request is None else Carry(request, sends=True, **sender.known())

    def annotated(self, name: str) -> bool:
        """Whether it is the name of a client's class."""
        return canonical(name, _LIBRARY)[0] in _CLIENTS

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A function of the module, or a method of a client."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None:
            return None
        verb, base = sender.name, sender.made.base if sender.made is not None else None
        if verb in _VERBS:
            signature = _VERB
        elif verb in {"request", "stream", "Request" if sender.made is None else "build_request"}:
            signature = _REQUEST
        else:
            return None
        send = make_send(run, call, _LIBRARY, signature, verb, **sender.known())
        if verb == "build_request":
            send = send._replace(gives="request")
        elif verb == "Request":
            reason = "the request is sent elsewhere"
            send = send._replace(gives="request", bridgeable=False, unbridgeable=reason)
        return send._replace(url_values=with_base(base, send.url_values), shape=HTTPX)
