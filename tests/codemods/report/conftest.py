"""A report with one of everything."""

from pathlib import Path

import pytest

from autorag_codemods.report.model import (
    Evidence,
    FileChange,
    Finding,
    NoteOwed,
    Place,
    Report,
    Row,
    Trace,
)

ROWS = [
    Row(
        "native",
        "AR101",
        "the URL, the payload and 2 reads are understood",
        Place("src/a.py", 12, 10),
        "session.post",
        "search",
        evidence=(Evidence(3, "the URL begins here"),),
        notes=(NoteOwed("AR204", "ranking_options.score_threshold", "no threshold is given"),),
    ),
    Row(
        "bridged",
        "AR110",
        "answer returned from `search()`; 2 callers read it",
        Place("src/a.py", 140, 5),
        "requests.post",
        "ai-search",
        suggestion="return plain values",
        evidence=(Evidence(139, "sent here"), Evidence(141, "returned here")),
    ),
    Row("bridged", "AR120", "an adapter sends it", Place("src/b.py", 1, 1), "post", done=True),
    Row("manual", "AR130", "the URL ends in `subprocess.run`", Place("src/b.py", 9, 1), "run"),
    Row("kept", "AR140", "compares both APIs", Place("src/b.py", 20, 1), "post"),
]
FINDINGS = [
    Finding("AR205", "`answer` was never part of an answer", Place("src/a.py", 13, 2)),
    Finding("AR150", "it does not parse", Place("src/z.py", 3, 1)),
]
TRACES = [
    Trace("configuration", "AR174", "a legacy URL (RAG_URL)", Place(".env", 2, 9), open=True),
    Trace("site", "AR101", "a part of the native call at 12:10", Place("src/a.py", 3, 20)),
    Trace("site", "AR110", "a part of the bridged call at 140:5", Place("src/a.py", 120, 7)),
]


@pytest.fixture
def report():
    change = FileChange(Path("src/a.py"), "src/a.py", b"old\n", b"new\n")
    return Report(list(ROWS), list(FINDINGS), [change], {"requests", ""}, 120, 4)


@pytest.fixture
def traced(report):
    report.traces, report.texts, report.unread = list(TRACES), 9, ["model.bin"]
    return report


@pytest.fixture
def make_row():
    def make(reason="because", path="a.py", call="post", **fields):
        return Row("manual", "AR130", reason, Place(path, 1, 1), call, **fields)

    return make
