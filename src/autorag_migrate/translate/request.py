"""Legacy request bodies into new ones, by `mapping.REQUEST_FIELDS` and `mapping.PINS`."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import MESSAGE, PINS, REQUEST_FIELDS, RequestField
from autorag_migrate.notes import Note, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._base import Translation, spelled_number
from .filters import filters_to_new

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ENDPOINTS", "Endpoint", "request_to_new"]

Endpoint = Literal["ai-search", "search"]
ENDPOINTS: dict[str, Endpoint] = {"ai-search": "ai-search", "search": "search"}
_Path = tuple[str, ...]
_Place = tuple[_Path, str]


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
    new = draft.new
    new[MESSAGE["list"]] = [*draft.prompts, _message(MESSAGE["question"], question)]
    for pin in plan.pins:
        if pin.of is None or draft.carried.get(pin.of) in pin.given:
            draft.put(pin.path, list(pin.value) if isinstance(pin.value, tuple) else pin.value)
    for absent, owed in plan.absent_notes:
        if absent not in draft.carried:
            draft.notes.append(owed)
    return Translation(new, tuple(draft.notes), question)


class _Draft:
    """A new body while it is made, and what was met on the way."""

    __slots__ = ("_sections", "carried", "new", "notes", "prompts", "question", "settings")

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.new: dict[str, Any] = {MESSAGE["list"]: None}
        self._sections: dict[_Path, dict[str, Any]] = {(): self.new}
        self.prompts: list[dict[str, str]] = []
        self.question: str | None = None
        self.carried: dict[_Path, object] = {}
        self.notes: list[Note] = []

    def put(self, path: _Place, value: object) -> None:
        """Set what stands at `path`, making the objects above it."""
        above, name = path
        section = self._sections.get(above)
        if section is None:
            section = self._sections[above] = {}
            self.put(_place(above), section)
        section[name] = value


class _Field(NamedTuple):
    """A row, compiled; a value whose type is exactly `exact` needs no check.

    Where nothing but the value is to be carried over, the row is `plain`.
    """

    row: RequestField
    legacy: _Path
    new: _Place | None
    note: Note | None
    exact: type | None
    plain: bool


_EXACT: dict[str, type] = {"string": str, "boolean": bool, "integer": int}


class _Pin(NamedTuple):
    """A row, compiled: it holds where the legacy field `of` has one of the values `given`."""

    path: _Place
    value: object
    of: _Path | None
    given: tuple[object, ...]


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
        new = _place(row.new.split(".")) if row.new else None
        owed = note(row.note, row.legacy) if row.note else None
        exact, plain = _EXACT.get(row.kind), row.conversion == "copy" and not owed
        *above, name = path
        level = fields
        for key in above:
            level = level.setdefault(key, {})
        level[name] = _Field(row, path, new, owed, exact, plain)
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
        given: tuple[object, ...] = (None,)
        if pin.when == "enabled":
            # Left to the instance, an absent switch may be on.
            given = (True, None) if settings.absent_switches == "instance" else (True,)
        pins.append(_Pin(_place(pin.new.split(".")), value, of, given))
    # Where a setting gives the value, it is no longer unclear.
    answered = {pin.of for pin in pins}
    owed_absent = tuple(each for each in absent_notes if each[0] not in answered)
    return _Plan(fields, tuple(pins), question, owed_absent)


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
        elif type(value) is field.exact and field.plain:
            draft.carried[field.legacy] = value
            draft.put(field.new, value)
        else:
            _convert(draft, field, value)


def _convert(draft: _Draft, field: _Field, value: Any) -> None:
    row, legacy = field.row, field.legacy
    if row.conversion == "drop":
        value = None
    elif row.conversion == "filter":
        value, owed = filters_to_new(value, draft.settings, legacy)
        draft.notes.extend(owed)
    elif type(value) is not field.exact:
        value = _checked(draft, row, legacy, value)
    draft.carried[legacy] = value
    if field.note is not None and value is not False:
        draft.notes.append(field.note)
    if row.conversion == "question":
        draft.question = value
    elif row.conversion == "prompt":
        draft.prompts.append(_message(draft.settings.system_prompt_role, value))
    elif field.new:
        draft.put(field.new, value)


def _checked(draft: _Draft, row: RequestField, legacy: _Path, value: Any) -> Any:
    """A number that is spelled otherwise than it should be, as its kind; else an error."""
    kind = row.kind
    if kind in {"integer", "number"}:
        number = value
        if isinstance(value, str) and draft.settings.numeric_strings == "convert":
            number = spelled_number(value)
            draft.notes.append(note("AR208", row.legacy))
        if type(number) is float and math.isfinite(number) and kind == "number":
            return number
        if type(number) is float and number.is_integer():
            return int(number)
        if type(number) is int:
            return number
    article = "an" if kind == "integer" else "a"
    raise TranslationError(f"it is not {article} {kind}", legacy)


def _message(role: str, content: str) -> dict[str, str]:
    return {MESSAGE["role"]: role, MESSAGE["content"]: content}


def _place(path: Sequence[str]) -> _Place:
    return tuple(path[:-1]), path[-1]
