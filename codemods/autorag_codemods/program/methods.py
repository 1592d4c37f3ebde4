"""Methods of strings, dicts, lists, answers, responses and lines."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import libcst as cst

from . import strings
from .containers import call_of_holder, call_of_list, value_at
from .environment import join
from .facts import Simplification
from .later import call_of_pool, is_pool
from .merging import dict_object, remove, setdefault, spread, update
from .prepared import call_of_prepared
from .reads import step
from .responses import call_of_response
from .rows import call_of_rows, is_over_contents, is_rows
from .texts import combined
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Body,
    Const,
    Dict,
    DictObject,
    Dumped,
    Line,
    Lines,
    Made,
    Method,
    Piece,
    Prepared,
    Response,
    Sequence,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from .run import Run

__all__ = ["call_method"]


_TESTS = frozenset({"startswith", "endswith", "isdigit", "count", "find", "index"})
_LINE_PARTS = frozenset(
    ("decode", "encode", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace")
)
_LINE_TESTS = frozenset({"startswith", "endswith", "isspace", "isdigit", "isalpha", "isnumeric"})
_CHANGES = frozenset({"replace", "format", "format_map", "removesuffix", "removeprefix"})
"""Methods of a URL that give a URL."""
_STRING = frozenset({Unknown(kind="str")})
_MOST_FORMS = 8
_PAIR = 2


def call_method(  # noqa: C901, PLR0912 (one case for each kind of value)
    run: Run, node: cst.Call, owner: Value, name: str
) -> Values | None:
    """The value of ``owner.name(…)``; None when nothing is known of it."""
    match owner:
        case Answer():
            return _of_answer(run, node, owner, name)
        case Response():
            _arguments(run, node)
            return call_of_response(run, node, owner, name)
        case Prepared():
            _arguments(run, node)
            return call_of_prepared(run, node, owner, name)
        case Body(site):
            _arguments(run, node)
            if name in {"decode", "encode", "strip"}:
                return frozenset({owner})
            if name == "splitlines":
                return frozenset({Lines(site)})
        case Line():
            return _of_line(run, node, owner, name)
        case Text():
            return _of_text(run, node, owner, name)
        case Dict(made):
            return _of_dict(run, node, made, name)
        case Sequence() | Tuple():
            return _of_sequence(run, node, owner, name)
        case Made():
            if is_pool(owner):
                return call_of_pool(run, node, owner, name)
            # A method of a client that sends nothing.
            _arguments(run, node)
            return frozenset({owner}) if name in {"__enter__", "__aenter__"} else UNKNOWN
        case Const():
            _arguments(run, node)
            return UNKNOWN
        case Unknown(hinted=hinted):
            _arguments(run, node)
            return frozenset({Unknown(kind=owner.kind, hinted=hinted)})
        case Dumped() if name == "encode":
            return frozenset({owner})
    run.escape([owner], node, f"is asked for {name}()")
    return None


def _arguments(run: Run, node: cst.Call) -> list[Values]:
    found = []
    for argument in node.args:
        values = run.evaluate(argument.value)
        run.escape(values, argument.value, "is passed to a method that is not understood")
        found.append(values)
    return found


def _base(node: cst.Call) -> cst.BaseExpression:
    return node.func.value if isinstance(node.func, cst.Attribute) else node.func


def _of_answer(run: Run, node: cst.Call, owner: Answer, name: str) -> Values | None:
    if owner.proxy:
        if name == "to_py" and not node.args:
            return frozenset({Answer(owner.site, owner.path)})
        _arguments(run, node)
        run.escape([owner], node, f"is asked for {name}()")
        return UNKNOWN
    plain = all(argument.keyword is None and not argument.star for argument in node.args)
    is_written = isinstance(node.func, cst.Attribute)
    if name == "get" and len(node.args) in {1, 2} and plain and is_written:
        key = strings.plain(run.evaluate(node.args[0].value))
        default = node.args[1].value if len(node.args) > 1 else None
        # All alternatives are followed at once, so that the read is one record.
        values = frozenset(
            method.owner if isinstance(method, Method) else Unknown()
            for method in run.evaluate(node.func)
        )
        run.escape(run.evaluate(node.args[0].value), node, "is used as a key")
        return step(run, node, _base(node), values, key, is_get=True, default=default)
    if owner.event:
        owner.site.block("AR115", f"an event of the stream is asked for {name}()", node)
        return UNKNOWN
    if name in {"items", "keys", "values"} and not run.has_failed(owner.site):
        owner.site.block("AR114", f"its answer is asked for {name}()", node)
        return UNKNOWN
    if is_rows(owner) and not run.has_failed(owner.site):
        found = call_of_rows(run, node, owner, name)
        if found is not None:
            return found
    run.escape([owner], node, f"is asked for {name}()")
    return None


def _of_line(run: Run, node: cst.Call, owner: Line, name: str) -> Values | None:
    """What is left of a line; whether that is an event is asked where it is decoded."""
    for argument in node.args:
        run.evaluate_and_escape(argument.value, f"is passed to {name}()")
    if name in _LINE_PARTS:
        return frozenset({owner})
    if name in {"split", "partition"}:
        return frozenset({Sequence(frozenset({owner}))})
    if name in _LINE_TESTS:
        return frozenset({Unknown(kind="bool")})
    run.escape([owner], node, f"is asked for {name}() line by line")
    return None


def _of_text(run: Run, node: cst.Call, owner: Text, name: str) -> Values | None:
    if name == "join":
        return _join(run, node, owner)
    given = [run.evaluate(argument.value) for argument in node.args]
    plain = [strings.plain(values) for values in given]
    if name in {"rstrip", "lstrip", "strip"} and all(text is not None for text in plain):
        chars = (plain[0] if plain else None) or " \t\r\n"
        left, right = name in {"lstrip", "strip"}, name in {"rstrip", "strip"}
        return frozenset({strings.stripped(owner, chars, left=left, right=right)})
    if name == "format" and not any(argument.star for argument in node.args):
        made = _format(run, node, owner, given)
        if made is not None:
            return made
    if name in _TESTS:
        for values, argument in zip(given, node.args, strict=True):
            run.escape(values, argument.value, f"is passed to {name}()")
        run.escape_text(owner, node, "is tested")
        return frozenset({Unknown(kind="bool")})
    if name == "encode":
        return frozenset({owner})
    run.escape_text(owner, node, f"is asked for {name}()")
    for values, argument in zip(given, node.args, strict=True):
        run.escape(values, argument.value, f"is passed to {name}()")
    return strings.blurred([owner]) if name in _CHANGES else _STRING


def _join(run: Run, node: cst.Call, owner: Text) -> Values | None:
    if len(node.args) != 1:
        return None
    given = node.args[0].value
    values = run.evaluate(given)
    if isinstance(given, (cst.GeneratorExp, cst.ListComp)) and is_over_contents(run, given):
        run.facts.joins[node] = Simplification(node, given)
    parts: list[tuple[cst.CSTNode, Values]] = []
    for value in values:
        match value:
            case Tuple(elements):
                parts += [(given, each) for each in elements]
            case Sequence(node=cst.List() as made) if value.element == value.given:
                parts += [(each, _part(run, node, owner, each)) for each in made.elements]
            case Sequence(element):
                run.escape(element, given, "is joined into a string")
                return _STRING
            case _:
                run.escape([value], given, "is joined into a string")
                return _STRING
    return _between(run, node, owner, parts)


def _part(run: Run, node: cst.Call, owner: Text, element: cst.BaseElement) -> Values:
    """What an element of a list that is joined gives; that of a starred tuple is joined itself."""
    values = run.evaluate(element.value)
    if not isinstance(element, cst.StarredElement):
        return values
    tuples = [value for value in values if isinstance(value, Tuple) and value.elements]
    others = [value for value in values if value not in tuples]
    run.escape(others, element, "is joined into a string")
    found = [
        _between(run, node, owner, [(element, each) for each in value.elements])
        for value in sorted(tuples, key=lambda value: len(value.elements))
    ]
    return join(*found, UNKNOWN if others else frozenset())


def _between(
    run: Run, node: cst.Call, owner: Text, parts: list[tuple[cst.CSTNode, Values]]
) -> Values:
    between: list[tuple[cst.CSTNode, Values]] = []
    for part in parts:
        if between:
            between.append((node, frozenset({owner})))
        between.append(part)
    return combined(run, between)


def _format(  # noqa: C901 (a small parser)
    run: Run, node: cst.Call, owner: Text, given: list[Values]
) -> Values | None:
    """``"…{}…{name}…".format(…)`` without conversions; None for any other template."""
    for each in given:
        run.escape((v for v in each if not isinstance(v, Text)), node, "becomes part of a string")
    names = {
        argument.keyword.value: values
        for argument, values in zip(node.args, given, strict=True)
        if argument.keyword is not None
    }
    positional = [
        values
        for argument, values in zip(node.args, given, strict=True)
        if argument.keyword is None
    ]
    parts: list[list[tuple[object, ...]]] = []
    for piece in owner.pieces:
        if not isinstance(piece, Piece):
            parts.append([(piece,)])
            continue
        rest, offset = piece.text, piece.offset
        while rest:
            before, brace, after = rest.partition("{")
            if "}" in before or (brace and "}" not in after):
                return None
            if before:
                parts.append([(Piece(before, piece.node, offset, piece.exact),)])
            if not brace:
                break
            field, _, rest_after = after.partition("}")
            if field.isdigit():
                values = positional[int(field)] if int(field) < len(positional) else None
            elif field:
                values = names.get(field)
            else:
                values = positional.pop(0) if positional else None
            if values is None:
                return None
            parts.append([strings.to_pieces(value, node) for value in values] or [()])
            offset += len(before) + len(field) + 2
            rest = rest_after
    made = list(product(*parts))
    if len(made) > _MOST_FORMS:
        return None
    return frozenset(strings.joined(combination) for combination in made)  # type: ignore[arg-type]


def _is_alone(run: Run, node: cst.Call) -> bool:
    """Whether what is called is a method of one object."""
    return len(run.evaluate(node.func)) == 1


def _of_dict(  # noqa: C901 (one case for each method)
    run: Run, node: cst.Call, made: DictObject, name: str
) -> Values | None:
    if name == "update":
        update(run, made, node, alone=_is_alone(run, node))
        return NONE
    given = [run.evaluate(argument.value) for argument in node.args]
    key = strings.plain(given[0]) if given else None
    if made.holds or (name == "setdefault" and _is_chained(given)):
        found = call_of_holder(run, node, made, name)
        if found is not None:
            return found
    if name == "get" and given and isinstance(node.func, cst.Attribute):
        run.escape(given[0], node, "is used as a key")
        default = node.args[1].value if len(node.args) > 1 else None
        return step(
            run, node, _base(node), frozenset({Dict(made)}), key, is_get=True, default=default
        )
    if name in {"items", "keys", "values"}:
        run.escape_dict(made, node, f"is asked for {name}()")
        return UNKNOWN
    if name == "copy" and not given and isinstance(node.func, cst.Attribute):
        new = dict_object(run, node)
        if spread(run, new, node, node.func.value, run.evaluate(node.func.value)):
            return frozenset({Dict(new)})
    if name == "pop" and key is not None and isinstance(node.func, cst.Attribute):
        remove(run, made, key, node, alone=_is_alone(run, node))
        return join(value_at(made, key), *given[1:])
    if name == "setdefault" and key is not None and _is_pair(run, node):
        return setdefault(run, made, node, key)
    made.dynamic = made.dynamic or (node, f"{name}() changes it")
    run.escape_dict(made, node, f"is asked for {name}()")
    for values, argument in zip(given, node.args, strict=True):
        run.escape(values, argument.value, f"is passed to {name}()")
    return UNKNOWN


def _is_pair(run: Run, node: cst.Call) -> bool:
    """Whether one dict is given a key and a value."""
    plain = [each for each in node.args if each.keyword is None and not each.star]
    return len(node.args) == len(plain) == _PAIR and _is_alone(run, node)


def _is_chained(given: list[Values]) -> bool:
    """``d.setdefault(key, []).append(…)``."""
    return len(given) == _PAIR and any(isinstance(value, Sequence) for value in given[1])


def _of_sequence(run: Run, node: cst.Call, owner: Value, name: str) -> Values | None:
    found = call_of_list(run, node, owner, name) if isinstance(owner, Sequence) else None
    if found is not None:
        return found
    if name in {"append", "extend", "insert"}:
        for argument in node.args:
            run.evaluate_and_escape(argument.value, "is put into a list")
        # What is in the list is no longer all of one kind.
        run.escape([owner], node, "is in a list that something is put into")
        return NONE
    _arguments(run, node)
    if name == "pop":
        return run.elements_of(frozenset({owner}), node)
    if name not in {"reverse", "clear"}:
        run.escape([owner], node, f"is asked for {name}()")
    return UNKNOWN
