"""Legacy answers into new ones, and both ways in a row."""

import copy
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import CHAT_CONSTANTS, CHAT_UNKNOWN
from autorag_migrate.translate import response_to_legacy, response_to_new
from strategies import json_values, legacy_answers, new_chat_answers, new_search_answers

ENDPOINTS = ("ai-search", "search")

CONTENT = {"id": "llama001", "type": "text", "text": "Llamas can carry 3 drinks max."}
ROW = {
    "file_id": "llama001",
    "filename": "llama/logistics/llama-logistics.md",
    "score": 0.45,
    "attributes": {
        "modified_date": 1735689600000,
        "timestamp": 1735689600000,
        "folder": "llama/logistics/",
        "filename": "llama-logistics.md",
        "file": {"title": "Llamas"},
    },
    "content": [CONTENT],
}
CHUNK = {
    "id": "llama001",
    "type": "text",
    "score": 0.45,
    "text": "Llamas can carry 3 drinks max.",
    "item": {
        "key": "llama/logistics/llama-logistics.md",
        "timestamp": 1735689600000,
        "metadata": {"title": "Llamas"},
    },
}


def answer(*rows, **result):
    return {
        "success": True,
        "result": {
            "object": "vector_store.search_results.page",
            "search_query": "llama",
            "response": "Three.",
            "data": list(rows),
            "has_more": False,
            "next_page": None,
            **result,
        },
    }


def searched(*rows, **result):
    body = answer(*rows, **result)
    del body["result"]["response"]
    return body


def chunks(*rows):
    return response_to_new("search", searched(*rows)).body["result"]["chunks"]


def codes(body, endpoint="search"):
    return [(each.code, each.field) for each in response_to_new(endpoint, body).notes]


# --- whole answers -------------------------------------------------------------------


def test_a_search_answer():
    translation = response_to_new("search", searched(ROW))
    assert translation.body == {
        "success": True,
        "result": {"search_query": "llama", "chunks": [CHUNK]},
    }
    assert translation.notes == ()


def test_an_ai_search_answer():
    translation = response_to_new("ai-search", answer(ROW))
    assert translation.body == {
        "id": "",
        "created": 0,
        "model": "",
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Three."},
                "finish_reason": "stop",
            }
        ],
        "chunks": [CHUNK],
    }
    assert [(each.code, each.field) for each in translation.notes] == [
        *(("AR225", path) for path in CHAT_UNKNOWN),
        ("AR226", "$.result.search_query"),
    ]


def test_the_envelope_of_a_search_answer_survives():
    more = {"errors": [], "messages": ["m"]}
    assert response_to_new("search", {**searched(), **more}).body.items() >= more.items()


def test_a_chat_answer_has_no_envelope_and_what_it_said_is_a_loss():
    body = {**answer(), "errors": [], "messages": ["m"], "extra": {}}
    assert ("AR226", "$.messages") in codes(body, "ai-search")
    assert not {"$.errors", "$.extra", "$.result"} & {
        field for _, field in codes(body, "ai-search")
    }
    failed = {**answer(), "success": False}
    assert ("AR226", "$.success") in codes(failed, "ai-search")


def test_what_is_not_constant_is_a_loss():
    body = searched(has_more=True, next_page="p2", extra=1)
    assert codes(body) == [
        ("AR226", "$.result.has_more"),
        ("AR226", "$.result.next_page"),
        ("AR226", "$.result.extra"),
    ]


def test_a_response_in_a_search_answer_is_a_loss():
    assert ("AR226", "$.result.response") in codes(answer())


# --- rows -------------------------------------------------------------------------------


def test_each_content_of_a_row_becomes_a_chunk():
    second = {"id": "llama002", "type": "text", "text": "No."}
    row = {**ROW, "content": [CONTENT, second]}
    assert chunks(row) == [CHUNK, {**CHUNK, **second}]
    assert ("AR227", "$.result.data[].content") in codes(searched(row))


def test_a_row_without_content_becomes_a_chunk_without_text():
    assert chunks({**ROW, "content": []}) == [
        {key: value for key, value in CHUNK.items() if key not in {"text", "type"}}
    ]


