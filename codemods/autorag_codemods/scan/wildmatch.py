"""Git's patterns as regular expressions, byte for byte what git's ``wildmatch.c`` decides.

Own code, because a library that is close is not enough here: a file that is left out is a call that
nobody finds. What is matched is a path with ``/``, and a directory ends in NUL, which no name
holds, so that neither ``build/`` nor ``build/**`` can mistake one for the other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DIRECTORY", "Pattern"]

DIRECTORY = b"\0"

_ANY, _ANY_IN_NAME, _ONE_IN_NAME = rb"[^\0]*", rb"[^/\0]*", rb"[^/\0]"
_SPECIAL = re.compile(rb"[*?[\\]")
_STAR, _SLASH, _BACKSLASH, _DASH, _OPEN, _CLOSE = b"*/\\-[]"
_NEVER = frozenset(b"/\0")

_CLASSES: dict[bytes, Callable[[int], bool]] = {
    b"alnum": lambda byte: bytes((byte,)).isalnum(),
    b"alpha": lambda byte: bytes((byte,)).isalpha(),
    b"blank": lambda byte: byte in b" \t",
    b"cntrl": lambda byte: byte < 32 or byte == 127,  # noqa: PLR2004 (ASCII)
    b"digit": lambda byte: byte in b"0123456789",
    b"graph": lambda byte: 32 < byte < 127,  # noqa: PLR2004
    b"lower": lambda byte: bytes((byte,)).islower(),
    b"print": lambda byte: 32 <= byte < 127,  # noqa: PLR2004
    b"punct": lambda byte: 32 < byte < 127 and not bytes((byte,)).isalnum(),  # noqa: PLR2004
    b"space": lambda byte: byte in b" \t\n\r",  # git's own isspace
    b"upper": lambda byte: bytes((byte,)).isupper(),
    b"xdigit": lambda byte: byte in b"0123456789abcdefABCDEF",
}


class _UnmatchableError(Exception):
    """A pattern that git never matches, such as an unclosed bracket."""


class Pattern:
    """One line of a ``.gitignore``.

    Attributes:
        negated: Whether it starts with ``!``.
        of_name: Whether it holds no slash, and so is for the last part of a path alone.
        expression: What must match all of a path, or all of its last part; None when nothing can.
    """

    __slots__ = ("expression", "negated", "of_name")

    def __init__(self, line: bytes) -> None:
        self.negated = line.startswith(b"!")
        text = line[self.negated :]
        directory = text.endswith(b"/")
        if directory:
            text = text[:-1]
        self.of_name = b"/" not in text
        try:
            body = _name(text) if self.of_name else _path(text.removeprefix(b"/"))
        except _UnmatchableError:
            self.expression = None
        else:
            self.expression = body + (rb"\0" if directory else rb"\0?") if text else None


def _name(text: bytes) -> bytes:
    return _translate(text, across=False)


def _path(text: bytes) -> bytes:
    """Git compares what stands before the first special character first, and matches the rest.

    So the stars of ``name**/x`` stand at the beginning of what is matched.
    """
    found = _SPECIAL.search(text)
    plain = found.start() if found else len(text)
    return re.escape(text[:plain]) + _translate(text[plain:], across=True)


def _translate(text: bytes, *, across: bool) -> bytes:
    """Translate `text`; `across` lets two stars between slashes stand for whole directories."""
    parts: list[bytes] = []
    at = 0
    while at < len(text):
        byte = text[at]
        if byte == _STAR:
            part, at = _stars(text, at, across=across)
        elif byte == _OPEN:
            part, at = _bracket(text, at + 1)
        elif byte == ord("?"):
            part, at = _ONE_IN_NAME, at + 1
        else:
            at += byte == _BACKSLASH
            part, at = re.escape(bytes((_at(text, at),))), at + 1
        parts.append(part)
    return b"".join(parts)


def _stars(text: bytes, start: int, *, across: bool) -> tuple[bytes, int]:
    end = start
    while text[end : end + 1] == b"*":
        end += 1
    opens = start == 0 or text[start - 1] == _SLASH
    rest = text[end : end + 2]
    closes = not rest or rest[0] == _SLASH or rest == rb"\/"
    if not (across and end - start > 1 and opens and closes):
        return _ANY_IN_NAME, end
    if rest[:1] == b"/":
        return rb"(?:%s/)?" % _ANY, end + 1
    return _ANY, end


def _bracket(text: bytes, at: int) -> tuple[bytes, int]:
    """Translate a set of characters to the bytes that it holds, step by step as git reads it."""
    negated = text[at : at + 1] in {b"!", b"^"}
    at += negated
    held: set[int] = set()
    before = 0  # what a range may start with
    while True:
        byte = _at(text, at)
        if byte == _BACKSLASH:
            at += 1
            byte = _at(text, at)
            held.add(byte)
        elif byte == _DASH and before and text[at + 1 : at + 2] not in {b"", b"]"}:
            at += 1
            if text[at] == _BACKSLASH:
                at += 1
            held.update(range(before, _at(text, at) + 1))
            byte = 0
        elif byte == _OPEN and text[at + 1 : at + 2] == b":":
            end = text.find(b"]", at + 2)
            _at(text, end)
            if end > at + 2 and text[end - 1 : end] == b":":
                held.update(_class(text[at + 2 : end - 1]))
                at, byte = end, 0
            else:
                held.add(byte)
        else:
            held.add(byte)
        before = byte
        at += 1
        if _at(text, at) == _CLOSE:
            break
    allowed = (set(range(256)) - held if negated else held) - _NEVER
    if not allowed:
        raise _UnmatchableError
    return b"[%s]" % b"".join(re.escape(bytes((byte,))) for byte in sorted(allowed)), at + 1


def _class(name: bytes) -> set[int]:
    try:
        holds = _CLASSES[name]
    except KeyError:
        raise _UnmatchableError from None
    return {byte for byte in range(256) if holds(byte)}


def _at(text: bytes, at: int) -> int:
    if not 0 <= at < len(text):
        raise _UnmatchableError
    return text[at]
