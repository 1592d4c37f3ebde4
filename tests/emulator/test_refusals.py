"""Who may ask, and what is refused with which code."""

from __future__ import annotations

import json

import httpx
import pytest

NEW = "ai-search/namespaces/default/instances"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "emulator-token"},
        {"authorization": "Basic emulator-token"},
        {"x-auth-email": "someone@example.com"},
        {"x-auth-key": "emulator-key"},
        {"x-auth-email": "someone@example.com", "x-auth-key": "wrong"},
        {"authorization": "Bearer Größe".encode()},
    ],
)
@pytest.mark.parametrize("path", ["autorag/rags/docs/search", f"{NEW}/docs/search"])
def test_strangers(ask, code_of, headers, path):
    del ask.http.headers["authorization"]
    answer = ask.http.post(path, json={"query": "llamas"}, headers=headers)
    assert code_of(answer) == (401, 10000)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "bearer emulator-token"},
        {"X-Auth-Email": "someone@example.com", "X-Auth-Key": "emulator-key"},
    ],
)
@pytest.mark.parametrize("path", ["autorag/rags/docs/search", f"{NEW}/docs/search"])
def test_acquaintances(ask, headers, path):
    del ask.http.headers["authorization"]
    answer = ask.http.post(path, json={"query": "llamas"}, headers=headers)
    assert answer.status_code == 200


def test_an_old_token_is_refused_by_the_new_api(asking, code_of):
    ask = asking(new_scopes=False)
    assert ask.legacy().status_code == 200
    assert code_of(ask.new()) == (403, 10000)
    key = {"x-auth-email": "someone@example.com", "x-auth-key": "emulator-key"}
    del ask.http.headers["authorization"]
    ask.http.headers.update(key)
    assert ask.new().status_code == 200


def test_another_account(ask, code_of):
    path = f"{ask.emulator.base_url}/accounts/other/autorag/rags/docs/search"
    assert code_of(ask.http.post(path, json={"query": "a"})) == (403, 10000)


def test_unknown_paths(ask, code_of):
    for method, path in (
        ("POST", "ai/autorag/rags/docs/search"),
        ("POST", "autorag/rags/docs/reindex"),
        ("GET", "autorag/rags/docs/search"),
        ("POST", "autorag/rags/docs/search/"),
    ):
        assert code_of(ask.http.request(method, path)) == (404, 7000)
    assert {entry.endpoint for entry in ask.emulator.log} == {"unknown"}
    assert ask.emulator.log[0].api == "legacy"
    httpx.get(ask.emulator.base_url, trust_env=False)
    assert ask.last.api == "other"


def test_names_are_spelled_as_each_api_does(ask, code_of):
    old = ask.http.post("autorag/rags/nobody/search", json={"query": "a"})
    new = ask.http.post(f"{NEW}/nobody/search", json={"query": "a"})
    assert code_of(old) == code_of(new) == (404, 7002)
    assert old.json()["errors"][0]["message"] == "autorag_not_found: nobody"
    assert new.json()["errors"][0]["message"] == "ai_search_not_found: nobody"


def test_paused_instances(asking, code_of):
    ask = asking(paused=("docs",))
    old, new = ask.legacy(), ask.new()
    assert code_of(old) == code_of(new) == (400, 7032)
    assert old.json()["errors"][0]["message"] == "autorag_is_paused: docs"
    assert new.json()["errors"][0]["message"] == "ai_search_is_paused: docs"


def test_unknown_namespaces(ask, code_of):
    path = "ai-search/namespaces/elsewhere/instances/docs/search"
    assert code_of(ask.http.post(path, json={"query": "a"})) == (404, 7063)


def test_the_rate_limit(asking, code_of):
    ask = asking(rate_limit=2)
    assert [ask.legacy().status_code, ask.new().status_code] == [200, 200]
    answer = ask.legacy()
    assert code_of(answer) == (429, 2003)
    assert int(answer.headers["retry-after"]) >= 1


def test_the_quota_counts_questions_only(asking, code_of):
    ask = asking(quota=1)
    assert ask.http.get("autorag/rags").status_code == 200
    assert ask.legacy().status_code == 200
    assert code_of(ask.chat()) == (429, 7069)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]", b'"x"', b"NaN", b"[" * 100_000])
@pytest.mark.parametrize(
    "path",
    [
        "autorag/rags/docs/search",
        "autorag/rags/docs/ai-search",
        f"{NEW}/docs/search",
        f"{NEW}/docs/chat/completions",
        "ai-search/namespaces/default/search",
    ],
)
def test_bodies_that_are_no_objects(ask, code_of, content, path):
    assert code_of(ask.http.post(path, content=content)) == (400, 7400)
    assert ask.last.defects
    assert ask.last.meaning is None


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"query": ""}, ["query"]),
        ({"query": None}, ["query"]),
        ({"query": 1}, ["query"]),
        ({"max_num_results": 0}, ["max_num_results"]),
        ({"max_num_results": 51}, ["max_num_results"]),
        ({"max_num_results": 1.5}, ["max_num_results"]),
        ({"max_num_results": "many"}, ["max_num_results"]),
        ({"max_num_results": True}, ["max_num_results"]),
        ({"max_num_results": 1e999}, ["max_num_results"]),
        ({"rewrite_query": "yes"}, ["rewrite_query"]),
        ({"ranking_options": []}, ["ranking_options"]),
        ({"ranking_options": {"score_threshold": 1.1}}, ["ranking_options", "score_threshold"]),
        ({"ranking_options": {"score_threshold": "-1"}}, ["ranking_options", "score_threshold"]),
        ({"ranking_options": {"ranker": 1}}, ["ranking_options", "ranker"]),
        ({"reranking": {"enabled": 1}}, ["reranking", "enabled"]),
        ({"filters": "folder"}, ["filters"]),
    ],
)
def test_malformed_legacy_fields(ask, code_of, fields, path):
    body = json.dumps({"query": "a", **fields}).replace("Infinity", "1e999")
    answer = ask.http.post("autorag/rags/docs/search", content=body)
    assert code_of(answer) == (400, 7400)
    assert answer.json()["errors"][0]["path"] == path