@pytest.mark.parametrize("name", ["timestamp", "modified_date"])
def test_either_timestamp_will_do(name):
    attributes = {"folder": "", "filename": "a.md", name: 1735689600000}
    found = chunks({**ROW, "filename": "a.md", "attributes": attributes})[0]
    assert found["item"] == {"key": "a.md", "timestamp": 1735689600000}


@pytest.mark.parametrize("attributes", [{}, None])
def test_a_row_may_have_no_attributes(attributes):
    row = {"file_id": "1", "score": 1, "attributes": attributes, "content": [CONTENT]}
    assert chunks(row) == [{**CONTENT, "score": 1}]


def test_the_key_can_be_put_together_from_its_parts():
    row = {key: value for key, value in ROW.items() if key != "filename"}
    assert chunks(row)[0]["item"]["key"] == "llama/logistics/llama-logistics.md"
    row = {**row, "attributes": {"filename": "a.md", "folder": None}}
    assert chunks(row)[0]["item"]["key"] == "a.md"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"extra": 1}, "extra"),
        ({"filename": 5}, "filename"),
        ({"attributes": {**ROW["attributes"], "size": 5}}, "attributes.size"),
        ({"attributes": {**ROW["attributes"], "folder": "other/"}}, "attributes.folder"),
        ({"attributes": {**ROW["attributes"], "filename": "other.md"}}, "attributes.filename"),
        ({"attributes": {**ROW["attributes"], "timestamp": 1}}, "attributes.timestamp"),
        ({"attributes": {**ROW["attributes"], "file": []}}, "attributes.file"),
        ({"content": [{**CONTENT, "extra": 1}]}, "content[].extra"),
        ({"file_id": "other"}, "file_id"),
    ],
)
def test_what_a_chunk_cannot_say_is_a_loss(changed, field):
    assert ("AR226", f"$.result.data[].{field}") in codes(searched({**ROW, **changed}))


def test_a_note_is_owed_once_however_many_rows_owe_it():
    row = {**ROW, "extra": 1}
    assert codes(searched(row, row)) == [("AR226", "$.result.data[].extra")]


# --- what is no legacy answer --------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "body", [None, [], {}, {"result": None}, {"result": {"data": None}}, {"result": {"chunks": []}}]
)
def test_another_shape_is_an_error(endpoint, body):
    with pytest.raises(TranslationError, match=r"no list at \$\.result\.data"):
        response_to_new(endpoint, body)


def test_an_ai_search_answer_without_a_response_is_an_error():
    with pytest.raises(TranslationError, match=r"nothing at \$\.result\.response"):
        response_to_new("ai-search", searched())


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("row", "row is not an object"),
        ({**ROW, "attributes": [1]}, "attributes or content"),
        ({**ROW, "content": "text"}, "attributes or content"),
        ({"file_id": "1"}, "attributes or content"),
        ({**ROW, "content": ["text"]}, "content is not an object"),
    ],
)
def test_a_misshapen_row_is_an_error(row, says):
    with pytest.raises(TranslationError, match=says):
        response_to_new("search", searched(row))


# --- both ways ---------------------------------------------------------------------------------


def without(body, fields):
    """`body` less what stands at these paths."""
    body = copy.deepcopy(body)
    for field in fields:
        _remove(body, re.findall(r"\.([^.\[\]]+)|\[(\d*)\]", field))
    return body


def _remove(value, steps):
    (name, index), *below = steps
    if name:
        if not isinstance(value, dict) or name not in value:
            return
        if below:
            _remove(value[name], below)
        else:
            del value[name]
    else:
        for each in value if index == "" else value[int(index) : int(index) + 1]:
            _remove(each, below)


def milliseconds(stamp):
    return stamp * 1000 if abs(stamp) < 1e11 else stamp


def found_in(body):
    return body["result"]["chunks"] if "result" in body else body["chunks"]


