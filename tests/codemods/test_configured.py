"""A call whose whole base stands in the project's configuration, with no word of it in the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autorag_codemods import migrate_tree

LEGACY = "https://api.cloudflare.com/client/v4/accounts/secretaccount/autorag/rags/docs"
CALL = """\
import os
import requests


def ask(question):
    return requests.post({url}, json={{"query": question}}).json()
"""
BY_NAME = CALL.format(url='os.environ["KB_URL"] + "/search"')
BY_FILE = CALL.format(url='load("service.yaml")["url"] + "/search"')


def verdicts(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    for name, text in {"pyproject.toml": "", **files}.items():
        (folder / name).write_text(text)
    report = migrate_tree(folder)
    shown = [*(row.reason for row in report.rows), *(trace.text for trace in report.traces)]
    assert not any("secretaccount" in text for text in shown)
    return [(Path(row.place.path).name, row.verdict) for row in report.rows]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", f"KB_URL={LEGACY}\n"),
        (".env.example", f"export KB_URL='{LEGACY}'\n"),
        ("docker-compose.yml", f"services:\n  a:\n    environment:\n      - KB_URL={LEGACY}\n"),
        ("app.toml", f'kb_url = "{LEGACY}"\n'),
        ("Dockerfile", f"ENV KB_URL={LEGACY}\n"),
    ],
)
def test_a_variable_with_a_legacy_url_makes_the_call_a_site(tmp_path, name, text):
    assert verdicts(tmp_path, {name: text, "app.py": BY_NAME}) == [("app.py", "bridged")]


def test_a_settings_class_names_it_in_lower_case(tmp_path):
    files = {
        ".env": f"KB_URL={LEGACY}\n",
        "settings.py": "from pydantic_settings import BaseSettings\n\n\n"
        'class Settings(BaseSettings):\n    kb_url: str = ""\n\n\nsettings = Settings()\n',
        "app.py": "from settings import settings\n"
        + CALL.format(url='f"{settings.kb_url}/search"'),
    }
    assert verdicts(tmp_path, files) == [("app.py", "bridged")]


def test_the_settings_of_a_framework_name_it(tmp_path):
    files = {
        ".env": f"KB_URL={LEGACY}\n",
        "settings.py": 'import os\n\nKB_URL = os.environ["KB_URL"]\n',
        "views.py": "from django.conf import settings\n"
        + CALL.format(url='settings.KB_URL + "/search"'),
    }
    assert verdicts(tmp_path, files) == [("views.py", "bridged")]


IN_ANOTHER_FILE = {
    "a function": ('def base():\n    return os.environ["KB_URL"]\n', "base()"),
    "by a default": ('def base(name="KB_URL"):\n    return os.environ[name]\n', "base()"),
    "a getter": ('def base(name="KB_URL"):\n    return os.getenv(name)\n', "base()"),
    "a dict": ('base = {"url": os.environ["KB_URL"]}\n', 'base["url"]'),
    "a list": ('base = [os.environ["KB_URL"]]\n', "base[0]"),
    "a class": ('class base:\n    url = os.environ["KB_URL"]\n', "base.url"),
    "a part": ('def base(name):\n    return os.environ["KB_URL"] + f"/{name}"\n', 'base("docs")'),
}


@pytest.mark.parametrize(("source", "url"), IN_ANOTHER_FILE.values(), ids=IN_ANOTHER_FILE)
def test_a_file_that_has_it_of_another_one_is_looked_at(tmp_path, source, url):
    files = {
        ".env": f"KB_URL={LEGACY}\n",
        "config.py": f"import os\n\n{source}",
        "client.py": "from config import base\n" + CALL.format(url=f'{url} + "/search"'),
    }
    assert verdicts(tmp_path, files) == [("client.py", "bridged")]


@pytest.mark.parametrize("other", ["test_config.py", "look.ipynb"])
def test_a_test_of_that_other_one_does_not_matter(tmp_path, other):
    text = "from config import BASE\n\nprint(BASE)\n"
    if other.endswith(".ipynb"):
        cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
        cell["execution_count"] = None
        text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    files = {
        ".env": f"KB_URL={LEGACY}\n",
        "config.py": 'import os\n\nBASE = os.environ["KB_URL"]\n',
        "client.py": "from config import BASE\n" + CALL.format(url='BASE + "/search"'),
        other: text,
    }
    assert verdicts(tmp_path, files) == [("client.py", "bridged")]


KB = 'os.environ["KB_URL"]'
ROUTES = {
    "sync": f'requests.patch({KB} + "/sync")',
    "files": f'requests.get({KB} + "/files", params={{"page": 2}})',
    "jobs": f'requests.get({KB} + "/jobs")',
    "one job": f'requests.get(f"{{{KB}}}/jobs/{{job}}")'.replace('"KB_URL"', "'KB_URL'"),
    "its logs": f'requests.get({KB} + "/jobs/" + job + "/logs")',
    "of an instance": f'requests.get({KB} + "/docs/jobs/" + job + "/logs")',
    "after a slash": f'requests.post({KB} + "ai-search", json={{"query": job}})',
    "joined": f'requests.post(urljoin({KB}, "ai-search"), json={{"query": job}})',
    "more of it": f'requests.post({KB} + job + "/" + job, json={{"query": job}})',
}


@pytest.mark.parametrize("call", ROUTES.values(), ids=ROUTES)
def test_every_route_below_such_a_base_is_one(tmp_path, call):
    text = "import os\nfrom urllib.parse import urljoin\n\nimport requests\n\n\n"
    files = {".env": f"KB_URL={LEGACY}\n", "app.py": f"{text}def ask(job):\n    return {call}\n"}
    assert verdicts(tmp_path, files) == [("app.py", "bridged")]


NAMED = {
    "decouple": ("from decouple import config", 'config("KB_URL", cast=str)'),
    "environs": ("from environs import Env\n\nenv = Env()", 'env.str("KB_URL")'),
    "starlette": ("from starlette.config import Config", 'str(Config()("KB_URL"))'),
    "getattr": ("from django.conf import settings", 'getattr(settings, "KB_URL", None)'),
    "flask": ("from flask import current_app", 'current_app.config["KB_URL"]'),
    "the environment as a dict": ("", 'dict(os.environ)["KB_URL"]'),
    "a default for it": ("", 'os.environ.setdefault("KB_URL", "x")'),
    "in a string": ("", 'os.path.expandvars("${KB_URL}")'),
    "its parts": (
        "from x import settings",
        'f"https://{settings.KB_URL.host}{settings.KB_URL.path}"',
    ),
}
FIELDS = {
    "a secret": ("kb_url: SecretStr", ".kb_url.get_secret_value()"),
    "an alias": ('url: str = Field(validation_alias="KB_URL")', ".url"),
    "one of some": ('url: str = Field("", validation_alias=AliasChoices("X", "KB_URL"))', ".url"),
    "of older versions": ('url: str = Field("", env="KB_URL")', ".url"),
    "an annotation": ('url: Annotated[str, Field(alias="KB_URL")]', ".url"),
    "a prefix": ('model_config = {"env_prefix": "KB_"}\n    url: str', ".url"),
}
OPTIONS = {
    "click": 'import click\n\n\n@click.command()\n@click.option("--to", envvar="KB_URL")\ndef ask(to):',
    "typer": 'import typer\n\n\ndef ask(to: str = typer.Option(..., envvar="KB_URL")):',
    "annotated": "import typer\nfrom typing import Annotated\n\n\n"
    'def ask(to: Annotated[str, typer.Option(envvar="KB_URL")]):',
}


@pytest.mark.parametrize(("top", "url"), NAMED.values(), ids=NAMED)
def test_whatever_is_given_a_key_may_give_its_value(tmp_path, top, url):
    text = f"{top}\n" + CALL.format(url=f'{url} + "/search"')
    assert verdicts(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": text}) == [
        ("app.py", "bridged")
    ]


@pytest.mark.parametrize(("field", "url"), FIELDS.values(), ids=FIELDS)
def test_a_field_may_have_another_name_than_the_key(tmp_path, field, url):
    text = (
        "from typing import Annotated\n\nfrom pydantic import AliasChoices, Field, SecretStr\n"
        "from pydantic_settings import BaseSettings\n\n\n"
        f"class Settings(BaseSettings):\n    {field}\n\n\nsettings = Settings()\n"
    ) + CALL.format(url=f'settings{url} + "/search"')
    assert verdicts(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": text}) == [
        ("app.py", "bridged")
    ]


@pytest.mark.parametrize("head", OPTIONS.values(), ids=OPTIONS)
def test_an_option_of_the_command_line_may_take_it(tmp_path, head):
    body = '    print(requests.post(to + "/search", json={"query": "x"}).json())\n'
    text = f"import requests\n{head}\n{body}"
    assert verdicts(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": text}) == [
        ("app.py", "bridged")
    ]


def test_a_part_of_the_settings_of_a_framework_may_hold_it(tmp_path):
    files = {
        ".env": f"KB_URL={LEGACY}\n",
        "settings.py": 'import os\n\nKB = {"URL": os.environ["KB_URL"]}\n',
        "views.py": "from django.conf import settings\n"
        + CALL.format(url='settings.KB["URL"] + "/search"'),
    }
    assert verdicts(tmp_path, files) == [("views.py", "bridged")]


@pytest.mark.parametrize("url", ['config("OTHER_URL")', 'config("KB_URL") + "/all/of/it"'])
def test_another_key_or_another_path_is_none(tmp_path, url):
    text = "from decouple import config\n" + CALL.format(url=f'{url} + "/search"')
    assert verdicts(tmp_path, {".env": f"KB_URL={LEGACY}\n", "app.py": text}) == []


def test_the_path_may_be_all_that_is_not_known(tmp_path):
    path = LEGACY.removeprefix("https://api.cloudflare.com")
    call = """\
