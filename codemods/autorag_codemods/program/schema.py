"""The shapes of both answers as trees, read from the table's rows.

A path is a tuple of keys; ``[]`` stands for each element of a list.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from autorag_migrate.mapping import (
    CHAT_KEYS,
    CHUNK_KEYS,
    ENVELOPE,
    REQUEST_FIELDS,
    RESPONSE_FIELDS,
    RESULT_KEYS,
    ResponseField,
)

from .management import is_managing, kind_of_managed, managed_path

__all__ = [
    "EACH",
    "LIFTED",
    "QUERIES",
    "Kind",
    "Path",
    "is_alone",
    "kind_of",
    "may_have",
    "new_path",
    "parse",
    "row_at",
]

EACH = "[]"
QUERIES = frozenset(name for field in REQUEST_FIELDS for name in field.endpoints)
"""The endpoints that are asked; the others manage."""
LIFTED = "search, lifted"
"""The answer of a search whose result stands in the envelope, as all of a chat answer does."""
Path = tuple[str, ...]
Kind = Literal["object", "list", "leaf", "wrong"]

_RESULT = (ENVELOPE["result"],)
_OPEN = tuple((ENVELOPE[name],) for name in ("errors", "messages"))


def parse(text: str) -> Path:
    """``$.result.data[].score`` as a path; an index is a step of its own (``[0]``)."""
    return tuple(
        text.removeprefix("$").removeprefix(".").replace("[", ".[").split(".")
        if text != "$"
        else ()
    )


_ROWS = {parse(row.legacy): row for row in RESPONSE_FIELDS}


def _is_leaf(row: ResponseField) -> bool:
    return row.conversion not in {"rows", "single"}


@cache
def kind_of(endpoint: str, path: Path) -> Kind:
    """What stands at a path of the legacy answer of an endpoint."""
    if is_managing(endpoint):
        return kind_of_managed(endpoint, path)
    for above in range(len(path) + 1):
        row = _ROWS.get(path[:above])
        if path[:above] in _OPEN or (row is not None and row.conversion == "metadata"):
            return "leaf"
    row = _ROWS.get(path)
    if row is not None and _is_leaf(row):
        missing = (
            row.conversion == "copy"
            and (row.chat if endpoint == "ai-search" else row.search) is None
        )
        return "wrong" if missing else "leaf"
    below = {
        known[len(path)] for known in _ROWS if known[: len(path)] == path and len(known) > len(path)
    }
    if below == {EACH}:
        return "list"
    return "object" if below else "wrong"


def row_at(path: Path) -> ResponseField | None:
    """The table's row for a legacy path."""
    return _ROWS.get(path)


def _new(row: ResponseField, endpoint: str) -> Path | None:
    text = row.chat if endpoint == "ai-search" else row.search
    return None if text is None else parse(text)


def is_alone(endpoint: str, path: Path) -> bool:
    """Whether nothing else of a legacy answer stands where this value stands in the new one."""
    place = new_path(endpoint, path)
    return sum(_new(row, endpoint) == place for row in RESPONSE_FIELDS) == 1


@cache
def new_path(endpoint: str, path: Path) -> Path | None:
    """Where the value of a legacy path stands in the new answer.

    An object that the new answer has not stands where all that was in it stands. None where the
    new answer has nothing of it.
    """
    if is_managing(endpoint):
        return managed_path(endpoint, path)
    if endpoint == LIFTED and path == _RESULT:
        return ()
    for above in range(len(path), -1, -1):
        row = _ROWS.get(path[:above])
        if row is not None and (above == len(path) or row.conversion == "metadata"):
            found = _new(row, endpoint)
            return None if found is None else found + path[above:]
        if path[:above] in _OPEN:
            return path
    if kind_of(endpoint, path) == "list":
        found = new_path(endpoint, (*path, EACH))
        return None if found is None else found[:-1] if found[-1] == EACH else found
    below = [
        found
        for known, row in _ROWS.items()
        if known[: len(path)] == path and len(known) > len(path)
        for found in [_new(row, endpoint)]
        if found is not None
    ]
    if not below:
        return None
    first, *rest = below
    length = 0
    while length < len(first) - 1 and all(
        other[: length + 1] == first[: length + 1] for other in rest
    ):
        length += 1
    # A value is not an object: the common part of a single one stops above it.
    return first[:length]


def may_have(endpoint: str, path: Path, key: str) -> bool:
    """Whether the new answer's object at a new path may have a key that the legacy one has not."""
    if is_managing(endpoint):
        # All keys of the rows are nowhere said for sure; those of the envelope are.
        return bool(path)
    return key in _new_keys(endpoint, path)


@cache
def _new_keys(endpoint: str, path: Path) -> frozenset[str]:
    """The keys that the new answer's object at a new path is known to have."""
    news = [found for row in RESPONSE_FIELDS for found in [_new(row, endpoint)] if found]
    known = {new[len(path)] for new in news if new[: len(path)] == path and len(new) > len(path)}
    if path and path[-1] == EACH:
        return frozenset({*known, *CHUNK_KEYS})
    if not path or path == _RESULT:
        known |= {*ENVELOPE, *CHAT_KEYS} if endpoint == "ai-search" else {*ENVELOPE, *RESULT_KEYS}
    return frozenset(known)
