"""Readers of streams: what is understood is native, what would show more than tokens is not.

Every file of ``tests/fixtures/readers`` begins with the same lines as the hard programs do. It is
run before and after on what a service may send: sources with a name or without, frames without
choices, with or without the mark of the end.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import migrate
from fixture_runs import FIXTURES
from in_process import PRELUDE, emulated, run_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.no_cover

READERS = FIXTURES / "readers"
PROGRAMS = sorted(READERS.glob("*/*.py"))
FORMS = (
    {},
    {"usage_frame": True, "chunks_event": "unnamed"},
    {"usage_frame": True, "legacy_done": False, "new_done": False},
)


def test_there_are_readers():
    assert len(list(READERS.glob("native/*.py"))) >= 20
    assert len(list(READERS.glob("bridged/*.py"))) >= 20


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_is_judged(path: Path) -> None:
    result = migrate(PRELUDE + path.read_text(encoding="utf-8"))
    assert {row.verdict for row in result.rows} == {path.parent.name}
    assert migrate(result.source).source == result.source


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("settings", FORMS, ids=["named", "unnamed", "endless"])
def test_it_reads_the_same(settings: Mapping[str, object]) -> None:
    with emulated(**settings) as account:
        for path in PROGRAMS:
            source = PRELUDE + path.read_text(encoding="utf-8")
            before = run_source(source)
            assert run_source(migrate(source).source) == before, path
            if path.parent.name == "native":
                assert before.end == "done"
                assert before.printed
        assert {entry.api for entry in account.log} == {"legacy", "new"}
    # Programs leave streams half read: what that warns of is theirs, and not of a later test.
    gc.collect()
