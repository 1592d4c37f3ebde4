from __future__ import annotations

from pathlib import Path

import pytest

from autorag_codemods.scan import GitError, dirty


@pytest.fixture
def repository(tree, git, tmp_path, monkeypatch):
    root = tree("a.py in/b.py caf\xe9.py c.txt", tmp_path / "repository")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    monkeypatch.chdir(root)
    return root


def test_a_clean_repository(repository):
    assert dirty([repository / "a.py", Path("in/b.py"), Path("caf\xe9.py")]) == []
    assert dirty([]) == []


def test_no_repository(tree):
    assert dirty([tree("a.py") / "a.py"]) == []


def test_no_git(repository, monkeypatch):
    (repository / "a.py").write_text("changed")
    monkeypatch.setenv("PATH", str(repository))
    assert dirty([Path("a.py")]) == []


def test_changes_of_any_known_file_count(repository):
    (repository / "c.txt").write_text("changed")
    assert dirty([Path("a.py")]) == ["c.txt"]
    (repository / "caf\xe9.py").write_text("changed")
    (repository / "in/b.py").unlink()
    assert dirty([Path("a.py")]) == ["c.txt", "caf\xe9.py", str(Path("in/b.py"))]


def test_staged_changes_count(repository, git):
    git(repository, "mv", "a.py", "moved.py")
    (repository / "new.py").touch()
    git(repository, "add", "new.py")
    assert dirty([Path("in/b.py")]) == ["a.py", "moved.py", "new.py"]


def test_unknown_files_count_only_if_they_are_to_be_changed(repository):
    (repository / "new.py").touch()
    (repository / "other.py").touch()
    assert dirty([Path("a.py")]) == []
    assert dirty([Path("a.py"), Path("new.py")]) == ["new.py"]


def test_an_ignored_file_could_not_be_brought_back_either(repository, git):
    (repository / ".gitignore").write_text("gen.py\n")
    (repository / "gen.py").touch()
    git(repository, "add", ".gitignore")
    git(repository, "commit", "-qm", "second")
    assert dirty([Path("gen.py")]) == ["gen.py"]


def test_names_that_look_like_something_else(repository, git):
    names = ["-x.py", ":(top)a.py", "*.py", "new\nline.py"]
    for name in names:
        (repository / name).touch()
    assert dirty([Path(name) for name in names]) == sorted(names)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "second")
    assert dirty([Path(name) for name in names]) == []


def test_a_repository_without_a_commit(tree, git):
    root = tree("a.py b.py")
    git(root, "init", "-q")
    assert dirty([root / "a.py"]) == [str(root / "a.py")]
    git(root, "add", "b.py")
    assert dirty([root / "a.py"]) == [str(root / "a.py"), str(root / "b.py")]


def test_several_repositories(repository, tree, git, tmp_path):
    inner = tree("d.py", repository / "inner")
    git(inner, "init", "-q")
    other = tree("e.py", tmp_path / "other")
    git(other, "init", "-q")
    files = [Path("a.py"), inner / "d.py", other / "e.py", tmp_path / "outside.py"]
    assert dirty(files) == sorted([str(Path("inner/d.py")), str(other / "e.py")])


def test_a_link_counts_as_what_it_leads_to(repository, tree, git, tmp_path):
    outside = tmp_path / "link.py"
    outside.symlink_to(repository / "a.py")
    assert dirty([outside]) == []
    (repository / "a.py").write_text("changed")
    assert dirty([outside]) == ["a.py"]


def test_something_that_only_looks_like_a_repository(tree):
    root = tree("a.py .git/HEAD")
    assert dirty([root / "a.py"]) == []


def test_a_repository_of_somebody_else_is_an_error_in_gits_words(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match="dubious ownership"):
        dirty([Path("a.py")])


def test_a_repository_that_is_broken_is_an_error_in_gits_words(repository):
    (repository / ".git/index").write_bytes(b"nothing of this kind")
    with pytest.raises(GitError, match="index"):
        dirty([Path("a.py")])


def test_what_a_hook_is_told_of_its_repository_is_not_believed(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    (repository / "c.txt").write_text("changed")
    assert dirty([Path("a.py")]) == ["c.txt"]


def test_nothing_of_the_repository_is_run_or_written(repository, git, tmp_path):
    git(repository, "config", "core.fsmonitor", f"touch {tmp_path / 'run'}; false")
    index = (repository / ".git/index").stat().st_mtime_ns
    (repository / "a.py").touch()
    assert dirty([Path("a.py")]) == []
    assert not (tmp_path / "run").exists()
    assert (repository / ".git/index").stat().st_mtime_ns == index


def test_settings_of_the_user_change_nothing(repository, git):
    git(repository, "config", "status.relativePaths", "true")
    git(repository, "config", "status.short", "true")
    git(repository, "config", "status.branch", "true")
    git(repository, "config", "color.status", "always")
    git(repository, "mv", "a.py", "in/a.py")
    assert dirty([Path("in/b.py")]) == ["a.py", str(Path("in/a.py"))]
