from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_codemods.scan import Change, ChangedMeanwhileError, write_all

posix_only = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


def contents(root):
    """Every file below `root`; a temporary file that is left over shows up here."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def three(tree):
    root = tree({"a.py": "a\r\n", "in/b.py": b"\xef\xbb\xbfb", "c.py": b"\xff\0"})
    changes = [
        Change(root / name, before, b"new " + before) for name, before in contents(root).items()
    ]
    return root, changes


def test_nothing_to_write(tmp_path):
    write_all([])
    assert contents(tmp_path) == {}


def test_all_are_written_byte_for_byte(tree):
    root, changes = three(tree)
    write_all(changes)
    assert contents(root) == {
        "a.py": b"new a\r\n",
        "in/b.py": b"new \xef\xbb\xbfb",
        "c.py": b"new \xff\0",
    }


def test_a_file_that_stays_the_same_is_not_written(tree):
    root = tree({"a.py": "a"})
    os.utime(root / "a.py", ns=(1, 1))
    before = (root / "a.py").stat()
    write_all([Change(root / "a.py", b"a", b"a")])
    assert (root / "a.py").stat().st_ino == before.st_ino
    assert (root / "a.py").stat().st_mtime_ns == 1


@posix_only
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664, 0o4755, 0o200])
def test_the_mode_stays(tree, mode):
    root = tree({"a.py": "a"})
    (root / "a.py").chmod(mode)
    mask = os.umask(0o077)
    try:
        write_all([Change(root / "a.py", b"a", b"b")])
    finally:
        os.umask(mask)
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == mode
    assert (root / "a.py").read_bytes() == b"b"


@posix_only
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="as root only")
def test_the_owner_stays(tree):
    root = tree({"a.py": "a"})
    os.chown(root / "a.py", 1234, 5678)
    (root / "a.py").chmod(0o2751)
    write_all([Change(root / "a.py", b"a", b"b")])
    status = (root / "a.py").stat()
    assert (status.st_uid, status.st_gid) == (1234, 5678)
    assert stat.S_IMODE(status.st_mode) == 0o2751


@posix_only
def test_an_owner_that_may_not_be_given_is_no_failure(tree, monkeypatch):
    root = tree({"a.py": "a"})

    def chown(*arguments):
        raise PermissionError

    real = Path.stat
    monkeypatch.setattr(os, "chown", chown)
    fake = os.stat_result([*(root / "a.py").stat()[:4], 4321, 4321, 1, 0, 0, 0])
    monkeypatch.setattr(
        Path, "stat", lambda self, **options: fake if self.suffix == ".py" else real(self)
    )
    write_all([Change(root / "a.py", b"a", b"b")])
    assert (root / "a.py").read_bytes() == b"b"


def test_what_changed_meanwhile_is_not_overwritten(tree):
    root, changes = three(tree)
    (root / "c.py").write_bytes(b"somebody's")
    before = contents(root)
    with pytest.raises(ChangedMeanwhileError, match="was changed by someone else") as caught:
        write_all(changes)
    assert caught.value.path == root / "c.py"
    assert contents(root) == before


def test_what_vanished_meanwhile_is_not_made_again(tree):
    root, changes = three(tree)
    (root / "in/b.py").unlink()
    with pytest.raises(ChangedMeanwhileError):
        write_all(changes)
    assert contents(root) == {"a.py": b"a\r\n", "c.py": b"\xff\0"}


@posix_only
def test_a_read_only_file_is_left_alone_and_so_are_the_others(tree):
    root, changes = three(tree)
    before = contents(root)
    (root / "c.py").chmod(0o444)
    with pytest.raises(PermissionError, match=r"c\.py is read-only; nothing was written"):
        write_all(changes)
    assert contents(root) == before


def test_two_changes_for_one_file_are_an_error(tree):
    root = tree({"a.py": "a", "in/": ""})
    changes = [Change(root / "a.py", b"a", b"b"), Change(root / "in/../a.py", b"a", b"c")]
    with pytest.raises(ValueError, match="two changes are for the same file"):
        write_all(changes)
    assert contents(root) == {"a.py": b"a"}


def test_a_link_stays_a_link(tree):
    root = tree({"bin/tool": "a"})
    (root / "tool.py").symlink_to("bin/tool")
    write_all([Change(root / "tool.py", b"a", b"b")])
    assert (root / "tool.py").is_symlink()
    assert contents(root) == {"bin/tool": b"b", "tool.py": b"b"}


def test_the_other_name_of_a_file_keeps_the_old_content(tree):
    root = tree({"a.py": "a"})
    os.link(root / "a.py", root / "other.py")
    write_all([Change(root / "a.py", b"a", b"b")])
    assert contents(root) == {"a.py": b"b", "other.py": b"a"}


def test_names_as_long_as_they_may_be(tree):
    name = "x" * 252 + ".py"
    root = tree({name: "a"})
    write_all([Change(root / name, b"a", b"b")])
    assert contents(root) == {name: b"b"}


class FailingError(Exception):
    """Whatever goes wrong: a full disk, an interrupt."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("place", ["open", "fsync", "replace"])
def test_a_failure_leaves_everything_as_it_was(tree, monkeypatch, error, number, place):
    root, changes = three(tree)
    before = contents(root)
    owner = Path if place == "replace" else os
    real = getattr(owner, place)
    calls = []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == number:
            raise error
        return real(*arguments)

    monkeypatch.setattr(owner, place, failing)
    with pytest.raises(type(error)) as caught:
        write_all(changes)
    monkeypatch.undo()
    assert contents(root) == before
    if isinstance(error, OSError) and place != "replace":
        assert (
            str(caught.value) == f"[Errno 28] No space left on device: '{changes[number - 1].path}'"
        )


def test_an_interrupt_just_after_a_file_was_replaced(tree, monkeypatch):
    root, changes = three(tree)
    before = contents(root)
    real = Path.replace
    calls = []

    def replace(self, target):
        real(self, target)
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_all(changes)
    assert contents(root) == before


@posix_only
def test_what_is_restored_has_its_mode(tree, monkeypatch):
    root, changes = three(tree)
    (root / "a.py").chmod(0o751)
    real = Path.replace

    def replace(self, target):
        if target.name == "c.py":
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(PermissionError):
        write_all(sorted(changes))
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o751


def test_what_cannot_be_restored_is_named(tree, monkeypatch):
    root, changes = three(tree)
    real = Path.replace
    calls = []

    def replace(self, target):
        calls.append(target)
        if len(calls) > 2:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="hold the new content") as caught:
        write_all(changes)
    replaced = [str(change.path) for change in changes[:2]]
    assert str(caught.value).endswith(f"these hold the new content: {', '.join(replaced)}")
    assert not list(root.rglob("*.tmp"))


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.binary(), st.binary())), st.data())
def test_only_what_must_change_changes(tmp_path_factory, files, data):
    root = tmp_path_factory.mktemp("tree")
    for name, (before, _) in files.items():
        (root / name).write_bytes(before)
    chosen = data.draw(st.sets(st.sampled_from(sorted(files)))) if files else set()
    write_all([Change(root / name, *files[name]) for name in sorted(chosen)])
    assert contents(root) == {
        name: after if name in chosen else before for name, (before, after) in files.items()
    }
