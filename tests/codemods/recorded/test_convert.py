"""Recordings converted: values where they stand, and nothing else of the file."""

from __future__ import annotations

import difflib
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from autorag_codemods.recorded import convert_text
from autorag_migrate.errors import TranslationError
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings
from autorag_migrate.translate import request_to_new, response_to_new
from strategies import legacy_answers, legacy_requests

RAG = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs"
ANSWER = {
    "success": True,
    "result": {
        "object": "vector_store.search_results.page",
        "search_query": "q",
        "data": [
            {
                "file_id": "1",
                "filename": "a/é.md",
                "score": 0.5,
                "attributes": {"timestamp": 1735689600000, "folder": "a/", "filename": "é.md"},
                "content": [{"id": "1", "type": "text", "text": "Zwei „Lamas“"}],
            }
        ],
        "has_more": False,
        "next_page": None,
    },
}
NEW = response_to_new("search", ANSWER).body


def converted(text: str, *, is_yaml: bool = False, settings: Settings = DEFAULT_SETTINGS) -> Any:
    return convert_text(text, "f", settings, is_yaml=is_yaml)


def interaction(url: str, body: Any, answer: Any, **response: Any) -> dict[str, Any]:
    return {
        "request": {"body": body, "headers": {}, "method": "POST", "uri": url},
        "response": {
            "body": {"string": answer},
            "headers": {},
            "status": {"code": 200, "message": "OK"},
            **response,
        },
    }


# --- Cassettes ------------------------------------------------------------------------------------

DRESSES = {
    "json": lambda data: json.dumps(data, indent=4) + "\n",
    "json in one line": json.dumps,
    "json, unicode": lambda data: json.dumps(data, indent=2, ensure_ascii=False),
    "json, crlf": lambda data: json.dumps(data, indent="\t").replace("\n", "\r\n"),
    "yaml": yaml.dump,
    "yaml, unicode": lambda data: yaml.dump(data, allow_unicode=True),
    "yaml, quoted": lambda data: yaml.dump(data, default_style='"'),
    "yaml, blocks": lambda data: "# a comment\n" + yaml.dump(data, default_style="|"),
    "yaml, flow": lambda data: yaml.dump(data, default_flow_style=True),
    "yaml, crlf": lambda data: yaml.dump(data, line_break="\r\n", width=10**6),
}


@settings(max_examples=40)
@given(st.sampled_from(["search", "ai-search"]), st.sampled_from(sorted(DRESSES)), st.data())
def test_what_is_recorded_is_what_the_translator_makes_of_it(
    endpoint: Any, dress: str, data: st.DataObject
) -> None:
    body, answer = data.draw(legacy_requests(endpoint)), data.draw(legacy_answers(endpoint))
    other = interaction("https://example.com/é", "x: 'y'", "# no JSON \u2028 🦙")
    one = interaction(f"{RAG}/{endpoint}", json.dumps(body), json.dumps(answer))
    text = DRESSES[dress]({"interactions": [other, one, other], "version": 1})
    made = converted(text, is_yaml=dress.startswith("yaml"))
    load = yaml.safe_load if dress.startswith("yaml") else json.loads
    try:
        asked = request_to_new(endpoint, json.loads(json.dumps(body))).body
        answered = response_to_new(endpoint, json.loads(json.dumps(answer))).body
    except TranslationError:
        assert made.text == text
        assert [each.code for each in made.left] == ["AR160"]
        return
    after = load(made.text)
    assert (after["interactions"][0], after["interactions"][2]) == (other, other)
    new = after["interactions"][1]
    assert json.loads(new["request"].pop("body")) == asked
    assert json.loads(new["response"]["body"].pop("string")) == answered
    tail = "search" if endpoint == "search" else "chat/completions"
    assert (
        new["request"].pop("uri").endswith(f"/ai-search/namespaces/default/instances/docs/{tail}")
    )
    for side in (one["request"], one["response"]["body"]):
        for name in ("body", "uri", "string"):
            side.pop(name, None)
    assert new == one
    assert made.text.isascii() or not text.isascii()


