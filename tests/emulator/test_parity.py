"""The same question on both APIs has the same meaning, the same chunks and the same answer."""

from __future__ import annotations

import pytest

from autorag_migrate.emulator import Document

PIN = {"retrieval_type": "vector", "return_on_failure": False, "match_threshold": 0}
OFF = {"reranking": {"enabled": False}, "query_rewrite": {"enabled": False}}


def options(*, reranking=None, rewrite=None, **retrieval):
    chosen = {"retrieval": {**PIN, **retrieval}, **OFF}
    if reranking is not None:
        chosen["reranking"] = reranking
    if rewrite is not None:
        chosen["query_rewrite"] = rewrite
    return {"ai_search_options": chosen}


PAIRS = [
    ({}, options()),
    ({"max_num_results": 2}, options(max_num_results=2)),
    ({"ranking_options": {"score_threshold": 0.3}}, options(match_threshold=0.3)),
    ({"rewrite_query": True}, options(rewrite={"enabled": True})),
    ({"reranking": {"enabled": True}}, options(reranking={"enabled": True, "match_threshold": 0})),
    (
        {"reranking": {"enabled": True, "model": "@cf/baai/bge-reranker-base"}},
        options(
            reranking={
                "enabled": True,
                "match_threshold": 0,
                "model": "@cf/baai/bge-reranker-base",
            }
        ),
    ),
    (
        {"filters": {"type": "gte", "key": "timestamp", "value": "1720000000000"}},
        options(filters={"timestamp": {"$gte": 1720000000}}),
    ),
    (
        {
            "filters": {
                "type": "or",
                "filters": [
                    {"type": "eq", "key": "folder", "value": folder} for folder in ("llama/", "")
                ],
            }
        },
        options(filters={"folder": {"$in": ["llama/", ""]}}),
    ),
]


@pytest.mark.parametrize(("legacy", "new"), PAIRS)
def test_searches(ask, legacy, new):
    rows = ask.legacy(**legacy).json()["result"]["data"]
    chunks = ask.new(**new).json()["result"]["chunks"]
    first, second = ask.emulator.log
    assert first.meaning.differences(second.meaning) == []
    assert first.meaning == second.meaning
    assert first.meaning.selected == second.meaning.selected
    assert [
        (row["file_id"], row["filename"], row["score"], row["content"][0]["text"]) for row in rows
    ] == [(each["id"], each["item"]["key"], each["score"], each["text"]) for each in chunks]
    assert rows


@pytest.mark.parametrize(("legacy", "new"), PAIRS)
def test_answers(ask, legacy, new):
    messages = [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": "what do llamas eat"},
    ]
    old = ask.legacy_answer(system_prompt="Be terse.", model="@cf/a/b", **legacy).json()
    answer = ask.chat(messages=messages, model="@cf/a/b", **new).json()
    first, second = ask.emulator.log
    assert first.meaning.differences(second.meaning) == []
    assert old["result"]["response"] == answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("new", "difference"),
    [
        ({}, "retrieval_type: 'vector' became 'hybrid'"),
        ({}, "threshold: 0.0 became 0.4"),
        ({}, "return_on_failure: False became True"),
        (options(retrieval_type="keyword"), "keyword_match_mode: None became 'and'"),
        (options(max_num_results=3), "max_num_results: 10 became 3"),
        (options(reranking={"enabled": True}), "reranking_threshold: None became 0.4"),
        (options(rewrite={"enabled": True}), "rewriting: False became True"),
        (options(context_expansion=2), "context_expansion: 0 became 2"),
        (options(metadata_only=True), "metadata_only: False became True"),
    ],
)
def test_what_changes_the_meaning_is_named(ask, new, difference):
    ask.legacy()
    ask.new(**new)
    first, second = ask.emulator.log
    assert difference in first.meaning.differences(second.meaning)
    assert first.meaning != second.meaning


def test_options_without_an_effect_are_part_of_the_meaning(ask):
    ask.new()
    ask.new(ai_search_options={"cache": {"enabled": False}, "custom_metadata": {"team": "x"}})
    first, second = ask.emulator.log
    assert second.meaning.other == (
        ("cache", '{"enabled": false}'),
        ("custom_metadata", '{"team": "x"}'),
    )
    assert first.meaning != second.meaning


def test_long_strings_are_where_the_apis_differ(asking):
    long = "x" * 70
    ask = asking([Document(f"{long}{end}/a.md", "llamas") for end in "ab"], legacy_threshold=0.0)
    folder = f"{long}a/"
    ask.legacy(filters={"type": "eq", "key": "folder", "value": folder})
    ask.new(**options(filters={"folder": folder}))
    first, second = ask.emulator.log
    assert first.meaning == second.meaning
    assert len(first.meaning.selected) == 1
    assert len(second.meaning.selected) == 2
