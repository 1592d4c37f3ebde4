"""Filters that are literals in the end: the comparisons of the source, not their values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from autorag_codemods.program.strings import plain
from autorag_codemods.program.values import (
    Const,
    Dict,
    DictObject,
    Entry,
    Sequence,
    Text,
    Unknown,
    Values,
    may_be_none,
    one,
)
from autorag_migrate.mapping import (
    FILTER_KEYS,
    FILTER_LIMIT,
    FILTER_LIST_OPERATORS,
    FILTER_OPERATORS,
    FILTER_PREFIX_BYTES,
    FILTER_SHAPE,
    FILTER_TIMESTAMP_KEYS,
)

if TYPE_CHECKING:
    from autorag_codemods.options import Options
    from autorag_codemods.program import Facts

__all__ = ["Filter", "FilterError", "Writer", "read_filter"]

_OPERATORS = {operator.legacy: operator for operator in FILTER_OPERATORS}
_AND, _OR = FILTER_SHAPE["and"], FILTER_SHAPE["or"]
_MILLISECONDS = 1000


class FilterError(ValueError):
    """A filter that cannot be carried over as a literal; the sentence says why."""


class Writer(NamedTuple):
    """How source is written: what a node becomes, and the quote of new strings."""

    render: Callable[[cst.CSTNode], str]
    quote: str

    def pair(self, key: str, value: str) -> str:
        """A key and its value."""
        return f"{self.quote}{key}{self.quote}: {value}"


Written = Callable[[Writer], str]


class Filter(NamedTuple):
    """A new filter: its fields, and what writes the value or the operators of each."""

    fields: dict[str, Written]
    notes: tuple[str, ...]


class _Comparison(NamedTuple):
    key: str
    operator: str
    entry: Entry


def read_filter(facts: Facts, values: Values, options: Options) -> tuple[DictObject, Filter]:
    """The literal that a value is, and the new filter of the same meaning.

    Raises:
        FilterError: It is not a literal, or has no literal counterpart.
    """
    value = one(values)
    if not isinstance(value, Dict):
        raise FilterError("its filter is made at run time")
    holders = [
        entry
        for each in facts.dicts.values()
        for entry in each.entries.values()
        if value in entry.value
    ]
    if len(holders) > 1:
        raise FilterError("its filter is used elsewhere")
    made = _literal(value.made)
    kind = _text(made, FILTER_SHAPE["type"])
    notes: list[str] = []
    if kind in {_AND, _OR}:
        parts = [_comparison(part, notes) for part in _parts(facts, made)]
    else:
        parts = [_comparison(made, notes)]
    if sum(map(_size, parts)) >= FILTER_LIMIT:
        raise FilterError(f"its filter is longer than the {FILTER_LIMIT} bytes of the new API")
    notes += _misses_the_folder(parts)
    if kind == _OR:
        return made, _any_of(parts, options, notes)
    return made, _all_of(parts, options, notes)


def _size(part: _Comparison) -> int:
    """The bytes that a comparison has at least as JSON; what is not known counts as nothing."""
    text = plain(part.entry.value) or ""
    return len(json.dumps({part.key: text}, ensure_ascii=False).encode())


def _misses_the_folder(parts: list[_Comparison]) -> list[str]:
    """The documented "starts with", which leaves out the files of the folder itself."""
    above = {part.key: plain(part.entry.value) for part in parts if part.operator == "gt"}
    below = {part.key: plain(part.entry.value) for part in parts if part.operator == "lte"}
    for key, low in above.items():
        high = below.get(key)
        if low and high and low.endswith("//") and high == low[:-1] + "z":
            return ["AR213"]
    return []


def _literal(made: DictObject) -> DictObject:
    is_used = made.escaped or made.read or made.reads or made.is_spread
    if made.dynamic or made.loose or made.spreads or made.removed or made.is_partial or is_used:
        raise FilterError("its filter is changed or used elsewhere")
    if not isinstance(made.node, cst.Dict) or not all(e.literal for e in made.entries.values()):
        raise FilterError("its filter is made at run time")
    return made


def _entry(made: DictObject, key: str) -> Entry:
    found = [entry for entry in made.entries.values() if entry.key == key]
    if len(found) != 1:
        raise FilterError("its filter has not the legacy shape")
    return found[0]


def _text(made: DictObject, key: str) -> str:
    text = plain(_entry(made, key).value)
    if text is None:
        raise FilterError("its filter is made at run time")
    return text


def _parts(facts: Facts, made: DictObject) -> list[DictObject]:
    entry = _entry(made, FILTER_SHAPE["filters"])
    value = one(entry.value)
    if (
        not isinstance(value, Sequence)
        or not isinstance(value.node, cst.List)
        or value.element != value.given
    ):
        raise FilterError("its filter is made at run time")
    found = []
    for element in value.node.elements:
        part = facts.dicts.get(element.value)
        if part is None:
            raise FilterError("its filter is made at run time")
        found.append(_literal(part))
    if not found:
        raise FilterError("its filter is empty")
    return found


def _comparison(made: DictObject, notes: list[str]) -> _Comparison:
    operator, key = _text(made, FILTER_SHAPE["type"]), _text(made, FILTER_SHAPE["key"])
    if operator not in _OPERATORS or len(made.entries) != len(("type", "key", "value")):
        raise FilterError("its filter has not the legacy shape")
    entry = _entry(made, FILTER_SHAPE["value"])
    if may_be_none(entry.value):
        raise FilterError("a value of its filter may be None")
    if key not in FILTER_KEYS:
        notes.append("AR216")
    return _Comparison(key, operator, entry)


def _any_of(parts: list[_Comparison], options: Options, notes: list[str]) -> Filter:
    keys = {part.key for part in parts}
    if len(keys) > 1 or any(part.operator != "eq" for part in parts):
        raise FilterError("the legacy API refuses this or")
    values = [_value(part, options, notes) for part in parts]
    field = _field(parts[0].key, options, notes)
    word = FILTER_LIST_OPERATORS["in"]
    return Filter(
        {field: lambda to: "{" + to.pair(word, _listed(values, to)) + "}"},
        tuple(dict.fromkeys(notes)),
    )


def _all_of(parts: list[_Comparison], options: Options, notes: list[str]) -> Filter:
    by_key: dict[str, list[_Comparison]] = {}
    for part in parts:
        by_key.setdefault(_field(part.key, options, notes), []).append(part)
    fields: dict[str, Written] = {}
    for field, its in by_key.items():
        values = [(part.operator, _value(part, options, notes)) for part in its]
        fields[field] = _combined(values)
    return Filter(fields, tuple(dict.fromkeys(notes)))


def _combined(
    values: list[tuple[str, Written]],
) -> Written:
    names = [name for name, _ in values]
    if names == ["eq"]:
        return values[0][1]
    if set(names) == {"ne"} and len(names) > 1:
        word = FILTER_LIST_OPERATORS["nin"]
        return lambda to: "{" + to.pair(word, _listed([value for _, value in values], to)) + "}"
    bounds = [_OPERATORS[name].bound for name in names if _OPERATORS[name].bound]
    if "eq" in names or len(set(names)) != len(names) or len(set(bounds)) != len(bounds):
        raise FilterError("its filter compares one key twice in a way that only values can decide")
    return lambda to: (
        "{" + ", ".join(to.pair(_OPERATORS[name].new, value(to)) for name, value in values) + "}"
    )


def _listed(values: list[Written], to: Writer) -> str:
    return f"[{', '.join(value(to) for value in values)}]"


def _field(key: str, options: Options, notes: list[str]) -> str:
    if key == "modified_date":
        notes.append("AR214")
        return str(options.setting("modified_date_field"))
    return key


def _value(part: _Comparison, options: Options, notes: list[str]) -> Written:
    node, value = part.entry.value_node, one(part.entry.value)
    if isinstance(value, (Dict, Sequence)):
        raise FilterError("a value of its filter is no text and no number")
    if part.key in FILTER_TIMESTAMP_KEYS:
        return _timestamp(part, options)
    text = plain(part.entry.value)
    if text is not None and len(text.encode()) > FILTER_PREFIX_BYTES:
        notes.append("AR212")
    return lambda to: to.render(node)


def _timestamp(part: _Comparison, options: Options) -> Written:
    seconds = options.setting("filter_timestamps") == "seconds"
    node, value = part.entry.value_node, one(part.entry.value)
    text = plain(part.entry.value)
    if isinstance(value, Const) and value.kind == "int":
        text = str(value.value)
    if text is not None:
        if not text.lstrip("-").isdigit():
            raise FilterError("a timestamp of its filter is no number of milliseconds")
        number = int(text)
        return lambda _to: str(number // _MILLISECONDS if seconds else number)
    if not isinstance(value, (Unknown, Text)) or (
        isinstance(value, Unknown) and value.kind == "float"
    ):
        raise FilterError("a timestamp of its filter is no number of milliseconds")
    source = _number_in(node, value)
    if source is None:
        raise FilterError("a timestamp of its filter may be no number")
    return lambda to: f"{source(to)} // {_MILLISECONDS}" if seconds else source(to)


def _number_in(node: cst.BaseExpression, value: object) -> Written | None:
    """A number of milliseconds: ``str(int(x))`` is spelled without the detour.

    None for what may be no number: the legacy API refuses it, ``int`` would raise.
    """
    match node:
        case cst.Call(
            func=cst.Name("str"), args=[cst.Arg(value=cst.Call(func=cst.Name("int")) as inner)]
        ):
            return lambda to: to.render(inner)
        case cst.Call(func=cst.Name("int"), args=[cst.Arg()]):
            return lambda to: to.render(node)
    if isinstance(value, Unknown) and value.kind == "int":
        return lambda to: f"({to.render(node)})" if not isinstance(node, cst.Name) else node.value
    return None
