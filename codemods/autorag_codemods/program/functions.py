"""Calls of functions and lambdas of the module itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .environment import Environment, join
from .hints import is_from_option
from .openness import holds_answer, opening
from .tree import dotted, walk
from .values import (
    NONE,
    UNKNOWN,
    Class,
    FunctionInfo,
    Made,
    Self,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Sequence as Sequence_

    from .run import Run

__all__ = [
    "call_function",
    "call_lambda",
    "call_values",
    "call_with",
    "entry_values",
    "instance_of",
    "only_return",
    "parameters",
]

_DEEPEST = 4
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})


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
    """What a function of the program returns for the arguments of a call."""
    names = [param.name.value for param in parameters(info.node)]
    by_position = iter(names[1:] if bound else names)
    given: dict[str, Values] = {}
    star, rest = info.node.params.star_arg, []
    for argument in node.args:
        values = run.evaluate(argument.value)
        name = argument.keyword.value if argument.keyword else next(by_position, None)
        if not argument.star and name in names:
            given[name] = values
        elif name is None and not argument.star and isinstance(star, cst.Param):
            rest.append(values)
        else:
            run.escape(values, argument.value, f"is passed to {info.name}()")
    if isinstance(star, cst.Param) and not any(argument.star for argument in node.args):
        given[star.name.value] = frozenset({Tuple(tuple(rest))})
    if any(argument.star for argument in node.args):
        # Which parameter gets which of them is not known.
        given = {name: given.get(name, frozenset()) | UNKNOWN for name in names}
    return call_function(run, info, given, node)


def call_values(
    run: Run, info: FunctionInfo, values: Sequence_[Values], node: cst.CSTNode
) -> Values:
    """What a function of the program returns for arguments by position."""
    names = [param.name.value for param in parameters(info.node)]
    return call_function(run, info, dict(zip(names, values, strict=False)), node)


def call_function(
    run: Run, info: FunctionInfo, arguments: Mapping[str, Values], node: cst.CSTNode
) -> Values:
    """What a function returns: its one expression for these arguments, or what it ever returns."""
    why = opening(run, info)
    _open_for_others(run, info, arguments, node)
    for name, values in arguments.items():
        if why is not None and holds_answer(values):
            run.escape(values, node, f"is passed to {info.name}(): {why.how}")
            run.want(why)
        info.arguments.give(name, values)
    if not run.is_shown:
        run.facts.called.add(info)
    run.interpret_ahead(info)
    if why is None and run.facts.by_call.has(info):
        if info not in run.inlining:
            return _in_context(run, info, arguments, node)
        for values in arguments.values():
            run.escape(values, node, f"is passed to {info.name}() by itself")
        return UNKNOWN
    expression = only_return(info.node)
    if expression is None or info in run.inlining or len(run.inlining) > _DEEPEST:
        returned = info.returns.get("") or UNKNOWN
        if _makes_text(info, returned) and len(run.inlining) <= _DEEPEST:
            return _in_order(run, info, arguments)
        if _MANAGERS.isdisjoint(info.decorators):
            return returned
        return run.elements_of(returned, node)
    before, function, module = run.environment, run.function, run.module
    names = _bound(run, info, arguments)
    run.environment, run.function = Environment(names, before.failed), info
    run.module = info.module
    run.inlining.append(info)
    try:
        return run.evaluate(expression)
    finally:
        run.inlining.pop()
        run.environment, run.function, run.module = before, function, module


def _open_for_others(
    run: Run, info: FunctionInfo, arguments: Mapping[str, Values], node: cst.CSTNode
) -> None:
    """``Kb.search(other, …)``: a method that asks what is no instance of its class."""
    owner, names = info.owner, parameters(info.node)
    if owner is None or not names or "staticmethod" in info.decorators:
        return
    for value in arguments.get(names[0].name.value, ()):
        if not isinstance(value, (Self, Class)) or value.info not in {owner, *owner.below()}:
            run.open_class(owner, node)


def _makes_text(info: FunctionInfo, returned: Values) -> bool:
    """Whether a function names some values and puts a string together: a URL for its arguments."""
    if not all(isinstance(value, Text) for value in returned):
        return False
    *lines, last = info.node.body.body
    return (
        all(isinstance(line, cst.SimpleStatementLine) for line in (*lines, last))
        and all(
            isinstance(small, (cst.Assign, cst.AnnAssign, cst.Expr))
            for line in lines
            if isinstance(line, cst.SimpleStatementLine)
            for small in line.body
        )
        and isinstance(last, cst.SimpleStatementLine)
        and isinstance(last.body[-1], cst.Return)
        and not any(isinstance(each, (cst.Await, cst.Yield)) for each in walk(info.node.body))
    )


def _in_order(run: Run, info: FunctionInfo, arguments: Mapping[str, Values]) -> Values:
    """What a function of plain lines returns for these arguments."""
    names, failed = _bound(run, info, arguments), run.environment.failed
    base, context = run.base, run.context
    run.inlining.append(info)
    with run.apart(info.module):
        run.function, run.base, run.context, run.returned = info, base, context, []
        run.environment = Environment(names, failed)
        run.run_body(info)
        returned = run.returned
    run.inlining.pop()
    return join(*returned)


def _bound(run: Run, info: FunctionInfo, arguments: Mapping[str, Values]) -> dict[str, Values]:
    """The parameters of one call."""
    names = {}
    module, run.module = run.module, info.module
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
    run.module = module
    for star in (info.node.params.star_arg, info.node.params.star_kwarg):
        if isinstance(star, cst.Param):
            names[star.name.value] = arguments.get(star.name.value, UNKNOWN)
    return names


def _in_context(
    run: Run, info: FunctionInfo, arguments: Mapping[str, Values], node: cst.CSTNode
) -> Values:
    """What a helper returns for one call, interpreted for this call alone."""
    names, failed = _bound(run, info, arguments), run.environment.failed
    base, context = run.base, (*run.context, node)
    for name, values in names.items():
        info.names.give(name, values)
    run.inlining.append(info)
    with run.apart(info.module):
        run.function, run.base, run.context, run.returned = info, base, context, []
        run.environment = Environment(names, failed)
        ended = run.run_body(info)
        returned = run.returned
    run.inlining.pop()
    return join(*returned, NONE if ended else frozenset())


def call_lambda(run: Run, node: cst.Lambda, arguments: Sequence_[Values]) -> Values:
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
    """What the parameters hold: all that calls give, and anything where any other may call."""
    names: dict[str, Values] = {}
    is_open = opening(run, info) is not None
    for index, param in enumerate(parameters(info.node)):
        name = param.name.value
        if index == 0 and info.owner is not None and "staticmethod" not in info.decorators:
            names[name] = frozenset({Self(info.owner)})
            continue
        known = info.arguments.get(name) or frozenset()
        default = run.evaluate(param.default) if param.default is not None else frozenset()
        # Only where it is seen to be called without it, the default is all that there is.
        if is_open or not (known or (default and run.facts.called.has(info))):
            known |= {_given(run, info, param), *_own(run, param)}
        names[name] = join(known, default)
    for star in (info.node.params.star_arg, info.node.params.star_kwarg):
        if isinstance(star, cst.Param):
            known = info.arguments.get(star.name.value) or UNKNOWN
            names[star.name.value] = known | UNKNOWN if is_open else known
    return names


def _given(run: Run, info: FunctionInfo, param: cst.Param) -> Value:
    """What anyone may give a parameter."""
    value = _annotated(run, param)
    if isinstance(value, Unknown) and not value.hinted and is_from_option(run, info, param):
        return Unknown(value.maybe_none, value.kind, hinted=True)
    return value


def _annotated(run: Run, param: cst.Param) -> Value:
    """What an annotation says of a parameter."""
    maybe_none = isinstance(param.default, cst.Name) and param.default.value == "None"
    if param.annotation is None:
        return Unknown(maybe_none=maybe_none, hinted=run.is_hint(param.name.value))
    node = param.annotation.annotation
    text = _annotation_text(node)
    made = instance_of(run, node)
    if made is not None:
        return made
    maybe_none = maybe_none or "None" in text or "Optional" in text
    kind = next(
        (kind for kind in ("str", "int", "float", "bool") if kind in text.split("|")[0]), ""
    )
    return Unknown(maybe_none, kind, hinted=run.is_hint(param.name.value))


def _own(run: Run, param: cst.Param) -> Iterable[Value]:
    """An instance of the program's class that an annotation names, where anything may be given."""
    node = param.annotation.annotation if param.annotation is not None else None
    values = run.evaluate(node) if isinstance(node, (cst.Name, cst.Attribute)) else ()
    return [Self(value.info) for value in values if isinstance(value, Class)]


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
