"""What a filter asks for, whichever way it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autorag_migrate.emulator.documents import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["BUILT_IN_FIELDS", "Condition", "Predicate", "canonical_field"]

BUILT_IN_FIELDS = frozenset({"folder", "filename", "timestamp", "modified_date"})
"""Fields that every document has."""


def canonical_field(name: str) -> str:
    """One name for the two names of the modification time."""
    return "timestamp" if name == "modified_date" else name


@dataclass(frozen=True)
class Condition:
    """One comparison.

    Attributes:
        field: Canonical name.
        operator: ``in``, ``nin``, ``lt``, ``lte``, ``gt`` or ``gte``; equality is ``in`` of one.
        values: One value for a bound, any number for ``in`` and ``nin``.
    """

    field: str
    operator: str
    values: tuple[Scalar, ...]

    def holds(self, attributes: Mapping[str, Scalar], prefix_bytes: int | None) -> bool:
        """Whether a document satisfies it.

        Args:
            attributes: The document's, with ``timestamp`` in whole seconds.
            prefix_bytes: How many UTF-8 bytes of strings are compared; all when ``None``.
        """
        found = attributes.get(self.field)
        if found is None:
            return self.operator == "nin"
        mine = _comparable(found, prefix_bytes)
        others = [_comparable(value, prefix_bytes) for value in self.values]
        if self.operator == "in":
            return mine in others
        if self.operator == "nin":
            return mine not in others
        return all(_within(mine, self.operator, other) for other in others)


@dataclass(frozen=True)
class Predicate:
    """Conditions that must all hold, in one canonical order."""

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> Predicate:
        """Join conditions: lists are united or intersected, of two bounds the tighter stays."""
        merged: dict[tuple[str, str], tuple[Scalar, ...]] = {}
        for condition in conditions:
            place = (condition.field, condition.operator)
            values = _sorted(condition.values)
            if place in merged:
                values = _merge(condition.operator, merged[place], values)
            merged[place] = values
        return cls(
            tuple(
                Condition(field, operator, merged[field, operator])
                for field, operator in sorted(merged)
            )
        )

    def holds(self, attributes: Mapping[str, Scalar], prefix_bytes: int | None = None) -> bool:
        """Whether a document satisfies every condition; see ``Condition.holds``."""
        return all(condition.holds(attributes, prefix_bytes) for condition in self.conditions)


_Comparable = tuple[str, bytes | int | float]


def _comparable(value: Scalar, prefix_bytes: int | None = None) -> _Comparable:
    """A key under which different types never compare equal: ``True`` is not 1 here."""
    if isinstance(value, bool):
        return ("boolean", int(value))
    if isinstance(value, str):
        return ("text", value.encode("utf-8", "surrogatepass")[:prefix_bytes])
    return ("number", value)


def _within(mine: _Comparable, operator: str, other: _Comparable) -> bool:
    if mine[0] != other[0]:
        return False
    if operator == "lt":
        return mine < other
    if operator == "lte":
        return mine <= other
    if operator == "gt":
        return mine > other
    return mine >= other


def _sorted(values: Iterable[Scalar]) -> tuple[Scalar, ...]:
    unique = {_comparable(value): value for value in values}
    return tuple(unique[key] for key in sorted(unique))


def _merge(
    operator: str, first: tuple[Scalar, ...], second: tuple[Scalar, ...]
) -> tuple[Scalar, ...]:
    if operator == "nin":
        return _sorted((*first, *second))
    if operator == "in":
        allowed = {_comparable(value) for value in second}
        return tuple(value for value in first if _comparable(value) in allowed)
    both = _sorted((*first, *second))
    if len({_comparable(value)[0] for value in both}) > 1:
        return both
    return both[:1] if operator in {"lt", "lte"} else both[-1:]
