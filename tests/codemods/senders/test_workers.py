"""What becomes of a call through the binding of a Worker, by one thing that its program does."""

import pytest

from autorag_codemods import Options, migrate
from judged import judged

HEAD = (
    "from js import JSON, Object\nfrom pyodide.ffi import to_js\n\n"
    "def js(value):\n    return to_js(value, dict_converter=Object.fromEntries)\n\n\n"
)


def program(*lines, payload='js({"query": q})', instance='env.AI.autorag("docs")', method="search"):
    body = "\n".join(f"    {line}" for line in lines)
    return f"{HEAD}async def f(q, env):\n    r = await {instance}.{method}({payload})\n{body}\n"


ROWS = "return [x.filename for x in r.data]"
NATIVE = {
    "a search": program(ROWS),
    "an answer": program("return r.response", method="aiSearch"),
    "the environment of the entry": program(ROWS, instance='self.env.AI.autorag("docs")').replace(
        "f(q, env)", "f(self, q)"
    ),
    "a name from elsewhere": program(ROWS, instance="env.AI.autorag(q.rag)"),
    "converted by itself": program(
        ROWS, payload='to_js({"query": q}, dict_converter=Object.fromEntries)'
    ),
    "by JSON": program(ROWS, payload='JSON.parse(json.dumps({"query": q}))').replace(
        "from js", "import json\nfrom js", 1
    ),
    "a plain dict": program(ROWS, payload='{"query": q}'),
    "a score": program("return r.data[0].score"),
    "a text": program("return r.data[0].content[0].text"),
    "texts joined": program(
        'return ["".join(c.text for c in x.content) for x in r.data]',
    ),
    "to_py": program("return r.to_py()['data'][0]['filename']"),
    "to_py in a name": program("p = r.to_py()", "return [x['score'] for x in p['data']]"),
    "a part by to_py": program("return [x['score'] for x in r.data.to_py()]"),
    "how many": program("return len(r.data)"),
    "a test of the rows": program("return r.data[0].filename if r.data else ''"),
    "the part of a key": program("return r.data[0].attributes.filename"),
    "its query": program("return r.search_query"),
    "the instance in a name": (
        f"{HEAD}async def f(q, env):\n    rag = env.AI.autorag('docs')\n"
        "    r = await rag.search(js({'query': q}))\n    a = await rag.aiSearch(js({'query': q}))\n"
        "    return r.data[0].filename + a.response\n"
    ),
    "no stream": program(
        "return r.response", payload='{"query": q, "stream": False}', method="aiSearch"
    ),
}
MANUAL = {
    "the answer returned": program("return r"),
    "the rows returned": program("return r.data"),
    "handed to JavaScript": program("return JSON.stringify(r)"),
    "returned as a dict": program("return r.to_py()"),
    "read by a name": program("return getattr(r, 'data')"),
    "asked for what it has": program("return hasattr(r, 'data')"),
    "read by a key": program('return r["data"]'),
    "metadata, which may be missing": program("return r.data[0].attributes.file.title"),
    "another binding": program(ROWS, instance='env.KNOWLEDGE.autorag("docs")'),
    "the binding in a name": program(ROWS, instance='ai.autorag("docs")'),
    "the binding by a key": program(ROWS, instance='env["AI"].autorag("docs")'),
    "a stream": program("return 1", payload='{"query": q, "stream": True}', method="aiSearch"),
    "perhaps a stream": program("return 1", payload='{"query": q, "stream": s}', method="aiSearch"),
    "a payload from elsewhere": program(ROWS, payload="q"),
    "a map of JavaScript": program(ROWS, payload='to_js({"query": q})'),
    "its errors": f"{program(ROWS)}\n\nNAMES = ['AutoRAGNotFoundError']\n",
    "the query of an answer": program("return r.search_query", method="aiSearch"),
    "how many, in JavaScript": program("return r.data.length"),
    "what only the new answer has": program("return r.chunks"),
    "mapped in JavaScript": program("return r.data.map(str)"),
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    source = NATIVE[name]
    count = source.count(".search(") + source.count(".aiSearch(")
    assert judged(source) == ", ".join(["native AR101"] * count)
    assert "autorag" not in migrate(source).source


@pytest.mark.parametrize("name", MANUAL)
def test_manual(name):
    assert judged(MANUAL[name]) == "manual AR133"


def test_an_instance_that_others_use_is_manual():
    source = (
        f"{HEAD}async def f(q, env):\n    rag = env.AI.autorag('docs')\n    keep(rag)\n"
        "    r = await rag.search(js({'query': q}))\n    return r.data[0].filename\n"
    )
    assert judged(source) == "manual AR133"
    listed = source.replace("keep(rag)", "print(await rag.list())")
    assert judged(listed) == "manual AR133"


def test_one_call_of_an_instance_keeps_the_other():
    source = NATIVE["the instance in a name"].replace(
        "return r.data", "print(r)\n    return r.data"
    )
    assert judged(source) == "manual AR133, manual AR133"


def test_adopted_scores_stand_in_two_places():
    options = Options(policy="adopt")
    assert judged(program("return [x.score for x in r.data]"), options) == "manual AR133"


def test_what_the_configuration_needs_is_said():
    (row,) = migrate(program(ROWS), Options(namespace="team")).rows
    assert '[[ai_search_namespaces]] binding = "AI_SEARCH", namespace = "team"' in row.suggestion


UNTOUCHED = (
    "import autorag\n\nautorag.AI.autorag('x').search({'query': 1})\n",
    "async def f(env, q):\n    return (await env.AI.run('@cf/x', q)).response\n",
    "async def f(env, q):\n    return (await env.AI_SEARCH.get('docs').search(q)).chunks\n",
    (
        "class A:\n    def autorag(self, x):\n        return self\n\n    def search(self, q):\n        return q\n\n"
        "A().autorag('x').search({'query': 1})\n"
    ),
)


@pytest.mark.parametrize("source", UNTOUCHED)
def test_other_objects_are_left_alone(source):
    assert judged(source) == ""
