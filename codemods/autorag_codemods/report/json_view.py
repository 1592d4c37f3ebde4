"""The report as JSON, for programs: keys are added, never renamed, as long as `VERSION` stays.

``schema.json`` beside this file describes it (JSON Schema, draft 2020-12).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from autorag_codemods.rules import RULES
from autorag_migrate import __version__

from .text import requirement

if TYPE_CHECKING:
    from .model import Finding, Place, Report, Row, Trace

__all__ = ["VERSION", "render"]

VERSION = 1


def render(report: Report, *, written: bool = False) -> str:
    """One JSON object, in ASCII, so that a file's name survives every pipe.

    Args:
        report: What was found.
        written: The changes are on disk.
    """
    verdicts = Counter(row.verdict for row in report.rows)
    document = {
        "version": VERSION,
        "tool": {"name": "autorag-migrate", "version": __version__},
        "summary": {
            "sites": len(report.rows),
            "native": verdicts["native"],
            "bridged": verdicts["bridged"],
            "manual": verdicts["manual"],
            "kept": verdicts["kept"],
            "done": sum(row.done for row in report.rows),
            "open": len(report.open_rows),
            "findings": len(report.findings),
            "searched": report.searched,
            "candidates": report.candidates,
            "texts": report.texts,
            "traces": len(report.traces),
            "open_traces": len(report.open_traces),
        },
        "sites": [_site(row) for row in report.rows],
        "findings": [_finding(finding) for finding in report.findings],
        "trace_counts": dict(sorted(Counter(trace.kind for trace in report.traces).items())),
        "traces": [_trace(trace) for trace in report.traces],
        "unread": report.unread,
        "notices": report.notices,
        "changes": [{"path": change.shown, "written": written} for change in report.changes],
        "requirement": requirement(report),
    }
    return json.dumps(document, indent=2) + "\n"


def _site(row: Row) -> dict[str, Any]:
    return {
        **_place(row.place),
        "verdict": row.verdict,
        "done": row.done,
        "code": row.code,
        "name": _name(row.code),
        "reason": row.reason,
        "suggestion": row.suggestion,
        "call": row.call,
        "endpoint": row.endpoint,
        "evidence": [_without_cell(step._asdict()) for step in row.evidence],
        "notes": [note._asdict() for note in row.notes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **_place(finding.place),
        "code": finding.code,
        "name": _name(finding.code),
        "text": finding.text,
    }


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        **_place(trace.place),
        "kind": trace.kind,
        "code": trace.code,
        "name": _name(trace.code),
        "text": trace.text,
        "open": trace.open,
    }


def _place(place: Place) -> dict[str, Any]:
    return _without_cell(place._asdict())


def _without_cell(keys: dict[str, Any]) -> dict[str, Any]:
    """The number of a cell is said where there is one."""
    return keys if keys["cell"] else {name: keys[name] for name in keys if name != "cell"}


def _name(code: str) -> str | None:
    return RULES[code].name if code in RULES else None
