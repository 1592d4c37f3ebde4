"""Lists of an answer, and what a program does to them in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .given import applied
from .schema import EACH, kind_of, row_at
from .values import NONE, Answer, Value, Values

if TYPE_CHECKING:
    from .run import Run

__all__ = ["added", "call_of_rows", "is_over_contents", "is_rows", "row_of", "sort"]


def is_rows(value: Value) -> bool:
    """Whether it is a list that the new answer has as well, element for element."""
    if not isinstance(value, Answer) or value.event or value.proxy:
        return False
    if kind_of(value.site.endpoint or "", value.path) != "list":
        return False
    row = row_at((*value.path, EACH))
    return row is None or row.conversion != "single"


def row_of(value: Answer) -> Values:
    """An element of a list."""
    return frozenset({Answer(value.site, (*value.path, EACH), proxy=value.proxy)})


def call_of_rows(run: Run, node: cst.Call, owner: Answer, name: str) -> Values | None:
    """The value of a method of a list; None where it is not understood."""
    match name:
        case "sort":
            return sort(run, node, row_of(owner))
        case "reverse" | "clear" if not node.args:
            return NONE
        case "copy" if not node.args:
            return frozenset({owner})
        case "pop":
            for argument in node.args:
                run.evaluate_and_escape(argument.value, "is used as an index")
            return row_of(owner)
        case "extend" if len(node.args) == 1 and not node.args[0].star:
            values = run.evaluate(node.args[0].value)
            return NONE if added(run, frozenset({owner}), values) else None
    return None


def sort(run: Run, node: cst.Call, elements: Values) -> Values | None:
    """``rows.sort(key=…, reverse=…)``."""
    for argument in node.args:
        if argument.keyword is None:
            return None
        if argument.keyword.value == "key":
            how = "is ordered by a function that is not understood"
            applied(run, argument.value, [elements], how, node)
        else:
            run.evaluate_and_escape(argument.value, "is passed to sort()")
    return NONE


def added(run: Run, owners: Values, values: Values) -> bool:
    """Whether all are the same list of answers, which then are rewritten together or not at all."""
    both = [value for value in owners | values if isinstance(value, Answer)]
    if len(both) < len(owners | values) or not all(map(is_rows, both)):
        return False
    if len({(value.site.endpoint, value.path) for value in both}) != 1:
        return False
    run.facts.tied.add(frozenset(value.site for value in both))
    return True


def is_over_contents(run: Run, node: cst.GeneratorExp | cst.ListComp) -> bool:
    """Whether the only loop of a comprehension is over the contents of one row."""
    clause = node.for_in
    is_one = clause.inner_for_in is None and isinstance(clause.target, cst.Name)
    over = clause.iter
    while isinstance(over, cst.BooleanOperation):
        over = over.left
    if not is_one or not _is_part_of_name(over):
        return False
    values = run.evaluate(clause.iter)
    answers = [value for value in values if isinstance(value, Answer) and not value.event]
    rows = [row_at((*answer.path, EACH)) for answer in answers]
    return bool(rows) and all(row is not None and row.conversion == "single" for row in rows)


def _is_part_of_name(node: cst.BaseExpression) -> bool:
    """Whether it is ``row["…"]`` or ``row.get("…")``; nothing else is evaluated once more."""
    match node:
        case cst.Subscript(value=cst.Name()):
            return True
        case cst.Call(func=cst.Attribute(value=cst.Name(), attr=cst.Name("get"))):
            return True
    return False
