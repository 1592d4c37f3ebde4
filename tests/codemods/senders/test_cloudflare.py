"""What becomes of a raw call of the SDK, by one thing that its program does."""

import pytest

from autorag_codemods import migrate
from judged import API, PATH, RAG, judged


def program(
    read,
    *,
    cast_to="httpx.Response",
    path=f'"{PATH}/search"',
    body='{"query": q}',
    more="",
    made="Cloudflare()",
):
    return (
        "import json\nimport httpx\nfrom typing import Any, Dict\nfrom cloudflare import Cloudflare\n\n"
        f"client = {made}\n\n\ndef f(q):\n"
        f"    r = client.post({path}, cast_to={cast_to}, body={body}{more})\n    {read}\n"
    )


ROWS = 'return [x["filename"] for x in r.json()["result"]["data"]]'
PLAIN = 'return [x["filename"] for x in r["result"]["data"]]'
NATIVE = {
    "a response": program(ROWS),
    "a leading slash": program(ROWS, path=f'"/{PATH}/search"'),
    "a whole URL": program(ROWS, path=f'"{RAG}/search"'),
    "the path by its name": program(ROWS, path=f'path="{PATH}/search"'),
    "the API's own base": program(ROWS, made=f'Cloudflare(base_url="{API}")'),
    "object": program(PLAIN, cast_to="object"),
    "a dict of anything": program(PLAIN, cast_to="dict[str, Any]"),
    "a Dict of objects": program(PLAIN, cast_to="Dict[str, object]"),
    "a string": program('return json.loads(r)["result"]["data"][0]["score"]', cast_to="str"),
    "cast by typing": program(
        "return cast(dict, r)['result']['data'][0]['score']", cast_to="object"
    ).replace("import Any, Dict", "import Any, Dict, cast"),
    "options": program(ROWS, more=', options={"headers": {}, "timeout": 3}'),
    "other options of the client": program(ROWS, made="Cloudflare().with_options(timeout=3)"),
    "a copy": program(ROWS, made="Cloudflare().copy(max_retries=0)"),
    "an HTTP client of its own": program(
        ROWS, made="Cloudflare(http_client=httpx.Client(proxy=PROXY))"
    ),
}
BRIDGED = {
    "the answer returned": ("AR110", program("return r.json()")),
    "the decoded answer returned": ("AR110", program("return r", cast_to="object")),
    "a model": ("AR114", program("return r.result", cast_to="Model")),
    "a list": ("AR114", program(PLAIN, cast_to="list")),
    "a bare dict": ("AR114", program(PLAIN, cast_to="dict")),
    "a dict of models": ("AR114", program(PLAIN, cast_to="dict[str, Model]")),
    "an argument": ("AR114", program(PLAIN, cast_to="q")),
    "a query string": ("AR112", program(ROWS, more=', options={"params": {"a": 1}}')),
    "a body of the options": ("AR112", program(ROWS, more=', options={"extra_json": {}}')),
    "options from elsewhere": ("AR112", program(ROWS, more=", options=options(q)")),
    "a stream of the SDK": ("AR112", program(ROWS, more=", stream=True, stream_cls=S")),
    "a hook of the HTTP client": (
        "AR114",
        program(
            ROWS, made='Cloudflare(http_client=httpx.Client(event_hooks={"response": [print]}))'
        ),
    ),
    "the URL of the response": ("AR114", program("return str(r.url)")),
    "an unknown payload": ("AR112", program(ROWS, body="q")),
}
MANUAL = {
    "a client from elsewhere": (
        "AR133",
        (
            "import cloudflare\n\n\ndef f(q, client: cloudflare.Cloudflare):\n"
            f'    return client.post("{PATH}/search", cast_to=object, body={{"query": q}})\n'
        ),
    ),
    "the lower level": (
        "AR130",
        program(ROWS).replace("client.post(", "client._client.post("),
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


def test_a_call_through_the_drop_in_is_done():
    source = program("return r.json()").replace(
        "from cloudflare", "from autorag_migrate.adapters.cloudflare"
    )
    assert judged(source) == "bridged AR120"


def test_a_call_through_an_adapted_http_client_is_done():
    made = "Cloudflare(http_client=httpx.Client())"
    source = program("return r.json()", made=made).replace(
        "import httpx", "from autorag_migrate.adapters import httpx"
    )
    assert judged(source) == "bridged AR120"


def test_other_calls_of_the_client_are_left_alone():
    source = program(ROWS, path='f"accounts/{q}/ai/run/model"')
    assert migrate(source).rows == ()


def test_a_call_through_an_adapted_client_is_done():
    source = program("return r.json()", made="adapt(Cloudflare())")
    source = f"from autorag_migrate.adapters.cloudflare import adapt\n{source}"
    assert judged(source) == "bridged AR120"
