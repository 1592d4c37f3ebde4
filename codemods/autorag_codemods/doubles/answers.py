"""Literal answers and questions of a test, translated; other expressions are carried along."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING, Any

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import ENVELOPE, REQUEST_FIELDS, RESPONSE_FIELDS
from autorag_migrate.translate import (
    error_to_new,
    request_to_new,
    response_to_legacy,
    response_to_new,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Endpoint

__all__ = [
    "PARTS",
    "RESULT",
    "Holes",
    "NotUnderstoodError",
    "has_text",
    "is_answer",
    "is_piece",
    "is_question",
    "is_refusal",
    "new_answer",
    "new_question",
    "new_refusal",
]

RESULT, _ROWS = next(
    row.legacy.removeprefix("$.").removesuffix("[]").split(".")
    for row in RESPONSE_FIELDS
    if row.conversion == "rows"
)
_TEXT = next(
    row.legacy.rpartition(".")[2]
    for row in RESPONSE_FIELDS
    if row.conversion == "copy" and "[]" not in row.legacy
)
_KEYS = frozenset(row.legacy.partition(".")[0] for row in REQUEST_FIELDS)
_QUESTION = next(row.legacy for row in REQUEST_FIELDS if row.conversion == "question")
_WIDTH = 100
_SEARCH_QUERY = next(row.legacy for row in RESPONSE_FIELDS if row.conversion == "question")
_UNKNOWN = "AR225"
PARTS = frozenset(
    part.removesuffix("[]")
    for row in RESPONSE_FIELDS
    if row.legacy.startswith(f"$.{RESULT}.")
    for part in row.legacy.split(".")[2:4]
    if row.conversion != "constant"
)
"""Names of what an answer and its rows hold."""


class NotUnderstoodError(Exception):
    """A test that stays as it is; the message says why."""


class Holes:
    """Stands words in for what is no literal, and gives the source back for them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sources: dict[str, str] = {}
        self._numbers = itertools.count()

    def value(self, node: ast.expr) -> Any:
        """The value of a literal, with a word for each expression in it that is none.

        Raises:
            NotUnderstoodError: A key is no literal, or something is unpacked.
        """
        if isinstance(node, ast.Dict):
            made = {}
            for key, value in zip(node.keys, node.values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise NotUnderstoodError("a key of an answer is no literal")
                made[key.value] = self.value(value)
            return made
        if isinstance(node, ast.List):
            if any(isinstance(each, ast.Starred) for each in node.elts):
                raise NotUnderstoodError("an answer is put together from lists")
            return [self.value(each) for each in node.elts]
        try:
            return ast.literal_eval(node)
        except ValueError:
            pass
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.Await):
            raise NotUnderstoodError("an answer is made by a loop")
        word = f"\0hole{next(self._numbers)}\0"
        self._sources[word] = ast.get_source_segment(self._text, node) or ""
        return word

    def source(self, value: Any, quote: str, indent: str, room: int) -> str:
        """A value as Python, over several lines where it is wider than there is room."""
        line = self._line(value, quote)
        if len(line) <= room or not isinstance(value, dict | list) or not value:
            return line
        inner = indent + "    "
        room = _WIDTH - len(inner)
        if isinstance(value, dict):
            parts = []
            for key, each in value.items():
                head = f"{self._line(key, quote)}: "
                parts.append(head + self.source(each, quote, inner, room - len(head) - 1))
            opened, closed = "{}"
        else:
            parts = [self.source(each, quote, inner, room - 1) for each in value]
            opened, closed = "[]"
        lines = "".join(f"\n{inner}{part}," for part in parts)
        return f"{opened}{lines}\n{indent}{closed}"

    def _line(self, value: Any, quote: str) -> str:
        if isinstance(value, str) and value in self._sources:
            return self._sources[value]
        if isinstance(value, dict):
            pairs = (
                f"{self._line(key, quote)}: {self._line(each, quote)}"
                for key, each in value.items()
            )
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._line(each, quote) for each in value) + "]"
        made = repr(value)
        if isinstance(value, str) and quote not in value and "\\" not in made:
            return quote + value + quote
        return made


def is_answer(node: ast.AST) -> bool:
    """Whether a dict has the frame of a legacy answer, whole or not."""
    result = _member(node, RESULT)
    return _member(result, _ROWS) is not None or _member(result, _TEXT) is not None


def is_refusal(node: ast.AST) -> bool:
    """Whether a dict is an error envelope."""
    return _member(node, ENVELOPE["errors"]) is not None and not is_answer(node)


def is_piece(node: ast.AST) -> bool:
    """Whether a dict may be a part of a legacy answer, or an answer in parts."""
    return not (PARTS | {RESULT}).isdisjoint(_names(node))


def is_question(node: ast.AST) -> bool:
    """Whether a dict has a question, and nothing that no legacy request has."""
    names = set(_names(node))
    return _QUESTION in names and names <= _KEYS


def _names(node: ast.AST | None) -> Iterable[str]:
    for key in node.keys if isinstance(node, ast.Dict) else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value
        else:
            yield ""


def _member(node: ast.AST | None, name: str) -> ast.expr | None:
    if not isinstance(node, ast.Dict):
        return None
    found = [value for key, value in zip(_names(node), node.values, strict=True) if key == name]
    return found[-1] if found else None


def has_text(node: ast.AST) -> bool:
    """Whether an answer is one of ai-search."""
    return _member(_member(node, RESULT), _TEXT) is not None


def new_answer(endpoint: Endpoint, value: Any) -> Any:
    """A legacy answer in the new form, if that says all that it said.

    Raises:
        NotUnderstoodError: It does not.
    """
    try:
        made = response_to_new(endpoint, value)
        asked = value[RESULT].get(_SEARCH_QUERY.rpartition(".")[2])
        again = response_to_legacy(endpoint, made.body, query=asked or "").body
    except TranslationError as error:
        raise NotUnderstoodError(f"an answer has not the legacy shape: {error}") from None
    # A call that reads the question of a chat answer is never rewritten in place.
    lost = [note for note in made.notes if note.code != _UNKNOWN and note.field != _SEARCH_QUERY]
    if lost or not _holds(again, value):
        raise NotUnderstoodError("an answer would lose something")
    return made.body


def _holds(more: Any, less: Any) -> bool:
    """Whether all that `less` says stands in `more` as well."""
    if isinstance(less, dict):
        return isinstance(more, dict) and all(
            name in more and _holds(more[name], value) for name, value in less.items()
        )
    if isinstance(less, list):
        same = isinstance(more, list) and len(more) == len(less)
        return same and all(map(_holds, more, less))
    return bool(more == less)


def new_question(endpoint: Endpoint, value: Any, settings: Settings) -> Any:
    """A legacy request's body in the new form.

    Raises:
        NotUnderstoodError: It has no equivalent.
    """
    try:
        return request_to_new(endpoint, value, settings).body
    except (RefusedError, TranslationError) as error:
        raise NotUnderstoodError(
            f"a question that is expected has no equivalent: {error}"
        ) from None


def new_refusal(value: Any) -> Any:
    """An error envelope in the new API's words; the same object where none differs."""
    return error_to_new(value).body
