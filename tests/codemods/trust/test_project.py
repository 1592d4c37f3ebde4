"""What the rest of a project says about a call."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import migrate
from codemods.trust.trusting import HEAD, NATIVE, PROGRAMS, PROGRAMS_BY_FILE, Done, wrote
from fixture_runs import run_tests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

PROJECT = '[project]\nname = "bot"\nversion = "1"\n'
POETRY = '[tool.poetry]\nname = "bot"\n\n[tool.poetry.dependencies]\n'
EXCLUSIONS = {
    "requires-python": {"pyproject.toml": f'{PROJECT}requires-python = ">=3.8"\n'},
    "requires-python with an upper bound": {
        "pyproject.toml": f'{PROJECT}requires-python = ">=3.9,<4"\n'
    },
    "setup.cfg": {"setup.cfg": "[options]\npython_requires = >=3.7\n"},
    "setup.py": {"setup.py": 'setup(name="bot", python_requires=">=3.7")\n'},
    "an old httpx": {"pyproject.toml": f'{PROJECT}dependencies = ["httpx<0.25"]\n'},
    "a pinned pydantic": {"pyproject.toml": f'{PROJECT}dependencies = ["pydantic==1.10"]\n'},
    "pydantic below 2": {"pyproject.toml": f'{PROJECT}dependencies = ["pydantic>=1.9,<2"]\n'},
    "poetry": {"pyproject.toml": f'{POETRY}python = "^3.11"\npydantic = "^1.10"\n'},
    "poetry's python": {"pyproject.toml": f'{POETRY}python = "^3.8"\n'},
    "poetry's table": {
        "pyproject.toml": f'{POETRY}pydantic = {{version = "^1.10", extras = ["email"]}}\n'
    },
    "requirements.txt": {
        "requirements.txt": "flask\npydantic[email]==1.10.13 ; python_version > '3'\n"
    },
    "requirements with a name": {"requirements-dev.txt": "httpx~=0.24.0\n"},
    "a folder of requirements": {"requirements/base.txt": "pydantic<2\n", "setup.py": ""},
    "an old requests": {"requirements.txt": "requests==2.20.0\n"},
}
ALLOWED = {
    "nothing": {},
    "a newer Python": {"pyproject.toml": f'{PROJECT}requires-python = ">=3.10"\n'},
    "any httpx": {"pyproject.toml": f'{PROJECT}dependencies = ["httpx", "pydantic>=1.10"]\n'},
    "httpx from 0.24": {"requirements.txt": "httpx>=0.24\npydantic!=2.0.1\n"},
    "poetry": {"pyproject.toml": f'{POETRY}python = "^3.11"\npydantic = "^2.1"\nhttpx = "*"\n'},
    "another package": {"requirements.txt": "pydantic-settings<2\nhttpx-sse==0.3\n"},
    "a comment": {"requirements.txt": "# pydantic<2\n#httpx==0.20\nrequests>=2.31\n"},
    "an url": {"requirements.txt": "requests @ https://example.com/requests-2.20.0.zip\n"},
}


@pytest.mark.parametrize("name", EXCLUSIONS)
def test_a_project_that_cannot_have_the_adapter(
    name: str, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    wrote(tree, {**EXCLUSIONS[name], **PROGRAMS_BY_FILE})
    (tree / ".git").mkdir()
    assert check(*PROGRAMS_BY_FILE).ledger == [("manual", "AR131"), ("native", "AR101")]
    shutil.rmtree(tree / ".git")
    (tree / ".hg").mkdir()
    assert run("apply").code == 1
    assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
    assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source


@pytest.mark.parametrize("name", ALLOWED)
def test_a_project_that_can_have_the_adapter(
    name: str, tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, {**ALLOWED[name], **PROGRAMS_BY_FILE})
    (tree / ".hg").mkdir()
    assert check().ledger == [("bridged", "AR110"), ("native", "AR101")]


def test_another_file_that_uses_the_same_url_keeps_it(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    text = HEAD + 'SEARCH_URL = f"{RAG}/search"\n' + NATIVE.replace('f"{RAG}/search"', "SEARCH_URL")
    wrote(tree, {"pyproject.toml": PROJECT, "bot/rag.py": text, "bot/__init__.py": ""})
    assert check().ledger == [("native", "AR101")]
    wrote(tree, {"bot/status.py": "from .rag import SEARCH_URL\n\nprint(SEARCH_URL)\n"})
    # What the other file prints stays as it is.
    assert check().ledger == [("bridged", "AR117")]
    assert run("apply").code == 0
    after = (tree / "bot/rag.py").read_text()
    assert 'autorag/rags/docs"\n' in after
    assert "from autorag_migrate.adapters import requests" in after


@pytest.mark.parametrize(
    "user",
    [
        "import rag\n\nprint(rag.RAG)\n",
        "from rag import HEADERS, RAG\n\nprint(HEADERS, RAG)\n",
        "from rag import (\n    HEADERS,\n    RAG,\n)\nprint(RAG)\n",
        "from rag import *\n\nprint(RAG)\n",
        "import rag as r\n\nprint(r.RAG)\n",
        'from importlib import import_module\n\nprint(import_module("rag").RAG)\n',
    ],
)
def test_every_way_to_use_a_name_of_another_file(
    user: str, tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, {"pyproject.toml": PROJECT, "rag.py": PROGRAMS["native"], "user.py": user})
    assert ("bridged", "AR117") in check().ledger
    assert "native" not in dict(check().ledger)


PATCHING = """\
from unittest import mock

