"""An instance that holds a legacy URL and gets into hands which are not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from autorag_codemods import migrate_tree

URL = "https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs"
CONF = f'class Conf:\n    def __init__(self):\n        self.base = "{URL}"\n'
MODEL = f'from pydantic import BaseModel\n\n\nclass Conf(BaseModel):\n    base: str = "{URL}"\n'
CONSTANT = f'class Conf:\n    BASE = "{URL}"\n'
ASKS = """\
import requests
from cfg import Conf


def ask(q):
    response = requests.post(Conf().base + "/ai-search", json={"query": q})
    return response.json()["result"]["response"]
"""
CLIENT = f"""\
import requests


class Conf:
    def __init__(self):
        self.base = "{URL}"

    def ask(self, q):
        response = requests.post(self.base + "/ai-search", json={{"query": q}})
        return response.json()["result"]["response"]
"""
FLASK = {
    "cfg.py": CONSTANT,
    "app.py": ASKS.replace("Conf().base", "Conf.BASE"),
    "other.py": 'import requests\nfrom flask import current_app\n\n\ndef raw(q):\n    url = current_app.config["BASE"]\n'
    '    return requests.post(url + "/search", json={"query": q}).json()\n',
}
FROM_CFG = "from cfg import Conf\n"

SHOWN = {
    "to another package": {
        "cfg.py": CONF,
        "app.py": ASKS,
        "main.py": f"from tools import start\n{FROM_CFG}\nstart(Conf())\n",
    },
    "by its own file's user": {
        "cfg.py": CLIENT,
        "main.py": f'import tools\n{FROM_CFG}\nc = Conf()\ntools.start(c)\nprint(c.ask("x"))\n',
    },
    "as one that a module holds": {
        "cfg.py": f"{CONF}\n\nconf = Conf()\n",
        "app.py": ASKS,
        "main.py": "import tools\nfrom cfg import conf\n\ntools.start(conf)\n",
    },
    "as what a function gives": {
        "cfg.py": f"{CONF}\n\ndef conf():\n    return Conf()\n",
        "app.py": ASKS,
        "main.py": "import tools\nfrom cfg import conf\n\ntools.start(conf())\n",
    },
    "in a list": {
        "cfg.py": CONF,
        "app.py": ASKS,
        "main.py": f"import tools\n{FROM_CFG}\ntools.start([Conf()])\n",
    },
    "as a dict": {
        "cfg.py": MODEL,
        "app.py": ASKS,
        "main.py": f"import json\n{FROM_CFG}\njson.dump(Conf().model_dump(), open('x', 'w'))\n",
    },
    "value by value": {
        "cfg.py": MODEL,
        "app.py": ASKS,
        "main.py": f"{FROM_CFG}\nvalues = {{}}\nfor name, value in Conf():\n    values[name] = value\n",
    },
    "as a class": FLASK
    | {"main.py": f"import flask\n{FROM_CFG}\nflask.Flask('').config.from_object(Conf)\n"},
    "by the name of a class": FLASK
    | {"main.py": "import flask\n\nflask.Flask('').config.from_object('cfg.Conf')\n"},
    "in the state of a framework": {
        "cfg.py": CLIENT,
        "main.py": f"from fastapi import FastAPI\n{FROM_CFG}\napp = FastAPI()\napp.state.c = Conf()\n",
        "other.py": "import requests\n\n\ndef raw(app, q):\n"
        '    return requests.post(app.state.c.base + "/search", json={"query": q}).json()\n',
    },
}
FUNCTION = f'def base():\n    return "{URL}"\n'
ASKS_IT = ASKS.replace("Conf().base", "base()").replace("Conf", "base")
GIVEN = {
    "to another package": "import tools\nfrom cfg import base\n\ntools.start(base)\n",
    "by a framework": "from fastapi import Depends, FastAPI\nimport requests\nfrom cfg import base\n\napp = FastAPI()\n\n\n"
    '@app.get("/")\ndef view(q: str, url: str = Depends(base)):\n'
    '    return requests.post(url + "/search", json={"query": q}).json()\n',
    "as an answer": "from fastapi import FastAPI\nfrom cfg import base\n\napp = FastAPI()\n\n\n"
    '@app.get("/")\ndef view():\n    return base()\n',
}
KEPT = {
    "used": 'print(Conf().ask("x"))\n',
    "printed": 'import logging\n\nc = Conf()\nprint(c, repr(c), isinstance(c, Conf))\nlogging.info("%s", c)\n',
    "in the state of a framework": "from fastapi import FastAPI\n\napp = FastAPI()\napp.state.c = Conf()\n",
    "given by a framework": "from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\ndef get():\n    return Conf()\n\n\n"
    "@app.get('/')\ndef view(q: str, c: Conf = Depends(get)):\n    return c.ask(q)\n",
    "kept by a framework's cache": "import streamlit as st\n\n\n@st.cache_resource\ndef get():\n    return Conf()\n\n\n"
    'st.write(get().ask("x"))\n',
    "as the context of commands": "import click\n\n\n@click.group()\n@click.pass_context\ndef cli(ctx):\n    ctx.obj = Conf()\n\n\n"
    '@cli.command()\n@click.pass_obj\ndef ask(c):\n    print(c.ask("x"))\n',
    "its method as a tool": "from langchain.tools import Tool\n\nTool(name='x', func=Conf().ask)\n",
    "in a dict": 'ALL = {"a": Conf()}\nprint(ALL["a"].ask("x"))\n',
    "on another thread": "import threading\n\nthreading.Thread(target=print, args=(Conf(),)).start()\n",
}


def verdicts(folder: Path, files: dict[str, str]) -> dict[str, str]:
    for name, text in {"pyproject.toml": "", **files}.items():
        (folder / name).write_text(text)
    report = migrate_tree(folder)
    assert {each.code for each in report.findings} <= {"AR144"}  # no defect of the tool
    return {
        Path(row.place.path).name: f"{row.verdict} {row.code}"
        for row in report.rows
        if row.code != "AR130"
    }


@pytest.mark.parametrize("files", SHOWN.values(), ids=SHOWN)
def test_its_url_is_shared_with_what_is_not_known(tmp_path, files):
    found = verdicts(tmp_path, files)
    assert [each.partition(" ")[0] for each in found.values()] == ["bridged"]


@pytest.mark.parametrize("main", GIVEN.values(), ids=GIVEN)
def test_a_function_that_gives_one_is_as_good(tmp_path, main):
    found = verdicts(tmp_path, {"cfg.py": FUNCTION, "app.py": ASKS_IT, "main.py": main})
    assert found["app.py"] == "bridged AR117"


@pytest.mark.parametrize("main", KEPT.values(), ids=KEPT)
def test_what_reads_no_attribute_of_it_does_not_matter(tmp_path, main):
    found = verdicts(tmp_path, {"cfg.py": CLIENT, "main.py": FROM_CFG + main})
    assert found == {"cfg.py": "native AR101"}


def test_a_test_may_hand_it_on(tmp_path):
    test = f"from unittest.mock import Mock\n{FROM_CFG}\n\ndef test_it():\n    Mock(Conf())\n"
    found = verdicts(tmp_path, {"cfg.py": CLIENT, "test_cfg.py": test})
    assert found == {"cfg.py": "native AR101"}


def test_a_module_that_is_handed_on_is_shared_as_well(tmp_path):
    files = {
        "cfg.py": f'BASE = "{URL}"\n',
        "app.py": ASKS.replace("Conf().base", "BASE").replace("Conf", "BASE"),
        "main.py": "import cfg\nimport tools\n\ntools.start(cfg)\n",
    }
    assert verdicts(tmp_path, files) == {"app.py": "bridged AR117"}


TEST = f"""\
import responses
from cfg import Conf


