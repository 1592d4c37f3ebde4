"""Comments and strings of a Python text, also of one that no parser takes."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal, NamedTuple

__all__ = ["Lexed", "Token"]

_STRING = (
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)|'
    r"'''(?:\\.|[^\\])*?(?:'''|\Z)|"
    r'"(?:\\(?:\r\n|.)|[^\\"\r\n])*(?:"|$|(?=[\r\n]))|'
    r"'(?:\\(?:\r\n|.)|[^\\'\r\n])*(?:'|$|(?=[\r\n]))"
)
_TOKEN = re.compile(
    rf"(?P<comment>\#[^\r\n]*)|(?P<prefix>(?<![\w])[A-Za-z]{{1,2}}(?=['\"]))?(?P<string>{_STRING})",
    re.DOTALL,
)


class Token(NamedTuple):
    """A comment or a string, and where it stands; `formatted` for one with expressions in it."""

    kind: Literal["comment", "string"]
    start: int
    end: int
    formatted: bool = False


class Lexed:
    """The tokens of a text in which a name of the legacy API can be no code."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            Token("comment", *found.span())
            if found["comment"] is not None
            else Token("string", *found.span(), (found["prefix"] or "").lower() in _FORMATTED)
            for found in _TOKEN.finditer(text)
        ]
        self._starts = [token.start for token in self._tokens]

    def at(self, offset: int) -> Token | None:
        """The token around an offset; None in code, also in that of an f-string."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0 or offset >= self._tokens[number].end:
            return None
        token = self._tokens[number]
        if token.formatted and self._in_expression(token, offset):
            return None
        return token

    def around(self, offset: int) -> Token | None:
        """The token around an offset, whatever stands in it."""
        number = bisect_right(self._starts, offset) - 1
        inside = number >= 0 and offset < self._tokens[number].end
        return self._tokens[number] if inside else None

    def _in_expression(self, token: Token, offset: int) -> bool:
        before = self._text[token.start : offset].replace("{{", "").replace("}}", "")
        if before.count("{") <= before.count("}"):
            return False
        # A name between quotes is a string again: {row['autorag']}.
        inside = before[before.rfind("{") :]
        return inside.count("'") % 2 == 0 and inside.count('"') % 2 == 0


_FORMATTED = frozenset(("f", "fr", "rf", "t", "tr", "rt"))
