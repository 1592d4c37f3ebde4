"""The checker of `sdk_types` says yes to what is right and no to what is wrong, and says where."""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003 - get_type_hints looks it up
from typing import (
    Annotated,
    Literal,
)

import pytest

pytest.importorskip("cloudflare.types.aisearch.namespaces", reason="an SDK before the new API")

from cloudflare._types import SequenceNotStr  # noqa: TC002 - get_type_hints looks it up
from cloudflare._utils import PropertyInfo
from cloudflare.types.aisearch import namespaces
from typing_extensions import NotRequired, Required, TypedDict

import sdk_types
from sdk_types import check, check_filters, check_ranges


def ask(**more):
    """A body with one user message."""
    return {"messages": [{"role": "user", "content": "Can llamas drive?"}], **more}


def options(**more):
    return ask(ai_search_options=more)


def retrieval(**more):
    return options(retrieval=more)


def message(role="user", content="hi", **more):
    return {"messages": [{"role": role, "content": content, **more}]}


EVERYTHING = options(
    retrieval={
        "retrieval_type": "vector",
        "match_threshold": 0.4,
        "max_num_results": 10,
        "filters": {"folder": "llamas/", "timestamp": {"$gte": 1735689600, "$lt": 1735776000}},
        "context_expansion": 1,
        "fusion_method": "rrf",
        "keyword_match_mode": "and",
        "boost_by": [{"field": "timestamp", "direction": "desc"}, {"field": "topic"}],
        "return_on_failure": False,
    },
    query_rewrite={"enabled": True, "model": "", "rewrite_prompt": "Be brief."},
    reranking={"enabled": True, "model": "@cf/baai/bge-reranker-base", "match_threshold": 0},
    cache={"enabled": True, "cache_threshold": "close_enough"},
    custom_metadata={"team": "docs", "beta": True},
)

RIGHT = [
    pytest.param("search", {"query": "llamas"}, id="query"),
    pytest.param("search", {"query": ""}, id="empty query"),
    pytest.param("search", ask(), id="messages"),
    pytest.param("search", {}, id="the types alone require nothing of search"),
    pytest.param("chat", ask(), id="chat"),
    pytest.param("chat", ask(model="", stream=True), id="chat with model and stream"),
    pytest.param("search", EVERYTHING, id="every option, search"),
    pytest.param("chat", EVERYTHING, id="every option, chat"),
    pytest.param("bare-search", EVERYTHING, id="every option, bare search"),
    pytest.param("bare-chat", EVERYTHING, id="every option, bare chat"),
    pytest.param("search", options(), id="empty options"),
    pytest.param("search", options(retrieval={}, reranking={}, cache={}), id="empty groups"),
    pytest.param("search", retrieval(match_threshold=0), id="int for float, low"),
    pytest.param("search", retrieval(match_threshold=1), id="int for float, high"),
    pytest.param("search", retrieval(filters={}), id="empty filters"),
    pytest.param("search", retrieval(filters={"a": {"$in": ["x", 1, True]}}), id="list operator"),
    pytest.param("search", retrieval(boost_by=({"field": "a"},)), id="tuple for array"),
    pytest.param("search", retrieval(boost_by=iter([{"field": "a"}])), id="iterator for array"),
    pytest.param("chat", {"messages": (m for m in message()["messages"])}, id="generator"),
    pytest.param("chat", {"messages": []}, id="no message is a matter of ranges"),
    pytest.param("chat", message(content=None), id="content null"),
    pytest.param("chat", message(content=[]), id="content without parts"),
    pytest.param("chat", message(content=[{"type": "text", "text": "a"}]), id="text part"),
    pytest.param(
        "chat", message(content=iter([{"type": "text", "text": "a"}])), id="iterator in a union"
    ),
    pytest.param(
        "chat",
        message(content=[{"type": "image_url", "image_url": {"url": "https://a.example"}}]),
        id="image part",
    ),
    pytest.param(
        "chat",
        message(content=[{"type": "file", "file": {"filename": "a.md", "file_id": "1"}}]),
        id="file part",
    ),
    *(
        pytest.param("chat", message(role=role), id=f"role {role}")
        for role in ("system", "developer", "user", "assistant", "tool")
    ),
    pytest.param("search", {"query": "\ud800"}, id="lone surrogate is a string"),
    pytest.param("search", options(custom_metadata={"a": 10**400}), id="huge integer"),
    pytest.param(
        "namespace-search",
        {"query": "a", "ai_search_options": {"instance_ids": ["a", "b"]}},
        id="several instances, search",
    ),
    pytest.param(
        "namespace-chat", options(instance_ids=("a",), retrieval={}), id="several instances, chat"
    ),
]

