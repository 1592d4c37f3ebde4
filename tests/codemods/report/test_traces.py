"""Traces in every view: open ones are listed, all of them on demand, and the counts add up."""

import re

from autorag_codemods.report import concise, markdown, terminal
from autorag_codemods.report.model import Place, Report, Trace
from autorag_codemods.report.text import closing, traces


def test_only_open_traces_are_listed(traced):
    assert concise.render(traced).splitlines()[0] == (
        ".env:2:9: AR174 trace a legacy URL (RAG_URL)"
    )
    assert "| `.env:2:9` | trace | AR174 |  | a legacy URL (RAG\\_URL) |" in markdown.render(traced)
    assert terminal.render(traced).startswith(
        ".env\n  2:9  trace  AR174  a legacy URL (RAG_URL)\n\n"
    )
    for view in (concise, markdown, terminal):
        assert "a part of the native call" not in view.render(traced)


def test_all_of_them_on_demand(traced):
    for view in (concise, markdown, terminal):
        shown = view.render(traced, all_traces=True)
        assert shown.count("a part of the") == 2, view


def test_the_summary_counts_them_by_kind(traced):
    assert traces(traced) == "3 traces: 2 of sites, 1 in configuration (1 open)"
    assert traces(traced) in closing(traced)
    assert "1 file not searched: unreadable or too large" in closing(traced)
    assert closing(traced)[-1] == "left to you: 1 site (AR130), 1 file (AR150), 1 trace (AR174)"
    assert not any(line.startswith("3 traces") for line in closing(traced, written=True))


def test_every_kind_is_counted():
    from typing import get_args

    from autorag_codemods.report.model import TraceKind

    kinds = get_args(TraceKind)
    found = [Trace(kind, "AR170", "", Place("a", 1, 1)) for kind in kinds for _ in range(2)]
    line = traces(Report(traces=found))
    assert [int(each) for each in re.findall(r"\d+", line)] == [2 * len(kinds), *[2] * len(kinds)]


def test_no_call_and_traces():
    trace = Trace("language", "AR173", "a legacy URL in Go", Place("a.go", 1, 1), open=True)
    assert closing(Report(searched=3, traces=[trace])) == [
        "no legacy calls in 3 Python files",
        "1 trace: 1 in other languages (1 open)",
        "left to you: 1 trace (AR173)",
    ]
