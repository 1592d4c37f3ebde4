"""URLs in configuration that change together with the code that reads their variables."""

from __future__ import annotations

import subprocess
from pathlib import Path  # noqa: TC003 (the fixture gives one)

import pytest

from autorag_codemods import Options, migrate_tree

ACCOUNT = "https://api.cloudflare.com/client/v4/accounts/secretaccount"
LEGACY, NEW = (
    f"{ACCOUNT}/autorag/rags/docs",
    f"{ACCOUNT}/ai-search/namespaces/default/instances/docs",
)
ASK = """\
def ask(question):
    response = requests.post({url}, json={{"query": question}})
    return response.json()["result"]["response"]
"""
CALL = ASK.format(url='f"{KB_URL}/ai-search"')
READ = 'import os\n\nimport requests\n\nKB_URL = os.environ["KB_URL"]\n\n\n'
APP = READ + CALL
MOVED = ["app.py native"]
SETTINGS = """\
import requests
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    kb_url: str
    token: str = ""


settings = Settings()


""" + ASK.format(url='settings.kb_url + "/ai-search"')


def moved(
    folder: Path, files: dict[str, str], *given: str
) -> tuple[list[str], dict[str, str], str]:
    """The verdicts, the new texts of what changes beside Python, and what is said of the rest."""
    for name, text in {"pyproject.toml": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    options = Options(with_configuration=True)
    if given:
        from autorag_codemods.engine import run

        report = run([folder / name for name in given], options)
    else:
        report = migrate_tree(folder, options)
    texts = {
        change.path.relative_to(folder).as_posix(): change.after.decode(change.encoding)
        for change in report.changes
        if change.path.suffix != ".py"
    }
    said = [*(row.reason for row in report.rows), *(trace.text for trace in report.traces)]
    assert not any("secretaccount" in text for text in said)
    rows = [f"{row.place.path.rpartition('/')[2]} {row.verdict}" for row in report.rows]
    return sorted(set(rows)), texts, "; ".join(said)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "A=1\nKB_URL={}\nB=2\n"),
        (".env.example", "export KB_URL='{}'  # no slash\r\nB=2\r\n"),
        ("docker-compose.yml", "services:\n  a:\n    environment:\n      - KB_URL={}\n      - B\n"),
        ("compose.yaml", 'services:\n  a:\n    environment:\n      KB_URL: "{}"\n'),
        ("compose.yml", 'services:\n  a:\n    environment:\n      - "KB_URL={}"\n'),
        ("fly.toml", '[env]\n  KB_URL = "{}"\n'),
        ("Dockerfile", "FROM python\nENV KB_URL={}\n"),
        ("app.json", '{{\n  "env": {{\n    "KB_URL": "{}",\n    "B": "2"\n  }}\n}}\n'),
    ],
)
def test_a_value_changes_with_its_code_and_nothing_else_does(tmp_path, name, text):
    rows, texts, _ = moved(tmp_path, {name: text.format(LEGACY), "app.py": APP})
    assert (rows, texts) == (MOVED, {name: text.format(NEW)})


def test_bytes_that_are_no_text_stay(tmp_path):
    text = f"# caf\xe9\nKB_URL={LEGACY}\n"
    for name, raw in {"pyproject.toml": b"", "app.py": APP.encode()}.items():
        (tmp_path / name).write_bytes(raw)
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbf" + text.encode("latin-1"))
    report = migrate_tree(tmp_path, Options(with_configuration=True))
    (change,) = [each for each in report.changes if each.path.name == ".env"]
    assert change.after == b"\xef\xbb\xbf" + text.replace(LEGACY, NEW).encode("latin-1")


def test_by_default_nothing_of_it_changes(tmp_path):
    for name, text in {"pyproject.toml": "", ".env": f"KB_URL={LEGACY}\n", "app.py": APP}.items():
        (tmp_path / name).write_text(text)
    report = migrate_tree(tmp_path)
    assert [change.path.name for change in report.changes] == ["app.py"]
    assert [row.verdict for row in report.rows] == ["bridged"]


READERS = {
    "get": READ.replace('os.environ["KB_URL"]', 'os.environ.get("KB_URL")') + CALL,
    "getenv": READ.replace('os.environ["KB_URL"]', 'os.getenv("KB_URL", "")') + CALL,
    "checked": READ.replace('os.environ["KB_URL"]', 'os.getenv("KB_URL")')
    + 'if not KB_URL:\n    raise SystemExit("KB_URL is not set")\n\n\n'
    + CALL,
    "looked for": READ.replace(
        "KB_URL =", 'if "KB_URL" not in os.environ:\n    raise SystemExit(1)\nKB_URL ='
    )
    + CALL,
    "slash": READ.replace('"]\n', '"].rstrip("/")\n') + CALL,
    "in a function": "import os\nimport requests\n\n\ndef url(end):\n"
    '    return os.environ["KB_URL"] + end\n\n\n' + ASK.format(url='url("/ai-search")'),
    "in a class": "import os\nimport requests\n\n\nclass Kb:\n    def __init__(self):\n"
    '        self.base = os.environ["KB_URL"]\n\n'
    "    def ask(self, question):\n"
    '        response = requests.post(f"{self.base}/ai-search", json={"query": question})\n'
    '        return response.json()["result"]["response"]\n',
    "settings": SETTINGS,
    "settings in capitals": SETTINGS.replace("kb_url", "KB_URL"),
    "settings with a default": SETTINGS.replace("kb_url: str", 'kb_url: str = ""'),
    "settings, None": SETTINGS.replace("kb_url: str", "kb_url: str | None = None"),
}


