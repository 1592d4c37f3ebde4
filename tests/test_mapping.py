"""The table agrees with itself, with the code that reads it, and with what is known."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import autorag_migrate
from autorag_migrate import mapping
from autorag_migrate.mapping import (
    BINDING,
    BINDING_ERRORS,
    BINDING_METHODS,
    BINDING_NAMES,
    CHAT_CONSTANTS,
    CHAT_UNKNOWN,
    ENVELOPE,
    ERRORS,
    FILTER_LIST_OPERATORS,
    FILTER_OPERATORS,
    FILTER_TIMESTAMP_KEYS,
    INSTANCE_NAME,
    MANAGEMENT_ABSENT,
    MANAGEMENT_ADDITIONS,
    MANAGEMENT_FIELDS,
    NEEDLES,
    NEW_OPTIONS,
    NEW_ROUTES,
    NOTES,
    PINS,
    REQUEST_FIELDS,
    RESPONSE_FIELDS,
    ROUTE_PREFIXES,
    ROUTES,
    SETTINGS,
)
from sdk_types import BODIES, check

SOURCE = Path(autorag_migrate.__file__).parent
TRANSLATE = sorted((SOURCE / "translate").glob("*.py"))
ADAPTERS = SOURCE / "adapters" / "_bridge.py"
ENDPOINTS = {"ai-search", "search"}
OPTIONS = "ai_search_options."

_DOTTED = re.compile(r"[a-z_]+(\.[a-z_]+)*(\[\])?")
_ANSWER = re.compile(r"\$(\.[a-z_]+(\[\d*\])?)+")


def literals(path):
    """Every string in a file of code that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    }


# --- requests --------------------------------------------------------------------------


def test_paths_of_requests_are_well_formed_and_new_ones_exist():
    options = {f"{OPTIONS}{option.path}" for option in NEW_OPTIONS}
    top_level = {"messages[]", "model", "stream"}
    for row in REQUEST_FIELDS:
        assert _DOTTED.fullmatch(row.legacy)
        assert row.new is None or row.new in options | top_level
        assert set(row.endpoints) <= ENDPOINTS
        assert row.endpoints
        assert (row.conversion == "drop") is (row.new is None)
        assert row.sure in {"H", "M", "?"}
    for pin in PINS:
        assert pin.new in options


def test_a_request_field_stands_once_for_each_endpoint():
    seen = [(row.legacy, endpoint) for row in REQUEST_FIELDS for endpoint in row.endpoints]
    assert len(seen) == len(set(seen))
    assert {endpoint for legacy, endpoint in seen if legacy == "query"} == ENDPOINTS


def test_the_legacy_fields_are_those_that_are_known():
    common = {
        "query",
        "rewrite_query",
        "max_num_results",
        "ranking_options.score_threshold",
        "ranking_options.ranker",
        "reranking.enabled",
        "reranking.model",
        "filters",
        "system_prompt",
    }
    for endpoint, more in (("search", set()), ("ai-search", {"model", "stream"})):
        assert {row.legacy for row in REQUEST_FIELDS if endpoint in row.endpoints} == common | more


def test_pins_are_about_fields_and_settings_that_exist():
    legacy = {row.legacy for row in REQUEST_FIELDS}
    settings = {row.name: row for row in SETTINGS}
    for pin in PINS:
        assert (pin.of is None) is (pin.when == "always")
        assert pin.of is None or pin.of in legacy
        assert pin.setting is None or pin.setting in settings
        # Without a value of its own it takes the setting's, and "instance" turns it off.
        assert pin.value is not None or pin.setting
        if pin.setting:
            assert "instance" in settings[pin.setting].values
        assert pin.why


@pytest.mark.skipif(not BODIES, reason="an SDK before the new API")
def test_new_options_are_those_that_the_official_types_have():
    """A value of the wrong type is a problem of its own; an unknown key would be another."""
    known_to_documentation_only = {"retrieval.metadata_only"}
    for option in NEW_OPTIONS:
        body = [{}]
        for key in reversed(option.path.split(".")):
            body = {key: body}
        problems = check(
            {"messages": [{"role": "user", "content": "q"}], "ai_search_options": body},
            "namespace-chat",
        )
        unknown = any("unknown key" in problem for problem in problems)
        assert unknown is (option.path in known_to_documentation_only), option.path
    assert len({option.path for option in NEW_OPTIONS}) == len(NEW_OPTIONS)


# --- filters ----------------------------------------------------------------------------


def test_filter_operators_are_those_of_both_apis():
    assert {row.legacy for row in FILTER_OPERATORS} == {"eq", "ne", "gt", "gte", "lt", "lte"}
    for row in FILTER_OPERATORS:
        assert row.new == f"${row.legacy}"
        assert row.bound == {"g": -1, "l": 1}.get(row.legacy[0], 0)
    assert FILTER_LIST_OPERATORS == {"in": "$in", "nin": "$nin"}
    # The translator takes the first rows for what they are.
    assert FILTER_OPERATORS[0].legacy == "eq"
    assert FILTER_TIMESTAMP_KEYS[0] == "timestamp"