_LAST = {"type": "text", "text": 1}
WRONG = [
    pytest.param("search", None, "$:", id="null"),
    pytest.param("search", [], "$:", id="array"),
    pytest.param("search", "query", "$:", id="string"),
    pytest.param("search", {"query": 1}, "$.query:", id="query a number"),
    pytest.param("search", {"query": None}, "$.query:", id="query null"),
    pytest.param(
        "search",
        {"query": "a", "ranking_options": {"score_threshold": 0.4}},
        "$.ranking_options: unknown key",
        id="legacy body",
    ),
    pytest.param("chat", {"query": "a"}, "$.messages: required", id="legacy body on chat"),
    pytest.param("chat", ask(query="a"), "$.query: unknown key", id="query beside messages"),
    pytest.param("chat", ask(filters={}), "$.filters: unknown key", id="filters at the top"),
    pytest.param(
        "search", ask(max_num_results=5), "$.max_num_results: unknown key", id="limit at the top"
    ),
    pytest.param("search", ask(rewrite_query=True), "$.rewrite_query:", id="rewrite_query"),
    pytest.param("search", ask(system_prompt="a"), "$.system_prompt:", id="system_prompt"),
    pytest.param("search", ask(model=""), "$.model: unknown key", id="model on search"),
    pytest.param("search", ask(stream=False), "$.stream: unknown key", id="stream on search"),
    pytest.param("chat", ask(stream=1), "$.stream:", id="int for bool"),
    pytest.param("chat", ask(stream="true"), "$.stream:", id="string for bool"),
    pytest.param("chat", ask(model=None), "$.model:", id="model null"),
    pytest.param("search", ask(account_id="a"), "$.account_id: unknown", id="account in the body"),
    pytest.param("search", ask(name="default"), "$.name: unknown key", id="name in the body"),
    pytest.param(
        "search", ask(aisearch_options={}), "$.aisearch_options: unknown", id="name in Python"
    ),
    pytest.param("search", ask(ai_search_options=None), "$.ai_search_options:", id="options null"),
    pytest.param(
        "search",
        options(max_num_results=5),
        "$.ai_search_options.max_num_results: unknown key",
        id="limit outside retrieval",
    ),
    pytest.param(
        "search", options(instance_ids=["a"]), "$.ai_search_options.instance_ids:", id="ids here"
    ),
    pytest.param(
        "namespace-search", options(), "$.ai_search_options.instance_ids: required", id="no ids"
    ),
    pytest.param("namespace-chat", ask(), "$.ai_search_options: required", id="no options"),
    pytest.param(
        "namespace-chat",
        options(instance_ids="abc"),
        "$.ai_search_options.instance_ids:",
        id="string for array",
    ),
    pytest.param(
        "namespace-chat",
        options(instance_ids=["a", 1]),
        "$.ai_search_options.instance_ids[1]:",
        id="number among strings",
    ),
    pytest.param(
        "namespace-chat",
        options(instance_ids=iter("ab")),
        "$.ai_search_options.instance_ids:",
        id="iterator for sequence",
    ),
    *(
        pytest.param(
            "search", retrieval(**{key: value}), f"$.ai_search_options.retrieval.{key}:", id=name
        )
        for name, key, value in (
            ("string for float", "match_threshold", "0.4"),
            ("bool for float", "match_threshold", True),
            ("null for float", "match_threshold", None),
            ("no JSON number", "match_threshold", float("nan")),
            ("string for int", "max_num_results", "10"),
            ("float for int", "max_num_results", 10.0),
            ("bool for int", "max_num_results", True),
            ("bool for int, again", "context_expansion", False),
            ("unknown retrieval_type", "retrieval_type", "semantic"),
            ("literal in capitals", "retrieval_type", "Vector"),
            ("unknown fusion_method", "fusion_method", "sum"),
            ("unknown keyword_match_mode", "keyword_match_mode", "any"),
            ("int for bool", "return_on_failure", 0),
            ("filters an array", "filters", [{"folder": "a"}]),
            ("object for array", "boost_by", {"field": "a"}),
            ("set for array", "boost_by", {1}),
            ("not in the SDK", "metadata_only", True),
            ("unknown nested key", "score_threshold", 0.4),
        )
    ),
    pytest.param(
        "search",
        retrieval(boost_by=[{"field": "a"}, {"direction": "asc"}]),
        "$.ai_search_options.retrieval.boost_by[1].field: required",
        id="missing in the second entry",
    ),
    pytest.param(
        "search",
        retrieval(boost_by=(b for b in ({"field": "a"}, {"field": "b", "direction": "up"}))),
        "$.ai_search_options.retrieval.boost_by[1].direction:",
        id="wrong in a generator",
    ),
    pytest.param(
        "search",
        retrieval(filters={"$or": [{"folder": "a"}]}),
        "$.ai_search_options.retrieval.filters['$or']:",
        id="$or",
    ),
    pytest.param(
        "search",
        retrieval(filters={"type": "eq", "key": "folder", "value": None}),
        "$.ai_search_options.retrieval.filters.value:",
        id="filter null",
    ),
    pytest.param(
        "search", options(reranking=True), "$.ai_search_options.reranking:", id="reranking a bool"
    ),
    pytest.param(
        "search",
        options(query_rewrite={"enabled": "yes"}),
        "$.ai_search_options.query_rewrite.enabled:",
        id="enabled a string",
    ),
    pytest.param(
        "search",
        options(cache={"cache_threshold": "loose"}),
        "$.ai_search_options.cache.cache_threshold:",
        id="unknown cache_threshold",
    ),
    pytest.param(
        "search",
        options(custom_metadata={"a": None}),
        "$.ai_search_options.custom_metadata.a:",
        id="metadata null",
    ),
    pytest.param(
        "search",
        options(custom_metadata={1: "a"}),
        "$.ai_search_options.custom_metadata[1]:",
        id="key a number",
    ),
    pytest.param("chat", {"messages": "hi"}, "$.messages:", id="messages a string"),
    pytest.param("chat", {"messages": {"role": "user"}}, "$.messages:", id="messages an object"),
    pytest.param("chat", {"messages": ["hi"]}, "$.messages[0]:", id="message a string"),
    pytest.param(
        "chat", {"messages": [{"content": "a"}]}, "$.messages[0].role: required", id="no role"
    ),
    pytest.param(
        "chat", {"messages": [{"role": "user"}]}, "$.messages[0].content: required", id="no content"
    ),
    pytest.param("chat", message(role="bot"), "$.messages[0].role:", id="unknown role"),
    pytest.param("chat", message(name="a"), "$.messages[0].name: unknown", id="key in a message"),
    pytest.param("chat", message(content=1), "$.messages[0].content:", id="content a number"),
    pytest.param("chat", message(content=["a"]), "$.messages[0].content[0]:", id="part a string"),
    pytest.param(
        "chat",
        message(content=[{"type": "text", "text": "a"}, {"type": "audio"}]),
        "$.messages[0].content[1].",
        id="unknown part",
    ),
    pytest.param(
        "chat",
        {"messages": [*message()["messages"] * 7, *message(content=[{}, _LAST])["messages"]]},
        "$.messages[7].content[1].text:",
        id="deep at the end of a list",
    ),
]


