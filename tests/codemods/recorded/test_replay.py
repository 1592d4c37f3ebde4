"""Cassettes replayed by the real vcrpy: the legacy program on the old, the migrated one on the new."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from autorag_codemods import migrate
from autorag_codemods.recorded import convert_text
from autorag_migrate.emulator import Emulator
from autorag_migrate.settings import DEFAULT_SETTINGS
from fixture_runs import DOCUMENTS

vcr = pytest.importorskip("vcr", reason="vcrpy 9 needs Python 3.11")
requests = pytest.importorskip("requests")

from vcr.serializers import jsonserializer, yamlserializer  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

SERIALIZERS = {"yaml": yamlserializer, "json": jsonserializer}
ACCOUNT = "acc0"
RAG = f"https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/autorag/rags"
HEAD = f"""\
import json
import requests

RAG = "{RAG}"
HEADERS = {{"Authorization": "Bearer t"}}
"""
PROGRAMS = {
    "search": """\
r = requests.post(f"{RAG}/docs/search", headers=HEADERS, json={
    "query": "Llamas für alle „heute“?", "max_num_results": 3, "ranking_options": {"score_threshold": 0.1},
    "filters": {"type": "eq", "key": "folder", "value": "animals/"},
})
for row in r.json()["result"]["data"]:
    print(r.status_code, row["filename"], row["score"], row["content"][0]["text"])
""",
    "answer": """\
r = requests.post(f"{RAG}/docs/ai-search", headers=HEADERS, json={
    "query": "llamas", "system_prompt": "Be “brief”.", "max_num_results": 2,
})
body = r.json()
print(body["result"]["response"], [row["filename"] for row in body["result"]["data"]])
""",
    "refused": """\
r = requests.post(f"{RAG}/nobody/search", headers=HEADERS, json={"query": "llamas"})
if r.status_code != 200:
    print(r.status_code, r.json()["errors"][0]["code"])
else:
    print(r.json()["result"]["data"][0]["filename"])
""",
    "stream": """\
r = requests.post(
    f"{RAG}/docs/ai-search", headers=HEADERS, json={"query": "llamas", "stream": True}, stream=True
)
for line in r.iter_lines():
    if line:
        text = line.decode("utf-8")
        if text.startswith("data: ") and text != "data: [DONE]":
            print(json.loads(text[6:])["response"], end="|")
""",
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What the emulator answers to each program, as a recorder would see it."""
    found = {}
    with Emulator(DOCUMENTS, instance="docs", account_id=ACCOUNT, api_token="t") as emulator:
        for name, code in PROGRAMS.items():
            sent: list[Any] = []

            def post(url: str, stream: bool = False, sent: Any = sent, **arguments: Any) -> Any:
                real = url.replace("https://api.cloudflare.com/client/v4", emulator.base_url)
                sent.append((url, requests.post(real, **arguments)))
                return sent[-1][1]

            fake = type("fake", (), {"post": staticmethod(post)})
            text = (HEAD + code).replace("import requests\n", "")
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, "<legacy>", "exec"), {"requests": fake})
            found[name] = sent[0]
    return found


def cassette(url: str, answer: Any, packed: str) -> dict[str, Any]:
    """A cassette as vcrpy keeps it, with the body in one of the forms that it has."""
    raw = answer.content
    headers = {"Content-Type": [answer.headers["content-type"]]}
    body: dict[str, Any] = {"string": raw.decode()}
    if packed in {"gzip", "deflate"}:
        raw = gzip.compress(raw) if packed == "gzip" else zlib.compress(raw)
        headers["Content-Encoding"] = [packed]
        body = {"string": raw}
    elif packed == "bytes":
        body = {"string": raw}
    headers["Content-Length"] = [str(len(raw))]
    request = {
        "body": answer.request.body.decode(),
        "headers": {
            "Authorization": ["Bearer t"],
            "Content-Type": ["application/json"],
            "Content-Length": [str(len(answer.request.body))],
        },
        "method": "POST",
        "uri": url,
    }
    response = {
        "body": body,
        "headers": headers,
        "status": {"code": answer.status_code, "message": answer.reason},
    }
    other = {
        "request": {"body": None, "headers": {}, "method": "GET", "uri": "https://example.com/é"},
        "response": {
            "body": {"string": "ü"},
            "headers": {},
            "status": {"code": 200, "message": ""},
        },
    }
    return {
        "version": 1,
        "interactions": [other, {"request": request, "response": response}],
    }


