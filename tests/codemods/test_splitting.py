"""A URL that a native and a bridged call share: when it is written twice, and when it is not."""

import pytest

from autorag_codemods import migrate
from autorag_codemods.rewrite.split import second_name

URL = 'f"https://api.cloudflare.com/client/v4/accounts/{os.environ["CF"]}/autorag/rags/docs"'
URL = URL.replace('["CF"]', "['CF']")
READ = 'return r.json()["result"]["data"][0]["score"]'


def of_module(
    url=f"BASE = {URL}",
    *,
    more="",
    send='r = requests.post(f"{BASE}/search", json={"query": q})',
    raw='return requests.post(f"{BASE}/search", json={"query": q}).json()',
):
    return (
        f"import os\nimport requests\n\n{url}\n\n\ndef best(q):\n    {send}\n    {READ}\n\n\n"
        f"def page(q):\n    {raw}\n{more}"
    )


def of_class(
    url=f"self.base = {URL}",
    *,
    head="class Rag:",
    body="",
    own="self.base",
    more="\n\ndef main(q):\n    return Rag().best(q), Rag().page(q)\n",
):
    return (
        f"import abc\nimport dataclasses\nimport os\nimport pydantic\nimport requests\n\n\n{head}\n{body}"
        f"    def __init__(self, name='docs'):\n        {url}\n\n"
        f"    def best(self, q):\n"
        f'        r = requests.post(f"{{{own}}}/search", json={{"query": q}})\n        {READ}\n\n'
        f"    def page(self, q):\n"
        f'        return requests.post(f"{{{own}}}/search", json={{"query": q}}).json()\n{more}'
    )


def verdicts(source):
    return [row.verdict for row in migrate(source).rows]


SPLIT = {
    "a constant": of_module(),
    "one with an annotation": of_module(f"BASE: str = {URL}"),
    "one that may have two values": of_module(
        f'ROOT = {URL}\nBASE = ROOT.rstrip("/") if os.environ.get("ROOT") else ROOT'
    ),
    "one that is read only elsewhere": of_module(
        more='\n\ndef shown(o):\n    o["base"] = len(o)\n'
    ),
    "one with a parameter's name": of_module(
        more="\n\ndef join(BASE):\n    return len(BASE)\n"
    ).replace("def join(BASE)", "def join(base)"),
    "one made of a base": of_module(f"ROOT = {URL}\nBASE = ROOT + '/'.rstrip('/')"),
    "a constant of an if": of_module(f"if True:\n    BASE = {URL}"),
    "an attribute": of_class(),
    "one of a class with a plain base": of_class(head="class Rag(abc.ABC):"),
    "one of a session": of_class(head="class Rag(requests.Session):"),
    "a class attribute": of_class("pass", body=f"    base = {URL}\n\n"),
    "one that is asked of the class": of_class(
        "pass", body=f"    base = {URL}\n\n", own="Rag.base"
    ),
    "a property": of_class(
        "pass", body=f"    @property\n    def base(self):\n        return {URL}\n\n"
    ),
    "a method": of_class(
        "pass", body=f"    def base(self):\n        return {URL}\n\n", own="self.base()"
    ),
    "a static method": of_class(
        "pass",
        body=f"    @staticmethod\n    def base():\n        return {URL}\n\n",
        own="Rag.base()",
    ),
    "a function": of_module(
        f"def base():\n    return {URL}",
        send='r = requests.post(base() + "/search", json={"query": q})',
        raw='return requests.post(base() + "/search", json={"query": q}).json()',
    ),
}

