"""Programs run in this process against an emulator that answers for https://api.cloudflare.com."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import tempfile
import types
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import trustme

from autorag_migrate.emulator import Emulator
from autorag_migrate.emulator.intercept import intercept
from fixture_runs import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PRELUDE", "Outcome", "emulated", "module_at", "run_source", "run_tree"]

PRELUDE = """\
import json
import os
import requests
ACC = os.environ["CLOUDFLARE_ACCOUNT_ID"]
TOK = os.environ["CLOUDFLARE_API_TOKEN"]
B = f"https://api.cloudflare.com/client/v4/accounts/{ACC}/autorag/rags/docs"
H = {"Authorization": f"Bearer {TOK}"}
"""
"""How programs begin that are kept without it."""


class Outcome(NamedTuple):
    """What a program printed, and the kind of what ended it."""

    end: str
    printed: str


@contextlib.contextmanager
def emulated(**settings: object) -> Iterator[Emulator]:
    """One account for all programs."""
    with (
        tempfile.NamedTemporaryFile(suffix=".pem") as bundle,
        Emulator(DOCUMENTS, instance="docs", **settings) as emulator,
    ):
        # Every client reads a bundle; one of a hundred authorities takes longer than all the rest.
        trustme.CA().cert_pem.write_to_path(bundle.name)
        variables = {**emulator.environment(), "SSL_CERT_FILE": bundle.name}
        variables["REQUESTS_CA_BUNDLE"] = bundle.name
        del variables["CLOUDFLARE_API_BASE_URL"]
        with mock.patch.dict(os.environ, variables), intercept(emulator):
            yield emulator


@contextlib.contextmanager
def module_at(name: str) -> Iterator[dict[str, Any]]:
    """The names of a new module; what it imports stays imported."""
    before = sys.modules.get(name)
    sys.modules[name] = types.ModuleType(name)
    try:
        yield vars(sys.modules[name])
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the modules of a folder be imported, and forget them afterwards."""
    names = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    hidden = {name: sys.modules.pop(name) for name in _within(names)}
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = written
        for name in _within(names):
            del sys.modules[name]
        sys.modules.update(hidden)


@contextlib.contextmanager
def _environment_of(file: Path) -> Iterator[None]:
    """Set what a file sets, where there is one."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    pairs = (line.removeprefix("export ").partition("=") for line in lines)
    with mock.patch.dict(os.environ, {name: value.strip("'") for name, _, value in pairs}):
        yield


def _within(names: set[str]) -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in names]


def run_source(source: str, filename: str = "<program>") -> Outcome:
    """Run the text of a program as the main module."""
    out = io.StringIO()
    end = "done"
    with contextlib.redirect_stdout(out), module_at("__main__") as names:
        try:
            exec(compile(source, filename, "exec", dont_inherit=True), names)
        except SystemExit as stopped:
            end = f"exit {stopped.code}"
        except Exception as error:
            end = type(error).__name__
    return Outcome(end, out.getvalue())


def run_tree(folder: Path) -> Outcome:
    """Run the ``main.py`` of a folder as the main module, with the modules beside it."""
    main = folder / "main.py"
    with _importable(folder), _environment_of(folder / ".env"):
        return run_source(main.read_bytes().decode("utf-8"), str(main))
