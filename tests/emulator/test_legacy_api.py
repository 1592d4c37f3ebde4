from __future__ import annotations

import pytest


def test_search_has_the_documented_shape(ask):
    body = ask.legacy(max_num_results=1).json()
    (row,) = body["result"].pop("data")
    assert body == {
        "success": True,
        "result": {
            "object": "vector_store.search_results.page",
            "search_query": "what do llamas eat",
            "has_more": False,
            "next_page": None,
        },
    }
    chunk_id = row.pop("file_id")
    assert 0 < row.pop("score") < 1
    assert row == {
        "filename": "llama/food.md",
        "attributes": {
            "modified_date": 1_720_000_000_000,
            "timestamp": 1_720_000_000_000,
            "folder": "llama/",
            "filename": "food.md",
            "file": {"title": "Food", "year": 2024},
        },
        "content": [
            {
                "id": chunk_id,
                "type": "text",
                "text": "Llamas eat grass and hay. They drink water once a day.",
            }
        ],
    }


def test_an_answer_has_a_response_and_the_same_rows(ask):
    answer = ask.legacy_answer().json()["result"]
    response = answer.pop("response")
    assert answer == ask.legacy().json()["result"]
    assert "what do llamas eat" in response
    assert "Llamas eat grass and hay" in response
    assert "llama/food.md" in response


def test_a_root_object_has_an_empty_folder(ask):
    row = ask.legacy("alpaca wool", max_num_results=1).json()["result"]["data"][0]
    assert row["filename"] == row["attributes"]["filename"] == "alpaca.md"
    assert row["attributes"]["folder"] == ""
    assert row["attributes"]["file"] == {}


def test_rows_come_by_score_and_all_of_them_without_a_threshold(ask):
    rows = ask.legacy().json()["result"]["data"]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert len(rows) == 4


def test_a_threshold_cuts(ask):
    scores = [row["score"] for row in ask.legacy().json()["result"]["data"]]
    for threshold in (scores[1], str(scores[1])):
        body = ask.legacy(ranking_options={"score_threshold": threshold}).json()
        assert [row["score"] for row in body["result"]["data"]] == scores[:2]


def test_the_default_threshold_is_the_instances(asking):
    asker = asking(legacy_threshold=None, instance_threshold=0.6)
    rows = asker.legacy().json()["result"]["data"]
    assert rows == asker.legacy(ranking_options={"score_threshold": 0.6}).json()["result"]["data"]
    assert (
        0
        < len(rows)
        < len(asker.legacy(ranking_options={"score_threshold": 0}).json()["result"]["data"])
    )


def test_the_default_threshold_is_a_setting(asking):
    rows = asking(legacy_threshold=0.5).legacy().json()["result"]["data"]
    assert 0 < len(rows) < 4
    assert all(row["score"] >= 0.5 for row in rows)


@pytest.mark.parametrize(
    "fields",
    [
        {"max_num_results": "1"},
        {"max_num_results": 1, "filters": None, "stream": None, "model": None},
        {"max_num_results": 1.0, "model": "", "system_prompt": ""},
        {"max_num_results": 1, "reranking": {"enabled": False, "model": ""}},
        {"max_num_results": 1, "ranking_options": {}, "filters": {}, "rewrite_query": True},
    ],
)
def test_harmless_variations_change_nothing(ask, fields):
    expected = ask.legacy_answer(max_num_results=1).content
    assert ask.legacy_answer(**fields).content == expected


def test_reranking_replaces_the_score_and_cuts_nothing(ask):
    before = ask.legacy().json()["result"]["data"]
    after = ask.legacy(reranking={"enabled": True}).json()["result"]["data"]
    assert {row["file_id"] for row in after} == {row["file_id"] for row in before}
    assert [row["score"] for row in after] != [row["score"] for row in before]
    assert min(row["score"] for row in after) < 0.4


def test_system_prompt_and_model_show_in_an_answer_and_not_in_a_search(ask):
    fields = {"system_prompt": "Be terse.", "model": "@cf/some/model"}
    response = ask.legacy_answer(**fields).json()["result"]["response"]
    assert "Be terse." in response
    assert "@cf/some/model" in response
    assert ask.legacy(**fields).content == ask.legacy().content


def test_unknown_keys_are_ignored_and_logged(ask):
    answer = ask.legacy(limit=3, top_k=3, stream=True, reranking={"topK": 1})
    assert answer.content == ask.legacy().content
    assert ask.emulator.log[0].defects == [
        "unknown key limit",
        "unknown key top_k",
        "unknown key stream",
        "unknown key reranking.topK",
    ]
    assert ask.last.defects == []


def test_filters_are_evaluated(ask):
    value = {"type": "eq", "key": "folder", "value": "llama/"}
    rows = ask.legacy(filters=value).json()["result"]["data"]
    assert {row["filename"] for row in rows} == {"llama/food.md"}
    assert ask.last.meaning.selected == ("llama/food.md",)


def test_an_unknown_metadata_key_matches_nothing(ask):
    value = {"type": "eq", "key": "nobody", "value": "x"}
    assert ask.legacy(filters=value).json()["result"]["data"] == []


def test_without_sources_an_answer_says_so(ask):
    value = {"type": "eq", "key": "nobody", "value": "x"}
    response = ask.legacy_answer(filters=value).json()["result"]["response"]
    assert response == "Nothing was found about “what do llamas eat”."


def test_legacy_names_live_in_the_default_namespace_only(asking):
    ask = asking(namespace="other")
    assert ask.legacy().status_code == 404
    path = "ai-search/namespaces/other/instances/docs/search"
    assert ask.http.post(path, json={"query": "llamas"}).status_code == 200
