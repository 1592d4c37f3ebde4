"""The strategies draw what they say, and the evaluators of filters are right by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import strategies
from sdk_types import check_filters
from strategies import legacy_selects, new_selects

quick = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
searching = settings(quick, max_examples=3000, phases=[Phase.generate])
ENDPOINTS = ("search", "ai-search")

DOCUMENT = {
    "folder": "customer-a/",
    "filename": "index.md",
    "timestamp_ms": 1_735_689_600_999,
    "year": 2025,
    "price": 9.99,
    "public": True,
}


def met(strategy, condition):
    """Something that the strategy draws and that meets the condition, else an error."""
    return find(strategy, condition, settings=searching)


# --- the evaluators ----------------------------------------------------------


@pytest.mark.parametrize(
    ("operators", "key", "value"),
    [
        ("eq gte lte", "folder", "customer-a/"),
        ("ne gt gte", "folder", "customer-a"),
        ("ne lt lte", "folder", "customer-a//"),
        ("ne gt gte", "folder", "Customer-a/"),
        ("ne gt gte", "filename", ""),
        ("eq gte lte", "year", 2025),
        ("eq gte lte", "year", 2025.0),
        ("ne lt lte", "year", 2026),
        ("ne gt gte", "price", 9.98),
        ("ne", "year", "2025"),
        ("ne", "folder", 1),
        ("eq gte lte", "public", True),
        ("ne", "public", 1),
        ("ne", "year", True),
        ("ne", "missing", "x"),
        ("ne", "missing", 0),
    ],
)
def test_comparisons(operators, key, value):
    """Every operator named selects the document on either side; every other does not."""
    legacy = {
        name
        for name in strategies.COMPARISONS
        if legacy_selects({"type": name, "key": key, "value": value}, DOCUMENT)
    }
    new = {
        name for name in strategies.COMPARISONS if new_selects({key: {f"${name}": value}}, DOCUMENT)
    }
    assert legacy == new == set(operators.split())
    assert new_selects({key: value}, DOCUMENT) is ("eq" in new)


@pytest.mark.parametrize(
    ("operators", "value"),
    [
        ("eq gte lte", "1735689600999"),
        ("eq gte lte", "1735689600000"),
        ("eq gte lte", 1735689600500),
        ("eq gte lte", 1735689600001.0),
        ("ne gt gte", "1735689599999"),
        ("ne lt lte", "1735689601000"),
        ("ne gt gte", "1735689600"),
        ("ne gt gte", "-1"),
        ("ne", "2025-01-01T00:00:00Z"),
        ("ne", ""),
        ("ne", None),
        ("ne", True),
        ("ne", float("inf")),
    ],
)
@pytest.mark.parametrize("key", strategies.TIMESTAMP_KEYS)
def test_legacy_timestamps(key, operators, value):
    selecting = {
        name
        for name in strategies.COMPARISONS
        if legacy_selects({"type": name, "key": key, "value": value}, DOCUMENT)
    }
    assert selecting == set(operators.split())


def test_a_timestamp_before_1970_is_rounded_down():
    document = {"timestamp_ms": -1}
    assert legacy_selects({"type": "eq", "key": "timestamp", "value": "-1000"}, document)
    assert new_selects({"timestamp": -1}, document)


@pytest.mark.parametrize(
    ("selected", "filters"),
    [
        (True, {}),
        (True, {"timestamp": 1735689600}),
        (True, {"timestamp": 1735689600.0}),
        (True, {"timestamp": {"$gte": 1735689600, "$lt": 1735689601}}),
        (False, {"timestamp": {"$gt": 1735689600}}),
        (False, {"timestamp": "1735689600"}),
        (False, {"timestamp": {"$gte": "0"}}),
        (False, {"timestamp": {"$gte": 1735689600000}}),
        (False, {"modified_date": 1735689600}),
        (True, {"folder": "customer-a/", "year": {"$gt": 2024}}),
        (False, {"folder": "customer-a/", "year": {"$gt": 2025}}),
        (True, {"year": {"$in": [1, 2025]}}),
        (False, {"year": {"$in": [1, "2025", True]}}),
        (False, {"year": {"$in": []}}),
        (True, {"year": {"$nin": [1, "2025"]}}),
        (False, {"year": {"$nin": [1, 2025]}}),
        (True, {"year": {"$nin": [1], "$in": [2025, 2]}}),
        (False, {"missing": {"$in": [1]}}),
        (True, {"missing": {"$nin": [1]}}),
    ],
)
def test_new_filters(selected, filters):
    assert new_selects(filters, DOCUMENT) is selected


FOLDER = {"type": "eq", "key": "folder", "value": "customer-a/"}
OTHER = {"type": "eq", "key": "folder", "value": "b/"}
LATER = {"type": "gt", "key": "timestamp", "value": "1735689600999"}


@pytest.mark.parametrize(
    ("selected", "kind", "parts"),
    [
        (True, "and", [FOLDER]),
        (False, "and", [FOLDER, OTHER]),
        (False, "and", [FOLDER, LATER]),
        (True, "or", [OTHER, FOLDER]),
        (False, "or", [OTHER]),
        (True, "and", []),
        (False, "or", []),
        (True, "and", [FOLDER, {"type": "or", "filters": [OTHER, FOLDER]}]),
    ],
)
def test_legacy_groups(selected, kind, parts):
    assert legacy_selects({"type": kind, "filters": parts}, DOCUMENT) is selected


@pytest.mark.parametrize(
    ("head", "one", "other"),
    [
        ("x" * 64, "a", "b"),
        ("é" * 32, "a", "b"),
        ("x" + "é" * 31, "éa", "éb"),
        ("🦙" * 16, "", "b"),
    ],
)
def test_only_the_new_api_cuts_strings_at_64_bytes(head, one, other):
    document = {"folder": head + one}
    assert not legacy_selects({"type": "eq", "key": "folder", "value": head + other}, document)
    assert new_selects({"folder": head + other}, document)
    assert new_selects({"folder": {"$in": ["", head + other]}}, document)
    assert not new_selects({"folder": {"$lt": head + other}}, document)
    assert not new_selects({"folder": head[1:] + other}, document)


def test_an_operator_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        legacy_selects({"type": "like", "key": "year", "value": 2025}, DOCUMENT)
    with pytest.raises(KeyError):
        new_selects({"year": {"$like": 2025}}, DOCUMENT)


def eq(key, value):
    return {"type": "eq", "key": key, "value": value}


@pytest.mark.parametrize(
    ("contradictory", "parts"),
    [
        (True, [eq("folder", "a"), eq("folder", "b")]),
        (True, [eq("year", 1), eq("price", 1), eq("year", True)]),
        (True, [eq("year", 1), eq("year", "1")]),
        (True, [eq("timestamp", "1000"), eq("modified_date", 2000)]),
        (False, [eq("timestamp", "1000"), eq("modified_date", 1999)]),
        (False, [eq("year", 1), eq("year", 1.0)]),
        (False, [eq("year", 1), {"type": "ne", "key": "year", "value": 2}]),
        (False, []),
    ],
)
def test_contradictions(contradictory, parts):
    assert strategies.contradicts({"type": "and", "filters": parts}) is contradictory
    assert not strategies.contradicts({"type": "or", "filters": parts})


# --- filters and documents ---------------------------------------------------


def comparisons_of(one):
    return one["filters"] if one["type"] in ("and", "or") else [one]


def assert_legacy_filter(one):
    parts = comparisons_of(one)
    assert parts
    for part in parts:
        assert set(part) == {"type", "key", "value"}
        assert part["type"] in strategies.COMPARISONS
        assert part["key"] in strategies.FILTER_KEYS
        assert isinstance(part["value"], (str, int, float))
    if one["type"] == "or":
        assert {part["type"] for part in parts} == {"eq"}
        assert len({part["key"] for part in parts}) == 1
    json.dumps(one, ensure_ascii=False, allow_nan=False).encode()


def longest(value):
    """The bytes of the longest string in a JSON value."""
    if isinstance(value, str):
        return len(value.encode())
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(longest, parts), default=0)


@quick
@given(strategies.legacy_filters(), strategies.documents())
def test_legacy_filters_are_valid_and_can_be_evaluated(one, documents):
    assert_legacy_filter(one)
    assert longest(one) <= 64
    assert longest(documents) <= 64
    for document in documents:
        assert {"folder", "filename", "timestamp_ms"} <= set(document)
        assert isinstance(legacy_selects(one, document), bool)


@quick
@given(strategies.legacy_filters(contradictory=False))
def test_contradictions_can_be_left_out(one):
    assert not strategies.contradicts(one)


@pytest.mark.parametrize(
    "condition",
    [
        lambda one: one["type"] == "or" and len(one["filters"]) > 1,
        lambda one: one["type"] == "and" and len({p["key"] for p in one["filters"]}) > 1,
        strategies.contradicts,
        lambda one: any(
            p["key"] == "timestamp" and isinstance(p["value"], str) for p in comparisons_of(one)
        ),
        lambda one: any(p["key"] == "modified_date" for p in comparisons_of(one)),
    ],
)
def test_legacy_filters_reach(condition):
    met(strategies.legacy_filters(), condition)


def test_legacy_filters_reach_what_is_asked_for():
    met(
        strategies.legacy_filters(nested_or=True),
        lambda one: any(part["type"] == "or" for part in one.get("filters", [])),
    )
    met(strategies.legacy_filters(long_strings=True), lambda one: longest(one) > 64)
    met(strategies.documents(long_strings=True), lambda documents: longest(documents) > 64)


@pytest.mark.parametrize("selected", [True, False])
def test_filters_and_documents_meet(selected):
    met(
        st.tuples(strategies.legacy_filters(), strategies.documents()),
        lambda pair: all(legacy_selects(pair[0], document) is selected for document in pair[1]),
    )


@quick
@given(strategies.refused_legacy_filters())
def test_refused_filters(one):
    assert one["type"] == "or"
    kinds = {part["type"] for part in one["filters"]}
    assert kinds != {"eq"} or len({part["key"] for part in one["filters"]}) > 1


def spelled(one):
    """The new spelling of one comparison or one `or`, for the evaluators' sake."""
    parts = comparisons_of(one)
    key, values = parts[0]["key"], [part["value"] for part in parts]
    if key in strategies.TIMESTAMP_KEYS:
        key, values = "timestamp", [int(value) // 1000 for value in values]
    if one["type"] == "or":
        return {key: {"$in": values}}
    return {key: {f"${one['type']}": values[0]}}


@quick
@given(strategies.legacy_filters().filter(lambda one: one["type"] != "and"), strategies.documents())
def test_the_evaluators_agree(one, documents):
    assert check_filters(spelled(one)) == []
    for document in documents:
        assert legacy_selects(one, document) is new_selects(spelled(one), document)


# --- requests ----------------------------------------------------------------

FIELDS = {
    "search": {
        "query", "rewrite_query", "max_num_results", "ranking_options", "reranking", "filters",
    },
}  # fmt: skip
FIELDS["ai-search"] = FIELDS["search"] | {"model", "system_prompt", "stream"}


def is_valid(body, endpoint):
    """Is this body within the legacy schema?"""
    ranking, reranking = body.get("ranking_options", {}), body.get("reranking", {})
    shapes = all(
        (
            set(body) <= FIELDS[endpoint],
            isinstance(body.get("query"), str),
            type(body.get("max_num_results", 1)) is int,
            type(body.get("rewrite_query", True)) is bool,
            type(body.get("stream", True)) is bool,
            isinstance(body.get("model", ""), str),
            isinstance(body.get("system_prompt", ""), str),
            isinstance(ranking, dict) and set(ranking) <= {"score_threshold", "ranker"},
            isinstance(reranking, dict) and set(reranking) <= {"enabled", "model"},
        )
    )
    return (
        shapes
        and 1 <= body.get("max_num_results", 1) <= 50
        and type(ranking.get("score_threshold", 0)) in (int, float)
        and 0 <= ranking.get("score_threshold", 0) <= 1
        and type(reranking.get("enabled", True)) is bool
        and reranking.get("model", "") in ("", strategies.RERANKER)
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_legacy_requests_are_valid(endpoint):
    @quick
    @given(strategies.legacy_requests(endpoint))
    def holds(body):
        assert is_valid(body, endpoint)
        if "filters" in body:
            assert_legacy_filter(body["filters"])

    holds()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "condition",
    [
        lambda body: set(body) == {"query"},
        lambda body: body.get("ranking_options") == {},
        lambda body: body.get("max_num_results") == 50,
        lambda body: body.get("reranking", {}).get("model") == "",
        lambda body: "filters" in body,
    ],
)
def test_legacy_requests_reach(endpoint, condition):
    met(strategies.legacy_requests(endpoint), condition)


def test_legacy_requests_reach_an_empty_model():
    met(strategies.legacy_requests("ai-search"), lambda body: body.get("model") == "")


def test_legacy_requests_take_other_filters():
    only = {"type": "eq", "key": "x", "value": 1}
    requests = strategies.legacy_requests("search", filters=st.just(only))
    assert met(requests, lambda body: "filters" in body)["filters"] == only


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_messy_requests_always_have_a_query(endpoint):
    @quick
    @given(strategies.messy_legacy_requests(endpoint))
    def holds(body):
        assert isinstance(body["query"], str)
        json.dumps(body, allow_nan=False)

    holds()


@pytest.mark.parametrize(
    "condition",
    [
        lambda body: not is_valid(body, "search"),
        lambda body: "top_k" in body,
        lambda body: "maxNumResults" in body,
        lambda body: "system_prompt" in body,
        lambda body: isinstance(body.get("max_num_results"), str),
        lambda body: body.get("max_num_results", 0) is None,
        lambda body: body.get("filters", 0) is None,
        lambda body: body.get("reranking") is True,
        lambda body: isinstance(
            (body.get("ranking_options") or {}).get("score_threshold")
            if isinstance(body.get("ranking_options"), dict)
            else None,
            str,
        ),
        lambda body: next(iter(body)) != "query",
    ],
)
def test_messy_requests_reach(condition):
    met(strategies.messy_legacy_requests("search"), condition)


# --- answers -----------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_legacy_answers(endpoint):
    @quick
    @given(strategies.legacy_answers(endpoint))
    def holds(answer):
        result = answer["result"]
        assert answer["success"] is True
        assert ("response" in result) is (endpoint == "ai-search")
        assert result["has_more"] is False
        assert result["next_page"] is None
        for row in result["data"]:
            attributes = row["attributes"]
            assert attributes["folder"] + attributes["filename"] == row["filename"]
            assert attributes["folder"] == "" or attributes["folder"].endswith("/")
            assert {part["id"] for part in row["content"]} <= {row["file_id"]}

    holds()


@quick
@given(strategies.new_search_answers(), strategies.new_chat_answers())
def test_new_answers(search, chat):
    assert set(search["result"]) <= {"search_query", "query_kind", "chunks"}
    assert "success" not in chat
    assert isinstance(chat["choices"][0]["message"]["content"], str)
    for chunk in search["result"]["chunks"] + chat["chunks"]:
        assert {"id", "type", "score", "text"} <= set(chunk)
        assert set(chunk) <= {"id", "type", "score", "text", "item", "scoring_details"}


@quick
@given(strategies.new_search_answers(several=True), strategies.new_chat_answers(several=True))
def test_answers_of_several_instances(search, chat):
    for chunk in search["result"]["chunks"] + chat["chunks"]:
        assert chunk["instance_id"]


@pytest.mark.parametrize(
    "condition",
    [
        lambda chunk: "item" not in chunk,
        lambda chunk: "item" in chunk and "timestamp" not in chunk["item"],
        lambda chunk: 0 < chunk.get("item", {}).get("timestamp", 0) < 1e11,
        lambda chunk: chunk.get("item", {}).get("timestamp", 0) >= 1e11,
        lambda chunk: "scoring_details" not in chunk,
        lambda chunk: chunk.get("item", {}).get("metadata"),
    ],
)
def test_chunks_reach(condition):
    met(strategies.chunks(), condition)


def test_answers_reach():
    met(strategies.new_search_answers(), lambda answer: "search_query" not in answer["result"])
    met(strategies.new_search_answers(several=True), lambda answer: "errors" in answer["result"])
    met(strategies.new_chat_answers(several=True), lambda answer: "errors" in answer)
    parts = strategies.new_chat_answers(content_parts=True)
    met(parts, lambda answer: isinstance(answer["choices"][0]["message"]["content"], list))


# --- streams -----------------------------------------------------------------


def read_events(body):
    """Events of a whole stream as (name, data): short, and slow."""
    text = body.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    for block in text.split("\n\n"):
        name, data = "", []
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
        if data:
            yield name, "\n".join(data)


def read_new(body):
    text, chunks, done = "", None, False
    for name, data in read_events(body):
        assert not done
        if data == "[DONE]":
            done = True
            continue
        value = json.loads(data)
        if name == "chunks":
            chunks = value
        elif "chunks" in value:
            chunks = value["chunks"]
        for choice in value.get("choices", []) if isinstance(value, dict) else []:
            text += choice["delta"].get("content") or ""
    return text, chunks, done


@pytest.mark.parametrize("plain", [True, False])
def test_new_streams_say_what_is_expected_of_them(plain):
    @quick
    @given(strategies.new_stream_events(plain=plain))
    def holds(stream):
        assert read_new(b"".join(stream.events)) == (stream.text, stream.chunks, stream.done)
        if plain:
            assert stream.done
            assert stream.chunks is not None
            assert stream.events[0].startswith(b"event: chunks\ndata: [")
            assert stream.events[-1] == b"data: [DONE]\n\n"

    holds()


@pytest.mark.parametrize("plain", [True, False])
def test_legacy_streams_say_what_is_expected_of_them(plain):
    @quick
    @given(strategies.legacy_stream_events(plain=plain))
    def holds(stream):
        events = [data for _, data in read_events(b"".join(stream.events))]
        assert (events[-1:] == ["[DONE]"]) is stream.done
        values = [json.loads(data)["response"] for data in events if data != "[DONE]"]
        assert "".join("" if v is None else str(v) for v in values) == stream.text
        assert stream.chunks is None
        assert not plain or all(event.startswith(b"data: ") for event in stream.events)

    holds()


@pytest.mark.parametrize(
    "condition",
    [
        lambda stream: not stream.done,
        lambda stream: stream.chunks is None,
        lambda stream: stream.chunks is not None and b"event" not in b"".join(stream.events),
        lambda stream: stream.events and stream.events[0].startswith(b"\xef\xbb\xbf"),
        lambda stream: stream.done and stream.events[-1].endswith(b"]"),
        lambda stream: any(b"\r\n\r\n" in event for event in stream.events),
        lambda stream: any(b"\r\r" in event for event in stream.events),
        lambda stream: any(event.count(b"data:") > 1 for event in stream.events),
        lambda stream: "\u2028".encode() in b"".join(stream.events),
        lambda stream: b"data:{" in b"".join(stream.events),
        lambda stream: b"usage" in b"".join(stream.events),
    ],
)
def test_new_streams_reach(condition):
    met(strategies.new_stream_events(), condition)


@quick
@given(st.data(), st.binary(max_size=50))
def test_splits_join_to_the_whole(data, whole):
    pieces = data.draw(strategies.sse_splits(whole))
    assert b"".join(pieces) == whole


@pytest.mark.parametrize(
    "condition",
    [
        lambda pieces: pieces == [b"abcd"],
        lambda pieces: pieces == [b"a", b"b", b"c", b"d"],
        lambda pieces: b"" in pieces,
    ],
)
def test_splits_reach(condition):
    met(strategies.sse_splits(b"abcd"), condition)


# --- JSON --------------------------------------------------------------------


@quick
@given(strategies.json_values())
def test_json_values_survive_a_round_trip(value):
    assert json.loads(json.dumps(value, allow_nan=False)) == value


@pytest.mark.parametrize(
    "condition",
    [
        lambda value: not strategies.is_unicode(json.dumps(value, ensure_ascii=False)),
        lambda value: "0" * 400 in json.dumps(value),
        lambda value: "5e-324" in json.dumps(value),
        lambda value: isinstance(value, dict) and any(isinstance(v, list) for v in value.values()),
    ],
)
def test_json_values_reach(condition):
    met(strategies.json_values(), condition)
