"""What becomes of a call through aiohttp, by one thing that its program does."""

import pytest

from autorag_codemods import migrate
from judged import API, PATH, RAG, judged


def program(reads, *, made="aiohttp.ClientSession()", call=None, payload='{"query": q}', top=""):
    lines = "\n".join(f"            {line}" for line in reads.strip("\n").split("\n"))
    call = call or f's.post("{RAG}/search", json={payload})'
    return (
        f"import json\nimport aiohttp\n{top}\n\nasync def f(q):\n    async with {made} as s:\n"
        f"        async with {call} as r:\n{lines}\n"
    )


ROWS = 'return [x["filename"] for x in (await r.json())["result"]["data"]]'
NATIVE = {
    "rows": program(ROWS),
    "the status": program(f"if r.status >= 400:\n    return await r.text()\n{ROWS}"),
    "ok": program(f"if not r.ok:\n    return await r.read()\n{ROWS}"),
    "raise_for_status": program(f"r.raise_for_status()\n{ROWS}"),
    "any content type": program(ROWS.replace("json()", "json(content_type=None)")),
    "the text": program('return json.loads(await r.text())["result"]["data"][0]["score"]'),
    "the bytes": program('return json.loads(await r.read())["result"]["data"][0]["score"]'),
    "a session's settings": program(ROWS, made="aiohttp.ClientSession(trust_env=True, timeout=3)"),
    "a base URL": program(
        ROWS,
        made=f'aiohttp.ClientSession("{API}/")',
        call=f's.post("{PATH}/search", json={{"query": q}})',
    ),
    "a request by its method": program(
        ROWS, call=f's.request("POST", "{RAG}/search", json={{"query": q}}, ssl=False)'
    ),
    "the function": (
        "import aiohttp\n\n\nasync def f(q):\n"
        f'    async with aiohttp.request("POST", "{RAG}/search", json={{"query": q}}) as r:\n'
        f"        {ROWS}\n"
    ),
    "the class by its own name": (
        "from aiohttp import ClientSession as S\n\n\nasync def f(q, s: S):\n"
        f'    r = await s.post("{RAG}/search", json={{"query": q}})\n    {ROWS}\n'
    ),
    "a session or None, by an annotation": (
        "import aiohttp\n\n\nasync def f(q, s: aiohttp.ClientSession | None = None):\n"
        f'    r = await s.post("{RAG}/search", json={{"query": q}})\n    {ROWS}\n'
    ),
    "an annotated attribute": (
        "import aiohttp\n\n\nclass A:\n    s: aiohttp.ClientSession\n\n    async def f(self, q):\n"
        f'        r = await self.s.post("{RAG}/search", json={{"query": q}})\n        {ROWS}\n'
    ),
    "the session or none yet": (
        "import aiohttp\n\n\nclass A:\n    def __init__(self):\n        self.s = None\n\n"
        "    async def f(self, q):\n        self.s = aiohttp.ClientSession()\n"
        f'        async with self.s.post("{RAG}/search", json={{"query": q}}) as r:\n'
        f"            {ROWS}\n"
    ),
}
BRIDGED = {
    "the answer returned": ("AR110", program("return await r.json()")),
    "the response returned": ("AR110", program("return r")),
    "the text returned": ("AR110", program("return await r.text()")),
    "decoded in another way": (
        "AR110",
        program(ROWS.replace("json()", "json(loads=print)")),
    ),
    "its address": ("AR114", program("return str(r.url)")),
    "a stream by chunks": (
        "AR110",
        program("async for x in r.content.iter_chunked(9):\n    print(x)"),
    ),
    "a stream line after line": ("AR110", program("return await r.content.readline()")),
    "a stream to its end": ("AR110", program("return await r.content.read()")),
    "a query string": (
        "AR112",
        program(ROWS, call=f's.post("{RAG}/search", json={{"query": q}}, params={{"a": 1}})'),
    ),
    "an unknown keyword": (
        "AR112",
        program(ROWS, call=f's.post("{RAG}/search", json={{"query": q}}, future=1)'),
    ),
    "JSON written otherwise": (
        "AR112",
        program(ROWS, made="aiohttp.ClientSession(json_serialize=print)"),
    ),
    "a form": ("AR112", program(ROWS, call=f's.post("{RAG}/search", data={{"query": q}})')),
    "two bodies": (
        "AR112",
        program(ROWS, call=f's.post("{RAG}/search", data=q, json={{"query": q}})'),
    ),
    "a session that a function here is given": (
        "AR114",
        (
            "import aiohttp\n\n\nasync def g(s, q):\n"
            f'    async with s.post("{RAG}/search", json={{"query": q}}) as r:\n'
            f"        {ROWS}\n\n\nasync def f(q):\n"
            "    async with aiohttp.ClientSession() as s:\n        return await g(s, q)\n"
        ),
    ),
    "a middleware of the session": (
        "AR114",
        program(ROWS, made="aiohttp.ClientSession(middlewares=[print])"),
    ),
    "tracing": ("AR114", program(ROWS, made="aiohttp.ClientSession(trace_configs=[t])")),
    "a response class": ("AR114", program(ROWS, made="aiohttp.ClientSession(response_class=R)")),
    "the endpoint as an argument": (
        "AR111",
        program(ROWS, call=f's.post(f"{RAG}/{{q}}", json={{"query": q}})'),
    ),
    "a management call with a body": (
        "AR121",
        program("return r.status", call=f's.patch("{RAG}/sync", json={{}})'),
    ),
}
MANUAL = {
    "a session from elsewhere": (
        "AR133",
        (
            "import aiohttp\n\n\nasync def f(q, s: aiohttp.ClientSession):\n"
            f'    return await (await s.post("{RAG}/search", json={{"query": q}})).json()\n'
        ),
    ),
    "a session of unknown make": (
        "AR130",
        f'async def f(q, s):\n    r = await s.post("{RAG}/search", json={{"query": q}})\n    {ROWS}\n',
    ),
    "imported from a part": (
        "AR133",
        (
            "from aiohttp.client import ClientSession\n\n\nasync def f(q):\n"
            "    async with ClientSession() as s:\n"
            f'        return await s.post("{RAG}/search", json={{"query": q}})\n'
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


@pytest.mark.parametrize("name", MANUAL)
def test_manual(name):
    code, source = MANUAL[name]
    assert judged(source) == f"manual {code}"


STREAM = """\
import json
import aiohttp


async def f(q, k):
    async with aiohttp.ClientSession() as s:
        async with s.post("{rag}/ai-search", json={{"query": q, "stream": True{more}}}) as r:
            async for line in r.content:
                if line.startswith(b"data: ") and line.strip() != b"data: [DONE]":
                    print(json.loads(line[6:])["response"])
"""


def test_a_stream_by_lines_is_native():
    assert judged(STREAM.format(rag=RAG, more="")) == "native AR101"


def test_a_stream_with_many_sources_first_is_bridged():
    # aiohttp raises ValueError for a line above 128 KiB, and the new stream begins with them.
    assert judged(STREAM.format(rag=RAG, more=', "max_num_results": k')) == "native AR101"
    many = STREAM.format(rag=RAG, more=', "max_num_results": 50')
    assert judged(many) == "bridged AR115"


def test_a_bridged_import_is_named_with_its_extra():
    result = migrate(program("return await r.json()"))
    assert "from autorag_migrate.adapters import aiohttp\n" in result.source
    assert migrate(result.source).rows[0].done


def test_a_call_through_the_drop_in_is_done():
    source = program("return await r.json()").replace(
        "import aiohttp\n", "from autorag_migrate.adapters import aiohttp\n"
    )
    assert judged(source) == "bridged AR120"


def test_a_call_through_an_adapted_client_is_done():
    source = program("return await r.json()", made="adapt(aiohttp.ClientSession())")
    source = f"from autorag_migrate.adapters.aiohttp import adapt\n{source}"
    assert judged(source) == "bridged AR120"


def test_a_call_through_the_middleware_is_done():
    made = "aiohttp.ClientSession(middlewares=(mine, AutoRAGMiddleware()))"
    source = program("return await r.json()", made=made)
    source = f"from autorag_migrate.adapters.aiohttp import AutoRAGMiddleware\n{source}"
    assert judged(source) == "bridged AR120"
