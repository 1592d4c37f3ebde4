"""The bridge: the import of the sender's library becomes that of the adapter's drop-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.tree import dotted, walk
from autorag_codemods.senders import DROP_INS

from .edits import Edit, Editor
from .imports import sorted_block, sorted_key
from .sections import move_below_standard_library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_codemods.program import Parents, Positions

__all__ = ["bridge_import", "can_bridge"]

_PACKAGE = "urllib"
"""A package whose parts are imported by themselves; its drop-in has all of them."""


def can_bridge(parents: Parents, imported: cst.CSTNode | None, library: str) -> str:
    """Why the import of a library cannot be bridged, "" when it can."""
    if not isinstance(imported, cst.ImportAlias):
        return "where its sender comes from is not known"
    statement = parents.of(imported)
    name = dotted(imported.name)
    package, _, part = library.rpartition(".")
    if package:
        return _part_problem(parents, imported, package, part)
    if isinstance(statement, cst.Import) and name != library:
        return f"it is imported as a part ({name})"
    if isinstance(statement, cst.ImportFrom) and (
        statement.module is None or dotted(statement.module) != library
    ):
        return "it is imported from a part of the library"
    return ""


def _part_problem(parents: Parents, imported: cst.ImportAlias, package: str, part: str) -> str:
    """Why the import of a part of a package cannot be bridged."""
    statement = parents.of(imported)
    if not isinstance(statement, cst.ImportFrom):
        return ""
    module = dotted(statement.module) if statement.module is not None else ""
    is_whole = module == package and not isinstance(statement.names, cst.ImportStar)
    return "" if is_whole or module == f"{package}.{part}" else "it is imported from elsewhere"


def _package_imports(parents: Parents, package: str, near: cst.CSTNode) -> list[cst.ImportAlias]:
    """Every ``import package.part`` of a module without a name of its own: all bind the package."""
    return [
        alias
        for alias in walk(parents.module(near))
        if isinstance(alias, cst.ImportAlias)
        and isinstance(parents.of(alias), cst.Import)
        and alias.asname is None
        and dotted(alias.name).partition(".")[0] == package
    ]


def bridge_import(
    editor: Editor, parents: Parents, imported: cst.ImportAlias, library: str
) -> None:
    """Register the edit of an import; it holds whatever becomes of the sites."""
    statement = parents.of(imported)
    positions = editor.positions
    if isinstance(statement, cst.ImportFrom) and statement.module is not None:
        start, end = positions.span(statement.module)
        whole_start, whole_end = positions.span(statement)
        text = positions.text
        made = f"{text[whole_start:start]}{DROP_INS}.{library}{text[end:whole_end]}"
        if library.partition(".")[0] == _PACKAGE and move_below_standard_library(
            editor, parents, statement, made, whole_end
        ):
            return
        editor.edits.append(Edit(start, end, lambda: f"{DROP_INS}.{library}", frozenset()))
        return
    if not isinstance(statement, cst.Import):
        return
    package, _, part = dotted(imported.name).rpartition(".")
    if _PACKAGE in {package, part} and imported.asname is None:
        _bridge_package(editor, parents, _PACKAGE, imported)
        return
    above = f"{DROP_INS}.{package}" if package else DROP_INS
    made = f"from {above} import {part}{_spelled(imported).removeprefix(dotted(imported.name))}"
    _replace(editor, parents, statement, [imported], made)


def _bridge_package(editor: Editor, parents: Parents, package: str, near: cst.CSTNode) -> None:
    """One import of the drop-in takes the place of all that bind the package's name."""
    made = f"from {DROP_INS} import {package}"
    by_statement: dict[cst.Import, list[cst.ImportAlias]] = {}
    for alias in _package_imports(parents, package, near):
        statement = parents.of(alias)
        if isinstance(statement, cst.Import):
            by_statement.setdefault(statement, []).append(alias)
    order = sorted(by_statement, key=editor.positions.span)
    top = [each for each in order if isinstance(_body(parents, each), cst.Module)]
    # One that stays takes the place of the others, if nothing but imports stands between them.
    kept = next((each for each in top if not _can_go(parents, by_statement, each)), None)
    if kept is None or not _only_imports(parents, top):
        kept = top[0] if top else None
    for statement in order:
        if statement in top and statement is not kept and _can_go(parents, by_statement, statement):
            positions = editor.positions
            start = positions.line_start(positions.span(statement)[0])
            end = positions.next_line(_end(positions, statement))
            editor.edits.append(Edit(start, end, str, frozenset()))
        else:
            _replace(editor, parents, statement, by_statement[statement], made, order)


def _body(parents: Parents, statement: cst.Import) -> cst.CSTNode | None:
    line = parents.of(statement)
    return parents.of(line) if line is not None else None


def _only_imports(parents: Parents, statements: list[cst.Import]) -> bool:
    """Whether only imports stand between some of a module's imports."""
    lines = [parents.of(each) for each in statements]
    body = list(parents.module(statements[0]).body) if statements else []
    places = [i for i, line in enumerate(body) if any(line is each for each in lines)]
    between = body[min(places) : max(places)] if places else []
    return all(
        isinstance(line, cst.SimpleStatementLine)
        and all(isinstance(each, (cst.Import, cst.ImportFrom)) for each in line.body)
        for line in between
    )


def _can_go(
    parents: Parents, by_statement: dict[cst.Import, list[cst.ImportAlias]], statement: cst.Import
) -> bool:
    """Whether a statement has a line for itself, without a comment, and no other names."""
    line = parents.of(statement)
    return len(by_statement[statement]) == len(statement.names) and _is_bare(line)


def _is_bare(line: cst.CSTNode | None) -> bool:
    """Whether a statement has a line of the module for itself, without a comment."""
    return (
        isinstance(line, cst.SimpleStatementLine)
        and len(line.body) == 1
        and line.trailing_whitespace.comment is None
    )


def _replace(
    editor: Editor,
    parents: Parents,
    statement: cst.Import,
    aliases: list[cst.ImportAlias],
    made: str,
    going: Sequence[cst.Import] = (),
) -> None:
    """Put an import in the place of some of the names of a statement."""
    positions = editor.positions
    rest = [alias for alias in statement.names if alias not in aliases]
    if not rest:
        is_standard = dotted(aliases[0].name).partition(".")[0] == _PACKAGE
        end = _end(positions, statement)
        if is_standard and move_below_standard_library(
            editor, parents, statement, made, end, going
        ):
            return
        _replace_alone(editor, parents, statement, made)
        return
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
