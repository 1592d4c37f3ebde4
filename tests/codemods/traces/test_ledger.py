"""The account is complete: a plain search over the tree finds what it lists, no more and no less."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autorag_codemods.engine import run
from autorag_codemods.options import DEFAULT_OPTIONS, Options
from autorag_codemods.report import json_view
from autorag_codemods.report.model import Report
from autorag_codemods.traces import ledger
from autorag_migrate.__main__ import main

# Of the tree in conftest: what git ignores and what is installed is no trace.
OUTSIDE = ("build/", "x.log", ".venv/", ".git/")


def plain(raw: bytes) -> int:
    """Occurrences, counted by hand: `ag/rags/` is a second needle where no `autor` stands before."""
    if b"\0" in raw:
        return 1 if b"autorag" in raw.lower() else 0
    low = raw.lower()
    return low.count(b"autorag") + low.count(b"ag/rags/") - low.count(b"autorag/rags/")


def searched(root: Path) -> dict[str, int]:
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(OUTSIDE) and (count := plain(path.read_bytes())):
            found[name] = count
    return found


def listed(report: Report, root: Path) -> dict[str, int]:
    return dict(
        Counter(Path(trace.place.path).relative_to(root).as_posix() for trace in report.traces)
    )


def test_the_counts_add_up_to_a_plain_search(mixed):
    report = run([mixed], DEFAULT_OPTIONS)
    assert listed(report, mixed) == searched(mixed)
    assert sum(Counter(trace.kind for trace in report.traces).values()) == len(report.traces)
    assert len({trace.place for trace in report.traces}) == len(report.traces)
    assert report.traces == sorted(report.traces, key=lambda trace: trace.place)


@pytest.mark.skipif(shutil.which("grep") is None, reason="there is no grep")
def test_grep_finds_the_same_lines(mixed):
    excluded = [f"--exclude-dir={name}" for name in ("build", ".venv", ".git")]
    command = ["grep", "-rnoIiE", "autorag|ag/rags/", *excluded, "--exclude=*.log", "."]
    done = subprocess.run(
        command, cwd=mixed, capture_output=True, env={**os.environ, "LC_ALL": "C"}, check=True
    )
    lines = Counter(
        tuple(line.rsplit(b":", 1)[0].decode().removeprefix("./").rsplit(":", 1))
        for line in done.stdout.splitlines()
        if not line.startswith(b"Binary file")
    )
    report = run([mixed], DEFAULT_OPTIONS)
    ours = Counter(
        (Path(trace.place.path).relative_to(mixed).as_posix(), str(trace.place.line))
        for trace in report.traces
        if not (trace.kind == "binary" or trace.place.path.endswith("nul.py"))
    )
    # Whether bytes outside of UTF-8 are text is grep's own question.
    for name in ("odd.txt", "app/latin.py", "app/no_text.py"):
        lines = Counter({key: count for key, count in lines.items() if key[0] != name})
        ours = Counter({key: count for key, count in ours.items() if key[0] != name})
    assert ours == lines
    assert len(ours) > 20


def test_every_kind_is_met(mixed):
    report = run([mixed], DEFAULT_OPTIONS)
    kinds = {trace.kind for trace in report.traces}
    assert kinds == {
        *("site", "kept", "words", "name", "mention", "language", "configuration", "snippet"),
        *("recording", "not ours", "adapter", "binary", "skipped"),
    }
    assert {trace.kind for trace in report.open_traces} == {
        *("language", "configuration", "snippet", "recording")
    }


def test_no_value_of_the_tree_is_shown(mixed, monkeypatch, capsys):
    monkeypatch.chdir(mixed)
    for form in ("terminal", "concise", "markdown", "json"):
        code = main(["check", "--all-traces", "--explain-verdict", "--output-format", form])
        assert code == 1
        out = capsys.readouterr().out
        assert "RAG_URL" in out.replace("\\", "")
        assert "s3cr3t" not in out, form


def test_what_is_selected_is_not_what_is_counted(mixed):
    everything = run([mixed], DEFAULT_OPTIONS)
    chosen = run([mixed], Options(select=("AR101",)))
    assert len(chosen.traces) == len(everything.traces)


def test_processes_change_nothing(mixed):
    assert run([mixed], DEFAULT_OPTIONS, jobs=2).traces == run([mixed], DEFAULT_OPTIONS).traces


def test_a_file_that_is_too_large_is_said_and_not_read(mixed, monkeypatch):
    monkeypatch.setattr(ledger, "LARGEST", 30)
    report = run([mixed], DEFAULT_OPTIONS)
    assert str(mixed / "README.md") in report.unread
    assert not any(trace.place.path.endswith("README.md") for trace in report.traces)
    assert str(mixed / "README.md") in json.loads(json_view.render(report))["unread"]


@pytest.mark.parametrize(
    ("options", "code"),
    [([], 0), (["--fail-on", "traces"], 1), (["--fail-on", "open,traces", "--ignore", "AR173"], 0)],
)
def test_traces_are_a_cause_for_exit_code_1_on_demand_only(tmp_path, capsys, options, code):
    (tmp_path / "worker.ts").write_text('env.AI.autorag("docs").search({})\n')
    assert main(["check", *options, str(tmp_path)]) == code
    out = capsys.readouterr().out
    assert "worker.ts\n  1:8  trace  AR173" in out.replace(f"{tmp_path}{os.sep}", "")
    assert "no legacy calls in 0 Python files\n1 trace: 1 in other languages (1 open)\n" in out


def test_a_file_that_is_given_is_no_program_when_its_name_says_so(mixed):
    report = run([mixed / ".env", mixed / "README.md"], DEFAULT_OPTIONS)
    assert (report.searched, report.texts, report.findings) == (0, 2, [])
    assert Counter(trace.kind for trace in report.traces) == {
        "configuration": 1,
        "snippet": 1,
        "mention": 2,
    }


PIECES = st.sampled_from(
    [
        *("autorag", "AutoRAG", "ag/rags/", "autorag/rags/x/search", "autorag_migrate", "aut", "é"),
        *(
            '"',
            "'",
            '"""',
            "#",
            "\\",
            "\n",
            "\r\n",
            "{",
            "}",
            "f'",
            " ",
            "import ",
            "x = ",
            "(",
            ")",
        ),
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(PIECES, max_size=25).map("".join),
    st.sampled_from(["a.py", "a.md", ".env", "a.ts", "a.json", "a.sh", "plain"]),
)
def test_whatever_a_file_holds_the_counts_add_up(text, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(text.encode())
        report = run([Path(folder)], DEFAULT_OPTIONS)
        assert len(report.traces) == plain(text.encode())
        for trace in report.traces:
            lines = text.replace("\r\n", "\n").split("\n")
            found = lines[trace.place.line - 1][trace.place.column - 1 :].lower()
            assert found.startswith(("autorag", "ag/rags/"))