def test_only_what_changes_is_written_anew() -> None:
    text = f"""\
# Recorded by hand.
interactions:   # two of them
  - request: {{method: POST, uri: {RAG}/search, body: '{{"query":"it''s"}}',
              headers: {{Authorization: [REDACTED], content-length: ['17']}}}}
    response:
      status: {{code: 200, message: OK}}
      headers:
        content-length:   # wrong as it is
        - "3"
      body:
        string: >-
          {json.dumps(ANSWER)}

  # the last one
  - request: &again {{method: GET, uri: "https://example.com", body: null, headers: {{}}}}
    response: {{status: {{code: 204, message: ''}}, headers: {{}}, body: {{string: ''}}}}
version: 1
"""
    made = converted(text, is_yaml=True)
    assert made.left == []
    changed = difflib.ndiff(text.splitlines(), made.text.splitlines())
    gone = [line[2:].strip() for line in changed if line.startswith("- ")]
    assert len(gone) == 5
    new = yaml.safe_load(made.text)["interactions"][0]
    body = new["request"]["body"]
    assert body.startswith('{"messages":[{"role":"user","content":"it\'s"}],"ai_search_options":{')
    assert new["request"]["headers"]["content-length"] == [str(len(body))]
    string = new["response"]["body"]["string"]
    assert json.loads(string) == NEW
    assert new["response"]["headers"]["content-length"] == [str(len(string.encode()))]
    assert "# wrong as it is" in made.text
    assert "# two of them" in made.text


@pytest.mark.parametrize(
    ("url", "body", "answer", "why"),
    [
        (f"{RAG}/files", None, "{}", "is no call of the legacy API"),
        (f"{RAG}/search", "{", json.dumps(ANSWER), "its request is not JSON"),
        (f"{RAG}/search", "{}", json.dumps(ANSWER), "it is required"),
        (f"{RAG}/search", '{"query": "q"}', "<html>", "its answer is not JSON"),
        (f"{RAG}/search", '{"query": "q"}', '{"result": {}}', "no list at"),
        (f"{RAG}/search", '{"query": "q"}', "[1]", "no JSON object"),
        (f"{RAG}/ai-search", '{"query": "q"}', "data: {}\n\n", "no legacy stream"),
        (f"{RAG}/search", '{"query": "q"}', b"\xff\xfe", "is no text"),
    ],
)
def test_what_cannot_be_carried_over_stays_and_is_said(
    url: str, body: Any, answer: Any, why: str
) -> None:
    text = yaml.dump({"interactions": [interaction(url, body, answer)]})
    made = converted(text, is_yaml=True)
    assert made.text == text
    (left,) = made.left
    assert left.code == "AR160"
    assert why in left.text


def test_a_compression_that_is_not_known_is_said() -> None:
    one = interaction(f"{RAG}/search", '{"query": "q"}', b"\x8b\x00\xff")
    one["response"]["headers"] = {"Content-Encoding": ["br"]}
    made = converted(yaml.dump({"interactions": [one]}), is_yaml=True)
    assert [left.text for left in made.left] == ["a body is compressed with br"]


def test_a_management_call_is_left() -> None:
    one = interaction(f"{RAG}/files", None, json.dumps({"success": True, "result": []}))
    one["request"]["method"] = "GET"
    made = converted(json.dumps({"interactions": [one]}))
    assert "the answer of files has no translation" in made.left[0].text


def test_an_alias_stays_one() -> None:
    """vcrpy's own writer says what is repeated once."""
    headers = {"content-length": ["17"], "X": ["y"]}
    one = interaction(f"{RAG}/search", '{"query": "q"}', json.dumps(ANSWER))
    two = interaction("https://example.com", "x", "y")
    one["request"]["headers"] = two["request"]["headers"] = headers
    one["response"]["headers"] = headers
    text = yaml.dump({"interactions": [one, two]})
    assert "*id001" in text
    made = converted(text, is_yaml=True)
    # Two lengths cannot stand in one place.
    assert made.text == text
    assert made.left
    headers["content-length"] = ["?"]
    made = converted(yaml.dump({"interactions": [one, two]}), is_yaml=True)
    assert made.left == []
    assert "*id001" in made.text


