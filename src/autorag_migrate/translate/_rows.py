"""`mapping.RESPONSE_FIELDS` compiled: the frame of an answer into paths, a chunk into getters.

An answer has one frame and many chunks, so only what is done for each chunk must be fast.
"""

from __future__ import annotations

import itertools
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from autorag_migrate.mapping import CHAT_CONSTANTS, RESPONSE_FIELDS, ResponseField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "ABSENT",
    "FRAMES",
    "RESULT",
    "ROW",
    "FrameField",
    "Path",
    "copied",
    "dotted",
    "find",
    "parse_path",
    "put",
]

ABSENT: Any = object()
Path = tuple[str | int, ...]


def parse_path(text: str) -> Path:
    """``$.choices[0].message`` as ``("choices", 0, "message")``; a last ``[]`` is dropped."""
    path: list[str | int] = []
    for step in text.removeprefix("$.").removesuffix("[]").split("."):
        name, bracket, index = step.partition("[")
        path.append(name)
        if bracket:
            path.append(int(index.rstrip("]")))
    return tuple(path)


def dotted(path: Path) -> str:
    """The other way round, for notes."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def find(value: Any, path: Path) -> Any:
    """What stands at `path`, or `ABSENT`."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else ABSENT
        if value is ABSENT:
            return ABSENT
    return value


def put(target: Any, path: Path, value: object) -> None:
    """Set `path`, making the objects and one-element lists above it."""
    for step, following in itertools.pairwise(path):
        below: Any = [] if isinstance(following, int) else {}
        if isinstance(target, dict):
            target = target.setdefault(step, below)
        else:
            if not target:
                target.append(below)
            target = target[0]
    target[path[-1]] = value


def copied(source: dict[str, Any], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Keys of `source` under other names (to, from); absent ones stay absent."""
    return {to: source[frm] for to, frm in pairs if frm in source}


def _row(conversion: str) -> ResponseField:
    return next(row for row in RESPONSE_FIELDS if row.conversion == conversion)


def _leaf(row: ResponseField) -> str:
    return row.legacy.removesuffix("[]").rpartition(".")[2]


_ROWS, _SINGLE = _row("rows"), _row("single")
RESULT = str(parse_path(_ROWS.legacy)[0])


class FrameField(NamedTuple):
    """A row about the answer as a whole; `new` is None where this endpoint's has no such part."""

    legacy: tuple[str, ...]
    new: Path | None
    row: ResponseField


class _Level(NamedTuple):
    """An object of a new answer: the names that are carried over, and those with one value only."""

    path: Path
    carried: set[str]
    constants: dict[str, object]


class _Frame(NamedTuple):
    """What the rows say about one endpoint's answer."""

    fields: tuple[FrameField, ...]
    chunks: Path
    levels: tuple[_Level, ...]


def _frame(endpoint: str) -> _Frame:
    fields = []
    levels: dict[Path, _Level] = {}
    chunks: Path = ()
    for row in RESPONSE_FIELDS:
        if row.legacy.startswith(_ROWS.legacy + "."):
            continue
        new = row.chat if endpoint == "ai-search" else row.search
        path = parse_path(new) if new else None
        if path is None and row.conversion == "copy":
            continue
        if row is _ROWS and path:
            chunks = path
        legacy = tuple(map(str, parse_path(row.legacy)))
        fields.append(FrameField(legacy, path, row))
        # The envelope of a search answer is carried over whole: only what is below matters.
        for depth, step in enumerate(path or ()):
            if isinstance(step, str) and path and (depth or endpoint == "ai-search"):
                above = path[:depth]
                levels.setdefault(above, _Level(above, set(), {})).carried.add(step)
    if endpoint == "ai-search":
        for text, value in CHAT_CONSTANTS.items():
            *parents, name = parse_path(text)
            levels[tuple(parents)].constants[str(name)] = value
    return _Frame(tuple(fields), chunks, tuple(levels.values()))


FRAMES = {"search": _frame("search"), "ai-search": _frame("ai-search")}


def _one_by_one(_chunk: dict[str, Any]) -> tuple[Any, ...]:
    """In the place of a getter: says that the keys are to be copied one by one."""
    raise KeyError


class _RowNames:
    """Names in a legacy row and in a chunk, and the getters between them."""

    def __init__(self) -> None:
        of_row, of_content = [], []
        for row in RESPONSE_FIELDS:
            if row.legacy.startswith(_SINGLE.legacy + "."):
                of_content.append(row)
            elif row.legacy.startswith(_ROWS.legacy + ".") and row is not _SINGLE:
                of_row.append(row)
        self.data, self.content = _leaf(_ROWS), _leaf(_SINGLE)
        copied_rows = [row for row in of_row if row.conversion == "copy"]
        self.row_pairs = tuple(
            (_leaf(row), self._source(row)[0]) for row in copied_rows if len(self._source(row)) == 1
        )
        self.content_pairs = tuple((_leaf(row), self._source(row)[0]) for row in of_content)
        # Those that every chunk has are read in one go, unless the table has gained others.
        (self.file_id, identifier), (self.score, score), *more = self.row_pairs
        (self.content_id, _), (self.type, kind), (self.text, text), *inner = self.content_pairs
        self.read: Callable[[dict[str, Any]], tuple[Any, ...]] = (
            _one_by_one if more or inner else itemgetter(identifier, score, kind, text)
        )
        named = next(row for row in copied_rows if len(self._source(row)) > 1)
        self.filename = _leaf(named)
        self.item, self.key = self._source(named)
        scored = next(row for row in copied_rows if row.adopted)
        self.adopted_score: Path = tuple((scored.adopted or "").split("."))
        self.attributes = _row("folder").legacy.split(".")[-2]
        self.folder, self.basename = _leaf(_row("folder")), _leaf(_row("basename"))
        self.stamps = tuple(_leaf(row) for row in of_row if row.conversion == "milliseconds")
        self.timestamp = self._source(_row("milliseconds"))[-1]
        self.file, self.metadata = _leaf(_row("metadata")), self._source(_row("metadata"))[-1]
        self.known_in_chunk = frozenset(self._source(row)[0] for row in (*of_row, *of_content))
        self.known_in_item = frozenset((self.key, self.timestamp, self.metadata))

    @staticmethod
    def _source(row: ResponseField) -> tuple[str, ...]:
        """Where a row's value stands below a chunk."""
        above, path = _ROWS.search or "", row.search or ""
        return tuple(path[len(above) + 1 :].split("."))


ROW = _RowNames()
