"""The import rules hold here, and each of them refuses what it is there for."""

from __future__ import annotations

import runpy
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent
check = runpy.run_path(str(ROOT / "scripts" / "check_imports.py"))["check"]

LIB = "src/autorag_migrate"
COD = "codemods/autorag_codemods"

GUARDED = """
    try:
        import starlette
    except ImportError as error:
        raise ImportError("install autorag-migrate[server]") from error
"""


def planted(root: Path, file: str, code: str) -> list[str]:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(code), encoding="utf-8")
    return check(root)


def test_the_project_passes() -> None:
    assert check(ROOT) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (
            f"{LIB}/translate/request.py",
            "import json\nfrom ._base import X\nfrom ..mapping import Y",
        ),
        (f"{LIB}/translate/request.py", "from autorag_migrate import __version__, mapping, notes"),
        (f"{LIB}/notes.py", "from .mapping import NOTES\nfrom .errors import NoteError"),
        (f"{LIB}/__init__.py", "def __getattr__(name):\n    from .client import AutoRAG"),
        (f"{LIB}/__main__.py", "def main():\n    from autorag_codemods.cli import main"),
        (f"{LIB}/client.py", "import httpx, pydantic\nfrom .adapters.httpx import Transport"),
        (f"{LIB}/client.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING: import requests"),
        (f"{LIB}/client.py", "def adapter():\n    import requests"),
        (f"{LIB}/adapters/workers.py", "async def fetch():\n    from js import fetch"),
        (f"{LIB}/adapters/httpx.py", "if TYPE_CHECKING:\n    from typing_extensions import Self"),
        (f"{LIB}/emulator/app.py", f"{dedent(GUARDED)}import uvicorn"),
        (f"{LIB}/emulator/intercept.py", GUARDED.replace("[server]", "[server,intercept]")),
        (f"{LIB}/emulator/__init__.py", "def f():\n    import_module('.app', __name__)"),
        (f"{LIB}/serve.py", "from .adapters.asgi import App\nfrom .emulator import Emulator"),
        (f"{COD}/scan/files.py", "import click\nfrom autorag_migrate.mapping import NEEDLES"),
        (f"{COD}/cli.py", "import click\nfrom .report import model\nfrom . import program"),
    ],
)
def test_allowed(tmp_path: Path, file: str, code: str) -> None:
    assert planted(tmp_path, file, code) == []


