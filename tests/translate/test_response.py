"""New answers into legacy ones."""

import copy
import importlib
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autorag_migrate
from autorag_migrate import mapping
from autorag_migrate.errors import TranslationError
from autorag_migrate.settings import Settings
from autorag_migrate.translate import chunk_to_row, is_legacy_answer, response_to_legacy
from strategies import chunks, json_values, new_chat_answers, new_search_answers

ADOPT = Settings(policy="adopt")
ENDPOINTS = ("ai-search", "search")

CHUNK = {
    "id": "llama001",
    "type": "text",
    "score": 0.85,
    "text": "Llamas can carry 3 drinks max.",
    "item": {
        "key": "llama/logistics/llama-logistics.md",
        "timestamp": 1735689600000,
        "metadata": {"title": "Llamas", "context": "About llamas."},
    },
    "scoring_details": {"vector_score": 0.45, "reranking_score": 0.85},
}
ROW = {
    "file_id": "llama001",
    "filename": "llama/logistics/llama-logistics.md",
    "score": 0.85,
    "attributes": {
        "modified_date": 1735689600000,
        "timestamp": 1735689600000,
        "folder": "llama/logistics/",
        "filename": "llama-logistics.md",
        "file": {"title": "Llamas", "context": "About llamas."},
    },
    "content": [{"id": "llama001", "type": "text", "text": "Llamas can carry 3 drinks max."}],
}
SEARCH = {
    "success": True,
    "result": {"search_query": "llama", "query_kind": "text", "chunks": [CHUNK]},
}
CHAT = {
    "id": "chatcmpl-abc123",
    "object": "chat.completion",
    "created": 1771886959,
    "model": "@cf/x",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Three.", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 6507, "completion_tokens": 137, "total_tokens": 6644},
    "chunks": [CHUNK],
}


def search(*found, **result):
    return {"success": True, "result": {"chunks": list(found), **result}}


def legacy(body, endpoint="search", settings=None, query=""):
    return response_to_legacy(endpoint, body, settings or Settings(), query).body


def row(chunk, settings=None):
    return legacy(search(chunk), settings=settings)["result"]["data"][0]


def codes(body, endpoint="search"):
    return [(each.code, each.field) for each in response_to_legacy(endpoint, body).notes]


# --- whole answers ----------------------------------------------------------------


def test_a_search_answer():
    assert legacy(SEARCH) == {
        "success": True,
        "result": {
            "object": "vector_store.search_results.page",
            "search_query": "llama",
            "data": [ROW],
            "has_more": False,
            "next_page": None,
        },
    }


def test_a_chat_answer():
    assert legacy(CHAT, "ai-search", query="How many?") == {
        "success": True,
        "result": {
            "object": "vector_store.search_results.page",
            "search_query": "How many?",
            "response": "Three.",
            "data": [ROW],
            "has_more": False,
            "next_page": None,
        },
    }


def test_an_answer_that_is_printed_has_the_order_that_it_had():
    body = legacy(CHAT, "ai-search")
    names = ["object", "search_query", "response", "data", "has_more", "next_page"]
    assert list(body) == ["success", "result"]
    assert list(body["result"]) == names
    assert list(body["result"]["data"][0]) == list(ROW)
    assert list(body["result"]["data"][0]["attributes"]) == list(ROW["attributes"])


def test_the_envelope_of_a_search_answer_survives():
    more = {"errors": [], "messages": ["m"], "result_info": {"count": 1}}
    body = legacy({**SEARCH, **more})
    assert {name: body[name] for name in more} == more
    assert "query_kind" not in body["result"]


def test_an_answer_without_chunks_has_no_rows():
    assert legacy(search())["result"]["data"] == []


def test_absent_parts_of_the_envelope_have_their_legacy_values():
    body = legacy({"result": {"chunks": []}}, query="q")
    assert body["success"] is True
    assert body["result"]["search_query"] == "q"


def test_the_query_is_echoed_only_where_the_answer_has_none():
    assert legacy(SEARCH, query="other")["result"]["search_query"] == "llama"


# --- chunks -----------------------------------------------------------------------


def test_each_chunk_is_a_row_of_its_own():
    data = legacy(search(CHUNK, {**CHUNK, "id": "llama002"}))["result"]["data"]
    assert [each["file_id"] for each in data] == ["llama001", "llama002"]
    assert [len(each["content"]) for each in data] == [1, 1]


def test_a_chunk_by_itself_is_the_same_row():
    assert chunk_to_row(CHUNK) == ROW
    assert chunk_to_row(CHUNK, ADOPT)["score"] == 0.45
    with pytest.raises(TranslationError):
        chunk_to_row("chunk")