def played(source: str, folder: Path, text: str, serializer: str) -> str:
    (folder / "one").write_text(text, encoding="utf-8")
    player = vcr.VCR(serializer=serializer, record_mode="none", match_on=["method", "uri", "body"])
    out = io.StringIO()
    with player.use_cassette(str(folder / "one")) as tape, contextlib.redirect_stdout(out):
        exec(compile(source, "<program>", "exec"), {})
    assert tape.play_count == 1
    return out.getvalue()


FORMS = [("yaml", "text"), ("yaml", "bytes"), ("json", "text")]
COMPRESSED = [("yaml", "gzip"), ("yaml", "deflate")]


@pytest.mark.parametrize(
    ("name", "serializer", "packed"),
    [
        *((name, *form) for name in PROGRAMS for form in FORMS),
        *((name, *form) for name in PROGRAMS if name != "stream" for form in COMPRESSED),
    ],
)
def test_a_converted_cassette_serves_the_migrated_program(
    name: str, serializer: str, packed: str, answers: Any, tmp_path: Path
) -> None:
    legacy = HEAD + PROGRAMS[name]
    if packed in {"gzip", "deflate"}:
        # What vcrpy plays to requests it does not decompress.
        legacy = legacy.replace("requests", "httpx")
    result = migrate(legacy)
    assert [row.verdict for row in result.rows] == ["native"], result.rows
    url, answer = answers[name]
    before = cassette(url, answer, packed)
    text = SERIALIZERS[serializer].serialize(before)
    first = played(legacy, tmp_path, text, serializer)
    assert first

    converted = convert_text(text, "x", DEFAULT_SETTINGS, is_yaml=serializer == "yaml")
    assert converted.left == []
    assert played(result.source, tmp_path, converted.text, serializer) == first

    after = SERIALIZERS[serializer].deserialize(converted.text)
    old, new = before["interactions"][1], after["interactions"][1]
    assert after["interactions"][0] == before["interactions"][0]
    assert "/ai-search/namespaces/default/instances/" in new["request"]["uri"]
    for side, key in (("request", None), ("response", "string")):
        raw = new[side]["body"][key] if key else new[side]["body"]
        raw = raw.encode() if isinstance(raw, str) else raw
        assert new[side]["headers"]["Content-Length"] == [str(len(raw))]
        for header in old[side]["headers"]:
            if header != "Content-Length":
                assert new[side]["headers"][header] == old[side]["headers"][header]
    assert new["response"]["status"] == old["response"]["status"]

    again = convert_text(converted.text, "x", DEFAULT_SETTINGS, is_yaml=serializer == "yaml")
    assert again.text == converted.text


def test_base64_in_json(answers: Any) -> None:
    """Older versions keep bytes so where the serializer is JSON."""
    url, answer = answers["search"]
    before = cassette(url, answer, "text")
    body = before["interactions"][1]["response"]["body"]
    body["base64_string"] = base64.b64encode(body.pop("string").encode()).decode()
    text = json.dumps(before)
    made = convert_text(text, "x", DEFAULT_SETTINGS, is_yaml=False)
    new = json.loads(made.text)["interactions"][1]["response"]
    decoded = base64.b64decode(new["body"]["base64_string"])
    assert "chunks" in json.loads(decoded)["result"]
    assert new["headers"]["Content-Length"] == [str(len(decoded))]


def test_a_recording_of_responses_serves_the_migrated_program(answers: Any, tmp_path: Path) -> None:
    responses = pytest.importorskip("responses")
    import yaml

    url, answer = answers["search"]
    response = {
        "method": "POST",
        "url": url,
        "body": answer.text,
        "status": 200,
        "content_type": "application/json",
        "auto_calculate_content_length": False,
    }
    text = yaml.dump({"responses": [{"response": response}]})
    made = convert_text(text, "x", DEFAULT_SETTINGS, is_yaml=True)
    assert made.left == []
    printed = []
    legacy = HEAD + PROGRAMS["search"]
    for source, recorded in ((legacy, text), (migrate(legacy).source, made.text)):
        (tmp_path / "one.yaml").write_text(recorded)
        with responses.RequestsMock() as double:
            double._add_from_file(tmp_path / "one.yaml")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(source, "<program>", "exec"), {})
        printed.append(out.getvalue())
    assert printed[0] == printed[1] != ""
