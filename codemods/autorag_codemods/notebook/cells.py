"""A notebook's cells, as they stand in the JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

from autorag_codemods.spans import Node, read

__all__ = ["Cell", "Notebook", "NotebookError", "open_notebook"]

_FORMAT = 4


class NotebookError(Exception):
    """A notebook that is left as it is; `code` says which rule explains it."""

    def __init__(self, code: str, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Cell:
    """A code cell: its number among all cells, from 1, what it says and where that stands."""

    number: int
    text: str
    node: Node

    @property
    def items(self) -> list[Node]:
        """The strings that its text is put together from."""
        return [self.node] if self.node.items is None else self.node.items


class Notebook(NamedTuple):
    """The JSON and its code cells."""

    text: str
    cells: list[Cell]


def open_notebook(text: str) -> Notebook:
    """Find the code cells.

    Raises:
        NotebookError: It is no notebook of format 4, or not one in Python.
        RecursionError: It is nested too deep.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookError("AR150", "it is not JSON", error.lineno) from None
    root = read(text)
    version = root.at("nbformat")
    if version is None or text[version.start : version.end] != str(_FORMAT):
        raise NotebookError("AR159", f"it is no notebook of format {_FORMAT}")
    language = _language(root)
    if language not in {"", "python", "ipython", "python3"}:
        raise NotebookError("AR159", "its cells are not in Python")
    cells = root.at("cells")
    if cells is None or cells.items is None:
        raise NotebookError("AR159", "it has no list of cells")
    found = (_cell(number, node) for number, node in enumerate(cells.items, 1))
    return Notebook(text, [cell for cell in found if cell is not None])


def _language(root: Node) -> str:
    for path in (("kernelspec", "language"), ("language_info", "name")):
        node = root.at("metadata", *path)
        if node is not None and node.text:
            return node.text.lower()
    return ""


def _cell(number: int, node: Node) -> Cell | None:
    kind, source = node.at("cell_type"), node.at("source")
    if kind is None or kind.text != "code":
        return None
    if source is None or (source.text is None and source.items is None):
        raise NotebookError("AR159", f"cell {number} has no source")
    texts = [source.text] if source.items is None else [item.text for item in source.items]
    if None in texts:
        raise NotebookError("AR159", f"the source of cell {number} is no text")
    return Cell(number, "".join(text or "" for text in texts), source)
