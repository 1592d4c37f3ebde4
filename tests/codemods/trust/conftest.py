"""A tree of files, and the real command line on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autorag_migrate.__main__ import main
from codemods.trust.trusting import Done
from fixture_runs import Runner, runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    def run(*arguments: str) -> Done:
        capsysbinary.readouterr()
        code = main(list(arguments))
        out, err = capsysbinary.readouterr()
        assert b"Traceback" not in err
        return Done(code, out, err.decode())

    return run


@pytest.fixture
def check(run: Callable[..., Done]) -> Callable[..., Done]:
    return lambda *arguments: run("check", "--output-format", "json", *arguments)


@pytest.fixture(scope="session")
def programs() -> Iterator[Runner]:
    with runner() as one:
        yield one
