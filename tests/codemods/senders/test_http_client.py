"""What becomes of a call through http.client, by one thing that its program does."""

import pytest

from judged import PATH, judged

REQUEST = f'c.request("POST", "/client/v4/{PATH}/search", json.dumps({{"query": q}}), HEADERS)'
ROWS = 'return [x["filename"] for x in json.loads(r.read())["result"]["data"]]'
HOST = '"api.cloudflare.com"'


def program(*lines, top="", host=HOST):
    body = "\n".join(f"    {line}" for line in lines)
    return (
        f"import http.client\nimport json\n{top}\n\ndef f(q):\n"
        f"    c = http.client.HTTPSConnection({host})\n{body}\n"
    )


NATIVE = {
    "one request": program(REQUEST, "r = c.getresponse()", ROWS),
    "one request, read by json": program(
        REQUEST, "r = c.getresponse()", 'return json.load(r)["result"]["data"][0]["score"]'
    ),
    "its status": program(
        REQUEST, "r = c.getresponse()", "if r.status != 200:", "    return r.read()", ROWS
    ),
    "closed": program("c.connect()", REQUEST, "r = c.getresponse()", "c.close()", ROWS),
    "bytes": program(REQUEST.replace("}), H", "}).encode(), H"), "r = c.getresponse()", ROWS),
    "a host and a port": program(
        REQUEST, "r = c.getresponse()", ROWS, host=f"{HOST}, 443, timeout=3"
    ),
    "the class by its own name": program(REQUEST, "r = c.getresponse()", ROWS)
    .replace("import http.client", "from http.client import HTTPSConnection")
    .replace("http.client.HTTPS", "HTTPS"),
    "a connection of the module": (
        f"import http.client\nimport json\n\nc = http.client.HTTPSConnection({HOST})\n\n\n"
        f"def f(q):\n    {REQUEST}\n    r = c.getresponse()\n    {ROWS}\n"
    ),
    "received in another function": (
        f"import http.client\nimport json\n\nc = http.client.HTTPSConnection({HOST})\n\n\n"
        f"def g():\n    r = c.getresponse()\n    {ROWS}\n\n\ndef f(q):\n    {REQUEST}\n    return g()\n"
    ),
}
MANUAL = {
    "the answer returned": program(REQUEST, "return json.load(c.getresponse())"),
    "two requests": program(
        'c.request("GET", "/client/v4/user")',
        "print(c.getresponse().read())",
        REQUEST,
        "r = c.getresponse()",
        ROWS,
    ),
    "a request piece by piece": program(
        REQUEST,
        "r = c.getresponse()",
        "print(r.status)",
        'c.putrequest("GET", "/client/v4/user")',
        "r = c.getresponse()",
        ROWS,
    ),
    "handed to something": program(REQUEST, "return read(c)"),
    "its method handed to something": program(REQUEST, "return later(c.getresponse)"),
    "one of two connections": program(
        f"d = http.client.HTTPSConnection({HOST})",
        REQUEST,
        "if q:",
        "    c = d",
        "r = c.getresponse()",
        ROWS,
    ),
    "another host": program(REQUEST, "r = c.getresponse()", ROWS, host='"proxy.test"'),
    "read in parts": program(
        REQUEST, "r = c.getresponse()", 'return json.loads(r.read(9))["result"]["data"][0]["score"]'
    ),
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    assert judged(NATIVE[name]) == "native AR101"


@pytest.mark.parametrize("name", MANUAL)
def test_manual(name):
    assert judged(MANUAL[name]) == "manual AR133"


def test_a_partial_of_a_request_is_manual():
    source = program(
        "from functools import partial",
        REQUEST.replace("c.request(", "partial(c.request, ").replace(", H", ")(headers=H"),
        "r = c.getresponse()",
        ROWS,
    )
    assert judged(source).startswith("manual")