import http.client, json, os


def ask(question):
    connection = http.client.HTTPSConnection("api.cloudflare.com")
    connection.request("POST", os.environ["KB_PATH"] + "/search", json.dumps({"query": question}))
    return json.load(connection.getresponse())
"""
    below = CALL.format(
        url="f\"https://api.cloudflare.com/client/v4/accounts/{a}/{os.environ['KB_PATH']}/search\""
    )
    files = {".env": f"KB_PATH={path}\n", "app.py": call, "below.py": f'a = "1"\n{below}'}
    found = [("app.py", "manual"), ("below.py", "bridged")]
    assert verdicts(tmp_path, files) == found


def test_a_key_that_says_little_counts_where_the_file_is_named(tmp_path):
    other = CALL.format(url='load("other.yaml")["url"] + "/search"')
    files = {"service.yaml": f"search:\n  url: {LEGACY}\n", "app.py": BY_FILE, "other.py": other}
    assert verdicts(tmp_path, files) == [("app.py", "bridged")]


@pytest.mark.parametrize(
    "files",
    [
        {".env": "KB_URL=https://search.example.com\n"},
        {".env": f"OTHER_KB_URL={LEGACY}\n"},
        {"README.md": f"KB_URL={LEGACY}\n"},
        {},
    ],
    ids=["another service", "another key", "not configuration", "nothing"],
)
def test_else_it_is_left_alone(tmp_path, files):
    assert verdicts(tmp_path, {**files, "app.py": BY_NAME}) == []


def test_configuration_beside_what_was_given_is_read_but_not_reported(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / ".env").write_text(f"KB_URL={LEGACY}\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text(BY_NAME)
    for given in (tmp_path / "app", tmp_path / "app" / "main.py"):
        report = migrate_tree(given)
        assert [(Path(row.place.path).name, row.verdict) for row in report.rows] == [
            ("main.py", "bridged")
        ]
        assert [trace for trace in report.traces if trace.place.path.endswith(".env")] == []
