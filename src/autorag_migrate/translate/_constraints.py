"""Constraints on one key of a filter, merged to what the new syntax can hold.

Two constraints that no document can satisfy together are an error that names both: silently
answering nothing would look like an empty index.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import FILTER_LIST_OPERATORS, FILTER_OPERATORS

__all__ = ["Asked", "Where", "distinct", "merge"]

_NEW = {row.legacy: row.new for row in FILTER_OPERATORS}
_BOUNDS = {row.new: row.bound for row in FILTER_OPERATORS}
_EQ, _NE = _NEW["eq"], _NEW["ne"]
_IN, _NIN = FILTER_LIST_OPERATORS["in"], FILTER_LIST_OPERATORS["nin"]
_STRICT = frozenset((_NEW["gt"], _NEW["lt"]))

Where = tuple[str | int, ...]


class Constraint(NamedTuple):
    """``operator value`` on one key, and where it stands; the value of ``$in`` is a list."""

    operator: str
    value: Any
    where: Where


Asked = tuple[str, Any, Where]
"""A constraint before it has to be compared to another, which most never have to."""


def merge(key: str, asked: list[Asked]) -> Any:
    """What the new syntax holds for several constraints: a value, or an object of operators."""
    bounds: dict[int, Constraint] = {}
    excluded: list[Constraint] = []
    chosen: Constraint | None = None
    for constraint in map(Constraint._make, asked):
        bound = _BOUNDS.get(constraint.operator, 0)
        if bound:
            other = bounds.get(bound)
            bounds[bound] = constraint if other is None else _tighter(key, bound, other, constraint)
        elif constraint.operator == _NE:
            excluded.append(constraint)
        else:
            chosen = constraint if chosen is None else _common(key, chosen, constraint)
    if chosen is not None:
        return _satisfying(key, chosen, [*excluded, *bounds.values()])
    if len(bounds) == 2:  # noqa: PLR2004 (a lower and an upper one)
        _check_range(key, bounds[-1], bounds[1])
    merged: dict[str, Any] = {bounds[side].operator: bounds[side].value for side in sorted(bounds)}
    values = distinct([constraint.value for constraint in excluded])
    if values:
        merged |= {_NE: values[0]} if len(values) == 1 else {_NIN: values}
    return merged


def _tighter(key: str, bound: int, one: Constraint, other: Constraint) -> Constraint:
    order = _compare(key, one, other.value, other) * bound
    if order == 0:
        return one if one.operator in _STRICT else other
    return one if order < 0 else other


def _common(key: str, one: Constraint, other: Constraint) -> Constraint:
    """Both constraints choose values: what they choose alike."""
    values = {_identity(value) for value in _values(other)}
    common = [value for value in _values(one) if _identity(value) in values]
    if not common:
        raise _contradiction(key, one, other)
    if _EQ in (one.operator, other.operator):
        return Constraint(_EQ, common[0], one.where)
    return Constraint(_IN, common, one.where)


def _satisfying(key: str, chosen: Constraint, others: list[Constraint]) -> Any:
    """The chosen value or values, less those that the other constraints exclude."""
    values = _values(chosen)
    for other in others:
        values = [value for value in values if _satisfies(key, value, chosen, other)]
        if not values:
            raise _contradiction(key, chosen, other)
    return {_IN: values} if chosen.operator == _IN else values[0]


def _satisfies(key: str, value: Any, chosen: Constraint, other: Constraint) -> bool:
    if other.operator == _NE:
        return _identity(value) != _identity(other.value)
    order = _compare(key, other, value, chosen) * _BOUNDS[other.operator]
    return order > 0 or (order == 0 and other.operator not in _STRICT)


def _check_range(key: str, low: Constraint, high: Constraint) -> None:
    order = _compare(key, low, high.value, high)
    if order > 0 or (order == 0 and (low.operator in _STRICT or high.operator in _STRICT)):
        raise _contradiction(key, low, high)


def _compare(key: str, one: Constraint, value: Any, other: Constraint) -> int:
    """The order of ``one.value`` and `value` (of `other`): -1, 0 or 1."""
    left, right = one.value, value
    if isinstance(left, str) and isinstance(right, str):
        left = left.encode(errors="surrogatepass")
        right = right.encode(errors="surrogatepass")
    elif type(left) is not type(right) and _kind(left) is not _kind(right):
        raise TranslationError(
            f"{_shown(key, one)} and {_shown(key, other)} compare different types", other.where
        )
    return int(left > right) - int(left < right)


def _kind(value: Any) -> type:
    return type(value) if isinstance(value, (str, bool)) else float


def distinct(values: list[Any]) -> list[Any]:
    """The values without repetitions, in their order."""
    kept: dict[tuple[bool, Any], Any] = {}
    for value in values:
        kept.setdefault(_identity(value), value)
    return list(kept.values())


def _values(chosen: Constraint) -> list[Any]:
    return chosen.value if chosen.operator == _IN else [chosen.value]


def _identity(value: Any) -> tuple[bool, Any]:
    """What equal values share, where true is not 1."""
    return isinstance(value, bool), value


def _contradiction(key: str, one: Constraint, other: Constraint) -> TranslationError:
    return TranslationError(
        f"{_shown(key, one)} and {_shown(key, other)} contradict each other", other.where
    )


def _shown(key: str, constraint: Constraint) -> str:
    return f"{key} {constraint.operator} {constraint.value!r}"
