"""Over code that has nothing to do with AutoRAG: nothing changes, nothing fails.

A sample is taken here, the same one in every run. ``AUTORAG_NO_HARM=all`` takes every file.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from autorag_codemods import migrate
from autorag_codemods.members import Member, Surroundings
from autorag_codemods.options import Options
from autorag_codemods.parse import UnparsableError, parse
from autorag_codemods.program import MisalignedError
from autorag_codemods.scan import Source, may_matter, read
from autorag_codemods.verdict import judge

EVERY = os.environ.get("AUTORAG_NO_HARM") == "all"
# Large packages that our own tests need anyway.
# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

PACKAGES = ("hypothesis", "mypy", "pydantic", "cloudflare", "rich", "libcst", "_pytest")
STDLIB = Path(sysconfig.get_path("stdlib"))


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


FOLDERS = {"stdlib": STDLIB} | {
    name: folder for name in PACKAGES if (folder := _folder(name)) is not None
}


@cache
def files_of(name: str) -> list[Path]:
    found = FOLDERS[name].rglob("*.py")
    return sorted(
        path for path in found if "site-packages" not in path.relative_to(FOLDERS[name]).parts
    )


def sample(name: str, number: int) -> list[Source]:
    """Some files of a folder, without those that are no text."""
    files = files_of(name)
    if not EVERY:
        # Chosen by name, so that it is the same everywhere and the files differ in size.
        files = sorted(random.Random(name).sample(files, min(number, len(files))))
    return [source for source in map(read, files) if isinstance(source, Source)]


def test_there_is_enough_to_look_at() -> None:
    assert len(files_of("stdlib")) > 500
    assert len(FOLDERS) >= 4


@pytest.mark.parametrize("name", FOLDERS)
def test_check_finds_nothing_to_change(name: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "autorag_migrate", "check", "--output-format", "json"),
            str(FOLDERS[name]),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1}, done.stderr
    report = json.loads(done.stdout)
    assert report["changes"] == []
    assert report["summary"]["searched"] > 50
    # An SDK has the legacy paths in it; there is nothing else to say.
    assert {site["verdict"] for site in report["sites"]} <= {"manual"}
    assert name == "cloudflare" or report["sites"] == []
    assert {finding["code"] for finding in report["findings"]} <= {"AR152"}


LIMITS = {"stdlib": 30, "mypy": 6}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_can_be_understood(name: str) -> None:
    """Without a look at its bytes first: what is meant for callers must bear every program."""
    around = Surroundings()
    judged = 0
    for source in sample(name, LIMITS.get(name, 8)):
        shown = str(source.path)
        try:
            module = parse(source.text)
            result = judge([Member(shown, module, source.text, around)], Options())
        except (UnparsableError, MisalignedError, RecursionError):
            continue  # documented: the file is left, with a finding
        except Exception as error:
            raise AssertionError(f"{shown} cannot be judged") from error
        assert result.texts == {shown: source.text}, shown
        if not may_matter(source.raw):
            assert result.rows == [], shown
        judged += 1
    assert judged > 3


HEAD = """\


import requests as http_for_rag

RAG_URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"


def ask_rag(question):
    response = http_for_rag.post(RAG_URL, json={"query": question}, timeout=30)
"""
CALLERS = {
    "native": HEAD + '    return [row["filename"] for row in response.json()["result"]["data"]]\n',
    "bridged": HEAD + "    return response.json()\n",
}
# What sees every name of its module, and so the caller's.
_ALL_SEEING = re.compile(r"\b(?:globals|locals|vars|eval|exec)\(")


def hosts(number: int) -> list[Source]:
    found = []
    for source in sample("stdlib", number * 2):
        text = source.text
        if source.encoding != "utf-8" or not text.endswith("\n") or _ALL_SEEING.search(text):
            continue
        try:
            compile(text + CALLERS["native"], "x", "exec", dont_inherit=True)
            parse(text)
        except (SyntaxError, ValueError, UnparsableError):
            continue
        found.append(source)
    return found if EVERY else found[:number]


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_a_caller_at_the_end_of_a_file_is_all_that_changes() -> None:
    taken = hosts(30)
    assert len(taken) >= 25
    alone = {name: migrate(text).source for name, text in CALLERS.items()}
    for index, source in enumerate(taken):
        for verdict in CALLERS if EVERY else [tuple(CALLERS)[index % 2]]:
            newline = "\r\n" if "\r\n" in source.text else "\n"
            caller, wanted = (
                text.replace("\n", newline) for text in (CALLERS[verdict], alone[verdict])
            )
            result = migrate(source.text + caller, filename=str(source.path))
            (row,) = result.rows
            assert row.verdict == verdict, (source.path, row)
            assert result.source.startswith(source.text), source.path
            made = result.source[len(source.text) :]
            assert _spelled(made) == _spelled(wanted), source.path


def _spelled(text: str) -> str:
    """The caller without the blanks of its layout: a payload is indented as its file is."""
    return re.sub(r"\s+|,(?=\s*[}\])])", "", text)


GROWING = {
    "a path": "def grow(path):\n    return grow(path + '/') or path\n",
    "a prefix": "def grow(a, s=''):\n    return grow(a, 'x' + s) if a else s\n",
    "an attribute": "class A:\n    p = ''\n\n    def grow(self):\n        self.p = self.p + 'x'\n",
    "a global": "U = ''\n\n\ndef grow():\n    global U\n    U = U + 'x'\n",
    "a tuple": "def grow(rows, d=()):\n    return grow(rows, (d, 1))\n",
    "a dict": "def grow(rows, d={}):\n    return grow(rows, {'d': d})\n",
    "a list": "def grow(rows, d=()):\n    return grow(rows, [d])\n",
    "a number": "def grow(rows, d=0):\n    return grow(rows, d + 1)\n",
    "a format": "def grow(s):\n    return grow('({})'.format(s)) or grow(f'<{s}>')\n",
    "two functions": "def a(s):\n    return b(s + 'a')\n\n\ndef b(s):\n    return a(s + 'b')\n",
    "a loop": "s = ''\nwhile s:\n    s = s + 'a'\n    for s in s:\n        s = 'b' + s\n",
    "a closure": "def a(s):\n    def b(s=s):\n        return a(s + 'x')\n    return b\n",
}


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("verdict", CALLERS)
def test_values_that_grow_do_not_keep_a_caller_from_being_understood(
    name: str, verdict: str
) -> None:
    result = migrate(GROWING[name] + CALLERS[verdict])
    assert [row.verdict for row in result.rows] == [verdict]
    assert result.source == GROWING[name] + migrate(CALLERS[verdict]).source
