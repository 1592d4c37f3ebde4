"""The generated parts of the docs are what the mapping table says."""

import re
import sys
from pathlib import Path

import pytest

from autorag_codemods.api import Result
from autorag_codemods.report.model import Place, Row
from autorag_codemods.rules import RULES

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import docs  # noqa: E402
import verdicts  # noqa: E402
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


def test_every_note_code_that_the_page_names_exists():
    import re

    from autorag_codemods.rules import codes

    assert set(re.findall(r"AR\d{3}", PAGE)) <= set(codes())
