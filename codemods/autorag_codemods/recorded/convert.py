"""One file of recordings from its text to its new text, verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autorag_codemods.report.model import FileChange, Finding, Place
from autorag_codemods.scan import may_matter

from .document import Document, DocumentError, Item, read_document
from .layouts import ANSWER_MARK, Left, changes

if TYPE_CHECKING:
    from autorag_codemods.scan import Source
    from autorag_migrate.settings import Settings

__all__ = ["SUFFIXES", "Converted", "convert_file", "convert_text", "matters"]

SUFFIXES = (".yaml", ".yml", ".json")


class Converted(NamedTuple):
    """A file's new text, what could not be converted and what a conversion lost."""

    text: str
    left: list[Finding]
    notes: list[Finding]


def matters(raw: bytes) -> bool:
    """Whether a file may hold what is recorded of the legacy API."""
    return may_matter(raw) or ANSWER_MARK.encode() in raw


def convert_text(text: str, shown: str, settings: Settings, *, is_yaml: bool) -> Converted:
    """Convert all that a file holds; where its new text cannot be trusted it stays as it is.

    Raises:
        ImportError: YAML cannot be read.
    """
    try:
        document = read_document(text, is_yaml=is_yaml)
    except DocumentError as error:
        return Converted(text, [Finding("AR150", str(error), Place(shown, error.line, 1))], [])
    new: dict[Item, Any] = {}
    left: list[Finding] = []
    notes: list[Finding] = []
    try:
        for each in changes(document, settings):
            place = Place(shown, document.line(each.item), 1)
            if isinstance(each, Left):
                left.append(Finding("AR160", each.why, place))
                continue
            if any(item in new and new[item] != value for item, value in each.new.items()):
                sentence = "what an alias repeats would become two different things"
                left.append(Finding("AR160", sentence, place))
                continue
            new |= each.new
            notes += [Finding(note.code, _said(note), place) for note in each.notes]
        made = document.edited(new) if new else text
        if made != text:
            _verify(made, settings, is_yaml=is_yaml)
    except (DocumentError, RecursionError) as error:
        sentence = str(error) if isinstance(error, DocumentError) else "it is nested too deep"
        return Converted(text, [*left, Finding("AR156", sentence, Place(shown, 1, 1))], [])
    return Converted(made, left, notes)


def _said(note: Any) -> str:
    return f"{note.field}: {note.text}" if note.field else str(note.text)


def _verify(text: str, settings: Settings, *, is_yaml: bool) -> None:
    """What was written is read again: there must be nothing left to convert.

    Raises:
        DocumentError: There is.
    """
    document: Document = read_document(text, is_yaml=is_yaml)
    if any(not isinstance(each, Left) for each in changes(document, settings)):
        raise DocumentError("a second run would change it again")


def convert_file(source: Source, settings: Settings) -> tuple[FileChange | None, Converted]:
    """Convert a file.

    Raises:
        ImportError: YAML cannot be read.
    """
    shown = str(source.path)
    is_yaml = source.path.suffix.lower() != ".json"
    converted = convert_text(source.text, shown, settings, is_yaml=is_yaml)
    if converted.text == source.text:
        return None, converted
    after = source.encode(converted.text)
    return FileChange(source.path, shown, source.raw, after, source.encoding), converted
