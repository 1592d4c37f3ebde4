"""Documents: where they come from, what is known about them, and how they are cut into chunks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Chunk", "Document", "Scalar", "Source", "chunks_of", "load"]

Scalar = str | int | float | bool
"""A metadata value."""

DEFAULT_TIMESTAMP_MS = 1_735_689_600_000
"""2025-01-01T00:00:00Z, so that documents written in a test are the same on every run."""

_SUFFIXES = frozenset({".md", ".txt"})
_FENCE = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_TIMESTAMP_KEYS = ("timestamp", "modified_date")
_MILLISECONDS_FROM = 10**11


@dataclass(frozen=True)
class Document:
    """One indexed object.

    Attributes:
        key: Whole path or URL, as ``item.key`` and the legacy ``filename`` show it.
        text: The content.
        timestamp_ms: Last modification, milliseconds since 1970.
        metadata: Custom metadata, which filters can name.
    """

    key: str
    text: str
    timestamp_ms: int = DEFAULT_TIMESTAMP_MS
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Everything up to the last slash, with it; empty for an object at the root."""
        head, slash, _ = self.key.rpartition("/")
        return head + slash

    @property
    def filename(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]

    @property
    def attributes(self) -> dict[str, Scalar]:
        """What a filter can see; ``timestamp`` in whole seconds, as filters compare it."""
        return {
            **self.metadata,
            "folder": self.folder,
            "filename": self.filename,
            "timestamp": self.timestamp_ms // 1000,
        }


@dataclass(frozen=True)
class Chunk:
    """A piece of a document.

    Attributes:
        id: Stable over runs: it depends on the key and the position only.
        document: Where it comes from.
        position: 0 for the first chunk of the document.
        text: The piece.
    """

    id: str
    document: Document
    position: int
    text: str


Source = str | Path | Iterable[Document]
"""A folder of ``.md`` and ``.txt`` files, or documents."""


def load(source: Source) -> list[Document]:
    """Read documents.

    Args:
        source: A folder, searched through all its levels, or documents as they are.

    Returns:
        Documents, those of a folder by key.

    Raises:
        NotADirectoryError: If the folder does not exist.
        ValueError: If two documents have the same key.
    """
    documents = _load_folder(Path(source)) if isinstance(source, (str, Path)) else list(source)
    seen: set[str] = set()
    for document in documents:
        if document.key in seen:
            message = f"two documents have the key {document.key!r}"
            raise ValueError(message)
        seen.add(document.key)
    return documents


def _load_folder(folder: Path) -> list[Document]:
    if not folder.is_dir():
        message = f"{folder} is not a folder of documents"
        raise NotADirectoryError(message)
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    documents = [_load_file(path, folder) for path in paths if path.is_file()]
    return sorted(documents, key=lambda document: document.key)


def _load_file(path: Path, folder: Path) -> Document:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    metadata, text = front_matter(text)
    timestamp_ms = path.stat().st_mtime_ns // 1_000_000
    for key in _TIMESTAMP_KEYS:
        value = metadata.pop(key, None)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            timestamp_ms = int(value if abs(value) >= _MILLISECONDS_FROM else value * 1000)
    return Document(path.relative_to(folder).as_posix(), text, timestamp_ms, metadata)


def front_matter(text: str) -> tuple[dict[str, Scalar], str]:
    """Take ``key: value`` lines between two ``---`` lines off the top of a text.

    Args:
        text: A whole file.

    Returns:
        The pairs, with numbers and booleans recognised outside quotes, and the text below them.
    """
    match = _FENCE.match(text)
    if match is None:
        return {}, text
    pairs: dict[str, Scalar] = {}
    for line in match[1].splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() and not name.lstrip().startswith("#"):
            pairs[name.strip()] = _scalar(value.strip())
    return pairs, text[match.end() :]


def _scalar(text: str) -> Scalar:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return text


def chunks_of(document: Document, size: int) -> list[Chunk]:
    """Cut a document at blank lines, then at words.

    Args:
        document: What to cut.
        size: Longest chunk in characters; only a single longer word exceeds it.

    Returns:
        At least one chunk, unless the document is blank.
    """
    texts: list[str] = []
    for paragraph in re.split(r"\n\s*\n", document.text.replace("\r\n", "\n")):
        for piece in _pieces(paragraph.strip(), size):
            if texts and len(texts[-1]) + len(piece) + 2 <= size:
                texts[-1] += "\n\n" + piece
            else:
                texts.append(piece)
    return [
        Chunk(_chunk_id(document.key, position), document, position, text)
        for position, text in enumerate(texts)
    ]


def _pieces(paragraph: str, size: int) -> list[str]:
    if len(paragraph) <= size:
        return [paragraph] if paragraph else []
    pieces: list[str] = []
    for word in paragraph.split():
        if pieces and len(pieces[-1]) + 1 + len(word) <= size:
            pieces[-1] += " " + word
        else:
            pieces.append(word)
    return pieces


def _chunk_id(key: str, position: int) -> str:
    return hashlib.sha256(f"{key}#{position}".encode()).hexdigest()[:16]
