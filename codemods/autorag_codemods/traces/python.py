"""The traces of a Python file: parts of its sites, comments, strings, names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_codemods.report.model import Place, Row, Trace
from autorag_codemods.report.text import is_skipped_file

from .foreign import is_adapter
from .lexer import Lexed, Token
from .replacements import URL
from .search import Lines, hits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autorag_codemods.report.model import Finding
    from autorag_codemods.scan import Source

    from .search import Hit

__all__ = ["traces_of_python"]

_OTHER = re.compile(r"^[ \t]*(?:import|from)[ \t]+autorag\b(?!_)", re.MULTILINE)
_IMPORT = re.compile(r"[ \t]*(?:import|from)[ \t]+autorag\b(?!_)")
_BOM = b"\xef\xbb\xbf"


def traces_of_python(
    source: Source, shown: str, rows: Iterable[Row], findings: Iterable[Finding]
) -> Iterator[Trace]:
    """Classify every trace in a file that was judged.

    Args:
        source: The file.
        shown: The path that reports show.
        rows: The sites of the whole run.
        findings: What else was said about this file.
    """
    text = source.text
    lines, lexed = Lines(text), Lexed(text)
    left = next((each for each in findings if is_skipped_file(each)), None)
    owners = _owners(shown, rows, findings, lines, lexed)
    unparsed = left is not None and not owners
    foreign = _OTHER.search(text) is not None
    for hit in hits(source.raw.removeprefix(_BOM), text, source.encoding, lines):
        place = Place(shown, hit.line, hit.column)
        token = lexed.around(hit.start)
        owner = owners.get(token.start) if token is not None else None
        if owner is not None:
            yield _owned(owner, place)
        elif is_adapter(text, hit.start):
            yield Trace("adapter", "AR178", "a name of autorag-migrate's own", place)
        elif unparsed and left is not None:
            yield Trace("skipped", left.code, f"in a file that was left: {left.text}", place)
        elif foreign and _is_foreign(text, hit, lexed, lines):
            yield Trace("not ours", "AR177", "another project's library of that name", place)
        else:
            yield _free(text, hit, lexed.at(hit.start), place)


def _owners(
    shown: str,
    rows: Iterable[Row],
    findings: Iterable[Finding],
    lines: Lines,
    lexed: Lexed,
) -> dict[int, Row | Finding]:
    """The site of each string that is a part of its URL, by where the string begins."""
    owners: dict[int, Row | Finding] = {}
    items: list[tuple[Row | Finding, Place]] = [
        (finding, finding.place) for finding in findings if finding.code == "AR144"
    ]
    items += [(row, place) for row in rows for place in row.pieces]
    for item, place in items:
        if place.path != shown:
            continue
        token = lexed.around(lines.offset(place.line, place.column))
        if token is not None:
            before = owners.get(token.start)
            # What is shared by a call that is kept and one that is not is not kept.
            if not isinstance(before, Row) or before.verdict == "kept":
                owners[token.start] = item
    return owners


def _owned(owner: Row | Finding, place: Place) -> Trace:
    if not isinstance(owner, Row):
        return Trace("test", owner.code, owner.text, place)
    at = f"{owner.place.line}:{owner.place.column}"
    where = at if owner.place.path == place.path else f"{owner.place.path}:{at}"
    kind, verdict = ("kept" if owner.verdict == "kept" else "site"), owner.verdict
    return Trace(kind, owner.code, f"a part of the {verdict} call at {where}", place)  # type: ignore[arg-type]


def _is_foreign(text: str, hit: Hit, lexed: Lexed, lines: Lines) -> bool:
    """Whether it names the library that the file imports: in the import, or at its use."""
    if lexed.at(hit.start) is not None:
        return False
    if _IMPORT.match(text[lines.span(hit.line)]):
        return True
    whole = re.compile(r"\bautorag\b").match(text, hit.start)
    return whole is not None and text[hit.start - 1 : hit.start] != "."


def _free(text: str, hit: Hit, token: Token | None, place: Place) -> Trace:
    if token is None:
        return Trace("name", "AR171", "a name, which sends nothing by itself", place)
    where = "a comment" if token.kind == "comment" else "a string"
    if URL.match(text, hit.start):
        return Trace("words", "AR170", f"a legacy URL in {where} that no call sends", place)
    return Trace("words", "AR170", f"in {where} that is no legacy URL", place)
