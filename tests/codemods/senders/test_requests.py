"""What becomes of a call through requests that is not a plain function or session method."""

import pytest

from autorag_codemods import migrate
from judged import RAG, judged

HEAD = "import json\nimport requests\nfrom functools import partial\n\n"
ROWS = 'return [x["filename"] for x in r.json()["result"]["data"]]'
DATA = 'json={"query": q}'


def program(sent, read=ROWS, *, top=""):
    lines = "\n".join(f"    {line}" for line in sent.strip("\n").split("\n"))
    return f"{HEAD}{top}\n\ndef f(q):\n{lines}\n    {read}\n"


BUILT = f'q = requests.Request("POST", "{RAG}/search", {DATA})\n'
HEIR = "class Client(requests.Session):\n    def __init__(self):\n        super().__init__()\n"
POSTS = f'r = Client().post("{RAG}/search", {DATA})'
NATIVE = {
    "by its method": program(f'r = requests.request("POST", "{RAG}/search", {DATA})'),
    "a session by its method": program(
        f'r = requests.Session().request(method="post", url="{RAG}/search", {DATA})'
    ),
    "prepared by itself": program(f"{BUILT}r = requests.Session().send(q.prepare(), timeout=3)"),
    "prepared by the session": program(
        f"s = requests.Session()\n{BUILT}r = s.send(s.prepare_request(q))"
    ),
    "prepared in steps": program(
        f'{BUILT}p = q.prepare()\np.headers["A"] = "b"\nwith requests.Session() as s:\n    r = s.send(p)'
    ),
    "by keywords": program(
        f'q = requests.Request(method="POST", url="{RAG}/search", headers={{}}, {DATA})\n'
        "r = requests.Session().send(q.prepare())"
    ),
    "a class of its own": program(POSTS, top=HEIR),
    "a class of a class": program(
        POSTS.replace("Client()", "Other()"),
        top=f"{HEIR}\n\nclass Other(Client):\n    retries = 3\n",
    ),
    "a class that sends to itself": (
        f"{HEAD}{HEIR}\n    def f(self, q):\n        r = self.post('{RAG}/search', {DATA})\n        {ROWS}\n"
    ),
    "a partial": program(f"r = send({DATA})", top=f'send = partial(requests.post, "{RAG}/search")'),
    "a partial of a session": program(
        f'send = partial(requests.Session().post, timeout=3)\nr = send("{RAG}/search", {DATA})'
    ),
    "a session from a helper": program(
        f'r = session().post("{RAG}/search", {DATA})',
        top="def session():\n    s = requests.Session()\n    s.headers['A'] = 'b'\n    return s\n",
    ),
    "in a thread": (
        f"{HEAD}import asyncio\n\n\nasync def f(q):\n"
        f'    r = await asyncio.to_thread(requests.post, "{RAG}/search", {DATA})\n    {ROWS}\n'
    ),
    "a partial in a thread": (
        f"{HEAD}import asyncio\n\n\nasync def f(q):\n"
        f'    send = partial(requests.post, "{RAG}/search", {DATA})\n'
        f"    r = await asyncio.to_thread(send, timeout=3)\n    {ROWS}\n"
    ),
}
BRIDGED = {
    "its URL is read": ("AR114", program(f"{BUILT}print(q.url)\nr = requests.Session().send(q)")),
    "its body is changed": (
        "AR114",
        program(f"{BUILT}p = q.prepare()\np.body = b''\nr = requests.Session().send(p)"),
    ),
    "its payload is changed": (
        "AR114",
        program(
            f'{BUILT}q.json["model"] = "x"\nr = requests.Session().send(q.prepare())',
        ),
    ),
    "signed by something": (
        "AR114",
        program(f"{BUILT}p = sign(q.prepare())\nr = requests.Session().send(q.prepare())"),
    ),
    "hooks of the request": (
        "AR112",
        program(
            f'q = requests.Request("POST", "{RAG}/search", hooks={{}}, {DATA})\n'
            "r = requests.Session().send(q.prepare())"
        ),
    ),
    "hooks of a class": (
        "AR114",
        program(POSTS, top=f'{HEIR}        self.hooks["response"] = [print]\n'),
    ),
    "an answer of a partial returned": (
        "AR110",
        program(
            f"r = send({DATA})",
            "return r.json()",
            top=f'send = partial(requests.post, "{RAG}/search")',
        ),
    ),
}
MANUAL = {
    "a class that sends in its own way": (
        "AR130",
        program(
            POSTS, top=f"{HEIR}\n    def request(self, *a, **k):\n        return sign(*a, **k)\n"
        ),
    ),
    "prepared for something": ("AR133", program(f"{BUILT}r = send(q.prepare())")),
    "one of two functions": (
        "AR133",
        program(f'send = requests.post if q else make()\nr = send("{RAG}/search", {DATA})'),
    ),
    "a partial of something": (
        "AR130",
        program(f"r = send({DATA})", top=f'send = partial(post, "{RAG}/search")'),
    ),
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    assert judged(NATIVE[name]) == "native AR101"


@pytest.mark.parametrize("name", BRIDGED)
def test_bridged(name):
    code, source = BRIDGED[name]
    assert judged(source) == f"bridged {code}"


@pytest.mark.parametrize("name", MANUAL)
def test_manual(name):
    code, source = MANUAL[name]
    assert judged(source) == f"manual {code}"


def test_a_partial_serves_several_calls_together():
    top = f'send = partial(requests.post, "{RAG}/search")'
    both = program(f"r = send({DATA})\nprint(send({DATA}).json())", top=top)
    assert judged(both) == "bridged AR117, bridged AR110"


def test_a_partial_that_is_handed_on_is_nobodys_alone():
    top = f'send = partial(requests.post, "{RAG}/search")\nwork(send)'
    assert judged(program(f"r = send({DATA})", top=top)) == "manual AR130, bridged AR117"


def test_a_class_bridged_is_based_on_the_drop_in():
    source = program(POSTS, "return r.json()", top=HEIR)
    made = migrate(source).source
    assert "from autorag_migrate.adapters import requests" in made
    assert migrate(made).rows[0].done
