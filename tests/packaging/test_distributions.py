"""The sdist and the wheel hold what they should, and the wheel works where nothing else is."""

from __future__ import annotations

import tarfile
import zipfile
from email.parser import Parser
from typing import TYPE_CHECKING

import pytest

from autorag_migrate import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from subprocess import CompletedProcess

    from .conftest import Built

    Installed = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def in_wheel(built: Built) -> dict[str, bytes]:
    with zipfile.ZipFile(built.wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(in_wheel: dict[str, bytes]) -> Message:
    return Parser().parsestr(in_wheel[f"autorag_migrate-{__version__}.dist-info/METADATA"].decode())


def test_the_wheel_holds_both_packages_and_nothing_else(in_wheel: dict[str, bytes]) -> None:
    tops = {name.partition("/")[0] for name in in_wheel}
    assert tops == {
        "autorag_migrate",
        "autorag_codemods",
        f"autorag_migrate-{__version__}.dist-info",
    }
    assert {"autorag_migrate/py.typed", "autorag_codemods/py.typed"} <= in_wheel.keys()
    assert f"autorag_migrate-{__version__}.dist-info/licenses/LICENSE" in in_wheel


def test_the_wheel_is_for_every_python(built: Built) -> None:
    assert built.wheel.name == f"autorag_migrate-{__version__}-py3-none-any.whl"


def test_the_sdist_builds_the_same_wheel(built: Built) -> None:
    assert built.wheel_of_sdist.name == built.wheel.name
    assert built.wheel_of_sdist.read_bytes() == built.wheel.read_bytes()


def test_the_sdist_can_be_worked_on(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "pyproject.toml",
        "scripts/bootstrap.sh",
        "scripts/run_tests.py",
        "src/autorag_migrate/py.typed",
        "codemods/autorag_codemods/py.typed",
        "tests/conftest.py",
    } <= names
    folders = {name.partition("/")[0] for name in names if "/" in name}
    assert {"benchmarks", "cassettes", "examples"} <= folders
    assert not {".ci", ".git", ".venv"} & folders
    assert not [name for name in names if "__pycache__" in name]


def test_what_an_installer_reads(metadata: Message) -> None:
    assert metadata["Name"] == "autorag-migrate"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "MIT"


def test_two_dependencies_and_the_extras(metadata: Message) -> None:
    required = metadata.get_all("Requires-Dist", [])
    assert sorted(row for row in required if ";" not in row) == ["httpx<1,>=0.25", "pydantic<3,>=2"]
    assert set(metadata.get_all("Provides-Extra", [])) == {
        "aiohttp",
        "cloudflare",
        "codemods",
        "dev",
        "intercept",
        "requests",
        "server",
        "urllib3",
    }


def test_the_command_prints_its_version(installed: Installed) -> None:
    done = installed("autorag-migrate", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout.split()


def test_the_codemods_name_their_extra(installed: Installed) -> None:
    done = installed("autorag-migrate", "check", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "autorag-migrate[codemods]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "module", ["autorag_migrate", "autorag_migrate.mapping", "autorag_migrate.translate"]
)
def test_it_imports_where_nothing_else_is(installed: Installed, module: str) -> None:
    done = installed("python", "-W", "error", "-c", f"import {module}; print({module}.__file__)")
    assert done.returncode == 0, done.stderr
    assert "site-packages" in done.stdout
