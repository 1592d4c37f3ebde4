"""What becomes of a call through httpx that is not a plain function or client method."""

import pytest

from judged import API, PATH, RAG, judged

HEAD = "import json\nimport httpx\n\n"
ROWS = 'return [x["filename"] for x in r.json()["result"]["data"]]'
DATA = 'json={"query": q}'


def program(sent, read=ROWS, *, top=""):
    lines = "\n".join(f"    {line}" for line in sent.strip("\n").split("\n"))
    return f"{HEAD}{top}\n\ndef f(q):\n{lines}\n    {read}\n"


HEIR = "class Client(httpx.Client):\n    pass\n"
BASE = f'c = httpx.Client(base_url="{API}")\n'
BUILT = f'{BASE}b = c.build_request("POST", "{PATH}/search", {DATA})\n'
NATIVE = {
    "by its method": program(f'r = httpx.request("POST", "{RAG}/search", {DATA})'),
    "built by the client": program(f"{BUILT}r = c.send(b)"),
    "built and streamed": program(f"{BUILT}r = c.send(b, stream=True)\nr.read()"),
    "built by itself": program(
        f'b = httpx.Request("POST", "{RAG}/search", {DATA})\nr = httpx.Client().send(b)'
    ),
    "a class of its own": program(f'r = Client().post("{RAG}/search", {DATA})', top=HEIR),
    "streamed and read": program(
        f'with httpx.stream("POST", "{RAG}/search", {DATA}) as r:\n    r.read()'
    ),
}
BRIDGED = {
    "its URL is read": ("AR114", program(f"{BUILT}print(b.url)\nr = c.send(b)")),
    "its content is read": ("AR114", program(f"{BUILT}print(b.content)\nr = c.send(b)")),
    "signed by something": ("AR114", program(f"{BUILT}sign(b)\nr = c.send(b)")),
    "built and returned": ("AR114", program(BUILT, "return b")),
    "the answer returned": ("AR110", program(f"{BUILT}r = c.send(b)", "return r.json()")),
    "hooks of a class": (
        "AR114",
        program(
            f'r = Client().post("{RAG}/search", {DATA})',
            top=(
                "class Client(httpx.Client):\n    def __init__(self):\n"
                '        super().__init__(event_hooks={"response": [print]})\n'
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    assert judged(NATIVE[name]) == "native AR101"


@pytest.mark.parametrize("name", BRIDGED)
def test_bridged(name):
    code, source = BRIDGED[name]
    assert judged(source) == f"bridged {code}"
