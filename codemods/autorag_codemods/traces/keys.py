"""The key that a configuration gives a URL, in whatever layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .search import Hit, Lines

__all__ = ["is_exported", "key_at"]

_NAME = r"[A-Za-z_][\w.-]*"
_LINE = re.compile(rf"""\s*(?:-\s+)?["']?(?P<key>{_NAME})["']?\s*[:=](?!//)""")
_TOKEN = re.compile(r"""[^\s"'{}\[\](),;]*$""")
_IN_TOKEN = re.compile(rf"(?P<key>{_NAME})[:=](?!//)")
_BEFORE = re.compile(rf"""(?:^|[\s{{,(;=:])["']?(?P<key>{_NAME})["']?\s*[:=]\s*["']?$""")
_SPACED = re.compile(rf"""\s*(?:ENV|ARG|SetEnv|setx)\s+(?P<key>{_NAME})\s+["']?$""", re.IGNORECASE)
_FOLDED = re.compile(
    rf"""(?P<indent>\s*(?:-\s+)?)["']?(?P<key>{_NAME})["']?\s*[:=]\s*(?:[>|][-+\d]*)?\s*(?:\#.*)?$"""
)
_GIVEN = re.compile(r"\$?\{\{?[^{}]*\}\}?|\$\([^()]*\)")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_REMARK = re.compile(r"(?:^|\s)(?:#|;|//)")
_VALUE = frozenset({"value", "default_value", "string_value"})
_NAMED = re.compile(
    rf"""(?:^|[\s{{,"'-])(?:name|key|variable)["']?\s*[:=]\s*["']?(?P<key>{_NAME})["']?(?=\s*(?:[,}}]|\#|$))""",
    re.IGNORECASE,
)
_EXPORTED = re.compile(r"\s*(?:export|set|setx|\$env:)\b|\s*\$env:", re.IGNORECASE)
_OPENS = re.compile(r"\s*(?:-\s|[{}\[\]])")
"""Where another thing of a list begins, or one ends."""
_NEAR = 2


def key_at(text: str, lines: Lines, hit: Hit) -> str:
    """The key that a URL is the value of, "" for none: one in a remark is the value of nothing."""
    before = text[lines.span(hit.line)][: hit.column - 1]
    before = _GIVEN.sub(lambda found: "x" * len(found[0]), before)
    if _is_remark(before):
        return ""
    token = _TOKEN.search(before)
    start = token.start() if token is not None else len(before)
    found = _IN_TOKEN.match(before, start) or _BEFORE.search(before[:start])
    found = found or _SPACED.fullmatch(before[:start])
    if found is None and not before[:start].strip(" \t\"'"):
        found = _above(text, lines, hit.line, start)
    key = found["key"] if found is not None else ""
    if key.lower().replace("-", "_") in _VALUE:
        return _beside(text, lines, hit) or key
    if not key:
        line = _LINE.match(before)
        key = line["key"] if line is not None else ""
    return key


def is_exported(text: str, lines: Lines, hit: Hit) -> bool:
    """Whether a line of a script gives the programs that it starts a variable."""
    return _EXPORTED.match(text[lines.span(hit.line)]) is not None


def _is_remark(before: str) -> bool:
    """Whether a remark begins before the end of a line's part, outside of quotes."""
    rest = _QUOTED.sub("", before)
    remark = _REMARK.search(rest)
    return remark is not None and not {'"', "'"} & set(rest[: remark.start()])


def _above(text: str, lines: Lines, line: int, indent: int) -> re.Match[str] | None:
    """The key of a value that stands on a line of its own below it."""
    for number in range(line - 1, max(line - 1 - _NEAR, 0), -1):
        above = text[lines.span(number)].rstrip()
        if above:
            found = _FOLDED.match(above)
            return found if found is not None and len(found["indent"]) < indent else None
    return None


def _beside(text: str, lines: Lines, hit: Hit) -> str:
    """What is called by its name beside its value: ``- name: KB_URL`` and ``value: …``."""
    line = text[lines.span(hit.line)].rstrip()
    here = [found["key"] for found in _NAMED.finditer(line) if found.start() < hit.column]
    here = here[-1:] or [found["key"] for found in _NAMED.finditer(line)]
    if here:
        return here[0]
    last = text.count("\n") + 1
    above = () if _OPENS.match(line) else range(hit.line - 1, max(hit.line - 1 - _NEAR, 0), -1)
    for number in above:
        near = text[lines.span(number)].rstrip()
        if found := _NAMED.search(near):
            return found["key"]
        if _OPENS.match(near):
            break
    for number in range(hit.line + 1, min(hit.line + _NEAR, last) + 1):
        near = text[lines.span(number)].rstrip()
        if _OPENS.match(near):
            break
        if found := _NAMED.search(near):
            return found["key"]
    return ""
