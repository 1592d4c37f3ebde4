"""Where the events of a stream are decoded, and where something of them may be met besides."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Facts, Parents, StreamParse
from autorag_codemods.program.tree import dotted, names_in, walk

from .line_loop import Around, LineLoop

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["assigned", "decoding", "is_plain", "loop_of", "stale"]

_DECODE = "decode_unicode"
_SCOPES = (cst.FunctionDef, cst.Lambda)
_LOOPS = (cst.For, cst.While)
_Statement = cst.SimpleStatementLine | cst.If


def loop_of(parents: Parents, reader: cst.CSTNode) -> cst.For | None:
    """The loop whose lines a reader gives, by itself or counted."""
    above = parents.of(reader)
    if isinstance(above, cst.Arg) and above is _first_argument(parents.of(above), "enumerate"):
        above = parents.of(parents.of(above) or above)
    return above if isinstance(above, cst.For) else None


def _first_argument(call: cst.CSTNode | None, name: str) -> cst.Arg | None:
    match call:
        case cst.Call(func=cst.Name(value=found), args=[first, *_]) if found == name:
            return first
    return None


def decoding(parents: Parents, parse: StreamParse) -> _Statement | None:
    """The statement that decodes an event, if it is one that another can be put before."""
    statement: cst.CSTNode | None = None
    for each in parents.above(parse.node):
        if isinstance(each, (cst.SimpleStatementLine, cst.If)):
            statement = each
            break
        if isinstance(each, (cst.BaseSuite, cst.BaseCompoundStatement, cst.Lambda)):
            return None
    if not isinstance(statement, (cst.SimpleStatementLine, cst.If)):
        return None
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) != 1:
        return None
    return statement if isinstance(parents.of(statement), cst.IndentedBlock) else None


def is_plain(statement: cst.SimpleStatementLine, parse: StreamParse) -> bool:
    """Whether a statement only gives an event a name."""
    (only,) = statement.body
    return isinstance(only, cst.Assign) and only.value is parse.node


def assigned(parents: Parents, parse: StreamParse) -> str:
    """The name that an event is given where it is decoded, "" for none."""
    match parents.of(parse.node):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name
        case cst.NamedExpr(target=cst.Name(value=name)):
            return name
    return ""


def stale(parents: Parents, loop: cst.For, facts: Facts, parse: StreamParse) -> str:
    """What could be seen of the lines that legacy never sent, "" for nothing."""
    statement = decoding(parents, parse)
    if statement is None:
        return "an event is parsed inside of another statement"
    target, others = _targets(loop)
    if target is None:
        return "the lines are read by another loop"
    kind = _kind(parents, loop, parse)
    if kind is None:
        return "the lines are read by another loop"
    newline, raw = kind
    module = parents.module(loop)
    around, event = Around(_errors(module), _constants(module)), assigned(parents, parse)
    gone = LineLoop(loop, target, parse.node, event, around, newline=newline, raw=raw)
    if gone.problem:
        return gone.problem
    names = {*gone.held, target.value, *others}
    if names & facts.rebound:
        return "a name of the loop is one of another function as well"
    here = _reached(parents, statement)
    scope = _scope(parents, loop)
    in_loop = {id(each) for each in walk(loop)}
    for node in _mentions(parents, scope, names):
        if id(node) not in in_loop:
            if not _is_apart(parents, scope, loop, node):
                return f"{node.value} is used outside of the loop, where it may be another thing"
        elif id(node) not in gone.seen and not _is_known(parents, node, event, here, loop):
            return f"{node.value} is used where it may be another thing"
    return ""


def _targets(loop: cst.For) -> tuple[cst.Name | None, list[str]]:
    """The name of a line, and those of what comes with it."""
    match loop.target:
        case cst.Name() as name if _first_argument(loop.iter, "enumerate") is None:
            return name, []
        case cst.Tuple(
            elements=[
                cst.Element(value=cst.Name(value=index)),
                cst.Element(value=cst.Name() as name),
            ]
        ) if _first_argument(loop.iter, "enumerate") is not None:
            return name, [index]
    return None, []


def _kind(parents: Parents, loop: cst.For, parse: StreamParse) -> tuple[bool, bool] | None:
    """Whether a line has its newline, and whether it is bytes; None where that is not known."""
    send = next(iter(parse.sites)).send
    shape = send.shape
    counted = _first_argument(loop.iter, "enumerate")
    reader = _meant(parents, loop, counted.value if counted is not None else loop.iter)
    match reader:
        case cst.Call(func=cst.Attribute(value=whole, attr=cst.Name(value=name)), args=args):
            if name == "splitlines" and isinstance(whole, cst.Attribute):
                return False, whole.attr.value != "text"
            if name in shape.lines:
                given = [e.value for e in args if e.keyword and e.keyword.value == _DECODE]
                if any(dotted(each) not in {"True", "False"} for each in given):
                    return None
                decoded = any(dotted(each) == "True" for each in given)
                return False, send.library == "requests" and not decoded
    return (True, True) if shape.iterates or shape.line_attributes else None


def _meant(parents: Parents, loop: cst.For, node: cst.BaseExpression) -> cst.BaseExpression:
    """What a name stands for that is given one value in the function."""
    if not isinstance(node, cst.Name):
        return node
    scope = _scope(parents, loop)
    found = [
        each.value
        for each in walk(scope)
        if isinstance(each, cst.Assign) and any(_binds(t.target, node.value) for t in each.targets)
    ]
    return found[0] if len(found) == 1 else node


def _scope(parents: Parents, node: cst.CSTNode) -> cst.CSTNode:
    inside = (each for each in parents.above(node) if isinstance(each, _SCOPES))
    return next(inside, None) or parents.module(node)


def _errors(module: cst.Module) -> dict[str, str]:
    """The names of the module that hold the error of a text that is no JSON."""
    found = {}
    for node in walk(module):
        if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
            source = module.code_for_node(node.module) if node.module is not None else ""
            for alias in node.names:
                if alias.evaluated_name == "JSONDecodeError" and source in {"json", "json.decoder"}:
                    found[alias.evaluated_alias or alias.evaluated_name] = "json.JSONDecodeError"
    return found


def _constants(module: cst.Module) -> dict[str, cst.BaseExpression]:
    """The literals that are given to names of a module, which nothing else in it is given to."""
    bound: list[str] = []
    for node in walk(module):
        match node:
            case cst.AssignTarget(target=target) | cst.For(target=target) | cst.AsName(name=target):
                bound += [each.value for each in names_in(target)]
            case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
                bound += [each.value for each in names_in(target)]
            case cst.Param(name=name) | cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                bound.append(name.value)
            case cst.NamedExpr(target=target) | cst.CompFor(target=target):
                bound += [each.value for each in names_in(target)]
            case cst.ImportAlias(evaluated_alias=alias, evaluated_name=name):
                bound.append((alias or name).partition(".")[0])
    found: dict[str, cst.BaseExpression] = {}
    for line in module.body:
        match line:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value)
                ]
            ) if isinstance(value, (cst.SimpleString, cst.Integer)) and bound.count(name) == 1:
                found[name] = value
    return found


def _reached(parents: Parents, statement: _Statement) -> set[int]:
    """What is reached only by way of a statement, itself included."""
    found = {id(each) for each in walk(statement)}
    below: cst.CSTNode = statement
    while isinstance(block := parents.of(below), cst.IndentedBlock):
        index = next(i for i, each in enumerate(block.body) if each is below)
        for after in block.body[index + 1 :]:
            found |= {id(each) for each in walk(after)}
        holder = parents.of(block)
        if not isinstance(holder, cst.Try) or holder.body is not block:
            break
        if holder.orelse is not None:
            found |= {id(each) for each in walk(holder.orelse)}
        if not all(_leaves(handler.body) for handler in holder.handlers):
            break
        below = holder
    return found


def _leaves(suite: cst.BaseSuite) -> bool:
    """Whether what stands below a handler is not reached from it."""
    last = suite.body[-1]
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, (cst.Continue, cst.Break, cst.Return, cst.Raise))


def _mentions(parents: Parents, scope: cst.CSTNode, names: set[str]) -> Iterator[cst.Name]:
    """Where names stand that are those of variables."""
    for node in walk(scope):
        if isinstance(node, cst.Name) and node.value in names:
            above = parents.of(node)
            if isinstance(above, cst.Attribute) and above.attr is node:
                continue
            if isinstance(above, cst.Arg) and above.keyword is node:
                continue
            yield node


def _is_known(parents: Parents, node: cst.Name, event: str, here: set[int], loop: cst.For) -> bool:
    """Whether a name in the loop holds the event that was decoded, or is being bound."""
    if any(each is node for each in walk(loop.target)):
        return True
    inner = next((each for each in parents.above(node) if isinstance(each, _SCOPES + _LOOPS)), loop)
    is_later = inner is not loop and isinstance(inner, _SCOPES)
    return node.value == event and id(node) in here and not is_later


def _is_apart(parents: Parents, scope: cst.CSTNode, loop: cst.For, node: cst.Name) -> bool:
    """Whether a name outside of the loop has nothing to do with what the loop leaves in it."""
    for above in parents.above(node):
        if above is scope:
            break
        if isinstance(above, _SCOPES):
            return _is_bound_in(above, node.value)
    path = [loop, *parents.above(loop)]
    path = path[: next(i for i, each in enumerate(path) if each is scope) + 1]
    if any(isinstance(each, _LOOPS) for each in path[1:]):
        return False
    found = (_side(below, above, node) for below, above in pairwise(path))
    return next((each for each in found if each is not None), False)


def _side(below: cst.CSTNode, above: cst.CSTNode, node: cst.Name) -> bool | None:
    """What `_is_apart` says of a name in a node, where the loop is in another part of it."""
    match above:
        case cst.IndentedBlock(body=body) | cst.Module(body=body):
            index = next(i for i, each in enumerate(body) if each is below)
            if any(_holds(each, node) for each in body[:index]):
                return True
            later = [each for each in body[index + 1 :] if _says(each, node.value)]
            if any(_holds(each, node) for each in later):
                return _gives(later[0], node.value)
        case cst.If(orelse=cst.CSTNode() as otherwise) if below is not otherwise:
            if _holds(otherwise, node):
                return True
    return True if _is_header(above, node) else None


def _is_header(node: cst.CSTNode, name: cst.Name) -> bool:
    """Whether a name stands before the body of a statement: in its condition, its items."""
    match node:
        case cst.If(test=test):
            return _holds(test, name)
        case cst.With(items=items):
            return any(_holds(each, name) for each in items)
        case cst.FunctionDef(params=params):
            return _holds(params, name)
    return False


def _holds(node: cst.CSTNode, inner: cst.CSTNode) -> bool:
    return any(each is inner for each in walk(node))


def _says(node: cst.CSTNode, name: str) -> bool:
    return any(isinstance(each, cst.Name) and each.value == name for each in walk(node))


def _gives(statement: cst.CSTNode, name: str) -> bool:
    """Whether a statement binds a name without a look at what it held."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=found))], value=value)]
        ):
            return found == name and not _says(value, name)
    return False


def _binds(target: cst.CSTNode, name: str) -> bool:
    match target:
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return any(_binds(each.value, name) for each in elements)
        case cst.Name(value=found):
            return found == name
    return False


def _is_bound_in(scope: cst.CSTNode, name: str) -> bool:
    """Whether a name is a variable of a function's own."""
    for each in walk(scope):
        match each:
            case cst.Param(name=cst.Name(value=found)) if found == name:
                return True
            case cst.AssignTarget(target=target) | cst.For(target=target) | cst.AsName(name=target):
                if _binds(target, name):
                    return True
    return False
