"""What becomes of a call, by one thing that its program does: each could break in silence."""

import pytest

from autorag_codemods import Options, migrate
from autorag_codemods.rules import RULES

RAG = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs"


def program(body, *, endpoint="search", imports="", payload='{"query": q}'):
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    return (
        f"import requests\n{imports}\n\ndef f(q, **more):\n"
        f'    r = requests.post("{RAG}/{endpoint}", json={payload})\n{lines}\n'
    )


def verdict(source, options=None):
    result = migrate(source, options or Options())
    (row,) = result.rows
    assert row.code in RULES
    assert (result.source != source) == (row.verdict in {"native", "bridged"})
    return f"{row.verdict} {row.code}"


NATIVE = {
    "a name for the rows": 'rows = r.json()["result"]["data"]\nreturn [x["score"] for x in rows]',
    "an index": 'return r.json()["result"]["data"][0]["filename"]',
    "an index from a range": (
        'rows = r.json()["result"]["data"]\nreturn [rows[i]["filename"] for i in range(len(rows))]'
    ),
    "a slice": 'return [x["filename"] for x in r.json()["result"]["data"][:3]]',
    "sorted by a lambda": (
        'rows = sorted(r.json()["result"]["data"], key=lambda x: x["score"])\n'
        'return rows[-1]["filename"]'
    ),
    "the best by a lambda": 'return max(r.json()["result"]["data"], key=lambda x: x["score"])["filename"]',
    "filtered by a lambda": 'return len(list(filter(lambda x: x["score"] > 0.5, r.json()["result"]["data"])))',
    "enumerate and zip": (
        'rows = r.json()["result"]["data"]\n'
        'return [(i, x["score"], y) for (i, x), y in zip(enumerate(rows), more)]'
    ),
    "a walrus": 'if (data := r.json())["result"]["data"]:\n    return data["result"]["data"][0]["score"]',
    "an inner function": (
        'data = r.json()\n\ndef files():\n    return [x["filename"] for x in data["result"]["data"]]\n\n'
        "return files()"
    ),
    "rows and more rows": 'return [x["score"] for x in [] + r.json()["result"]["data"]]',
    "the contents in a name": (
        'for x in r.json()["result"]["data"]:\n    parts = x["content"]\n    print(parts[0]["text"])'
    ),
    "text decoded by json": 'import json\nreturn json.loads(r.text)["result"]["data"][0]["score"]',
    "the body of a failure": (
        "if r.status_code != 200:\n    return r.text\nreturn r.json()['result']['data'][0]['score']"
    ),
    "the whole of a failure": (
        'data = r.json()\nif not data.get("success"):\n    raise ValueError(data)\n'
        'return data["result"]["data"][0]["score"]'
    ),
    "a read that was wrong": 'return r.json().get("answer", "none")',
    "more of the metadata": 'return r.json()["result"]["data"][0]["attributes"]["file"]["any"]["thing"]',
    "rows taken from a copy": (
        'rows = list(r.json()["result"]["data"])\nwhile rows:\n    print(rows.pop(0)["filename"])'
    ),
    "no read": "return r.status_code",
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    assert verdict(program(NATIVE[name])) == "native AR101"


BRIDGED = {
    "sorted by a function that reads the rows": (
        "AR110",
        (
            'from operator import itemgetter\nrows = sorted(r.json()["result"]["data"], key=itemgetter("content"))\n'
            'return rows[0]["filename"]'
        ),
    ),
    "a row in a list": ("AR110", 'return [x for x in r.json()["result"]["data"]]'),
    "a row appended": (
        "AR110",
        'kept = []\nkept.append(r.json()["result"]["data"][0])\nreturn kept',
    ),
    "a row in a dict": ("AR110", 'return {"first": r.json()["result"]["data"][0]}'),
    "rows yielded": ("AR110", 'yield from r.json()["result"]["data"]'),
    "a copy of a row": ("AR110", 'return {**r.json()["result"]["data"][0]}'),
    "an answer unpacked": ("AR110", 'first, *rest = r.json()["result"]\nreturn first'),
    "compared with a list": ("AR110", 'return r.json()["result"]["data"] == [q]'),
    "the length of a row": ("AR110", 'return [len(x) for x in r.json()["result"]["data"]]'),
    "rows added to": ("AR110", 'x = r.json()["result"]["data"]\nx += more\nreturn x[0]["score"]'),
    "a method in a name": ("AR110", 'get = r.json().get\nreturn get("result")["data"][0]["score"]'),
    "sorted in place": ("AR110", 'x = list(r.json()["result"]["data"])\nx.sort(key=str)\nreturn x'),
    "formatted": ("AR110", 'return f"{r.json()}"'),
    "the response handed on": ("AR110", "return check(r)"),
    "matched": ("AR110", 'match r.json():\n    case {"result": x}:\n        return x'),
    "changed": (
        "AR114",
        'x = r.json()["result"]["data"][0]\nx["filename"] = 1\nreturn x["filename"]',
    ),
    "deleted from": ("AR114", 'x = r.json()\ndel x["result"]\nreturn q'),
    "its keys": ("AR114", 'return [k for k in r.json()["result"]]'),
    "a second content": ("AR114", 'return r.json()["result"]["data"][0]["content"][1]["text"]'),
    "what only the new answer has": ("AR114", 'return r.json()["result"].get("chunks", [])'),
    "the address of the response": ("AR114", "return r.url"),
    "a constant of the legacy answer": ("AR114", 'return r.json()["result"]["object"]'),
    "a legacy message": (
        "AR114",
        'return r.json()["errors"][0]["message"] == "autorag_not_found"',
    ),
    "or another answer": (
        "AR114",
        'data = r.json() if q else load()\nreturn data["result"]["data"][0]["score"]',
    ),
}


@pytest.mark.parametrize("name", BRIDGED)
def test_bridged(name):
    code, body = BRIDGED[name]
    assert verdict(program(body)) == f"bridged {code}"


PAYLOADS = {
    "read": ("AR117", 'p = {"query": q}', 'print(p.get("query", more))'),
    "read for a key that it may not have": ("AR117", 'p = {"query": q}', 'print(p["model"])'),
    "iterated": ("AR117", 'p = {"query": q}', "for key in p:\n        print(key)"),
    "kept on an object": ("AR117", 'p = {"query": q}', "more.last = p"),
    "updated": ("AR112", 'p = {"query": q}\n    p.update(more)', ""),
    "popped from": ("AR112", 'p = {"query": q}\n    p.pop("query")', ""),
    "joined": ("AR112", 'p = {"query": q} | more', ""),
    "given twice": ("AR112", 'p = {"query": q, "reranking": {}}\n    p["reranking"] = {}', ""),
    "an unknown key": ("AR112", 'p = {"query": q}\n    p[q] = 1', ""),
    "a computed key that legacy ignored": ("AR112", 'p = {"query": q, "limit": len(q)}', ""),
    "perhaps None": ("AR116", 'p = {"query": q, "max_num_results": 3 if q else None}', ""),
    "a number in a string": (
        "AR116",
        'import os\n    p = {"query": q, "max_num_results": os.environ["N"]}',
        "",
    ),
    "a filter from elsewhere": ("AR113", 'p = {"query": q, "filters": more}', ""),
    "a filter that legacy refuses": (
        "AR113",
        (
            'p = {"query": q, "filters": {"type": "or", "filters": ['
            '{"type": "gt", "key": "a", "value": 1}, {"type": "eq", "key": "a", "value": 2}]}}'
        ),
        "",
    ),
    "a filter that is too long": (
        "AR113",
        'p = {"query": q, "filters": {"type": "eq", "key": "a", "value": "' + "x" * 2100 + '"}}',
        "",
    ),
    "two equal keys in a filter": (
        "AR113",
        (
            'p = {"query": q, "filters": {"type": "and", "filters": ['
            '{"type": "eq", "key": "a", "value": 1}, {"type": "eq", "key": "a", "value": 2}]}}'
        ),
        "",
    ),
    "no query": ("AR112", 'p = {"question": q}', ""),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_that_is_more_than_a_payload(name):
    code, made, after = PAYLOADS[name]
    source = (
        f"import requests\n\n\ndef f(q, more):\n    {made}\n"
        f'    r = requests.post("{RAG}/search", json=p)\n    {after or "pass"}\n'
        '    return r.json()["result"]["data"][0]["score"]\n'
    )
    assert verdict(source) == f"bridged {code}"


SENDERS = {
    "import requests as rq": 'rq.post("{u}", json={p})',
    "from requests import post as send": 'send("{u}", json={p})',
    "from requests import Session": 'Session().post("{u}", json={p})',
    "import requests": 'requests.request("POST", "{u}", json={p})',
    "import requests ": "requests.post(url='{u}', json={p})",
    "import json, requests": 'requests.post("{u}", data=json.dumps({p}))',
    "import httpx": 'httpx.post("{u}", json={p})',
    "import httpx ": 'httpx.request("POST", "{u}", json={p})',
    "from httpx import Client": 'Client().post("{u}", json={p})',
    "import httpx as h": 'h.Client(base_url="{b}").post("search", json={p})',
    "import httpx  ": 'httpx.Client(base_url="{b}/").post("/search", json={p})',
}


@pytest.mark.parametrize("imported", SENDERS)
@pytest.mark.parametrize("style", ["auto", "bridge"])
def test_every_way_to_send(imported, style):
    call = SENDERS[imported].format(u=f"{RAG}/search", b=RAG, p='{"query": "q"}')
    source = f'{imported.strip()}\nprint({call}.json()["result"]["data"][0]["score"])\n'
    wanted = {"auto": "native AR101", "bridge": "bridged AR118"}
    assert verdict(source, Options(style=style)) == wanted[style]
    after = migrate(source, Options(style=style)).source
    assert ("autorag_migrate.adapters" in after) == (style == "bridge")
    assert migrate(after, Options(style=style)).source == after


@pytest.mark.parametrize(
    ("read", "wanted"),
    [
        ('data.get("result").get("data") or []', "bridged AR114"),
        ('data["result"].get("data", [])', "bridged AR114"),
        ('data.get("result", {}).get("data", [])', "native AR101"),
    ],
)
def test_an_empty_dict_instead_of_an_answer_raises_as_before(read, wanted):
    source = program(
        f"data = {{}}\nif r.ok:\n    data = r.json()\nreturn [x['score'] for x in {read}]",
        endpoint="ai-search",
    )
    assert verdict(source) == wanted


def test_the_same_spelling_of_another_answer_is_left():
    source = program(
        'data = r.json()\nother = requests.post("https://example.com/run", json={"query": q}).json()\n'
        'return data["result"]["response"] + other["result"]["response"]',
        endpoint="ai-search",
    )
    after = migrate(source).source
    assert 'other["result"]["response"]' in after
    assert 'json={"query": q}).json()' in after
    assert 'data["choices"][0]["message"]["content"]' in after


def test_a_file_without_a_trace_is_not_even_parsed():
    assert migrate("this is no Python").rows == ()


def test_it_says_where_a_legacy_url_goes_that_it_does_not_understand():
    source = f'import aiohttp\n\nasync def f(s):\n    await s.post("{RAG}/search", json={{}})\n'
    (row,) = migrate(source).rows
    assert (row.verdict, row.code, row.place.line) == ("manual", "AR130", 4)
    assert "s.post()" in row.reason


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"{RAG}/reindex", "AR136"),
        ("https://api.cloudflare.com/client/v4/accounts/a/ai/autorag/rags/docs/search", "AR136"),
    ],
)
def test_what_was_no_route_is_left_to_its_owner(url, code):
    source = f'import requests\nprint(requests.post("{url}", json={{"query": "q"}}).status_code)\n'
    assert verdict(source) == f"manual {code}"


