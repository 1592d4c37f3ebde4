"""Legacy request bodies into new ones."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import MESSAGE, NOTES, PINS, REQUEST_FIELDS, SETTINGS
from autorag_migrate.settings import Settings
from autorag_migrate.translate import request_to_new
from sdk_types import check, check_ranges
from strategies import json_values, legacy_requests, messy_legacy_requests

ENDPOINTS = ("ai-search", "search")
KINDS = {"ai-search": "chat", "search": "search"}
ADOPT = Settings(policy="adopt")

# What the policy "pin" adds to a request that says nothing but its query.
PINNED = {
    "retrieval": {"retrieval_type": "vector", "return_on_failure": False},
    "reranking": {"enabled": False},
    "query_rewrite": {"enabled": False},
}

all_settings = st.builds(
    Settings,
    policy=st.sampled_from(("pin", "adopt")),
    **{row.name: st.sampled_from(row.values) for row in SETTINGS},
)


def new(body, endpoint="ai-search", settings=None):
    return request_to_new(endpoint, body, settings or Settings()).body


def options(body, endpoint="ai-search", settings=None):
    return new({"query": "q", **body}, endpoint, settings).get("ai_search_options", {})


def attempt(endpoint, body, settings):
    """The translation, or why there is none."""
    try:
        return request_to_new(endpoint, body, settings), None
    except TranslationError as refused:
        return None, refused


def codes(body, endpoint="ai-search", settings=None):
    """The notes of a request, without those that absent fields owe."""
    notes = request_to_new(endpoint, {"query": "q", **body}, settings or Settings()).notes
    return [(each.code, each.field) for each in notes if each.code not in {"AR204", "AR215"}]


def test_absent_fields_owe_their_notes_unless_a_setting_answers_them():
    def owed(body, **chosen):
        notes = request_to_new("search", {"query": "q", **body}, Settings(**chosen)).notes
        return {each.code for each in notes} & {"AR204", "AR215"}

    assert owed({}) == {"AR204", "AR215"}
    assert owed({"max_num_results": 3, "ranking_options": {"score_threshold": 0.2}}) == set()
    assert owed({}, absent_max_num_results=10, absent_score_threshold=0) == set()


def test_reranking_that_the_instance_may_do_is_not_cut_either():
    retrieval = options({}, settings=Settings(absent_switches="instance"))["reranking"]
    assert retrieval == {"match_threshold": 0}
    off = options({"reranking": {"enabled": False}}, settings=Settings(absent_switches="instance"))
    assert off["reranking"] == {"enabled": False}


# --- a request as a whole -----------------------------------------------------


def test_a_request_with_every_field_becomes_a_chat():
    legacy = {
        "query": "How do I train a llama?",
        "model": "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "system_prompt": "Be brief.",
        "rewrite_query": False,
        "max_num_results": 5,
        "ranking_options": {"score_threshold": 0.3},
        "reranking": {"enabled": True, "model": "@cf/baai/bge-reranker-base"},
        "stream": True,
        "filters": {"type": "eq", "key": "folder", "value": "llama/"},
    }
    assert new(legacy) == {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "How do I train a llama?"},
        ],
        "model": "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "stream": True,
        "ai_search_options": {
            "retrieval": {
                "retrieval_type": "vector",
                "return_on_failure": False,
                "max_num_results": 5,
                "match_threshold": 0.3,
                "filters": {"folder": "llama/"},
            },
            "query_rewrite": {"enabled": False},
            "reranking": {
                "enabled": True,
                "model": "@cf/baai/bge-reranker-base",
                "match_threshold": 0,
            },
        },
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_bare_query_is_pinned_to_what_the_legacy_api_documents(endpoint):
    assert new({"query": "q"}, endpoint) == {
        "messages": [{"role": "user", "content": "q"}],
        "ai_search_options": PINNED,
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_policy_adopt_adds_nothing(endpoint):
    assert new({"query": "q"}, endpoint, ADOPT) == {"messages": [{"role": "user", "content": "q"}]}


def test_the_policy_adopt_sends_what_was_given():
    body = {
        "rewrite_query": True,
        "reranking": {"enabled": True},
        "ranking_options": {"score_threshold": 0},
    }
    assert options(body, settings=ADOPT) == {
        "query_rewrite": {"enabled": True},
        "reranking": {"enabled": True},
        "retrieval": {"match_threshold": 0},
    }


def test_the_question_is_told_to_whom_echoes_it():
    assert request_to_new("search", {"query": "llamas"}).query == "llamas"


# --- field by field -----------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("field", "value", "section", "option"),
    [
        ("rewrite_query", True, "query_rewrite", "enabled"),
        ("rewrite_query", False, "query_rewrite", "enabled"),
        ("max_num_results", 50, "retrieval", "max_num_results"),
        ("ranking_options.score_threshold", 0.25, "retrieval", "match_threshold"),
        ("ranking_options.score_threshold", 1, "retrieval", "match_threshold"),
        ("reranking.enabled", True, "reranking", "enabled"),
        ("reranking.enabled", False, "reranking", "enabled"),
        ("reranking.model", "", "reranking", "model"),
        ("filters", {"type": "eq", "key": "a", "value": "b"}, "retrieval", "filters"),
    ],
)
def test_an_option_stands_where_the_new_api_has_it(endpoint, field, value, section, option):
    body = value
    for key in reversed(field.split(".")):
        body = {key: body}
    expected = {"a": "b"} if field == "filters" else value
    assert options(body, endpoint)[section][option] == expected
    assert options(body, endpoint, ADOPT) == {section: {option: expected}}


@pytest.mark.parametrize(
    "body", [{"model": ""}, {"model": "@cf/x"}, {"stream": True}, {"stream": False}]
)
def test_the_model_and_the_stream_stay_where_they_are_in_a_chat(body):
    assert new({"query": "q", **body}).items() >= body.items()
    assert codes(body) == []


@pytest.mark.parametrize("body", [{"model": "@cf/x"}, {"stream": True}])
def test_the_legacy_search_knew_no_model_and_no_stream(body):
    assert new({"query": "q", **body}, "search") == new({"query": "q"}, "search")
    assert codes(body, "search") == [("AR203", next(iter(body)))]


def test_a_system_prompt_comes_first_wherever_it_stands():
    body = {"query": "q", "system_prompt": "s"}
    for order in (body, dict(reversed(body.items()))):
        assert [message["role"] for message in new(order)["messages"]] == ["system", "user"]
    assert codes({"system_prompt": "s"}) == [("AR207", "system_prompt")]


def test_a_system_prompt_never_had_an_effect_on_search():
    assert new({"query": "q", "system_prompt": "s"}, "search") == new({"query": "q"}, "search")
    assert codes({"system_prompt": "s"}, "search") == [("AR206", "system_prompt")]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_ranker_is_not_sent(endpoint):
    body = {"ranking_options": {"ranker": "auto"}}
    assert options(body, endpoint) == PINNED
    assert codes(body, endpoint) == [("AR202", "ranking_options.ranker")]


def test_rewriting_is_noted_only_when_it_was_asked_for():
    assert codes({"rewrite_query": True}) == [("AR201", "rewrite_query")]
    assert codes({"rewrite_query": False}) == []


def test_the_reranking_cut_is_lifted_only_where_reranking_is_on():
    assert options({"reranking": {"enabled": True}})["reranking"]["match_threshold"] == 0
    for reranking in ({}, {"enabled": False}, {"model": "m"}, {"enabled": None}):
        assert "match_threshold" not in options({"reranking": reranking})["reranking"]


@pytest.mark.parametrize("empty", [{"ranking_options": {}}, {"reranking": {}}])
def test_an_empty_object_says_nothing(empty):
    assert options(empty) == PINNED
    assert codes(empty) == []


# --- an absent threshold --------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "body",
    [{}, {"ranking_options": {}}, {"ranking_options": {"score_threshold": None}}],
)
def test_an_absent_threshold_stays_absent_and_is_always_noted(endpoint, body):
    for chosen in (Settings(), ADOPT):
        translation = request_to_new(endpoint, {"query": "q", **body}, chosen)
        retrieval = translation.body.get("ai_search_options", {}).get("retrieval", {})
        assert "match_threshold" not in retrieval
        notes = [each for each in translation.notes if each.code == "AR204"]
        assert [(each.severity, each.field) for each in notes] == [
            ("info", "ranking_options.score_threshold")
        ]


def test_a_given_threshold_is_not_noted():
    body = {"query": "q", "max_num_results": 1, "ranking_options": {"score_threshold": 0}}
    assert request_to_new("search", body).notes == ()


def test_a_threshold_that_a_setting_gives_is_not_unclear():
    chosen = Settings(absent_score_threshold=0)
    assert request_to_new("search", {"query": "q", "max_num_results": 1}, chosen).notes == ()


# --- settings -------------------------------------------------------------------

# A request on which each setting that is about requests shows.
_TELLING = {
    "query": "q",
    "system_prompt": "s",
    "filters": {"type": "gte", "key": "modified_date", "value": "1735689600000"},
}
_ABOUT_ANSWERS = {"instance_list", "root_folder", "stream_done"}


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_every_setting_about_requests_changes_one(row):
    telling = dict(_TELLING)
    if row.name == "numeric_strings":
        telling["max_num_results"] = "5"
    seen = [attempt("ai-search", telling, Settings(**{row.name: value})) for value in row.values]
    different = {json.dumps(done and done.body, sort_keys=True) for done, _ in seen}
    assert len(different) == (1 if row.name in _ABOUT_ANSWERS else len(row.values))


@pytest.mark.parametrize(
    ("chosen", "section", "expected"),
    [
        ({"absent_max_num_results": 10}, "retrieval", {"max_num_results": 10}),
        ({"absent_score_threshold": 0}, "retrieval", {"match_threshold": 0}),
        ({"absent_score_threshold": 0.4}, "retrieval", {"match_threshold": 0.4}),
        ({"instance_options": "off"}, "retrieval", {"context_expansion": 0, "boost_by": []}),
        ({"instance_options": "off"}, "cache", {"enabled": False}),
    ],
)
def test_a_setting_pins_what_it_is_about(chosen, section, expected):
    assert options({}, settings=Settings(**chosen))[section].items() >= expected.items()
    assert section not in options({}, settings=Settings(policy="adopt", **chosen))


def test_a_setting_for_what_is_absent_leaves_what_is_given():
    chosen = Settings(absent_max_num_results=10, absent_score_threshold=0.4)
    given_both = {"max_num_results": 3, "ranking_options": {"score_threshold": 0.1}}
    retrieval = options(given_both, settings=chosen)["retrieval"]
    assert (retrieval["max_num_results"], retrieval["match_threshold"]) == (3, 0.1)


def test_absent_switches_can_be_left_to_the_instance():
    chosen = Settings(absent_switches="instance")
    assert options({}, settings=chosen) == {
        "retrieval": PINNED["retrieval"],
        "reranking": {"match_threshold": 0},
    }


def test_the_system_prompt_can_be_a_developer_message():
    messages = new(_TELLING, settings=Settings(system_prompt_role="developer"))["messages"]
    assert messages[0] == {"role": "developer", "content": "s"}


def test_the_pinned_list_is_a_fresh_one_each_time():
    chosen = Settings(instance_options="off")
    options({}, settings=chosen)["retrieval"]["boost_by"].append("changed by a caller")
    assert options({}, settings=chosen)["retrieval"]["boost_by"] == []


# --- what callers send all the same -----------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_unknown_keys_were_ignored_and_are_not_sent(endpoint):
    body = {
        "limit": 3,
        "topK": 1,
        "temperature": 0.1,
        "messages": [],
        "ai_search_options": {"retrieval": {}},
        "ranking_options": {"scoreThreshold": 1},
    }
    assert options(body, endpoint) == PINNED
    expected = [*list(body)[:-1], "ranking_options.scoreThreshold"]
    assert codes(body, endpoint) == [("AR203", field) for field in expected]


def test_null_is_absent():
    body = dict.fromkeys(
        ("system_prompt", "model", "stream", "rewrite_query", "max_num_results", "filters")
    )
    body |= {"ranking_options": None, "reranking": {"enabled": None, "model": None}}
    assert options(body) == PINNED
    noted = [*list(body)[:-1], "reranking.enabled", "reranking.model"]
    assert codes(body) == [("AR209", field) for field in noted]


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), (" 7 ", 7), ("10.0", 10), ("1e1", 10)],
)
def test_a_number_in_a_string_becomes_a_number(text, number):
    body = {"max_num_results": text}
    sent = options(body)["retrieval"]["max_num_results"]
    assert sent == number
    assert type(sent) is int
    assert codes(body) == [("AR208", "max_num_results")]


def test_a_threshold_in_a_string_becomes_a_number():
    body = {"ranking_options": {"score_threshold": "0.4"}}
    assert options(body)["retrieval"]["match_threshold"] == 0.4
    assert codes(body) == [("AR208", "ranking_options.score_threshold")]


def test_a_whole_float_is_an_integer():
    sent = options({"max_num_results": 10.0})["retrieval"]["max_num_results"]
    assert (sent, type(sent)) == (10, int)
    assert codes({"max_num_results": 10.0}) == []


@pytest.mark.parametrize("value", [0, -1, 51, 10**400])
def test_a_number_out_of_range_is_left_to_the_service(value):
    assert options({"max_num_results": value})["retrieval"]["max_num_results"] == value


# --- what cannot be translated ------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        ({"query": None}, ("query",), "required"),
        ({"query": 5}, ("query",), "not a string"),
        ({"query": ["q"]}, ("query",), "not a string"),
        ({"rewrite_query": "true"}, ("rewrite_query",), "not a boolean"),
        ({"rewrite_query": 1}, ("rewrite_query",), "not a boolean"),
        ({"max_num_results": 2.5}, ("max_num_results",), "not an integer"),
        ({"max_num_results": True}, ("max_num_results",), "not an integer"),
        ({"max_num_results": ""}, ("max_num_results",), "not an integer"),
        ({"max_num_results": "ten"}, ("max_num_results",), "not an integer"),
        ({"max_num_results": "1_0"}, ("max_num_results",), "not an integer"),
        ({"max_num_results": "٣"}, ("max_num_results",), "not an integer"),
        ({"max_num_results": "9" * 5000}, ("max_num_results",), "not an integer"),
        ({"max_num_results": float("inf")}, ("max_num_results",), "not an integer"),
        ({"max_num_results": float("nan")}, ("max_num_results",), "not an integer"),
        ({"ranking_options": []}, ("ranking_options",), "not an object"),
        (
            {"ranking_options": {"score_threshold": "0,4"}},
            ("ranking_options", "score_threshold"),
            "not a number",
        ),
        (
            {"ranking_options": {"score_threshold": "nan"}},
            ("ranking_options", "score_threshold"),
            "not a number",
        ),
        (
            {"ranking_options": {"score_threshold": False}},
            ("ranking_options", "score_threshold"),
            "not a number",
        ),
        (
            {"ranking_options": {"score_threshold": float("-inf")}},
            ("ranking_options", "score_threshold"),
            "not a number",
        ),
        ({"reranking": True}, ("reranking",), "not an object"),
        ({"reranking": {"enabled": "true"}}, ("reranking", "enabled"), "not a boolean"),
        ({"reranking": {"model": {}}}, ("reranking", "model"), "not a string"),
        ({"filters": []}, ("filters",), "not a filter"),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error_that_names_its_path(endpoint, body, path, says):
    with pytest.raises(TranslationError, match=says) as caught:
        request_to_new(endpoint, {"query": "q", **body})
    assert caught.value.path == path
    assert str(caught.value).startswith(".".join(path))
    assert not isinstance(caught.value, RefusedError)


@pytest.mark.parametrize("field", ["system_prompt", "model"])
def test_a_chat_wants_strings(field):
    with pytest.raises(TranslationError, match="not a string") as caught:
        request_to_new("ai-search", {"query": "q", field: 5})
    assert caught.value.path == (field,)


def test_a_request_without_a_query_is_an_error():
    for body in ({}, {"messages": [{"role": "user", "content": "q"}]}):
        with pytest.raises(TranslationError, match="required") as caught:
            request_to_new("search", body)
        assert caught.value.path == ("query",)


@pytest.mark.parametrize("body", [None, [], "q", 1, True])
def test_a_body_that_is_no_object_is_an_error(body):
    with pytest.raises(TranslationError, match="not a JSON object"):
        request_to_new("search", body)


def test_numbers_in_strings_can_be_refused():
    with pytest.raises(TranslationError, match="not an integer"):
        new({"query": "q", "max_num_results": "5"}, settings=Settings(numeric_strings="refuse"))


def test_a_filter_that_the_legacy_api_refuses_is_a_refusal():
    body = {
        "query": "q",
        "filters": {"type": "or", "filters": [{"type": "ne", "key": "a", "value": 1}]},
    }
    with pytest.raises(RefusedError) as caught:
        new(body)
    assert caught.value.code == 7015
    assert caught.value.path == ("filters", "filters", 0)


# --- notes --------------------------------------------------------------------------

_OWED = {
    "AR201": {"rewrite_query": True},
    "AR202": {"ranking_options": {"ranker": "auto"}},
    "AR203": {"limit": 5},
    "AR204": {},
    "AR206": {"system_prompt": "s"},
    "AR207": {"system_prompt": "s"},
    "AR208": {"max_num_results": "5"},
    "AR209": {"model": None},
    "AR210": {
        "filters": {
            "type": "and",
            "filters": [{"type": "or", "filters": [{"type": "eq", "key": "a", "value": 1}]}],
        }
    },
    "AR211": {"filters": {"type": "gte", "key": "timestamp", "value": "yesterday"}},
    "AR212": {"filters": {"type": "eq", "key": "a", "value": "x" * 65}},
    "AR213": {
        "filters": {
            "type": "and",
            "filters": [
                {"type": "gt", "key": "folder", "value": "a//"},
                {"type": "lte", "key": "folder", "value": "a/z"},
            ],
        }
    },
    "AR214": {"filters": {"type": "gte", "key": "modified_date", "value": 1735689600000}},
}


@pytest.mark.parametrize("code", _OWED)
def test_every_note_that_a_request_can_owe_is_owed(code):
    endpoint = "search" if code == "AR206" else "ai-search"
    notes = request_to_new(endpoint, {"query": "q", **_OWED[code]}).notes
    owed = [each for each in notes if each.code == code]
    assert [each.severity for each in owed] == [NOTES[code].severity]
    assert all(each.field for each in owed)


def test_the_notes_of_requests_are_those_of_the_table():
    # AR217 and AR218 are about answers, and only rewritten calls owe them.
    assert {*_OWED, "AR215", "AR216", "AR217", "AR218"} == {
        code for code in NOTES if "AR201" <= code < "AR220"
    }


# --- the table is what is obeyed ------------------------------------------------------


def test_every_row_reaches_the_body_that_it_names():
    """Each legacy field with a new place, given alone, is found at that place."""
    samples = {"string": "text", "integer": 7, "number": 0.7, "boolean": True}
    filters = {"type": "eq", "key": "k", "value": "v"}
    for row in REQUEST_FIELDS:
        if row.new is None:
            continue
        sample = filters if row.kind == "filter" else samples[row.kind]
        body = sample
        for key in reversed(row.legacy.split(".")):
            body = {key: body}
        for endpoint in row.endpoints:
            found = new({"query": "q", **body}, endpoint, ADOPT)
            for key in row.new.removesuffix("[]").split("."):
                found = found[key]
            if row.new.endswith("[]"):
                assert sample in [message[MESSAGE["content"]] for message in found]
            else:
                assert found == ({"k": "v"} if row.kind == "filter" else sample)


def test_every_pin_shows_when_it_applies():
    enabled = {"query": "q", "reranking": {"enabled": True}}
    for pin in PINS:
        chosen = {"policy": "pin"}
        value = pin.value
        if pin.setting and pin.setting != "absent_switches":
            row = next(row for row in SETTINGS if row.name == pin.setting)
            chosen[pin.setting] = row.values[-1]
            value = row.values[-1] if value is None else value
        body = enabled if pin.when == "enabled" else {"query": "q"}
        found = new(body, settings=Settings(**chosen))
        for key in pin.new.split("."):
            found = found[key]
        assert found == (list(value) if isinstance(value, tuple) else value)


# --- properties -----------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(data=st.data())
def test_every_request_gives_a_body_that_the_official_types_accept(endpoint, data):
    body = data.draw(legacy_requests(endpoint))
    chosen = data.draw(all_settings)
    before = copy.deepcopy(body)
    translation, refused = attempt(endpoint, body, chosen)
    assert body == before
    if translation is None:
        # Only filters have values that the legacy API takes and the new one cannot be asked.
        assert refused.path[0] == "filters"
        return
    assert check(translation.body, KINDS[endpoint]) == []
    assert check_ranges(translation.body) == []
    assert json.loads(json.dumps(translation.body)) == translation.body
    assert request_to_new(endpoint, body, chosen) == translation
    assert translation.query == body["query"]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(data=st.data())
def test_what_callers_really_send_is_accepted_or_an_error_with_its_path(endpoint, data):
    body = data.draw(messy_legacy_requests(endpoint))
    before = copy.deepcopy(body)
    translation, refused = attempt(endpoint, body, data.draw(all_settings))
    if translation is None:
        assert refused.path[0] in body
    else:
        assert check(translation.body, KINDS[endpoint]) == []
    assert body == before


_WORDS = sorted({key for row in REQUEST_FIELDS for key in row.legacy.split(".")})


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(
    body=json_values()
    | st.dictionaries(st.sampled_from(_WORDS), json_values(max_leaves=8), max_size=6).map(
        lambda body: {"query": "q", **body}
    ),
    chosen=all_settings,
)
def test_no_json_raises_anything_but_a_translation_error(endpoint, body, chosen):
    before = copy.deepcopy(body)
    translation, refused = attempt(endpoint, body, chosen)
    assert str(refused) if translation is None else check(translation.body, KINDS[endpoint]) == []
    assert body == before
