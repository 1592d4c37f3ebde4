"""Runs the programs of `tests/fixtures` on the emulator, as they are and as they became.

Each folder below `tests/fixtures` that holds a ``before.py`` is an idiom:

- ``before.py``: a caller of the legacy API;
- ``after.py``: what the codemod makes of it, read over by hand; missing where nothing changes;
- ``drive.py``: imports either as ``program``, calls what it has and prints the outcomes;
- ``expect.toml``: ``idiom`` and ``frequency`` in words, ``verdicts`` and ``codes`` of the sites by
  line, ``requires`` (modules without which it cannot run), ``legacy_defects`` (what is wrong with
  the requests as they are).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autorag_migrate.emulator import Document, Emulator
from autorag_migrate.emulator.intercept import subprocess_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autorag_migrate.emulator import LogEntry

# pytest brings tomli along where Python has no tomllib.
_toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
FIXTURES = Path(__file__).parent / "fixtures"
PATIENCE = 120

DOCUMENTS = (
    Document("about.md", "# About\n\nThis office is run by people, llamas and alpacas."),
    Document(
        "animals/llama-logistics.md",
        "# Llama logistics\n\n"
        "Llamas can carry three drinks at most. A llama that is asked for a fourth sits down.\n\n"
        + "Deliver coffee before noon: llamas rest in the afternoon. " * 14
        + "\n\nThe tower has no lift, and llamas do not climb stairs.",
        timestamp_ms=1_700_000_000_999,
        metadata={"title": "Llama logistics", "year": 2023, "public": True},
    ),
    Document(
        "animals/alpaca-wool.md",
        "Alpaca wool is warm and light. Wash it cold, and dry it flat.",
        timestamp_ms=1_720_000_000_000,
        metadata={"title": "Alpaca wool", "context": "How to care for what you wear."},
    ),
    Document(
        "guides/coffee.md",
        "Order coffee on the portal before ten. Llamas deliver coffee to every office.",
        timestamp_ms=1_735_689_600_000,
        metadata={"title": "Coffee orders", "year": 2025},
    ),
    Document(
        "guides/login.md",
        "Log in: open the portal, enter your key and press the blue button.",
        timestamp_ms=1_710_000_000_500,
        metadata={"title": "How to log in “properly”", "public": True},
    ),
    Document("guides/advanced/passkeys.md", "Passkeys replace the key of the portal — für alle."),
    Document(
        "https://example.com/help/reset-password",
        "Reset a password: ask the office, or a patient llama.",
        timestamp_ms=1_760_000_000_000,
        metadata={"title": "Reset a password"},
    ),
)


@dataclass(frozen=True)
class Fixture:
    """An idiom: its folder and what `expect.toml` says."""

    folder: Path
    expect: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def verdicts(self) -> list[str]:
        return list(self.expect["verdicts"])

    @property
    def codes(self) -> list[str]:
        return list(self.expect["codes"])

    @property
    def legacy_defects(self) -> set[str]:
        return set(self.expect.get("legacy_defects", ()))

    @property
    def missing(self) -> list[str]:
        """Modules that it needs to run and that are not installed."""
        return [name for name in self.expect.get("requires", ()) if find_spec(name) is None]

    @property
    def stays(self) -> bool:
        """Whether the codemod leaves it as it is."""
        return set(self.verdicts) <= {"manual", "kept"}

    @property
    def before(self) -> str:
        return _text(self.folder / "before.py")

    @property
    def after_path(self) -> Path:
        return self.folder / "after.py"

    @property
    def after(self) -> str | None:
        """The rewritten program; None while nobody has made it."""
        if self.stays:
            return self.before
        return _text(self.after_path) if self.after_path.is_file() else None


def _text(path: Path) -> str:
    # Newlines count: Path.read_text would translate them.
    return path.read_bytes().decode("utf-8")


def read_toml(path: Path) -> dict[str, Any]:
    """What an `expect.toml` says."""
    return dict(_toml.loads(_text(path)))


def _fixtures(pattern: str) -> list[Fixture]:
    return [Fixture(each.parent, read_toml(each)) for each in sorted(FIXTURES.glob(pattern))]


def idioms() -> list[Fixture]:
    """Every idiom, by name."""
    return _fixtures("*/expect.toml")


def doubles() -> list[Fixture]:
    """Projects whose own tests stand in for what sends: ``app.py`` and ``test_app.py``."""
    return _fixtures("doubles/*/expect.toml")


def negatives() -> list[Path]:
    """Files of which not one byte may change."""
    return sorted((FIXTURES / "negatives").glob("*.py"))


@dataclass(frozen=True)
class Run:
    """What came of a program, and what it asked."""

    code: int
    stdout: str
    stderr: str
    log: tuple[LogEntry, ...]

    @property
    def apis(self) -> set[str]:
        return {entry.api for entry in self.log}

    @property
    def defects(self) -> set[str]:
        """What was wrong with requests that were answered all the same."""
        answered = (entry for entry in self.log if entry.status < 400)
        return {defect for entry in answered for defect in entry.defects}

    @property
    def outcomes(self) -> list[tuple[int, int | None]]:
        """Status and error code of every answer."""
        return [(entry.status, entry.error_code) for entry in self.log]


class Runner:
    """One emulator and one environment for many runs; what was run before is remembered."""

    def __init__(self, emulator: Emulator, host: subprocess.Popen[str]) -> None:
        self._emulator = emulator
        self._host = host
        self._runs: dict[tuple[str, str], Run] = {}

    def run(self, fixture: Fixture, source: str) -> Run:
        """Run a fixture's ``drive.py`` over a program."""
        key = (_text(fixture.folder / "drive.py"), source)
        if key not in self._runs:
            with _driving(fixture.folder) as folder:
                write_files(folder, {"program.py": source.encode("utf-8")})
                self._runs[key] = self._run(folder)
        return self._runs[key]

    def run_tree(self, source: Path, files: Mapping[str, bytes]) -> Run:
        """Run the ``drive.py`` of a folder with a project in ``project`` beside it."""
        with _driving(source) as folder:
            return self._run(folder, write_files(folder / "project", files))

    def _run(self, folder: Path, *more: Path) -> Run:
        self._emulator.clear_log()
        assert self._host.stdin is not None
        assert self._host.stdout is not None
        order = {"folder": str(folder), "path": [str(folder), *map(str, more)]}
        self._host.stdin.write(json.dumps(order) + "\n")
        self._host.stdin.flush()
        code = int(self._host.stdout.readline())
        stdout, stderr = _text(folder / "stdout"), _text(folder / "stderr")
        return Run(code, stdout, stderr, tuple(self._emulator.log))


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a project into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@contextmanager
def _driving(source: Path) -> Iterator[Path]:
    """A folder with a fixture's ``drive.py`` and what drives share."""
    with tempfile.TemporaryDirectory(prefix="autorag-fixture-") as name:
        folder = Path(name)
        shutil.copy(source / "drive.py", folder)
        for shared in FIXTURES.glob("*.py"):
            shutil.copy(shared, folder)
        yield folder


