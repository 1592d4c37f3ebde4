"""Legacy filters into new ones."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import FILTER_OPERATORS
from autorag_migrate.settings import Settings
from autorag_migrate.translate import filters_to_new
from sdk_types import check_filters
from strategies import (
    contradicts,
    documents,
    json_values,
    legacy_filters,
    legacy_selects,
    new_selects,
    refused_legacy_filters,
)

MILLISECONDS = Settings(filter_timestamps="milliseconds")


def compare(kind, key, value):
    return {"type": kind, "key": key, "value": value}


def eq(key, value):
    return compare("eq", key, value)


def both(*filters):
    return {"type": "and", "filters": list(filters)}


def either(*filters):
    return {"type": "or", "filters": list(filters)}


def new(filters, settings=None):
    return filters_to_new(filters, settings or Settings())[0]


def codes(filters, settings=None):
    """The notes of a filter, without those that custom metadata owes."""
    notes = filters_to_new(filters, settings or Settings())[1]
    return [(each.code, each.field) for each in notes if each.code != "AR216"]


def test_custom_fields_are_noted_together():
    filters = both(eq("folder", "a/"), eq("team", "x"), compare("ne", "year", 1), eq("team", "x"))
    (owed,) = filters_to_new(filters)[1]
    assert (owed.code, owed.field) == ("AR216", "filters")
    assert owed.text.endswith("(team, year)")
    assert filters_to_new(eq("filename", "a.md"))[1] == []


def error(filters):
    with pytest.raises(TranslationError) as caught:
        filters_to_new(filters)
    return caught.value


# --- each row of the table --------------------------------------------------------


@pytest.mark.parametrize("value", ["a/", 5, 0.5, True, ""])
def test_eq_is_the_value_itself(value):
    assert new(eq("k", value)) == {"k": value}


@pytest.mark.parametrize("kind", ["ne", "gt", "gte", "lt", "lte"])
def test_another_comparison_is_an_operator(kind):
    assert new(compare(kind, "k", "v")) == {"k": {f"${kind}": "v"}}


def test_every_operator_of_the_table_is_known():
    for row in FILTER_OPERATORS:
        condition = new(compare(row.legacy, "k", 1))["k"]
        assert condition == (1 if row.legacy == "eq" else {row.new: 1})


def test_and_over_different_keys_is_one_object():
    filters = both(eq("folder", "a/"), compare("ne", "language", "de"))
    assert new(filters) == {"folder": "a/", "language": {"$ne": "de"}}


def test_different_operators_on_one_key_are_merged():
    filters = both(compare("gte", "year", 2024), compare("lt", "year", 2026))
    assert new(filters) == {"year": {"$gte": 2024, "$lt": 2026}}
    with_ne = both(compare("ne", "year", 2025), *filters["filters"])
    assert new(with_ne) == {"year": {"$gte": 2024, "$lt": 2026, "$ne": 2025}}


@pytest.mark.parametrize(
    ("one", "other", "tighter"),
    [
        (("gt", 1), ("gt", 2), {"$gt": 2}),
        (("gte", 2), ("gt", 1), {"$gte": 2}),
        (("gt", 2), ("gte", 2), {"$gt": 2}),
        (("gte", 2), ("gte", 2.0), {"$gte": 2.0}),
        (("lt", 1), ("lte", 2), {"$lt": 1}),
        (("lte", 2), ("lt", 2), {"$lt": 2}),
        (("gt", "B"), ("gt", "a"), {"$gt": "a"}),
        # Bytes of UTF-8 decide, not UTF-16 units: U+FF5E comes before U+1F999.
        (("lt", "\uff5e"), ("lt", "\U0001f999"), {"$lt": "\uff5e"}),
    ],
)
def test_of_two_bounds_the_tighter_one_stays(one, other, tighter):
    for first, second in ((one, other), (other, one)):
        condition = new(both(compare(first[0], "k", first[1]), compare(second[0], "k", second[1])))
        assert condition == {"k": tighter}


def test_several_ne_on_a_key_are_one_list():
    filters = both(compare("ne", "k", "a"), compare("ne", "k", "b"), compare("ne", "k", "a"))
    assert new(filters) == {"k": {"$nin": ["a", "b"]}}


def test_the_same_ne_twice_is_one():
    assert new(both(compare("ne", "k", "a"), compare("ne", "k", "a"))) == {"k": {"$ne": "a"}}


def test_true_is_not_one():
    excluded = both(compare("ne", "k", 1), compare("ne", "k", True), compare("ne", "k", 1.0))
    condition = new(excluded)["k"]["$nin"]
    assert [(value, type(value)) for value in condition] == [(1, int), (True, bool)]
    assert "contradict" in str(error(both(eq("k", 1), eq("k", True))))


def test_or_of_eq_on_one_key_is_a_list():
    assert new(either(eq("k", "a"), eq("k", "b"), eq("k", "a"))) == {"k": {"$in": ["a", "b"]}}
    assert new(either(eq("k", "a"))) == {"k": {"$in": ["a"]}}


@pytest.mark.parametrize(
    ("filters", "code", "path"),
    [
        (either(eq("k", 1), compare("ne", "k", 2)), 7015, ("filters", "filters", 1)),
        (either(both(eq("k", 1))), 7015, ("filters", "filters", 0)),
        (either(either(eq("k", 1))), 7015, ("filters", "filters", 0)),
        (either(eq("k", 1), eq("l", 1)), 7016, ("filters",)),
        (
            both(eq("k", 1), either(compare("gt", "k", 1))),
            7015,
            ("filters", "filters", 1, "filters", 0),
        ),
    ],
)
def test_any_other_or_is_refused_as_the_legacy_api_refuses_it(filters, code, path):
    refused = error(filters)
    assert isinstance(refused, RefusedError)
    assert (refused.code, refused.path) == (code, path)


def test_an_or_within_an_and_becomes_its_list_beside_the_rest():
    filters = both(compare("gte", "year", 2024), either(eq("folder", "a/"), eq("folder", "b/")))
    assert new(filters) == {"year": {"$gte": 2024}, "folder": {"$in": ["a/", "b/"]}}
    assert codes(filters) == [("AR210", "filters.filters.1")]


@pytest.mark.parametrize(
    ("beside", "condition"),
    [
        (eq("k", "b"), "b"),
        (compare("ne", "k", "a"), {"$in": ["b", "c"]}),
        (compare("gt", "k", "a"), {"$in": ["b", "c"]}),
        (compare("gte", "k", "c"), {"$in": ["c"]}),
        (compare("lt", "k", "b"), {"$in": ["a"]}),
        (either(eq("k", "c"), eq("k", "d"), eq("k", "b")), {"$in": ["b", "c"]}),
    ],
)
def test_an_or_and_a_comparison_on_the_same_key_are_what_both_choose(beside, condition):
    chosen = either(eq("k", "a"), eq("k", "b"), eq("k", "c"))
    assert new(both(chosen, beside)) == {"k": condition}
    if beside["type"] != "or":  # whose order the first one gives
        assert new(both(beside, chosen)) == {"k": condition}


def test_an_eq_beside_what_it_satisfies_is_enough():
    filters = both(compare("gt", "k", 1), eq("k", 5), compare("ne", "k", 6), eq("k", 5.0))
    assert new(filters) == {"k": 5}


# --- contradictions -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        (both(eq("k", "a"), eq("k", "b")), ("k $eq 'a'", "k $eq 'b'")),
        (both(eq("k", "a"), compare("ne", "k", "a")), ("k $eq 'a'", "k $ne 'a'")),
        (both(eq("k", 1), compare("gt", "k", 1)), ("k $eq 1", "k $gt 1")),
        (both(compare("lte", "k", 0), eq("k", 1)), ("k $eq 1", "k $lte 0")),
        (both(compare("gt", "k", 2), compare("lt", "k", 1)), ("k $gt 2", "k $lt 1")),
        (both(compare("gt", "k", 1), compare("lte", "k", 1)), ("k $gt 1", "k $lte 1")),
        (both(compare("gte", "k", "b"), compare("lt", "k", "b")), ("k $gte 'b'", "k $lt 'b'")),
        (both(either(eq("k", 1), eq("k", 2)), eq("k", 3)), ("k $in [1, 2]", "k $eq 3")),
        (both(eq("timestamp", 5000), eq("modified_date", 6000)), ("$eq 5", "$eq 6")),
    ],
)
def test_a_contradiction_is_an_error_that_names_both(filters, named):
    message = str(error(filters))
    assert message.startswith("filters.filters.")
    assert "contradict" in message
    assert all(each in message for each in named)


@pytest.mark.parametrize(
    "filters",
    [
        both(compare("gt", "k", 1), compare("gt", "k", "a")),
        both(compare("gt", "k", 1), compare("lt", "k", "a")),
        both(compare("gt", "k", 0), eq("k", True)),
        both(eq("k", "5"), compare("gte", "k", 5)),
    ],
)
def test_an_order_between_different_types_is_an_error_that_names_both(filters):
    assert "compare different types" in str(error(filters))


def test_bounds_that_touch_are_no_contradiction():
    filters = both(compare("gte", "k", 1), compare("lte", "k", 1))
    assert new(filters) == {"k": {"$gte": 1, "$lte": 1}}


# --- timestamps -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1735689600000", 1735689600),
        (1735689600000, 1735689600),
        (1735689600999, 1735689600),
        (1735689600999.5, 1735689600),
        ("1735689600999.5", 1735689600),
        ("1.7356896e12", 1735689600),
        (-1, -1),
        (-1.5, -1),
        ("0", 0),
    ],
)
def test_a_timestamp_is_rounded_down_to_whole_seconds(value, seconds):
    sent = new(compare("gte", "timestamp", value))["timestamp"]["$gte"]
    assert (sent, type(sent)) == (seconds, int)
    assert codes(compare("gte", "timestamp", value)) == []


def test_timestamps_can_stay_in_milliseconds():
    assert new(eq("timestamp", "1735689600999"), MILLISECONDS) == {"timestamp": 1735689600999}
    assert new(eq("timestamp", 1735689600999.5), MILLISECONDS) == {"timestamp": 1735689600999.5}


@pytest.mark.parametrize("value", ["2025-01-01", "", "nan", "1_000", "٣", True])
def test_what_is_no_timestamp_is_sent_as_it_is_and_noted(value):
    assert new(eq("timestamp", value)) == {"timestamp": value}
    assert codes(eq("timestamp", value)) == [("AR211", "filters.value")]


def test_modified_date_is_the_timestamp_under_its_old_name():
    filters = both(compare("gte", "modified_date", "1000"), compare("lt", "timestamp", "9000"))
    assert new(filters) == {"timestamp": {"$gte": 1, "$lt": 9}}
    assert codes(filters) == [("AR214", "filters.filters.0.key")]


def test_modified_date_can_keep_its_name():
    chosen = Settings(modified_date_field="modified_date")
    filters = both(compare("gte", "modified_date", "1000"), compare("lt", "timestamp", "9000"))
    assert new(filters, chosen) == {"modified_date": {"$gte": 1}, "timestamp": {"$lt": 9}}
    assert codes(filters, chosen) == []


def test_a_timestamp_of_another_name_is_a_value_like_any():
    assert new(eq("created", "1735689600000")) == {"created": "1735689600000"}


# --- sizes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "noted"),
    [("x" * 64, False), ("x" * 65, True), ("é" * 32, False), ("é" * 33, True), (10**70, False)],
)
def test_a_string_of_more_than_64_bytes_is_noted(value, noted):
    assert new(eq("k", value)) == {"k": value}
    assert codes(eq("k", value)) == ([("AR212", "filters.value")] if noted else [])


@pytest.mark.parametrize("letter", ["x", "é", "🦙", "\0", "\ud800", '"', "\n"])
def test_a_filter_of_2048_bytes_is_too_large(letter):
    """Measured as JSON is written, with every escape that it needs."""
    one = len(json.dumps(letter, ensure_ascii=False).encode(errors="backslashreplace")) - 2
    frame = len('{"k":""}')
    most = (2047 - frame) // one
    fits = letter * most + "x" * (2047 - frame - most * one)
    assert new(eq("k", fits)) == {"k": fits}
    too_large = error(eq("k", fits + "x"))
    assert too_large.path == ("filters",)
    assert "2048 bytes" in str(too_large)


def test_a_long_key_counts_as_well():
    key = "\0" * 341
    assert "bytes long" in str(error(eq(key, 1)))


def test_many_values_are_too_large_and_are_told_so():
    assert "bytes long" in str(error(either(*[eq("k", value) for value in range(50_000)])))


# --- starts with --------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [("a//", "a/z"), ("a/", "a/z"), ("a/b//", "a/b/zz")])
def test_the_older_starts_with_is_translated_literally_and_the_newer_suggested(low, high):
    filters = both(compare("gt", "folder", low), compare("lte", "folder", high))
    assert new(filters) == {"folder": {"$gt": low, "$lte": high}}
    assert codes(filters) == [("AR213", "filters")]


@pytest.mark.parametrize(
    ("low", "high"), [("a", "b"), ("a/", "b/z"), ("a/", "a0"), (5, 6), ("5", "6")]
)
def test_another_range_is_not_taken_for_starts_with(low, high):
    assert codes(both(compare("gt", "k", low), compare("lte", "k", high))) == []


def test_other_bounds_on_a_key_are_not_taken_for_starts_with():
    assert codes(both(compare("gte", "k", "a/"), compare("lte", "k", "a/z"))) == []


# --- what is no filter ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "path", "says"),
    [
        (None, (), "not a filter"),
        ([], (), "not a filter"),
        ("eq", (), "not a filter"),
        ({}, (), "no type"),
        ({"type": 1}, (), "no type"),
        ({"folder": "a/"}, (), "no type"),
        ({"type": "like", "key": "k", "value": "v"}, (), "'like' is not an operator"),
        ({"type": "in", "key": "k", "value": ["v"]}, (), "'in' is not an operator"),
        ({"type": "and"}, ("filters",), "not a list of comparisons"),
        (both(), ("filters",), "not a list of comparisons"),
        (either(), ("filters",), "not a list of comparisons"),
        ({"type": "and", "filters": eq("k", 1)}, ("filters",), "not a list of comparisons"),
        (both(both(eq("k", 1))), ("filters", 0), "'and' is not an operator"),
        (both(eq("k", 1), None), ("filters", 1), "not a filter"),
        (both(either()), ("filters", 0, "filters"), "not a list of comparisons"),
        ({"type": "eq", "value": 1}, ("key",), "not a name"),
        (eq("", 1), ("key",), "not a name"),
        (eq(5, 1), ("key",), "not a name"),
        # It would be read as an operator of the new syntax.
        (eq("$in", 1), ("key",), "not a name"),
        ({"type": "eq", "key": "k"}, ("value",), "not a string, a number or a boolean"),
        (eq("k", None), ("value",), "not a string, a number or a boolean"),
        (eq("k", ["a"]), ("value",), "not a string, a number or a boolean"),
        (eq("k", float("nan")), ("value",), "not a string, a number or a boolean"),
        (eq("timestamp", float("inf")), ("value",), "not a string, a number or a boolean"),
    ],
)
def test_a_malformed_filter_is_an_error_that_names_its_path(filters, path, says):
    caught = error(filters)
    assert caught.path == ("filters", *path)
    assert says in str(caught)
    assert not isinstance(caught, RefusedError)


def test_the_path_begins_where_the_filter_stands():
    with pytest.raises(TranslationError) as caught:
        filters_to_new({}, where=("body", "filters"))
    assert caught.value.path == ("body", "filters")


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=3 * settings.default.max_examples)
@given(filters=legacy_filters(nested_or=True), drawn=documents())
def test_a_filter_selects_the_same_documents_before_and_after(filters, drawn):
    before = copy.deepcopy(filters)
    try:
        translated, notes = filters_to_new(filters)
    except TranslationError as refused:
        translated, reason = None, str(refused)
    assert filters == before
    if translated is None:
        assert "contradict" in reason or "different types" in reason
        assert not any(legacy_selects(filters, document) for document in drawn)
        return
    assert not contradicts(filters)
    assert check_filters(translated) == []
    for document in drawn:
        assert legacy_selects(filters, document) is new_selects(translated, document)
    assert filters_to_new(filters) == (translated, notes)


@given(filters=legacy_filters(contradictory=True), drawn=documents())
def test_two_different_eq_on_a_key_are_always_an_error(filters, drawn):
    if contradicts(filters):
        with pytest.raises(TranslationError, match="contradict"):
            filters_to_new(filters)
        assert not any(legacy_selects(filters, document) for document in drawn)


@given(filters=legacy_filters(long_strings=True))
def test_strings_that_may_compare_otherwise_are_noted(filters):
    parts = filters.get("filters", [filters])
    long = [part for part in parts if len(str(part["value"]).encode()) > 64]
    try:
        notes = filters_to_new(filters)[1]
    except TranslationError:
        return
    assert sum(each.code == "AR212" for each in notes) == len(long)


@given(filters=refused_legacy_filters())
def test_what_the_legacy_api_refuses_is_refused(filters):
    with pytest.raises(RefusedError) as caught:
        filters_to_new(filters)
    assert caught.value.code in (7015, 7016)


_SHAPED = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(("eq", "ne", "lt", "and", "or", "xor")),
            "key": st.sampled_from(("k", "timestamp", "modified_date", "")) | st.text(max_size=3),
            "value": json_values(max_leaves=2),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from(("and", "or")), "filters": st.lists(inner, max_size=3)}
    ),
    max_leaves=6,
)


@given(filters=_SHAPED | json_values())
def test_no_json_raises_anything_but_a_translation_error(filters):
    try:
        translated, path = filters_to_new(filters)[0], ("filters",)
    except TranslationError as refused:
        translated, path = {}, refused.path
    assert path[0] == "filters"
    assert check_filters(translated) == []
