"""Runs of the office's program on the emulator, and what came of each call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from autorag_migrate.emulator import Emulator, LogEntry

__all__ = ["Run", "failures", "run", "table"]

_TITLE = re.compile(r"^(\w+):\n", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """One run of the program: what it printed, and what it asked.

    Attributes:
        name: What the table calls it.
        printed: The outcome of each call, by its title.
        asked: The requests, in order.
    """

    name: str
    code: int
    printed: dict[str, str]
    stderr: str
    asked: tuple[LogEntry, ...]


def run(name: str, app: Path, emulator: Emulator) -> Run:
    """Run the program in a process of its own."""
    emulator.clear_log()
    done = subprocess.run(
        [sys.executable, "-B", "main.py"],
        cwd=app,
        env={**os.environ, **emulator.environment(), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    _, *parts = _TITLE.split(done.stdout)
    printed = dict(zip(parts[::2], parts[1::2], strict=True))
    return Run(name, done.returncode, printed, done.stderr, tuple(emulator.log))


def _question(entry: LogEntry) -> str:
    """What a request asks, in the words of either API."""
    body: Any = entry.body
    messages = body.get("messages") or [{}]
    return str(body.get("query", messages[-1].get("content")))


def _apis(runs: Sequence[Run]) -> dict[str, list[str]]:
    """For each call the APIs that were asked, run by run. The first run asks once for each call."""
    asked = [{_question(entry): entry.api for entry in one.asked} for one in runs]
    questions = map(_question, runs[0].asked)
    return {
        title: [one.get(question, "not sent") for one in asked]
        for title, question in zip(runs[0].printed, questions, strict=True)
    }


def table(runs: Sequence[Run]) -> str:
    """Call by call: which API was asked, and whether the outcome is that of the first run."""
    lines = [f"  {'call':10}" + "".join(f"{one.name:21}" for one in runs)]
    for title, apis in _apis(runs).items():
        cells = [f"{apis[0]:21}"]
        for one, api in zip(runs[1:], apis[1:], strict=True):
            same = one.printed.get(title) == runs[0].printed[title]
            cells.append(f"{api:9}{'✓ same' if same else '✗ DIFFERS':12}")
        lines.append(f"  {title:10}" + "".join(cells))
    return "\n".join(line.rstrip() for line in lines)


def failures(runs: Sequence[Run], legacy: Collection[str]) -> list[str]:
    """What is not as it must be; `legacy` names the calls that may still go to the legacy API."""
    first, *others = runs
    found = []
    if {entry.api for entry in first.asked} != {"legacy"}:
        found.append(f"{first.name}: it did not ask the legacy API alone")
    for one in others:
        for title in {**first.printed, **one.printed}:
            outcome, expected = one.printed.get(title), first.printed.get(title)
            if outcome != expected:
                found.append(f"{one.name}: {title}: {outcome!r}, not {expected!r}")
        found += [f"{one.name}: {defect}" for entry in one.asked for defect in entry.defects]
    for title, (_, *apis) in _apis(runs).items():
        for one, api in zip(others, apis, strict=True):
            if (api == "legacy") != (title in legacy):
                found.append(f"{one.name}: {title}: {api}")
    found += [f"{one.name}: exit code {one.code}\n{one.stderr}" for one in runs if one.code]
    return found
