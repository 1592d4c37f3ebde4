"""A notebook as one module: its cells in order, and the way back to them."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from .magics import Mask, cell_magic, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .cells import Cell

__all__ = ["Joined"]

_ALL_ARE_SHOWN = "ast_node_interactivity"
_NEWLINE = re.compile(r"\r\n|\r|\n")


class Joined:
    """The cells' text between marks, with what Python does not take covered.

    Attributes:
        cells: The cells.
        texts: What each of them becomes in the module.
        text: The module.
    """

    def __init__(self, cells: list[Cell]) -> None:
        self.cells = cells
        said = "\n".join(cell.text for cell in cells)
        self.prefix = _unused(said)
        self.mask = Mask(self.prefix, _names(cells))
        self._all_are_shown = _ALL_ARE_SHOWN in said
        # Where a line got longer at its front: line of the module, column, and by how much.
        self._longer: dict[int, list[tuple[int, int]]] = {}
        self._shown: list[tuple[str, str]] = []
        self._starts: list[int] = []
        self.texts: list[str] = []
        parts: list[str] = []
        line = 1
        for cell in cells:
            text = self._displayed(self.mask.cover(cell.text), line + 1)
            self.texts.append(text)
            part = f"{self._mark(cell)}\n{text}\n"
            self._starts.append(line + 1)
            line += len(_NEWLINE.findall(part))
            parts.append(part)
        self.text = "".join(parts)

    def _mark(self, cell: Cell) -> str:
        return f"# {self.prefix}cell{cell.number}__"

    def place(self, line: int, column: int) -> tuple[int, int, int]:
        """The number of the cell, and the line and column in it."""
        index = max(0, bisect_right(self._starts, line) - 1)
        back = sum(min(more, max(0, column - at - 1)) for at, more in self._longer.get(line, ()))
        return self.cells[index].number, max(1, line - self._starts[index] + 1), column - back

    def said(self, sentence: str) -> str:
        """A sentence without the names that were put in."""
        shown = re.escape(self.prefix) + r"shown\d+__\.echo(?:\(\))?"
        sentence = re.sub(shown, "the output of its cell", sentence)
        return re.sub(re.escape(self.prefix) + r"magic\d+__(?:\(\))?", self._magic, sentence)

    def _magic(self, found: re.Match[str]) -> str:
        hidden = next(
            (text for name, text in self.mask.hidden if name.startswith(found[0].rstrip("()"))), ""
        )
        word = re.match(r"\s*(%%?\w+|!)", hidden)
        return word[1] if word else "a magic"

    def split(self, text: str) -> dict[int, str]:
        """The new texts of the cells by their number.

        Raises:
            ValueError: The marks or what was covered did not stay what and where they were.
        """
        found = {}
        for start, end in self._shown:
            if text.count(start) != 1 or text.count(end) != 1:
                raise ValueError(start)
            text = text.replace(start, "").replace(end, "")
        rest = text
        for index, cell in enumerate(self.cells):
            mark = self._mark(cell) + "\n"
            if not rest.startswith(mark):
                raise ValueError(mark)
            rest = rest.removeprefix(mark)
            if index + 1 < len(self.cells):
                part, following, rest = rest.partition(self._mark(self.cells[index + 1]))
                rest = following + rest
            else:
                part = rest
            if not part.endswith("\n"):
                raise ValueError(mark)
            found[cell.number] = self.mask.uncover(part[:-1])
        return found

    def _displayed(self, text: str, first_line: int) -> str:
        """What a cell ends in is shown below it: that is a use of the value."""
        edits: list[tuple[int, int, int, int]] = []
        for node in _shown_expressions(text, every=self._all_are_shown):
            start = _offset(text, node.lineno, node.col_offset)
            end = _offset(text, node.end_lineno or 0, node.end_col_offset or 0)
            edits.append((start, end, node.lineno, node.col_offset))
        for start, end, line, column in reversed(edits):
            number = len(self._shown)
            # By its name, a function that sends nothing.
            before = f"{self.prefix}shown{number}__.echo("
            after = f", {self.prefix}end{number}__)"
            self._shown.append((before, after))
            text = f"{text[:start]}{before}{text[start:end]}{after}{text[end:]}"
            self._longer.setdefault(first_line + line - 1, []).append((column, len(before)))
        return text


def _names(cells: list[Cell]) -> set[str]:
    return set().union(*(names_in(cell.text) for cell in cells if not cell_magic(cell.text)))


def _unused(text: str) -> str:
    prefix = "__nb"
    while prefix in text:
        prefix += "x"
    return prefix


def _shown_expressions(text: str, *, every: bool) -> Iterable[ast.expr]:
    """The expressions whose values IPython shows.

    Raises:
        SyntaxError: This Python does not take the cell.
    """
    body = ast.parse(text).body
    for node in body if every else body[-1:]:
        # A call of a magic is shown as well, but it is handed what it is given already.
        if isinstance(node, ast.Expr):
            yield node.value


def _offset(text: str, line: int, column: int) -> int:
    """An offset in characters; `ast` counts columns in bytes of UTF-8."""
    start = 0
    for found in _NEWLINE.finditer(text):
        if line == 1:
            break
        start, line = found.end(), line - 1
    piece = text[start:].encode()[:column]
    return start + len(piece.decode())
