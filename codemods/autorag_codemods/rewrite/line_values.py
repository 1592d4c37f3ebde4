"""Lines of a stream, as far as they are known, and what expressions over them give.

A line is known text around a JSON payload of which only the kind is known. What an expression
gives for a line is what Python would, or `VAGUE` where that depends on what is not known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autorag_migrate.mapping import STREAM

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "DONE",
    "EITHER",
    "OTHER",
    "VAGUE",
    "Partial",
    "RaisedError",
    "Text",
    "Value",
    "begins",
    "called",
    "contains",
    "ends",
    "equal",
    "is_true",
    "parsed",
    "sliced",
]

DONE = STREAM["done"]
_DATA = "data:"
_TWO = 2


class RaisedError(Exception):
    """The program raises; the argument is the kind of what it raises."""


@dataclass(frozen=True)
class _Mark:
    name: str


OTHER = _Mark("other")
"""What does not depend on the line."""
VAGUE = _Mark("vague")
"""What depends on the line in a way that is not known."""
EITHER = _Mark("either")
"""A truth that is not known, but is the same for a token of either API."""


@dataclass(frozen=True)
class Text:
    """Known text before and after a payload: an object, a list, or "" for none; `raw` for bytes."""

    before: str
    payload: str = ""
    after: str = ""
    raw: bool = False


@dataclass(frozen=True)
class Partial:
    """A tuple or a list of values."""

    parts: tuple[Value, ...]


Value = _Mark | Text | Partial | bool | int | None

_FIRST = {"object": "{", "list": "["}
_LAST = {"object": "}", "list": "]"}
# What can stand behind the first character, and before the last one.
_SECOND = {"object": '"} \t', "list": "{] \t"}
_LAST_BUT_ONE = {"object": '{}]"0123456789el \t', "list": "[} \t"}


def is_true(value: Value) -> bool | _Mark:
    """The truth of a value, or the mark that says why it is not known."""
    match value:
        case Text(before, payload, after):
            return bool(before or payload or after)
        case Partial(parts):
            return bool(parts)
        case _Mark():
            return value
    return bool(value)


def parsed(text: Text) -> str:
    """What kind of JSON a text holds, "" for none: decoding it raises."""
    if not text.payload:
        try:
            json.loads(text.before)
        except ValueError:
            return ""
        return "other"
    if not text.before.strip() and not text.after.strip():
        return text.payload
    try:
        json.loads(f"{text.before}[]{text.after}")
    except ValueError:
        return ""
    return "other"


def begins(text: Text, start: str) -> bool | _Mark:
    """``text.startswith(start)``."""
    if not text.payload or len(start) <= len(text.before):
        return text.before.startswith(start)
    if not start.startswith(text.before):
        return False
    return _fits(start[len(text.before) :], _FIRST[text.payload], _SECOND[text.payload])


def ends(text: Text, end: str) -> bool | _Mark:
    """``text.endswith(end)``."""
    if not text.payload:
        return text.before.endswith(end)
    if len(end) <= len(text.after):
        return text.after.endswith(end)
    if not end.endswith(text.after):
        return False
    rest = end[: len(end) - len(text.after)]
    return _fits(rest[::-1], _LAST[text.payload], _LAST_BUT_ONE[text.payload])


def _fits(rest: str, first: str, second: str) -> bool | _Mark:
    if rest[0] != first or (len(rest) > 1 and rest[1] not in second):
        return False
    return True if len(rest) == 1 else VAGUE


def contains(text: Text, part: str) -> bool | _Mark:
    """``part in text``."""
    if part in text.before or part in text.after:
        return True
    if not text.payload:
        return False
    # A token may hold the mark of the end, and then it does on both APIs.
    return EITHER if part == DONE else VAGUE


def equal(left: Text, right: Text) -> bool | _Mark:
    """``left == right``."""
    if left.raw is not right.raw:
        return False
    if not left.payload and not right.payload:
        return left.before == right.before
    known, other = (left, right) if left.payload else (right, left)
    if other.payload:
        return VAGUE
    whole = other.before
    is_inside = whole.startswith(known.before) and whole.endswith(known.after)
    inner = whole[len(known.before) : len(whole) - len(known.after)]
    try:
        loaded = json.loads(inner) if is_inside else None
    except ValueError:
        return False
    return VAGUE if isinstance(loaded, (dict, list)) else False


def sliced(text: Text, start: int | None, stop: int | None) -> Value:
    """``text[start:stop]``."""
    if not text.payload:
        return replace(text, before=text.before[start:stop])
    length = len(text.before)
    if any(bound is not None and not 0 <= bound <= length for bound in (start, stop)):
        return VAGUE
    if stop is not None:
        return Text(text.before[start:stop], raw=text.raw)
    return replace(text, before=text.before[start:])


def called(text: Text, name: str, given: list[Value]) -> Value:
    """``text.name(…)``."""
    rule = _METHODS.get(name)
    if name not in {"decode", "encode"}:
        _check_kind(text, given)
    plain = [each.before if isinstance(each, Text) and not each.payload else None for each in given]
    if rule is not None:
        return rule(text, given, plain)
    if name in _TESTS and not given:
        return bool(getattr(text.before, name)()) if not text.payload else VAGUE
    return VAGUE


def _check_kind(text: Text, given: list[Value]) -> None:
    """Bytes and strings do not go together."""
    for each in given:
        for word in each.parts if isinstance(each, Partial) else (each,):
            if isinstance(word, Text) and word.raw is not text.raw:
                raise RaisedError("TypeError")


_TESTS = frozenset({"isspace", "isdigit", "isalpha", "isnumeric"})
_Plain = list[str | None]


def _coded(raw: bool) -> Callable[[Text, list[Value], _Plain], Value]:
    def rule(text: Text, _given: list[Value], _plain: _Plain) -> Value:
        if text.raw is raw:
            raise RaisedError("AttributeError")
        return replace(text, raw=raw)

    return rule


def _stripped(left: bool, right: bool) -> Callable[[Text, list[Value], _Plain], Value]:
    def rule(text: Text, given: list[Value], plain: _Plain) -> Value:
        chars = plain[0] if plain else None
        if given and (chars is None or chars.strip()):
            # Characters that are more than blanks may be the first of what is wanted.
            return VAGUE
        before = text.before.lstrip(chars) if left else text.before
        if not text.payload:
            return replace(text, before=before.rstrip(chars) if right else before)
        after = text.after.rstrip(chars) if right else text.after
        return replace(text, before=before, after=after)

    return rule


def _starts(test: Callable[[Text, str], bool | _Mark]) -> Callable[..., Value]:
    def rule(text: Text, given: list[Value], _plain: _Plain) -> Value:
        if len(given) != 1:
            return VAGUE
        words = list(given[0].parts) if isinstance(given[0], Partial) else given
        found: list[bool | _Mark] = []
        for word in words:
            if not isinstance(word, Text) or word.payload or not word.before:
                return VAGUE
            found.append(test(text, word.before))
        if True in found:
            return True
        return next((each for each in found if each is not False), False)

    return rule


def _without_prefix(text: Text, _given: list[Value], plain: _Plain) -> Value:
    if len(plain) != 1 or plain[0] is None:
        return VAGUE
    if text.payload and len(plain[0]) > len(text.before):
        return text if begins(text, plain[0]) is False else VAGUE
    return replace(text, before=text.before.removeprefix(plain[0]))


def _replaced(text: Text, given: list[Value], plain: _Plain) -> Value:
    old, new = (*plain, None, None)[:2]
    if old is None or new is None or not old:
        return VAGUE
    if not text.payload and (len(given) == _TWO or old not in text.before):
        return replace(text, before=text.before.replace(old, new))
    # In a payload it only ever stands in a string, which is the same without it on both APIs.
    if new or not text.payload or old.strip() not in {"", _DATA}:
        return VAGUE
    before, after = text.before.replace(old, new), text.after.replace(old, new)
    return replace(text, before=before, after=after)


def _partitioned(text: Text, _given: list[Value], plain: _Plain) -> Value:
    if len(plain) != 1 or not plain[0]:
        return VAGUE
    before, found, rest = text.before.partition(plain[0])
    parts = [Text(each, raw=text.raw) for each in (before, found)]
    if found:
        return Partial((*parts, replace(text, before=rest)))
    return VAGUE if text.payload else Partial((*parts, parts[1]))


def _split(text: Text, given: list[Value], plain: _Plain) -> Value:
    if not plain or not plain[0]:
        return VAGUE
    once = given[1:] == [1]
    before, found, rest = text.before.partition(plain[0])
    if not text.payload and (once or len(given) == 1):
        words = text.before.split(plain[0], 1 if once else -1)
        return Partial(tuple(Text(each, raw=text.raw) for each in words))
    # What is split again and again is split inside of a payload as well.
    if not found or not once:
        return VAGUE
    return Partial((Text(before, raw=text.raw), replace(text, before=rest)))


_METHODS: dict[str, Callable[[Text, list[Value], _Plain], Value]] = {
    "decode": _coded(raw=False),
    "encode": _coded(raw=True),
    "strip": _stripped(left=True, right=True),
    "lstrip": _stripped(left=True, right=False),
    "rstrip": _stripped(left=False, right=True),
    "startswith": _starts(begins),
    "endswith": _starts(ends),
    "removeprefix": _without_prefix,
    "replace": _replaced,
    "partition": _partitioned,
    "split": _split,
}
