"""Real callers, migrated and run: what they print is the same, and what they ask means the same."""

from __future__ import annotations

import ast
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autorag_codemods import migrate, migrate_tree
from fixture_runs import (
    Fixture,
    Runner,
    differences,
    doubles,
    idioms,
    negatives,
    run_tests,
    runner,
    write_files,
)
from fixture_trees import Tree, files_in, judge, negative_trees, trees

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILIES = {"native": "AR10", "bridged": ("AR11", "AR12"), "manual": "AR13"}
IDIOMS = idioms()
DOUBLES = doubles()
TREES = trees()
NEGATIVES = negatives()
NEGATIVE_TREES = negative_trees()

each_idiom = pytest.mark.parametrize("fixture", IDIOMS, ids=lambda each: each.name)
each_double = pytest.mark.parametrize("project", DOUBLES, ids=lambda each: each.name)
each_tree = pytest.mark.parametrize("tree", TREES, ids=lambda each: each.name)
each_negative = pytest.mark.parametrize("path", NEGATIVES, ids=lambda path: path.stem)
each_negative_tree = pytest.mark.parametrize("path", NEGATIVE_TREES, ids=lambda path: path.name)


@pytest.fixture(scope="session")
def programs() -> Iterator[Runner]:
    with runner() as one:
        yield one


# One Python is enough to run the programs: what differs between them is judged, not run.
on_main = pytest.mark.skipif(
    os.environ.get("AUTORAG_TEST_ENVIRONMENT", "main") != "main",
    reason="the programs are run in the main environment",
)


def ledger(rows: Any) -> list[tuple[str, str]]:
    ordered = sorted(rows, key=lambda row: (row.place.line, row.place.column))
    return [(row.verdict, row.code) for row in ordered]


def expected(fixture: Fixture) -> list[tuple[str, str]]:
    return list(zip(fixture.verdicts, fixture.codes, strict=True))


# --- The fixtures themselves ----------------------------------------------------------------------


@pytest.mark.parametrize("fixture", [*IDIOMS, *DOUBLES], ids=lambda each: each.name)
def test_an_expectation_is_whole(fixture: Fixture) -> None:
    assert set(fixture.expect) <= {
        *("idiom", "frequency", "verdicts", "codes", "requires", "legacy_defects", "moved")
    }
    assert fixture.expect["idiom"]
    assert fixture.expect["frequency"]
    assert fixture.verdicts
    for verdict, code in expected(fixture):
        assert code.startswith(FAMILIES[verdict])
    assert not (fixture.stays and fixture.after_path.exists()), "after.py of what stays as it is"


@pytest.mark.parametrize("tree", TREES, ids=lambda each: each.name)
def test_a_tree_is_whole(tree: Tree) -> None:
    optional = {"requires", "legacy_defects", "with_configuration"}
    assert set(tree.expect) <= {"idiom", "frequency", "ledger", *optional}
    assert tree.expect["idiom"]
    assert tree.expect["frequency"]
    assert tree.ledger
    for row in tree.ledger:
        place, verdict, code = row.split()
        assert code.startswith(FAMILIES[verdict])
        assert place.partition(":")[0] in tree.before
    assert len(tree.before) > 1
    assert tree.changed.keys() <= tree.before.keys(), "after/ holds what is not in before/"
    assert all(tree.before[name] != text for name, text in tree.changed.items())


def test_there_are_enough() -> None:
    first = [fixture.verdicts[0] for fixture in IDIOMS]
    assert first.count("native") >= 26
    assert first.count("bridged") >= 14
    assert first.count("manual") >= 8
    assert len(TREES) >= 20
    assert len(NEGATIVES) + len(NEGATIVE_TREES) >= 35
    assert len(DOUBLES) >= 5
    executed = [*IDIOMS, *TREES, *DOUBLES]
    held_back = [each for each in executed if {"bridged", "manual"} & set(each.verdicts)]
    assert len(held_back) >= 30
    assert len(executed) >= 100


# --- Idioms ---------------------------------------------------------------------------------------


@each_idiom
def test_a_caller_becomes_what_was_read_over(fixture: Fixture) -> None:
    result = migrate(fixture.before)
    assert ledger(result.rows) == expected(fixture)
    assert fixture.after is not None, "no after.py: scripts/fixtures.py writes it, then read it"
    assert result.source == fixture.after


@each_idiom
def test_a_second_migration_changes_nothing(fixture: Fixture) -> None:
    assert fixture.after is not None
    again = migrate(fixture.after)
    assert again.source == fixture.after
    if fixture.stays:
        assert ledger(again.rows) == expected(fixture)
    else:
        # What is native now is no call of the legacy API, so it has no row.
        left = [verdict for verdict in fixture.verdicts if verdict != "native"]
        assert [row.verdict for row in again.rows] == left
        assert [row for row in again.rows if not row.done and row.verdict != "manual"] == []


