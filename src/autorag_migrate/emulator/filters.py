"""Both filter languages, read into one predicate."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError
from autorag_migrate.emulator.predicate import (
    BUILT_IN_FIELDS,
    Condition,
    Predicate,
    canonical_field,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from typing import Literal, TypeGuard

    from autorag_migrate.emulator.documents import Scalar
    from autorag_migrate.emulator.validation import Defects

__all__ = ["NEW_PREFIX_BYTES", "looks_legacy", "read_legacy", "read_new"]

NEW_PREFIX_BYTES = 64
"""How much of a string the new API compares."""

_LEGACY_OPERATORS = {
    "eq": "in",
    "ne": "nin",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
}
_NEW_OPERATORS = {
    "$eq": "in",
    "$ne": "nin",
    "$in": "in",
    "$nin": "nin",
    "$lt": "lt",
    "$lte": "lte",
    "$gt": "gt",
    "$gte": "gte",
}
_NEW_BYTES = 2048
_LOOKS_LIKE_MILLISECONDS = 10**11
_Path = tuple[str, ...]


def looks_legacy(value: Mapping[str, object]) -> bool:
    """Whether a filter is in the legacy language."""
    return "type" in value and ("filters" in value or {"key", "value"} <= value.keys())


def read_legacy(value: object, path: _Path, *, allow_nested_or: bool) -> Predicate:
    """Read ``{"type": ..., "key": ..., "value": ...}`` or an ``and``/``or`` of such.

    Args:
        value: The ``filters`` field; ``{}`` asks for nothing.
        path: Where it stands in the body.
        allow_nested_or: Whether an ``and`` may hold an ``or``.

    Returns:
        The predicate, with timestamps in whole seconds, rounded down.

    Raises:
        ApiError: 7015 and 7016 for what ``or`` cannot do, 7057 for what is no filter.
    """
    if not isinstance(value, dict):
        raise ApiError(INVALID_INPUT, "filters must be an object", path=path)
    if not value:
        return Predicate()
    if value.get("type") == "or":
        return Predicate.of([_legacy_or(value, path)])
    if value.get("type") != "and":
        return Predicate.of([_legacy_comparison(value, path)])
    conditions: list[Condition] = []
    for part, place in _parts(value, path):
        if part.get("type") == "or" and allow_nested_or:
            conditions.append(_legacy_or(part, place))
        elif part.get("type") in {"and", "or"}:
            raise ApiError(7016, "compound filters must not be nested", path=place)
        else:
            conditions.append(_legacy_comparison(part, place))
    return Predicate.of(conditions)


def _parts(value: Mapping[str, object], path: _Path) -> list[tuple[dict[str, object], _Path]]:
    filters = value.get("filters")
    place = (*path, "filters")
    if not isinstance(filters, list) or not filters:
        raise ApiError(7057, "a compound filter needs a list of filters", path=place)
    parts: list[tuple[dict[str, object], _Path]] = []
    for number, part in enumerate(filters):
        if not isinstance(part, dict):
            raise ApiError(7057, "a filter must be an object", path=(*place, str(number)))
        parts.append((part, (*place, str(number))))
    return parts


def _legacy_or(value: Mapping[str, object], path: _Path) -> Condition:
    conditions: list[Condition] = []
    for part, place in _parts(value, path):
        if part.get("type") in {"and", "or"}:
            raise ApiError(7016, "compound filters must not be nested", path=place)
        if part.get("type") != "eq":
            raise ApiError(7015, "an or filter takes the operator eq only", path=place)
        conditions.append(_legacy_comparison(part, place))
    if len({condition.field for condition in conditions}) > 1:
        raise ApiError(7016, "an or filter takes one key only", path=path)
    values = tuple(value for condition in conditions for value in condition.values)
    return Condition(conditions[0].field, "in", values)


def _legacy_comparison(value: Mapping[str, object], path: _Path) -> Condition:
    operator = value.get("type")
    key = value.get("key")
    found = value.get("value")
    if not isinstance(operator, str) or operator not in _LEGACY_OPERATORS:
        raise ApiError(7057, "unknown filter type", path=(*path, "type"))
    if not isinstance(key, str) or not key:
        raise ApiError(7057, "a filter needs a key", path=(*path, "key"))
    if not _is_scalar(found):
        raise ApiError(7057, "a filter needs a value", path=(*path, "value"))
    field = canonical_field(key)
    if field == "timestamp":
        found = _legacy_seconds(found, (*path, "value"))
    return Condition(field, _LEGACY_OPERATORS[operator], (found,))


def _is_scalar(value: object) -> TypeGuard[Scalar]:
    # JSON has no infinity, but 1e999 is read as one.
    return isinstance(value, str) or (isinstance(value, (int, float)) and math.isfinite(value))


def _legacy_seconds(value: Scalar, path: _Path) -> int:
    try:
        # int() first: a float has no exact place for a long number.
        return int(value) // 1000 if isinstance(value, (str, int)) else math.floor(value / 1000)
    except (ValueError, OverflowError):
        raise ApiError(7057, "a timestamp must be a number of milliseconds", path=path) from None


def read_new(
    value: object,
    path: _Path,
    *,
    fields: Container[str],
    unit: Literal["seconds", "milliseconds"],
    defects: Defects,
) -> Predicate:
    """Read ``{"field": value}`` and ``{"field": {"$op": value}}``.

    Args:
        value: The ``filters`` option; ``{}`` asks for nothing.
        path: Where it stands in the body.
        fields: Metadata fields that exist beside the built-in ones.
        unit: Unit of timestamps.
        defects: Takes what is dubious.

    Returns:
        The predicate, with timestamps in whole seconds.

    Raises:
        ApiError: 7057 for what is no filter or too large, 7058 for an unknown field.
    """
    if not isinstance(value, dict):
        raise ApiError(INVALID_INPUT, "filters must be an object", path=path)
    if looks_legacy(value):
        defects.refuse("the filter is in the legacy language", *path, code=7057)
        return read_legacy(value, path, allow_nested_or=True)
    size = len(
        json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    )
    if size >= _NEW_BYTES:
        raise ApiError(7057, f"the filter has {size} bytes, the limit is {_NEW_BYTES}", path=path)
    conditions: list[Condition] = []
    for name, wanted in value.items():
        place = (*path, name)
        if name.startswith("$"):
            raise ApiError(7057, f"{name} is not an operator between fields", path=place)
        if name not in BUILT_IN_FIELDS and name not in fields:
            raise ApiError(7058, f"no document has the field {name}", path=place)
        conditions += _new_conditions(name, wanted, place, unit, defects)
    return Predicate.of(conditions)


def _new_conditions(
    name: str,
    wanted: object,
    path: _Path,
    unit: Literal["seconds", "milliseconds"],
    defects: Defects,
) -> list[Condition]:
    comparisons = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    if not comparisons:
        raise ApiError(7057, "a field needs an operator", path=path)
    conditions: list[Condition] = []
    for operator, operand in comparisons.items():
        place = (*path, operator) if isinstance(wanted, dict) else path
        if operator not in _NEW_OPERATORS:
            raise ApiError(7057, f"unknown operator {operator}", path=place)
        values = _operands(operator, operand, place)
        field = canonical_field(name)
        if field == "timestamp":
            values = tuple(_new_seconds(each, place, unit, defects) for each in values)
        conditions.append(Condition(field, _NEW_OPERATORS[operator], values))
    return conditions


def _operands(operator: str, operand: object, path: _Path) -> tuple[Scalar, ...]:
    if operator in {"$in", "$nin"}:
        if not isinstance(operand, list) or not operand:
            raise ApiError(7057, f"{operator} needs a list of values", path=path)
        operands = operand
    else:
        operands = [operand]
    values: list[Scalar] = []
    for each in operands:
        if not _is_scalar(each):
            raise ApiError(7057, "a value must be a string, a number or a boolean", path=path)
        values.append(each)
    return tuple(values)


def _new_seconds(
    value: Scalar, path: _Path, unit: Literal["seconds", "milliseconds"], defects: Defects
) -> Scalar:
    if isinstance(value, (str, bool)):
        defects.refuse("a timestamp must be a number", *path, code=7057)
        return value
    if unit == "milliseconds":
        return math.floor(value / 1000)
    if value >= _LOOKS_LIKE_MILLISECONDS:
        defects.note("a timestamp looks like milliseconds, seconds are compared")
    return value
