"""urllib.request: `Request`, `urlopen`, and the openers that `build_opener` makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.shapes import Shape
from autorag_codemods.program.sites import Carry
from autorag_codemods.program.values import NONE, Made, Symbol, Value

from ._calls import (
    DROP_INS,
    Rules,
    Signature,
    adapted,
    arguments_of,
    canonical,
    make_send,
    sender_of,
)

if TYPE_CHECKING:
    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["FILE", "UrllibRequest"]

_LIBRARY = "urllib.request"
_OPENERS = frozenset({"build_opener"})
_REQUEST = Signature(
    ("url", "data", "headers", "origin_req_host", "unverifiable", "method"),
    frozenset({"headers", "origin_req_host", "unverifiable"}),
    objects=(),
    texts=("data",),
)
_OPEN = Signature(
    ("url", "data", "timeout"),
    frozenset({"timeout", "context", "cafile", "capath", "cadefault"}),
    objects=(),
    texts=("data",),
)
FILE = Shape(
    readers=frozenset({"read"}),
    raw=frozenset({"readline", "readlines", "readinto", "read1", "readinto1", "peek"}),
    same=frozenset(
        (
            *("reason", "msg", "headers", "info", "getcode", "getheader", "getheaders"),
            *("close", "closed", "isclosed", "version", "will_close", "length", "begin"),
        )
    ),
    status=frozenset({"status", "code"}),
    iterates=True,
    is_file=True,
)
"""The response of http.client, which urllib gives as well."""


class UrllibRequest(Rules):
    """The rules of urllib.request."""

    package = "urllib"

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """An opener."""
        if not isinstance(callee, Symbol):
            return None
        name, done = canonical(callee.name, _LIBRARY)
        if done and name == "AutoRAGHandler":
            return Made(callee, call)
        if name not in _OPENERS:
            return adapted(run, callee, call, _LIBRARY)
        symbol = callee
        for argument in call.args:
            if _is_ours(run, argument.value):
                # The opener sends through an adapter that somebody has put there.
                symbol = Symbol(f"{DROP_INS}.{_LIBRARY}.{name}", callee.imported)
            elif not _is_handler(run, argument.value):
                # A handler of the caller's may see every response.
                run.facts.hook = argument
        return Made(symbol, call)

    def annotated(self, name: str) -> bool:
        """Whether it is the name of an opener's class."""
        return canonical(name, _LIBRARY)[0] == "OpenerDirector"

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A request that is made, or a URL that is opened."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None:
            return None
        is_request = sender.made is None and sender.name == "Request"
        if not is_request and sender.name != ("urlopen" if sender.made is None else "open"):
            return None
        signature = _REQUEST if is_request else _OPEN
        data = arguments_of(call, signature.positional).named.get("data")
        has_data = data is not None and run.evaluate(data) != NONE
        send = make_send(
            run,
            call,
            _LIBRARY,
            signature,
            "POST" if has_data else "GET",
            shape=FILE,
            gives="request" if is_request else "response",
            **sender.known(),
        )
        if is_request:
            reason = "the request is sent elsewhere"
            send = send._replace(bridgeable=False, unbridgeable=reason)
        return send

    def carry(self, _run: Run, callee: Value, call: cst.Call) -> Carry | None:
        """A request that is opened."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.name != ("urlopen" if sender.made is None else "open"):
            return None
        given = arguments_of(call, ("fullurl" if sender.made else "url", *_OPEN.positional[1:]))
        request = given.named.get("url", given.named.get("fullurl"))
        if request is None:
            return None
        odd = None
        if given.spread or "data" in given.named:
            odd = ("AR112", "another body may be given where the request is sent")
        return Carry(request, sends=True, odd=odd, **sender.known())


def _is_ours(run: Run, node: cst.BaseExpression) -> bool:
    """Whether it is the adapter's handler."""
    return any(
        isinstance(value, Made) and canonical(value.symbol.name, _LIBRARY)[1]
        for value in run.evaluate(node)
    )


def _is_handler(run: Run, node: cst.BaseExpression) -> bool:
    """Whether it is one of the library's own handlers."""
    made = node.func if isinstance(node, cst.Call) else node
    return all(
        isinstance(value, Symbol) and bool(canonical(value.name, _LIBRARY)[0])
        for value in run.evaluate(made)
    )
