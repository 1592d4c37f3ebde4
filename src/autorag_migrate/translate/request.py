"""Legacy request bodies into new ones, by `mapping.REQUEST_FIELDS` and `mapping.PINS`."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import MESSAGE, PINS, REQUEST_FIELDS, RequestField
from autorag_migrate.notes import Note, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._base import Translation
from .filters import filters_to_new

__all__ = ["ENDPOINTS", "Endpoint", "request_to_new"]

Endpoint = Literal["ai-search", "search"]
ENDPOINTS: dict[str, Endpoint] = {"ai-search": "ai-search", "search": "search"}
_Path = tuple[str, ...]


def request_to_new(
    endpoint: Endpoint, body: object, settings: Settings = DEFAULT_SETTINGS
) -> Translation:
    """Translate the body of a legacy request.

    Args:
        endpoint: Name of the legacy route, ``ai-search`` or ``search``.
        body: The decoded JSON body. It is not changed.
        settings: Policy and answers to open questions.

    Returns:
        The new body and its notes. Values out of range are passed on, for the service to refuse.

    Raises:
        RefusedError: The legacy API itself refuses the request, with the code that it uses.
        TranslationError: The new API cannot be asked this: no query, a value of the wrong type, a
            filter without an equivalent.
    """
    if not isinstance(body, dict):
        raise TranslationError("the body is not a JSON object")
    plan = _plan(endpoint, settings)
    draft = _Draft(settings)
    _carry(draft, plan.fields, body, ())
    question = draft.question
    if question is None:
        raise TranslationError("it is required", plan.question)
    messages = [*draft.prompts, _message(MESSAGE["question"], question)]
    new: dict[str, Any] = {MESSAGE["list"]: messages, **draft.new}
    for pin in plan.pins:
        if pin.of is None or (
            draft.carried.get(pin.of) is True if pin.enabled else pin.of not in draft.carried
        ):
            _put(new, pin.path, list(pin.value) if isinstance(pin.value, tuple) else pin.value)
    for absent, owed in plan.absent_notes:
        if absent not in draft.carried:
            draft.notes.append(owed)
    return Translation(new, tuple(draft.notes), question)


class _Draft:
    """A new body while it is made, and what was met on the way."""

    __slots__ = ("carried", "new", "notes", "prompts", "question", "settings")

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.new: dict[str, Any] = {}
        self.prompts: list[dict[str, str]] = []
        self.question: str | None = None
        self.carried: dict[_Path, object] = {}
        self.notes: list[Note] = []


class _Field(NamedTuple):
    """A row, compiled; a value whose type is exactly `plain` is copied without a second look."""

    row: RequestField
    legacy: _Path
    new: _Path
    note: Note | None
    plain: type | None


_PLAIN: dict[str, type] = {"string": str, "boolean": bool, "integer": int}


class _Pin(NamedTuple):
    path: _Path
    value: object
    of: _Path | None
    enabled: bool


class _Plan(NamedTuple):
    fields: dict[str, Any]
    pins: tuple[_Pin, ...]
    question: _Path
    absent_notes: tuple[tuple[_Path, Note], ...]


@lru_cache(maxsize=128)
def _plan(endpoint: Endpoint, settings: Settings) -> _Plan:
    """The table, compiled for one endpoint and one choice of settings."""
    fields: dict[str, Any] = {}
    question: _Path = ()
    absent_notes: list[tuple[_Path, Note]] = []
    for row in REQUEST_FIELDS:
        if endpoint not in row.endpoints:
            continue
        path = tuple(row.legacy.split("."))
        new = tuple(row.new.split(".")) if row.new else ()
        owed = note(row.note, row.legacy) if row.note else None
        plain = _PLAIN.get(row.kind) if row.conversion == "copy" and not owed else None
        _put(fields, path, _Field(row, path, new, owed, plain))
        if row.conversion == "question":
            question = path
        if row.absent_note:
            absent_notes.append((path, note(row.absent_note, row.legacy)))
    pins = []
    for pin in PINS:
        chosen = getattr(settings, pin.setting) if pin.setting else None
        if settings.policy != "pin" or chosen == "instance":
            continue
        value = chosen if pin.value is None else pin.value
        of = tuple(pin.of.split(".")) if pin.of else None
        pins.append(_Pin(tuple(pin.new.split(".")), value, of, pin.when == "enabled"))
    return _Plan(fields, tuple(pins), question, tuple(absent_notes))


def _carry(draft: _Draft, fields: dict[str, Any], body: dict[str, Any], above: _Path) -> None:
    for key, value in body.items():
        field = fields.get(key)
        if field is None:
            draft.notes.append(note("AR203", ".".join((*above, key))))
        elif value is None:
            draft.notes.append(note("AR209", ".".join((*above, key))))
        elif type(field) is dict:
            if not isinstance(value, dict):
                raise TranslationError("it is not an object", (*above, key))
            _carry(draft, field, value, (*above, key))
        elif type(value) is field.plain:
            draft.carried[field.legacy] = value
            _put(draft.new, field.new, value)
        else:
            _convert(draft, field, value)


def _convert(draft: _Draft, field: _Field, value: Any) -> None:
    row, legacy = field.row, field.legacy
    if row.conversion == "drop":
        value = None
    elif row.conversion == "filter":
        value, owed = filters_to_new(value, draft.settings, legacy)
        draft.notes.extend(owed)
    else:
        value = _checked(draft, row, legacy, value)
    draft.carried[legacy] = value
    if field.note is not None and value is not False:
        draft.notes.append(field.note)
    if row.conversion == "question":
        draft.question = value
    elif row.conversion == "prompt":
        draft.prompts.append(_message(draft.settings.system_prompt_role, value))
    elif field.new:
        _put(draft.new, field.new, value)


def _checked(draft: _Draft, row: RequestField, legacy: _Path, value: Any) -> Any:
    """The value as its kind, or an error; numbers given as strings become numbers."""
    kind = row.kind
    if kind == "string":
        if isinstance(value, str):
            return value
    elif kind == "boolean":
        if isinstance(value, bool):
            return value
    else:
        number = value
        if isinstance(value, str) and draft.settings.numeric_strings == "convert":
            number = _number(value)
            draft.notes.append(note("AR208", row.legacy))
        if type(number) is float and math.isfinite(number) and kind == "number":
            return number
        if type(number) is float and number.is_integer():
            return int(number)
        if type(number) is int:
            return number
    article = "an" if kind == "integer" else "a"
    raise TranslationError(f"it is not {article} {kind}", legacy)


def _number(text: str) -> float | int | None:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _message(role: str, content: str) -> dict[str, str]:
    return {MESSAGE["role"]: role, MESSAGE["content"]: content}


def _put(target: dict[str, Any], path: _Path, value: object) -> None:
    for key in path[:-1]:
        target = target.setdefault(key, {})
    target[path[-1]] = value
