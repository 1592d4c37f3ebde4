"""The emulator states the wire formats by itself, and costs nothing until it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autorag_migrate.emulator as package

FILES = sorted(Path(package.__file__).parent.glob("*.py"))
OWN = "autorag_migrate.emulator"
LIBRARIES = {"starlette", "uvicorn", "trustme", "typing_extensions"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_imports_itself_and_few_libraries(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            own = name == OWN or name.startswith(OWN + ".")
            assert own or top in LIBRARIES or top in sys.stdlib_module_names, (file.name, name)


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )


def test_importing_the_package_loads_no_server():
    done = run(
        "import sys, autorag_migrate.emulator as e\n"
        "assert 'Emulator' in dir(e)\n"
        "e.Document('a', 'b'); e.Faults(); e.Settings(); e.LogEntry; e.Meaning; e.Fault\n"
        "loaded = {'starlette', 'uvicorn', 'trustme', 'httpx'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("library", "code", "extra"),
    [
        ("uvicorn", "from autorag_migrate.emulator import Emulator", "[server]"),
        ("starlette", "from autorag_migrate.emulator import create_app", "[server]"),
        ("trustme", "import autorag_migrate.emulator.intercept", "[server,intercept]"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(library, code, extra):
    done = run(f"import sys\nsys.modules[{library!r}] = None\n{code}")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert library in last
    assert f'pip install "autorag-migrate{extra}"' in last


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Emulater"):
        _ = package.Emulater


def test_every_public_name_exists():
    assert {name: getattr(package, name).__name__ for name in package.__all__} == {
        name: name for name in package.__all__
    }
    assert set(package.__all__) == set(package._HOMES)
