"""What an import costs: the entry and the table load no library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import autorag_migrate

ROOT = Path(__file__).parent.parent.parent

FOREIGN = {"httpx", "pydantic", "pydantic_core", "libcst", "click", "rich"}

# What site loads before (a .pth file of another distribution) is not ours.
LOADED = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""


def python(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def loaded_by(code: str, cwd: Path) -> set[str]:
    done = python("-W", "error", "-c", LOADED.format(code=code), cwd=cwd)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module",
    [
        "autorag_migrate",
        "autorag_migrate.__main__",
        "autorag_migrate.errors",
        "autorag_migrate.mapping",
        "autorag_migrate.notes",
        "autorag_migrate.settings",
        "autorag_migrate.translate",
    ],
)
def test_it_loads_the_standard_library_only(module: str, tmp_path: Path) -> None:
    loaded = loaded_by(f"import {module}", tmp_path)
    assert loaded - sys.stdlib_module_names == {"autorag_migrate"}


def test_the_entry_loads_no_library_to_print_the_version(tmp_path: Path) -> None:
    code = """
from autorag_migrate.__main__ import main
sys.argv[1:] = ["--version"]
try:
    main()
except SystemExit:
    pass
"""
    assert not loaded_by(code, tmp_path) & FOREIGN


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = python("-m", "autorag_migrate", "--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert autorag_migrate.__version__ in done.stdout.split()


@pytest.mark.parametrize(
    ("package", "folder"), [("autorag_migrate", "src"), ("autorag_codemods", "codemods")]
)
def test_an_editable_install_reads_the_tree(package: str, folder: str, tmp_path: Path) -> None:
    code = f"import {package}; print({package}.__file__)"
    done = python("-c", code, cwd=tmp_path)
    assert Path(done.stdout.strip()).parent == ROOT / folder / package
