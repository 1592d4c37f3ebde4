"""Legacy answers into new ones: for stored answers, fixtures and cassettes."""

from __future__ import annotations

from typing import Any

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import CHAT_CONSTANTS, CHAT_UNKNOWN
from autorag_migrate.notes import Note, note

from ._base import Translation
from ._rows import ABSENT, FRAMES, RESULT, ROW, Path, copied, dotted, find, parse_path, put
from .request import Endpoint
from .response import chunk_to_row

__all__ = ["response_to_new"]

_ROW_PAIRS = tuple((frm, to) for to, frm in ROW.row_pairs)
_CONTENT_PAIRS = tuple((frm, to) for to, frm in ROW.content_pairs)
_NOTHING: tuple[object, ...] = (None, [], {})
_DATA = f"$.{RESULT}.{ROW.data}[]"


def response_to_new(endpoint: Endpoint, body: object) -> Translation:
    """Translate a decoded legacy answer.

    Each content of a row becomes a chunk. What a chat answer must hold and a legacy answer does not
    know (id, model, creation time) is empty.

    Args:
        endpoint: Legacy route that was called, ``ai-search`` or ``search``.
        body: The decoded answer. It is not changed.

    Raises:
        TranslationError: The answer has not the shape of the legacy API.
    """
    frame = FRAMES[endpoint]
    rows = find(body, (RESULT, ROW.data))
    if not isinstance(body, dict) or not isinstance(rows, list):
        raise TranslationError(f"it has no list at {_DATA.removesuffix('[]')}")
    notes: list[Note] = []
    new: dict[str, Any] = {}
    if endpoint == "search":
        new = dict(body)
        new[RESULT] = {}
    else:
        for place, unsaid in {**CHAT_UNKNOWN, **CHAT_CONSTANTS}.items():
            put(new, parse_path(place), unsaid)
        notes += [note("AR225", place) for place in CHAT_UNKNOWN]
    carried: set[Path] = {(RESULT,)}
    for legacy, path, row in frame.fields:
        carried.add(legacy)
        value = find(body, legacy)
        if row.conversion == "rows":
            value = [chunk for each in rows for chunk in _chunks(each, notes)]
        if path is not None and value is not ABSENT:
            put(new, path, value)
        elif row.conversion == "copy":
            raise TranslationError(f"it has nothing at {row.legacy}")
        elif path is None and value not in (ABSENT, row.value):
            notes.append(note("AR226", row.legacy))
    names: list[Path] = [(RESULT, name) for name in body[RESULT]]
    if endpoint == "ai-search":
        names += [(name,) for name in body if body[name] not in _NOTHING]
    notes += [note("AR226", dotted(name)) for name in names if name not in carried]
    return Translation(new, tuple(dict.fromkeys(notes)))


def _chunks(row: object, notes: list[Note]) -> list[dict[str, Any]]:
    if not isinstance(row, dict):
        raise TranslationError("a row is not an object")
    attributes, contents = row.get(ROW.attributes) or {}, row.get(ROW.content)
    if not isinstance(attributes, dict) or not isinstance(contents, list):
        raise TranslationError("a row's attributes or content have not the legacy shape")
    if len(contents) > 1:
        notes.append(note("AR227", f"{_DATA}.{ROW.content}"))
    base = copied(row, _ROW_PAIRS)
    item = _item(row, attributes)
    if item:
        base[ROW.item] = item
    chunks = []
    for content in contents or [{}]:
        if not isinstance(content, dict):
            raise TranslationError("a row's content is not an object")
        chunk = {**base, **copied(content, _CONTENT_PAIRS)}
        notes += [note("AR226", field) for field in _dropped(row, content, chunk)]
        chunks.append(chunk)
    return chunks


def _item(row: dict[str, Any], attributes: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    if row.get(ROW.filename):
        item[ROW.key] = row[ROW.filename]
    elif attributes.get(ROW.basename):
        item[ROW.key] = f"{attributes.get(ROW.folder) or ''}{attributes[ROW.basename]}"
    stamp = next(
        (attributes[name] for name in ROW.stamps if attributes.get(name) is not None), None
    )
    if stamp is not None:
        item[ROW.timestamp] = stamp
    if attributes.get(ROW.file):
        item[ROW.metadata] = attributes[ROW.file]
    return item


def _dropped(row: dict[str, Any], content: dict[str, Any], chunk: dict[str, Any]) -> list[str]:
    """What the chunk, read as a legacy row again, says otherwise than its row."""
    again = chunk_to_row(chunk)
    lost = [f"{_DATA}.{name}" for name in _differing(row, again) if name not in _NESTED]
    attributes = row.get(ROW.attributes) or {}
    lost += [
        f"{_DATA}.{ROW.attributes}.{name}" for name in _differing(attributes, again[ROW.attributes])
    ]
    where = f"{_DATA}.{ROW.content}[]"
    lost += [f"{where}.{name}" for name in _differing(content, again[ROW.content][0])]
    return lost


_NESTED = frozenset((ROW.attributes, ROW.content))


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name, value in before.items() if after.get(name, ABSENT) != value]
