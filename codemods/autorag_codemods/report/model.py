"""The one model of a run that every view shows: the ledger, the findings and the edits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Evidence",
    "FileChange",
    "Finding",
    "NoteOwed",
    "Place",
    "Report",
    "Row",
    "Trace",
    "TraceKind",
    "Verdict",
]

Verdict = Literal["native", "bridged", "manual", "kept"]
TraceKind = Literal[
    "site",
    "kept",
    "test",
    "words",
    "name",
    "mention",
    "language",
    "configuration",
    "snippet",
    "recording",
    "not ours",
    "adapter",
    "binary",
    "skipped",
]


class Place(NamedTuple):
    """Where something stands: the path as it was given, a line and a column, both from 1.

    In a notebook they count in the cell of that number, the first of all cells being 1; else it
    is 0.
    """

    path: str
    line: int
    column: int
    cell: int = 0

    @property
    def order(self) -> tuple[str, int, int, int]:
        """What places are sorted by."""
        return self.path, self.cell, self.line, self.column

    @property
    def within(self) -> str:
        """``14:20``, or ``cell 3:14:20``."""
        return (
            f"cell {self.cell}:{self.line}:{self.column}"
            if self.cell
            else f"{self.line}:{self.column}"
        )


class Evidence(NamedTuple):
    """One step on the way to a verdict: where (as in `Place`), and what that means."""

    line: int
    text: str
    cell: int = 0


class NoteOwed(NamedTuple):
    """What a rewritten call loses or changes: a code of `mapping.NOTES`, and the field."""

    code: str
    field: str
    text: str


@dataclass(frozen=True)
class Row:
    """A site of the ledger: an expression that sends, or may send, a legacy request.

    Attributes:
        verdict: What becomes of it.
        code: The rule that decided (``AR110``).
        reason: The sentence for this place; never holds a value of the program's.
        place: Where the sending expression begins.
        call: The sender as it is written, without its arguments (``self.session.post``).
        endpoint: Name of the legacy route in `mapping.ROUTES`, or None when it is not known.
        done: True for a site that a former run has bridged already: nothing is left to do.
        suggestion: What its owner can do, or "".
        evidence: The pieces of the URL, the send and the reads, in the order they were met, ending
            with the first thing that stood in the way of native.
        notes: What the new call loses or changes, beside the verdict.
        kept_by: Lines of the site that a comment or an option keeps.
        pieces: Where the literals stand that its URL is put together from.
    """

    verdict: Verdict
    code: str
    reason: str
    place: Place
    call: str
    endpoint: str | None = None
    done: bool = False
    suggestion: str = ""
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[NoteOwed, ...] = ()
    kept_by: frozenset[int] = frozenset()
    pieces: tuple[Place, ...] = ()


class Finding(NamedTuple):
    """What is reported beside the sites: a file that was skipped, a read that was always wrong."""

    code: str
    text: str
    place: Place


@dataclass(frozen=True)
class Trace:
    """A place where a plain search finds the legacy API's name; each is one, and has one class.

    Attributes:
        kind: Its class.
        code: The rule that explains it; that of the row for a part of a site.
        text: A sentence, which never holds a value of the program's.
        place: Where it stands; line and column 1 for a file that is no text.
        open: Whether a legacy call or address is left there, outside of what has a verdict.
        edited: Whether `Report.changes` has a new text for it.
    """

    kind: TraceKind
    code: str
    text: str
    place: Place
    open: bool = False
    edited: bool = False


@dataclass(frozen=True)
class FileChange:
    """A file as it is and as it would be, in bytes.

    `path` is the path on disk, `shown` the one that reports show. A ``setting`` and the ``code``
    that reads it are `bound`: they change together, or not at all.
    """

    path: Path
    shown: str
    before: bytes
    after: bytes
    encoding: str = "utf-8"
    bound: Literal["", "code", "setting"] = ""


@dataclass
class Report:
    """A whole run.

    Attributes:
        rows: The ledger, sorted by place.
        findings: Sorted by place.
        changes: The edits, sorted by path; empty when there is nothing to write.
        dependencies: Extras of ``autorag-migrate`` that the bridged code needs, or "" for the
            plain distribution: ``{"requests"}``.
        searched: Python files whose bytes were looked at.
        candidates: Files that could matter and were parsed.
        traces: Every trace in every file, sorted by place.
        texts: Files that are not Python and whose bytes were looked at.
        needs: For each program that uses an adapter, or will, the extras of ``autorag-migrate``.
        notices: Sentences beside the ledger: what was done to other files, and what was not.
        unread: Files that are not Python and could not be looked at, or are too large for it.
    """

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    changes: list[FileChange] = field(default_factory=list)
    dependencies: set[str] = field(default_factory=set)
    searched: int = 0
    candidates: int = 0
    traces: list[Trace] = field(default_factory=list)
    texts: int = 0
    unread: list[str] = field(default_factory=list)
    needs: dict[Path, set[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def open_traces(self) -> list[Trace]:
        """The legacy calls and addresses that stand where no verdict is given."""
        return [trace for trace in self.traces if trace.open]

    @property
    def open_rows(self) -> list[Row]:
        """The sites that are not done: neither kept nor bridged by a former run."""
        return [row for row in self.rows if row.verdict != "kept" and not row.done]
