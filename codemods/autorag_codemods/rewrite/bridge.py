"""The bridge: the import of the sender's library becomes that of the adapter's drop-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.tree import dotted
from autorag_codemods.senders import DROP_INS

from .edits import Edit, Editor
from .imports import sorted_block, sorted_key

if TYPE_CHECKING:
    from autorag_codemods.program import Parents, Positions

__all__ = ["bridge_import", "can_bridge"]


def can_bridge(parents: Parents, imported: cst.CSTNode | None, library: str) -> str:
    """Why the import of a library cannot be bridged, "" when it can."""
    if not isinstance(imported, cst.ImportAlias):
        return "where its sender comes from is not known"
    statement = parents.of(imported)
    name = dotted(imported.name)
    if isinstance(statement, cst.Import) and name != library:
        return f"it is imported as a part ({name})"
    if isinstance(statement, cst.ImportFrom) and (
        statement.module is None or dotted(statement.module) != library
    ):
        return "it is imported from a part of the library"
    return ""


def bridge_import(
    editor: Editor, parents: Parents, imported: cst.ImportAlias, library: str
) -> None:
    """Register the edit of an import; it holds whatever becomes of the sites."""
    statement = parents.of(imported)
    positions = editor.positions
    if isinstance(statement, cst.ImportFrom) and statement.module is not None:
        start, end = positions.span(statement.module)
        editor.edits.append(Edit(start, end, lambda: f"{DROP_INS}.{library}", frozenset()))
        return
    if not isinstance(statement, cst.Import):
        return
    made = f"from {DROP_INS} import {_spelled(imported)}"
    if len(statement.names) == 1:
        _replace_alone(editor, parents, statement, made)
        return
    rest = [alias for alias in statement.names if alias is not imported]
    names = ", ".join(map(_spelled, rest))
    start, end = positions.span(statement)[0], _end(positions, statement)
    line = positions.text[positions.line_start(start) : start]
    newline = positions.file(statement).newline
    separator = f"{newline}{line}" if not line.strip() else "; "
    editor.edits.append(Edit(start, end, lambda: f"import {names}{separator}{made}", frozenset()))


def _end(positions: Positions, statement: cst.Import) -> int:
    """Where an import ends, before a semicolon that belongs to it."""
    last = statement.names[-1]
    return positions.span(last.asname or last.name)[1]


def _spelled(alias: cst.ImportAlias) -> str:
    name = alias.asname.name if alias.asname is not None else None
    bound = f" as {name.value}" if isinstance(name, cst.Name) else ""
    return f"{dotted(alias.name)}{bound}"


def _replace_alone(editor: Editor, parents: Parents, statement: cst.Import, made: str) -> None:
    """Put the new import where a sorted block of imports has it, else where the old one stands."""
    positions = editor.positions
    start, end = positions.span(statement)[0], _end(positions, statement)
    moved = _sorted_place(positions, parents, statement, made)
    if moved is None:
        editor.edits.append(Edit(start, end, lambda: made, frozenset()))
        return
    line_start = positions.line_start(start)
    line_end = positions.next_line(end)
    newline = positions.text[end:line_end]
    editor.edits.append(Edit(line_start, line_end, str, frozenset()))
    editor.insert(moved, (), lambda: made + newline, made)


def _sorted_place(
    positions: Positions, parents: Parents, statement: cst.Import, made: str
) -> int | None:
    """Where a sorted block of imports has a ``from`` import; None for where it stands."""
    line = parents.of(statement)
    body = parents.of(line) if line is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(body, cst.Module):
        return None
    lines = [
        each
        for each in body.body
        if isinstance(each, cst.SimpleStatementLine) and sorted_key(each) is not None
    ]
    if line not in lines or len(line.body) > 1:
        return None
    block = sorted_block(positions, line, lines)
    keys = [sorted_key(each) for each in block]
    if keys != sorted(keys, key=str) or len(block) == 1:
        return None
    key = (1, made.split()[1].lower())
    others = [each for each in block if each is not line]
    place = next(
        (i for i, each in enumerate(others) if (sorted_key(each) or (2, "")) > key), len(others)
    )
    if place == block.index(line):
        return None
    if place == len(others):
        return positions.next_line(positions.span(others[-1].body[-1])[1])
    return positions.span(others[place].body[0])[0]
