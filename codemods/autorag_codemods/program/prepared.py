"""Requests that are built at one place and sent at another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .environment import join
from .values import UNKNOWN, Method, Prepared, Response, Symbol, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from .run import Run
    from .sites import Carry
    from .values import Value

__all__ = ["call_of_prepared", "carried"]

_SAME = frozenset({"prepare", "copy"})
_HEADERS = frozenset({"add_header", "add_unredirected_header", "has_header"})


def carried(run: Run, node: cst.Call, callees: Iterable[Value]) -> Values | None:
    """What a call gives that sends a built request or hands it on; None for any other call."""
    ways = [way for callee in callees for way in [_way(run, node, callee)] if way is not None]
    if not ways:
        return None
    first = ways[0]
    values = run.evaluate(first.request)
    if not any(isinstance(value, Prepared) for value in values):
        return None
    results: list[Values] = []
    for value in values:
        if not isinstance(value, Prepared):
            run.escape([value], first.request, "is sent with other requests")
            results.append(UNKNOWN)
        elif first.sends:
            for way in ways:
                value.site.sent_by(way.symbol, is_done=way.is_done, bridgeable=way.bridgeable)
            if first.odd is not None:
                value.site.block(*first.odd, node)
            results.append(frozenset({Response(value.site)}))
        else:
            results.append(frozenset({value}))
    for argument in node.args:
        if argument.value is not first.request:
            run.evaluate_and_escape(argument.value, "is passed on with a request")
    return join(*results)


def _way(run: Run, node: cst.Call, callee: Value) -> Carry | None:
    if not isinstance(callee, (Symbol, Method)):
        return None
    return next(
        (
            way
            for library in run.libraries_of(callee)
            if (way := library.carry(run, callee, node)) is not None
        ),
        None,
    )


def call_of_prepared(run: Run, node: cst.Call, owner: Prepared, name: str) -> Values:
    """A method of a request that is not sent yet; its arguments have been evaluated."""
    if name in _SAME and not node.args:
        return frozenset({owner})
    if name not in _HEADERS:
        run.escape([owner], node, f"is asked for {name}()")
    return UNKNOWN
