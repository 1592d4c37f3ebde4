"""Error envelopes from one API's words into the other's, by `mapping.ERRORS`.

Codes and HTTP statuses are the same on both sides; three messages name the product, and the path of
a field follows the request's translation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autorag_migrate.mapping import ENVELOPE, ERRORS, REQUEST_FIELDS

from ._base import Translation

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["envelope", "error_to_legacy", "error_to_new", "is_error"]

_ERRORS, _MESSAGE = ENVELOPE["errors"], ENVELOPE["message"]
_CODE, _PATH = ENVELOPE["code"], ENVELOPE["path"]
_WORDS = [
    (row.new_message, row.legacy_message)
    for row in ERRORS
    if row.new_message and row.legacy_message
]
_PATHS = [
    (tuple(row.new.removesuffix("[]").split(".")), tuple(row.legacy.split(".")))
    for row in REQUEST_FIELDS
    if row.new and row.conversion != "prompt"
]
_QUESTIONS = [
    tuple(row.legacy.split(".")) for row in REQUEST_FIELDS if row.conversion == "question"
]


def envelope(code: int, message: str, path: Sequence[str | int] = ()) -> dict[str, Any]:
    """The answer of a refused request, as both APIs write it."""
    error: dict[str, Any] = {_CODE: code, _MESSAGE: message}
    if path:
        error[_PATH] = list(path)
    return {
        ENVELOPE["success"]: False,
        _ERRORS: [error],
        ENVELOPE["messages"]: [],
        ENVELOPE["result"]: {},
    }


def is_error(body: dict[str, Any]) -> bool:
    """Whether a decoded answer says that it failed, whatever its HTTP status."""
    return body.get(ENVELOPE["success"]) is False


def error_to_legacy(body: dict[str, Any]) -> Translation:
    """A new error envelope in the legacy API's words; the same object when no word differs."""
    return _translated(body, _WORDS, _PATHS)


def error_to_new(body: dict[str, Any]) -> Translation:
    """A legacy error envelope in the new API's words; the same object when no word differs."""
    return _translated(
        body, [(to, frm) for frm, to in _WORDS], [(legacy, new) for new, legacy in _PATHS]
    )


def _translated(
    body: dict[str, Any],
    words: Sequence[tuple[str, str]],
    paths: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
) -> Translation:
    errors = body.get(_ERRORS)
    if not isinstance(errors, list):
        return Translation(body)
    said = [_one(error, words, paths) if isinstance(error, dict) else error for error in errors]
    return Translation(body if said == errors else {**body, _ERRORS: said})


def _one(
    error: dict[str, Any],
    words: Sequence[tuple[str, str]],
    paths: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
) -> dict[str, Any]:
    said = dict(error)
    message, path = error.get(_MESSAGE), error.get(_PATH)
    if isinstance(message, str):
        for theirs, ours in words:
            message = message.replace(theirs, ours)
        said[_MESSAGE] = message
    if isinstance(path, list):
        said[_PATH] = _path(path, paths)
    return said


def _path(path: list[Any], paths: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[Any]:
    """`path` with the field that it starts with (behind a leading "body") by its other name."""
    for start in (0, 1):
        for theirs, ours in paths:
            end = start + len(theirs)
            if tuple(path[start:end]) == theirs:
                # Which message and which part of it means nothing where there is one question.
                below = [] if ours in _QUESTIONS else path[end:]
                return [*path[:start], *ours, *below]
    return path
