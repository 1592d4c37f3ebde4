"""The ledger for people: grouped by file, in colours where the terminal has them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .model import Row, Trace
from .text import by_file, closing, details, plain, shown_verdict

if TYPE_CHECKING:
    from .model import Finding, Report

__all__ = ["render"]

_STYLES = {
    "native": "green",
    "bridged": "yellow",
    "manual": "bold red",
    "kept": "dim",
    "finding": "magenta",
    "trace": "blue",
}
_DETAIL_STYLES = {"suggestion": "cyan", "note": "dim", "evidence": "dim"}


def render(
    report: Report,
    *,
    explain: bool = False,
    color: bool = False,
    width: int = 100,
    summary: bool = True,
    written: bool = False,
    all_traces: bool = False,
) -> str:
    """The ledger, then the summary.

    Args:
        report: What was found.
        explain: Show the evidence below each site.
        color: Write ANSI colours. The words alone say everything.
        width: Columns; longer texts are wrapped within their own.
        summary: End with the counts and with what is left to do.
        written: The changes are on disk.
        all_traces: List every trace, not only the open ones.
    """
    output = io.StringIO()
    # Everything is said here, or rich would ask the environment.
    console = Console(
        file=output,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for path, found in by_file(report, all_traces=all_traces).items():
        console.print(Text(plain(path), style="bold"), soft_wrap=True)
        console.print(_ledger(found, explain=explain))
        console.print()
    if summary:
        for line in closing(report, written=written):
            console.print(Text(line), soft_wrap=True)
    # Columns are filled up with blanks.
    lines = [line.rstrip() for line in output.getvalue().split("\n")]
    return "\n".join(lines)


def _ledger(found: list[Row | Finding | Trace], *, explain: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for no_wrap in (True, True, True, False):
        table.add_column(no_wrap=no_wrap, overflow="fold")
    for item in found:
        place = Text(f"  {item.place.within}", style="dim")
        if isinstance(item, Row):
            verdict = Text(shown_verdict(item), style=_STYLES[item.verdict])
            text = _site(item, explain=explain)
        else:
            kind = "trace" if isinstance(item, Trace) else "finding"
            verdict = Text(kind, style=_STYLES[kind])
            text = Text(plain(item.text))
        table.add_row(place, verdict, Text(item.code), text)
    return table


def _site(row: Row, *, explain: bool) -> Text:
    text = Text(plain(row.reason))
    if row.call:
        text = Text.assemble((plain(row.call), "bold"), ": ", text)
    for detail in details(row, explain=explain):
        line = f"\n{plain(detail.label)}: {plain(detail.text)}"
        text.append(line, style=_DETAIL_STYLES[detail.kind])
    return text