@pytest.mark.parametrize(("kind", "body"), RIGHT)
def test_accepts(kind, body):
    assert check(body, kind) == []


@pytest.mark.parametrize(("kind", "body", "where"), WRONG)
def test_rejects(kind, body, where):
    problems = check(body, kind)
    assert any(problem.startswith(where) for problem in problems), problems


EXPECTED_SCALAR = "expected a string, a number or a boolean"


def test_every_problem_is_reported_once():
    body = {"query": 1, "limit": 2, "ai_search_options": {"retrieval": {"filters": {"a": [1]}}}}
    assert check(body, "search") == [
        "$.query: expected a string, got int 1",
        "$.limit: unknown key",
        "$.ai_search_options.retrieval.filters.a: " + EXPECTED_SCALAR + ", got list [1]",
    ]


def test_a_type_that_is_open_may_be_taken_at_its_word():
    body = message(role="tool", tool_call_id="1")
    assert check(body, "chat") == ["$.messages[0].tool_call_id: unknown key"]
    assert check(body, "chat", extra_items=True) == []
    closed = retrieval(tool_call_id="1")
    assert check(closed, "chat", extra_items=True) == check(closed, "chat") != []
    assert check(message(when={1, 2}), "chat", extra_items=True) != []


@pytest.mark.parametrize("kind", sdk_types.BODIES)
def test_only_the_path_and_the_body_are_in_the_types(kind):
    fields = set(sdk_types._shape(sdk_types.BODIES[kind]).fields) - sdk_types.PATH_PARAMS
    expected = {"messages", "ai_search_options"}
    assert fields == expected | ({"query"} if "search" in kind else {"model", "stream"})


