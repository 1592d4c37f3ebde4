"""`autorag-migrate apply`: it writes all or nothing, and never over what is not committed."""

import json
from dataclasses import replace

import pytest

from autorag_codemods.report.model import Finding, Place


@pytest.fixture
def committed(project, git):
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "x")
    return project


def test_it_writes_and_says_so(engine, report_of, run, committed):
    engine.report = report_of("native", "bridged", "done", "kept")
    code, out, err = run("apply")
    assert (code, err) == (0, "")
    assert (committed / "a.py").read_bytes() == b"new\r\n"
    assert "4 sites: 1 native (done), 2 bridged (done), 1 kept\n" in out
    assert "1 file written\n" in out
    assert 'pip install "autorag-migrate[requests]"' in out
    assert "left to you" not in out


@pytest.mark.parametrize("form", ["json", "markdown", "concise"])
def test_other_formats_say_it_on_standard_error(engine, report_of, run, committed, form):
    engine.report = report_of("native", "manual")
    code, out, err = run("apply", "--output-format", form)
    assert code == 1
    assert "1 file written\n" in err
    assert "left to you: 1 site (AR130)\n" in err
    assert 'pip install "autorag-migrate[requests]"' in err
    if form == "json":
        document = json.loads(out)
        assert [site["done"] for site in document["sites"]] == [True, False]
        assert document["changes"] == [{"path": "a.py", "written": True}]


@pytest.mark.parametrize(
    ("found", "options", "code"),
    [
        (("native", "bridged"), [], 0),
        (("native", "manual"), [], 1),
        (("native", "manual"), ["--exit-zero"], 0),
        (("native", "file"), [], 1),
        (("native", "read"), [], 0),
        (("native", "read"), ["--fail-on", "findings"], 1),
        (("native", "bridged"), ["--fail-on", "bridged"], 1),
        (("native", "manual"), ["--fail-on", "native"], 0),
    ],
)
def test_what_is_written_is_not_left(engine, report_of, run, committed, found, options, code):
    engine.report = report_of(*found)
    assert run("apply", *options)[0] == code
    assert (committed / "a.py").read_bytes() == b"new\r\n"


def test_a_site_whose_file_was_left_is_still_open(engine, report_of, run, committed):
    engine.report = report_of("native", "file", changes=())
    code, out, _ = run("apply")
    assert code == 1
    assert "left to you: 1 site (AR101), 1 file (AR150)\n" in out


def test_a_site_is_done_by_the_edit_of_another_file_but_not_in_one_that_was_left(
    engine, report_of, run, committed
):
    engine.report = report_of("native", "bridged")
    left, moved = engine.report.rows
    engine.report.rows = [
        replace(left, place=Place("left.py", 1, 1)),
        replace(moved, place=Place("urls.py", 1, 1)),
    ]
    engine.report.findings = [Finding("AR156", "left as it was", Place("left.py", 1, 1))]
    code, out, _ = run("apply")
    assert code == 1
    assert "2 sites: 1 native, 1 bridged (done)\n" in out
    assert "left to you: 1 site (AR101), 1 file (AR156)\n" in out


def test_nothing_to_do_is_done_in_a_dirty_tree_too(engine, run, committed):
    (committed / "a.py").write_text("changed")
    assert run("apply") == (0, "no legacy calls in 7 Python files\n", "")


class TestDirtyTrees:
    def test_it_refuses_and_names_the_files(self, engine, report_of, run, committed, git):
        for number in range(8):
            (committed / f"more{number}.py").write_text("x")
        git(committed, "add", "-A")
        engine.report = report_of("native")
        code, out, err = run("apply")
        assert (code, out) == (2, "")
        assert err == (
            "autorag-migrate apply: the git tree is not clean: more0.py, more1.py, more2.py, "
            "more3.py, more4.py and 3 more; commit first, or --allow-dirty\n"
        )
        assert (committed / "a.py").read_bytes() == b"old\r\n"

    def test_it_can_be_told_to_write_anyway(self, engine, report_of, run, committed, git):
        (committed / "more.py").write_text("x")
        git(committed, "add", "-A")
        engine.report = report_of("native")
        assert run("apply", "--allow-dirty")[0] == 0
        assert (committed / "a.py").read_bytes() == b"new\r\n"

    def test_without_git_there_is_nothing_to_refuse(self, engine, report_of, run, project):
        engine.report = report_of("native")
        assert run("apply")[0] == 0
        assert (project / "a.py").read_bytes() == b"new\r\n"

    def test_git_may_refuse_to_tell(self, engine, report_of, run, committed, monkeypatch):
        import autorag_codemods.scan

        def refuse(paths):
            raise autorag_codemods.scan.GitError("dubious ownership")

        monkeypatch.setattr(autorag_codemods.scan, "dirty", refuse)
        engine.report = report_of("native")
        code, out, err = run("apply")
        assert (code, out) == (2, "")
        assert "dubious ownership" in err
        assert "--allow-dirty" in err
        assert (committed / "a.py").read_bytes() == b"old\r\n"


class TestFailures:
    def test_a_file_that_changed_meanwhile(self, engine, report_of, run, project):
        engine.report = report_of("native")
        (project / "a.py").write_text("someone else's\n")
        code, out, err = run("apply")
        assert (code, out) == (2, "")
        assert "changed by someone else" in err
        assert (project / "a.py").read_text() == "someone else's\n"

    def test_one_file_that_cannot_be_written_leaves_all_as_they_were(
        self, engine, report_of, run, project
    ):
        (project / "b.py").write_bytes(b"old\n")
        (project / "b.py").chmod(0o444)
        changes = [("a.py", b"old\r\n", b"new\r\n"), ("b.py", b"old\n", b"new\n")]
        engine.report = report_of("native", changes=changes)
        code, out, err = run("apply")
        assert (code, out) == (2, "")
        assert "b.py is read-only" in err
        assert (project / "a.py").read_bytes() == b"old\r\n"
