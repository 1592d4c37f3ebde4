"""What all views say alike: counts, what to install, what is left, and texts made safe to print."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Finding, Report, Row, Trace, TraceKind, Verdict

__all__ = [
    "NOTHING",
    "Detail",
    "by_file",
    "closing",
    "counted",
    "details",
    "install_command",
    "is_skipped_file",
    "items",
    "nothing",
    "plain",
    "requirement",
    "shown_verdict",
    "sites",
    "traces",
]

NOTHING = "no legacy calls"
_VERDICTS: Final[tuple[Verdict, ...]] = ("native", "bridged", "manual", "kept")
_TRACES: Final[dict[TraceKind, str]] = {
    "site": "of sites",
    "kept": "of calls that are kept",
    "test": "in tests",
    "words": "in comments and strings",
    "name": "names",
    "mention": "mentions in other files",
    "language": "in other languages",
    "configuration": "in configuration",
    "snippet": "in docs and scripts",
    "recording": "in recorded data",
    "not ours": "of other projects",
    "adapter": "of autorag-migrate",
    "binary": "in files that are no text",
    "skipped": "in files that were left",
}
# Control characters, and the marks that turn the direction of a line round: a file's name may hold
# them, and a terminal or a web page would obey.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str) -> str:
    """`text` on one line, with what a terminal would obey written as an escape."""
    return _UNSAFE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    number = ord(found[0])
    if 0xDC80 <= number <= 0xDCFF:  # noqa: PLR2004 (a byte of a file's name that is no text)
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"  # noqa: PLR2004


def counted(number: int, noun: str) -> str:
    """``1 site``, ``2 sites``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown_verdict(row: Row) -> str:
    """The verdict as every view words it."""
    return f"{row.verdict} (done)" if row.done else row.verdict


def nothing(report: Report) -> str:
    """That there is nothing to do, and in how many programs."""
    return f"{NOTHING} in {counted(report.searched, 'Python file')}"


def sites(report: Report) -> str:
    """``12 sites: 7 native, 4 bridged (1 done), 1 manual``."""
    total = Counter(row.verdict for row in report.rows)
    done = Counter(row.verdict for row in report.rows if row.done)
    parts = []
    for verdict in _VERDICTS:
        if total[verdict]:
            part = f"{total[verdict]} {verdict}"
            if done[verdict]:
                part += " (done)" if done[verdict] == total[verdict] else f" ({done[verdict]} done)"
            parts.append(part)
    return ": ".join(filter(None, [counted(len(report.rows), "site"), ", ".join(parts)]))


def requirement(report: Report) -> str | None:
    """What the rewritten code must have installed, as pip takes it; None when that is nothing."""
    if not report.dependencies:
        return None
    extras = ",".join(sorted(filter(None, report.dependencies)))
    return f"autorag-migrate[{extras}]" if extras else "autorag-migrate"


def install_command(report: Report) -> str | None:
    """The command that installs `requirement`, for any shell."""
    wanted = requirement(report)
    return None if wanted is None else f'pip install "{wanted}"'


def is_skipped_file(finding: Finding) -> bool:
    """Whether it says that a file could not be looked at, or not be written (AR15x)."""
    return finding.code.startswith("AR15")


def traces(report: Report) -> str:
    """``9 traces: 4 of sites, 3 words, 1 of configuration (open), 1 of autorag-migrate``."""
    total = Counter(trace.kind for trace in report.traces)
    left = Counter(trace.kind for trace in report.open_traces)
    parts = [
        f"{total[kind]} {name}" + (f" ({left[kind]} open)" if left[kind] else "")
        for kind, name in _TRACES.items()
        if total[kind]
    ]
    return ": ".join(filter(None, [counted(len(report.traces), "trace"), ", ".join(parts)]))


def items(report: Report, *, all_traces: bool = False) -> list[Row | Finding | Trace]:
    """Sites, findings, and open traces or all of them in one list, by place."""
    listed = report.traces if all_traces else report.open_traces
    both: list[Row | Finding | Trace] = [*report.rows, *report.findings, *listed]
    return sorted(both, key=lambda item: (item.place.order, item.code))


def by_file(report: Report, *, all_traces: bool = False) -> dict[str, list[Row | Finding | Trace]]:
    """`items`, grouped by the path that is shown."""
    files: dict[str, list[Row | Finding | Trace]] = {}
    for item in items(report, all_traces=all_traces):
        files.setdefault(item.place.path, []).append(item)
    return files


class Detail(NamedTuple):
    """A line below a site: what to do, what the new call owes, or a step to the verdict."""

    kind: Literal["suggestion", "note", "evidence"]
    label: str
    text: str


def details(row: Row, *, explain: bool) -> list[Detail]:
    """What stands below a site; the evidence only when a verdict is to be explained."""
    lines = [Detail("suggestion", "try", row.suggestion)] if row.suggestion else []
    lines += [Detail("note", " ".join(filter(None, note[:2])), note.text) for note in row.notes]
    if explain:
        for step in row.evidence:
            where = f"cell {step.cell}, " if step.cell else ""
            lines.append(Detail("evidence", f"{where}line {step.line}", step.text))
    return lines


def closing(report: Report, *, written: bool = False) -> list[str]:
    """The lines below the ledger: the counts, what to install, and what is left to do by hand."""
    lines = [sites(report) if report.rows or not report.traces else nothing(report)]
    if report.findings:
        lines.append(counted(len(report.findings), "finding"))
    if report.changes:
        done = "written" if written else "to write"
        lines.append(f"{counted(len(report.changes), 'file')} {done}")
    if report.traces and not written:
        lines.append(traces(report))
    if report.unread:
        lines.append(f"{counted(len(report.unread), 'file')} not searched: unreadable or too large")
    lines += report.notices
    command = install_command(report)
    if command:
        lines.append(f"the rewritten code needs: {command}")
    left = [row for row in report.rows if row.verdict == "manual" or (written and _is_open(row))]
    skipped = [finding for finding in report.findings if is_skipped_file(finding)]
    listed = [trace for trace in report.open_traces if not trace.edited]
    if left or skipped or listed:
        parts = [f"{counted(len(left), 'site')} ({_codes(left)})"] if left else []
        parts += [f"{counted(len(skipped), 'file')} ({_codes(skipped)})"] if skipped else []
        parts += [f"{counted(len(listed), 'trace')} ({_codes(listed)})"] if listed else []
        lines.append(f"left to you: {', '.join(parts)}")
    return lines


def _is_open(row: Row) -> bool:
    return row.verdict != "kept" and not row.done


def _codes(found: Iterable[Row | Finding | Trace]) -> str:
    return ", ".join(sorted({item.code for item in found}))