import app


def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    with mock.patch("app.requests.post") as post:
        post.return_value.ok = True
        post.return_value.json.return_value = answer
        assert app.names("llamas") == ["a.md"]
    assert post.call_args.args[0].endswith("/autorag/rags/docs/search")
"""
MONKEYPATCHING = """\
import app


class Answer:
    ok = True

    def json(self):
        return {"success": True, "result": {"data": [{"filename": "a.md"}]}}


def test_names(monkeypatch):
    monkeypatch.setattr(app.requests, "post", lambda url, **given: Answer())
    assert app.names("llamas") == ["a.md"]
"""
ANSWERING = """\
import responses

import app


@responses.activate
def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    responses.post(f"{app.RAG}/search", json=answer)
    assert app.names("llamas") == ["a.md"]
"""
MOCKED = """\
import requests_mock

import app


def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    with requests_mock.Mocker() as mocker:
        mocker.post(f"{app.RAG}/search", json=answer)
        assert app.names("llamas") == ["a.md"]
"""
UNRELATED = """\
from unittest import mock

import app


def test_names():
    with mock.patch("sys.argv", []):
        assert callable(app.names)
"""


@pytest.mark.parametrize(
    ("test", "row"),
    [
        pytest.param(PATCHING, ("bridged", "AR122"), id="patch"),
        pytest.param(MONKEYPATCHING, ("bridged", "AR122"), id="monkeypatch"),
        pytest.param(ANSWERING, ("manual", "AR132"), id="responses"),
        pytest.param(MOCKED, ("bridged", "AR122"), id="requests_mock"),
        pytest.param(UNRELATED, ("native", "AR101"), id="unrelated"),
    ],
)
def test_the_projects_own_tests_pass_afterwards(
    test: str,
    row: tuple[str, str],
    tree: Path,
    run: Callable[..., Done],
    check: Callable[..., Done],
) -> None:
    text = PROGRAMS["native"].replace("os.environ['CLOUDFLARE_ACCOUNT_ID']", "'a'")
    text = text.replace("os.environ['CLOUDFLARE_API_TOKEN']", "'t'")
    wrote(
        tree,
        {
            "pyproject.toml": PROJECT,
            "app.py": text,
            "tests/test_app.py": test,
            "conftest.py": "import sys\n\nsys.path.insert(0, '.')\n",
        },
    )
    assert check().ledger == [row]
    run("apply")
    assert (tree / "tests/test_app.py").read_text() == test
    assert ((tree / "app.py").read_text() == text) == (row[0] == "manual")
    done = run_tests(tree)
    assert done.returncode == 0, done.stdout + done.stderr
