"""What goes wrong in the tool itself is said, and each file is judged as well as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autorag_codemods import migrate_tree, module
from autorag_codemods.program import BudgetError

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = """\
import os
import requests

BASE = "https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs"


def ask(query):
    return requests.post(f"{BASE}/ai-search", json={"query": query}).json()["result"]
"""
MAIN = """\
from client import ask

print(ask("Where are llamas?")["response"])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "client.py").write_text(CLIENT, encoding="utf-8")
    (tmp_path / "main.py").write_text(MAIN, encoding="utf-8")
    return tmp_path


def fail_together(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def judge(members, *rest):
        if len(members) > 1:
            raise error
        return original(members, *rest)

    original = module.judge_apart
    monkeypatch.setattr(module, "judge_apart", judge)


def test_files_are_judged_together(folder):
    report = migrate_tree(folder)
    assert [row.verdict for row in report.rows] == ["native"]
    assert report.findings == []


def test_a_defect_in_judging_files_together_is_said(folder, monkeypatch):
    fail_together(monkeypatch, KeyError("a value of the program"))
    report = migrate_tree(folder)
    assert [row.verdict for row in report.rows] == ["bridged"]
    (found,) = report.findings
    assert (found.code, found.place.path) == ("AR158", str(folder / "client.py"))
    assert found.text.endswith("by itself, as each of them: KeyError in autorag-migrate")


def test_what_cannot_be_verified_of_files_together_is_said(folder, monkeypatch):
    def verify(members, *_rest):
        return "a second run would change it again" if len(members) > 1 else ""

    monkeypatch.setattr(module, "verify", verify)
    # What has no trace left is not looked at again.
    (folder / "main.py").write_text(f"{MAIN}# autorag\n", encoding="utf-8")
    report = migrate_tree(folder)
    assert [row.verdict for row in report.rows] == ["bridged"]
    (found,) = report.findings
    assert found.code == "AR156"
    assert found.text.endswith("as each of them: a second run would change it again")


def test_too_much_to_be_understood_at_once_is_no_defect(folder, monkeypatch):
    fail_together(monkeypatch, BudgetError())
    report = migrate_tree(folder)
    assert [row.verdict for row in report.rows] == ["bridged"]
    assert report.findings == []
