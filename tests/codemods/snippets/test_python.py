"""Python blocks in docs: rewritten when all of a block is native, and run before and after."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from autorag_migrate.emulator import Document, Emulator

HEAD = """\
import os

import requests

BASE = os.environ["CLOUDFLARE_API_BASE_URL"]
URL = f"{BASE}/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs/search"
KEY = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}

answer = requests.post(URL, headers=KEY, json={"query": "llamas"}).json()
"""
READS = 'for row in answer["result"]["data"]:\n    print(row["filename"])\n'
PROGRAM = HEAD + READS


def indented(text, by):
    return re.sub(r"(?m)^(?=.*\S)", by, text)


PAGES = {
    "fence.md": f"# Ask\n\n```python\n{PROGRAM}```\n\nDone.\n",
    "list.md": f"- Ask:\n\n  ```py\n{indented(PROGRAM, '  ')}  ```\n",
    "indent.md": f"Ask:\n\n{indented(PROGRAM, '    ')}\nDone.\n",
    "a.rst": f"Ask.\n\n.. code-block:: python\n   :linenos:\n\n{indented(PROGRAM, '   ')}\nDone.\n",
    "b.rst": f"Ask::\n\n{indented(PROGRAM, '  ')}\nDone.\n",
}


def program_in(page):
    lines = page.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.strip() == "import os")
    by = lines[first][: lines[first].index("import")]
    last = next(n for n, line in enumerate(lines) if "print(row" in line)
    return "".join(line.removeprefix(by) for line in lines[first : last + 1])


@pytest.fixture(scope="module")
def emulator():
    with Emulator([Document("llama.md", "Llamas carry drinks.")], instance="docs") as running:
        yield running


def ran(program, emulator):
    emulator.clear_log()
    environment = {**os.environ, **emulator.environment(), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    (entry,) = emulator.log
    return done.stdout, entry.api, entry.defects


@pytest.mark.parametrize("name", PAGES)
def test_a_block_is_rewritten_and_runs_the_same(rewritten, emulator, name):
    page = PAGES[name]
    assert program_in(page) == PROGRAM
    new, said = rewritten(name, page)
    assert said == [
        "a Python block, rewritten by --docs; AR204 ranking_options.score_threshold; AR215 max_num_results"
    ]
    changed = program_in(new)
    assert (
        (page.replace("\n", "").split("import os")[0])
        == new.replace("\n", "").split("import os")[0]
    )
    assert new.endswith(page[page.index("print(row") :].partition("\n")[2])
    before, after = ran(PROGRAM, emulator), ran(changed, emulator)
    assert before[0] == after[0] == b"llama.md\n"
    assert (before[1], after[1], after[2]) == ("legacy", "new", [])


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (f"```python\n{HEAD}```\n\n```python\n{READS}```\n", r"a call in it is bridged \(AR\d+\)"),
        (f"```python\n{HEAD}print(answer)\n```\n", r"a call in it is bridged \(AR\d+\)"),
        ("```python\nURL = '/accounts/x/autorag/rags/docs/search'\n```\n", r"is manual \(AR130\)"),
        (f"```python\n{PROGRAM}...)\n```\n", "it is no Python program by itself"),
        (
            f"```python\n{PROGRAM}# autorag-migrate: keep\n```\n".replace(
                "requests.post(URL", "requests.post(  # autorag-migrate: keep -- why\n    URL"
            ),
            r"a call in it is kept \(AR140\)",
        ),
        (f"```pycon\n>>> {HEAD}```\n", "it is in a block of another language"),
        ("```python\n# /autorag/rags/docs/search\n```\n", "no call in it is understood"),
    ],
)
def test_what_is_left_and_why(rewritten, page, reason):
    new, said = rewritten("a.md", page)
    assert new == page
    assert re.search(f"; left: .*{reason}", said[0]), said


def test_odd_ends_of_lines_stay(rewritten):
    program = PROGRAM.replace("print(row", 'print("\u2028\x0c  ", row')
    page = f"Ask:\n\n{indented(program, '    ')}\nDone.\n".replace("\n", "\r\n")
    new, said = rewritten("a.md", page)
    assert "rewritten" in said[0]
    assert '        print("\u2028\x0c  ", row["item"]["key"])\r\n\r\nDone.\r\n' in new
    assert "\n" not in new.replace("\r\n", "")


def test_a_block_with_a_line_of_blanks_is_left(rewritten):
    page = "Ask:\n\n" + indented(PROGRAM, "    ").replace("\n\n", "\n    \n")
    new, said = rewritten("a.md", page)
    assert new == page
    assert said[0].endswith("left: a line of it holds nothing but blanks")


def test_only_what_is_understood_of_a_page_changes(rewritten):
    left = "```python\nimport requests\nrequests.post(API + '/autorag/rags/x/search', data=body())\n```\n"
    page = left + PAGES["fence.md"] + left
    new, said = rewritten("a.md", page)
    assert new.startswith(left)
    assert new.endswith(left)
    assert ["rewritten" in text for text in said] == [False, True, False]
