from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autorag_codemods.scan import Problem, Source, candidates, files_mentioning, may_matter
from autorag_codemods.scan.source import blocks


@pytest.mark.parametrize("raw", [b"", b"import os", b"auto rag", b"auto-rag", b"AUTORA", b"\xff"])
def test_bytes_that_cannot_matter(raw):
    assert not may_matter(raw)


@pytest.mark.parametrize("raw", [b"autorag", b"\0AutoRAG\0", b"x.AUTORAGS", b"'\xffautoRag'"])
def test_bytes_that_may(raw):
    assert may_matter(raw)


def test_text_of_two_bytes_a_letter_cannot_matter():
    assert not may_matter("autorag".encode("utf-16"))


def test_only_files_with_a_needle_are_decoded(tree):
    root = tree(
        {
            "a.py": "x = 1\n",
            "b.py": "url = '/autorag/rags/'\r\n",
            "c.py": b"\0\xff no text, and none of ours",
            "d.py": b"AutoRAG \0",
            "e.txt": "autorag",
            "f/g.py": "# coding: latin-1\n# AUTORAG caf\xe9".encode("latin-1"),
        }
    )
    looked_at = []
    b, d, g = candidates([root], looked_at=looked_at)
    assert isinstance(b, Source)
    assert (b.path, b.text) == (root / "b.py", "url = '/autorag/rags/'\r\n")
    assert isinstance(d, Problem)
    assert (d.path, d.code) == (root / "d.py", "AR151")
    assert (g.path, g.encoding) == (root / "f/g.py", "iso-8859-1")
    assert [Path(one).name for one in looked_at] == ["a.py", "b.py", "c.py", "d.py", "g.py"]


def test_problems_of_the_walk_pass_through(tree):
    root = tree("x.py/a.py")
    (root / "b.py").symlink_to("nowhere")
    looked_at = []
    assert [one.code for one in candidates([root], looked_at=looked_at)] == ["AR157", "AR153"]
    assert looked_at == [str(root / "x.py" / "a.py")]


def test_exclude_and_a_path_that_does_not_exist(tree):
    root = tree({"a.py": "autorag", "b.py": "autorag"})
    assert [one.path.name for one in candidates([root], exclude=["b.*"])] == ["a.py"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        candidates([root / "nowhere"])


def test_a_file_that_vanishes_after_it_was_found_is_reported(tree):
    root = tree({"a.py": "autorag", "b.py": "autorag", "c.py": "autorag"})
    found = candidates([root])
    assert isinstance(next(found), Source)
    (root / "b.py").unlink()
    problem, last = found
    assert (problem.path, problem.code) == (root / "b.py", "AR157")
    assert last.path == root / "c.py"


def test_a_file_that_vanishes_between_two_looks_is_reported(tree, monkeypatch):
    root = tree({"a.py": "autorag"})

    def vanishing(path):
        yield from blocks(path)
        Path(path).unlink()

    monkeypatch.setattr("autorag_codemods.scan.search.blocks", lambda path: [*vanishing(path)])
    assert [one.code for one in candidates([root])] == ["AR157"]


@pytest.mark.parametrize("at", [0, 1 << 20, (1 << 20) - 3, 3 << 20, (1 << 20) + 1])
def test_a_needle_anywhere_in_a_huge_file(tree, at):
    line = b"x = 1  # sixteen\n"
    raw = (line * (3 * (1 << 20) // len(line) + 1))[:at] + b"\nautorag\n" + line
    root = tree({"a.py": raw, "b.py": raw.replace(b"autorag", b"autobahn")})
    (found,) = candidates([root])
    assert found.raw == raw


MENTIONS = {
    "a.py": "import client\n",
    "b.py": "import clients\n",
    "c.py": "from app import (client)\n",
    "d.py": "my_client = client_ = Client()\n",
    "e.py": "clienté = éclient = 1\n",
    "f.py": "patch('app.client.search')",
    "g.py": "",
    "h.py": "client",
}


def test_files_that_mention_a_word_hold_it_as_a_whole_word(tree):
    root = tree(MENTIONS)
    files = [str(root / name) for name in MENTIONS]
    assert [Path(one).stem for one in files_mentioning([b"client"], files)] == list("acfh")
    assert [Path(one).stem for one in files_mentioning([b"clients", b"search"], files)] == [
        "b",
        "f",
    ]
    many = [b"client", *(b"other%d" % number for number in range(100))]
    assert [Path(one).stem for one in files_mentioning(many, files)] == list("acfh")
    assert list(files_mentioning([b"nothing"], files)) == []
    assert list(files_mentioning([], files)) == []


def test_words_may_be_of_any_language(tree):
    root = tree(MENTIONS)
    files = [str(root / name) for name in MENTIONS]
    assert [Path(one).stem for one in files_mentioning(["clienté".encode()], files)] == ["e"]


def test_files_that_cannot_be_read_mention_nothing(tree):
    root = tree({"a.py": "client", "d.py/": ""})
    files = [str(root / name) for name in ("nowhere.py", "d.py", "a.py")]
    assert list(files_mentioning([b"client"], files)) == [files[-1]]


@pytest.mark.parametrize("word", [b"", b"a.b", b"a b", b" a"])
def test_what_is_no_word_is_an_error(word):
    with pytest.raises(ValueError, match="is not one word"):
        files_mentioning([b"client", word], [])


def test_looking_loads_nothing_that_it_does_not_need():
    code = (
        "import sys; from pathlib import Path; from autorag_codemods import scan;"
        "list(scan.candidates([Path(sys.argv[1])], exclude=['x']));"
        "print({'pathspec', 'libcst', 'subprocess', 'click', 'tempfile', 'ast'} & {*sys.modules})"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(here)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
