"""What all views say alike: counts, what to install, what is left, and texts made safe to print."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Finding, Report, Row, Verdict

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
    "plain",
    "requirement",
    "shown_verdict",
    "sites",
]

NOTHING = "no legacy calls"
_VERDICTS: Final[tuple[Verdict, ...]] = ("native", "bridged", "manual", "kept")
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


def items(report: Report) -> list[Row | Finding]:
    """Sites and findings in one list, by place."""
    both: list[Row | Finding] = [*report.rows, *report.findings]
    return sorted(both, key=lambda item: (item.place.order, item.code))


def by_file(report: Report) -> dict[str, list[Row | Finding]]:
    """`items`, grouped by the path that is shown."""
    files: dict[str, list[Row | Finding]] = {}
    for item in items(report):
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
    lines = [sites(report)]
    if report.findings:
        lines.append(counted(len(report.findings), "finding"))
    if report.changes:
        done = "written" if written else "to write"
        lines.append(f"{counted(len(report.changes), 'file')} {done}")
    command = install_command(report)
    if command:
        lines.append(f"the rewritten code needs: {command}")
    left = [row for row in report.rows if row.verdict == "manual" or (written and _is_open(row))]
    skipped = [finding for finding in report.findings if is_skipped_file(finding)]
    if left or skipped:
        parts = [f"{counted(len(left), 'site')} ({_codes(left)})"] if left else []
        parts += [f"{counted(len(skipped), 'file')} ({_codes(skipped)})"] if skipped else []
        lines.append(f"left to you: {', '.join(parts)}")
    return lines


def _is_open(row: Row) -> bool:
    return row.verdict != "kept" and not row.done


def _codes(found: Iterable[Row | Finding]) -> str:
    return ", ".join(sorted({item.code for item in found}))
