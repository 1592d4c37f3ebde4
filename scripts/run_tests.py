"""Run the tests on several CPythons, and once with the lowest dependencies.

Without names: on the one of ``.venv``, on the newest that is found, and on the oldest with the
lowest dependencies; ``--only`` takes any that is found.

    run_tests.py [--only "main 3.12 lowest"] [-- PYTEST_ARG …]

The environment of the running interpreter is ``main``: it alone measures coverage. The others are
made below it, in ``.venv/py3.12`` and ``.venv/lowest``, when they are missing or out of date.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
MAIN = Path(sys.prefix)
OLDEST = (3, 10)

LOWEST_PINS = (
    "httpx==0.25.0",
    "pydantic==2.0",
    "requests==2.28.0",
    "aiohttp==3.12.0",
    "cloudflare==4.0.0",
    "starlette==0.37.0",
    "uvicorn==0.27.0",
)
LOWEST_PYTHONS = ((3, 10), (3, 11))  # pydantic 2.0 has no wheels for newer ones

TRANSLATE = "src/autorag_migrate/translate/*"
TRANSLATE_FLOOR = 98
WHOLE_FLOOR = 92

PROBE = """
import json, os, sys, sysconfig
try:
    import ensurepip, venv
    can_make_venv = True
except ImportError:
    can_make_venv = False
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "path": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
    "cpython": sys.implementation.name == "cpython",
    "final": sys.version_info.releaselevel == "final",
    "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "venv": can_make_venv,
}))
"""


class Python(NamedTuple):
    """An interpreter on this machine."""

    version: tuple[int, int, int]
    path: str
    defect: str = ""

    @property
    def minor(self) -> tuple[int, int]:
        """What tells two interpreters apart for the tests."""
        return self.version[:2]

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.version)):<8} {self.path}"


@dataclass
class Run:
    """One environment, and what became of the tests in it."""

    name: str
    python: Python | None
    home: Path
    pins: tuple[str, ...] = ()
    result: str = ""
    ok: bool = False

    @property
    def executable(self) -> str:
        """The environment's own interpreter."""
        return str(self.home / "bin" / "python")

    def close(self, result: str, *, ok: bool) -> None:
        """Settle the outcome."""
        self.result, self.ok = result, ok