SHARED = {
    "set by a function": of_module(
        more=f"\n\ndef use(name):\n    global BASE\n    BASE = {URL} + name\n"
    ),
    "set twice": of_module(f"BASE = {URL}\nif os.environ.get('X'):\n    BASE = BASE.rstrip('/')"),
    "a name of a parameter too": of_module(more="\n\ndef join(BASE):\n    return len(BASE)\n"),
    "made by a call": of_module(
        f"def made():\n    print('made')\n    return {URL}\n\n\nBASE = made()",
    ),
    "made of what a call gives": of_module(
        f"BASE = {URL.replace(chr(123) + 'os.environ', chr(123) + 'next(names)} {os.environ')}",
    ),
    "set by its name": of_module(more="\n\ndef use(o, k, v):\n    setattr(o, k, v)\n"),
    "among the globals": of_module(more="\n\ndef use():\n    return globals()\n"),
    "two on a line": of_module(f"BASE = {URL}; OTHER = 1"),
    "two names": of_module(f"BASE = OTHER = {URL}"),
    "the second name is there": of_module(f"AI_SEARCH_BASE = 1\nBASE = {URL}"),
    "an attribute set from outside": of_class(
        more="\n\ndef main(q):\n    rag = Rag()\n    rag.base = rag.base.rstrip('/')\n"
        "    return rag.best(q), rag.page(q)\n"
    ),
    "an attribute set on something": of_class(
        more="\n\ndef main(q, other):\n    other.base = 1\n    return Rag().best(q), Rag().page(q)\n"
    ),
    "an attribute of another class as well": of_class(
        more="\n\nclass Other(Rag):\n    base = 'x'\n\n\ndef main(q):\n"
        "    return Rag().best(q), Other().page(q)\n"
    ),
    "a property below": of_class(
        more="\n\nclass Other(Rag):\n    @property\n    def base(self):\n        return 'x'\n\n\n"
        "def main(q):\n    return Rag().best(q), Rag().page(q)\n"
    ),
    "a class with slots": of_class(body="    __slots__ = ('base',)\n\n"),
    "a class that is a record": of_class(head="@dataclasses.dataclass(slots=True)\nclass Rag:"),
    "a class that takes no other attribute": of_class(head="class Rag(pydantic.BaseModel):"),
    "a class that something unknown has": of_class(
        more="\n\ndef main(q):\n    rag = Rag()\n    serve(rag)\n    return rag._best(q), rag.page(q)\n"
    ).replace("def best", "def _best"),
    "a function that is decorated": of_module(
        f"@cached\ndef base():\n    return {URL}",
        send='r = requests.post(base() + "/search", json={"query": q})',
        raw='return requests.post(base() + "/search", json={"query": q}).json()',
    ),
}


@pytest.mark.parametrize("name", SPLIT)
def test_it_is_written_twice(name):
    assert sorted(verdicts(SPLIT[name])) == ["bridged", "native"]


@pytest.mark.parametrize("name", SHARED)
def test_both_stay_bridged(name):
    source = SHARED[name]
    assert set(verdicts(source)) <= {"bridged", "manual"}
    assert "ai-search/" not in migrate(source).source
    assert "AI_SEARCH_BASE =" not in migrate(source).source.replace("AI_SEARCH_BASE = 1", "")


def with_url(body):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return of_module(
        f"def url(endpoint, rag='docs'):\n{lines}",
        send='r = requests.post(url("search"), json={"query": q})',
        raw='return requests.get(url("files")).json()',
    )


def test_a_function_that_names_values_first_makes_the_url_of_each_call():
    body = f"base = {URL}\nbase = base.rstrip('/')\nreturn base + '/' + endpoint"
    assert verdicts(with_url(body)) == ["native", "bridged"]


@pytest.mark.parametrize(
    "body",
    [
        f"if endpoint == 'search':\n    endpoint = 'ai-search'\nreturn {URL} + '/' + endpoint",
        f"base = {URL}\nfor part in rag, endpoint:\n    base += '/' + part\nreturn base",
        f"base = {URL}\nyield base + '/' + endpoint",
    ],
)
def test_one_that_decides_is_understood_for_all_of_its_calls_together(body):
    assert "native" not in verdicts(with_url(body))


def test_rows_speak_of_the_lines_that_there_are():
    source = of_module()
    lines = source.splitlines()
    for row in migrate(source).rows:
        assert "requests.post" in lines[row.place.line - 1]
        assert lines[row.place.line - 1][row.place.column - 1 :].startswith("requests.post")
        assert {piece.line for piece in row.pieces} <= {4, row.place.line}


def test_a_keep_comment_keeps_its_line():
    kept = "\nraw = 1\n\n\ndef kept(q):\n    # autorag-migrate: keep -- a comparison\n"
    source = of_module(
        more=f'{kept}    return requests.post(f"{{BASE}}/search", json={{"query": q}})\n'
    )
    result = migrate(source)
    assert sorted(row.verdict for row in result.rows) == ["kept", "manual", "native"]
    assert not result.findings


def test_newlines_and_a_missing_last_one_stay():
    source = of_module().replace("\n", "\r\n").removesuffix("\r\n")
    made = migrate(source).source
    assert made.count("\n") == made.count("\r\n")
    assert not made.endswith("\n")
    assert "\r\nAI_SEARCH_BASE = " in made


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BASE", "AI_SEARCH_BASE"),
        ("_ROOT", "_AI_SEARCH_ROOT"),
        ("base_url", "ai_search_base_url"),
        ("AUTORAG_URL", "AI_SEARCH_URL"),
        ("CF_AUTORAG_BASE", "CF_AI_SEARCH_BASE"),
        ("autorag_base", "ai_search_base"),
        ("baseUrl", "aiSearchBaseUrl"),
        ("autoRagUrl", "aiSearchUrl"),
        ("myAutoRAG", "myAiSearch"),
        ("SEARCH_URL", "AI_SEARCH_URL"),
        ("search_url", "ai_search_url"),
        ("AI_SEARCH_URL", "NEW_AI_SEARCH_URL"),
        ("_url", "_ai_search_url"),
    ],
)
def test_the_second_name(old, new):
    assert second_name(old) == new
