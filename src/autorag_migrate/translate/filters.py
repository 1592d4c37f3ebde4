"""Legacy filters into new ones, by `mapping.FILTER_OPERATORS` and the rules beside them.

A filter is flattened to constraints, a list for each new key, which `_constraints` merges.
"""

from __future__ import annotations

import json
import math
from typing import Any

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import (
    ERRORS,
    FILTER_KEYS,
    FILTER_LIMIT,
    FILTER_LIST_OPERATORS,
    FILTER_OPERATORS,
    FILTER_PREFIX_BYTES,
    FILTER_REFUSALS,
    FILTER_SHAPE,
    FILTER_TIMESTAMP_KEYS,
)
from autorag_migrate.notes import Note, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._base import spelled_number
from ._constraints import Asked, Where, distinct, merge

__all__ = ["filters_to_new"]

_TYPE, _KEY, _VALUE = FILTER_SHAPE["type"], FILTER_SHAPE["key"], FILTER_SHAPE["value"]
_FILTERS, _AND, _OR = FILTER_SHAPE["filters"], FILTER_SHAPE["and"], FILTER_SHAPE["or"]
_IN, _EQ = FILTER_LIST_OPERATORS["in"], FILTER_OPERATORS[0].new
_OPERATORS = {row.legacy: row for row in FILTER_OPERATORS}
_REFUSALS = {row.code: row.means for row in ERRORS}
_OR_OPERATOR, _OR_KEYS = FILTER_REFUSALS["operator"], FILTER_REFUSALS["keys"]
_OPERATOR_SIGN = FILTER_OPERATORS[0].new[0]
_ESCAPED = 6
"""Most bytes that JSON needs for a character."""

_FRAME, _WORD = 40, 64
"""Characters that a comparison has beside its key and a string; bits of a number that they hold."""

_Scalar = str | int | float | bool
_SCALARS = frozenset((str, int, float, bool))
_SHORT = FILTER_PREFIX_BYTES // 4
"""So many characters never need more bytes than are compared."""


def filters_to_new(
    filters: object, settings: Settings = DEFAULT_SETTINGS, where: Where = ("filters",)
) -> tuple[dict[str, Any], list[Note]]:
    """Translate a legacy filter.

    Args:
        filters: The decoded value of `filters`.
        settings: `filter_timestamps` and `modified_date_field` matter here.
        where: Path of the filter in the request, for errors.

    Returns:
        The new filter and the notes that it owes.

    Raises:
        RefusedError: An ``or`` that the legacy API refuses (7015, 7016).
        TranslationError: A malformed filter, a contradiction, or more than the new API takes.
    """
    reading = _Reading(settings)
    reading.read(filters, where)
    new = {}
    for key, asked in reading.keys.items():
        if len(asked) > 1:
            new[key] = merge(key, asked)
        else:
            operator, value, _ = asked[0]
            new[key] = value if operator == _EQ else {operator: value}
    # Serialising every filter only to learn its length would cost as much as translating it.
    if reading.weight >= FILTER_LIMIT:
        text = json.dumps(new, separators=(",", ":"), ensure_ascii=False)
        size = len(text.encode(errors="backslashreplace"))
        if size >= FILTER_LIMIT:
            raise TranslationError(
                f"its JSON is {size} bytes long; the new API takes fewer than {FILTER_LIMIT}", where
            )
    return new, reading.notes + reading.custom_notes(where)


