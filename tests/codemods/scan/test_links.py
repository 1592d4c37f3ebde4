"""Links: never followed out of the tree, never edited twice, never a circle."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autorag_codemods.scan import Problem, find


@pytest.fixture
def link(tmp_path):
    def make(name, target):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.symlink_to(target, target_is_directory=not str(target).endswith(".py"))
        except OSError:
            pytest.skip("no links here")

    return make


def names(root, *paths):
    return [
        (one.code, one.path.relative_to(root).as_posix())
        if isinstance(one, Problem)
        else Path(one).relative_to(root).as_posix()
        for one in find(paths or [root])
    ]


def test_a_link_to_a_file_of_the_tree_is_no_second_file(tree, link):
    root = tree("a.py src/b.py")
    link("z.py", "a.py")
    link("src/a.py", root / "a.py")
    assert names(root) == ["a.py", "src/b.py"]


def test_a_link_to_a_directory_of_the_tree_is_not_followed(tree, link):
    root = tree("src/b.py")
    link("lib", "src")
    link("src/up", "..")
    link("src/here", ".")
    assert names(root) == ["src/b.py"]


def test_links_out_of_the_tree_are_reported(tree, link):
    root = tree("in/a.py out/b.py out/c.txt")
    link("in/b.py", "../out/b.py")
    link("in/out", "../out")
    link("in/c.txt", "../out/c.txt")
    assert names(root, root / "in") == ["in/a.py", ("AR152", "in/b.py"), ("AR152", "in/out")]
    problem = next(one for one in find([root / "in"]) if isinstance(one, Problem))
    leads = os.path.realpath(root / "out/b.py")
    assert problem.text == f"it is a link that leads out of the tree, to {leads}"


def test_a_name_that_only_begins_like_the_tree_is_outside(tree, link):
    root = tree("app/a.py app2/b.py")
    link("app/b.py", "../app2/b.py")
    link("app/all", "../app2")
    assert names(root, root / "app") == ["app/a.py", ("AR152", "app/all"), ("AR152", "app/b.py")]


def test_a_link_from_one_given_directory_to_another_is_inside(tree, link):
    root = tree("a/x.py b/y.py")
    link("a/y.py", "../b/y.py")
    link("a/b", "../b")
    assert names(root, root / "a", root / "b") == ["a/x.py", "b/y.py"]


def test_a_link_that_is_the_only_way_to_a_file_is_taken(tree, link):
    root = tree("bin/tool a.py")
    link("tool.py", "bin/tool")
    link("again.py", "bin/tool")
    assert names(root) == ["a.py", "again.py"]


def test_a_link_to_an_ignored_file_is_as_ignored(tree, link):
    root = tree({".gitignore": "gen.py\nalso.py\nto-*\n", "gen.py": "", "a.py": ""})
    link("b.py", "gen.py")
    link("also.py", "/nowhere/at/all.py")
    link("to-tmp", "/")
    link("node_modules", "/")
    assert names(root) == ["a.py"]


def test_who_ignores_a_directory_does_not_ask_about_a_link_to_one(tree, link):
    root = tree({"app/.gitignore": "data/\n", "out/a.py": ""})
    link("app/data", "../out")
    assert names(root, root / "app") == []


def test_a_link_to_an_environment_elsewhere_is_none_of_ours(tree, link):
    root = tree("envs/x/pyvenv.cfg app/a.py")
    link("app/env", "../envs/x")
    assert names(root, root / "app") == ["app/a.py"]


def test_links_that_lead_nowhere(tree, link):
    root = tree("z.py")
    link("a.py", "nowhere.py")
    link("b", "nowhere")
    link("c.py", "c.py")
    link("d.py", "e.py")
    link("e.py", "d.py")
    reported = [("AR157", name) for name in ("a.py", "c.py", "d.py", "e.py")]
    assert names(root) == [*reported, "z.py"]
    for name in ("a.py", "c.py"):
        with pytest.raises(FileNotFoundError, match="there is no file or directory"):
            find([root / name])


def test_a_link_to_a_device_is_no_file(tree, link):
    root = tree("z.py")
    link("a.py", os.devnull)
    assert names(root) == [("AR153", "a.py"), "z.py"]


def test_a_directory_may_be_given_by_a_link(tree, link):
    root = tree("src/a.py")
    link("src/b.py", "a.py")
    link("to", "src")
    assert names(root, root / "to") == ["to/a.py"]
    assert names(root, root / "to", root / "src") == ["src/a.py"]


def test_a_file_may_be_given_by_a_link_that_stays_near(tree, link, monkeypatch):
    root = tree("in/a.py out/b.py")
    link("in/c.py", "a.py")
    link("in/d.py", "../out/b.py")
    given = root / "in/c.py", root / "in/a.py", root / "in/d.py"
    monkeypatch.chdir(root / "in")
    assert names(root, *given) == ["in/a.py", ("AR152", "in/d.py")]
    monkeypatch.chdir(root)
    assert names(root, *given) == ["in/a.py", "in/d.py"]
