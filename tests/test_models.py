"""Typed answers: faithful to the JSON they were made from, tolerant of what is odd."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any, Literal, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate import models
from autorag_migrate.mapping import FILTER_OPERATORS, REQUEST_FIELDS, RESPONSE_FIELDS
from autorag_migrate.models import (
    AiSearchResult,
    Attributes,
    Comparison,
    CompoundFilter,
    Content,
    Job,
    JobLog,
    Page,
    RagFile,
    RankingOptions,
    Reranking,
    SearchResult,
    SearchRow,
    SyncJob,
)
from autorag_migrate.translate import response_to_legacy
from strategies import json_values, legacy_answers, new_chat_answers, new_search_answers

KINDS: dict[Literal["search", "ai-search"], type[SearchResult]] = {
    "search": SearchResult,
    "ai-search": AiSearchResult,
}


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_legacy_answers_come_back_as_they_were(endpoint: Any, data: st.DataObject) -> None:
    result = data.draw(legacy_answers(endpoint))["result"]
    typed = KINDS[endpoint].model_validate(result)
    # Null and absent are the same to a reader.
    expected = {name: value for name, value in result.items() if name != "next_page"}
    assert typed.model_dump(exclude_unset=True, exclude={"next_page"}) == expected
    assert typed.next_page is None


@given(new_search_answers() | new_search_answers(several=True))
def test_translated_searches_are_understood(body: dict[str, Any]) -> None:
    legacy = response_to_legacy("search", body, query="q").body["result"]
    typed = SearchResult.model_validate(legacy)
    assert len(typed.data) == len(legacy["data"])
    for row, plain in zip(typed.data, legacy["data"], strict=True):
        assert row.text == plain["content"][0].get("text", "")


@given(new_chat_answers(content_parts=True) | new_chat_answers(several=True))
def test_translated_answers_are_understood(body: dict[str, Any]) -> None:
    legacy = response_to_legacy("ai-search", body, query="q").body["result"]
    assert AiSearchResult.model_validate(legacy).response == legacy["response"]


@given(
    st.dictionaries(st.text(max_size=5).map("x-".__add__), json_values(max_leaves=4), max_size=3),
    st.sampled_from([SearchResult, AiSearchResult, SearchRow, Attributes, Content]),
)
def test_unknown_parts_are_kept(more: dict[str, Any], kind: Any) -> None:
    typed = kind.model_validate(more)
    assert typed.model_dump(exclude_unset=True) == more


@pytest.mark.parametrize("kind", [SearchResult, AiSearchResult, SearchRow, Attributes, Content])
def test_every_part_may_be_absent_or_null(kind: Any) -> None:
    empty = kind.model_validate({})
    assert kind.model_validate(dict.fromkeys(kind.model_fields)).model_dump() == empty.model_dump()


def test_readers_need_no_guards() -> None:
    row = SearchResult.model_validate({"data": [{}], "search_query": None}).data[0]
    assert (row.text, row.filename, row.content, row.attributes.folder) == ("", "", [], None)
    odd = SearchRow.model_validate({"content": [{"text": None}, {"text": "a"}, {"text": "b"}]})
    assert odd.text == "ab"


def test_defaults_are_not_shared() -> None:
    one, other = SearchRow.model_validate({}), SearchRow.model_validate({})
    one.attributes.folder = "a/"
    one.content.append(Content())
    assert (other.attributes.folder, other.content) == (None, [])


@pytest.mark.parametrize("stamp", [1_735_689_600_000, 1_735_689_600_000.5, "1735689600000", None])
def test_timestamps_stay_as_they_are(stamp: object) -> None:
    typed = Attributes.model_validate({"timestamp": stamp})
    assert (typed.timestamp, type(typed.timestamp)) == (stamp, type(stamp))


def test_rows_of_management() -> None:
    assert SyncJob.model_validate({"job_id": "1"}).job_id == "1"
    assert RagFile.model_validate({"key": "a", "error": None}).error is None
    job = Job.model_validate({"id": "1", "source": "user", "ended_at": None, "more": 1})
    assert (job.ended_at, job.model_extra) == (None, {"more": 1})
    assert JobLog.model_validate({"id": 1, "message": None, "created_at": 1.5}).message == ""


def test_a_page_is_a_list() -> None:
    page = Page(["a", "b"], {"total_count": 2})
    assert page == ["a", "b"]
    assert page.result_info == {"total_count": 2}
    again = pickle.loads(pickle.dumps(page))
    assert (again, again.result_info) == (page, page.result_info)


def test_everything_can_be_pickled() -> None:
    result = AiSearchResult.model_validate({"response": "a", "data": [{"file_id": "1"}]})
    assert pickle.loads(pickle.dumps(result)) == result


# --- The shapes are those of the table ------------------------------------------------------------


def test_operators_are_those_of_the_table() -> None:
    hints = get_type_hints(Comparison)
    assert get_args(hints["type"]) == tuple(row.legacy for row in FILTER_OPERATORS)
    assert set(get_type_hints(CompoundFilter)) == {"type", "filters"}


@pytest.mark.parametrize(
    ("prefix", "shape"), [("ranking_options", RankingOptions), ("reranking", Reranking)]
)
def test_options_are_those_of_the_table(prefix: str, shape: Any) -> None:
    fields = {row.legacy.partition(".") for row in REQUEST_FIELDS}
    assert set(get_type_hints(shape)) == {name for above, _, name in fields if above == prefix}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("$.result", AiSearchResult),
        ("$.result.data[]", SearchRow),
        ("$.result.data[].attributes", Attributes),
        ("$.result.data[].content[]", Content),
    ],
)
def test_parts_are_those_of_the_table(path: str, kind: Any) -> None:
    rows = [row.legacy.removeprefix(path + ".").removesuffix("[]") for row in RESPONSE_FIELDS]
    below = {row.partition(".")[0] for row in rows if not row.startswith("$")}
    assert {name.removesuffix("[]") for name in below} == set(kind.model_fields)


def test_naming_the_public_names_loads_neither_httpx_nor_the_translator() -> None:
    code = (
        "import sys, autorag_migrate.client, autorag_migrate.models, autorag_migrate.errors;"
        "print([name for name in ('httpx', 'anyio', 'autorag_migrate.translate')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert set(models.__all__) <= set(vars(models))
