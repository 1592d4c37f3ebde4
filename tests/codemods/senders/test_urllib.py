"""What becomes of a call through urllib.request, by one thing that its program does."""

import pytest

from autorag_codemods import migrate
from judged import RAG, judged


def program(
    read,
    *,
    data='json.dumps({"query": q}).encode()',
    more="",
    opened="urllib.request.urlopen(request)",
    between="pass",
    imports="import urllib.request",
    top="",
):
    return (
        f"import json\n{imports}\n{top}\n\ndef f(q):\n"
        f'    request = urllib.request.Request("{RAG}/search", data={data}{more})\n    {between}\n'
        f"    with {opened} as r:\n        {read}\n"
    )


ROWS = 'return [x["filename"] for x in json.load(r)["result"]["data"]]'
NATIVE = {
    "json.load": program(ROWS),
    "read and loads": program('return json.loads(r.read())["result"]["data"][0]["score"]'),
    "decoded": program('return json.loads(r.read().decode())["result"]["data"][0]["score"]'),
    "its method": program(ROWS, more=', method="POST"'),
    "headers added": program(ROWS, between='request.add_header("A", "b")'),
    "a header set": program(ROWS, between='request.headers["A"] = "b"'),
    "its status": program(f"print(r.status, r.getcode(), r.headers)\n        {ROWS}"),
    "an opener": program(
        ROWS,
        top="opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))",
        opened="opener.open(request, timeout=3)",
    ),
    "an encoding": program(ROWS, data='json.dumps({"query": q}).encode("utf-8")'),
    "bytes": program(ROWS, data='bytes(json.dumps({"query": q}), "utf-8")'),
    "nested": (
        "import json\nfrom urllib.request import Request as R, urlopen\n\n\ndef f(q):\n"
        f'    r = urlopen(R("{RAG}/search", json.dumps({{"query": q}}).encode()))\n    {ROWS}\n'
    ),
}
BRIDGED = {
    "the answer returned": ("AR110", program("return json.load(r)")),
    "the bytes returned": ("AR110", program("return r.read()")),
    "read in parts": ("AR110", program("return json.loads(r.read(10))")),
    "read by line": ("AR115", program("return r.readline()")),
    "its address": ("AR114", program("return r.geturl()")),
    "the address of the request": ("AR114", program(ROWS, between="print(request.full_url)")),
    "another body": (
        "AR112",
        program(ROWS, opened="urllib.request.urlopen(request, data=q)"),
    ),
    "its body set": ("AR114", program(ROWS, between="request.data = q")),
    "its method set": ("AR114", program(ROWS, between='request.get_method = lambda: "GET"')),
    "its method unknown": ("AR111", program(ROWS, more=", method=q")),
    "a GET": ("AR111", program(ROWS, more=', method="GET"')),
    "no body": ("AR111", program(ROWS, data="None")),
    "a form": (
        "AR112",
        program(
            ROWS,
            data='urllib.parse.urlencode({"query": q}).encode()',
            imports="import urllib.parse\nimport urllib.request",
        ),
    ),
    "the length of its body": (
        "AR117",
        program(
            ROWS,
            data="body",
            more=', headers={"Content-Length": str(len(body))}',
            top="",
        ).replace(
            "    request =", '    body = json.dumps({"query": q}).encode()\n    request =', 1
        ),
    ),
    "a handler of its own": (
        "AR114",
        program(
            ROWS,
            top=(
                "class Quiet(urllib.request.HTTPErrorProcessor):\n    pass\n\n\n"
                "opener = urllib.request.build_opener(Quiet)"
            ),
            opened="opener.open(request)",
        ),
    ),
    "handed to something": ("AR114", program(ROWS, between="sign(request)")),
}
MANUAL = {
    "sent elsewhere": (
        "AR133",
        program(ROWS, opened="send(request)"),
    ),
    "the package and its part": (
        "AR133",
        program("return json.load(r)", imports="import urllib\nimport urllib.request"),
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


HEAD = {
    "import urllib.request\n": "from autorag_migrate.adapters import urllib\n",
    "import urllib.request, re\n": "import re\nfrom autorag_migrate.adapters import urllib\n",
    "import urllib.parse\nimport urllib.request\nimport zlib\n": (
        "import zlib\n\nfrom autorag_migrate.adapters import urllib\n"
    ),
    "import urllib.parse\nX = 1\nimport urllib.request\n": (
        "from autorag_migrate.adapters import urllib\nX = 1\n"
    ),
    "import urllib.parse\nX = 1\nimport urllib.request  # why\n": (
        "from autorag_migrate.adapters import urllib\nX = 1\n"
        "from autorag_migrate.adapters import urllib  # why\n"
    ),
    "import urllib.robotparser\nimport urllib.request\n": (
        "from autorag_migrate.adapters import urllib\n"
    ),
    "import urllib.error, urllib.request, urllib.parse\n": (
        "from autorag_migrate.adapters import urllib\n"
    ),
    "import json\nimport urllib.request  # why\n\nimport anyio\nimport yarl\n": (
        "import json\n\nimport anyio\nimport yarl\nfrom autorag_migrate.adapters import urllib  # why\n"
    ),
    "import json\nimport urllib.request\n\nfrom anyio import run\nfrom yarl import URL\n": (
        "import json\n\nfrom anyio import run\nfrom autorag_migrate.adapters import urllib\n"
        "from yarl import URL\n"
    ),
    "import json\nimport urllib.request\n\nfrom .x import y\n": (
        "import json\n\nfrom autorag_migrate.adapters import urllib\n\nfrom .x import y\n"
    ),
    "def g():\n    import urllib.parse\n\nimport urllib.request\n": (
        "def g():\n    from autorag_migrate.adapters import urllib\n\n"
        "from autorag_migrate.adapters import urllib\n"
    ),
}


@pytest.mark.parametrize("imports", HEAD)
def test_every_import_that_binds_the_package_is_bridged(imports):
    body = (
        f'\n\ndef f(q):\n    request = urllib.request.Request("{RAG}/search", q)\n'
        "    return urllib.request.urlopen(request)\n"
    )
    assert migrate(imports + body).source == HEAD[imports] + body
    assert judged(imports + body) == "bridged AR112"


ALONE = {
    "import urllib.request as u": "from autorag_migrate.adapters.urllib import request as u",
    "from urllib import request as u": "from autorag_migrate.adapters.urllib import request as u",
    "from urllib import parse, request as u": (
        "from autorag_migrate.adapters.urllib import parse, request as u"
    ),
}


@pytest.mark.parametrize("line", ALONE)
def test_an_import_under_another_name(line):
    body = f'\nprint(u.urlopen("{RAG}/search", data))\n'
    assert migrate(line + body).source == ALONE[line] + body
    assert judged(ALONE[line] + body) == "bridged AR120"


@pytest.mark.parametrize(
    "opener",
    [
        "adapt(urllib.request.build_opener())",
        "urllib.request.build_opener(AutoRAGHandler())",
        "urllib.request.build_opener(mine, AutoRAGHandler())",
    ],
)
def test_a_call_through_an_adapted_opener_is_done(opener):
    source = program("return r.read()", top=f"opener = {opener}", opened="opener.open(request)")
    source = f"from autorag_migrate.adapters.urllib.request import AutoRAGHandler, adapt\n{source}"
    assert judged(source) == "bridged AR120"