def said_once(body):
    """A new answer as it is when all that it may leave out or spell in two ways is settled."""
    body = copy.deepcopy(body)
    for chunk in found_in(body):
        item = chunk.get("item", {})
        if "timestamp" in item:
            item["timestamp"] = milliseconds(item["timestamp"])
        if not item.get("metadata", True):
            del item["metadata"]
    if "result" in body:
        body["result"].setdefault("search_query", "")
        return body
    choice = body["choices"][0]
    for place in (choice, choice["message"]):
        for name in [name for name, value in place.items() if value is None]:
            del place[name]
    body.setdefault("object", CHAT_CONSTANTS["$.object"])
    choice.setdefault("index", CHAT_CONSTANTS["$.choices[0].index"])
    choice.setdefault("finish_reason", CHAT_CONSTANTS["$.choices[0].finish_reason"])
    return body


def there_and_back(endpoint, body):
    legacy = response_to_legacy(endpoint, body)
    again = response_to_new(endpoint, legacy.body)
    lost = [each.field for each in legacy.notes if each.code in {"AR220", "AR224"}]
    empty = [each.field for each in again.notes if each.code == "AR225"]
    expected = said_once(without(body, lost))
    got = without(again.body, [*lost, *empty])
    return got, without(expected, [*lost, *empty])


@given(body=new_search_answers() | new_search_answers(several=True))
def test_a_search_answer_there_and_back_lost_what_the_notes_name(body):
    got, expected = there_and_back("search", body)
    assert got == expected


@given(body=new_chat_answers() | new_chat_answers(several=True))
def test_a_chat_answer_there_and_back_lost_what_the_notes_name(body):
    got, expected = there_and_back("ai-search", body)
    assert got == expected


def one_row_for_each_content(body):
    """A legacy answer as it is when all that it may leave out or spell in two ways is settled."""
    body = copy.deepcopy(body)
    rows = []
    for row in body["result"]["data"]:
        attributes = row["attributes"]
        stamp = attributes.get("timestamp", attributes.get("modified_date"))
        attributes |= {"timestamp": stamp, "modified_date": stamp}
        attributes.setdefault("file", {})
        rows += [
            {**row, "content": [content]} for content in row["content"] or [{"id": row["file_id"]}]
        ]
    body["result"]["data"] = rows
    return body


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(data=st.data())
def test_a_legacy_answer_there_and_back_lost_what_the_notes_name(endpoint, data):
    body = data.draw(legacy_answers(endpoint))
    before = copy.deepcopy(body)
    new = response_to_new(endpoint, body)
    assert body == before
    assert response_to_new(endpoint, body) == new
    lost = [each.field for each in new.notes if each.code == "AR226"]
    assert lost == (["$.result.search_query"] if endpoint == "ai-search" else [])
    split = any(len(row["content"]) > 1 for row in body["result"]["data"])
    assert any(each.code == "AR227" for each in new.notes) is split
    query = body["result"]["search_query"]
    again = response_to_legacy(endpoint, new.body, query=query).body
    assert again == one_row_for_each_content(body)


_ANYTHING = json_values(max_leaves=3)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "attributes": _ANYTHING
            | st.dictionaries(
                st.sampled_from(("folder", "filename", "timestamp", "file", "?")), _ANYTHING
            ),
            "content": st.lists(
                st.dictionaries(st.sampled_from(("id", "type", "text", "?")), _ANYTHING), max_size=2
            )
            | _ANYTHING,
        },
        optional=dict.fromkeys(("file_id", "filename", "score", "?"), _ANYTHING),
    ),
    max_size=3,
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(
    body=json_values()
    | st.fixed_dictionaries(
        {
            "result": st.fixed_dictionaries(
                {"data": _ROWS | _ANYTHING, "response": _ANYTHING},
                optional=dict.fromkeys(("has_more", "search_query", "?"), _ANYTHING),
            )
        },
        optional=dict.fromkeys(("success", "errors", "?"), _ANYTHING),
    )
)
def test_no_json_raises_anything_but_a_translation_error(endpoint, body):
    before = copy.deepcopy(body)
    with suppress(TranslationError):
        response_to_new(endpoint, body)
    assert body == before
