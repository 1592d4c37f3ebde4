"""What becomes of a call through urllib3, by one thing that its program does."""

import pytest

from autorag_codemods import migrate
from judged import PATH, RAG, judged

ROWS = 'return [x["filename"] for x in json.loads(r.data)["result"]["data"]]'
BODY = 'body=json.dumps({"query": q})'


def program(read=ROWS, *, made="urllib3.PoolManager()", sent=f'"POST", "{RAG}/search", {BODY}'):
    return (
        f"import json\nimport urllib3\n\nhttp = {made}\n\n\ndef f(q):\n"
        f"    r = http.request({sent})\n    {read}\n"
    )


NATIVE = {
    "the data": program(),
    "decoded": program('return json.loads(r.data.decode("utf-8"))["result"]["data"][0]["score"]'),
    "json()": program('return r.json()["result"]["data"][0]["score"]'),
    "read by json": program(
        'return json.load(r)["result"]["data"][0]["score"]',
        sent=f'"POST", "{RAG}/search", {BODY}, preload_content=False',
    ),
    "the status": program(f"if r.status != 200:\n        return r.data\n    {ROWS}"),
    "a json argument": program(sent=f'"POST", "{RAG}/search", json={{"query": q}}, timeout=3'),
    "a body by its place": program(sent=f'"POST", "{RAG}/search", json.dumps({{"query": q}})'),
    "a proxy": program(made='urllib3.ProxyManager("http://proxy.test")'),
    "settings": program(made="urllib3.PoolManager(retries=False, num_pools=2)"),
    "the pool of the host": program(
        made='urllib3.HTTPSConnectionPool("api.cloudflare.com", maxsize=2)',
        sent=f'"POST", "/client/v4/{PATH}/search", {BODY}',
    ),
    "a connection from a URL": program(
        made='urllib3.connection_from_url("https://api.cloudflare.com")',
        sent=f'"POST", "/client/v4/{PATH}/search", {BODY}',
    ),
    "urlopen": program().replace("http.request(", "http.urlopen("),
    "the function": program().replace("http.request(", "urllib3.request("),
    "a stream": (
        "import json\nimport urllib3\n\nhttp = urllib3.PoolManager()\n\n\ndef f(q):\n"
        f'    r = http.request("POST", "{RAG}/ai-search", json={{"query": q, "stream": True}}, preload_content=False)\n'
        "    for line in r:\n"
        '        if line.startswith(b"data: ") and line != b"data: [DONE]\\n":\n'
        '            print(json.loads(line[6:])["response"])\n'
    ),
}
BRIDGED = {
    "the data returned": ("AR110", program("return r.data")),
    "the answer returned": ("AR110", program("return r.json()")),
    "a stream by chunks": ("AR115", program("return list(r.stream(32))")),
    "a line": ("AR115", program("return r.readline()")),
    "its address": ("AR114", program("return r.geturl()")),
    "a form": ("AR112", program(sent=f'"POST", "{RAG}/search", fields={{"query": q}}')),
    "an unknown keyword": ("AR112", program(sent=f'"POST", "{RAG}/search", {BODY}, multipart=1')),
    "an unknown method": ("AR111", program(sent=f'q, "{RAG}/search", {BODY}')),
    "the pool of the host": (
        "AR110",
        program(
            "return r.data",
            made='urllib3.HTTPSConnectionPool("api.cloudflare.com")',
            sent=f'"POST", "/client/v4/{PATH}/search", {BODY}',
        ),
    ),
    "the pool of another host": (
        "AR119",
        program(
            made='urllib3.HTTPSConnectionPool("proxy.test")',
            sent=f'"POST", "/client/v4/{PATH}/search", {BODY}',
        ),
    ),
    "a GET": ("AR111", program(sent=f'"GET", "{RAG}/search", {BODY}')),
}
MANUAL = {
    "imported from a part": program("return r.data")
    .replace("import urllib3", "from urllib3.poolmanager import PoolManager")
    .replace("urllib3.Pool", "Pool"),
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
    assert judged(MANUAL[name]) == "manual AR133"


def test_a_bridged_import_is_that_of_the_drop_in():
    made = migrate(program("return r.data")).source
    assert "from autorag_migrate.adapters import urllib3\n" in made
    assert judged(made) == "bridged AR120"


def test_a_call_through_an_adapted_client_is_done():
    source = program("return r.data", made="adapt(urllib3.PoolManager())")
    source = f"from autorag_migrate.adapters.urllib3 import adapt\n{source}"
    assert judged(source) == "bridged AR120"