@pytest.mark.parametrize("source", READERS.values(), ids=READERS)
def test_the_code_is_followed_from_where_it_reads(tmp_path, source):
    rows, texts, _ = moved(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": source})
    assert (rows, texts) == (MOVED, {".env": f"KB_URL={NEW}\n"})


def test_a_default_that_is_legacy_changes_too(tmp_path):
    source = READ.replace('os.environ["KB_URL"]', f'os.environ.get("KB_URL", "{LEGACY}")') + CALL
    files = {".env.example": f"KB_URL={LEGACY}\n", "app.py": source}
    rows, texts, _ = moved(tmp_path, files)
    assert (rows, texts) == (MOVED, {".env.example": f"KB_URL={NEW}\n"})
    report = migrate_tree(tmp_path, Options(with_configuration=True))
    (after,) = [each.after.decode() for each in report.changes if each.path.name == "app.py"]
    assert f'os.environ.get("KB_URL", "{NEW}")' in after


IN_THE_WAY = {
    "a shell script": {"deploy.sh": "curl $KB_URL/search\n"},
    "another language": {"worker.ts": "fetch(process.env.KB_URL)\n"},
    "a makefile": {"Makefile": "run:\n\tKB_URL=x python app.py\n"},
    "put together": {"compose.yml": "a:\n  OTHER: ${KB_URL}/search\n"},
    "another value": {".env.test": "KB_URL=http://127.0.0.1:9/kb\n"},
    "another value in the same file": {
        ".env.a": f"KB_URL={LEGACY}\n#\nKB_URL=https://kb.example/v1\n"
    },
    "a default": {"compose.yml": f"a:\n  KB_URL: ${{KB_URL:-{LEGACY}}}\n"},
    "a test": {"test_app.py": "def test(monkeypatch):\n    monkeypatch.setenv('KB_URL', 'x')\n"},
    "a notebook": {"a.ipynb": '{"cells": [], "metadata": {"x": "KB_URL"}, "nbformat": 4}'},
    "a call that is not understood": {
        "other.py": 'import os\n\nfrom send import send\n\nsend(os.environ["KB_URL"])\n'
    },
    "another library": {"other.py": 'from decouple import config\n\nURL = config("KB_URL")\n'},
    "an attribute": {
        "other.py": "import requests\nfrom conf import settings\n\n"
        'requests.post(settings.kb_url + "/search", json={"query": "q"})\n'
    },
    "a class of settings": {
        "other.py": "from conf import Base\n\n\nclass Settings(Base):\n    kb_url: str\n"
    },
    "a kept line": {".env.a": f"# autorag-migrate: keep -- for the old one\nKB_URL={LEGACY}\n"},
}


@pytest.mark.parametrize("more", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_a_variable_that_something_else_may_read_stays(tmp_path, more):
    files = {".env": f"KB_URL={LEGACY}\n", "app.py": APP, **more}
    rows, texts, said = moved(tmp_path, files)
    assert "app.py bridged" in rows
    assert texts == {}
    assert "stays: " in said


STAY = {
    "answer returned": READ + CALL.replace('["result"]["response"]', ""),
    "compared": APP + '\n\nif KB_URL.endswith("/autorag/rags/docs"):\n    print("old")\n',
    "by another name": APP.replace('["KB_URL"]', '["KB_" + "URL"]') + "# KB_URL\n",
    "an argument": SETTINGS.replace("Settings()", "Settings(kb_url=input())"),
    "a prefix": SETTINGS.replace(
        "    kb_url", '    model_config = {"env_prefix": "A_"}\n    kb_url'
    ).replace('{"env_prefix": "A_"}', 'dict(env_prefix="A_")'),
    "an alias": SETTINGS.replace("kb_url: str", 'kb_url: str = Field(alias="X")'),
}


@pytest.mark.parametrize("source", STAY.values(), ids=STAY)
def test_a_call_that_is_not_native_keeps_its_variable(tmp_path, source):
    rows, texts, _ = moved(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": source})
    assert MOVED[0] not in rows
    assert texts == {}


def test_all_that_read_it_change_together(tmp_path):
    files = {".env": f"KB_URL={LEGACY}\n", "a.py": APP, "b.py": APP}
    assert moved(tmp_path, files)[:2] == (
        ["a.py native", "b.py native"],
        {".env": f"KB_URL={NEW}\n"},
    )
    files["b.py"] = APP.replace('["result"]["response"]', "")
    assert moved(tmp_path, files)[:2] == (["a.py bridged", "b.py bridged"], {})


def test_a_part_of_a_project_is_not_enough(tmp_path):
    files = {"conf/.env": f"KB_URL={LEGACY}\n", "conf/app.py": APP}
    rows, texts, said = moved(tmp_path, files, "conf")
    assert (rows, texts) == (["app.py bridged"], {})
    assert "its project was not searched as a whole" in said


def test_what_git_ignores_counts_and_changes_when_it_is_named(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    files = {
        ".gitignore": ".env\n",
        ".env": f"KB_URL={LEGACY}\n",
        ".env.example": f"KB_URL={LEGACY}\n",
        "app.py": APP,
    }
    rows, texts, said = moved(tmp_path, files)
    assert (rows, texts) == (["app.py bridged"], {})
    assert ".env, which was not searched, names it as well" in said
    rows, texts, _ = moved(tmp_path, files, ".", ".env")
    assert (rows, sorted(texts)) == (MOVED, [".env", ".env.example"])


def test_files_that_cannot_be_judged_together_keep_the_value(tmp_path, monkeypatch):
    monkeypatch.setattr("autorag_codemods.module._together", lambda *_: None)
    rows, texts, said = moved(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": APP})
    assert (rows, texts) == (["app.py bridged"], {})
    assert "stays: " in said
