"""New answers into legacy ones, by `mapping.RESPONSE_FIELDS`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import (
    CONTENT_PART_TEXT,
    ENVELOPE,
    RESPONSE_FIELDS,
    TIMESTAMP_MILLISECONDS_FROM,
    TOOL_CALLS,
)
from autorag_migrate.notes import Note, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._base import Translation
from ._rows import ABSENT, FRAMES, RESULT, ROW, Path, copied, dotted, find, parse_path
from .request import Endpoint

__all__ = ["chunk_to_row", "is_legacy_answer", "response_to_legacy"]

_OBJECT = next(row for row in RESPONSE_FIELDS if row.conversion == "constant" and row.value)
_OBJECT_PATH = parse_path(_OBJECT.legacy)
_FAILED = ENVELOPE["errors"]
_CODES = {
    parse_path(TOOL_CALLS): "AR222",
    (_FAILED,): "AR224",
    (RESULT, _FAILED): "AR224",
}
"""The notes for what is graver than the rest that is lost."""


def is_legacy_answer(body: object) -> bool:
    """Whether a decoded answer has the legacy shape already."""
    return find(body, _OBJECT_PATH) == _OBJECT.value or isinstance(
        find(body, (RESULT, ROW.data)), list
    )


def response_to_legacy(
    endpoint: Endpoint, body: object, settings: Settings = DEFAULT_SETTINGS, query: str = ""
) -> Translation:
    """Translate a decoded answer of the new API.

    Args:
        endpoint: Legacy route that was called, ``ai-search`` or ``search``.
        body: The decoded answer. It is not changed.
        settings: `policy` and `root_folder` matter here.
        query: The question, echoed as `search_query` where the new answer has none.

    Raises:
        TranslationError: The answer has not the shape of the new API.
    """
    frame = FRAMES[endpoint]
    chunks = find(body, frame.chunks)
    if not isinstance(body, dict) or not isinstance(chunks, list):
        raise TranslationError(f"it has no list at {dotted(frame.chunks)}")
    legacy: dict[str, Any] = dict(body) if endpoint == "search" else {}
    result: dict[str, Any] = {}
    in_chunks: set[str] = set()
    in_items: set[str] = set()
    owed: tuple[Note, ...] = ()
    for path, new, row in frame.fields:
        value = find(body, new) if new else ABSENT
        if row.conversion == "rows":
            value = _rows(chunks, settings, in_chunks, in_items)
        elif row.conversion == "copy":
            if value is ABSENT:
                raise TranslationError(f"it has nothing at {row.chat}")
            if isinstance(value, list):
                owed = (note("AR220", f"{row.chat}[]"),)
            value = _text(value)
        elif value is ABSENT:
            value = query if row.conversion == "question" else row.value
        # A legacy answer is an envelope and a result; nothing in them is deeper but the rows.
        (legacy if len(path) == 1 else result)[path[-1]] = value
    legacy[RESULT] = result
    return Translation(legacy, owed + _lost(body, endpoint, in_chunks, in_items))


def chunk_to_row(chunk: object, settings: Settings = DEFAULT_SETTINGS) -> dict[str, Any]:
    """A new chunk as a row of legacy `data`.

    Raises:
        TranslationError: It is not an object.
    """
    return _rows([chunk], settings, set(), set())[0]


def _text(content: Any) -> Any:
    """The content of a chat message, which may be null or a list of parts, as one text."""
    if isinstance(content, list):
        texts = [part.get(CONTENT_PART_TEXT) for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return "" if content is None else content


def _rows(
    chunks: list[Any], settings: Settings, in_chunks: set[str], in_items: set[str]
) -> list[dict[str, Any]]:
    # Bound once for all chunks: this loop is most of what a translation costs.
    item_name, key_name, folder, basename = ROW.item, ROW.key, ROW.folder, ROW.basename
    timestamp, metadata_name, stamps, file = ROW.timestamp, ROW.metadata, ROW.stamps, ROW.file
    filename, attributes_name, content = ROW.filename, ROW.attributes, ROW.content
    read, file_id, score_name = ROW.read, ROW.file_id, ROW.score
    content_id, type_name, text_name = ROW.content_id, ROW.type, ROW.text
    milliseconds_from = TIMESTAMP_MILLISECONDS_FROM
    root_folder, adopt = settings.root_folder, settings.policy == "adopt"
    rows = []
    for chunk in chunks:
        if type(chunk) is not dict:
            raise TranslationError("a chunk is not an object")
        in_chunks.update(chunk)
        item = chunk.get(item_name)
        if type(item) is dict:
            in_items.update(item)
        else:
            item = {}
        key = item.get(key_name)
        if type(key) is not str:
            key = ""
            in_items.add(_NAMELESS)
        above, slash, last = key.rpartition("/")
        stamp, metadata = item.get(timestamp), item.get(metadata_name)
        if type(stamp) is not int or stamp < milliseconds_from:
            stamp = _milliseconds(stamp)
        attributes = {} if stamp is None else dict.fromkeys(stamps, stamp)
        attributes[folder] = above + slash or root_folder
        attributes[basename] = last
        attributes[file] = {} if metadata is None else metadata
        try:
            identifier, score, kind, text = read(chunk)
        except KeyError:
            row, single = copied(chunk, ROW.row_pairs), copied(chunk, ROW.content_pairs)
        else:
            row = {file_id: identifier, filename: key, score_name: score}
            single = {content_id: identifier, type_name: kind, text_name: text}
        if adopt:
            similarity = find(chunk, ROW.adopted_score)
            if isinstance(similarity, (int, float)):
                row[score_name] = similarity
        row[filename] = key
        row[attributes_name] = attributes
        row[content] = [single]
        rows.append(row)
    return rows


def _milliseconds(stamp: Any) -> Any:
    if isinstance(stamp, bool) or not isinstance(stamp, (int, float)):
        return stamp
    if -TIMESTAMP_MILLISECONDS_FROM < stamp < TIMESTAMP_MILLISECONDS_FROM:
        return round(stamp * 1000)
    return stamp


_NAMELESS = ""
"""Stands among the names met in items for an item without a key, or a chunk without an item."""
_NOTHING: tuple[object, ...] = (None, [])


def _lost(
    body: dict[str, Any], endpoint: Endpoint, in_chunks: set[str], in_items: set[str]
) -> tuple[Note, ...]:
    """A note for each part of the new answer that the legacy one has no place for."""
    frames = []
    for path, carried, constants in FRAMES[endpoint].levels:
        # Null and an empty list are how a part that does not apply is spelled.
        names = [
            name
            for name, value in find(body, path).items()
            if name not in carried
            and value not in _NOTHING
            and constants.get(name, ABSENT) != value
        ]
        frames.append(frozenset(names))
    return _notes(endpoint, tuple(frames), frozenset(in_chunks), frozenset(in_items))


@lru_cache(maxsize=64)
def _notes(
    endpoint: Endpoint,
    frames: tuple[frozenset[str], ...],
    in_chunks: frozenset[str],
    in_items: frozenset[str],
) -> tuple[Note, ...]:
    """The notes for an answer that loses these names; answers are alike, so it is kept."""
    frame = FRAMES[endpoint]
    chunk: Path = (*frame.chunks[:-1], f"{frame.chunks[-1]}[]")
    lost: list[Path] = []
    for level, names in zip(frame.levels, frames, strict=True):
        lost += [(*level.path, name) for name in sorted(names)]
    lost += [(*chunk, name) for name in sorted(in_chunks - ROW.known_in_chunk)]
    lost += [
        (*chunk, ROW.item, name) for name in sorted(in_items - ROW.known_in_item - {_NAMELESS})
    ]
    notes = [note(_CODES.get(path, "AR220"), dotted(path)) for path in lost]
    if _NAMELESS in in_items:
        notes.append(note("AR221", dotted((*chunk, ROW.item))))
    return tuple(notes)
