"""What git ignores, by git's own verdict: every tree here is shown to `git ls-files` as well."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autorag_codemods.scan import find
from autorag_codemods.scan.ignore import DIRECTORY, Patterns


def ours(root):
    return sorted(os.fsencode(Path(one).relative_to(root).as_posix()) for one in find([root]))


def gits(git, root):
    lines = git(root, "ls-files", "-co", "--exclude-standard", "-z").split(b"\0")
    return sorted(line for line in lines if line.endswith((b".py", b".pyw")))


TREES = {
    "a name at any depth": {".gitignore": "gen.py\n", "gen.py": "", "a/gen.py": "", "a/b.py": ""},
    "a directory": {".gitignore": "gen/\n", "gen/a.py": "", "b/gen/c.py": "", "d/gen.py": ""},
    "a directory's name on a file": {".gitignore": "x.py/\n", "x.py": "", "a/x.py/b.py": ""},
    "anchored": {".gitignore": "/gen.py\n", "gen.py": "", "a/gen.py": ""},
    "anchored by a slash inside": {".gitignore": "a/b.py\n", "a/b.py": "", "c/a/b.py": ""},
    "kept again": {".gitignore": "*.py\n!keep.py\n", "a.py": "", "keep.py": "", "b/keep.py": ""},
    "the last one decides": {".gitignore": "!a.py\n*.py\n", "a.py": ""},
    "not kept below an ignored directory": {".gitignore": "b/\n!b/keep.py\n", "b/keep.py": ""},
    "kept below a directory's content": {
        ".gitignore": "b/*\n!b/keep.py\n",
        "b/keep.py": "",
        "b/a.py": "",
    },
    "kept below two stars": {".gitignore": "b/**\n!b/keep.py\n", "b/keep.py": "", "b/a.py": ""},
    "two stars between": {".gitignore": "a/**/z.py\n", "a/z.py": "", "a/b/c/z.py": "", "z.py": ""},
    "two stars first": {".gitignore": "**/a/b.py\n", "a/b.py": "", "x/a/b.py": "", "b.py": ""},
    "two stars in a name": {".gitignore": "a/x**y.py\n", "a/xy.py": "", "a/x/y.py": ""},
    "a star stops at a slash": {".gitignore": "a/*.py\n", "a/b.py": "", "a/b/c.py": ""},
    "a set": {".gitignore": "[a-c]?.py\n", "a1.py": "", "c2.py": "", "d3.py": "", "b.py": ""},
    "not in a set": {".gitignore": "[!a].py\n[^b]c.py", "a.py": "", "b.py": "", "bc.py": ""},
    "a class": {".gitignore": "[[:digit:]_]*.py\n", "1.py": "", "_.py": "", "a.py": "", "d.py": ""},
    "a set without end": {".gitignore": "[a.py\n", "a.py": "", "[a.py": ""},
    "escaped": {".gitignore": "\\#a.py\n\\!b.py\nc\\*.py\n", "#a.py": "", "!b.py": "", "c*.py": ""},
    "comments": {".gitignore": "#a.py\n\n  \n", "#a.py": "", "a.py": ""},
    "spaces": {".gitignore": "a.py  \nb\\ \n c.py\n", "a.py": "", "b /d.py": "", " c.py": ""},
    "line ends of Windows": {".gitignore": "a.py\r\nb.py\r\n", "a.py": "", "b.py": "", "c.py": ""},
    "no last line end": {".gitignore": "a.py\nb.py", "a.py": "", "b.py": ""},
    "a byte order mark": {".gitignore": b"\xef\xbb\xbfa.py\n", "a.py": "", "b.py": ""},
    "bytes that are no text": {".gitignore": b"\xff*\n\xe9.py\na.py", "a.py": "", "b.py": ""},
    "one character is one byte": {".gitignore": "?.py\n??a.py\n", "é.py": "", "éa.py": ""},
    "nested, the nearer first": {
        ".gitignore": "a.py\n",
        "in/.gitignore": "!a.py\nb.py\n",
        "in/a.py": "",
        "in/deep/a.py": "",
        "in/deep/b.py": "",
        "a.py": "",
        "b.py": "",
    },
    "nested and anchored": {
        "in/.gitignore": "/a.py\n",
        "in/a.py": "",
        "in/in/a.py": "",
        "a.py": "",
    },
    "nothing is read in what is ignored": {
        ".gitignore": "in\n",
        "in/.gitignore": "!*\n",
        "in/a.py": "",
    },
    "not a file": {".gitignore/": "", "a.py": ""},
    "everything": {".gitignore": "*\n!*/\n!a.py\n", "a.py": "", "b.py": "", "in/a.py": ""},
    "a lone slash": {".gitignore": "/\n//\n", "a.py": "", "b/c.py": ""},
}


@pytest.mark.parametrize("files", TREES.values(), ids=TREES)
def test_the_same_files_as_git(tree, git, files):
    root = tree(files)
    without_repository = ours(root)
    git(root, "init", "-q")
    assert ours(root) == gits(git, root) == without_repository


def test_the_repositorys_own_file_and_the_users(tree, git, home, monkeypatch):
    root = tree("a.py b.py c.py d.py e.py")
    git(root, "init", "-q")
    tree({"info/exclude": "a.py\n!b.py\nd.py"}, root / ".git")
    tree({".gitignore": "!d.py\n"}, root)
    config = tree({"git/ignore": "b.py\nc.py\n"}, root / "config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    assert ours(root) == gits(git, root) == [b"b.py", b"d.py", b"e.py"]
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(root / "config"))
    (root / "config" / "git").rename(root / "config" / ".git-moved")
    tree({".config/git/ignore": "e.py\n"}, root / "config")
    assert ours(root) == gits(git, root) == [b"b.py", b"c.py", b"d.py"]


def test_a_directory_inside_a_repository_knows_what_stands_above_it(tree, git):
    root = tree(
        {
            ".gitignore": "a.py\n/src/app/b.py\n",
            "src/.gitignore": "c.py\n!a.py\n",
            "src/app/a.py": "",
            "src/app/b.py": "",
            "src/app/c.py": "",
            "src/app/d.py": "",
        }
    )
    assert ours(root / "src/app") == [b"a.py", b"b.py", b"c.py", b"d.py"]  # no repository
    git(root, "init", "-q")
    tree({"info/exclude": "/src/app/d.py\n"}, root / ".git")
    assert ours(root / "src/app") == gits(git, root / "src/app") == [b"a.py"]


def test_links_are_not_read_for_patterns(tree, git):
    root = tree({"patterns": "*.py\n", "a.py": "", "in/a.py": ""})
    git(root, "init", "-q")
    for place in (root, root / "in"):
        (place / ".gitignore").symlink_to(root / "patterns")
    assert ours(root) == gits(git, root) == [b"a.py", b"in/a.py"]
    assert ours(root / "in") == [b"a.py"]


@pytest.mark.parametrize("content", [b"gitdir: nowhere", b"", b"\0", b"gitdir: \0/real"])
def test_a_git_file_that_leads_nowhere_is_no_repository(tree, content):
    root = tree({".gitignore": "b.py", "in/.git": content, "in/a.py": "", "in/b.py": ""})
    assert ours(root) == [b"in/a.py"]


@pytest.mark.parametrize("common", [b"nowhere", b"\0", b"\xff", b""])
def test_a_repository_that_is_broken_is_still_one(tree, common):
    files = {".gitignore": "a.py", "in/.git/HEAD": "", "in/.git/commondir": common, "in/a.py": ""}
    assert ours(tree(files)) == [b"in/a.py"]


def test_a_repository_inside_another_has_its_own_rules(tree, git):
    root = tree(
        {
            ".gitignore": "a.py\nskipped/\n",
            "inner/.gitignore": "b.py\n",
            "inner/a.py": "",
            "inner/b.py": "",
            "skipped/c.py": "",
        }
    )
    git(root, "init", "-q")
    for name in ("inner", "skipped"):
        git(root / name, "init", "-q")
    assert ours(root) == [b"inner/a.py"]
    assert ours(root / "inner") == gits(git, root / "inner") == [b"a.py"]


def test_a_submodule_keeps_its_rules_in_the_outer_repository(tree, git, tmp_path):
    library = tree("a.py b.py c.py", tmp_path / "library")
    outer = tree({".gitignore": "b.py\n", "d.py": ""}, tmp_path / "outer")
    for root in (library, outer):
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "first")
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    git(outer, *add, library, "lib")
    assert (outer / "lib/.git").is_file()
    tree({"modules/lib/info/exclude": "new.py\n"}, outer / ".git")
    tree("lib/new.py lib/other.py", outer)
    inside = [b"a.py", b"b.py", b"c.py", b"other.py"]
    assert ours(outer / "lib") == gits(git, outer / "lib") == inside
    assert ours(outer) == [b"d.py", *(b"lib/" + name for name in inside)]


def test_a_worktree_shares_its_rules(tree, git, tmp_path):
    root = tree("a.py b.py", tmp_path / "main")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    git(root, "worktree", "add", "-q", "--detach", tmp_path / "second")
    tree({"info/exclude": "new.py\n"}, root / ".git")
    second = tree("new.py other.py", tmp_path / "second")
    assert ours(second) == gits(git, second) == [b"a.py", b"b.py", b"other.py"]


PARTS = ["a", "b", "foo", "x.py", "a.py", "foo.py", "é.py"]
FRAGMENTS = [
    *("a", "b", "foo", ".py", "x", "!", "#", " ", "\r", "\\", "\\*"),
    *("*", "**", "/", "?", "***", "/**/", "**/", "/**"),
    *("[ab]", "[!a]", "[a-z]", "[]a]", "[^/]", "[a-", "[z-a]", "[a\\]b]", "[--b]", "[!/]"),
    *("[[:alpha:]]", "[[:bogus:]]", "[[:a]"),
]
patterns = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "!", "/"]),
        st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map("".join),
        st.sampled_from(["", "", "/"]),
    ),
)
ignore_files = st.lists(patterns, max_size=5).map("\n".join)
directories = st.lists(st.sampled_from(["a", "b", "foo", "é", "x y"]), max_size=3)
files = st.tuples(directories, st.sampled_from(["x.py", "a.py", "foo.py", "é.py"]))


@given(
    st.lists(files, min_size=1, max_size=12),
    st.lists(st.tuples(directories, ignore_files), max_size=3),
)
@example([(["a"], "x.py")], [([], "a/**\n!a/x.py")])
@example([(["foo", "b"], "x.py")], [([], "foo**/x.py")])
def test_random_trees_are_read_as_git_reads_them(git, tmp_path_factory, paths, ignores):
    root = tmp_path_factory.mktemp("tree", numbered=True)
    try:
        git(root, "init", "-q", "--template=")
        for parts, name in paths:
            place = root.joinpath(*parts)
            place.mkdir(parents=True, exist_ok=True)
            (place / name).touch()
        for parts, content in ignores:
            place = root.joinpath(*parts)
            if place.is_dir():
                (place / ".gitignore").write_bytes(content.encode())
        assert ours(root) == gits(git, root)
    finally:
        shutil.rmtree(root)


NAMES = [*PARTS, "[a]", "#x", "!n", "A", "foo ", "a\\b", "a]", "1", "x y", "-", "B1"]
some_paths = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), max_size=30)


@given(ignore_files, some_paths)
def test_random_patterns_mean_what_they_mean_to_git(git, tmp_path_factory, content, paths):
    root = tmp_path_factory.getbasetemp() / "patterns"
    if not root.is_dir():
        root.mkdir()
        git(root, "init", "-q", "--template=")
    (root / ".gitignore").write_bytes(content.encode())
    asked = [os.fsencode("/".join(parts)) for parts in paths]
    options = ("check-ignore", "--no-index", "--stdin", "-z", "-v", "-n")
    try:
        answer = git(root, *options, given=b"".join(path + b"\0" for path in asked))
    except Exception as error:
        if getattr(error, "returncode", 0) != 1:
            raise
        answer = error.stdout  # 1: none of them is ignored
    fields = iter(answer.split(b"\0")[:-1])
    said = [
        (path, not pattern.startswith(b"!") if source else None)
        for source, _, pattern, path in zip(fields, fields, fields, fields, strict=True)
    ]
    read = Patterns(content.encode())
    assert said == [(path, _verdict(read, path)) for path in asked]


def _verdict(patterns, path):
    """What is below an ignored directory is ignored; none of the paths exists, so it is a file."""
    steps = path.split(b"/")
    for end in range(1, len(steps)):
        if patterns.verdict(b"/".join(steps[:end]) + DIRECTORY):
            return True
    return patterns.verdict(path)