@pytest.mark.parametrize(
    ("key", "folder", "filename"),
    [
        ("llama/logistics/a.md", "llama/logistics/", "a.md"),
        ("a.md", "", "a.md"),
        ("/a.md", "/", "a.md"),
        ("a//b.md", "a//", "b.md"),
        ("a/", "a/", ""),
        ("https://example.com/docs/intro", "https://example.com/docs/", "intro"),
    ],
)
def test_folder_and_filename_come_from_the_key(key, folder, filename):
    attributes = row({**CHUNK, "item": {"key": key}})["attributes"]
    assert (attributes["folder"], attributes["filename"]) == (folder, filename)


def test_the_folder_of_a_root_object_is_a_setting():
    chunk = {**CHUNK, "item": {"key": "a.md"}}
    assert row(chunk)["attributes"]["folder"] == ""
    assert row(chunk, Settings(root_folder="/"))["attributes"]["folder"] == "/"
    assert row(CHUNK, Settings(root_folder="/")) == ROW


@pytest.mark.parametrize(
    ("stamp", "milliseconds"),
    [
        (1735689600000, 1735689600000),
        (1735689600, 1735689600000),
        (1735689600.5, 1735689600500),
        (1735689600000.0, 1735689600000),
        (0, 0),
        (-1, -1000),
        (99_999_999_999, 99_999_999_999_000),
        (100_000_000_000, 100_000_000_000),
        (-100_000_000_000, -100_000_000_000),
        ("2025-01-01", "2025-01-01"),
        (True, True),
    ],
)
def test_timestamps_are_milliseconds_whatever_they_were(stamp, milliseconds):
    attributes = row({**CHUNK, "item": {"key": "k", "timestamp": stamp}})["attributes"]
    assert attributes["timestamp"] == attributes["modified_date"] == milliseconds
    assert type(attributes["timestamp"]) is type(stamp) or stamp == 1735689600.5


@pytest.mark.parametrize("item", [{"key": "k"}, {"key": "k", "timestamp": None, "metadata": None}])
def test_absent_parts_of_an_item_stay_absent(item):
    attributes = row({**CHUNK, "item": item})["attributes"]
    assert attributes == {"folder": "", "filename": "k", "file": {}}


@pytest.mark.parametrize("item", [None, "item", {}, {"key": None}, {"key": 5}])
def test_a_chunk_that_names_no_item_has_empty_attributes_and_is_noted(item):
    chunk = {**CHUNK, "item": item}
    if item is None:
        del chunk["item"]
    found = row(chunk)
    assert found["filename"] == ""
    assert found["attributes"] == {"folder": "", "filename": "", "file": {}}
    assert ("AR221", "$.result.chunks[].item") in codes(search(chunk))
    # One such chunk among others is told as well.
    assert ("AR221", "$.result.chunks[].item") in codes(search(CHUNK, chunk, CHUNK))


def test_a_chunk_with_its_item_owes_no_note_about_it():
    assert "AR221" not in dict(codes(search(CHUNK)))
    assert "AR221" not in dict(codes(search()))


def test_absent_parts_of_a_chunk_stay_absent():
    assert row({"id": "1"}) == {
        "file_id": "1",
        "filename": "",
        "attributes": {"folder": "", "filename": "", "file": {}},
        "content": [{"id": "1"}],
    }


def test_under_adopt_the_score_is_the_similarity_where_there_is_one():
    assert row(CHUNK)["score"] == 0.85
    assert row(CHUNK, ADOPT)["score"] == 0.45
    for details in (None, {}, {"vector_score": None}, {"vector_score": "0.45"}):
        assert row({**CHUNK, "scoring_details": details}, ADOPT)["score"] == 0.85


# --- the answer's text ----------------------------------------------------------------


def chat(content, **message):
    return {**CHAT, "choices": [{"message": {"content": content, **message}}]}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Three.", "Three."),
        ("", ""),
        (None, ""),
        ([{"type": "text", "text": "Th"}, {"type": "text", "text": "ree."}], "Three."),
        ([{"type": "image_url", "image_url": {"url": "u"}}, {"type": "text", "text": "T"}], "T"),
        (["T", {"text": 5}], ""),
        ([], ""),
    ],
)
def test_the_response_is_one_text(content, text):
    body = chat(content)
    assert legacy(body, "ai-search")["result"]["response"] == text
    parts = ("AR220", "$.choices[0].message.content[]")
    assert (parts in codes(body, "ai-search")) is isinstance(content, list)


def test_tool_calls_have_no_place_and_are_a_loss():
    body = chat(None, tool_calls=[{"id": "1"}])
    note = next(
        each for each in response_to_legacy("ai-search", body).notes if each.code != "AR220"
    )
    assert (note.code, note.severity) == ("AR222", "lost")
    assert note.field == "$.choices[0].message.tool_calls"
    assert ("AR222", note.field) not in codes(chat("a", tool_calls=[]), "ai-search")


