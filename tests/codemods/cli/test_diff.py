"""`autorag-migrate diff`: bytes for git on standard output, all else on standard error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autorag_codemods.report.model import FileChange


def test_git_takes_it_from_standard_output(engine, report_of, run, capsysbinary, git, project):
    git(project, "init", "-q")
    content = b"# -*- coding: latin-1 -*-\r\n# caf\xe9\x0c\r\nold"
    (project / "a.py").write_bytes(content)
    engine.report = report_of("native", changes=[("a.py", content, content + b" and new\r\n")])
    from autorag_migrate.__main__ import main

    assert main(["diff"]) == 1
    out, err = capsysbinary.readouterr()
    assert (project / "a.py").read_bytes() == content
    git(project, "apply", "-", data=out)
    assert (project / "a.py").read_bytes() == content + b" and new\r\n"
    assert b"1 site: 1 native\n1 file to write\n" in err
    assert b"pip install" in err


@pytest.mark.parametrize("repository", [True, False])
@pytest.mark.parametrize("where", [".", "inner"])
def test_where_to_apply_it_is_said_when_it_is_not_here(
    engine, report_of, run, git, project, monkeypatch, repository, where
):
    if repository:
        git(project, "init", "-q")
    (project / "inner").mkdir()
    monkeypatch.chdir(project / where)
    engine.report = report_of("native")
    _, out, err = run("diff", str(project))
    assert "+++ b/a.py\n" in out
    said = f"apply it in {project.resolve()}\n" in err
    assert said == (where != ".")
    assert run("diff", str(project), "--quiet")[2] == ""
    git(project, "apply", "-", data=out.encode())
    assert (project / "a.py").read_bytes() == b"new\r\n"


def test_from_any_directory_above_the_files(engine, report_of, run, git, project, monkeypatch):
    git(project, "init", "-q")
    inner = project / "inner"
    inner.mkdir()
    (inner / "a.py").write_bytes(b"old\n")
    monkeypatch.chdir(inner)
    engine.report = report_of("native")
    engine.report.changes = [FileChange(Path("a.py"), "a.py", b"old\n", b"new\n")]
    _, out, err = run("diff")
    assert "+++ b/inner/a.py\n" in out
    assert "apply it in" not in err
    git(inner, "apply", "-", data=out.encode())
    assert (inner / "a.py").read_bytes() == b"new\n"


def test_nothing_to_do(engine, project, run):
    assert run("diff") == (0, "", "no legacy calls in 7 Python files\n")


@pytest.mark.parametrize(("found", "code"), [("manual", 1), ("done", 0), ("kept", 0)])
def test_sites_without_edits(engine, report_of, run, found, code):
    engine.report = report_of(found, changes=(), needs=())
    assert run("diff")[:2] == (code, "")


def test_it_has_one_format_only(engine, project, run):
    assert run("diff", "--output-format", "json")[0] == 2


PROGRAM = """
import sys, types
from pathlib import Path
from autorag_codemods.report.model import FileChange, Place, Report, Row
engine = sys.modules["autorag_codemods.engine"] = types.ModuleType("autorag_codemods.engine")
old = b"".join(b"line %d of a long file, caf\\xe9\\n" % at for at in range(20000))
change = FileChange(Path("a.py"), "a.py", old, old.replace(b"long", b"short"))
row = Row("native", "AR101", "because", Place("a.py", 1, 1), "post")
engine.run = lambda *a, **k: Report([row] * 5000, changes=[change])
from autorag_migrate.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def program(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a POSIX system")
@pytest.mark.parametrize(
    "arguments", [["diff", "-q"], ["check", "--output-format", "concise", "-q"]]
)
def test_a_reader_that_goes_away_ends_it_quietly(tmp_path, arguments):
    running = program(*arguments, cwd=tmp_path, stdout=subprocess.PIPE)
    assert running.stdout.readline()
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(60) == 1
    running.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_a_failure(tmp_path):
    with Path("/dev/full").open("wb") as full:
        running = program("diff", cwd=tmp_path, stdout=full)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert err == b"autorag-migrate diff: No space left on device\n"


def test_an_output_without_the_letters_is_no_reason_to_stop(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", "--explain-verdict"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