# --- answers -----------------------------------------------------------------------------


def test_paths_of_answers_are_well_formed():
    for row in RESPONSE_FIELDS:
        for path in (row.legacy, row.search, row.chat):
            assert path is None or _ANSWER.fullmatch(path)
        assert row.sure in {"H", "M", "?"}
    for path in (*CHAT_CONSTANTS, *CHAT_UNKNOWN, mapping.TOOL_CALLS):
        assert _ANSWER.fullmatch(path)
    assert len({row.legacy for row in RESPONSE_FIELDS}) == len(RESPONSE_FIELDS)


def test_a_path_below_a_row_of_data_is_below_a_chunk_on_both_endpoints():
    for row in RESPONSE_FIELDS:
        if row.legacy.startswith("$.result.data[]."):
            assert row.search == row.chat.replace("$.chunks[]", "$.result.chunks[]")
            assert row.search.startswith("$.result.chunks[]")


def test_above_the_rows_a_legacy_answer_is_an_envelope_and_a_result():
    for row in RESPONSE_FIELDS:
        if not row.legacy.startswith("$.result.data[]."):
            assert re.fullmatch(r"\$\.([a-z]+|result\.[a-z_]+(\[\])?)", row.legacy)


def test_the_keys_of_the_envelope_are_named_as_they_are_spelled():
    assert all(name == spelled for name, spelled in ENVELOPE.items())


# --- routes ------------------------------------------------------------------------------


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_routes_name_on_the_new_side_what_the_legacy_side_gives():
    for route in ROUTES:
        assert placeholders(route.new) == placeholders(route.legacy)
        assert route.legacy_method in {"GET", "POST", "PATCH"}
        assert route.new_method in {"GET", "POST"}
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert {(route.legacy_method, route.legacy) for route in ROUTES} == {
        ("POST", "/{name}/ai-search"),
        ("POST", "/{name}/search"),
        ("PATCH", "/{name}/sync"),
        ("GET", "/{name}/files"),
        ("GET", "/{name}/jobs"),
        ("GET", "/{name}/jobs/{job}"),
        ("GET", "/{name}/jobs/{job}/logs"),
        ("GET", ""),
    }


def test_prefixes_differ_in_the_namespace_alone():
    assert placeholders(ROUTE_PREFIXES["legacy"]) == {"account"}
    assert placeholders(ROUTE_PREFIXES["bare"]) == {"account"}
    assert (
        ROUTE_PREFIXES["namespaced"].replace("/namespaces/{namespace}", "")
        == (ROUTE_PREFIXES["bare"])
    )
    assert all(route.path.startswith("/namespaces/{namespace}/") for route in NEW_ROUTES)


def test_every_legacy_url_holds_a_needle():
    for needle in NEEDLES:
        assert needle == needle.lower()
    assert any(needle.decode() in ROUTE_PREFIXES["legacy"] for needle in NEEDLES)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        *((name, True) for name in ("docs", "my_docs-2", "a-b-c", "0")),
        *((name, False) for name in ("-a", "a-", "a--b", "Docs", "", "a/b", "é")),
    ],
)
def test_names_of_instances(name, allowed):
    assert bool(re.fullmatch(INSTANCE_NAME, name)) is allowed


def test_management_rows_are_about_routes_that_are_carried():
    carried = {route.name for route in ROUTES if route.carried}
    assert {*MANAGEMENT_FIELDS, *MANAGEMENT_ADDITIONS} <= carried - ENDPOINTS
    assert set(MANAGEMENT_ABSENT) == {route.name for route in ROUTES} - carried
    assert not MANAGEMENT_FIELDS.keys() & MANAGEMENT_ADDITIONS.keys()


# --- errors --------------------------------------------------------------------------------

KNOWN_ERRORS = {
    400: {
        *(7010, 7012, 7015, 7016, 7018, 7019, 7030, 7031, 7032),
        *(7038, 7039, 7057, 7058, 7070, 7074, 7080),
    },
    401: (7071, 10000),
    402: (7078,),
    404: (7002, 7021, 7041, 7063),
    413: (7079,),
    424: (2016, 2017),
    429: (2003, 7020, 7069),
    500: (7001, 7049, 7073),
    502: (7033,),
    503: (7017,),
}


def test_every_known_error_is_in_the_table_with_its_status():
    expected = {code: status for status, codes in KNOWN_ERRORS.items() for code in codes}
    assert {row.code: row.status for row in ERRORS} == expected
    assert len(ERRORS) == len(expected)