# --- notes ----------------------------------------------------------------------------


def test_what_a_search_answer_loses_is_named():
    chunk = {**CHUNK, "instance_id": "docs", "item": {**CHUNK["item"], "size": 5}}
    assert codes(search(chunk, CHUNK, query_kind="text")) == [
        ("AR220", "$.result.query_kind"),
        ("AR220", "$.result.chunks[].instance_id"),
        ("AR220", "$.result.chunks[].scoring_details"),
        ("AR220", "$.result.chunks[].item.size"),
    ]


def test_what_a_chat_answer_loses_is_named():
    assert codes(CHAT, "ai-search") == [
        ("AR220", "$.created"),
        ("AR220", "$.id"),
        ("AR220", "$.model"),
        ("AR220", "$.usage"),
        ("AR220", "$.chunks[].scoring_details"),
    ]


def test_why_an_answer_ended_is_lost_when_it_is_not_the_usual():
    body = copy.deepcopy(CHAT)
    body["choices"][0]["finish_reason"] = "length"
    assert ("AR220", "$.choices[0].finish_reason") in codes(body, "ai-search")


def test_null_and_empty_lists_are_nothing_to_lose():
    assert codes({**search(extra=None), "success": True}) == []
    assert codes(search(errors=[])) == []


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
    [
        ("search", search(CHUNK, errors=[{"instance_id": "b", "message": "m"}]), "$.result.errors"),
        ("ai-search", {**CHAT, "errors": [{"instance_id": "b", "message": "m"}]}, "$.errors"),
    ],
)
def test_instances_that_failed_are_told(endpoint, body, field):
    assert ("AR224", field) in codes(body, endpoint)


# --- what is no new answer ---------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"result": None},
        {"result": {"chunks": None}},
        {"chunks": {}},
        {"result": []},
        {"result": {"data": []}},
    ],
)
def test_another_shape_is_an_error(endpoint, body):
    with pytest.raises(TranslationError, match=r"no list at \$\.(result\.)?chunks"):
        response_to_legacy(endpoint, body)


@pytest.mark.parametrize("choices", [None, [], [{}], [{"message": {}}], [[]], {"0": {}}])
def test_a_chat_answer_without_a_content_is_an_error(choices):
    with pytest.raises(TranslationError, match=r"nothing at \$\.choices\[0\]\.message\.content"):
        response_to_legacy("ai-search", {"chunks": [], "choices": choices})


@pytest.mark.parametrize("chunk", [None, "text", [], 5])
def test_a_chunk_that_is_no_object_is_an_error(chunk):
    with pytest.raises(TranslationError, match="a chunk is not an object"):
        response_to_legacy("search", search(CHUNK, chunk))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"result": {"object": "vector_store.search_results.page"}}, True),
        ({"result": {"data": []}}, True),
        (SEARCH, False),
        (CHAT, False),
        ({"result": {"data": {}}}, False),
        ({}, False),
        (None, False),
        ([], False),
    ],
)
def test_a_legacy_answer_is_known_by_its_shape(body, expected):
    assert is_legacy_answer(body) is expected


def test_a_translated_answer_is_a_legacy_one():
    assert is_legacy_answer(legacy(SEARCH))
    assert is_legacy_answer(legacy(CHAT, "ai-search"))


# --- the table is what is obeyed -----------------------------------------------------------


@pytest.fixture
def compiled(monkeypatch):
    """The translator, compiled anew from other rows."""

    def compile_with(rows):
        monkeypatch.setattr(mapping, "RESPONSE_FIELDS", tuple(rows))
        for name in list(sys.modules):
            if name.startswith("autorag_migrate.translate"):
                monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(
            autorag_migrate, "translate", importlib.import_module("autorag_migrate.translate")
        )
        return sys.modules["autorag_migrate.translate"]

    # The last to be undone: the modules that were there belong to everyone else.
    monkeypatch.setattr(autorag_migrate, "translate", sys.modules["autorag_migrate.translate"])
    return compile_with


def at(value, path):
    """What stands at a path of the table; of a list, the first."""
    for step in path.removeprefix("$.").replace("[0]", "[]").split("."):
        value = value[step.removesuffix("[]")]
        if step.endswith("[]"):
            value = value[0]
    return value


def renamed(body, path):
    """`body` with the last name of `path` changed."""
    body = copy.deepcopy(body)
    above, _, name = path.rpartition(".")
    target = body if above == "$" else at(body, above)
    target[f"{name}_renamed"] = target.pop(name)
    return body


_LEAVES = [row for row in mapping.RESPONSE_FIELDS if row.conversion not in {"rows", "single"}]