def test_the_bare_path_takes_the_same_body():
    for kind in ("search", "chat"):
        here, there = (sdk_types._shape(sdk_types.BODIES[k]).fields for k in (kind, f"bare-{kind}"))
        assert {*here} - {*there} == {"name"}


def test_an_annotation_it_does_not_know_is_an_error_of_the_checker():
    with pytest.raises(TypeError, match="does not know"):
        sdk_types._value(1, complex, "$", False)


# Every form of annotation, whether or not the SDK uses it in these requests today.


class Inner(TypedDict):
    must: int
    may: NotRequired[int]


class Outer(TypedDict, total=False):
    must: Required[Annotated[str, PropertyInfo(alias="mustBe")]]
    also: Annotated[Required[str], "no alias"]
    either: int | list[Inner] | None
    maybe: Inner | None
    new: dict[str, object]
    names: SequenceNotStr[str]
    deep: dict[str, Iterable[dict[str, Literal[1, "a", True]]]]


LEAST = {"mustBe": "a", "also": "b"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"either": 1},
        {"either": None},
        {"either": [{"must": 1}]},
        {"maybe": None},
        {"maybe": {"must": 1, "may": 2}},
        {"new": {"a": [{"b": None}]}},
        {"names": ["a"]},
        {"deep": {"a": [{"b": 1}, {"b": "a", "c": True}]}},
    ],
)
def test_forms_of_annotation_accept(more):
    assert sdk_types._value({**LEAST, **more}, Outer, "$", False) == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({**LEAST, "must": "a"}, "$.must: unknown key"),
        ({"also": "b"}, "$.mustBe: required"),
        ({"mustBe": "a"}, "$.also: required"),
        ({**LEAST, "either": "1"}, "$.either: expected an integer or an array or null"),
        ({**LEAST, "either": [{"may": 1}]}, "$.either[0].must: required"),
        ({**LEAST, "maybe": {"must": True}}, "$.maybe.must: expected an integer"),
        ({**LEAST, "new": {"a": [float("inf")]}}, "$.new.a[0]: inf is not a JSON number"),
        ({**LEAST, "new": {"a": b""}}, "$.new.a: bytes b'' is not JSON"),
        ({**LEAST, "names": "abc"}, "$.names: expected an array"),
        ({**LEAST, "names": b"abc"}, "$.names: expected an array"),
        ({**LEAST, "deep": {"a b": [{"b": 1.0}]}}, "$.deep['a b'][0].b: expected one of"),
        ({**LEAST, "deep": {"a": [{"b": False}]}}, "$.deep.a[0].b: expected one of"),
    ],
)
def test_forms_of_annotation_reject(body, where):
    problems = sdk_types._value(body, Outer, "$", False)
    assert len(problems) == 1
    assert problems[0].startswith(where)