class _Reading:
    """The constraints of a legacy filter by new key, in the order in which they stand."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys: dict[str, list[Asked]] = {}
        self.notes: list[Note] = []
        self.weight = 0

    def read(self, filters: object, where: Where) -> None:
        kind = _type_of(filters, where)
        if kind == _AND:
            for index, inner in enumerate(_inner(filters, where)):
                at = (*where, _FILTERS, index)
                inner_kind = inner.get(_TYPE) if type(inner) is dict else None
                if type(inner_kind) is not str:
                    inner_kind = _type_of(inner, at)
                if inner_kind == _OR:
                    self.notes.append(note("AR210", _dotted(at)))
                    self._or(inner, at)
                    continue
                key, operator, value = self._comparison(inner_kind, inner, at)
                if key in self.keys:
                    self.keys[key].append((operator, value, at))
                else:
                    self.keys[key] = [(operator, value, at)]
            self._starts_with(where)
        elif kind == _OR:
            self._or(filters, where)
        else:
            key, operator, value = self._comparison(kind, filters, where)
            self.keys[key] = [(operator, value, where)]

    def custom_notes(self, where: Where) -> list[Note]:
        """The note for the custom metadata fields that are compared."""
        custom = [key for key in self.keys if key not in FILTER_KEYS]
        return [note("AR216", _dotted(where), ", ".join(custom))] if custom else []

    def _or(self, filters: object, where: Where) -> None:
        """An ``or`` of ``eq`` on one key, as one ``$in``."""
        values: list[_Scalar] = []
        keys: list[str] = []
        for index, inner in enumerate(_inner(filters, where)):
            at = (*where, _FILTERS, index)
            kind = _type_of(inner, at)
            if kind != FILTER_OPERATORS[0].legacy:
                raise RefusedError(_OR_OPERATOR, _REFUSALS[_OR_OPERATOR], at)
            key, _, value = self._comparison(kind, inner, at)
            keys.append(key)
            values.append(value)
        if len(set(keys)) > 1:
            raise RefusedError(_OR_KEYS, _REFUSALS[_OR_KEYS], where)
        chosen = (_IN, distinct(values), where)
        self.keys.setdefault(keys[0], []).append(chosen)

    def _comparison(self, kind: str, filters: Any, where: Where) -> tuple[str, str, _Scalar]:
        """A comparison as new key, new operator and new value."""
        row = _OPERATORS.get(kind)
        if row is None:
            raise TranslationError(f"{kind!r} is not an operator that can stand here", where)
        key, value = filters.get(_KEY), filters.get(_VALUE)
        if type(key) is not str or not key or key[0] == _OPERATOR_SIGN:
            raise TranslationError("it is not a name", (*where, _KEY))
        if type(value) not in _SCALARS or (type(value) is float and not math.isfinite(value)):
            raise TranslationError("it is not a string, a number or a boolean", (*where, _VALUE))
        if key in FILTER_TIMESTAMP_KEYS:
            value = self._timestamp(value, where)
            if key != FILTER_TIMESTAMP_KEYS[0] and self.settings.modified_date_field != key:
                self.notes.append(note("AR214", _dotted((*where, _KEY))))
                key = self.settings.modified_date_field
        elif type(value) is str and len(value) > _SHORT and _is_long(value):
            self.notes.append(note("AR212", _dotted((*where, _VALUE))))
        if type(value) is str:
            self.weight += (len(key) + len(value)) * _ESCAPED + _FRAME
        elif type(value) is int and value.bit_length() > _WORD:
            self.weight += len(key) * _ESCAPED + value.bit_length() // 3 + _FRAME
        else:
            self.weight += len(key) * _ESCAPED + _FRAME
        return key, row.new, value

    def _timestamp(self, value: _Scalar, where: Where) -> _Scalar:
        milliseconds = _milliseconds(value)
        if milliseconds is None:
            self.notes.append(note("AR211", _dotted((*where, _VALUE))))
            return value
        if self.settings.filter_timestamps == "milliseconds":
            return milliseconds
        return (
            math.floor(milliseconds / 1000) if type(milliseconds) is float else milliseconds // 1000
        )

    def _starts_with(self, where: Where) -> None:
        """Suggest the newer idiom where the documentation's older one stands."""
        for constraints in self.keys.values():
            if len(constraints) == 1 or type(constraints[0][1]) is not str:
                continue
            values = {operator: value for operator, value, _ in constraints}
            low, high = values.get(_OPERATORS["gt"].new), values.get(_OPERATORS["lte"].new)
            if not (isinstance(low, str) and isinstance(high, str) and low.endswith("/")):
                continue
            if high.startswith(low.rstrip("/") + "/z"):
                self.notes.append(note("AR213", _dotted(where)))


def _is_long(text: str) -> bool:
    """Whether the new API compares less than all of `text`."""
    return len(text.encode(errors="replace")) > FILTER_PREFIX_BYTES


def _type_of(filters: object, where: Where) -> str:
    kind = filters.get(_TYPE) if type(filters) is dict else None
    if type(kind) is not str:
        raise TranslationError(f"it is not a filter: it has no {_TYPE}", where)
    return kind


def _inner(filters: object, where: Where) -> list[object]:
    inner = filters.get(_FILTERS) if isinstance(filters, dict) else None
    if not isinstance(inner, list) or not inner:
        raise TranslationError("it is not a list of comparisons", (*where, _FILTERS))
    return inner


def _milliseconds(value: _Scalar) -> int | float | None:
    if isinstance(value, str):
        return spelled_number(value)
    return None if isinstance(value, bool) else value


def _dotted(where: Where) -> str:
    return ".".join(map(str, where))