def test_a_renamed_message_has_both_its_words():
    for row in ERRORS:
        assert (row.legacy_message is None) is (row.new_message is None)
        if row.legacy_message:
            assert row.legacy_message.replace("autorag", "ai_search") == row.new_message


def test_binding_errors_become_ones_that_exist():
    assert set(BINDING_ERRORS.values()) <= {
        "AiSearchNotFoundError",
        "AiSearchInternalError",
        "AiSearchError",
    }
    assert all(name.startswith("AutoRAG") for name in BINDING_ERRORS)


# --- notes ---------------------------------------------------------------------------------


def test_notes_are_numbered_and_say_one_thing():
    assert all(re.fullmatch(r"AR2\d\d", code) for code in NOTES)
    assert list(NOTES) == sorted(NOTES)
    for code, row in NOTES.items():
        assert row.code == code
        assert row.severity in {"info", "changed", "lost"}
        assert not row.text.endswith(".")
    assert len({row.text for row in NOTES.values()}) == len(NOTES)


def test_every_note_of_the_table_is_owed_somewhere_and_every_owed_one_is_in_it():
    """A code is a word of the code that owes it, or of a row."""
    code = re.compile(r"AR2\d\d")
    named = {literal for path in TRANSLATE for literal in literals(path) if code.fullmatch(literal)}
    rewriting = sorted(
        (Path(__file__).parent.parent / "codemods" / "autorag_codemods" / "rewrite").glob("*.py")
    )
    for path in (ADAPTERS, *rewriting):
        named |= {literal for literal in literals(path) if re.fullmatch(r"AR2\d\d", literal)}
    for row in REQUEST_FIELDS:
        named |= {each for each in (row.note, row.absent_note) if each}
    assert named == set(NOTES)
    everywhere = {
        literal
        for path in SOURCE.rglob("*.py")
        for literal in literals(path)
        if code.fullmatch(literal)
    }
    assert everywhere <= set(NOTES)


# --- the table is the only place ---------------------------------------------------------------

# Names of the table that are words of English or of Python as well.
_COMMON_WORDS = ENDPOINTS | {"", "and", "or", "stream", "object", "name", "error"}


def test_the_translator_spells_no_name_of_an_api():
    names = set()
    for row in REQUEST_FIELDS:
        names |= {*row.legacy.split("."), *(row.new or "").removesuffix("[]").split(".")}
    for row in RESPONSE_FIELDS:
        for path in (row.legacy, row.search, row.chat):
            names |= {re.sub(r"\[.*", "", step) for step in (path or "").split(".")}
    names |= {*mapping.CHAT_FRAME, *ENVELOPE, *mapping.STREAM.values(), *mapping.FILTER_SHAPE}
    names |= {operator for row in FILTER_OPERATORS for operator in row[:2]}
    names -= _COMMON_WORDS | {"$"}
    keys = {*ENVELOPE, *mapping.CHAT_FRAME, *mapping.STREAM, *mapping.FILTER_SHAPE}
    keys |= {row.legacy for row in FILTER_OPERATORS} | {*CHAT_CONSTANTS}
    keys |= {row.conversion for row in (*REQUEST_FIELDS, *RESPONSE_FIELDS)}
    keys |= {pin.when for pin in PINS}
    words_of_urls = {"route.py": {"query"}}
    for path in TRANSLATE:
        # How the table's own dictionaries are asked is no spelling of a field.
        spelled = (literals(path) & names) - keys - words_of_urls.get(path.name, set())
        assert spelled == set(), path.name


def test_the_translator_stands_on_the_standard_library_alone():
    allowed = {
        "__future__",
        "autorag_migrate",
        "collections",
        "functools",
        "itertools",
        "json",
        "math",
        "operator",
        "re",
        "typing",
        "urllib",
    }
    for path in TRANSLATE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            assert {name.partition(".")[0] for name in names} <= allowed, path.name


def test_everything_that_the_table_exports_is_there():
    assert list(mapping.__all__) == sorted(
        mapping.__all__, key=lambda name: (not name.isupper(), name)
    )
    assert all(hasattr(mapping, name) for name in mapping.__all__)


def test_the_names_of_the_binding_are_those_of_its_rows():
    rows = {row.what: row for row in BINDING}
    (binding, method), (new_binding, new_method) = BINDING_NAMES, BINDING_NAMES.values()
    assert rows["instance"].legacy == f'env.{binding}.{method}("name")'
    assert rows["instance"].new == f'env.{new_binding}.{new_method}("name")'
    assert f'binding = "{binding}"' in rows["configuration"].legacy
    assert f'binding = "{new_binding}"' in rows["configuration"].new
    for legacy, (route, new) in BINDING_METHODS.items():
        assert any(each.name == route and each.legacy.endswith(f"/{route}") for each in ROUTES)
        row = rows["answer" if route == "ai-search" else route]
        assert (row.legacy, row.new) == (f".{legacy}({{…}})", f".{new}({{…}})")