def test_a_url_with_too_many_forms_has_a_row():
    ends = " else ".join(f"'/search{i}' if q == {i}" for i in range(4))
    source = (
        f'import requests\n\nBASE = "{RAG}"\nOTHER = "https://other.example"\n\n\n'
        f"def f(q):\n    base = BASE if q else OTHER\n    other = 'a' if q > 1 else 'b' if q else 'c'\n"
        f"    end = {ends} else ''\n"
        f'    return requests.post(base + "/" + other + end, json={{"query": q}}).json()\n'
    )
    assert "bridged" in {row.verdict for row in migrate(source).rows}


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        ('API.of(ACC, "autorag", "rags", "docs", "search")', ["manual AR130"]),
        ('API / ACC / "autorag" / "rags" / "docs" / "search"', ["manual AR130"]),
        ('API.of("autorag", "flags")', []),
    ],
)
def test_a_url_that_is_put_together_of_words_has_a_row(made, rows):
    source = f'import requests\nfrom api import ACC, API\n\nrequests.post({made}, json={{"query": "q"}})\n'
    found = migrate(source)
    assert [f"{row.verdict} {row.code}" for row in found.rows] == rows
    assert found.source == source


_BELOW = 'p.setdefault("ranking_options", {})["score_threshold"]'
BELOW = {
    f'p = {{"query": q}}\n    {_BELOW} = more': "native AR101",
    f'p = {{"query": q}}\n    {_BELOW} = None if q else 1': "bridged AR116",
    f'p = {{"query": q, "ranking_options": {{}}}}\n    {_BELOW} = 1': "bridged AR112",
    f'p = {{"query": q, "ranking_options": None}}\n    {_BELOW} = 1': "bridged AR112",
    f'p = {{"query": q}}\n    {_BELOW} = 1\n    p.pop("ranking_options")': "bridged AR112",
    f'p = {{"query": q}}\n    {_BELOW} = 1\n    print(p["ranking_options"])': "bridged AR117",
    f'p = {{"query": q}}\n    {_BELOW} = 1\n    p["ranking_options"] = {{}}': "bridged AR112",
    f'p = {{"query": q}}\n    {_BELOW}, x = 1, 2': "bridged AR112",
    'p = {"query": q}\n    p.setdefault("reranking", {})["enabled"] = True': "bridged AR112",
    'p = {"query": q}\n    p.setdefault("other", {})["enabled"] = True': "bridged AR112",
}


