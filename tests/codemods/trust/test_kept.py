"""Comments, and options, that keep calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import migrate
from codemods.trust.trusting import (
    BRIDGED,
    HEAD,
    MANY,
    NATIVE,
    PROGRAMS,
    PROGRAMS_BY_FILE,
    Done,
    ran,
    wrote,
)
from fixture_runs import Runner

if TYPE_CHECKING:
    from collections.abc import Callable

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

KEEP = "# autorag-migrate: keep -- compares both APIs"
KEPT = {
    "at the line": """\
def raw(question):
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()  # KEEP
""",
    "above the statement": """\
def raw(question):
    # KEEP
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
""",
    "above, with other comments between": """\
def raw(question):
    # KEEP
    # and this is why it is written here

    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
""",
    "on the first line of several": """\
def raw(question):
    return requests.post(  # KEEP
        f"{RAG}/search",
        headers=HEADERS,
        json={"query": question},
    ).json()
""",
    "on the last line of several": """\
def raw(question):
    return requests.post(
        f"{RAG}/search",
        headers=HEADERS,
        json={"query": question},
    ).json()  # KEEP
""",
    "on a line between": """\
def raw(question):
    return requests.post(
        f"{RAG}/search",  # KEEP
        headers=HEADERS,
        json={"query": question},
    ).json()
""",
    "in a with": """\
def raw(question):
    with requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}) as r:  # KEEP
        return r.json()
""",
    "above a with": """\
def raw(question):
    # KEEP
    with requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}) as r:
        return r.json()
""",
    "above an if": """\
def raw(question):
    # KEEP
    if requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).ok:
        return True
""",
}


@pytest.mark.parametrize("place", KEPT)
def test_a_comment_keeps_a_call(
    place: str, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    text = HEAD + "\n\n" + KEPT[place].replace("# KEEP", KEEP)
    wrote(tree, {"app.py": text})
    found = check()
    assert (found.ledger, found.findings, found.code) == ([("kept", "AR140")], [], 0)
    assert run("apply").code == 0
    assert (tree / "app.py").read_text() == text


def test_a_keep_comment_keeps_one_statement_and_no_more(
    tree: Path, check: Callable[..., Done]
) -> None:
    body = """\


def both(question):
    with requests.Session() as session:
        # KEEP
        first = session.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
        again = session.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return [first.json()["success"], again.json()["success"]]
"""
    wrote(tree, {"app.py": HEAD + body.replace("# KEEP", KEEP)})
    first, again = check().ledger
    assert first == ("kept", "AR140")
    assert again[0] != "kept"


@pytest.mark.parametrize("verdict", PROGRAMS)
def test_keep_comments_that_keep_nothing_or_do_not_say_why(
    verdict: str, tree: Path, check: Callable[..., Done]
) -> None:
    silent = PROGRAMS[verdict].replace("post(\n", "post(  # autorag-migrate: keep\n")
    wrote(
        tree,
        {
            "silent.py": silent,
            "unused.py": PROGRAMS[verdict] + f"\n\nprint(1)  {KEEP}\n{KEEP}\n",
            "string.py": PROGRAMS[verdict] + f"\n\nTEXT = '{KEEP}'\n",
        },
    )
    found = check()
    last = PROGRAMS[verdict].count("\n")
    assert [
        (each["code"], Path(each["path"]).name, each["line"]) for each in found.report["findings"]
    ] == [
        ("AR143", "silent.py", silent[: silent.index("keep")].count("\n") + 1),
        ("AR141", "unused.py", last + 3),
        ("AR141", "unused.py", last + 4),
    ]
    # Without a reason nothing is kept.
    assert [each for each, _ in found.ledger] == [verdict] * 3


CALLS = """\
show("kept", program.kept, "llamas")
show("other", program.other, "llamas")
"""
TWO = """\


def kept(question):
    # KEEP
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()


def other(question):
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
"""
TWO_FROM = TWO.replace("requests.post", "post")
TWO_NATIVE = (
    TWO.replace('f"{RAG}/search"', '"URL"')
    .replace(
        '"URL"',
        "f\"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs/search\"",
    )
    .removesuffix(".json()\n")
    + '.json()["result"]["data"][0]["filename"]\n'
)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + TWO,
        HEAD.replace("import requests", "from requests import post") + TWO_FROM,
        HEAD + TWO.replace("requests.post", "requests.Session().post"),
        HEAD.replace("HEADERS =", "session = requests.Session()\nHEADERS =")
        + TWO.replace("requests.post", "session.post"),
        HEAD + TWO_NATIVE,
    ],
    ids=["import", "from import", "sessions", "one session", "native"],
)
def test_a_kept_call_stays_legacy_beside_one_that_is_not(
    text: str, tree: Path, run: Callable[..., Done], programs: Runner
) -> None:
    text = text.replace("# KEEP", KEEP)
    wrote(tree, {"app.py": text})
    run("apply")
    after = (tree / "app.py").read_text()
    done = ran(programs, tree, after, CALLS)
    assert done.code == 0, done.stderr
    assert done.log[0].api == "legacy"
    before = ran(programs, tree, text, CALLS)
    assert done.stdout == before.stdout


class TestSelection:
    def test_only_what_is_selected_is_done(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        found = check("--select", "AR101")
        assert found.ledger == [("kept", "AR142"), ("native", "AR101")]
        assert run("apply", "--select", "AR101").code == 0
        assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_what_is_ignored_stays(self, tree: Path, run: Callable[..., Done]) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        assert run("apply", "--ignore", "AR10").code == 0
        assert (tree / "native.py").read_text() == PROGRAMS["native"]
        assert (tree / "bridged.py").read_text() == migrate(PROGRAMS["bridged"]).source
        assert run("apply", "--ignore", "AR1").code == 0
        assert (tree / "native.py").read_text() == PROGRAMS["native"]
        assert run("apply").code == 0
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_in_one_file(self, tree: Path, run: Callable[..., Done]) -> None:
        wrote(tree, {"app.py": HEAD + NATIVE_ALONE + BRIDGED})
        assert run("apply", "--select", "AR101").code == 0
        assert (tree / "app.py").read_text() == migrate(HEAD + NATIVE_ALONE).source + BRIDGED

    def test_what_is_not_selected_is_not_bridged_by_its_import(
        self, tree: Path, run: Callable[..., Done], programs: Runner
    ) -> None:
        more = '\n\ndef kept(question, **more):\n    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question, **more}).ok\n'
        other = '\n\ndef other(question):\n    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()\n'
        wrote(tree, {"app.py": HEAD + more + other})
        run("apply", "--ignore", "AR112")
        done = ran(programs, tree, (tree / "app.py").read_text(), CALLS)
        assert done.log[0].api == "legacy"

    def test_findings_are_chosen_too(self, tree: Path, check: Callable[..., Done]) -> None:
        wrote(tree, MANY)
        assert check("--ignore", "AR15,AR141").findings == []
        assert check("--select", "AR15").findings == [("broken.py", "AR150")]


NATIVE_ALONE = NATIVE.replace(
    'f"{RAG}/search"',
    "f\"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs/search\"",
)
