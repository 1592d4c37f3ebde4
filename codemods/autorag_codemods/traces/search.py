"""Where the needles stand in a file, exactly as ``grep -oi`` finds them."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from autorag_migrate.mapping import NEEDLES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Hit", "Lines", "hits"]

_NEEDLE = re.compile(b"|".join(map(re.escape, NEEDLES)), re.IGNORECASE)
_ENDS = re.compile(r"\r\n|\r|\n")


class Hit(NamedTuple):
    """An occurrence; `start` and `end` are offsets in the file's text."""

    start: int
    end: int
    line: int
    column: int


class Lines:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            self._starts = [0, *(found.end() for found in _ENDS.finditer(text))]
        else:
            # The same, at a tenth of the cost.
            self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and a column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def span(self, line: int) -> slice:
        """The text of a line, and its end."""
        end = self._starts[line] if line < len(self._starts) else None
        return slice(self._starts[line - 1], end)


def hits(raw: bytes, text: str, encoding: str, lines: Lines) -> Iterator[Hit]:
    """Every occurrence, in order: found in the bytes, told in the text that they decode to.

    Args:
        raw: The bytes, without a mark before them.
        text: What they say.
        encoding: How.
        lines: The lines of the text.
    """
    plain = len(raw) == len(text)
    done = at = 0
    for found in _NEEDLE.finditer(raw):
        start, end = found.span()
        if not plain:
            # What stands between two of them is decoded once.
            at += len(raw[done:start].decode(encoding, "replace"))
            done, start, end = start, at, at + end - start
        yield Hit(start, end, *lines.place(start))
