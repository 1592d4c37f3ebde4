"""Calls of functions and lambdas of the module itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .environment import Environment, join
from .schema import kind_of
from .tree import dotted
from .values import (
    UNKNOWN,
    Answer,
    Body,
    FunctionInfo,
    Line,
    Lines,
    Made,
    Response,
    Self,
    Symbol,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .run import Run

__all__ = [
    "call_function",
    "call_lambda",
    "call_with",
    "entry_values",
    "instance_of",
    "only_return",
    "parameters",
]

_DEEPEST = 4


def parameters(node: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """The parameters that a call can name or count."""
    params = node.params
    return [*params.posonly_params, *params.params, *params.kwonly_params]


def only_return(node: cst.FunctionDef) -> cst.BaseExpression | None:
    """The expression of a function that does nothing but return it."""
    body = [
        statement
        for statement in node.body.body
        if not (isinstance(statement, cst.SimpleStatementLine) and _is_docstring(statement))
    ]
    if len(body) != 1 or node.asynchronous is not None:
        return None
    (line,) = body
    if isinstance(line, cst.SimpleStatementLine):
        if len(line.body) != 1:
            return None
        (line,) = line.body
    return line.value if isinstance(line, cst.Return) else None


def _is_docstring(line: cst.SimpleStatementLine) -> bool:
    return all(
        isinstance(small, cst.Expr)
        and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))
        for small in line.body
    )


def call_with(run: Run, info: FunctionInfo, node: cst.Call, bound: bool) -> Values:
    """Bind the arguments of a call; parts of an answer are not followed into a function."""
    names = [param.name.value for param in parameters(info.node)]
    positional = iter(names[1:] if bound else names)
    given: dict[str, Values] = {}
    for argument in node.args:
        values = run.evaluate(argument.value)
        name = argument.keyword.value if argument.keyword else next(positional, None)
        if argument.star or name not in names:
            run.escape(values, argument.value, f"is passed to {info.name}()")
            continue
        kept = frozenset(value for value in values if not _is_of_answer(value))
        if kept != values:
            run.escape(values - kept, argument.value, f"is passed to {info.name}()")
            kept |= UNKNOWN
        given[name] = kept
        info.arguments.give(name, kept)
    return call_function(run, info, given)


def _is_of_answer(value: Value) -> bool:
    if isinstance(value, Answer):
        return value.event or kind_of(value.site.endpoint or "", value.path) in {"object", "list"}
    return isinstance(value, (Response, Body, Line, Lines))


def call_function(run: Run, info: FunctionInfo, arguments: Mapping[str, Values]) -> Values:
    """What a function returns: its one expression for these arguments, or what it ever returns."""
    expression = only_return(info.node)
    if expression is None or info in run.inlining or len(run.inlining) > _DEEPEST:
        return info.returns.get("") or UNKNOWN
    names = {}
    for index, param in enumerate(parameters(info.node)):
        name = param.name.value
        if name in arguments:
            names[name] = arguments[name]
        elif index == 0 and info.owner is not None and "staticmethod" not in info.decorators:
            names[name] = frozenset({Self(info.owner)})
        elif param.default is not None:
            names[name] = run.evaluate(param.default)
        else:
            names[name] = UNKNOWN
    before, function = run.environment, run.function
    run.environment, run.function = Environment(names, before.failed), info
    run.inlining.append(info)
    try:
        return run.evaluate(expression)
    finally:
        run.inlining.pop()
        run.environment, run.function = before, function


def call_lambda(run: Run, node: cst.Lambda, arguments: Sequence[Values]) -> Values:
    """The body's value, with what is not given unknown."""
    before = run.environment
    run.environment = before.copy()
    for index, param in enumerate(parameters(node)):
        known = arguments[index] if index < len(arguments) else UNKNOWN
        if param.default is not None:
            known = join(known, run.evaluate(param.default))
        run.environment.names[param.name.value] = known
    with run.maybe():
        result = run.evaluate(node.body)
    run.environment = before
    if not arguments:
        run.escape(result, node.body, "is returned from a lambda")
    return result


def entry_values(run: Run, info: FunctionInfo) -> dict[str, Values]:
    """What the parameters hold when any caller may call."""
    names: dict[str, Values] = {}
    for index, param in enumerate(parameters(info.node)):
        name = param.name.value
        if index == 0 and info.owner is not None and "staticmethod" not in info.decorators:
            names[name] = frozenset({Self(info.owner)})
            continue
        known = info.arguments.get(name) or frozenset()
        default = run.evaluate(param.default) if param.default is not None else frozenset()
        names[name] = join(known, default, frozenset({_annotated(run, param)}))
    for star in (info.node.params.star_arg, info.node.params.star_kwarg):
        if isinstance(star, cst.Param):
            names[star.name.value] = UNKNOWN
    return names


def _annotated(run: Run, param: cst.Param) -> Value:
    """What an annotation says of a parameter."""
    maybe_none = isinstance(param.default, cst.Name) and param.default.value == "None"
    if param.annotation is None:
        return Unknown(
            maybe_none=maybe_none, hinted="autorag" in param.name.value.lower().replace("_", "")
        )
    node = param.annotation.annotation
    text = _annotation_text(node)
    made = instance_of(run, node)
    if made is not None:
        return made
    maybe_none = maybe_none or "None" in text or "Optional" in text
    kind = next(
        (kind for kind in ("str", "int", "float", "bool") if kind in text.split("|")[0]), ""
    )
    return Unknown(maybe_none, kind, hinted="autorag" in param.name.value.lower().replace("_", ""))


def instance_of(run: Run, node: cst.BaseExpression) -> Made | None:
    """The client that an annotation names, also one that may be None."""
    match node:
        case cst.BinaryOperation(left=left, right=cst.Name("None")):
            node = left
        case cst.Subscript(value=named, slice=[cst.SubscriptElement(slice=cst.Index(value=inner))]):
            node = inner if dotted(named).rpartition(".")[2] == "Optional" else node
    for value in run.evaluate(node) if isinstance(node, (cst.Name, cst.Attribute)) else ():
        if isinstance(value, Symbol):
            for library in run.libraries:
                if library.annotated(value.name):
                    return Made(value, None)
    return None


def _annotation_text(node: cst.BaseExpression) -> str:
    match node:
        case cst.Name() | cst.Attribute():
            return dotted(node)
        case cst.SimpleString():
            return str(node.raw_value)
        case cst.Subscript():
            inner = [
                _annotation_text(element.slice.value)
                for element in node.slice
                if isinstance(element.slice, cst.Index)
            ]
            return f"{_annotation_text(node.value)}[{','.join(inner)}]"
        case cst.BinaryOperation():
            return f"{_annotation_text(node.left)}|{_annotation_text(node.right)}"
    return ""
