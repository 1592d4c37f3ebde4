"""Each option has its effect, also on what the program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from autorag_codemods import migrate
from codemods.trust.trusting import HEAD, PROGRAMS, PROGRAMS_BY_FILE, Done, ran, wrote
from fixture_runs import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

SEARCH = """\


def ask(question):
    response = requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return [(row["filename"], row["content"][0]["text"]) for row in response.json()["result"]["data"]]
"""
PROMPTED = """\


def ask(question):
    payload = {"query": question, "system_prompt": "Be brief.", "reranking": {"enabled": True}}
    response = requests.post(f"{RAG}/ai-search", headers=HEADERS, json=payload)
    return response.json()["result"]["response"]
"""
NUMBERS = """\


def ask(question):
    payload = {"query": question, "max_num_results": "3"}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
FILTERED = """\


def ask(question):
    since = {"type": "gt", "key": "timestamp", "value": 1700000000000}
    payload = {"query": question, "filters": since, "max_num_results": 3}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
DATED = FILTERED.replace('"key": "timestamp"', '"key": "modified_date"')
FOLDERS = """\


def ask(question):
    response = requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return sorted({row["attributes"]["folder"] for row in response.json()["result"]["data"]})
"""


class Asked(NamedTuple):
    """What an option does: what the new text holds, and what the text without it holds instead."""

    options: tuple[str, ...]
    body: str
    has: tuple[str, ...]
    instead_of: tuple[str, ...] = ()


ASKED = {
    "bare": Asked(
        ("--route", "bare"),
        SEARCH,
        ("/ai-search/instances/docs",),
        ("/ai-search/namespaces/default/instances/docs",),
    ),
    "adopt": Asked(
        ("--policy", "adopt"),
        SEARCH,
        (),
        ('"retrieval_type"', '"return_on_failure"', '"reranking"'),
    ),
    "adopt, reranked": Asked(
        ("--policy", "adopt"), PROMPTED, (), ('"match_threshold"', '"query_rewrite"')
    ),
    "absent_max_num_results": Asked(
        ("--absent-max-num-results", "10"), SEARCH, ('"max_num_results": 10',)
    ),
    "absent_score_threshold 0": Asked(
        ("--absent-score-threshold", "0"), SEARCH, ('"match_threshold": 0',)
    ),
    "absent_score_threshold 0.4": Asked(
        ("--absent-score-threshold", "0.4"), SEARCH, ('"match_threshold": 0.4',)
    ),
    "absent_switches": Asked(
        ("--absent-switches", "instance"), SEARCH, (), ('"reranking"', '"query_rewrite"')
    ),
    "instance_options": Asked(
        ("--instance-options", "off"),
        SEARCH,
        ('"context_expansion": 0', '"boost_by": []', '"cache": {"enabled": False}'),
    ),
    "system_prompt_role": Asked(
        ("--system-prompt-role", "developer"),
        PROMPTED,
        ('"role": "developer"',),
        ('"role": "system"',),
    ),
    "numeric_strings convert": Asked((), NUMBERS, ('"max_num_results": 3',)),
    "filter_timestamps": Asked(
        ("--filter-timestamps", "milliseconds"),
        FILTERED,
        ("1700000000000",),
        ("1700000000}",),
    ),
    "modified_date_field": Asked(
        ("--modified-date-field", "modified_date"), DATED, ('"modified_date"',), ('"timestamp"',)
    ),
    "root_folder": Asked(("--root-folder", "/"), FOLDERS, (' or "/"',)),
    "namespace": Asked(
        ("--namespace", "default"), SEARCH, ("/ai-search/namespaces/default/instances/docs",)
    ),
}
# These say of the service what the emulator is not told.
OTHERWISE = {
    *("filter_timestamps", "modified_date_field", "root_folder", "absent_score_threshold 0"),
    *("adopt", "adopt, reranked"),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_option_has_its_effect(
    name: str, tree: Path, check: Callable[..., Done], run: Callable[..., Done], programs: Runner
) -> None:
    asked = ASKED[name]
    text = HEAD + asked.body
    wrote(tree, {"app.py": text})
    assert check(*asked.options).ledger == [("native", "AR101")]
    assert run("apply", *asked.options).code == 0
    after = (tree / "app.py").read_text()
    plain = migrate(text).source
    for piece in asked.has:
        assert piece in after
        assert not asked.options or piece not in plain or name == "namespace"
    for piece in asked.instead_of:
        assert piece in plain
        assert piece not in after

    calls = 'show("found", program.ask, "llamas coffee")\n'
    before, done = ran(programs, tree, text, calls), ran(programs, tree, after, calls)
    assert (before.code, before.apis) == (0, {"legacy"})
    assert done.code == 0, done.stderr
    if name not in {"modified_date_field", "filter_timestamps"}:
        assert done.defects == set()
    assert [(entry.api, entry.status) for entry in done.log] == [("new", 200)]
    if name not in OTHERWISE:
        assert done.stdout == before.stdout


def test_numbers_in_strings_can_be_refused(tree: Path, check: Callable[..., Done]) -> None:
    wrote(tree, {"app.py": HEAD + NUMBERS})
    assert check("--numeric-strings", "refuse").ledger == [("bridged", "AR116")]


class TestStyles:
    def test_native_leaves_what_would_be_bridged(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        assert check("--style", "native").ledger == [("manual", "AR134"), ("native", "AR101")]
        assert run("apply", "--style", "native").code == 1
        assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_bridge_bridges_everything(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done], programs: Runner
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        found = check("--style", "bridge")
        assert [each for each, _ in found.ledger] == ["bridged", "bridged"]
        assert found.ledger[1] == ("bridged", "AR118")
        assert run("apply", "--style", "bridge").code == 0
        for name, text in PROGRAMS_BY_FILE.items():
            bridged = text.replace("import requests\n", "").replace(
                "from pathlib", "from autorag_migrate.adapters import requests\nfrom pathlib"
            )
            assert (tree / name).read_text() == bridged
        assert run("check", "--style", "bridge").code == 0
        assert run("check").code == 0
        calls = 'show("found", program.names, "llamas")\n'
        before = ran(programs, tree, PROGRAMS["native"], calls)
        after = ran(programs, tree, (tree / "native.py").read_text(), calls)
        assert (after.stdout, after.apis) == (before.stdout, {"new"})
