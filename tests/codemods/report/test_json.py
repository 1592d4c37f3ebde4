"""The report for programs, and the schema that describes it."""

import copy
import json
import os
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_codemods.report import json_view
from autorag_codemods.report.model import (
    Evidence,
    FileChange,
    Finding,
    NoteOwed,
    Place,
    Report,
    Row,
    Trace,
)
from autorag_codemods.rules import RULES

SCHEMA = json.loads((files("autorag_codemods.report") / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

TEXTS = st.text(st.characters(exclude_categories=()), max_size=10)
LINES = st.integers(1, 10**6)
PLACES = st.builds(Place, TEXTS, LINES, LINES, st.integers(0, 10**3))
CODES = st.sampled_from(sorted(RULES))
ROWS = st.builds(
    Row,
    st.sampled_from(["native", "bridged", "manual", "kept"]),
    CODES,
    TEXTS,
    PLACES,
    TEXTS,
    st.none() | TEXTS,
    st.booleans(),
    TEXTS,
    st.lists(st.builds(Evidence, LINES, TEXTS, st.integers(0, 9))).map(tuple),
    st.lists(st.builds(NoteOwed, st.just("AR201"), TEXTS, TEXTS)).map(tuple),
)
CHANGES = st.builds(FileChange, st.just("x"), TEXTS, st.binary(), st.binary())
REPORTS = st.builds(
    Report,
    st.lists(ROWS, max_size=5),
    st.lists(st.builds(Finding, CODES, TEXTS, PLACES), max_size=5),
    st.lists(CHANGES, max_size=3),
    st.sets(st.sampled_from(["", "requests", "aiohttp"])),
    st.integers(0),
    st.integers(0),
    st.lists(
        st.builds(
            Trace,
            st.sampled_from(["site", "words", "binary", "not ours"]),
            CODES,
            TEXTS,
            PLACES,
            st.booleans(),
        ),
        max_size=3,
    ),
    st.integers(0),
    st.lists(TEXTS, max_size=2),
)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == json_view.VERSION


@given(REPORTS, st.booleans())
def test_every_report_is_as_the_schema_says(report, written):
    text = json_view.render(report, written=written)
    assert text.isascii()
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert [site["path"] for site in document["sites"]] == [row.place.path for row in report.rows]


def test_the_schema_names_every_key(traced):
    document = json.loads(json_view.render(traced))
    assert set(document) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    for name in ("summary", "tool"):
        part = SCHEMA["properties"][name]
        assert set(document[name]) == set(part["properties"]) == set(part["required"])
    for name in ("sites", "findings", "traces", "changes"):
        part = SCHEMA["properties"][name]["items"]
        # The number of a cell is said in notebooks alone.
        optional = {"cell"} & set(part["properties"])
        assert set(document[name][0]) == set(part["required"])
        assert set(part["properties"]) - optional == set(part["required"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("sites"),
        lambda document: document.update(version=2),
        lambda document: document["sites"][0].update(verdict="done"),
        lambda document: document["sites"][0].update(line=0),
        lambda document: document["findings"][0].update(code="110"),
        lambda document: document["summary"].update(open=-1),
    ],
)
def test_the_schema_refuses_what_is_none(report, spoil):
    document = json.loads(json_view.render(report))
    VALIDATOR.validate(document)
    spoiled = copy.deepcopy(document)
    spoil(spoiled)
    assert not VALIDATOR.is_valid(spoiled)


def test_what_it_says(traced):
    document = json.loads(json_view.render(traced, written=True))
    assert document["summary"] == {
        "sites": 5,
        "native": 1,
        "bridged": 2,
        "manual": 1,
        "kept": 1,
        "done": 1,
        "open": 3,
        "findings": 2,
        "searched": 120,
        "candidates": 4,
        "texts": 9,
        "traces": 3,
        "open_traces": 1,
    }
    assert document["trace_counts"] == {"configuration": 1, "site": 2}
    assert document["sites"][1]["name"] == "answer-escapes"
    # The evidence is always there.
    assert document["sites"][1]["evidence"][0] == {"line": 139, "text": "sent here"}
    assert document["changes"] == [{"path": "src/a.py", "written": True}]
    assert document["requirement"] == "autorag-migrate[requests]"


def test_a_name_that_is_no_text_survives(make_row):
    name = os.fsdecode(b"caf\xe9.py")
    document = json.loads(json_view.render(Report([make_row(path=name)])))
    assert os.fsencode(document["sites"][0]["path"]) == b"caf\xe9.py"
