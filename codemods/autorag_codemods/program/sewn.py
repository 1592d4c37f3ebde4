"""A text that is made of parts of another one, and where each of its characters came from."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Change", "Part", "Sewn"]


class Part(NamedTuple):
    """Some text, and the offset that it stands for; `is_copy` where it is what stands there."""

    text: str
    at: int
    is_copy: bool = False


class Change(NamedTuple):
    """What takes the place of a span of the old text; the span of an insertion is empty."""

    start: int
    end: int
    parts: tuple[Part, ...]


class Sewn:
    """The old text with some changes.

    Attributes:
        old: The text before.
        text: The text after.
    """

    def __init__(self, old: str, changes: Iterable[Change]) -> None:
        self.old = old
        self._parts: list[Part] = []
        at = 0
        for change in sorted(changes):
            self._parts += [Part(old[at : change.start], at, is_copy=True), *change.parts]
            at = change.end
        self._parts.append(Part(old[at:], at, is_copy=True))
        self._starts = list(accumulate((len(part.text) for part in self._parts), initial=0))
        self.text = "".join(part.text for part in self._parts)

    def origin(self, offset: int) -> int:
        """The offset in the old text that one in the new text stands for."""
        index = min(bisect_right(self._starts, offset) - 1, len(self._parts) - 1)
        part = self._parts[index]
        return part.at + (offset - self._starts[index] if part.is_copy else 0)
