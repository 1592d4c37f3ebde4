"""Take a legacy program to the new API twice: by an adapter, and by rewriting its code.

All runs are real processes that talk to the emulator over a socket. The exit code is 1 if an
outcome differs, or if a call that was moved asked the legacy API or sent something malformed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from outcomes import failures, run, table

from autorag_migrate.emulator import Emulator

HERE = Path(__file__).parent
OFFICE = HERE / "legacy_app"
BEFORE = "import requests"
AFTER = "from autorag_migrate.adapters import requests"
STAYS = {"nightly"}
"""Calls that are sent with urllib, for which there is no adapter."""


def copy_of_the_office(folder: Path) -> Path:
    shutil.copytree(OFFICE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def adapt(app: Path) -> None:
    """Change the one line in every module that has it, and show where."""
    for module in sorted(app.glob("*.py")):
        lines = module.read_text(encoding="utf-8").split("\n")
        if BEFORE in lines:
            number = lines.index(BEFORE)
            lines[number] = AFTER
            module.write_text("\n".join(lines), encoding="utf-8")
            print(f"{module.name}:{number + 1}\n- {BEFORE}\n+ {AFTER}")


def command(folder: Path, *arguments: str) -> int:
    """Run autorag-migrate in a folder, on this terminal."""
    print(f"\n$ autorag-migrate {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "autorag_migrate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        stderr=subprocess.STDOUT,
        check=False,
    )
    print(f"(exit code {done.returncode})", flush=True)
    return done.returncode


def heading(text: str) -> None:
    print(f"\n{text}\n{'─' * len(text)}", flush=True)


def main() -> int:
    with (
        Emulator(HERE / "documents", instance="docs") as emulator,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        heading("1. A program of an office, on the legacy API")
        before = run("as it is", OFFICE, emulator)
        if before.code:
            print(f"The program does not run:\n{before.stderr}")
            return 1
        for title, outcome in before.printed.items():
            lines = [line if len(line) < 90 else f"{line[:88]}…" for line in outcome.splitlines()]
            print(f"{title}:", *lines, sep="\n  ")

        heading("2. The same program, with an adapter: one line in each module that sends")
        adapted_app = copy_of_the_office(folder / "adapted")
        adapt(adapted_app)
        adapted = run("with the adapter", adapted_app, emulator)
        print("\nIts warnings:")
        for line in adapted.stderr.splitlines():
            if "MigrationWarning" in line:
                print("  " + line.rpartition(f"{os.sep}adapted{os.sep}")[2])

        heading("3. The same program, rewritten")
        office = copy_of_the_office(folder / "office")
        # Exit code 1: something is left to do; after apply, it is the call with urllib.
        wrong = [
            f"autorag-migrate {arguments[0]} gave {code}"
            for arguments in (
                ("check", "office"),
                ("diff", "office"),
                ("apply", "office", "--output-format", "concise"),
            )
            if (code := command(folder, *arguments)) != 1
        ]
        migrated = run("rewritten", office, emulator)

    heading("Which API each call asked, and whether its outcome is the same")
    runs = (before, adapted, migrated)
    print(table(runs))
    wrong += failures(runs, legacy=STAYS)
    if wrong:
        print("\nThe outcomes are not the same, or not as they must be:", *wrong, sep="\n  ")
        return 1
    print("\nSame outcomes. Only nightly.py still asks the legacy API: it sends with urllib,")
    print("which the codemods leave to you. The or filter is refused without asking.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