@pytest.mark.parametrize("made", BELOW)
def test_an_option_that_is_given_below(made):
    source = (
        f"import requests\n\n\ndef f(q, more):\n    {made}\n"
        f'    r = requests.post("{RAG}/search", json=p)\n'
        '    return r.json()["result"]["data"][0]["score"]\n'
    )
    assert verdict(source) == BELOW[made]


ARGUMENTS = {
    'if args.question is None:\n    p.error("what?")': "native AR101",
    'if not args.question:\n    sys.exit("what?")': "native AR101",
    "if not args.question or not args.limit:\n    p.print_help()\n    p.exit(2)": "native AR101",
    "if not args.question:\n    raise SystemExit(2)": "native AR101",
    "assert args.question is not None": "native AR101",
    "pass": "bridged AR116",
    'if args.question is None:\n    log.error("what?")': "bridged AR116",
    'if not args.limit:\n    p.error("what?")': "bridged AR116",
    'if not args.question and not args.limit:\n    p.error("what?")': "bridged AR116",
    'if not args.question:\n    p.error("what?")\nargs.question = None': "bridged AR116",
    'if not args.question:\n    p.error("what?")\nargs = p.parse_args([])': "bridged AR116",
    'if not args.question:\n    p.error("what?")\nforget(args)': "bridged AR116",
    "try:\n    if not args.question:\n        sys.exit(1)\nexcept SystemExit:\n    pass": "bridged AR116",
}


