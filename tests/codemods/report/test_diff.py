"""The diff is fed to git, which must give the files back byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autorag_codemods.report import diff
from autorag_codemods.report.model import FileChange

PIECES = [
    b"",
    b"a",
    b"b",
    b"    return x",
    b"-- ",
    b"+++ b/x",
    b"\\ No newline at end of file",
    b"\x0c",
    b"a\x0bb\x0cc\x1cd\x1de\x1ef",
    "line\u2028separator\u2029\x85".encode(),
    b"caf\xe9",
    b"\x85\x1f",
    b"trailing  ",
    b"\ttab",
    b"\x1b[31m",
    b"lone\rreturn",
]
CONTENTS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from([b"\n", b"\n", b"\r\n"])), max_size=12
).map(lambda lines: b"".join(piece + end for piece, end in lines))
FILES = st.builds(lambda text, cut: text[: len(text) - cut], CONTENTS, st.integers(0, 2))
# What git refuses or the file system does not have is not our business.
NAMES = st.text("ab é\"\\\t'$?大\u2028.~-", min_size=1, max_size=8).filter(
    lambda name: name.strip(".") == name
)


def git(directory, *arguments, data=None):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    done = subprocess.run(
        ["git", *arguments],
        cwd=directory,
        input=data,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "-q")
    return top


def change(path, before, after):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(before)
    return FileChange(path, path.name, before, after)


def apply(changes, directory, base):
    patch = diff.render(changes, base=base)
    git(directory, "apply", "--check", "-", data=patch)
    git(directory, "apply", "-", data=patch)
    for each in changes:
        assert each.path.read_bytes() == each.after


@given(FILES, FILES)
@example(b"a", b"a\n")
@example(b"a\n", b"a")
@example(b"", b"a\n")
@example(b"a\n", b"")
@example(b"a\r\nb\r\n", b"a\r\nc\r\n")
@example(b"a\n" * 30, b"a\n" * 31)
def test_git_makes_the_same_file_of_it(repository, before, after):
    if before != after:
        apply([change(repository / "file.py", before, after)], repository, repository)


@given(FILES, st.lists(st.tuples(st.integers(0, 80), st.sampled_from(PIECES)), min_size=1))
def test_small_edits_in_a_long_file(repository, content, edits):
    lines = [b"line %d %s" % (number, content[:3].strip()) for number in range(80)]
    before = b"\n".join(lines) + b"\n" + content
    edited = list(lines)
    for at, piece in edits:
        edited.insert(at, piece.replace(b"\n", b""))
    after = b"\n".join(edited) + b"\n" + content
    apply([change(repository / "long.py", before, after)], repository, repository)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their own idea of names")
@given(NAMES, st.lists(NAMES, max_size=2))
@example("two words.py", ["a folder"])
@example('quo"te.py', [])
@example("caf\udce9.py", ["\udcff"])
def test_every_name(tmp_path_factory, name, folders):
    top = tmp_path_factory.mktemp("names")
    apply([change(top.joinpath(*folders, name), b"a\n", b"b\n")], top, top)


def test_names_are_quoted_as_git_does(repository):
    names = ["plain.py", "two words.py", 'quo"te.py', "caf\u00e9.py", "back\\slash.py", "tab\t.py"]
    for name in names:
        file = repository / "quoting" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"a\n")
        git(repository, "add", "--", str(file))
        wanted = change(file, b"b\n", b"c\n")
        file.write_bytes(b"b\n")
        ours = diff.render([wanted], base=repository).splitlines()
        theirs = git(repository, "diff", "--", str(file)).splitlines()
        assert ours[:3] == [theirs[0], *theirs[2:4]]


def test_several_files_in_their_order_and_the_same_every_time(tmp_path):
    changes = [change(tmp_path / "src" / name, b"a\n", b"b\n") for name in ("b.py", "a.py")]
    patch = diff.render(changes, base=tmp_path)
    assert patch == diff.render(changes, base=tmp_path)
    assert patch.index(b"b.py") < patch.index(b"a.py")
    apply(changes, tmp_path, tmp_path)


def test_nothing_to_say_is_nothing(tmp_path):
    same = change(tmp_path / "a.py", b"a\n", b"a\n")
    assert diff.render([same], base=tmp_path) == b""
    assert diff.render([], base=tmp_path) == b""


def test_the_form():
    patch = diff.render([FileChange(Path("a.py"), "a.py", b"a\nb\n", b"a\nc")], base=Path.cwd())
    assert patch == (
        b"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n"
        b"@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_colours_are_only_added(tmp_path):
    import re

    changes = [change(tmp_path / "a.py", b"-- a\nb\r\n\x0c\n", b"++ a\nb\r\n\x0cc")]
    colored = diff.render(changes, base=tmp_path, color=True)
    assert b"\x1b[31m--- a\x1b[m\n" in colored
    assert b"\x1b[32m+++ a\x1b[m\n" in colored
    assert re.sub(rb"\x1b\[\d*m", b"", colored) == diff.render(changes, base=tmp_path)


class TestBase:
    def test_the_top_of_the_repository(self, repository, monkeypatch):
        inner = change(repository / "deep" / "er" / "a.py", b"a\n", b"b\n")
        monkeypatch.chdir(inner.path.parent)
        relative = FileChange(Path("a.py"), "a.py", b"a\n", b"b\n")
        base = diff.base_of([relative])
        assert base == repository.resolve()
        # From wherever in the repository.
        apply([relative], inner.path.parent, base)

    def test_the_current_directory_without_one(self, tmp_path, monkeypatch):
        first = change(tmp_path / "x" / "a.py", b"a\n", b"b\n")
        monkeypatch.chdir(tmp_path)
        assert diff.base_of([first]) == tmp_path.resolve()

    def test_the_nearest_directory_above_when_the_files_are_elsewhere(self, tmp_path, monkeypatch):
        changes = [change(tmp_path / "x" / name / "a.py", b"a\n", b"b\n") for name in "yz"]
        (tmp_path / "here").mkdir()
        monkeypatch.chdir(tmp_path / "here")
        assert diff.base_of(changes) == (tmp_path / "x").resolve()

    def test_files_of_several_repositories(self, tmp_path, monkeypatch):
        changes = [change(tmp_path / name / "a.py", b"a\n", b"b\n") for name in "yz"]
        git(tmp_path / "y", "init", "-q")
        monkeypatch.chdir(tmp_path)
        assert diff.base_of(changes) == tmp_path.resolve()
        apply(changes, tmp_path, tmp_path)

    def test_a_link_is_named_by_what_it_leads_to(self, repository):
        target = change(repository / "real" / "a.py", b"a\n", b"b\n")
        (repository / "link").symlink_to(repository / "real", target_is_directory=True)
        linked = FileChange(repository / "link" / "a.py", "a.py", b"a\n", b"b\n")
        base = diff.base_of([linked])
        assert b"+++ b/real/a.py\n" in diff.render([linked], base=base)
        apply([linked], repository, base)
        assert target.path.read_bytes() == b"b\n"
