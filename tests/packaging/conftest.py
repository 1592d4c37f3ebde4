"""What is built and installed once for all packaging tests of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent

Run = subprocess.CompletedProcess[str]


def run(*command: object, cwd: Path) -> Run:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    # A child under coverage would import more than the command itself does.
    clean = {key: value for key, value in clean.items() if not key.startswith("COV")}
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def build(source: Path, target: Path, *options: str) -> None:
    done = run(
        sys.executable, "-m", "build", "--no-isolation", *options, "-o", target, source, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Built(NamedTuple):
    sdist: Path
    wheel: Path
    wheel_of_sdist: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist and the wheel of this tree, and the wheel that the sdist gives."""
    if os.environ.get("AUTORAG_TEST_ENVIRONMENT", "main") != "main":
        pytest.skip("what is built does not depend on the Python: the main environment tests it")
    target = tmp_path_factory.mktemp("built")
    build(ROOT, target / "tree", "--wheel")
    build(ROOT, target / "sdist")
    return Built(
        sdist=next((target / "sdist").glob("*.tar.gz")),
        wheel=next((target / "tree").glob("*.whl")),
        wheel_of_sdist=next((target / "sdist").glob("*.whl")),
    )


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Run a command of an environment that holds the wheel and nothing it depends on."""
    home = tmp_path_factory.mktemp("installed")
    made = run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    assert made.returncode == 0, made.stderr
    commands = home / "venv" / "bin"
    pip = (commands / "python", "-m", "pip", "install", "--no-deps", "--no-index", built.wheel)
    done = run(*pip, cwd=home)
    assert done.returncode == 0, done.stderr
    return lambda command, *args: run(commands / command, *args, cwd=home)