@pytest.mark.parametrize("changed", _LEAVES, ids=lambda row: row.legacy)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_legacy_name_is_the_one_of_its_row(compiled, endpoint, changed):
    if endpoint == "search" and changed.chat and not changed.search:
        return
    body = SEARCH if endpoint == "search" else CHAT
    expected = renamed(legacy(body, endpoint), changed.legacy)
    if endpoint == "search" and changed.legacy == "$.success":
        expected["success"] = True  # which the new envelope holds, and all of it survives
    rows = [
        row._replace(legacy=f"{row.legacy}_renamed") if row is changed else row
        for row in mapping.RESPONSE_FIELDS
    ]
    assert compiled(rows).response_to_legacy(endpoint, body).body == expected


@pytest.mark.parametrize(
    ("endpoint", "path"),
    sorted(
        {("search", row.search) for row in _LEAVES if row.search}
        | {("ai-search", row.chat) for row in _LEAVES if row.chat}
    ),
)
def test_a_new_name_is_the_one_of_its_rows(compiled, endpoint, path):
    """The new API renames a field: rows that read it follow, in one place."""
    body = SEARCH if endpoint == "search" else CHAT
    expected = legacy(body, endpoint)
    side = "search" if endpoint == "search" else "chat"
    other = path.replace("$.chunks", "$.result.chunks") if side == "chat" else path
    rows = [
        row._replace(
            **{
                name: f"{place}_renamed"
                for name, place in (("search", row.search), ("chat", row.chat))
                if place in {path, other}
            }
        )
        for row in mapping.RESPONSE_FIELDS
    ]
    got = compiled(rows).response_to_legacy(endpoint, renamed(body, path)).body
    assert got.pop(f"{path.rpartition('.')[2]}_renamed", True) is True
    assert got == expected


def test_the_adopted_score_is_the_one_of_its_row(compiled):
    rows = [
        row._replace(adopted="scoring_details.reranking_score") if row.adopted else row
        for row in mapping.RESPONSE_FIELDS
    ]
    assert compiled(rows).chunk_to_row({**CHUNK, "score": 0}, ADOPT)["score"] == 0.85


def test_the_constants_are_those_of_their_rows():
    body = legacy(CHAT, "ai-search")
    for each in mapping.RESPONSE_FIELDS:
        if each.conversion in {"constant", "status"}:
            assert at(body, each.legacy) == each.value


# --- properties ---------------------------------------------------------------------------


@given(body=new_search_answers() | new_search_answers(several=True))
def test_every_search_answer_becomes_a_legacy_one(body):
    before = copy.deepcopy(body)
    translation = response_to_legacy("search", body, query="q")
    assert body == before
    assert is_legacy_answer(translation.body)
    assert len(translation.body["result"]["data"]) == len(body["result"]["chunks"])
    assert response_to_legacy("search", body, query="q") == translation


@given(body=new_chat_answers(content_parts=True) | new_chat_answers(several=True))
def test_every_chat_answer_becomes_a_legacy_one(body):
    before = copy.deepcopy(body)
    translation = response_to_legacy("ai-search", body, query="q")
    assert body == before
    assert isinstance(translation.body["result"]["response"], str)
    assert len(translation.body["result"]["data"]) == len(body["chunks"])


@given(chunk=chunks(instance_id=True), adopt=st.booleans())
def test_every_chunk_becomes_a_row(chunk, adopt):
    found = chunk_to_row(chunk, Settings(policy="adopt" if adopt else "pin"))
    key = chunk.get("item", {}).get("key", "")
    assert found["filename"] == key
    assert found["attributes"]["folder"] + found["attributes"]["filename"] == key
    assert found["content"] == [{name: chunk[name] for name in ("id", "type", "text")}]


_ANYTHING = json_values(max_leaves=3)
_NAMES = ("id", "type", "score", "text", "item", "scoring_details", "errors", "?")
_MISSHAPEN = st.lists(
    st.dictionaries(
        st.sampled_from(_NAMES),
        _ANYTHING
        | st.dictionaries(
            st.sampled_from(("key", "timestamp", "metadata", "vector_score", "?")), _ANYTHING
        ),
    ),
    max_size=3,
)
_CHOICES = st.lists(
    st.fixed_dictionaries(
        {}, optional={"message": st.fixed_dictionaries({}, optional={"content": _ANYTHING})}
    ),
    max_size=2,
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(
    body=json_values()
    | _MISSHAPEN.map(lambda found: search(*found))
    | st.fixed_dictionaries({"chunks": _MISSHAPEN, "choices": _CHOICES})
)
def test_no_json_raises_anything_but_a_translation_error(endpoint, body):
    before = copy.deepcopy(body)
    for chosen in (Settings(), ADOPT):
        with suppress(TranslationError):
            response_to_legacy(endpoint, body, chosen)
    assert body == before
    is_legacy_answer(body)
