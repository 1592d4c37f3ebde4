"""The traces of a file that is not Python: calls and addresses by what the file is, and words."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from autorag_codemods.report.model import Place, Trace, TraceKind
from autorag_codemods.scan import kind_of, language_of

from .foreign import is_adapter, is_product
from .keys import is_exported, key_at
from .replacements import URL, replacement_of_binding, replacement_of_url
from .search import Lines, hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["TextFile", "is_telling", "keys_of", "text_of", "traces_of_text"]

_CODES: dict[TraceKind, str] = {
    "language": "AR173",
    "configuration": "AR174",
    "snippet": "AR175",
    "recording": "AR176",
}
_SHELL = re.compile(r"#!\S*[ /](?:ba|z|da|k|fi)?sh\b")
_PYTHON = re.compile(r"#!.*\bpython")
_TELLING = re.compile(r"[A-Z][A-Z0-9]{3,}|\w+_\w+")
_NAMED = 3
_SCRIPTS = frozenset({("snippet", "a script"), ("snippet", "a shell script")})
_KEEP = re.compile(r"autorag-migrate:\s*keep\s*--\s*[^\s>*]")
_RECORDED = re.compile(
    r'^(?:- request:|interactions:|http_interactions:)|"(?:http_)?interactions"\s*:|"entries"\s*:',
    re.MULTILINE,
)
_RECORDINGS = frozenset(("cassettes", "cassette", "recordings", "fixtures", "__snapshots__"))
_ANSWER = re.compile(r'"vector_store\.search_results\.page"|"search_query"\s*:')
_DEPENDENCIES = re.compile(
    r"(?:.*requirements.*|constraints.*)\.(?:txt|in)|pyproject\.toml|Pipfile"
)


@dataclass(frozen=True, eq=False)
class TextFile:
    """A file that holds a trace: its path, its bytes without a mark, and what they say."""

    path: str
    raw: bytes
    text: str
    encoding: str

    @cached_property
    def kind(self) -> tuple[TraceKind, str]:
        """The class of the calls in it, and what it is called."""
        return _kind(self)


def text_of(path: str, raw: bytes) -> TextFile | None:
    """Decode a file; None where it is no text. What is not UTF-8 is taken byte by byte."""
    if b"\0" in raw:
        return None
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return TextFile(path, raw, raw.decode(), "utf-8")
    except UnicodeDecodeError:
        return TextFile(path, raw, raw.decode("latin-1"), "latin-1")


def keys_of(file: TextFile, *, scripts: bool = False) -> set[str]:
    """The keys of a configuration that have a legacy URL; of `scripts`, what they export."""
    is_script = scripts and file.kind in _SCRIPTS
    if file.kind[0] != "configuration" and not is_script:
        return set()
    lines = Lines(file.text)
    found = set()
    for hit in hits(file.raw, file.text, file.encoding, lines):
        if URL.match(file.text, hit.start):
            key = key_at(file.text, lines, hit)
            if not is_script or (is_telling(key) and is_exported(file.text, lines, hit)):
                found.add(key)
    return found - {""}


def is_telling(key: str) -> bool:
    """Whether who names a key means this one: a url or a path is named in every program."""
    return _TELLING.fullmatch(key) is not None


def traces_of_text(file: TextFile, readers: Mapping[str, Sequence[str]]) -> Iterator[Trace]:
    """Classify every trace in a file.

    Args:
        file: The file.
        readers: For keys of a configuration, the Python files that mention them.
    """
    kind, what = file.kind
    lines = Lines(file.text)
    requirements = _DEPENDENCIES.fullmatch(PurePath(file.path).name) is not None
    for hit in hits(file.raw, file.text, file.encoding, lines):
        place = Place(file.path, hit.line, hit.column)
        line = file.text[lines.span(hit.line)]
        above = file.text[lines.span(hit.line - 1)] if hit.line > 1 else ""
        if is_adapter(file.text, hit.start):
            yield Trace("adapter", "AR178", "a name of autorag-migrate's own", place)
        elif is_product(line, hit.column, of_requirements=requirements):
            yield Trace("not ours", "AR177", "another project's library of that name", place)
        elif _KEEP.search(line) or _KEEP.search(above):
            yield Trace("kept", "AR140", "it is kept by a comment", place)
        elif URL.match(file.text, hit.start):
            new = replacement_of_url(file.text, hit.start)
            key = key_at(file.text, lines, hit) if kind == "configuration" else ""
            extra = _readers(key, readers)
            text = f"a legacy URL in {what}{extra}: it becomes {new}"
            yield Trace(kind, _CODES[kind], text, place, open=True)
        elif new_call := replacement_of_binding(file.text, hit.start):
            text = f"the Workers binding in {what}: it becomes {new_call}"
            yield Trace(kind, _CODES[kind], text, place, open=True)
        else:
            yield Trace("mention", "AR172", f"a word in {what}, no legacy URL or call", place)


def _kind(file: TextFile) -> tuple[TraceKind, str]:
    kind = kind_of(file.path)
    if kind in {"configuration", "data"} and _is_recorded(file):
        return "recording", "a recording"
    if kind is None:
        if _SHELL.match(file.text):
            return "snippet", "a shell script"
        if _PYTHON.match(file.text):
            return "language", "a Python program without .py (name it to have it judged)"
        return "language", "a file of another kind"
    if kind == "language":
        return "language", language_of(file.path)
    if kind == "configuration":
        return "configuration", "configuration"
    if kind in {"data", "lock"}:
        return "recording", "a data file"
    return "snippet", "a script" if kind == "script" else "documentation"


def _is_recorded(file: TextFile) -> bool:
    if not _RECORDINGS.isdisjoint(PurePath(file.path).parts[:-1]):
        return True
    return bool(_RECORDED.search(file.text) or _ANSWER.search(file.text))


def _readers(key: str, readers: Mapping[str, Sequence[str]]) -> str:
    """The key that a URL is the value of, and who reads it; never the value."""
    names = readers.get(key, ())[:_NAMED]
    reads = "reads" if len(names) == 1 else "read"
    who = f", which {', '.join(names)} {reads}" if names else ""
    return f" ({key}{who})" if key else ""
