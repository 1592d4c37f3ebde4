"""The binding of a Worker in Python: ``env.AI.autorag("name").search({…})``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import strings
from autorag_codemods.program.sites import Send
from autorag_codemods.program.values import (
    Dumped,
    Made,
    Method,
    Piece,
    Symbol,
    Text,
    Unknown,
    Value,
    Values,
)
from autorag_migrate.mapping import BINDING_METHODS, BINDING_NAMES, ROUTES

from ._calls import Rules
from .urls import MARKER

if TYPE_CHECKING:
    from autorag_codemods.program.run import Run

__all__ = ["WORKERS", "Workers"]

WORKERS = "workers"
_BINDING, _INSTANCE = BINDING_NAMES
_MADE = Symbol(f"{WORKERS}.{_INSTANCE}")
_TAILS = {route.name: route.legacy.partition("}")[2] for route in ROUTES}


class Workers(Rules):
    """The rules of the binding, which is JavaScript's: nothing of it is imported."""

    package = WORKERS
    is_handed_in = True

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """An instance of the binding, with what would be its URL."""
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != _INSTANCE:
            return None
        is_environment = isinstance(callee, Symbol) and callee.name.startswith(f"{WORKERS}.env.")
        if not is_environment and not isinstance(callee, Unknown):
            return None
        if len(call.args) != 1 or call.args[0].keyword is not None or call.args[0].star:
            return None
        # Who else is given the instance is seen like who else is given a connection.
        run.facts.connections.setdefault(call, set())
        start = Piece(f"{MARKER}/", None, 0, exact=False)
        names = run.evaluate(call.args[0].value)
        base = frozenset(Text((start, *strings.to_pieces(name, None))) for name in names)
        return Made(_MADE, call, base)

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A method of an instance."""
        match callee:
            case Method(Made(symbol, made, base), name) if symbol == _MADE and made is not None:
                pass
            case _:
                return None
        known = BINDING_METHODS.get(name)
        if known is None:
            run.facts.lent.add(made)
            return None
        body = call.args[0].value if len(call.args) == 1 and not call.args[0].keyword else None
        values = run.evaluate(body) if body is not None else frozenset()
        return Send(
            call=call,
            library=WORKERS,
            symbol=None,
            method="POST",
            url=made,
            url_values=_below(base, _TAILS[known[0]]),
            body=body,
            body_values=values,
            encoded=any(isinstance(value, Dumped) for value in values),
            odd=("AR114", "its instance is used otherwise as well")
            if made in run.facts.lent
            else None,
            is_done=False,
            bridgeable=False,
            gives="proxy",
            unbridgeable="no adapter stands in for a binding",
        )


def _below(base: Values | None, tail: str) -> Values:
    end = Piece(tail, None, 0, exact=False)
    return frozenset(Text((*text.pieces, end)) for text in base or () if isinstance(text, Text))
