"""http.client: a connection to a host, one request over it, and its response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_codemods.program.values import UNKNOWN, Made, Method, Response, Symbol, Value, Values

from ._calls import (
    Rules,
    Signature,
    arguments_of,
    at_host,
    canonical,
    make_send,
    sender_of,
    with_base,
)
from .urllib import FILE

if TYPE_CHECKING:
    import libcst as cst

    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["HttpClient"]

_LIBRARY = "http.client"
_CONNECTIONS = frozenset({"HTTPSConnection"})
_HARMLESS = frozenset({"getresponse", "connect", "close", "set_tunnel", "set_debuglevel"})
_REQUEST = Signature(
    ("method", "url", "body", "headers"),
    frozenset({"headers", "encode_chunked"}),
    objects=(),
    texts=("body",),
)


class HttpClient(Rules):
    """The rules of http.client."""

    package = "http"

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A connection, with its host."""
        if (
            not isinstance(callee, Symbol)
            or canonical(callee.name, _LIBRARY)[0] not in _CONNECTIONS
        ):
            return None
        host = arguments_of(call, ("host",)).named.get("host")
        return Made(callee, call, None if host is None else at_host(run.evaluate(host)))

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A request over a connection."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.made is None:
            return None
        connection = sender.made.call
        if sender.name != "request":
            if connection is not None and sender.name not in _HARMLESS:
                # Another request, written piece by piece, has a response as well.
                run.facts.lent.add(connection)
            return None
        if connection is not None:
            run.facts.connections.setdefault(connection, set()).add(call.func)
        send = make_send(
            run, call, _LIBRARY, _REQUEST, None, shape=FILE, gives="nothing", **sender.known()
        )
        odd = send.odd
        if connection is None or connection in run.facts.lent:
            odd = odd or ("AR114", "its connection is used elsewhere as well")
        elif len(run.facts.connections[connection]) > 1:
            odd = odd or ("AR114", "several requests are sent over its connection")
        return send._replace(
            url_values=with_base(sender.made.base, send.url_values),
            odd=odd,
            bridgeable=False,
            unbridgeable="no adapter stands in for http.client",
        )

    def received(self, run: Run, callee: Value, call: cst.Call) -> Values | None:
        """The response of the only request over a connection."""
        match callee:
            case Method(Made(symbol, connection), "getresponse") if connection is not None:
                if canonical(symbol.name, _LIBRARY)[0] not in _CONNECTIONS:
                    return None
                calls = run.facts.connections.get(connection, set())
                sites = [each for each in run.facts.sites.values() if each.send.call.func in calls]
                # A helper is understood for each of its calls: each has a site of its own.
                here = [each for each in sites if each.context == run.context]
                if len(calls) == len(here) == 1:
                    return frozenset({Response(here[0])})
                for site in sites:
                    site.block("AR114", "its response is received elsewhere", call)
                return UNKNOWN
        return None
