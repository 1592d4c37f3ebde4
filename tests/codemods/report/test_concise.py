"""One line for each site and finding."""

from autorag_codemods.report import concise
from autorag_codemods.report.model import Report


def test_a_line_for_each(report):
    assert concise.render(report).splitlines() == [
        "src/a.py:12:10: AR101 native the URL, the payload and 2 reads are understood",
        "src/a.py:13:2: AR205 finding `answer` was never part of an answer",
        "src/a.py:140:5: AR110 bridged answer returned from `search()`; 2 callers read it",
        "src/b.py:1:1: AR120 bridged (done) an adapter sends it",
        "src/b.py:9:1: AR130 manual the URL ends in `subprocess.run`",
        "src/b.py:20:1: AR140 kept compares both APIs",
        "src/z.py:3:1: AR150 finding it does not parse",
    ]


def test_the_evidence_stands_below_its_site(report):
    lines = concise.render(report, explain=True).splitlines()
    at = next(index for index, line in enumerate(lines) if "AR110" in line)
    assert lines[at + 1 : at + 3] == ["    line 139: sent here", "    line 141: returned here"]


def test_nothing_is_nothing():
    assert concise.render(Report()) == ""


def test_a_line_stays_one(make_row):
    report = Report([make_row("two\nlines", path="a\nb.py")])
    assert concise.render(report) == "a\\x0ab.py:1:1: AR130 manual two\\x0alines\n"
