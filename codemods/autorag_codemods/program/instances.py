"""Instances of the program's classes: how they are made, entered, and what ``super()`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .environment import join
from .functions import instance_of
from .settings import of_environment
from .values import (
    UNKNOWN,
    Class,
    ClassInfo,
    FunctionInfo,
    Made,
    Response,
    Self,
    Super,
    Symbol,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run import Run

__all__ = ["construct", "default_of", "entered", "has_made_init", "namespace", "super_of"]

_DATACLASS = "dataclasses.dataclass"
_RECORDS = frozenset({"typing.NamedTuple", "pydantic.BaseModel"})
_DEFAULTED = frozenset({"dataclasses.field", "pydantic.Field"})
_ENTERS = ("__enter__", "__aenter__")


def construct(run: Run, info: ClassInfo, node: cst.Call) -> bool:
    """Bind the arguments of a call of a class; whether it is known what becomes of them."""
    constructor = _method_of(info, "__init__")
    if constructor is not None:
        run.call_with(constructor, node, bound=True)
        return True
    if not has_made_init(info):
        return not node.args and all(isinstance(base, Class) for base in info.bases)
    if not _is_record(info) or any(argument.star for argument in node.args):
        return False
    names = list(dict.fromkeys(_fields(info)))
    by_position = iter(names)
    for argument in node.args:
        values = run.evaluate(argument.value)
        name = argument.keyword.value if argument.keyword else next(by_position, None)
        if name in names:
            run.store_attribute(argument.value, info, str(name), values)
        else:
            run.escape(values, argument.value, f"is passed to {info.name}()")
    return True


def namespace(run: Run, node: cst.Call) -> Values | None:
    """``SimpleNamespace(url=…)``: an instance of a class that is made for it alone."""
    if any(argument.star or argument.keyword is None for argument in node.args):
        return None
    info = run.facts.classes.get(node)
    if info is None:
        body = cst.ClassDef(cst.Name("SimpleNamespace"), cst.IndentedBlock([]))
        info = run.facts.classes[node] = ClassInfo("SimpleNamespace", body, run.module)
    for argument in node.args:
        values = run.evaluate(argument.value)
        name = argument.keyword.value if argument.keyword else ""
        run.store_attribute(argument.value, info, name, values)
        if run.facts.handed.has(info):
            # It shows what it holds.
            run.escape(values, node, "is held by what is handed on")
    return frozenset({Self(info)})


def _method_of(info: ClassInfo, name: str) -> FunctionInfo | None:
    """A method of a class, or of the classes of the program that it is based on."""
    if name in info.methods:
        return info.methods[name]
    bases = (base.info for base in info.bases if isinstance(base, Class))
    return next((found for base in bases if (found := _method_of(base, name))), None)


def has_made_init(info: ClassInfo) -> bool:
    """Whether a decorator or a base may make an ``__init__`` that takes the annotated names."""
    if info.node.decorators:
        return True
    return any(
        has_made_init(base.info) if isinstance(base, Class) else not _is_object(base)
        for base in info.bases
    )


def _is_object(value: Value) -> bool:
    return isinstance(value, Symbol) and value.name in {"builtins.object", "abc.ABC"}


def _is_record(info: ClassInfo) -> bool:
    """Whether the annotated names are the parameters, in order, and the attributes."""
    if _DATACLASS in info.decorators:
        return True
    return bool(info.bases) and all(
        _is_record(base.info)
        if isinstance(base, Class)
        else isinstance(base, Symbol) and base.name in _RECORDS
        for base in info.bases
    )


def _fields(info: ClassInfo) -> Iterator[str]:
    for base in info.bases:
        if isinstance(base, Class):
            yield from _fields(base.info)
    for line in info.node.body.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                yield small.target.value


def default_of(run: Run, info: ClassInfo, node: cst.AnnAssign) -> Values:
    """What an annotated name of a class holds: its default, and what calls may give instead."""
    name = node.target.value if isinstance(node.target, cst.Name) else ""
    values: Values = of_environment(run, info, node)
    if values:
        return values
    if isinstance(node.value, cst.Call) and _is_defaulted(run, node.value):
        given = [a.value for a in node.value.args if _is_default(a)]
        values = run.evaluate(given[0]) if given else UNKNOWN
    elif node.value is not None:
        values = run.evaluate(node.value)
    is_open = info.module.opened(info.name) or run.facts.handed.has(info)
    if has_made_init(info) and (is_open or not _is_record(info)):
        return values | UNKNOWN
    if node.value is None and not has_made_init(info):
        made = instance_of(run, node.annotation.annotation)
        return UNKNOWN if made is None else frozenset({made})
    return values | UNKNOWN if is_open and info.module.opened(name) else values


def _is_defaulted(run: Run, call: cst.Call) -> bool:
    return any(
        isinstance(callee, Symbol) and callee.name in _DEFAULTED
        for callee in run.evaluate(call.func)
    )


def _is_default(argument: cst.Arg) -> bool:
    return argument.keyword is None or argument.keyword.value == "default"


def entered(run: Run, values: Values, node: cst.CSTNode) -> Values:
    """What ``with … as name`` binds."""
    return join(*(_entered(run, value, node) for value in values)) if values else UNKNOWN


def _entered(run: Run, value: Value, node: cst.CSTNode) -> Values:
    if isinstance(value, Self):
        for name in _ENTERS:
            method = _method_of(value.info, name)
            if method is not None:
                return run.call_function(method, {}, node)
        return frozenset({value})
    if isinstance(value, (Response, Unknown, Made, Symbol)):
        return frozenset({value})
    run.escape([value], node, "is entered")
    return UNKNOWN


def super_of(run: Run) -> Values:
    """``super()``, in a method."""
    owner = run.function.owner if run.function is not None else None
    return frozenset({Super(owner)}) if owner is not None else UNKNOWN
