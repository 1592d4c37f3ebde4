"""Programs that look simple to migrate and are not; each was once rewritten wrongly.

Every file of ``tests/fixtures/hard`` begins with `in_process.PRELUDE`, which is left out there. A
folder of ``tests/fixtures/hard_trees`` is a program of several modules, of which ``main.py`` runs.
"""

from __future__ import annotations

import gc
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import Options, migrate, migrate_tree
from fixture_runs import FIXTURES
from in_process import PRELUDE, emulated, run_source, run_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.emulator import Emulator

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

PROGRAMS = sorted((FIXTURES / "hard").glob("*.py"))
TREES = sorted(path.parent for path in (FIXTURES / "hard_trees").glob("*/main.py"))


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with emulated() as emulator:
        yield emulator
    with warnings.catch_warnings():
        # Programs leave sessions open, and streams half read.
        warnings.simplefilter("ignore")
        gc.collect()


def test_there_are_programs():
    assert len(PROGRAMS) > 80


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_it_does_what_it_did(path: Path, account: Emulator) -> None:
    source = PRELUDE + path.read_text(encoding="utf-8")
    before = run_source(source)
    assert before.end != "SyntaxError"
    result = migrate(source)
    assert not [finding for finding in result.findings if finding.code in {"AR156", "AR158"}]
    assert run_source(result.source) == before
    assert migrate(result.source).source == result.source


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_several_modules_do_what_they_did(tree: Path, account: Emulator, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tree, tmp_path / tree.name))
    before = run_tree(folder)
    assert (before.end, bool(before.printed)) == ("done", True)
    report = migrate_tree(folder)
    assert report.rows
    assert not [finding for finding in report.findings if finding.code in {"AR156", "AR158"}]
    for change in report.changes:
        change.path.write_bytes(change.after)
    assert run_tree(folder) == before
    assert migrate_tree(folder).changes == []
    # What is edited has a row that says so.
    assert bool(report.changes) == any(row.verdict in {"native", "bridged"} for row in report.rows)


def test_a_payload_under_ifs_keeps_every_pin() -> None:
    path = FIXTURES / "hard" / "payload_pins_under_ifs.py"
    settings = {"absent_max_num_results": 10, "absent_score_threshold": 0}
    result = migrate(PRELUDE + path.read_text(encoding="utf-8"), Options(settings=settings))
    (row,) = result.rows
    assert row.verdict == "native"
    for pin in ('"reranking": {"enabled": False}', '"query_rewrite": {"enabled": False}'):
        assert pin in result.source
    assert '"max_num_results": 10' in result.source
    assert '"match_threshold": 0' in result.source