@responses.activate
def test_ask():
    answer = {{"success": True, "result": {{"object": "vector_store.search_results.page",
        "search_query": "x", "response": "hello", "data": [], "has_more": False, "next_page": None}}}}
    responses.post("{URL}/ai-search", json=answer)
    assert Conf().ask("x") == "hello"
"""


@pytest.mark.parametrize(
    ("main", "found"),
    [
        ('print(Conf().ask("x"))\n', "native AR101"),
        ("import tools\n\ntools.start(Conf())\n", "manual AR132"),
        ("import other\n\nprint(other.raw(Conf()))\n", "manual AR132"),
    ],
)
def test_no_module_moves_with_its_tests_where_others_have_its_url(tmp_path, main, found):
    other = (
        "import requests\n\n\ndef raw(c):\n    return requests.post(c.base + '/search').json()\n"
    )
    files = {"cfg.py": CLIENT, "test_cfg.py": TEST, "main.py": FROM_CFG + main, "other.py": other}
    assert verdicts(tmp_path, files)["cfg.py"] == found


def test_an_attribute_of_another_class_by_its_own_name_is_none_of_it(tmp_path):
    files = {
        "cfg.py": CLIENT + "\n\ndef make():\n    return Conf()\n",
        "main.py": "import cfg\nimport web\n\nweb.app.kb = cfg.make()\n",
        "other.py": "class Other:\n    def __init__(self, base):\n        self.base = base\n\n"
        "    def show(self):\n        print(self.base)\n",
    }
    assert verdicts(tmp_path, files) == {"cfg.py": "native AR101"}
    files["other.py"] += "\n\ndef name(conf):\n    return conf.base\n"
    assert verdicts(tmp_path, files) == {"cfg.py": "bridged AR117"}
