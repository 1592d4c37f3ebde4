"""Answers of the management routes."""

import copy
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import MANAGEMENT_ABSENT, MANAGEMENT_ADDITIONS, MANAGEMENT_FIELDS
from autorag_migrate.translate import management_to_legacy
from strategies import json_values

JOB = {
    "id": "job-1",
    "source": "user",
    "description": "nightly",
    "started_at": "2026-01-01",
    "ended_at": None,
    "end_reason": None,
}
LEGACY_JOB = {key: value for key, value in JOB.items() if key != "description"}


def answer(result, **more):
    return {"success": True, "result": result, **more}


def test_a_sync_answers_the_id_of_its_job():
    translation = management_to_legacy("sync", answer(JOB))
    assert translation.body == answer({"job_id": "job-1"})
    dropped = sorted(JOB.keys() - {"id"})
    assert [(each.code, each.field) for each in translation.notes] == [
        ("AR220", f"$.result.{name}") for name in dropped
    ]


def test_files_keep_their_key_and_error_and_the_page():
    page = {"page": 1, "per_page": 20, "count": 2, "total_count": 2}
    items = [
        {"id": "1", "key": "a.md", "status": "completed", "error": None},
        {"id": "2", "key": "b.md", "status": "skipped"},
    ]
    translation = management_to_legacy("files", answer(items, result_info=page))
    assert translation.body == answer(
        [{"key": "a.md", "error": None}, {"key": "b.md", "error": None}], result_info=page
    )
    assert [each.field for each in translation.notes] == ["$.result.id", "$.result.status"]


def test_jobs_lose_what_they_gained():
    listed = management_to_legacy("jobs", answer([JOB, LEGACY_JOB]))
    assert listed.body == answer([LEGACY_JOB, LEGACY_JOB])
    assert [each.field for each in listed.notes] == ["$.result.description"]
    assert management_to_legacy("job", answer(JOB)).body == answer(LEGACY_JOB)


def test_logs_are_the_same_on_both_sides():
    logs = answer([{"id": 1, "message": "m", "description": "kept", "created_at": 1}])
    translation = management_to_legacy("job-logs", logs)
    assert translation.body == logs
    assert translation.notes == ()


def test_every_row_of_the_table_is_honoured():
    for route, fields in MANAGEMENT_FIELDS.items():
        row = {new: f"value of {new}" for new in fields.values()}
        legacy = {name: f"value of {new}" for name, new in fields.items()}
        assert management_to_legacy(route, answer([row])).body == answer([legacy])
    for route, absent in MANAGEMENT_ABSENT.items():
        translation = management_to_legacy(route, answer([{"id": "docs"}]))
        assert translation.body == answer([{"id": "docs", **absent}])
        assert translation.notes == ()
        told = {"id": "docs"} | dict.fromkeys(absent, "told")
        assert management_to_legacy(route, answer([told])).body == answer([told])
    for route, added in MANAGEMENT_ADDITIONS.items():
        row = dict.fromkeys(added, "new") | {"kept": 1}
        assert management_to_legacy(route, answer(row)).body == answer({"kept": 1})


@pytest.mark.parametrize("body", [{}, answer(None), answer("x"), answer([1]), answer([{}, None])])
def test_another_shape_is_an_error(body):
    with pytest.raises(TranslationError, match="not an object"):
        management_to_legacy("files", body)


@given(
    route=st.sampled_from(("sync", "files", "jobs", "job", "job-logs", "list")),
    result=json_values()
    | st.lists(st.dictionaries(st.text(max_size=3), json_values(max_leaves=2))),
)
def test_no_json_raises_anything_but_a_translation_error(route, result):
    body = answer(result)
    before = copy.deepcopy(body)
    with suppress(TranslationError):
        management_to_legacy(route, body)
    assert body == before


@pytest.mark.parametrize(
    ("route", "result"),
    [
        ("sync", {"job_id": "j1"}),
        ("files", [{"key": "a.md", "error": "bad"}]),
        ("files", [{"key": "b"}]),
    ],
)
def test_a_legacy_answer_stays(route, result):
    assert management_to_legacy(route, answer(result)) == (answer(result), (), "")