def probe(executable: str) -> Python | None:
    """Ask an interpreter what it is; None when it does not run, as a shim of pyenv may not."""
    try:
        answer = subprocess.run(
            [executable, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    defects = {
        "cpython": "not CPython",
        "final": "a pre-release",
        "gil": "a free-threaded build",
        "venv": "without venv or ensurepip",
    }
    defect = ", ".join(text for key, text in defects.items() if not facts[key])
    return Python(tuple(facts["version"]), facts["path"], defect)


def candidates() -> Iterator[Path]:
    """Every file that may be an interpreter, in the order of the search path."""
    for directory in os.get_exec_path():
        folder = Path(directory or ".")
        if folder.is_dir():
            yield from sorted(p for p in folder.glob("python3*") if _is_python_name(p.name))
    for root in (os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv"):
        if root:
            yield from sorted(Path(root).glob("versions/*/bin/python"))


def _is_python_name(name: str) -> bool:
    return re.fullmatch(r"python3(\.\d+)?", name) is not None


def find_pythons() -> list[Python]:
    """Return what is found from 3.10 on, once per file, newest first."""
    files = dict.fromkeys(path.resolve() for path in candidates())
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(probe, map(str, files))
    found = {answer.path: answer for answer in answers if answer and answer.minor >= OLDEST}
    return sorted(found.values(), key=lambda python: python.version, reverse=True)


def plan(main: Python, found: Sequence[Python]) -> list[Run]:
    """Return one run per minor version, the main one first, and the lowest one last."""
    by_minor = {main.minor: main}
    for python in found:
        if not python.defect:
            by_minor.setdefault(python.minor, python)
    runs = [Run("main", main, MAIN)]
    for minor, python in sorted(by_minor.items()):
        if python is not main:
            name = ".".join(map(str, minor))
            runs.append(Run(name, python, MAIN / f"py{name}"))
    old = next((by_minor[minor] for minor in LOWEST_PYTHONS if minor in by_minor), None)
    runs.append(Run("lowest", old, MAIN / "lowest", LOWEST_PINS))
    return runs


def choose(runs: list[Run], names: Sequence[str]) -> list[Run]:
    """Keep the runs that were asked for by name or by Python version."""
    if not names:
        # What works on the oldest and on the newest works between them.
        versions = [run.python.minor for run in runs if run.python is not None]
        newest = max(versions, default=(0, 0))
        ends = {"main", "lowest", _dotted(newest)}
        return [run for run in runs if run.name in ends]
    chosen = []
    for name in names:
        matching = [
            run
            for run in runs
            if run.name == name
            or (run.name == "main" and run.python and name == _dotted(run.python.minor))
        ]
        if not matching:
            known = ", ".join(run.name for run in runs)
            raise SystemExit(f"no Python {name!r} here; there are: {known}")
        chosen += matching
    return chosen


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a child, without those that would mix two interpreters."""
    mixing = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {key: value for key, value in os.environ.items() if key not in mixing} | more


def prepare(run: Run) -> None:
    """Make the environment of a run, or bring it up to date."""
    if run.python is None or run.home == MAIN:
        return
    stamp = run.home / ".stamp"
    identity = "\n".join([str(ROOT), str(run.python), *run.pins])
    key = f"{identity}\n{_digest(ROOT / 'pyproject.toml')}"
    old = stamp.read_text() if stamp.is_file() else ""
    if old == key:
        return
    # Compiling every file takes half of the time, and most of them are never imported.
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pip += ["--no-compile", "--prefer-binary", "--editable", ".[dev]", *run.pins]
    commands = [[run.executable, *pip]]
    if not old.startswith(f"{identity}\n"):
        shutil.rmtree(run.home, ignore_errors=True)
        commands.insert(0, [run.python.path, "-m", "venv", str(run.home)])
    for command in commands:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
            run.close("failed: its environment could not be made", ok=False)
            return
    stamp.write_text(key)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_pytest(run: Run, args: Sequence[str]) -> None:
    """Run the tests; coverage is judged only when all of them ran."""
    command = [run.executable, "-m", "pytest", "-n", "2"]
    measured = run.name == "main" and not args
    if measured:
        command += ["--cov", "--cov-report="]
    variables = {"AUTORAG_TEST_ENVIRONMENT": run.name}
    if run.name != "main":
        variables["HYPOTHESIS_PROFILE"] = os.environ.get("HYPOTHESIS_PROFILE", "brief")
    code = call([*command, *args], **variables)
    if code:
        run.close(f"failed (pytest exit code {code})", ok=False)
        return
    run.close("passed", ok=True)
    if measured:
        judge_coverage(run)


def judge_coverage(run: Run) -> None:
    """Fail the run when too little of the code was reached."""
    report = [run.executable, "-m", "coverage", "report", "--precision=1"]
    whole = call([*report, f"--fail-under={WHOLE_FLOOR}"])
    print(f"\nof which {TRANSLATE}:", flush=True)
    translate = call([*report, f"--include={TRANSLATE}", f"--fail-under={TRANSLATE_FLOOR}"])
    if whole:
        run.close(f"failed: coverage is under {WHOLE_FLOOR} %", ok=False)
    if translate:
        run.close(f"failed: coverage of translate/ is under {TRANSLATE_FLOOR} %", ok=False)


def call(command: Sequence[str], **variables: str) -> int:
    """Run a command whose output is for the reader."""
    return subprocess.run(
        command, cwd=ROOT, env=environment(**variables), stdin=subprocess.DEVNULL, check=False
    ).returncode


def main() -> int:
    """Find, prepare, run, and close with a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="names or versions, separated by spaces")
    parser.add_argument("pytest_args", nargs="*")
    options = parser.parse_args()

    this = probe(sys.executable)
    if this is None or sys.prefix == sys.base_prefix:
        raise SystemExit("run me with the interpreter of .venv (make test does)")
    found = find_pythons()
    runs = choose(plan(this, found), options.only.split())

    print(f"CPython {_dotted(OLDEST)} or newer on this machine:")
    used = {run.python.minor: run.python for run in runs if run.python}
    for python in dict.fromkeys([this, *found]):
        if used.get(python.minor) == python:
            reason = "run"
        else:
            reason = python.defect or ("same minor" if python.minor in used else "not asked for")
        print(f"  {python}  ({reason})")
    print(flush=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(prepare, runs))
    rows = []
    for run in runs:
        began = time.monotonic()
        if run.python is None:
            # On a developer's machine an old Python may be missing; what decides must have it.
            needed = " or ".join(map(_dotted, LOWEST_PYTHONS))
            verdict = "failed" if os.environ.get("CI") == "true" else "skipped"
            run.close(f"{verdict}: it needs Python {needed}", ok=verdict == "skipped")
        elif not run.result:
            print(f"==> {run.name}: {run.python} {' '.join(run.pins)}", flush=True)
            run_pytest(run, options.pytest_args)
            print(flush=True)
        version = _dotted(run.python.version) if run.python else "-"
        rows.append(f"{run.name:<8} {version:<8} {time.monotonic() - began:>6.1f} s  {run.result}")
    print(f"{'run':<8} {'python':<8} {'time':>8}  result", *rows, sep="\n", flush=True)
    return 0 if all(run.ok for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
