"""`--add-dependency`: the file of the program's own project, or a sentence that says what to add."""

from __future__ import annotations

import json
import sys

import pytest

from autorag_codemods.dependency import extras_in
from autorag_migrate.__main__ import main

BRIDGED = """\
import requests

URL = "https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs/search"


def search(question):
    return requests.post(URL, json={"query": question}).json()
"""
needs_toml = pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib is of Python 3.11")


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.cfg").write_text("")

    def make(files):
        for name, text in {"app.py": BRIDGED, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return make


def test_without_it_the_command_to_install_is_said(project, capsys):
    root = project({"requirements.txt": "requests\n"})
    assert main(["apply"]) == 0
    assert 'needs: pip install "autorag-migrate[requests]"\n' in capsys.readouterr().out
    assert (root / "requirements.txt").read_text() == "requests\n"


def test_it_is_shown_then_written_and_never_twice(project, capsys):
    root = project({"requirements.txt": "requests\n"})
    assert main(["diff", "--add-dependency"]) == 1
    out = capsys.readouterr().out
    assert "+++ b/requirements.txt\n" in out
    assert "+autorag-migrate[requests]\n" in out
    assert (root / "requirements.txt").read_text() == "requests\n"
    assert main(["apply", "--add-dependency"]) == 0
    assert "autorag-migrate[requests] is added to requirements.txt\n" in capsys.readouterr().out
    assert (root / "requirements.txt").read_text() == "requests\nautorag-migrate[requests]\n"
    assert main(["apply", "--add-dependency"]) == 0
    assert "is added" not in capsys.readouterr().out
    assert (root / "requirements.txt").read_text() == "requests\nautorag-migrate[requests]\n"


def test_what_a_former_run_bridged_is_required_later(project):
    root = project({"requirements.txt": ""})
    assert main(["apply"]) == 0
    assert main(["apply", "--add-dependency"]) == 0
    assert (root / "requirements.txt").read_text() == "autorag-migrate[requests]\n"


def test_nothing_is_required_where_all_is_native(project):
    native = BRIDGED.replace("return requests", "print(requests").replace(
        ".json()", '.json()["result"]["data"][0]["filename"])'
    )
    root = project({"app.py": native, "requirements.txt": "requests\n"})
    assert main(["apply", "--add-dependency"]) == 0
    assert "autorag" not in (root / "app.py").read_text()
    assert (root / "requirements.txt").read_text() == "requests\n"


@needs_toml
@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"pyproject.toml": '[project]\nname = "x"\ndependencies = []\n'}, "pyproject.toml"),
        ({"pyproject.toml": '[project]\nname = "x"\n'}, "pyproject.toml"),
        (
            {"pyproject.toml": "[tool.ruff]\n", "requirements.txt": "", "requirements-dev.txt": ""},
            "requirements.txt",
        ),
        ({"requirements.in": "", "requirements.txt": ""}, "requirements.in"),
        ({"requirements/base.txt": ""}, "requirements/base.txt"),
        (
            {"requirements.txt": "", "requirements/prod.txt": "autorag-migrate\n"},
            "requirements/prod.txt",
        ),
    ],
)
def test_where_it_belongs(project, files, chosen):
    root = project(files)
    assert main(["apply", "--add-dependency"]) == 0
    assert "autorag-migrate[requests]" in (root / chosen).read_text()
    for name, text in files.items():
        if name != chosen:
            assert (root / name).read_text() == text


def test_each_program_has_its_own_project(project):
    root = project(
        {
            "a/app.py": BRIDGED,
            "a/requirements.txt": "",
            "b/x/app.py": BRIDGED,
            "b/requirements.txt": "",
        }
    )
    (root / "app.py").unlink()
    assert main(["apply", "--add-dependency"]) == 0
    for name in ("a", "b"):
        assert (root / name / "requirements.txt").read_text() == "autorag-migrate[requests]\n"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "no pyproject.toml and no requirements.txt is there"),
        ({"requirements.txt": "a --hash=sha256:0\n"}, "it has hashes"),
        (
            {"requirements/a.txt": "", "requirements/b.txt": ""},
            "several files list requirements",
        ),
    ],
)
def test_what_is_not_sure_is_said(project, capsys, files, sentence):
    root = project(files)
    assert main(["apply", "--add-dependency", "--output-format", "json"]) == 0
    out = json.loads(capsys.readouterr().out)
    (notice,) = out["notices"]
    assert notice.startswith("add autorag-migrate[requests] to what ")
    assert notice.endswith(sentence)
    assert [change["path"] for change in out["changes"]] == ["app.py"]
    for name, text in files.items():
        assert (root / name).read_text() == text


def test_a_lock_is_named(project, capsys):
    project({"requirements.txt": "", "uv.lock": ""})
    main(["diff", "--add-dependency"])
    assert "is added to requirements.txt; then run uv lock\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "extras"),
    [
        ("from autorag_migrate.adapters import requests", {"requests"}),
        ("from autorag_migrate.adapters import httpx as h, requests", {"", "requests"}),
        ("from autorag_migrate.adapters import (\n    requests,\n    httpx,\n)", {"", "requests"}),
        ("from autorag_migrate.adapters.requests import adapt", {"requests"}),
        ("import autorag_migrate.adapters.httpx", {""}),
        ("import requests", set()),
    ],
)
def test_what_a_program_imports_needs_its_extra(text, extras):
    assert extras_in(text) == extras
