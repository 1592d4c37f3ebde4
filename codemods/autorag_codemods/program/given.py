"""Functions that are passed to others, and what they give for the elements that these have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from . import strings
from .environment import join
from .facts import Getter
from .functions import parameters
from .schema import kind_of
from .values import UNKNOWN, Answer, Function, Symbol, Tuple, Unknown, Value, Values

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from .run import Run

__all__ = ["applied"]

_GETTER = "operator.itemgetter"


def applied(
    run: Run, node: cst.BaseExpression, arguments: Sequence_[Values], how: str, call: cst.CSTNode
) -> Values:
    """What a function gives for arguments by position; what is not understood gets them."""
    if isinstance(node, cst.Lambda):
        if len(parameters(node)) == len(arguments):
            return run.call_lambda(node, arguments)
        run.call_lambda(node, [])
        for values in arguments:
            run.escape(values, node, how)
        return UNKNOWN
    if isinstance(node, cst.Call) and len(arguments) == 1:
        keys = _keys(run, node)
        if keys:
            return _got(run, node, keys, arguments[0], how)
    results = []
    for value in run.evaluate(node) or UNKNOWN:
        if isinstance(value, Function):
            results.append(_called(run, value, arguments, call))
            continue
        run.escape([value], node, how)
        for values in arguments:
            run.escape(values, node, how)
        results.append(UNKNOWN)
    return join(*results)


def _called(
    run: Run, function: Function, arguments: Sequence_[Values], call: cst.CSTNode
) -> Values:
    names = [param.name.value for param in parameters(function.info.node)]
    if function.bound:
        names = names[1:]
    for values in arguments[len(names) :]:
        run.escape(values, call, f"is passed to {function.info.name}()")
    given = dict(zip(names, arguments, strict=False))
    return run.call_function(function.info, given, call)


def _keys(run: Run, node: cst.Call) -> list[cst.SimpleString]:
    """The keys of ``itemgetter("…")``, none for any other call."""
    if not all(isinstance(v, Symbol) and v.name == _GETTER for v in run.evaluate(node.func)):
        return []
    found = [
        argument.value
        for argument in node.args
        if isinstance(argument.value, cst.SimpleString)
        and not (argument.star or argument.keyword)
        and strings.literal(argument.value) is not None
    ]
    return found if len(found) == len(node.args) else []


def _got(
    run: Run, node: cst.Call, keys: list[cst.SimpleString], elements: Values, how: str
) -> Values:
    getter = run.facts.getters.setdefault(node, Getter(node, tuple(keys)))
    columns: list[list[Value]] = [[] for _ in keys]
    for value in elements:
        found = _columns(run, getter, value)
        if found is None:
            getter.mixed = True
            run.escape([value], node, how)
        for index, column in enumerate(columns):
            column.append(Unknown() if found is None else found[index])
    results = [frozenset(column) for column in columns]
    return results[0] if len(results) == 1 else frozenset({Tuple(tuple(results))})


def _columns(run: Run, getter: Getter, value: Value) -> list[Value] | None:
    if not isinstance(value, Answer) or value.event or value.proxy or run.has_failed(value.site):
        return None
    paths = [(*value.path, str(key.evaluated_value)) for key in getter.keys]
    if any(kind_of(value.site.endpoint or "", path) != "leaf" for path in paths):
        return None
    getter.origins.add((value.site, value.path, False))
    return [Answer(value.site, path) for path in paths]
