"""What the tests of trust share: programs, and the command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from fixture_runs import Fixture, Run, Runner

HEAD = """\
import os
import requests
import sys
from pathlib import Path

RAG = f"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs"
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
"""
NATIVE = """\


def names(question):
    # What is not edited stays as it is.
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": "é " + question, "max_num_results": 5}
    )
    if not response.ok:
        return "é", response.status_code
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
BRIDGED = """\


def raw(question):
    # What is not edited stays as it is.
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": "é " + question, "max_num_results": 5}
    )
    if not response.ok:
        return "é", response.status_code
    return response.json()
"""
CURL = """\


def curl():
    os.execvp("curl", ["curl", f"{RAG}/search"])
"""

PROGRAMS = {"native": HEAD + NATIVE, "bridged": HEAD + BRIDGED}
# The lines that an edit may touch, by the verdict.
EDITED = {
    "native": re.compile(rb'autorag/rags|"query"|"data"'),
    "bridged": re.compile(rb"^import requests"),
}
BOM = b"\xef\xbb\xbf"


class Done(NamedTuple):
    code: int
    out: bytes
    err: str

    @property
    def report(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.out)
        return decoded

    @property
    def ledger(self) -> list[tuple[str, str]]:
        return [(site["verdict"], site["code"]) for site in self.report["sites"]]

    @property
    def findings(self) -> list[tuple[str, str]]:
        found = self.report["findings"]
        return [(Path(each["path"]).name, each["code"]) for each in found]


def command(folder: Path, *arguments: str) -> Done:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "autorag_migrate", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr.decode())


def git(folder: Path, *arguments: str, data: bytes | None = None) -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
        cwd=folder,
        input=data,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def committed(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "before")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts
    }


def wrote(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


PROGRAMS_BY_FILE = {f"{name}.py": text for name, text in PROGRAMS.items()}

MANY = {f"package{i % 3}/module{i}.py": list(PROGRAMS.values())[i % 2] for i in range(12)} | {
    "curl.py": HEAD + CURL,
    "kept.py": HEAD + NATIVE.replace("post(", "post(  # autorag-migrate: keep -- compared"),
    "unused.py": "# autorag-migrate: keep -- nothing here\nprint('autorag')\n",
    "broken.py": "autorag = (\n",
    "plain.py": "print('hello')\n",
}


def ran(programs: Runner, tree: Path, text: str, calls: str) -> Run:
    folder = tree.parent / "drive"
    folder.mkdir(exist_ok=True)
    (folder / "drive.py").write_text(f"import program\nfrom outcomes import show\n{calls}")
    return programs.run(Fixture(folder, {"calls": calls}), text)
