"""Error envelopes, from either API's words into the other's."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.mapping import ERRORS, REQUEST_FIELDS
from autorag_migrate.translate import envelope, error_to_legacy, error_to_new, is_error
from strategies import json_values

RENAMED = [
    (7002, "autorag_not_found", "ai_search_not_found"),
    (7017, "unable_to_connect_to_autorag", "unable_to_connect_to_ai_search"),
    (7032, "autorag_is_paused", "ai_search_is_paused"),
]

PATHS = [
    ("query", ["messages"]),
    ("rewrite_query", ["ai_search_options", "query_rewrite", "enabled"]),
    ("max_num_results", ["ai_search_options", "retrieval", "max_num_results"]),
    ("ranking_options.score_threshold", ["ai_search_options", "retrieval", "match_threshold"]),
    ("reranking.enabled", ["ai_search_options", "reranking", "enabled"]),
    ("reranking.model", ["ai_search_options", "reranking", "model"]),
    ("filters", ["ai_search_options", "retrieval", "filters"]),
    ("model", ["model"]),
    ("stream", ["stream"]),
]


def failure(code=7001, message="internal_error", **more):
    return {
        "success": False,
        "errors": [{"code": code, "message": message, **more}],
        "messages": [],
        "result": {},
    }


@pytest.mark.parametrize(("code", "legacy", "new"), RENAMED)
def test_each_renamed_message_is_translated_both_ways(code, legacy, new):
    before, after = failure(code, new), failure(code, legacy)
    assert error_to_legacy(before).body == after
    assert error_to_new(after).body == before
    assert before == failure(code, new)


def test_the_renamed_messages_are_those_of_the_table():
    rows = [(row.code, row.legacy_message, row.new_message) for row in ERRORS if row.new_message]
    assert rows == RENAMED


def test_a_renamed_word_is_found_within_a_longer_message():
    said = error_to_legacy(failure(7002, "ai_search_not_found: no instance docs")).body
    assert said["errors"][0]["message"] == "autorag_not_found: no instance docs"


def test_code_and_what_else_the_envelope_holds_stay():
    body = failure(7002, "ai_search_not_found", documentation_url="https://example.com")
    body |= {"messages": ["m"], "result": None, "extra": 1}
    said = error_to_legacy(body).body
    assert said["errors"][0].pop("message") == "autorag_not_found"
    body["errors"][0].pop("message")
    assert said == body


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: str(row.code))
def test_what_has_no_other_word_is_the_same_object(row):
    body = failure(row.code, "another_message", path=["unknown", 0])
    assert error_to_legacy(body).body is body
    assert error_to_new(body).body is body


@pytest.mark.parametrize(("legacy", "new"), PATHS)
@pytest.mark.parametrize("body", [[], ["body"]])
def test_a_path_follows_its_field_both_ways(legacy, new, body):
    theirs, ours = failure(path=body + new), failure(path=body + legacy.split("."))
    assert error_to_legacy(theirs).body == ours
    assert error_to_new(ours).body == theirs
    assert theirs["errors"][0]["path"] == body + new


def test_every_field_that_is_carried_has_its_path():
    carried = {row.legacy for row in REQUEST_FIELDS if row.new and row.conversion != "prompt"}
    assert carried == {legacy for legacy, _ in PATHS}


def test_what_stands_below_a_field_stays_in_its_path():
    theirs = failure(path=["ai_search_options", "retrieval", "filters", "folder", "$in", 3])
    said = error_to_legacy(theirs).body["errors"][0]["path"]
    assert said == ["filters", "folder", "$in", 3]


def test_a_path_into_the_messages_is_about_the_query():
    theirs = failure(path=["body", "messages", 0, "content"])
    assert error_to_legacy(theirs).body["errors"][0]["path"] == ["body", "query"]


def test_a_field_is_known_only_where_it_starts():
    body = failure(path=["a", "b", "messages"])
    assert error_to_legacy(body).body is body


def test_several_errors_are_translated_each():
    body = {"success": False, "errors": [failure(7002, "ai_search_not_found")["errors"][0], "e"]}
    said = error_to_legacy(body).body
    assert said["errors"] == [{"code": 7002, "message": "autorag_not_found"}, "e"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"success": False}, True),
        ({"success": True}, False),
        ({}, False),
        ({"success": None}, False),
        ({"success": 0}, False),
    ],
)
def test_an_error_says_so(body, expected):
    assert is_error(body) is expected


def test_an_envelope_is_the_one_that_both_apis_write():
    assert envelope(7015, "m") == failure(7015, "m")
    assert envelope(7015, "m", ("filters", 0)) == failure(7015, "m", path=["filters", 0])


@given(
    errors=json_values()
    | st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "code": json_values(max_leaves=1),
                "message": json_values(max_leaves=2),
                "path": json_values(max_leaves=3),
            },
        ),
        max_size=3,
    )
)
def test_no_json_raises(errors):
    body = {"success": False, "errors": errors}
    before = copy.deepcopy(body)
    for translate in (error_to_legacy, error_to_new):
        translation = translate(body)
        assert translation.notes == ()
        assert (translation.body is body) or translation.body != body
    assert body == before
