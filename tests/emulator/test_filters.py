from __future__ import annotations

import pytest

from autorag_migrate.emulator.documents import Document
from autorag_migrate.emulator.errors import ApiError
from autorag_migrate.emulator.filters import read_legacy, read_new
from autorag_migrate.emulator.predicate import Condition, Predicate
from autorag_migrate.emulator.validation import Defects


def legacy(value, *, nested=True):
    return read_legacy(value, ("filters",), allow_nested_or=nested)


def new(value, *, unit="seconds", fields=("title", "year", "public"), strict=True, defects=None):
    found = defects or Defects(strict=strict)
    predicate = read_new(value, ("filters",), fields=set(fields), unit=unit, defects=found)
    found.settle()
    return predicate


def comparison(kind, key, value):
    return {"type": kind, "key": key, "value": value}


def both(kind, *filters):
    return {"type": kind, "filters": list(filters)}


PAIRS = [
    (comparison("eq", "folder", "a/"), {"folder": "a/"}),
    (comparison("eq", "folder", "a/"), {"folder": {"$eq": "a/"}}),
    (comparison("eq", "folder", "a/"), {"folder": {"$in": ["a/"]}}),
    (comparison("ne", "folder", "a/"), {"folder": {"$ne": "a/"}}),
    (comparison("gt", "year", 3), {"year": {"$gt": 3}}),
    (comparison("gte", "year", 3), {"year": {"$gte": 3}}),
    (comparison("lt", "year", 3), {"year": {"$lt": 3}}),
    (comparison("lte", "year", 3), {"year": {"$lte": 3}}),
    (comparison("gte", "timestamp", "1735689600999"), {"timestamp": {"$gte": 1735689600}}),
    (comparison("gte", "timestamp", 1735689600999), {"modified_date": {"$gte": 1735689600}}),
    (comparison("lt", "modified_date", 1735689600000.0), {"timestamp": {"$lt": 1735689600}}),
    (
        both("and", comparison("eq", "folder", "a/"), comparison("gt", "year", 3)),
        {"year": {"$gt": 3}, "folder": "a/"},
    ),
    (
        both("and", comparison("gt", "folder", "a//"), comparison("lte", "folder", "a/z")),
        {"folder": {"$gt": "a//", "$lte": "a/z"}},
    ),
    (
        both("and", comparison("gte", "year", 1), comparison("gte", "year", 3)),
        {"year": {"$gte": 3}},
    ),
    (both("and", comparison("lt", "year", 1), comparison("lt", "year", 3)), {"year": {"$lt": 1}}),
    (
        both("and", comparison("ne", "year", 1), comparison("ne", "year", 3)),
        {"year": {"$nin": [3, 1]}},
    ),
    (
        both("or", comparison("eq", "folder", "b/"), comparison("eq", "folder", "a/")),
        {"folder": {"$in": ["a/", "b/", "a/"]}},
    ),
    (
        both(
            "and",
            comparison("gt", "year", 3),
            both("or", comparison("eq", "folder", "a/"), comparison("eq", "folder", "b/")),
        ),
        {"folder": {"$in": ["a/", "b/"]}, "year": {"$gt": 3}},
    ),
    ({}, {}),
]


@pytest.mark.parametrize(("old", "translated"), PAIRS)
def test_both_languages_say_the_same(old, translated):
    assert legacy(old) == new(translated)


@pytest.mark.parametrize(
    "other",
    [
        {"folder": "b/"},
        {"folder": {"$ne": "a/"}},
        {"filename": "a/"},
        {"folder": "a/", "year": 1},
        {},
    ],
)
def test_different_filters_differ(other):
    assert legacy(comparison("eq", "folder", "a/")) != new(other)


def test_types_are_not_mixed_up():
    assert new({"year": 1}) != new({"year": "1"})
    assert not new({"public": True}).holds({"public": 1})
    assert not new({"year": {"$gt": "1"}}).holds({"year": 2})
    assert new({"year": 2}).holds({"year": 2.0})


def test_what_a_document_lacks_satisfies_only_ne():
    assert new({"title": {"$ne": "x"}}).holds({})
    assert new({"title": {"$nin": ["x"]}}).holds({})
    assert not new({"title": "x"}).holds({})
    assert not new({"title": {"$lt": "x"}}).holds({})


def test_contradictions_match_nothing():
    predicate = legacy(both("and", comparison("eq", "a", 1), comparison("eq", "a", 2)))
    assert not predicate.holds({"a": 1})
    assert not predicate.holds({"a": 2})


