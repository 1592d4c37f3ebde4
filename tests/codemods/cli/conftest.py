"""The commands over an engine that finds what a test wants it to."""

import os
import subprocess
import types

import pytest

from autorag_codemods.report.model import Evidence, FileChange, Finding, Place, Report, Row
from autorag_migrate.__main__ import main


class Engine(types.ModuleType):
    """Gives one report, and remembers what it was asked."""

    def __init__(self):
        super().__init__("autorag_codemods.engine")
        self.report = Report(searched=7)
        self.asked = []

    def run(self, paths, options, *, exclude=(), jobs=None):
        self.asked.append((paths, options, exclude, jobs))
        if isinstance(self.report, BaseException):
            raise self.report
        return self.report


@pytest.fixture
def engine(monkeypatch):
    engine = Engine()
    monkeypatch.setitem(__import__("sys").modules, "autorag_codemods.engine", engine)
    return engine


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_bytes(b"old\r\n")
    return tmp_path


@pytest.fixture
def run(capsysbinary):
    def run(*arguments):
        code = main(list(arguments))
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def row(verdict, code, path="a.py", line=1, *, done=False, reason="because"):
    evidence = (Evidence(line, "sent here"),)
    return Row(verdict, code, reason, Place(path, line, 1), "post", done=done, evidence=evidence)


@pytest.fixture
def rows():
    return {
        "native": row("native", "AR101", line=1),
        "bridged": row("bridged", "AR110", line=2),
        "done": row("bridged", "AR120", line=3, done=True),
        "manual": row("manual", "AR130", line=4),
        "kept": row("kept", "AR140", line=5),
        "read": Finding("AR205", "`answer` is no field", Place("a.py", 6, 1)),
        "file": Finding("AR150", "it does not parse", Place("b.py", 1, 1)),
    }


@pytest.fixture
def report_of(rows, project):
    def report_of(*names, changes=(("a.py", b"old\r\n", b"new\r\n"),), needs=("requests",)):
        found = [rows[name] for name in names]
        edits = [FileChange(project / name, name, old, new) for name, old, new in changes]
        return Report(
            [each for each in found if isinstance(each, Row)],
            [each for each in found if isinstance(each, Finding)],
            edits,
            set(needs),
            7,
            1,
        )

    return report_of


@pytest.fixture
def git():
    def git(directory, *arguments, data=None):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        named = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        done = subprocess.run(
            ["git", *named, *arguments],
            cwd=directory,
            input=data,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return git
