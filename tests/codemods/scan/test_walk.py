from __future__ import annotations

import os
from pathlib import Path

import pytest

from autorag_codemods.scan import Problem, find

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
not_as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable"
)


def names(root, *paths, exclude=()):
    """What is found, relative to `root`; problems as their code and path."""
    return [
        (one.code, one.path.relative_to(root).as_posix())
        if isinstance(one, Problem)
        else Path(one).relative_to(root).as_posix()
        for one in find(paths or [root], exclude=exclude)
    ]


def test_an_empty_directory_holds_nothing(tmp_path):
    assert names(tmp_path) == []


def test_only_python_files_are_found(tree):
    root = tree("a.py b.pyw c.pyi d.pyc e.txt py f.py.orig .hidden.py g.PY")
    assert names(root) == [".hidden.py", "a.py", "b.pyw"]


def test_files_come_sorted_part_by_part(tree):
    root = tree("b/c.py b.py a/z.py a/b/c.py a.py a-b.py b/a.py")
    assert names(root) == ["a/b/c.py", "a/z.py", "a-b.py", "a.py", "b/a.py", "b/c.py", "b.py"]


@pytest.mark.parametrize(
    "name",
    [
        *(".git", ".hg", ".svn", ".venv", ".tox", ".nox", "node_modules", "site-packages"),
        *("__pycache__", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
    ],
)
def test_what_is_not_the_projects_is_never_entered(tree, name):
    root = tree(f"{name}/a.py x/{name}/b.py x/c.py z{name}/d.py")
    assert names(root) == ["x/c.py", f"z{name}/d.py"]


def test_an_environment_is_known_by_its_file_and_not_by_its_name(tree):
    root = tree("venv/a.py my-env/pyvenv.cfg my-env/lib/b.py build/c.py")
    assert names(root) == ["build/c.py", "venv/a.py"]


def test_a_directory_that_is_given_is_entered_whatever_it_is_called(tree):
    root = tree(".venv/pyvenv.cfg .venv/a.py")
    assert names(root, root / ".venv") == [".venv/a.py"]


def test_a_file_that_is_given_is_taken_whatever_it_is_called(tree):
    root = tree({"bin/tool": "", ".gitignore": "gen.py\n", "gen.py": ""})
    assert names(root, root / "bin/tool", root / "gen.py") == ["bin/tool", "gen.py"]
    assert names(root) == []


def test_each_file_comes_once(tree):
    root = tree("a/b/c.py a/d.py")
    given = [root / "a/b/c.py", root / "a/b", root, root / "a", root, root / "a/../a"]
    assert sorted(Path(one).resolve() for one in find(given)) == [
        (root / "a/b/c.py").resolve(),
        (root / "a/d.py").resolve(),
    ]


def test_the_order_of_the_arguments_changes_nothing(tree):
    root = tree("a/b.py c/d.py e.py")
    paths = [root / "c", root / "e.py", root / "a"]
    assert list(find(paths)) == list(find(paths[::-1]))


def test_paths_are_shown_below_what_was_given(tree, monkeypatch):
    monkeypatch.chdir(tree("a/b.py c.py"))
    assert list(find([Path()])) == [str(Path("a/b.py")), "c.py"]
    assert list(find([Path("a")])) == [str(Path("a/b.py"))]
    assert list(find([Path("./a/../a")])) == [str(Path("a/../a/b.py"))]


@pytest.mark.parametrize("name", ["nowhere", "a.py/b.py"])
def test_a_path_that_does_not_exist_is_an_error_before_anything_is_read(tree, name):
    root = tree("a.py")
    with pytest.raises(FileNotFoundError, match="there is no file or directory .*" + name):
        find([root, root / name])


def test_a_directory_named_like_a_file_is_reported_and_entered(tree):
    root = tree("a.py x.py/b.py z.py")
    assert names(root) == ["a.py", ("AR153", "x.py"), "x.py/b.py", "z.py"]


@needs_pipes
def test_a_pipe_is_reported_and_never_opened(tree):
    root = tree("z.py")
    os.mkfifo(root / "x.py")
    os.mkfifo(root / "other")
    assert names(root) == [("AR153", "x.py"), "z.py"]
    assert names(root, root / "x.py") == [("AR153", "x.py")]


@not_as_root
def test_a_directory_that_cannot_be_read_is_reported(tree):
    root = tree("a/b.py c.py")
    (root / "a").chmod(0)
    try:
        assert names(root) == [("AR157", "a"), "c.py"]
    finally:
        (root / "a").chmod(0o755)


def test_a_directory_that_vanishes_is_reported(tree):
    root = tree("a/b.py b/c.py c.py")
    found = find([root])
    assert next(found).endswith("b.py")
    (root / "b/c.py").unlink()
    (root / "b").rmdir()
    problem, last = found
    assert (problem.code, problem.path) == ("AR157", root / "b")
    assert last == str(root / "c.py")


def test_an_entry_that_cannot_be_asked_is_reported(tree, monkeypatch):
    class Refusing:
        name = "x.py"

        def is_symlink(self):
            raise PermissionError(13, "Permission denied")

    class Listing(list):
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

    root = tree("a.py")
    monkeypatch.setattr(os, "scandir", lambda path: Listing([Refusing()]))
    (problem,) = find([root])
    assert problem == (root / "x.py", "AR157", "it cannot be read: Permission denied")


def test_a_given_path_that_may_not_be_asked_is_reported(tree, monkeypatch):
    root = tree("a.py b.py")
    real = Path.stat

    def stat(self, **options):
        if self.name == "a.py":
            raise PermissionError(13, "Permission denied")
        return real(self, **options)

    monkeypatch.setattr(Path, "stat", stat)
    assert names(root, root / "a.py", root / "b.py") == [("AR157", "a.py"), "b.py"]


def test_directories_deeper_than_pythons_stack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    depth = 1100
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("x.py").touch()
    os.chdir(tmp_path)
    (found,) = find([Path()])
    assert Path(found).parts == ("d",) * depth + ("x.py",)
    for _ in range(depth):  # pytest's own clean-up recurses
        os.chdir("d")
    Path("x.py").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()


def test_names_that_are_no_text_are_found(tmp_path):
    name = b"caf\xe9.py"
    try:
        (tmp_path / os.fsdecode(name)).touch()
    except OSError:
        pytest.skip("the file system allows no such names")
    (found,) = find([tmp_path])
    assert os.fsencode(found).endswith(name)


EXCLUDED = "gen/a.py src/gen/b.py src/c.py src/d_pb2.py"


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ([], ["gen/a.py", "src/c.py", "src/d_pb2.py", "src/gen/b.py"]),
        (["gen"], ["src/c.py", "src/d_pb2.py"]),
        (["/gen"], ["src/c.py", "src/d_pb2.py", "src/gen/b.py"]),
        (["src/gen/"], ["gen/a.py", "src/c.py", "src/d_pb2.py"]),
        (["*_pb2.py", "gen/"], ["src/c.py"]),
        (["src/*", "!src/c.py"], ["gen/a.py", "src/c.py"]),
        (["# gen", ""], ["gen/a.py", "src/c.py", "src/d_pb2.py", "src/gen/b.py"]),
    ],
)
def test_exclude(tree, patterns, left):
    assert names(tree(EXCLUDED), exclude=patterns) == left


def test_exclude_is_relative_to_the_current_directory_and_to_what_is_given(tree, monkeypatch):
    root = tree(EXCLUDED)
    monkeypatch.chdir(root)
    assert list(find([Path("src")], exclude=["src/gen"])) == ["src/c.py", "src/d_pb2.py"]
    assert list(find([Path("src")], exclude=["/gen"])) == ["src/c.py", "src/d_pb2.py"]
    monkeypatch.chdir(root / "gen")
    assert names(root, root / "src", exclude=["/gen"]) == ["src/c.py", "src/d_pb2.py"]


def test_exclude_can_keep_what_git_ignores(tree):
    root = tree({".gitignore": "*.py\n", "a.py": "", "b.py": ""})
    assert names(root, exclude=["!b.py"]) == ["b.py"]
