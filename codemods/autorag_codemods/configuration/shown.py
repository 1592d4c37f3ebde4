"""The diff of a file that sets variables, unless it would show what may be a credential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_codemods.report import diff

if TYPE_CHECKING:
    from pathlib import Path

    from autorag_codemods.report.model import FileChange

__all__ = ["plain_diff"]

_URL = re.compile(rb"https?://[^\s\"'@]*")
_SECRET = re.compile(
    rb"auth|bearer|cookie|cred|dsn|key|pass|pat\b|private|pwd|salt|secret|sig|sk\b|token|webhook",
    re.IGNORECASE,
)
_LONG = re.compile(rb"[A-Za-z0-9+/=_.~-]{16,}")
_NAME = re.compile(rb"^\s*(?:-\s+)?[\"']?(?:(?:export|ENV|ARG)\s+)?[\w.-]+[\"']?\s*[:=]?")


def plain_diff(change: FileChange, base: Path, *, color: bool) -> bytes | None:
    """A file's diff with as many lines around its edits as surely hold no credential."""
    return diff.with_most_context(
        change, base=base, color=color, may_show=lambda lines: all(map(_is_harmless, lines))
    )


def _is_harmless(line: bytes) -> bool:
    """Whether a line of a diff has no value that may be secret, and no name of one with a value."""
    if line.startswith((b"@@", b"\\")):
        return True
    text = _URL.sub(b"", line[1:])
    name = _NAME.match(text)
    value = text[name.end() :] if name is not None else text
    if b"@" in value or _LONG.search(value):
        return False
    return not (_SECRET.search(text) and value.strip(b" \t\r\"',"))