def test_a_refusal_and_a_page_of_the_edge() -> None:
    refused = {"success": False, "errors": [{"code": 7002, "message": "autorag_not_found"}]}
    one = interaction(f"{RAG}/search", '{"query": "q"}', json.dumps(refused))
    two = interaction(f"{RAG}/search", '{"query": "q"}', "<html>")
    one["response"]["status"]["code"] = 404
    two["response"]["status"]["code"] = 502
    made = converted(json.dumps({"interactions": [one, two]}))
    assert made.left == []
    strings = [each["response"]["body"]["string"] for each in json.loads(made.text)["interactions"]]
    assert json.loads(strings[0])["errors"][0]["message"] == "ai_search_not_found"
    assert strings[1] == "<html>"


# --- Stored answers -------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2, 4, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_stored_answer(indent: Any, ascii_only: bool) -> None:
    text = json.dumps(ANSWER, indent=indent, ensure_ascii=ascii_only)
    made = converted(text)
    assert made.left == []
    assert made.text == json.dumps(NEW, indent=indent, ensure_ascii=ascii_only)


def test_answers_in_a_file_of_others() -> None:
    pair = {
        "name": "one",
        "method": "POST",
        "url": f"{RAG}/search",
        "request": {"query": "q", "max_num_results": 3},
        "response": ANSWER,
    }
    openai = {"data": ANSWER["result"]["data"], "object": "vector_store.search_results.page"}
    data = {"cases": [pair, {"answer": ANSWER}], "openai": openai, "n": 1.50}
    text = json.dumps(data, indent=2, ensure_ascii=False).replace("1.5", "1.50")
    made = converted(text)
    assert made.left == []
    assert {note.code for note in made.notes} == {"AR204"}
    new = json.loads(made.text)
    assert new["cases"][1] == {"answer": NEW}
    assert new["cases"][0]["response"] == NEW
    assert new["cases"][0]["request"] == request_to_new("search", pair["request"]).body
    assert new["cases"][0]["url"].endswith("/instances/docs/search")
    assert new["openai"] == openai
    assert '"n": 1.50' in made.text
    assert converted(made.text).text == made.text


def test_a_url_that_belongs_to_nothing_is_said() -> None:
    made = converted(json.dumps({"http_interactions": [{"request": {"uri": f"{RAG}/search"}}]}))
    assert [left.code for left in made.left] == ["AR160"]
    prose = converted(json.dumps({"text": f"See {RAG}/search for more"}))
    assert prose.left == []


@pytest.mark.parametrize(
    ("text", "is_yaml"), [("{", False), ("a: [", True), ("--- 1\n--- 2\n", True)]
)
def test_what_does_not_parse_is_said(text: str, is_yaml: bool) -> None:
    made = converted(text, is_yaml=is_yaml)
    assert made.text == text
    assert [left.code for left in made.left] == ["AR150"]


@pytest.mark.parametrize("text", ["", "null", "[]", "a: 1", "- 2026-99-99"])
def test_what_holds_nothing_stays(text: str) -> None:
    made = converted(text, is_yaml=True)
    assert (made.text, made.left) == (text, [])


def test_an_answer_with_keys_of_the_files_own_is_left() -> None:
    answer = {
        "success": True,
        "result": {"object": "vector_store.search_results.page", "data": [], "response": "x"},
        "comment": "recorded by Ann",
    }
    text = json.dumps(answer)
    converted = convert_text(text, "a.json", Settings(), is_yaml=False)
    assert converted.text == text
    (left,) = converted.left
    assert (left.code, left.text) == ("AR160", "it holds more than an answer: comment")
