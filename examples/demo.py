"""Run a legacy program on the legacy API, then over the new one with a single line changed.

Both runs are real processes that talk to the emulator over a socket. The exit code is 1 if their
outcomes differ, or if the second run sent anything but well-formed new requests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from itertools import zip_longest
from pathlib import Path

from autorag_migrate.emulator import Emulator

HERE = Path(__file__).parent
BEFORE = "import requests"
AFTER = "from autorag_migrate.adapters import requests"
WIDTH = 58


def run(app: Path, emulator: Emulator) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py"],
        cwd=app,
        env={**os.environ, **emulator.environment(), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def adapt(folder: Path) -> tuple[Path, int]:
    """A copy of the program with the one line changed, and the line's number."""
    app = folder / "app"
    shutil.copytree(HERE / "legacy_app", app, ignore=shutil.ignore_patterns("__pycache__"))
    client = app / "client.py"
    lines = client.read_text(encoding="utf-8").split("\n")
    number = lines.index(BEFORE)
    lines[number] = AFTER
    client.write_text("\n".join(lines), encoding="utf-8")
    return app, number + 1


def side_by_side(left: str, right: str) -> str:
    rows = [f"{'legacy API':<{WIDTH}} │ new API, through the adapter"]
    rows.append("─" * WIDTH + "─┼─" + "─" * WIDTH)
    for one, other in zip_longest(left.splitlines(), right.splitlines(), fillvalue=""):
        pairs = zip_longest(
            textwrap.wrap(one, WIDTH) or [""], textwrap.wrap(other, WIDTH) or [""], fillvalue=""
        )
        rows += [f"{mine:<{WIDTH}} │ {theirs}" for mine, theirs in pairs]
    return "\n".join(rows)


def calls(emulator: Emulator) -> str:
    return "\n".join(f"  {call.status} {call.method} …{call.path[-72:]}" for call in emulator.log)


def main() -> int:
    with Emulator(HERE / "documents", instance="docs") as emulator:
        before = run(HERE / "legacy_app", emulator)
        legacy_calls, legacy_apis = calls(emulator), {call.api for call in emulator.log}
        emulator.clear_log()
        with tempfile.TemporaryDirectory() as folder:
            app, number = adapt(Path(folder))
            after = run(app, emulator)
        new_calls, new_apis = calls(emulator), {call.api for call in emulator.log}
        defects = [defect for call in emulator.log for defect in call.defects]

    print(f"The one changed line, client.py:{number}\n- {BEFORE}\n+ {AFTER}\n")
    print(side_by_side(before.stdout, after.stdout))
    print(f"\nRequests of the legacy run:\n{legacy_calls}")
    print(f"Requests of the adapted run:\n{new_calls}")
    notes = [line for line in after.stderr.splitlines() if "MigrationWarning" in line]
    print("\nNotes of the adapted run:")
    for line in notes:
        print("  " + line.partition(os.sep + "app" + os.sep)[2])

    same = before.stdout == after.stdout and before.returncode == after.returncode == 0
    if not same or legacy_apis != {"legacy"} or new_apis != {"new"} or defects:
        print(f"\nThe outcomes differ. {defects}\n{before.stderr}\n{after.stderr}")
        return 1
    print("\nSame outcome; the second run sent nothing to the legacy API.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