@pytest.mark.parametrize("asked", ARGUMENTS)
def test_an_argument_that_may_be_none(asked):
    body = "\n".join(f"    {line}" for line in asked.split("\n"))
    source = (
        "import argparse, logging, sys\nimport requests\n\nlog = logging.getLogger()\n"
        'p = argparse.ArgumentParser()\np.add_argument("question", nargs="?")\n'
        'p.add_argument("--limit", type=int)\n\n'
        "def forget(given):\n    given.question = None\n\n"
        f"def main():\n    args = p.parse_args()\n{body}\n"
        f'    r = requests.post("{RAG}/search", json={{"query": args.question}})\n'
        '    print(r.json()["result"]["data"][0]["filename"])\n'
    )
    if "forget(args)" not in asked:
        source = source.replace("given.question = None", "return given")
    assert verdict(source) == ARGUMENTS[asked]


CHANGED = {
    'row["score"] = round(row["score"], 2)': "native AR101",
    'row["score"] -= 0.5': "native AR101",
    'row["score"], rank = 1, 2': "native AR101",
    'row["content"][0]["text"] = row["content"][0]["text"].strip()': "native AR101",
    'row["content"][0]["type"] = "text"': "native AR101",
    'row["filename"] = row["filename"].lower()': "bridged AR114",
    # The folder is read of the key, which is the new name of the file.
    'row["filename"] += "!"': "bridged AR114",
    'row["attributes"]["folder"] += "!"': "bridged AR114",
    'row["attributes"]["timestamp"] += 1': "bridged AR114",
    'row["file_id"] += "!"': "bridged AR114",
    'row["content"][0]["id"] = 1': "bridged AR114",
    'row["attributes"] = {}': "bridged AR114",
    'row["attributes"]["file"]["title"] = ""': "bridged AR114",
    'row["score"] = row': "bridged AR110",
}