@pytest.mark.parametrize(
    ("file", "code", "culprit"),
    [
        # The translator: the standard library and the ground it stands on.
        (f"{LIB}/translate/a.py", "import httpx", "httpx"),
        (f"{LIB}/translate/a.py", "def f():\n    import pydantic_core", "pydantic_core"),
        (f"{LIB}/translate/a.py", "if TYPE_CHECKING:\n    import httpx", "httpx"),
        (f"{LIB}/translate/a.py", "import autorag_migrate", "autorag_migrate"),
        (f"{LIB}/translate/a.py", "from autorag_migrate import AutoRAG", "autorag_migrate.AutoRAG"),
        (f"{LIB}/translate/a.py", "from ..adapters import httpx", "autorag_migrate.adapters.httpx"),
        (f"{LIB}/translate/a/b.py", "from ...models import A", "autorag_migrate.models.A"),
        (f"{LIB}/translate/__init__.py", "from ..client import A", "autorag_migrate.client.A"),
        # The ground.
        (f"{LIB}/mapping/a.py", "from ..notes import A", "autorag_migrate.notes.A"),
        (f"{LIB}/mapping.py", "import pydantic", "pydantic"),
        (f"{LIB}/notes.py", "from .translate import A", "autorag_migrate.translate.A"),
        (f"{LIB}/errors.py", "def f():\n    import httpx", "httpx"),
        (f"{LIB}/settings.py", "import typing_extensions", "typing_extensions"),
        # The entries: everything of ours, but only when it is asked for.
        (f"{LIB}/__init__.py", "from .client import A", "autorag_migrate.client.A"),
        (f"{LIB}/__init__.py", "def f():\n    import autorag_codemods", "autorag_codemods"),
        (f"{LIB}/__main__.py", "import autorag_codemods.cli", "autorag_codemods.cli"),
        (f"{LIB}/__main__.py", "class A:\n    from . import client", "autorag_migrate.client"),
        (f"{LIB}/__main__.py", "def f():\n    import uvicorn", "uvicorn"),
        # Upward.
        (f"{LIB}/models.py", "from .client import A", "autorag_migrate.client.A"),
        (f"{LIB}/adapters/asgi.py", "import autorag_migrate.serve", "autorag_migrate.serve"),
        (f"{LIB}/client.py", "from . import emulator", "autorag_migrate.emulator"),
        (f"{LIB}/adapters/__init__.py", "from .httpx import A", "autorag_migrate.adapters.httpx.A"),
        (f"{LIB}/adapters/workers.py", "import httpx", "httpx"),
        # The emulator stands alone.
        *(
            (
                f"{LIB}/emulator/a.py",
                f"def f():\n    from .. import {name}",
                f"autorag_migrate.{name}",
            )
            for name in (
                "translate",
                "mapping",
                "models",
                "notes",
                "settings",
                "client",
                "adapters",
            )
        ),
        (
            f"{LIB}/emulator/a.py",
            "import importlib\nimportlib.import_module('autorag_migrate.mapping')",
            "autorag_migrate.mapping",
        ),
        (
            f"{LIB}/emulator/a.py",
            "if TYPE_CHECKING:\n    from autorag_migrate.models import A",
            "autorag_migrate.models.A",
        ),
        # The runtime knows nothing of the tool.
        *(
            (f"{LIB}/adapters/httpx.py", f"def f():\n    import {name}", name)
            for name in ("libcst", "click", "rich", "autorag_codemods")
        ),
        (f"{LIB}/serve.py", "if TYPE_CHECKING:\n    import click", "click"),
        (f"{LIB}/serve.py", "__import__('autorag_codemods.cli')", "autorag_codemods.cli"),
        # Extras and undeclared libraries.
        (f"{LIB}/client.py", "import requests", "requests"),
        (f"{LIB}/client.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import requests", "requests"),
        (f"{LIB}/client.py", "if not TYPE_CHECKING:\n    import requests", "requests"),
        (f"{LIB}/client.py", "def f():\n    import yaml", "yaml"),
        (f"{LIB}/adapters/requests.py", "import requests.adapters", "requests.adapters"),
        (
            f"{LIB}/adapters/aiohttp.py",
            "try:\n    import aiohttp\nexcept ImportError: ...",
            "aiohttp",
        ),
        (f"{LIB}/adapters/urllib.py", GUARDED, "starlette"),
        (f"{LIB}/emulator/__init__.py", GUARDED, "starlette"),
        (f"{LIB}/emulator/app.py", GUARDED.replace("[server]", "[requests]"), "starlette"),
        (f"{LIB}/emulator/app.py", f"import uvicorn\n{dedent(GUARDED)}", "uvicorn"),
        (f"{LIB}/emulator/app.py", f"{dedent(GUARDED)}import trustme", "trustme"),
        (f"{LIB}/emulator/intercept.py", f"{dedent(GUARDED)}import trustme", "trustme"),
        # The tool: one table of ours, and its own layers.
        (f"{COD}/scan/a.py", "from autorag_migrate.notes import A", "autorag_migrate.notes.A"),
        (f"{COD}/cli.py", "from autorag_migrate import translate", "autorag_migrate.translate"),
        (f"{COD}/cli.py", "import httpx", "httpx"),
        (f"{COD}/scan/a.py", "from ..program import A", "autorag_codemods.program.A"),
        (f"{COD}/program/a.py", "from .. import senders", "autorag_codemods.senders"),
        (f"{COD}/senders/a.py", "from ..rewrite import A", "autorag_codemods.rewrite.A"),
        (
            f"{COD}/rewrite/a.py",
            "def f():\n    from ..verdict import A",
            "autorag_codemods.verdict.A",
        ),
        (f"{COD}/report/a.py", "from ..cli import main", "autorag_codemods.cli.main"),
        # A package that nobody gave a rule.
        ("src/other/a.py", "import json", "src/other/a.py"),
    ],
)
def test_refused(tmp_path: Path, file: str, code: str, culprit: str) -> None:
    problems = planted(tmp_path, file, code)
    assert len(problems) == 1
    assert problems[0].startswith(file)
    assert f"{culprit}: " in problems[0]


def test_a_problem_names_file_and_line(tmp_path: Path) -> None:
    assert planted(tmp_path, f"{LIB}/translate/a.py", "\nimport httpx\n") == [
        f"{LIB}/translate/a.py:2: httpx: not a library that this file may use"
    ]