def test_legacy_timestamps_compare_in_whole_seconds():
    attributes = Document("a", "", timestamp_ms=1_700_000_000_999).attributes
    assert legacy(comparison("eq", "timestamp", "1700000000001")).holds(attributes)
    assert not legacy(comparison("gt", "timestamp", "1700000000001")).holds(attributes)
    assert not legacy(comparison("lt", "timestamp", "1700000000999")).holds(attributes)


def test_new_strings_compare_by_64_bytes():
    long, longer = "é" * 32 + "a", "é" * 32 + "b"
    predicate = new({"title": long})
    assert predicate.holds({"title": longer}, 64)
    assert not predicate.holds({"title": longer})
    assert not predicate.holds({"title": "é" * 31 + "ab"}, 64)


def test_the_prefix_idioms_differ_as_they_do_for_real():
    old = legacy(both("and", comparison("gt", "folder", "c//"), comparison("lte", "folder", "c/z")))
    modern = new({"folder": {"$gte": "c/", "$lt": "c0"}})
    assert not old.holds({"folder": "c/"})
    assert modern.holds({"folder": "c/"})
    assert old.holds({"folder": "c/reports/"})
    assert modern.holds({"folder": "c/reports/"})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (both("or", comparison("ne", "a", 1), comparison("eq", "a", 2)), 7015),
        (both("or", comparison("eq", "a", 1), comparison("eq", "b", 2)), 7016),
        (both("or", both("and", comparison("eq", "a", 1))), 7016),
        (both("and", both("and", comparison("eq", "a", 1))), 7016),
        (both("and", both("or", both("or", comparison("eq", "a", 1)))), 7016),
        (both("and"), 7057),
        ({"type": "and"}, 7057),
        (both("and", "a"), 7057),
        (comparison("in", "a", [1]), 7057),
        (comparison("eq", "", 1), 7057),
        (comparison("eq", "a", None), 7057),
        (comparison("eq", "a", [1]), 7057),
        (comparison("eq", "timestamp", "yesterday"), 7057),
        (comparison("eq", "a", float("inf")), 7057),
        ({"folder": "a/"}, 7057),
        ([], 7400),
    ],
)
def test_legacy_errors(value, code):
    with pytest.raises(ApiError) as caught:
        legacy(value)
    assert caught.value.code == code
    assert caught.value.status == 400


def test_nesting_can_be_forbidden():
    value = both("and", both("or", comparison("eq", "a", 1)))
    assert legacy(value) == Predicate((Condition("a", "in", (1,)),))
    with pytest.raises(ApiError) as caught:
        legacy(value, nested=False)
    assert caught.value.code == 7016
    assert caught.value.path == ("filters", "filters", "0")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"nobody": 1}, 7058),
        ({"$or": [{"folder": "a"}]}, 7057),
        ({"$and": [{"folder": "a"}]}, 7057),
        ({"folder": {"$regex": "a"}}, 7057),
        ({"folder": {"eq": "a"}}, 7057),
        ({"folder": {}}, 7057),
        ({"folder": {"$in": "a"}}, 7057),
        ({"folder": {"$in": []}}, 7057),
        ({"folder": ["a"]}, 7057),
        ({"folder": None}, 7057),
        ({"folder": {"$eq": {"$eq": 1}}}, 7057),
        ({"year": float("inf")}, 7057),
        ({"timestamp": "1735689600"}, 7057),
        ({"timestamp": True}, 7057),
        ({"folder": "x" * 2048}, 7057),
        (comparison("eq", "folder", "a/"), 7057),
        ("folder", 7400),
    ],
)
def test_new_errors(value, code):
    with pytest.raises(ApiError) as caught:
        new(value)
    assert caught.value.code == code
    assert caught.value.status == 400


def test_the_size_limit_counts_utf8_bytes():
    room = 2048 - len('{"folder":""}') - 1
    assert new({"folder": "x" * room})
    with pytest.raises(ApiError):
        new({"folder": "x" * (room + 1)})
    with pytest.raises(ApiError):
        new({"folder": "é" * (room // 2 + 1)})


def test_a_lenient_service_reads_legacy_filters_and_says_so():
    defects = Defects(strict=False)
    assert new(comparison("eq", "folder", "a/"), defects=defects) == new({"folder": "a/"})
    assert defects.texts == ["the filter is in the legacy language"]


def test_milliseconds_where_seconds_belong_are_noticed():
    defects = Defects(strict=True)
    predicate = new({"timestamp": {"$gte": 1735689600000}}, defects=defects)
    assert defects.texts == ["a timestamp looks like milliseconds, seconds are compared"]
    assert not predicate.holds({"timestamp": 1735689601})


def test_milliseconds_can_be_the_unit():
    predicate = new({"timestamp": {"$gte": 1735689600999}}, unit="milliseconds")
    assert predicate == new({"timestamp": {"$gte": 1735689600}})
