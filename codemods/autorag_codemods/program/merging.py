"""Dicts that are merged with others, and keys that are taken out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from . import strings
from .containers import hold, value_at
from .environment import join, joined_environment
from .tree import dotted
from .values import Dict, DictObject, Entry, Sequence, Values, one

if TYPE_CHECKING:
    from .run import Run

__all__ = ["dict_object", "give_all", "give_entry", "remove", "setdefault", "spread", "update"]


def dict_object(
    run: Run, node: cst.Dict | cst.Call | cst.DictComp | cst.BinaryOperation
) -> DictObject:
    """The dict that is made at a place; one for all the times that it is evaluated."""
    return run.facts.dicts.setdefault(node, DictObject(node))


def give_entry(
    run: Run,
    made: DictObject,
    key: str | None,
    value_node: cst.BaseExpression,
    values: Values,
    where: cst.CSTNode,
    *,
    literal: bool = False,
) -> None:
    """Note that a key of a dict is given a value."""
    if key is None:
        made.loose = made.loose or (where, "a key of it is not known")
        others = hold(run, made, None, values, value_node)
        run.escape(others, value_node, "is stored under a key that is not known")
        return
    known = made.entries.get(where)
    if known is None:
        made.entries[where] = Entry(key, value_node, values, where, literal)
    else:
        known.value = join(known.value, values)
    if made.escaped is not None:
        run.escape(values, value_node, made.escaped[1])
    for value in hold(run, made, key, values, value_node):
        # A dict in a dict is followed, and a list of dicts.
        if isinstance(value, Sequence):
            kept = (each for each in value.element if not isinstance(each, Dict))
            run.escape(kept, value_node, "is stored in a dict")
        elif not isinstance(value, Dict):
            run.escape([value], value_node, "is stored in a dict")


def give_all(run: Run, made: DictObject, node: cst.Dict, *, literal: bool) -> None:
    """Give a dict all that stands in a literal."""
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            if literal and _give_perhaps(run, made, element.value):
                continue
            values = run.evaluate(element.value)
            if not (literal and spread(run, made, element, element.value, values)):
                run.escape(values, element.value, "is spread into another dict")
                made.dynamic = made.dynamic or (element, "another dict is spread into it")
            continue
        if not isinstance(element, cst.DictElement):
            continue
        given = run.evaluate(element.key)
        run.escape(given, element.key, "is used as a key")
        key = strings.plain(given)
        values = run.evaluate(element.value)
        give_entry(run, made, key, element.value, values, element, literal=literal)


def _give_perhaps(run: Run, made: DictObject, node: cst.BaseExpression) -> bool:
    """``**({"key": value} if condition else {})``; False for anything else."""
    if not isinstance(node, cst.IfExp) or not isinstance(node.body, cst.Dict):
        return False
    is_empty = isinstance(node.orelse, cst.Dict) and not node.orelse.elements
    plain = [each for each in node.body.elements if isinstance(each, cst.DictElement)]
    keys = [each.key for each in plain if isinstance(each.key, cst.SimpleString)]
    if not is_empty or not keys or len(keys) < len(node.body.elements):
        return False
    run.evaluate(node.test)
    before = run.environment
    run.environment = before.copy()
    with run.maybe():
        run.assume(node.test, truth=True)
        for each in plain:
            given = run.evaluate(each.key)
            run.escape(given, each.key, "is used as a key")
            key, values = strings.plain(given), run.evaluate(each.value)
            give_entry(run, made, key, each.value, values, each, literal=True)
            if each in made.entries:
                made.entries[each].when = node
    run.environment = joined_environment([before, run.environment]) or before
    return True


def setdefault(run: Run, made: DictObject, node: cst.Call, key: str) -> Values:
    """``payload.setdefault("key", value)``."""
    value = node.args[1].value
    give_entry(run, made, key, value, run.evaluate(value), node)
    return value_at(made, key)


def spread(
    run: Run, made: DictObject, where: cst.CSTNode, node: cst.BaseExpression, values: Values
) -> bool:
    """Give a new dict all that another one holds; False where that one is not followed."""
    value = one(values)
    if not isinstance(value, Dict) or not dotted(node):
        return False
    base = value.made
    if base is made or base.holds or base.spreads or base.is_partial:
        return False
    made.spreads[where] = (node, base)
    base.is_spread = True
    for entry in base.entries.values():
        # What both hold is in two places.
        inner = (each for each in entry.value if not _is_part(each, entry))
        run.escape(inner, node, "is spread into another dict")
    if made.escaped is not None:
        run.escape_dict(base, node, made.escaped[1])
    return True


def _is_part(value: object, entry: Entry) -> bool:
    """Whether it is a dict that stands in the literal of the outer one, and is no filter."""
    return (
        isinstance(value, Dict)
        and value.made.node is entry.value_node
        and entry.key in {"ranking_options", "reranking"}
    )


def update(run: Run, made: DictObject, node: cst.Call, *, alone: bool) -> None:
    """``payload.update({…}, key=…)``; `alone` where it can be no other dict."""
    for argument in node.args:
        if argument.keyword is not None:
            values = run.evaluate(argument.value)
            give_entry(run, made, argument.keyword.value, argument.value, values, argument)
        elif isinstance(argument.value, cst.Dict) and not argument.star:
            give_all(run, made, argument.value, literal=False)
        else:
            run.evaluate_and_escape(argument.value, "is spread into another dict")
            made.dynamic = made.dynamic or (node, "update() adds to it")
    if not alone:
        made.dynamic = made.dynamic or (node, "what changes it may change another dict")


def remove(run: Run, made: DictObject, key: str | None, node: cst.CSTNode, *, alone: bool) -> None:
    """A key is taken out of a dict."""
    if key is None or not alone:
        made.dynamic = made.dynamic or (node, "a key is deleted from it")
        run.escape_dict(made, node, "loses a key that is not known")
    else:
        made.removed[node] = key
