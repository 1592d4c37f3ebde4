"""A file as it is: its bytes, and the text in them without anything lost on the way back."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path
from tokenize import detect_encoding
from typing import TYPE_CHECKING, NamedTuple

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Source", "blocks", "contents", "read", "source_of", "unreadable"]

# A pipe that took the place of a file since the directory was read must not stop the run.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_BLOCK = 1 << 20
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_PLAIN = b"\r\n \\x41 \\u0041 abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789"


class Source(NamedTuple):
    """A Python file.

    Attributes:
        path: Where it was found.
        raw: Every byte of it.
        text: What the bytes say, line ends as they are; without the mark that may stand before.
        encoding: What the cookie says, by Python's name, or ``utf-8``.
        bom: Whether a byte order mark stands before the text.
    """

    path: Path
    raw: bytes
    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Return `text` as bytes of this file: ``source.encode(source.text) == source.raw``.

        Raises:
            UnicodeEncodeError: The encoding of the file lacks a character of `text`.
        """
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)


def read(path: str | Path) -> Source | Problem:
    """Read a file, or say why it cannot be read."""
    path = Path(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Problem(path, "AR153", "it is not a file")
        raw = b"".join(blocks(path))
    except OSError as error:
        return unreadable(path, error)
    return source_of(path, raw)


def source_of(path: Path, raw: bytes) -> Source | Problem:
    """Decode what was read as Python does: by the mark, else the cookie, else UTF-8."""
    if b"\0" in raw:
        return Problem(path, "AR151", f"it is not text: byte {raw.index(0)} is NUL")
    bom = raw.startswith(codecs.BOM_UTF8)
    try:
        encoding = _encoding(raw)
        text = raw[len(codecs.BOM_UTF8) if bom else 0 :].decode(encoding)
    except UnicodeError as error:
        return Problem(path, "AR151", f"it is not text: {error}")
    except (SyntaxError, LookupError) as error:
        return Problem(path, "AR151", f"its encoding is not known: {error}")
    source = Source(path, raw, text, encoding, bom)
    try:
        same = source.encode(text) == raw
    except UnicodeError:
        same = False
    if not same:
        sentence = f"decoded as {encoding} and encoded again it would not be the same bytes"
        return Problem(path, "AR155", sentence)
    return source


def unreadable(path: str | Path, error: OSError) -> Problem:
    """Say that a path vanished or cannot be read."""
    return Problem(Path(path), "AR157", f"it cannot be read: {error.strerror or error}")


def blocks(path: str | Path) -> Iterator[bytes]:
    """Read a file in whole lines, nearly always at once; a huge one never is in memory as a whole.

    Raises:
        OSError: It cannot be read.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        size = os.fstat(descriptor).st_size
        block = os.read(descriptor, min(size, _BLOCK) + 1)
        if len(block) == size:
            yield block
            return
        rest: list[bytes] = []
        while block:
            head, newline, tail = block.rpartition(b"\n")
            if newline:
                yield b"".join((*rest, head, newline))
                rest = []
            rest.append(tail)
            block = os.read(descriptor, _BLOCK)
        yield b"".join(rest)
    finally:
        os.close(descriptor)


def contents(path: str | Path) -> bytes:
    """All bytes of a file, none where it cannot be read."""
    try:
        return b"".join(blocks(path))
    except OSError:
        return b""


def _encoding(raw: bytes) -> str:
    """Find the encoding as `tokenize` does, also where the cookie's own line is not UTF-8."""
    lines = [_NOT_ASCII.sub(b"?", line) for line in raw.split(b"\n", 2)[:2]]
    # The mark is not ASCII either, but belongs to the question.
    if raw.startswith(codecs.BOM_UTF8):
        lines[0] = codecs.BOM_UTF8 + lines[0][len(codecs.BOM_UTF8) :]
    encoding, _ = detect_encoding(iter(lines).__next__)
    encoding = encoding.removesuffix("-sig")
    try:
        plain = _PLAIN.decode(encoding)
    except UnicodeError:
        plain = ""
    if plain != _PLAIN.decode("ascii"):
        raise LookupError(f"no Python file can be written in {encoding}")
    return encoding
