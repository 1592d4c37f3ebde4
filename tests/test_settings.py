"""Settings: immutable, checked, and stated in the table."""

import dataclasses
import inspect

import pytest

from autorag_migrate.mapping import SETTINGS
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

CHOICES = {
    "policy": ("pin", "adopt"),
    "route": ("namespaced", "bare"),
    "notes": ("quiet", "warn", "strict"),
    **{row.name: row.values for row in SETTINGS},
}


def test_every_row_of_the_table_is_a_field_with_its_default():
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    for row in SETTINGS:
        assert defaults[row.name] == row.default
        assert type(defaults[row.name]) is type(row.default)
        assert row.default in row.values
        assert row.doubt.endswith(".")


def test_every_field_is_a_row_of_the_table_or_no_question_about_the_service():
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert fields - {row.name for row in SETTINGS} == {"policy", "route", "namespace", "notes"}
    assert len({row.name for row in SETTINGS}) == len(SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in CHOICES.items() for value in values]
)
def test_every_stated_value_is_allowed(name, value):
    assert getattr(Settings(**{name: value}), name) == value


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", [None, "other", 77, [], {}])
def test_another_value_is_an_error_that_names_the_choices(name, value):
    with pytest.raises(ValueError, match=f"^{name} is ") as caught:
        Settings(**{name: value})
    assert all(repr(each) in str(caught.value) for each in CHOICES[name])


@pytest.mark.parametrize("namespace", ["", ".", "..", "a/b", "/", None])
def test_a_namespace_is_one_segment_of_a_path(namespace):
    with pytest.raises(ValueError, match="not the name of a namespace"):
        Settings(namespace=namespace)


def test_settings_are_immutable_and_may_be_keys():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEFAULT_SETTINGS.policy = "adopt"
    assert {Settings(): 1}[DEFAULT_SETTINGS] == 1
    assert dataclasses.replace(DEFAULT_SETTINGS, policy="adopt") != DEFAULT_SETTINGS


def test_the_documentation_of_every_field_is_there():
    text = inspect.getdoc(Settings)
    for field in dataclasses.fields(Settings):
        assert f"    {field.name}: " in text