# --- filters -----------------------------------------------------------------


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"folder": "a/"},
        {"year": 2025, "price": 1.5, "public": False},
        {"a": {"$eq": "x"}},
        {"a": {"$ne": 1}},
        {"a": {"$gt": 1, "$lte": 2}},
        {"a": {"$gte": "a/", "$lt": "a0"}},
        {"a": {"$in": ["x", "y"]}, "b": {"$nin": [1, True]}},
        {"a": {"$nin": ("x",)}},
        {"type": "eq", "key": "folder", "value": "a field may have any name"},
        {"a": "x" * (2047 - len('{"a":""}'))},
    ],
)
def test_filters_accept(filters):
    assert check_filters(filters) == []


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        (None, "$: expected an object"),
        ([], "$: expected an object"),
        ({"$or": []}, "$['$or']: an operator where a field is due"),
        ({"$and": [{"a": 1}]}, "$['$and']: an operator where a field is due"),
        ({"$eq": 1}, "$['$eq']: an operator where a field is due"),
        ({1: "a"}, "$[1]: a key must be a string"),
        ({"a": None}, "$.a: expected a string, a number or a boolean"),
        ({"a": ["x"]}, "$.a: expected a string, a number or a boolean"),
        ({"a": float("inf")}, "$.a: inf is not a JSON number"),
        ({"a": {}}, "$.a: an object without an operator"),
        ({"a": {"$like": "x"}}, "$.a['$like']: unknown operator"),
        ({"a": {"eq": "x"}}, "$.a.eq: unknown operator"),
        ({"a": {"$gt": 1, "b": 2}}, "$.a.b: unknown operator"),
        ({"a": {"b": {"$eq": 1}}}, "$.a.b: unknown operator"),
        ({"a": {"$not": {"$eq": 1}}}, "$.a['$not']: unknown operator"),
        ({"a": {"$eq": {"$eq": 1}}}, "$.a['$eq']: expected a string, a number or a boolean"),
        ({"a": {"$gt": None}}, "$.a['$gt']: expected a string, a number or a boolean"),
        ({"a": {"$eq": ["x"]}}, "$.a['$eq']: expected a string, a number or a boolean"),
        ({"a": {"$in": "x"}}, "$.a['$in']: expected an array"),
        ({"a": {"$nin": {"x": 1}}}, "$.a['$nin']: expected an array"),
        ({"a": {"$in": ["x", ["y"]]}}, "$.a['$in'][1]: expected a string"),
        ({"type": "and", "filters": [{}]}, "$.filters: expected a string"),
        ({"a": "x" * (2048 - len('{"a":""}'))}, "$: 2048 bytes of JSON"),
        ({"a": "é" * 1024}, "$: 2056 bytes of JSON"),
        ({"a": "\ud800" * 512}, "$: 3080 bytes of JSON"),
    ],
)
def test_filters_reject(filters, where):
    problems = check_filters(filters)
    assert len(problems) == 1
    assert problems[0].startswith(where)


# --- ranges ------------------------------------------------------------------