@pytest.mark.parametrize("fields", [{"system_prompt": 1}, {"model": []}, {"stream": "true"}])
def test_malformed_fields_of_legacy_answers(ask, code_of, fields):
    assert code_of(ask.legacy_answer(**fields)) == (400, 7400)


@pytest.mark.parametrize(
    ("retrieval", "field"),
    [
        ({"retrieval_type": "semantic"}, "retrieval_type"),
        ({"match_threshold": "0.4"}, "match_threshold"),
        ({"match_threshold": 2}, "match_threshold"),
        ({"match_threshold": None}, "match_threshold"),
        ({"max_num_results": "5"}, "max_num_results"),
        ({"max_num_results": 51}, "max_num_results"),
        ({"context_expansion": 4}, "context_expansion"),
        ({"fusion_method": "sum"}, "fusion_method"),
        ({"keyword_match_mode": "any"}, "keyword_match_mode"),
        ({"metadata_only": 1}, "metadata_only"),
        ({"return_on_failure": "no"}, "return_on_failure"),
        ({"boost_by": [{"field": "year"}] * 4}, "boost_by"),
        ({"boost_by": ["year"]}, "boost_by"),
        ({"boost_by": [{"field": "nobody"}]}, "field"),
        ({"boost_by": [{"field": "year", "direction": "up"}]}, "direction"),
        ({"filters": None}, "filters"),
    ],
)
def test_malformed_retrieval_options(ask, code_of, retrieval, field):
    answer = ask.retrieve(**retrieval)
    assert code_of(answer) == (400, 7400)
    path = answer.json()["errors"][0]["path"]
    assert path[:2] == ["ai_search_options", "retrieval"]
    assert path[-1] == field


@pytest.mark.parametrize(
    "options",
    [
        [],
        {"retrieval": []},
        {"reranking": {"match_threshold": 2}},
        {"query_rewrite": {"enabled": "yes"}},
        {"query_rewrite": {"rewrite_prompt": 1}},
        {"cache": {"cache_threshold": "exact"}},
        {"custom_metadata": {"a": 1, "b": 2, "c": 3}},
        {"custom_metadata": {"task": "x"}},
        {"custom_metadata": {"cf.x": "x"}},
        {"custom_metadata": {"a": []}},
    ],
)
def test_malformed_options(ask, code_of, options):
    assert code_of(ask.new(ai_search_options=options)) == (400, 7400)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 7400),
        ({"query": "a", "messages": [{"role": "user", "content": "a"}]}, 7400),
        ({"query": ""}, 7400),
        ({"messages": []}, 7038),
        ({"messages": [{"role": "system", "content": "a"}]}, 7039),
        ({"messages": [{"role": "user", "content": ""}]}, 7039),
        ({"messages": [{"role": "robot", "content": "a"}]}, 7400),
        ({"messages": [{"role": "user"}]}, 7400),
        ({"messages": [{"role": "user", "content": 1}]}, 7400),
        ({"messages": [{"content": "a"}]}, 7400),
        ({"messages": ["a"]}, 7400),
        ({"messages": "a"}, 7400),
    ],
)
def test_malformed_conversations(ask, code_of, body, code):
    assert code_of(ask.http.post(f"{NEW}/docs/search", json=body)) == (400, code)
    if "query" not in body:
        chat = ask.http.post(f"{NEW}/docs/chat/completions", json=body)
        assert code_of(chat) == (400, code)


def test_unknown_models(ask, asking, code_of):
    assert code_of(ask.legacy_answer(model="gpt")) == (400, 7010)
    assert code_of(ask.chat(model="gpt")) == (400, 7010)
    assert code_of(ask.legacy(reranking={"model": "other"})) == (400, 7010)
    strict = asking(models=("known",), model="own")
    assert strict.chat(model="known").json()["model"] == "known"
    assert strict.chat(model="own").status_code == 200
    assert code_of(strict.chat(model="@cf/x/y")) == (400, 7010)


@pytest.mark.parametrize("indexes", [("vector",), ("keyword",)])
def test_indexes_that_do_not_exist(asking, code_of, indexes):
    ask = asking(indexes=indexes)
    ask.new()
    assert ask.last.meaning.retrieval_type == indexes[0]
    assert code_of(ask.retrieve(retrieval_type="hybrid")) == (400, 7070)
    assert ask.retrieve(retrieval_type=indexes[0]).status_code == 200


def test_errors_of_filters_reach_the_client(ask, code_of):
    compound = {"type": "or", "filters": [{"type": "ne", "key": "a", "value": 1}]}
    assert code_of(ask.legacy(filters=compound)) == (400, 7015)
    assert code_of(ask.retrieve(filters={"nobody": 1})) == (400, 7058)
    assert ask.last.defects == ["no document has the field nobody"]
    answer = ask.retrieve(filters={"type": "eq", "key": "folder", "value": "llama/"})
    assert code_of(answer) == (400, 7057)
    assert ask.last.defects == ["the filter is in the legacy language"]
