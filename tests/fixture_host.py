"""Runs programs, each in a process of its own, without paying for the imports of each.

    python -B fixture_host.py

Imports the HTTP libraries once. A line of input names a folder and the search path of a program, as
JSON; a fork of this process runs ``drive.py`` there, with the files ``stdout`` and ``stderr`` beside
it. A line of output is its exit code.
"""

import gc
import json
import os
import runpy
import signal
import sys
from importlib import import_module

PATIENCE = 120
COMMON = ("asyncio", "requests", "httpx", "pydantic")


def main() -> None:
    for name in COMMON:
        import_module(name)
    gc.freeze()
    own = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (no other imports)
    while line := sys.stdin.readline():
        order = json.loads(line)
        child = os.fork()
        if not child:
            sys.path[:] = [*order["path"], *(each for each in sys.path if each != own)]
            become(order["folder"])
            runpy.run_path("drive.py", run_name="__main__")
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(folder: str) -> None:
    """Turn this fork into the process of a program."""
    signal.alarm(PATIENCE)
    os.chdir(folder)
    sys.argv = ["drive.py"]
    files = (os.devnull, os.O_RDONLY), ("stdout", _WRITE), ("stderr", _WRITE)
    for number, (name, flags) in enumerate(files):
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (as Python does)


_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC

if __name__ == "__main__":
    main()
