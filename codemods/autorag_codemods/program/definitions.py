"""Functions where they are defined: what they are called, and what decorates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .attributes import BY_ANY_NAME
from .openness import Opening, passes_through, retries
from .tree import dotted, unmangled
from .values import Function, FunctionInfo

if TYPE_CHECKING:
    from .run import Run

__all__ = ["define_function"]


def define_function(run: Run, node: cst.FunctionDef) -> bool:
    """Bind a function's name; its body has its turn later."""
    outer = run.function
    info = run.facts.functions.get(node)
    if info is None:
        names = tuple(dotted(d.decorator).rpartition(".")[2] for d in node.decorators)
        info = FunctionInfo(node.name.value, node, run.module, outer, run.in_class, names)
        run.facts.functions[node] = info
    for decorator in node.decorators:
        _decorate(run, info, decorator.decorator)
    run.assign(node.name.value, frozenset({Function(info)}))
    if run.in_class is not None:
        run.in_class.methods[unmangled(node.name.value)] = info
        if node.name.value in BY_ANY_NAME:
            run.open_class(run.in_class, node)
    run.later.append(info)
    return True


def _decorate(run: Run, info: FunctionInfo, node: cst.BaseExpression) -> None:
    """What decorates a function gets hold of it, unless it is known to hand it on alone."""
    if isinstance(node, cst.Attribute) and node.attr.value in {"setter", "getter", "deleter"}:
        return
    factory = node.func if isinstance(node, cst.Call) else node
    values = run.evaluate(factory)
    for argument in node.args if isinstance(node, cst.Call) else ():
        run.evaluate_and_escape(argument.value, "is passed to a decorator")
    call = node if isinstance(node, cst.Call) else None
    if not values or not all(passes_through(each) or retries(run, each, call) for each in values):
        how = f"{info.name}() is decorated with {dotted(factory) or 'an expression'}"
        run.facts.handed.add(info, Opening(node, how))
