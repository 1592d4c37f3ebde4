"""Variables of the environment: what they hold, or what their names say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from . import strings
from .values import Unknown, Value, Values

if TYPE_CHECKING:
    from .run import Run

__all__ = ["variable"]


def variable(run: Run, key: cst.BaseExpression, names: Values, *, maybe_none: bool) -> Values:
    """The value of a variable; `names` are those that `key` may stand for."""
    if isinstance(key, cst.SimpleString):
        known = run.variable(strings.plain(names), key)
        if known:
            return known
    found: set[Value] = set()
    hinted = False
    for each in names:
        name = strings.plain(frozenset({each}))
        hinted = run.is_hint(name) or hinted
        found |= run.left(name)
    return frozenset({Unknown(maybe_none=maybe_none, kind="str", hinted=hinted), *found})
