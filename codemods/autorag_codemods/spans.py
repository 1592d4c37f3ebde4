"""JSON with the place of every value, so that one of them can be edited and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from json import JSONDecoder
from typing import Any

__all__ = ["Node", "encoded", "pieces", "read"]

_STRING = JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^\s,\]}]+")
_PIECE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]",
    re.DOTALL,
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}
_SHORT["\f"] = "\\f"
_FIRST_PRINTABLE, _LAST_ASCII = " ", "\x7e"


@dataclass
class Node:
    """A value and its span in the text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        text: What a string says; None for what is no string.
        items: The elements of an array.
        members: The members of an object; of two with one name the last, as `json` has it.
    """

    start: int
    end: int
    text: str | None = None
    items: list[Node] | None = None
    members: dict[str, Node] | None = field(default=None)

    def at(self, *names: str) -> Node | None:
        """The member below these names."""
        node: Node | None = self
        for name in names:
            node = (node.members or {}).get(name) if node is not None else None
        return node


def read(text: str, start: int = 0) -> Node:
    """Read a text that `json` has taken already.

    Raises:
        RecursionError: It is nested too deep.
    """
    at = _blank(text, start)
    first = text[at]
    if first == '"':
        value, end = _STRING(text, at)
        return Node(at, end, text=value)
    if first == "[":
        return _array(text, at)
    if first == "{":
        return _object(text, at)
    found: Any = _SCALAR.match(text, at)
    return Node(at, found.end())


def _array(text: str, start: int) -> Node:
    items: list[Node] = []
    at = _blank(text, start + 1)
    while text[at] != "]":
        items.append(read(text, at))
        at = _blank(text, items[-1].end)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return Node(start, at + 1, items=items)


def _object(text: str, start: int) -> Node:
    members: dict[str, Node] = {}
    at = _blank(text, start + 1)
    while text[at] != "}":
        name, end = _STRING(text, at)
        value = read(text, _blank(text, end) + 1)
        members[name] = value
        at = _blank(text, value.end)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return Node(start, at + 1, members=members)


def _blank(text: str, at: int) -> int:
    found: Any = _BLANK.match(text, at)
    return int(found.end())


def pieces(text: str, node: Node) -> list[str]:
    """How each character of a string is written."""
    return _PIECE.findall(text[node.start + 1 : node.end - 1])


def encoded(character: str, *, ascii_only: bool, upper: bool, slash: bool) -> str:
    """A character as it stands in a string.

    Args:
        character: One character.
        ascii_only: Write what is not ASCII as an escape.
        upper: Write the digits of an escape in capitals.
        slash: Write a backslash before a slash.
    """
    if character in _SHORT:
        return _SHORT[character]
    if character == "/":
        return "\\/" if slash else "/"
    if _FIRST_PRINTABLE <= character <= _LAST_ASCII:
        return character
    if not ascii_only and character > _LAST_ASCII and not "\ud800" <= character <= "\udfff":
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    digits = units.upper() if upper else units
    return "".join(f"\\u{digits[i : i + 4]}" for i in range(0, len(digits), 4))
