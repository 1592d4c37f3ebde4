"""New texts of cells, put into the JSON: only the strings that change are written anew."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from autorag_codemods.spans import Node, encoded, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cells import Cell, Notebook

__all__ = ["splice"]

_CAPITALS = re.compile(r"\\u(?=[0-9a-fA-F]*[A-F])[0-9a-fA-F]{4}")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class _Style(NamedTuple):
    """How a file writes what may be written in several ways."""

    ascii_only: bool
    upper: bool
    slash: bool

    def write(self, text: str) -> list[str]:
        return [encoded(each, **self._asdict()) for each in text]


def splice(notebook: Notebook, texts: Mapping[int, str]) -> str:
    """The notebook with new texts for the cells of these numbers."""
    parts: list[str] = []
    at = 0
    for cell in notebook.cells:
        if cell.number in texts and texts[cell.number] != cell.text:
            for start, end, new in _edits(notebook.text, cell, texts[cell.number]):
                parts += (notebook.text[at:start], new)
                at = end
    return "".join((*parts, notebook.text[at:]))


def _edits(text: str, cell: Cell, new: str) -> list[tuple[int, int, str]]:
    """Spans of strings, and what takes their place."""
    starts = [0]
    for item in cell.items:
        starts.append(starts[-1] + len(item.text or ""))
    found = []
    for first, last, changed in _regions(starts, cell.text, new):
        items = cell.items[first : last + 1]
        if not changed and len(items) < len(cell.items):
            found.append(_removed(cell.items, first, last))
            continue
        made = _written(text, items, changed, _style(text, cell))
        if cell.node.items is None:
            whole = "".join(made)
        else:
            lines, at = [], 0
            for line in _LINES.findall(changed):
                lines.append("".join(made[at : at + len(line)]))
                at += len(line)
            whole = f'"{_between(text, cell.node)}"'.join(lines)
        found.append((items[0].start, items[-1].end, f'"{whole}"'))
    return found


def _removed(items: list[Node], first: int, last: int) -> tuple[int, int, str]:
    """Items of a list, and the comma before or behind them."""
    if last + 1 < len(items):
        return items[first].start, items[last + 1].start, ""
    return items[first - 1].end, items[last].end, ""


def _regions(starts: list[int], old: str, new: str) -> list[tuple[int, int, str]]:
    """Runs of items that change, first and last, with the text that all of them become."""
    before, after = _LINES.findall(old), _LINES.findall(new)
    offsets = [0]
    for line in before:
        offsets.append(offsets[-1] + len(line))
    merged: list[tuple[int, int, list[tuple[int, int, str]]]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        start, end, text = offsets[i1], offsets[i2], "".join(after[j1:j2])
        first, last = _touched(starts, start, end)
        if merged and first <= merged[-1][1]:
            merged[-1][2].append((start, end, text))
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]), merged[-1][2])
        else:
            merged.append((first, last, [(start, end, text)]))
    found = []
    for first, last, hunks in merged:
        parts: list[str] = []
        at = starts[first]
        for start, end, text in hunks:
            parts += (old[at:start], text)
            at = end
        parts.append(old[at : starts[last + 1]])
        found.append((first, last, "".join(parts)))
    return found


def _touched(starts: list[int], start: int, end: int) -> tuple[int, int]:
    """The items that a span reaches into; for an empty span the one that begins there."""
    count = len(starts) - 1
    first = max(i for i in range(count) if starts[i] <= start)
    last = max((i for i in range(count) if starts[i] < end), default=first)
    return first, max(first, last)


def _written(text: str, items: list[Node], new: str, style: _Style) -> list[str]:
    """Each character of the new text; those before and behind the change as they were written."""
    old = "".join(item.text or "" for item in items)
    raw = [piece for item in items for piece in pieces(text, item)]
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    middle = style.write(new[head : len(new) - tail])
    return [*raw[:head], *middle, *(raw[len(raw) - tail :] if tail else [])]


def _between(text: str, array: Node) -> str:
    """What stands between the items of a list."""
    items = array.items or []
    if len(items) > 1:
        return text[items[0].end : items[1].start]
    return "," + (text[array.start + 1 : items[0].start] or " ")


def _style(text: str, cell: Cell) -> _Style:
    raw = text[cell.node.start : cell.node.end]
    bare = re.search(r"(?<!\\)(?:\\\\)*/", raw)
    return _Style(text.isascii(), bool(_CAPITALS.search(text)), "\\/" in raw and bare is None)
