"""Rewritten code raises no finding of ruff or mypy that the code did not raise before."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fixture_runs import FIXTURES

PAIRS = sorted(path.parent for path in FIXTURES.glob("*/after.py"))
# Lines grow, so what counts lines (tabs, width) is not counted; the rest is what projects turn on.
RULES = "E4,E7,E9,F,W6,B,SIM,PERF,UP,C4,RET,PIE,I"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Both versions of every program, with the name of the fixture."""
    folder = tmp_path_factory.mktemp("findings")
    for pair in PAIRS:
        for version in ("before", "after"):
            text = (pair / f"{version}.py").read_bytes()
            (folder / version).mkdir(exist_ok=True)
            (folder / version / f"{pair.name}.py").write_bytes(text)
    return folder


def found(folder, version, command, field):
    done = subprocess.run(
        [sys.executable, "-m", *command, "."],
        cwd=folder / version,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    counts = Counter()
    for line in done.stdout.splitlines():
        name, separator, rest = line.partition(".py:")
        if separator and ": note:" not in line:
            counts[Path(name).name, field(rest)] += 1
    return counts


@pytest.mark.parametrize(
    ("command", "field"),
    [
        pytest.param(
            (
                "ruff",
                "check",
                "--isolated",
                "--no-cache",
                "--output-format=concise",
                f"--select={RULES}",
            ),
            lambda rest: rest.split()[1],
            id="ruff",
        ),
        pytest.param(
            # What both versions import is read once.
            ("mypy", "--ignore-missing-imports", "--cache-dir=../cache", "--config-file="),
            lambda rest: rest.rpartition("  ")[2],
            id="mypy",
        ),
    ],
)
def test_no_new_finding(copies, command, field):
    before = found(copies, "before", command, field)
    after = found(copies, "after", command, field)
    assert len(PAIRS) > 40
    # A function that is written a second time has its old findings a second time.
    twice = Counter({key: n for key, n in before.items() if key[0].startswith("split_")})
    assert after - before - twice == Counter()