# Under coverage a program that runs is only slower.
@pytest.mark.no_cover
@on_main
@each_idiom
def test_a_caller_runs_as_before(fixture: Fixture, programs: Runner) -> None:
    if fixture.missing:
        pytest.skip(f"not installed: {', '.join(fixture.missing)}")
    before = programs.run(fixture, fixture.before)
    assert before.code == 0, before.stderr
    assert before.stdout
    assert before.apis == {"legacy"}
    assert before.defects == fixture.legacy_defects
    assert any(entry.status == 200 for entry in before.log)
    if fixture.stays:
        return
    assert fixture.after is not None

    after = programs.run(fixture, fixture.after)
    assert (after.code, after.stdout) == (before.code, before.stdout), after.stderr
    # A manual site beside others goes on as it is.
    assert after.apis == ({"legacy", "new"} if "manual" in fixture.verdicts else {"new"})
    assert after.defects == set()
    assert differences(before, after) == []
    if set(fixture.verdicts) == {"native"}:
        # An adapter may refuse by itself what the service would; a rewritten call never does.
        assert after.outcomes == before.outcomes


# --- Projects of several files --------------------------------------------------------------------


@each_tree
def test_a_project_becomes_what_was_read_over(tree: Tree, tmp_path: Path) -> None:
    judged = judge(write_files(tmp_path / tree.name, tree.before), tree.options)
    assert judged.ledger == tree.ledger
    assert judged.changed == tree.changed

    again = judge(write_files(tmp_path / tree.name, tree.after), tree.options)
    assert again.changed == {}
    assert again.open == []
    # What is native now is no call of the legacy API, so it has no row.
    left = [verdict for verdict in tree.verdicts if verdict != "native"]
    assert [row.split()[1] for row in again.ledger] == left


# Under coverage a program that runs is only slower.
@pytest.mark.no_cover
@on_main
@each_tree
def test_a_project_runs_as_before(tree: Tree, programs: Runner) -> None:
    if tree.missing:
        pytest.skip(f"not installed: {', '.join(tree.missing)}")
    before = programs.run_tree(tree.folder, tree.before)
    assert before.code == 0, before.stderr
    assert before.stdout
    assert before.apis - {"other"} == {"legacy"}
    assert before.defects == tree.legacy_defects
    assert any(entry.status == 200 for entry in before.log)
    if not tree.changed:
        return

    after = programs.run_tree(tree.folder, tree.after)
    assert (after.code, after.stdout) == (before.code, before.stdout), after.stderr
    if "manual" not in tree.verdicts:
        assert after.apis - {"other"} == {"new"}
    assert after.defects == set()
    assert differences(before, after) == []
    assert after.outcomes == before.outcomes


# --- What is not ours -----------------------------------------------------------------------------


@each_negative
def test_what_is_not_ours_is_python(path: Path) -> None:
    ast.parse(path.read_bytes())


@each_negative
def test_what_is_not_ours_stays(path: Path) -> None:
    source = path.read_bytes().decode("utf-8")
    result = migrate(source)
    assert result.source == source
    assert list(result.rows) == []


@each_negative_tree
def test_a_project_that_is_not_ours_stays(path: Path, tmp_path: Path) -> None:
    files = files_in(path)
    assert len(files) > 1
    judged = judge(write_files(tmp_path / path.name, files))
    assert judged.ledger == []
    assert judged.changed == {}


# --- Projects whose tests hold doubles ------------------------------------------------------------


def copied(project: Fixture, folder: Path) -> Path:
    if project.missing:
        pytest.skip(f"not installed: {', '.join(project.missing)}")
    return Path(shutil.copytree(project.folder, folder / project.name))


# Under coverage a program that runs is only slower.
@pytest.mark.no_cover
@on_main
@each_double
def test_a_projects_tests_pass_as_they_are(project: Fixture, tmp_path: Path) -> None:
    done = run_tests(copied(project, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


# Under coverage a program that runs is only slower.
@pytest.mark.no_cover
@on_main
@each_double
def test_a_projects_tests_pass_afterwards(project: Fixture, tmp_path: Path) -> None:
    folder = copied(project, tmp_path)
    report = migrate_tree(folder)
    assert ledger(report.rows) == expected(project)
    changed = [change for change in report.changes if change.before != change.after]
    moved = project.expect.get("moved", [])
    wanted = [] if project.stays else ["app.py", *moved]
    assert sorted(change.path.name for change in changed) == sorted(wanted)
    assert bool(moved) == ("native" in project.verdicts)
    if not changed:
        return
    for change in changed:
        change.path.write_bytes(change.after)
    done = run_tests(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