@pytest.mark.parametrize("line", CHANGED)
def test_a_value_is_changed(line):
    body = f'for row in r.json()["result"]["data"]:\n    {line}\n    print(row["score"])'
    assert verdict(program(body)) == CHANGED[line]


def test_a_score_that_the_new_defaults_take_from_elsewhere_is_not_changed():
    body = 'for row in r.json()["result"]["data"]:\n    row["score"] = 1\n    print(row["score"])'
    assert verdict(program(body), Options(policy="adopt")) == "bridged AR114"


WRONG_READS = {
    # The read is as it was written, but what `result` names is another thing now.
    'result = r.json()["result"]\nprint(result.get("title", ""), result["response"])': "kept",
    'data = r.json()\nprint(data["result"].get("title"), data["result"]["response"])': "kept",
    'result = r.json()["result"]\nprint(result.get("choices") or result["response"])': "dropped",
    'result = r.json()["result"]\nprint(result.get("title", ""), result)': "left as it is",
}


@pytest.mark.parametrize("body", WRONG_READS)
def test_what_is_said_of_a_wrong_read_is_true(body):
    result = migrate(program(body, endpoint="ai-search"))
    (finding,) = result.findings
    done = WRONG_READS[body]
    assert finding.code == "AR205"
    assert f": the read is {done}" in finding.text
    assert ("/autorag/" in result.source) is (done == "left as it is")
    assert (".get(" in result.source) is (done != "dropped")


def test_secrets_are_in_no_row():
    source = program(
        "return r.json()",
        payload='{"query": q}, headers={"Authorization": "Bearer s3cr3t-token"}',
    ).replace("acc/", "0123456789abcdef0123456789abcdef/")
    result = migrate(source)
    assert "s3cr3t" not in repr(result.rows)
    assert "0123456789abcdef" not in repr(result.rows)


@pytest.mark.parametrize(
    "newer",
    [
        "type Rows = list[dict[str, object]]",
        "def first[T](rows: list[T]) -> T:\n    return rows[0]",
        "SHOWN = f\"{'-'.join(f\"{x}\" for x in 'ab')}\"",
        "try:\n    pass\nexcept* OSError:\n    pass",
        "match 1:\n    case int(x) if x:\n        pass",
    ],
)
def test_syntax_that_is_newer_than_this_python_is_no_obstacle(newer):
    source = f"{newer}\n\n\n" + program('return r.json()["result"]["data"][0]["score"]')
    result = migrate(source)
    assert [row.verdict for row in result.rows] == ["native"]
    assert result.source.startswith(newer)
