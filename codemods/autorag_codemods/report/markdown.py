"""The ledger as GitHub-flavoured Markdown, for the text of a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .model import Row, Trace
from .text import closing, details, items, plain, shown_verdict

if TYPE_CHECKING:
    from .model import Finding, Report

__all__ = ["render"]

_HEAD = ("Where", "Verdict", "Rule", "Call", "Why")
_SPAN = re.compile(r"`([^`]+)`")
_MARKS = re.compile(r"([\\`*_\[\]|~$])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An address would become a link, and a name behind @ would be told: a character without width
# parts what only looks like one.
_LINKS = re.compile(r"@(?=\w)|(?<=\w):(?=//)|(?<=www)\.")


def render(
    report: Report, *, explain: bool = False, written: bool = False, all_traces: bool = False
) -> str:
    """A table of the sites, findings and traces, and the summary below it."""
    lines = ["## AutoRAG calls", ""]
    found = items(report, all_traces=all_traces)
    if found:
        rows = [_HEAD, tuple("---" for _ in _HEAD)]
        rows += [_cells(item, explain=explain) for item in found]
        lines += ["| " + " | ".join(cells) + " |" for cells in rows]
        lines.append("")
    lines += [f"- {_text(line)}" for line in closing(report, written=written)]
    return "".join(f"{line}\n" for line in lines)


def _cells(item: Row | Finding | Trace, *, explain: bool) -> tuple[str, ...]:
    place = _code(f"{item.place.path}:{item.place.within}")
    if not isinstance(item, Row):
        kind = "trace" if isinstance(item, Trace) else "finding"
        return (place, kind, item.code, "", _text(item.text))
    why = [_text(item.reason)]
    why += [
        f"{_text(detail.label)}: {_text(detail.text)}" for detail in details(item, explain=explain)
    ]
    call = _code(item.call) if item.call else ""
    return (place, shown_verdict(item), item.code, call, "<br>".join(why))


def _text(text: str) -> str:
    """Text in which nothing is markup, except code between backticks, which stays code."""
    pieces = _SPAN.split(plain(text))
    return "".join(
        _code(piece) if index % 2 else _escaped(piece) for index, piece in enumerate(pieces)
    )


def _escaped(text: str) -> str:
    text = _MARKS.sub(r"\\\1", _LINKS.sub(lambda found: f"{found[0]}\u200b", text))
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def _code(text: str) -> str:
    """A code span, fenced by more backticks than stand in it."""
    text = plain(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    # In a table a bar ends the cell, in code too.
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", "\\|")
