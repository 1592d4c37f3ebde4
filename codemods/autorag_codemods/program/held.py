"""The URLs in the attributes of instances that are handed on, to code that is not understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_migrate.mapping import MARKER

from .openness import Opening, is_private
from .values import (
    Class,
    ClassInfo,
    Dict,
    FunctionInfo,
    Piece,
    Self,
    Sequence,
    Text,
    Tuple,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .run import Run

__all__ = ["classes_in", "note_held", "telling_names"]

_FIRST, _SECOND = MARKER.split("/")
_TELLS = re.compile(rf"{_FIRST}|\b{_SECOND}\b", re.IGNORECASE)


def note_held(run: Run) -> None:
    """Note the URLs that what is not understood may read of an instance, and their names."""
    facts = run.facts
    for info, why in _all_of(facts.shown):
        for _, values in _public(info):
            _show(run, values, why)
    for key, opened in facts.handed.given():
        if isinstance(key, FunctionInfo) and opened is not None and opened.wanted is None:
            _show(run, key.returns.given().get("") or frozenset(), opened)
    for info, why in _all_of(facts.lent_out):
        for name in telling_names(info):
            if facts.loose.has(name):
                _show(run, dict(_public(info))[name], why)
            else:
                facts.lent_names.add((info.module.path, name))


def telling_names(info: ClassInfo) -> Iterator[str]:
    """The public names by which an instance gives a URL that a rewrite would change."""
    for name, values in _public(info):
        if any(
            _TELLS.search(piece.text)
            for text in _texts(values)
            for piece in text.pieces
            if isinstance(piece, Piece)
        ):
            yield name


def classes_in(values: Iterable[Value]) -> Iterator[ClassInfo]:
    """The classes of the program in values, or of instances in them, with what these hold."""
    todo, seen = list(values), set[ClassInfo]()
    while todo:
        value = todo.pop()
        match value:
            case Self(info) | Class(info) if info not in seen:
                seen.add(info)
                yield info
                todo += (each for each in _relatives(info))
                todo += (each for _, held in _public(info) for each in held)
            case Sequence(element):
                todo += element
            case Tuple(elements):
                todo += (each for element in elements for each in element)
            case Dict(made):
                todo += (each for entry in made.entries.values() for each in entry.value)


def _relatives(info: ClassInfo) -> Iterator[Value]:
    """What an instance of a class has its attributes of, or may be."""
    yield from (base for base in info.bases if isinstance(base, Class))
    yield from map(Class, info.below())


def _all_of(marked: dict[ClassInfo, Opening]) -> Iterator[tuple[ClassInfo, Opening]]:
    for info, why in marked.items():
        yield from ((each, why) for each in classes_in([Self(info)]))


def _public(info: ClassInfo) -> Iterator[tuple[str, Values]]:
    """What an instance gives whoever knows the names."""
    for name, values in info.attributes.given().items():
        if not is_private(name):
            yield name, values
    for name, method in info.methods.items():
        if not is_private(name):
            yield name, method.returns.given().get("") or frozenset()


def _texts(values: Iterable[Value]) -> Iterator[Text]:
    for value in values:
        match value:
            case Text():
                yield value
            case Sequence(element):
                yield from _texts(element)
            case Tuple(elements):
                yield from (text for each in elements for text in _texts(each))


def _show(run: Run, values: Values, why: Opening) -> None:
    owner, _, what = why.how.partition(" ")
    how = f"is in {owner}, which {what},"
    for text in _texts(values):
        for piece in text.pieces:
            if isinstance(piece, Piece) and piece.node is not None:
                run.facts.held.setdefault(piece.node, (why.node, how))
