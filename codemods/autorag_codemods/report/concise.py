"""One line for each site and finding, for editors and grep: ``path:line:column: CODE …``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Row, Trace
from .text import details, items, plain, shown_verdict

if TYPE_CHECKING:
    from .model import Finding, Report

__all__ = ["render"]


def render(report: Report, *, explain: bool = False, all_traces: bool = False) -> str:
    """The lines, by place; with `explain` the evidence stands indented below its site."""
    lines = []
    for item in items(report, all_traces=all_traces):
        lines.append(_line(item))
        if explain and isinstance(item, Row):
            lines += [
                f"    {detail.label}: {plain(detail.text)}"
                for detail in details(item, explain=True)
                if detail.kind == "evidence"
            ]
    return "".join(f"{line}\n" for line in lines)


def _line(item: Row | Finding | Trace) -> str:
    if isinstance(item, Row):
        verdict, text = shown_verdict(item), item.reason
    else:
        verdict, text = ("trace" if isinstance(item, Trace) else "finding"), item.text
    place = f"{plain(item.place.path)}:{item.place.within}"
    return f"{place}: {item.code} {verdict} {plain(text)}"
