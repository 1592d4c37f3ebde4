"""Reading JSON objects field by field, with the place of every fault."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Defects", "Reader"]


class Defects:
    """What is wrong with a request, whether or not it is answered.

    Args:
        strict: Whether a refusable defect ends in an error.
    """

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.texts: list[str] = []
        self._refusal: ApiError | None = None

    def note(self, text: str) -> None:
        """Record something that the service bears."""
        self.texts.append(text)

    def refuse(self, text: str, *path: str, code: int = INVALID_INPUT) -> None:
        """Record something that a strict emulator does not bear."""
        self.texts.append(text)
        if self.strict and self._refusal is None:
            self._refusal = ApiError(code, text, path=path)

    def settle(self) -> None:
        """Raise the first refusal, once the whole request has been looked at."""
        if self._refusal is not None:
            raise self._refusal


class Reader:
    """One JSON object.

    Args:
        fields: The object.
        path: Where it stands in the body.
        legacy: Whether ``null`` is absent and numbers may stand in strings.
    """

    def __init__(
        self, fields: Mapping[str, object], path: tuple[str, ...] = (), *, legacy: bool = False
    ) -> None:
        self.fields = fields
        self.path = path
        self.legacy = legacy

    def get(self, name: str) -> object:
        """The raw value, ``None`` where the field is absent."""
        value = self.fields.get(name)
        if value is None and name in self.fields and not self.legacy:
            raise self.fault(name, "must not be null")
        return value

    def fault(self, name: str, text: str) -> ApiError:
        """An error about one field."""
        return ApiError(INVALID_INPUT, f"{name} {text}", path=(*self.path, name))

    def text(self, name: str) -> str | None:
        """A string."""
        value = self.get(name)
        if value is None or isinstance(value, str):
            return value
        raise self.fault(name, "must be a string")

    def flag(self, name: str) -> bool | None:
        """A boolean."""
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self.fault(name, "must be a boolean")

    def integer(self, name: str, low: int, high: int) -> int | None:
        """A whole number within bounds, both included."""
        value = self._number(name, int)
        if value is None:
            return None
        if value != int(value):
            raise self.fault(name, "must be a whole number")
        if not low <= value <= high:
            raise self.fault(name, f"must be from {low} to {high}")
        return int(value)

    def share(self, name: str) -> float | None:
        """A number from 0 to 1."""
        value = self._number(name, float)
        if value is not None and not 0 <= value <= 1:
            raise self.fault(name, "must be from 0 to 1")
        return None if value is None else float(value)

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """One of some strings."""
        value = self.text(name)
        choices = tuple(allowed)
        if value is not None and value not in choices:
            raise self.fault(name, f"must be one of {', '.join(choices)}")
        return value

    def child(self, name: str) -> Reader:
        """An object; an empty one where the field is absent."""
        value = self.get(name)
        if value is None:
            return Reader({}, (*self.path, name), legacy=self.legacy)
        if not isinstance(value, dict):
            raise self.fault(name, "must be an object")
        return Reader(value, (*self.path, name), legacy=self.legacy)

    def items(self, name: str) -> list[object] | None:
        """A list."""
        value = self.get(name)
        if value is None or isinstance(value, list):
            return value
        raise self.fault(name, "must be a list")

    def unknown(self, known: Iterable[str]) -> list[str]:
        """Names of fields that nobody reads."""
        names = set(known)
        return [name for name in self.fields if name not in names]

    def _number(
        self, name: str, convert: Callable[[str], int] | Callable[[str], float]
    ) -> int | float | None:
        value = self.get(name)
        if value is None:
            return None
        if self.legacy and isinstance(value, str):
            try:
                value = convert(value)
            except ValueError:
                raise self.fault(name, "must be a number") from None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fault(name, "must be a number")
        # JSON has no infinity, but 1e999 is read as one.
        if not math.isfinite(value):
            raise self.fault(name, "is too large")
        return value
