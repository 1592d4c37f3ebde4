"""Where an import stands that comes from another section than the one whose place it takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import libcst as cst

from .edits import Edit
from .imports import sorted_block, sorted_key

if TYPE_CHECKING:
    from collections.abc import Container

    from autorag_codemods.program import Parents, Positions

    from .edits import Editor

__all__ = ["move_below_standard_library"]


def move_below_standard_library(
    editor: Editor,
    parents: Parents,
    statement: cst.Import | cst.ImportFrom,
    made: str,
    end: int,
    going: Container[cst.CSTNode] = (),
) -> bool:
    """Move an import out of the section of the standard library, to the one below it.

    Args:
        editor: Takes the edits.
        parents: The module's tree.
        statement: What is replaced.
        made: What takes its place.
        end: Where the statement ends; what follows on its line goes with it.
        going: Other imports that are taken away.

    Returns:
        Whether it was moved; False where it does not stand in such a section.
    """
    positions = editor.positions
    line = parents.of(statement)
    lines = _lines(parents, statement)
    if not isinstance(line, cst.SimpleStatementLine) or line not in lines or len(line.body) > 1:
        return False
    block = sorted_block(positions, line, lines)
    others = [each for each in block if each is not line and each.body[0] not in going]
    if not others or not all(map(_is_standard, block)):
        return False
    line_start = positions.line_start(positions.span(statement)[0])
    line_end = positions.next_line(end)
    rest = positions.text[end:line_end]
    if not rest.endswith(("\n", "\r")):
        return False
    editor.edits.append(Edit(line_start, line_end, str, frozenset()))
    place, before = _place(positions, lines, block, made)
    editor.insert(place, (), lambda: before + made + rest, made)
    return True


def _lines(parents: Parents, near: cst.CSTNode) -> list[cst.SimpleStatementLine]:
    return [
        each
        for each in parents.module(near).body
        if isinstance(each, cst.SimpleStatementLine) and sorted_key(each) is not None
    ]


def _is_standard(line: cst.SimpleStatementLine) -> bool:
    key = sorted_key(line)
    return key is not None and key[1].partition(".")[0] in _STANDARD


_STANDARD = {name.lower() for name in sys.stdlib_module_names} - {"__future__"}


def _place(
    positions: Positions,
    lines: list[cst.SimpleStatementLine],
    block: list[cst.SimpleStatementLine],
    made: str,
) -> tuple[int, str]:
    """Where the import stands: in a section of its own, with what parts it, or in the next one."""
    end = positions.next_line(positions.span(block[-1].body[-1])[1])
    below = lines[lines.index(block[-1]) + 1 :]
    if not below or positions.text[end : positions.span(below[0].body[0])[0]].strip():
        return end, positions.file(block[-1]).newline
    section = sorted_block(positions, below[0], lines)
    key = (1, made.split()[1].lower())
    for each in section:
        if (sorted_key(each) or (2, "")) > key:
            return positions.span(each.body[0])[0], ""
    return positions.next_line(positions.span(section[-1].body[-1])[1]), ""
