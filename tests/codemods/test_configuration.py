"""URLs in configuration that change together with the code that reads their variables."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autorag_codemods import Options, migrate_tree
from autorag_codemods.engine import run
from autorag_migrate.__main__ import main

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
        (folder / name).write_bytes(text.encode("latin-1"))
    options = Options(with_configuration=True)
    if given:
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
    "a template": {"b.py": 'import os\n\nprint(os.path.expandvars("${KB_URL}/x"))\n'},
    "a command": {"b.py": "import os\n\nos.system('curl \"$KB_URL/search\"')\n"},
    "a format": {"b.py": 'import os\n\nprint("%(KB_URL)s/x" % os.environ)\n'},
    "a list of names": {"b.py": 'NAMES = "KB_URL TOKEN".split()\n'},
    "bytes": {"b.py": 'import os\n\nprint(os.environb[b"KB_URL"])\n'},
    "an argument": {"b.py": "import os\n\nos.environ.update(KB_URL=input())\n"},
    "an argument of a dict": {"b.py": "import os\n\nENV = dict(os.environ, KB_URL=input())\n"},
    "a prefix": {"b.py": 'from env import Env\n\nURL = Env(prefix="KB_").url("URL")\n'},
    "lower case": {".env.dev": f"kb_url={LEGACY}\n"},
    "a page": {"templates/chat.html": 'fetch("{{ KB_URL }}/search")\n'},
    "a list for a container": {"env.txt": f"KB_URL={LEGACY}\n"},
    "two bytes a letter": {".env.wide": f"KB_URL={LEGACY}\n".encode("utf-16").decode("latin-1")},
    "what does not parse": {"b.py": 'import os\n\nprint os.environ["KB_URL"]\n'},
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
    "a prefix in a literal": SETTINGS.replace(
        "    kb_url", '    model_config = {"env_prefix": "A_"}\n    kb_url'
    ),
    "a prefix elsewhere": SETTINGS.replace("    kb_url", "    model_config = CONFIG\n    kb_url"),
    "a prefix of a base": SETTINGS.replace(
        "    token", "    class Config(Common):\n        env_file = '.env'\n\n    token"
    ),
    "a prefix later": SETTINGS + '\n\nSettings.model_config["env_prefix"] = "A_"\n',
    "a prefix as an argument": SETTINGS.replace("Settings()", 'Settings(_env_prefix="A_")'),
    "another base": SETTINGS.replace("(BaseSettings)", "(Prefixed, BaseSettings)"),
    "a pattern": SETTINGS.replace("kb_url: str", 'kb_url: Annotated[str, Field(pattern="/rags/")]'),
    "a validator": SETTINGS.replace(
        "    token",
        '    @field_validator("*")\n    def check(cls, v):\n        return v\n\n    token',
    ),
    "another class by another name": SETTINGS + '\n\nS = Settings\nS(kb_url="x")\n',
    "dumped": SETTINGS + "\n\nprint(settings.model_dump())\n",
    "handed on": SETTINGS + "\n\nother.start(settings)\n",
    "another default": READ.replace(
        'os.environ["KB_URL"]', 'os.getenv("KB_URL", os.getenv("RAG_URL"))'
    )
    + CALL,
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


def test_what_stands_beside_what_was_given_counts(tmp_path):
    files = {"conf/.env": f"KB_URL={LEGACY}\n", "conf/app.py": APP}
    assert moved(tmp_path, files, "conf")[0] == MOVED
    for name in ("deploy.sh", "lib/other.py", "docker-compose.yml"):
        folder = tmp_path / name.partition(".")[0]
        rows, texts, said = moved(folder, {**files, name: "# KB_URL\n"}, "conf")
        assert (rows, texts) == (["app.py bridged"], {})
        assert "which was not searched, names it as well" in said


def test_what_is_excluded_counts(tmp_path):
    files = {"pyproject.toml": "", ".env": f"KB_URL={LEGACY}\n", "app.py": APP, "old/b.py": APP}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    report = run([tmp_path], Options(with_configuration=True), exclude=["old/"])
    assert [row.verdict for row in report.rows] == ["bridged"]


def test_a_link_to_a_file_that_changes_changes_with_it(tmp_path):
    (tmp_path / ".env").symlink_to(".env.example")
    files = {".env.example": f"KB_URL={LEGACY}\n", "app.py": APP}
    assert moved(tmp_path, files)[0] == MOVED


def test_a_link_that_leads_elsewhere_counts(tmp_path):
    (tmp_path / "shared.env").write_text(f"KB_URL={LEGACY}\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".env").symlink_to("../shared.env")
    rows, texts, said = moved(folder, {".env.example": f"KB_URL={LEGACY}\n", "app.py": APP})
    assert (rows, texts) == (["app.py bridged"], {})
    assert ".env, which was not searched, names it as well" in said


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


MESSAGES = {
    "raised": 'if not KB_URL:\n    raise SystemExit("set KB_URL, please")\n',
    "logged": 'import logging\n\nlogging.info("KB_URL is %s", KB_URL)\n',
    "documented": 'def unused():\n    """Asks what KB_URL says."""\n',
}


@pytest.mark.parametrize("more", MESSAGES.values(), ids=MESSAGES)
def test_a_name_in_a_message_is_no_reader(tmp_path, more):
    files = {".env": f"KB_URL={LEGACY}\n", "app.py": APP + "\n\n" + more}
    assert moved(tmp_path, files)[0] == MOVED


@pytest.mark.parametrize("value", [f"{LEGACY}/", f"{LEGACY}?x=1", f"{LEGACY}/ai-search"])
def test_where_nothing_moves_all_is_as_without_the_option(tmp_path, value):
    for name, text in {"pyproject.toml": "", ".env": f"KB_URL={value}\n", "app.py": APP}.items():
        (tmp_path / name).write_text(text)
    found, plain = (
        [(row.verdict, row.code, row.reason) for row in migrate_tree(tmp_path, options).rows]
        for options in (Options(with_configuration=True), Options())
    )
    assert found == plain
    assert [verdict for verdict, *_ in found] == ["bridged"]


SECRETS = (
    "CLOUDFLARE_API_TOKEN=x",
    "SECRET_KEY=x",
    "DB_PASS=hunter2",
    "DATABASE_URL=postgres://u:pw@db/x",
    "SENTRY_DSN=x",
    "SALT=x",
    "ID=9f86d081884c7d659a2feaa0c55ad015",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_diff_shows_no_secret_of_a_neighbour_and_no_half(tmp_path, capfd, monkeypatch, secret):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()
    Path("app.py").write_text(APP)
    for text in (f"{secret}\nKB_URL={LEGACY}\n", f"KB_URL={LEGACY}\n\n{secret}\n"):
        Path(".env").write_text(text)
        main(["diff", "--with-configuration"])
        out, err = capfd.readouterr()
        assert secret not in out + err
        # All of it, or nothing.
        assert ("+KB_URL" in out) is ("choices" in out)
        assert ("app.py:1:1: AR161 finding it changes together with configuration" in err) is (
            "choices" not in out
        )


def test_a_diff_that_is_shown_is_taken_by_git(tmp_path, capfdbinary, monkeypatch):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    Path("app.py").write_text(APP)
    Path(".env.example").write_text(f"# Where to ask\nLOG=info\nKB_URL={LEGACY}\n\nAPI_KEY=\n")
    main(["diff", "--with-configuration", "--quiet"])
    diff = capfdbinary.readouterr().out
    subprocess.run(["git", "apply"], input=diff, check=True)
    assert NEW in Path(".env.example").read_text()
    assert "choices" in Path("app.py").read_text()
