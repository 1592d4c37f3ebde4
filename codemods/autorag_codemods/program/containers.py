"""Lists and dicts of the program that answers are put into, and got out of again.

What is put in stands at the object, as the same object may have many names. An answer in a
container escapes with it; what is not followed into one escapes where it is put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import strings
from .environment import join
from .rows import sort
from .schema import kind_of
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Const,
    DictObject,
    ListObject,
    Made,
    Response,
    Sequence,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
    const,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from .run import Run

__all__ = [
    "call_of_holder",
    "call_of_list",
    "contents",
    "hold",
    "is_followed_into",
    "list_object",
    "put",
    "value_at",
]

_PUTS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
_PUTS_ALL = frozenset({"extend", "extendleft", "update"})


def _is_kept(value: Value) -> bool:
    """Whether it is followed into a list."""
    match value:
        case Answer(event=event):
            return not event
        case Response() | Unknown() | Const():
            return True
        case Tuple(elements):
            return all(map(_is_kept, join(*elements)))
        case Made(Symbol("concurrent.futures.Future"), base=base):
            return all(map(_is_kept, base or ()))
        case Sequence(element, made=None):
            return all(map(_is_kept, element))
    return False


def is_followed_into(value: Value) -> bool:
    """Whether it is followed into a dict: an answer, or a list that may hold some."""
    match value:
        case Sequence():
            return all(map(_is_kept, value.element))
        case Answer() | Response() | Tuple() | Const():
            return _is_kept(value)
    return False


def _bears(value: Value) -> bool:
    match value:
        case Answer(site, path):
            return kind_of(site.endpoint or "", path) in {"object", "list"}
        case Sequence():
            return any(map(_bears, value.element))
        case Tuple(elements):
            return any(map(_bears, join(*elements)))
    return isinstance(value, Response)


# Lists


def put(run: Run, owner: Sequence, values: Values, node: cst.CSTNode) -> bool:
    """Put values into a list; False where that list is not followed."""
    made = owner.made
    if made is None:
        return False
    how = "is in a list that something is put into"
    run.escape((value for value in owner.given if not _is_kept(value)), node, how)
    run.escape((value for value in values if not _is_kept(value)), node, "is put into a list")
    kept = frozenset(
        value if _is_kept(value) else Unknown(kind="str" if isinstance(value, Text) else "")
        for value in values
    )
    made.added.give("", kept)
    if made.escaped is not None:
        run.escape(kept, node, made.escaped[1])
    return True


def call_of_list(run: Run, node: cst.Call, owner: Sequence, name: str) -> Values | None:
    """The value of a method of a list, a set or a deque; None where it is not understood."""
    if any(argument.star for argument in node.args):
        return None
    plain = all(argument.keyword is None for argument in node.args)
    if name in _PUTS and plain and len(node.args) == _PUTS[name] + 1 and owner.made is not None:
        for argument in node.args[:-1]:
            run.evaluate_and_escape(argument.value, "is used as an index")
        put(run, owner, run.evaluate(node.args[-1].value), node)
        return NONE
    if name in _PUTS_ALL and plain and len(node.args) == 1 and owner.made is not None:
        given = node.args[0].value
        put(run, owner, run.elements_of(run.evaluate(given), given), node)
        return NONE
    if name == "sort" and not plain:
        return sort(run, node, owner.element)
    if name == "popleft" and not node.args:
        return owner.element
    return None


# Dicts


def hold(
    run: Run, made: DictObject, key: str | None, values: Values, node: cst.CSTNode
) -> Iterable[Value]:
    """Put values into a dict; those that are not followed there."""
    found = [value for value in values if is_followed_into(value)]
    others = [value for value in values if value not in found]
    name = f"={key}" if key is not None else "?"
    known = frozenset(found)
    held = any(not isinstance(value, Const) for value in found)
    if any(map(_bears, found)) or (key is None and held):
        made.held.give("*", known)
    made.held.give(name, known)
    made.held.give("names", const(name))
    if others:
        made.held.give(f"!{name}", UNKNOWN)
    if made.escaped is not None:
        run.escape(found, node, made.escaped[1])
    if made.holds:
        run.escape(others, node, "is in a dict with answers")
    return others


def contents(run: Run, made: DictObject, node: cst.CSTNode) -> Values:
    """What any key of a dict with answers may give."""
    made.read = made.read or node
    for entry in made.entries.values():
        others = [value for value in entry.value if not is_followed_into(value)]
        run.escape(others, node, "is in a dict with answers")
    names = [str(each.value) for each in made.held.get("names") or () if isinstance(each, Const)]
    found = [_held(made, name) for name in names]
    if made.dynamic or made.escaped or made.spreads:
        found.append(UNKNOWN)
    for _, base in made.spreads.values():
        run.escape_dict(base, node, "is in a dict with answers")
    return join(made.default, *found)


def _held(made: DictObject, name: str) -> Values:
    found = made.held.get(name) or frozenset()
    return found | (made.held.get(f"!{name}") or frozenset())


def value_at(made: DictObject, key: str) -> Values:
    """What a key of a dict gives, as far as that is followed."""
    found = [made.given(key)]
    if made.holds:
        found += [_held(made, f"={key}")]
    found += [_held(made, "?")]
    found += [value_at(base, key) for _, base in made.spreads.values()]
    return join(*found, made.default, UNKNOWN if made.is_uncertain else frozenset())


def call_of_holder(run: Run, node: cst.Call, made: DictObject, name: str) -> Values | None:
    """The value of a method of a dict with answers; None where it is not understood."""
    if any(argument.keyword is not None or argument.star for argument in node.args):
        return None
    arguments = [argument.value for argument in node.args]
    if name == "items" and not arguments:
        key = frozenset({Unknown(kind="str")})
        return frozenset({Sequence(frozenset({Tuple((key, contents(run, made, node)))}))})
    if name == "values" and not arguments:
        return frozenset({Sequence(contents(run, made, node))})
    if name == "keys" and not arguments:
        made.read = made.read or node
        return frozenset({Sequence(frozenset({Unknown()}))})
    if name == "clear" and not arguments:
        made.loose = made.loose or (node, "clear() changes it")
        return NONE
    if name not in {"pop", "setdefault"} or not arguments:
        return None
    given = run.evaluate(arguments[0])
    run.escape(given, node, "is used as a key")
    found = contents(run, made, node)
    made.loose = made.loose or (node, f"{name}() changes it")
    if len(arguments) == 1:
        return found
    default = run.evaluate(arguments[1])
    if name == "setdefault":
        run.escape(
            hold(run, made, strings.plain(given), default, arguments[1]),
            arguments[1],
            "is stored in a dict",
        )
    return join(found, default)


def list_object(run: Run, node: cst.CSTNode) -> ListObject:
    """The list that is made at a place; one for all the times that it is evaluated."""
    return run.facts.lists.setdefault(node, ListObject())
