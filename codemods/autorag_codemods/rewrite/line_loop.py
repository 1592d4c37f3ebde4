"""What the loop over the lines of a stream does with the lines that legacy never sent.

A new stream begins with a line that names its first event and with a list, the sources; it has
events without a token, and more blank lines. The loop's body is gone through with each of them, in
every way that is possible. It must do nothing that could be seen, up to where the line is decoded:
there the rewritten loop goes on with the next one. A token takes the same way on both APIs, because
all that is asked of its line is decided by what both have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from autorag_codemods.program.tree import dotted, walk
from autorag_migrate.mapping import STREAM

from .line_values import (
    EITHER,
    OTHER,
    VAGUE,
    Partial,
    RaisedError,
    Text,
    Value,
    called,
    contains,
    equal,
    is_true,
    parsed,
    sliced,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Around", "LineLoop"]

_MOST_WAYS = 400
_TWO = 2
_JSON_ERROR = "json.JSONDecodeError"
_CAUGHT = {
    "ValueError": frozenset({"ValueError", "Exception", "BaseException"}),
    _JSON_ERROR: frozenset({_JSON_ERROR, "ValueError", "Exception", "BaseException"}),
    "IndexError": frozenset({"IndexError", "LookupError", "Exception", "BaseException"}),
    "TypeError": frozenset({"TypeError", "Exception", "BaseException"}),
    "AttributeError": frozenset({"AttributeError", "Exception", "BaseException"}),
}
_ERRORS = frozenset(
    {
        *("KeyError", "IndexError", "TypeError", "AttributeError", "LookupError", "ValueError"),
        *(_JSON_ERROR, "UnicodeDecodeError", "Exception", "BaseException"),
    }
)
"""What a handler may name; any other name could be any error."""
_JSON_ERRORS = frozenset({_JSON_ERROR, "json.decoder.JSONDecodeError"})

_Names = dict[str, Value]


class _NotQuietError(Exception):
    """Something would be seen; the argument says what."""


class _End(NamedTuple):
    """How a way through statements ends: "" is the next one, else ``continue`` or an error."""

    kind: str
    names: _Names


_CONTINUE = "continue"


class Around(NamedTuple):
    """What the module says of names.

    Attributes:
        errors: What names of errors are in the library that they come from.
        constants: The literals that are given to names of the module once.
    """

    errors: Mapping[str, str]
    constants: Mapping[str, cst.BaseExpression]


class LineLoop:
    """A loop over lines, the target that a line is bound to, and the call that decodes it.

    `event` is the name that what is decoded is given, "" for none.

    Attributes:
        problem: What it would do with a line that legacy never sent, "" for nothing.
        held: Names that hold something of a line: what they hold after it may be another thing.
        seen: The nodes that were looked at; the rest of the loop is about tokens, or the end.
    """

    def __init__(
        self,
        loop: cst.For,
        target: cst.Name,
        parse: cst.Call,
        event: str,
        around: Around,
        *,
        newline: bool,
        raw: bool,
    ) -> None:
        self._loop, self._parse = loop, parse
        self._target, self._around = target.value, around
        self.seen: set[int] = set()
        self.held = {event} if event else set()
        self._reached = False
        self._before: set[str] = set()
        self._ways = 0
        self._unsure = 0
        self._is_object = False
        self.problem = self._try(newline="\n" if newline else "", raw=raw)

    def _try(self, *, newline: str, raw: bool) -> str:
        lines = (
            Text("data: ", "object", newline, raw),
            Text("data: ", "list", newline, raw),
            Text(f"event: {STREAM['chunks_event']}{newline}", raw=raw),
            Text(newline, raw=raw),
        )
        try:
            for line in lines:
                self._is_object = line.payload == "object"
                for end in self._block(self._loop.body.body, {self._target: line}):
                    if end.kind not in {"", _CONTINUE}:
                        return "a line that legacy never sent raises an error"
        except _NotQuietError as problem:
            return str(problem)
        if not self._reached:
            return "the loop is not seen to decode an event"
        stale = sorted(self._before & self.held)
        return f"{stale[0]} is read that a line before it has set" if stale else ""

    # Statements

    def _block(self, statements: Iterable[cst.CSTNode], names: _Names) -> list[_End]:
        ways = [_End("", names)]
        for statement in statements:
            after: list[_End] = []
            for way in ways:
                after += [way] if way.kind else self._statement(statement, way.names)
            ways = after
            self._ways += len(ways)
            if self._ways > _MOST_WAYS:
                raise _NotQuietError("the loop over the lines has too many ways")
        return ways

    def _statement(self, node: cst.CSTNode, names: _Names) -> list[_End]:
        names = dict(names)
        try:
            if self._decodes(node):
                return [self._decoded(names)]
            match node:
                case cst.SimpleStatementLine(body=body):
                    return self._block(body, names)
                case cst.If():
                    return self._if(node, names)
                case cst.Try():
                    return self._handled(node, names)
            return [self._small(node, names)]
        except RaisedError as error:
            return [_End(str(error), names)]

    def _decodes(self, node: cst.CSTNode) -> bool:
        """Whether the event is decoded here, before anything else is done."""
        match node:
            case cst.If(test=test):
                return any(each is self._parse for each in walk(test))
            case cst.BaseSmallStatement():
                return any(each is self._parse for each in walk(node))
        return False

    def _decoded(self, names: _Names) -> _End:
        value = self._value(self._parse.args[0].value, names)
        if not isinstance(value, Text):
            raise _NotQuietError("what is decoded of a line is not known")
        kind = parsed(value)
        if not kind:
            return _End(_JSON_ERROR, names)
        if kind == "other":
            raise _NotQuietError("what is decoded of a line is no event")
        self._reached = self._reached or self._is_object
        return _End(_CONTINUE, names)

    def _small(self, node: cst.CSTNode, names: _Names) -> _End:
        match node:
            case cst.Continue():
                return _End(_CONTINUE, names)
            case cst.Pass() | cst.Expr(value=cst.SimpleString()):
                return _End("", names)
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                self._bind(target, self._value(value, names), names)
                return _End("", names)
            case cst.AnnAssign(target=cst.Name() as target, value=cst.BaseExpression() as value):
                self._bind(target, self._value(value, names), names)
                return _End("", names)
            case cst.Break() | cst.Return():
                raise _NotQuietError("a line that legacy never sent may end the loop")
        raise _NotQuietError("something is done with a line before it is known to be an event")

    def _bind(self, target: cst.BaseExpression, value: Value, names: _Names) -> None:
        self.seen.add(id(target))
        match target:
            case cst.Name(value=name):
                names[name] = value
                self.held.add(name)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                if not isinstance(value, Partial) or any(
                    isinstance(element, cst.StarredElement) for element in elements
                ):
                    raise _NotQuietError("a line is unpacked in a way that is not understood")
                if len(value.parts) != len(elements):
                    raise RaisedError("ValueError")
                for element, part in zip(elements, value.parts, strict=True):
                    self._bind(element.value, part, names)
            case _:
                raise _NotQuietError(
                    "something of a line is kept before it is known to be an event"
                )

    def _if(self, node: cst.If, names: _Names) -> list[_End]:
        truth = self._truth(node.test, names)
        ends: list[_End] = []
        if truth is not False:
            ends += self._block(node.body.body, dict(names))
        if truth is not True:
            match node.orelse:
                case cst.If():
                    if self._decodes(node.orelse):
                        raise _NotQuietError("an event is parsed inside of another statement")
                    ends += self._statement(node.orelse, names)
                case cst.Else(body=body):
                    ends += self._block(body.body, dict(names))
                case _:
                    ends.append(_End("", names))
        return ends

    def _truth(self, test: cst.BaseExpression, names: _Names) -> bool | None:
        """Whether a condition holds, None where it may or may not."""
        truth = is_true(self._value(test, names))
        if truth is VAGUE and self._is_object:
            raise _NotQuietError("what is asked of a line differs between the APIs")
        return truth if isinstance(truth, bool) else None

    def _handled(self, node: cst.Try, names: _Names) -> list[_End]:
        ends: list[_End] = []
        for end in self._block(node.body.body, names):
            if end.kind in {"", _CONTINUE}:
                rest = node.orelse.body.body if node.orelse is not None and not end.kind else ()
                ends += self._block(rest, end.names) if rest else [end]
                continue
            handler = next((each for each in node.handlers if self._catches(each, end.kind)), None)
            ends += self._block(handler.body.body, end.names) if handler is not None else [end]
        if node.finalbody is not None:
            for end in ends:
                if any(last.kind for last in self._block(node.finalbody.body.body, end.names)):
                    raise _NotQuietError("something is done after every line, event or not")
        return ends

    def _catches(self, handler: cst.ExceptHandler, kind: str) -> bool:
        imported = self._around.errors
        names = {imported.get(name, name) for name in _errors(handler.type)}
        if not _CAUGHT[kind].isdisjoint(names):
            return True
        if not names <= _ERRORS:
            raise _NotQuietError("an error is handled by a class that is not known")
        return False

    # Expressions

    def _value(self, node: cst.CSTNode, names: _Names) -> Value:  # noqa: C901, PLR0912 (one case for each kind)
        self.seen.add(id(node))
        match node:
            case cst.Name(value="True" | "False" as word):
                return word == "True"
            case cst.Name(value="None"):
                return None
            case cst.Name(value=name):
                if name in names:
                    return names[name]
                self._before.add(name)
                constant = self._around.constants.get(name)
                return self._value(constant, {}) if constant is not None else OTHER
            case cst.Integer():
                return node.evaluated_value
            case cst.SimpleString() | cst.ConcatenatedString():
                literal = node.evaluated_value
                if isinstance(literal, bytes):
                    return Text(literal.decode("latin-1"), raw=True)
                return Text(literal) if isinstance(literal, str) else OTHER
            case cst.Float():
                return OTHER
            case (
                cst.Tuple(elements=elements)
                | cst.List(elements=elements)
                | cst.Set(elements=elements)
            ):
                return Partial(tuple(self._value(each.value, names) for each in elements))
            case cst.UnaryOperation(operator=cst.Not(), expression=inner):
                truth = is_true(self._value(inner, names))
                return not truth if isinstance(truth, bool) else truth
            case cst.BooleanOperation():
                return self._boolean(node, names)
            case cst.Comparison(left=left, comparisons=[comparison]):
                right = self._value(comparison.comparator, names)
                return _compared(self._value(left, names), comparison.operator, right)
            case cst.IfExp():
                truth = is_true(self._value(node.test, names))
                if isinstance(truth, bool):
                    return self._value(node.body if truth else node.orelse, names)
                return self._joined(truth, (node.body, node.orelse), names)
            case cst.NamedExpr(target=cst.Name() as target, value=value):
                if self._unsure:
                    raise _NotQuietError("a name is bound in a condition that is not understood")
                found = self._value(value, names)
                self._bind(target, found, names)
                return found
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=index)]):
                return self._subscript(self._value(value, names), index, names)
            case cst.Attribute(value=value):
                return OTHER if self._value(value, names) is OTHER else VAGUE
            case cst.Call():
                return self._call(node, names)
        raise _NotQuietError("something is done with a line before it is known to be an event")

    def _joined(self, truth: Value, nodes: Iterable[cst.CSTNode], names: _Names) -> Value:
        """One of several, it is not known which."""
        self._unsure += 1
        found = [self._value(each, names) for each in nodes]
        self._unsure -= 1
        if truth is OTHER and all(each is OTHER or not _is_of_line(each) for each in found):
            return OTHER
        return EITHER if truth is EITHER and all(isinstance(x, bool) for x in found) else VAGUE

    def _boolean(self, node: cst.BooleanOperation, names: _Names) -> Value:
        left = self._value(node.left, names)
        truth = is_true(left)
        is_and = isinstance(node.operator, cst.And)
        if isinstance(truth, bool):
            return self._value(node.right, names) if truth is is_and else left
        self._unsure += 1
        right = self._value(node.right, names)
        self._unsure -= 1
        if isinstance(right, bool):
            # One side decides: what is false is false whatever stands before it.
            return right if right is not is_and else truth
        marks = [each if not isinstance(each, (Text, Partial)) else VAGUE for each in (left, right)]
        return next((mark for mark in (VAGUE, EITHER) if mark in marks), OTHER)

    def _subscript(self, value: Value, index: cst.CSTNode, names: _Names) -> Value:
        match index:
            case cst.Index(value=at):
                place = self._value(at, names)
                if isinstance(place, bool) or not isinstance(place, int):
                    return OTHER if value is OTHER and place is OTHER else VAGUE
                if isinstance(value, Partial):
                    if not -len(value.parts) <= place < len(value.parts):
                        raise RaisedError("IndexError")
                    return value.parts[place]
                return OTHER if value is OTHER else VAGUE
            case cst.Slice(lower=lower, upper=upper, step=None):
                bounds = [
                    self._value(each, names) if each is not None else None
                    for each in (lower, upper)
                ]
                start, stop = (each if isinstance(each, int) else None for each in bounds)
                if isinstance(value, Text) and bounds == [start, stop]:
                    return sliced(value, start, stop)
        return VAGUE

    def _call(self, node: cst.Call, names: _Names) -> Value:
        plain = all(each.keyword is None and not each.star for each in node.args)
        match node.func:
            case cst.Attribute(value=owner, attr=cst.Name(value=name)):
                text = self._value(owner, names)
                self.seen.update(id(each) for each in walk(node.func.attr))
                if isinstance(text, Text) and (plain or name == "decode"):
                    given = [self._value(each.value, names) for each in node.args]
                    return called(text, name, given)
            case cst.Name(value="len") if plain and len(node.args) == 1:
                value = self._value(node.args[0].value, names)
                if isinstance(value, Text) and not value.payload:
                    return len(value.before)
                return VAGUE if _is_of_line(value) else OTHER
            case cst.Name(value="isinstance") if plain and len(node.args) == _TWO:
                value = self._value(node.args[0].value, names)
                kind = dotted(node.args[1].value)
                if isinstance(value, Text) and kind in {"bytes", "str"}:
                    return value.raw is (kind == "bytes")
                return VAGUE if _is_of_line(value) else OTHER
        raise _NotQuietError("something is called with a line before it is known to be an event")


def _is_of_line(value: Value) -> bool:
    return value is VAGUE or value is EITHER or isinstance(value, (Text, Partial))


def _compared(left: Value, operator: cst.BaseCompOp, right: Value) -> Value:
    match operator:
        case cst.Equal():
            return _equal(left, right)
        case cst.NotEqual():
            return _opposite(_equal(left, right))
        case cst.In():
            return _within(left, right)
        case cst.NotIn():
            return _opposite(_within(left, right))
        case cst.Is() | cst.IsNot() if left is None or right is None:
            other = right if left is None else left
            if other in (OTHER, VAGUE):
                return other
            return (other is None) is isinstance(operator, cst.Is)
    return VAGUE if _is_of_line(left) or _is_of_line(right) else OTHER


def _opposite(value: Value) -> Value:
    return not value if isinstance(value, bool) else value


def _equal(left: Value, right: Value) -> Value:
    if isinstance(left, Text) and isinstance(right, Text):
        return equal(left, right)
    if left in (OTHER, VAGUE) or right in (OTHER, VAGUE):
        return VAGUE if _is_of_line(left) or _is_of_line(right) else OTHER
    if isinstance(left, Text) or isinstance(right, Text):
        return False
    return VAGUE


def _within(left: Value, right: Value) -> Value:
    if isinstance(left, Text) and isinstance(right, Text):
        if left.raw is not right.raw:
            raise RaisedError("TypeError")
        return contains(right, left.before) if not left.payload else VAGUE
    if isinstance(left, Text) and isinstance(right, Partial):
        found = [_equal(left, each) for each in right.parts]
        return True if True in found else next((x for x in found if x is not False), False)
    return VAGUE if _is_of_line(left) or _is_of_line(right) else OTHER


def _errors(node: cst.BaseExpression | None) -> Iterator[str]:
    match node:
        case None:
            yield "BaseException"
        case cst.Tuple(elements=elements):
            for element in elements:
                yield from _errors(element.value)
        case cst.Attribute():
            yield _JSON_ERROR if dotted(node) in _JSON_ERRORS else "?"
        case cst.Name(value=name):
            yield name
        case _:
            yield "?"
