"""Trees of files: what is entered, in what order, and what stays when something is in the way."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codemods.trust.trusting import (
    CURL,
    HEAD,
    MANY,
    PROGRAMS,
    PROGRAMS_BY_FILE,
    Done,
    command,
    committed,
    contents,
    git,
    wrote,
)
from fixture_runs import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover


def test_what_was_installed_or_is_ignored_is_never_entered(
    tree: Path, run: Callable[..., Done]
) -> None:
    text = PROGRAMS["native"]
    hidden = {
        f"{folder}/app.py": text
        for folder in (
            *(".venv/lib", ".tox/py312", "node_modules/x", "lib/site-packages/x", ".git/hooks"),
            *("build", "deep/build/x", "env/lib", ".nox/x", "__pycache__", ".eggs/x"),
        )
    }
    wrote(tree, {**hidden, "app.py": text, ".gitignore": "build/\n*_pb2.py\n", "a_pb2.py": text})
    (tree / "env" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    before = contents(tree)
    done = run("apply")
    assert done.code == 0
    after = contents(tree)
    assert {name for name in before if before[name] != after[name]} == {"app.py"}


def test_apply_refuses_a_tree_that_is_not_clean(tree: Path, run: Callable[..., Done]) -> None:
    committed(wrote(tree, {**PROGRAMS_BY_FILE, "other.txt": "x"}))
    (tree / "other.txt").write_text("changed")
    before = contents(tree)
    done = run("apply")
    assert (done.code, done.out) == (2, b"")
    assert "other.txt" in done.err
    assert "--allow-dirty" in done.err
    assert contents(tree) == before
    assert run("apply", "--allow-dirty").code == 0
    assert contents(tree) != before


def test_a_file_that_git_does_not_know_is_not_overwritten(
    tree: Path, run: Callable[..., Done]
) -> None:
    committed(wrote(tree, {"native.py": PROGRAMS["native"]}))
    wrote(tree, {"bridged.py": PROGRAMS["bridged"]})
    before = contents(tree)
    done = run("apply")
    assert done.code == 2
    assert "bridged.py" in done.err
    assert contents(tree) == before
    # What is not touched may be as it likes.
    assert run("apply", "native.py").code == 0


def test_check_diff_and_apply_agree(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    committed(wrote(tree, MANY))
    other = Path(shutil.copytree(tree, tree.parent / "other"))
    found = check()
    shown = run("diff", "-q")
    done = run("apply", "--output-format", "json", "-q")
    assert [found.code, shown.code, done.code] == [1, 1, 1]
    git(other, "apply", "-", data=shown.out)
    assert contents(other) == contents(tree)
    assert [{**site, "done": None} for site in found.report["sites"]] == [
        {**site, "done": None} for site in done.report["sites"]
    ]
    assert found.report["findings"] == done.report["findings"]
    changes = [change["path"] for change in found.report["changes"]]
    assert changes == [change["path"] for change in done.report["changes"]]
    assert len(changes) == 12
    undone = [site for site in done.report["sites"] if not site["done"]]
    assert {site["verdict"] for site in undone} == {"manual", "kept"}


def test_several_processes_give_the_same_report(tree: Path) -> None:
    wrote(tree, MANY)
    one, two = (
        command(tree, "check", "--output-format", "json", "--jobs", jobs) for jobs in ("1", "2")
    )
    assert one == two
    assert one.code == 1
    assert command(tree, "diff", "--jobs", "2") == command(tree, "diff")


def test_a_large_tree_has_the_report_of_one_process(tree: Path) -> None:
    wrote(tree, {"user.py": "from package0.module0 import names\n\nprint(names('a'))\n", **MANY})
    for number in range(2_000):
        (tree / f"other{number}.py").write_text(f"import os\n\nnumber = {number}\n")
    one, unasked = (
        command(tree, "check", "--explain-verdict", *jobs) for jobs in (("--jobs", "1"), ())
    )
    assert one == unasked
    assert one.code == 1


def test_the_order_of_sets_does_not_matter(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, source in enumerate(sorted(FIXTURES.glob("*/before.py"))[::3]):
        shutil.copyfile(source, tree / f"program{number}.py")
    for source in sorted(FIXTURES.glob("trees/*/before"))[::3]:
        shutil.copytree(source, tree / source.parent.name)
    shutil.copyfile(FIXTURES / "manual_curl" / "before.py", tree / "curl.py")
    reports = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        reports.append(command(tree, "check", "--explain-verdict"))
    assert reports[0] == reports[1]
    assert reports[0].out.count(b"native") > 40


def test_the_order_and_the_place_of_the_paths_do_not_matter(
    tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, MANY)
    paths = ["package2", "package0", "curl.py", "package1", "kept.py", "unused.py", "broken.py"]
    every, named = check(), check(*paths)
    assert every.ledger == named.ledger
    assert every.findings == named.findings


def test_a_second_run_has_nothing_to_do(tree: Path, run: Callable[..., Done]) -> None:
    wrote(tree, MANY)
    assert run("apply").code == 1
    after = contents(tree)
    again = run("apply")
    assert again.code == 1  # what is manual, and the file that does not parse
    assert contents(tree) == after
    assert run("diff").out == b""


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"a.py": "print(1)\n"}, (0, 0, 0)),
        ({"a.py": PROGRAMS["native"]}, (1, 1, 0)),
        ({"a.py": PROGRAMS["bridged"]}, (1, 1, 0)),
        ({"a.py": HEAD + CURL}, (1, 1, 1)),
        ({"a.py": PROGRAMS["native"] + CURL}, (1, 1, 1)),
        ({"a.py": "autorag = (\n"}, (1, 1, 1)),
        ({"kept.py": MANY["kept.py"]}, (0, 0, 0)),
    ],
)
def test_exit_codes(
    files: dict[str, str], codes: tuple[int, int, int], tree: Path, run: Callable[..., Done]
) -> None:
    wrote(tree, files)
    assert (run("check").code, run("diff").code, run("apply").code) == codes


@pytest.mark.parametrize("name", ["check", "diff", "apply"])
def test_what_is_not_there_is_exit_code_2(name: str, tree: Path, run: Callable[..., Done]) -> None:
    done = run(name, "nowhere")
    assert (done.code, done.out) == (2, b"")
    assert len(done.err.splitlines()) == 1
