"""Imports: where a new one stands, among those that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.program import Parents, Positions, Site

    from .edits import Editor

__all__ = ["ensure_any", "sorted_block", "sorted_key"]


def ensure_any(editor: Editor, parents: Parents, node: cst.CSTNode, sites: Iterable[Site]) -> str:
    """How the module of a node spells `typing.Any`; an import is added when it cannot yet.

    It is "" where there is no import beside which one could stand.
    """
    lines = [
        line
        for line in parents.module(node).body
        if isinstance(line, cst.SimpleStatementLine) and _statement(line) is not None
    ]
    for line in lines:
        statement = _statement(line)
        if isinstance(statement, cst.ImportFrom) and _module(statement) == "typing":
            return _from_typing(editor, statement, sites)
        for alias in statement.names if isinstance(statement, cst.Import) else ():
            if dotted(alias.name) == "typing":
                return f"{_bound(alias) or 'typing'}.Any"
    return "Any" if _add_line(editor, lines, sites) else ""


def _from_typing(editor: Editor, statement: cst.ImportFrom, sites: Iterable[Site]) -> str:
    if isinstance(statement.names, cst.ImportStar):
        return "Any"
    names = list(statement.names)
    for alias in names:
        if dotted(alias.name) == "Any":
            return _bound(alias) or "Any"
    after = [alias for alias in names if dotted(alias.name) > "Any"]
    if after and names == sorted(names, key=lambda alias: dotted(alias.name)):
        start, _ = editor.positions.span(after[0])
        editor.insert(start, sites, lambda: "Any, ", "Any")
    else:
        _, end = editor.positions.span(names[-1].name)
        editor.insert(end, sites, lambda: ", Any", "Any")
    return "Any"


def _add_line(editor: Editor, lines: list[cst.SimpleStatementLine], sites: Iterable[Site]) -> bool:
    """A new line in the first block of imports, sorted if the block is."""
    positions = editor.positions
    made = "from typing import Any"
    newline = positions.file(lines[0]).newline
    lines = [line for line in lines if _module(_statement(line)) != "__future__"]
    if not lines:
        return False
    block = sorted_block(positions, lines[0], lines)
    keys = [sorted_key(line) for line in block]
    place = len(block)
    if None not in keys and keys == sorted(keys, key=str):
        place = next((i for i, key in enumerate(keys) if key and key > (1, "typing")), len(block))
    if place == len(block):
        at = positions.next_line(positions.span(block[-1].body[-1])[1])
    else:
        at = positions.span(block[place].body[0])[0]
    editor.insert(at, sites, lambda: made + newline, made)
    return True


def _statement(line: cst.CSTNode) -> cst.Import | cst.ImportFrom | None:
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        (statement,) = line.body
        if isinstance(statement, (cst.Import, cst.ImportFrom)):
            return statement
    return None


def _module(statement: cst.CSTNode | None) -> str:
    if isinstance(statement, cst.ImportFrom) and statement.module and not statement.relative:
        return dotted(statement.module)
    return ""


def _bound(alias: cst.ImportAlias) -> str:
    name = alias.asname.name if alias.asname is not None else None
    return name.value if isinstance(name, cst.Name) else ""


def sorted_block(
    positions: Positions, line: cst.SimpleStatementLine, lines: list[cst.SimpleStatementLine]
) -> list[cst.SimpleStatementLine]:
    """The import lines that follow each other without an empty line, around one of them."""
    index = lines.index(line)
    first = last = index
    while first > 0 and _adjoin(positions, lines[first - 1], lines[first]):
        first -= 1
    while last + 1 < len(lines) and _adjoin(positions, lines[last], lines[last + 1]):
        last += 1
    return lines[first : last + 1]


def _adjoin(
    positions: Positions, above: cst.SimpleStatementLine, below: cst.SimpleStatementLine
) -> bool:
    end, start = positions.span(above.body[-1])[1], positions.span(below.body[0])[0]
    return positions.next_line(end) == start and "#" not in positions.text[end:start]


def sorted_key(line: cst.SimpleStatementLine) -> tuple[int, str] | None:
    """What isort orders an import line by inside of a section; None for one it would split."""
    statement = _statement(line)
    if isinstance(statement, cst.Import) and len(statement.names) == 1:
        return 0, dotted(statement.names[0].name).lower()
    return (1, module.lower()) if (module := _module(statement)) else None