def boosts(count, length=1):
    return retrieval(boost_by=[{"field": "f" * length}] * count)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"query": "a"}, id="query"),
        pytest.param(EVERYTHING, id="every option"),
        *(
            pytest.param(retrieval(**{key: value}), id=f"{key} {value}")
            for key, values in (
                ("match_threshold", (0, 0.0, 0.4, 1, 1.0)),
                ("max_num_results", (1, 50)),
                ("context_expansion", (0, 3)),
            )
            for value in values
        ),
        pytest.param(options(reranking={"match_threshold": 0}), id="reranking, low"),
        pytest.param(options(reranking={"match_threshold": 1}), id="reranking, high"),
        pytest.param(boosts(0), id="no boost"),
        pytest.param(boosts(3), id="3 boosts"),
        pytest.param(boosts(1, 64), id="64 characters"),
        pytest.param(options(instance_ids=["a"]), id="1 instance"),
        pytest.param(options(instance_ids=["a"] * 10), id="10 instances"),
        pytest.param(options(custom_metadata={}), id="no metadata"),
        pytest.param(options(custom_metadata={"a": 1, "cfx": 2}), id="2 entries"),
        pytest.param(retrieval(max_num_results="99", boost_by="abcd"), id="wrong types elsewhere"),
        pytest.param(retrieval(max_num_results=True), id="a bool is no number"),
        pytest.param(ask(ai_search_options=[]), id="options no object"),
    ],
)
def test_ranges_accept(body):
    assert check_ranges(body) == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "$: neither query nor messages"),
        (None, "$: neither query nor messages"),
        (ask(query="a"), "$: both query and messages"),
        ({"messages": []}, "$.messages: no message of the user"),
        (message(role="system"), "$.messages: no message of the user"),
        (retrieval(match_threshold=-0.01), "$.ai_search_options.retrieval.match_threshold: -0.01"),
        (retrieval(match_threshold=1.01), "$.ai_search_options.retrieval.match_threshold: 1.01"),
        (retrieval(match_threshold=float("nan")), "$.ai_search_options.retrieval.match_threshold:"),
        (retrieval(max_num_results=0), "$.ai_search_options.retrieval.max_num_results: 0 is not"),
        (retrieval(max_num_results=51), "$.ai_search_options.retrieval.max_num_results: 51 is not"),
        (retrieval(context_expansion=-1), "$.ai_search_options.retrieval.context_expansion: -1"),
        (retrieval(context_expansion=4), "$.ai_search_options.retrieval.context_expansion: 4"),
        (options(reranking={"match_threshold": -1}), "$.ai_search_options.reranking.match_thresho"),
        (options(reranking={"match_threshold": 2}), "$.ai_search_options.reranking.match_threshol"),
        (boosts(4), "$.ai_search_options.retrieval.boost_by: 4 entries is not"),
        (boosts(1, 65), "$.ai_search_options.retrieval.boost_by[0].field: 65 characters"),
        (options(instance_ids=[]), "$.ai_search_options.instance_ids: 0 entries"),
        (options(instance_ids=["a"] * 11), "$.ai_search_options.instance_ids: 11 entries"),
        (
            options(custom_metadata=dict.fromkeys("abc", 1)),
            "$.ai_search_options.custom_metadata: 3",
        ),
        *(
            (
                options(custom_metadata={key: 1}),
                f"$.ai_search_options.custom_metadata{where}: reser",
            )
            for key, where in (
                ("ai-search", "['ai-search']"),
                ("task", ".task"),
                ("origin", ".origin"),
                ("cf.ray", "['cf.ray']"),
            )
        ),
    ],
)
def test_ranges_reject(body, where):
    problems = check_ranges(body)
    assert len(problems) == 1
    assert problems[0].startswith(where)


def test_the_sdk_names_what_is_checked():
    """The types are those of the client's own methods."""
    assert sdk_types.BODIES["search"] is namespaces.InstanceSearchParams
    assert sdk_types.BODIES["chat"] is namespaces.InstanceChatCompletionsParams