@contextmanager
def runner() -> Iterator[Runner]:
    """An emulator at https://api.cloudflare.com, for programs in processes of their own."""
    variables = {name: value for name, value in os.environ.items() if not _is_foreign(name)}
    variables |= {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    with (
        # Streams hold all that may come without a token: a role, an empty delta, the usage.
        Emulator(DOCUMENTS, instance="docs", instances={"empty": ()}, usage_frame=True) as emulator,
        subprocess_environment(emulator, base=variables) as environment,
        subprocess.Popen(
            [sys.executable, "-B", Path(__file__).with_name("fixture_host.py")],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as host,
    ):
        yield Runner(emulator, host)


def _is_foreign(name: str) -> bool:
    """Whether a variable of this process would change what the programs do."""
    return name.startswith(("CLOUDFLARE_", "CF_", "AUTORAG_", "RAG_")) or name in {
        "PYTHONPATH",
        "PYTHONWARNINGS",
        "USE_STAGING_RAG",
    }


def differences(before: Run, after: Run) -> list[str]:
    """Say where the questions of two runs part.

    Requests that were refused before they were understood (a bad token, a number out of range)
    have no meaning; an adapter may refuse them without sending them.
    """
    # Questions that are asked at the same time arrive in any order.
    asked, asked_again = (
        sorted(
            (entry.meaning for entry in run.log if entry.meaning is not None),
            key=lambda meaning: str(meaning.query),
        )
        for run in (before, after)
    )
    if len(asked) != len(asked_again):
        return [f"{len(asked)} questions became {len(asked_again)}"]
    lines: list[str] = []
    for number, (first, second) in enumerate(zip(asked, asked_again, strict=True), 1):
        found = replace(first, filters=second.filters).differences(second)
        # A filter may be said more shortly; what it selects is what counts.
        if first.selected != second.selected:
            found.append(f"selected: {first.selected!r} became {second.selected!r}")
        lines += [f"question {number}, {line}" for line in found]
    return lines


def run_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a project's own tests in a process of their own, away from our configuration."""
    mixing = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_XDIST_WORKER", "PYTHONPATH")
    return subprocess.run(
        [
            *(sys.executable, "-B", "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", "."),
            *(
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-p",
                "no:cov",
                "-p",
                "no:hypothesispytest",
            ),
        ],
        cwd=folder,
        env={
            name: value
            for name, value in os.environ.items()
            # What is measured here is the codemods, and not the program of somebody else.
            if name not in mixing and not name.startswith(("COV_", "COVERAGE_"))
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
