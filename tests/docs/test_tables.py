"""The generated parts of the docs are what the mapping table says."""

import re
import sys
from pathlib import Path

import pytest

from autorag_codemods.api import Result
from autorag_codemods.report.model import Place, Row
from autorag_codemods.rules import RULES, codes

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import verdicts  # noqa: E402

import docs  # noqa: E402
from autorag_migrate import mapping  # noqa: E402

PAGE = (ROOT / "MIGRATION.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date():
    assert docs.render(PAGE) == PAGE


def test_every_table_is_on_the_page():
    for name in docs.TABLES:
        assert f"<!-- table: {name} -->" in PAGE


@pytest.mark.parametrize(
    "rows",
    [
        "ROUTES",
        "NEW_ROUTES",
        "REQUEST_FIELDS",
        "PINS",
        "NEW_OPTIONS",
        "RESPONSE_FIELDS",
        "FILTER_OPERATORS",
        "FILTER_COMBINATIONS",
        "ERRORS",
        "SETTINGS",
        "LIMITS",
        "BINDING",
    ],
)
def test_a_row_more_in_the_table_makes_the_page_stale(rows, monkeypatch):
    kept = getattr(mapping, rows)
    monkeypatch.setattr(mapping, rows, (*kept, kept[0]))
    assert docs.render(PAGE) != PAGE


def test_check_fails_on_a_stale_page_and_writing_mends_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "MIGRATION.md").write_text(PAGE.replace("7002", "7003"), encoding="utf-8")
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    assert docs.main(["--check"]) == 1
    assert docs.main([]) == 0
    assert docs.main(["--check"]) == 0
    assert (tmp_path / "MIGRATION.md").read_text(encoding="utf-8") == PAGE
    assert capsys.readouterr().out.count("MIGRATION.md") == 2


@pytest.mark.parametrize("name", ["README.md", "MIGRATION.md", "docs/codemods.md"])
def test_every_code_that_a_page_names_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"AR\d{3}", text)) <= set(codes())


def test_the_verdicts_are_the_tools_own(monkeypatch):
    row = Row("manual", "AR130", "", Place("", 1, 1), "")
    monkeypatch.setattr(verdicts, "migrate", lambda source: Result(source, (row,), (), frozenset()))
    verdicts._verdict.cache_clear()
    for name in ("routes", "request", "response", "filters"):
        rows = docs.TABLES[name]().splitlines()[2:]
        assert all(line.endswith(" manual ([AR130](docs/rules/AR130.md)) |") for line in rows)
    verdicts._verdict.cache_clear()


def test_a_filter_that_the_legacy_api_never_knew_is_not_native():
    assert verdicts.of_operator("eq") == "native"
    assert "AR113" in verdicts.of_operator("in")


def test_every_rule_that_bridges_or_leaves_a_call_is_on_the_page():
    for rule in RULES.values():
        if rule.kind in {"bridged", "manual"}:
            assert f"[{rule.code}](docs/rules/{rule.code}.md)" in PAGE
