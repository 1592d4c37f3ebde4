"""Whether a diff would show a credential: recorders keep headers beside what is converted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_codemods.report import diff

if TYPE_CHECKING:
    from pathlib import Path

    from autorag_codemods.report.model import FileChange

__all__ = ["safe_diff"]

_NAMES = rb"authorization|x-auth-|cookie|api[-_]?(?:token|key)|client[-_]secret|password"
_SECRET = re.compile(_NAMES + rb"|bearer\s", re.IGNORECASE)
# What recorders are told to put in the place of a value, with or without brackets around it.
_REDACTED = (
    rb"(?:(?:bearer|basic|token)\s+)?[\[<({*_]{0,4}(?:redacted|removed|filtered|hidden|scrubbed|masked"
    rb"|censored|sanitized|dummy|x{3,}|\*{3,})[\])}>*_]{0,4}"
)
_VALUE = rb"(?P<quote>\\?[\"']|)" + _REDACTED + rb"(?P=quote)"
_IS_REDACTED = re.compile(rb"[\s-]*" + _VALUE + rb",?\s*", re.IGNORECASE)
_PAIR = re.compile(
    rb"(?:" + _NAMES + rb")[\w-]*\\?[\"']?[ \t]*:[ \t]*"
    rb"(?:" + _VALUE + rb"|\[[ \t]*" + _VALUE.replace(b"quote", b"inner") + rb"[ \t]*\])"
    rb"(?=[ \t]*(?:[,}\r]|$))",
    re.IGNORECASE,
)
_OPENS = (b":", b"[", b"{")


def safe_diff(change: FileChange, base: Path, *, color: bool) -> bytes | None:
    """A file's diff with as many lines around its edits as show no credential; None for none."""
    secrets = _secret_lines(change.before) | _secret_lines(change.after)
    return diff.with_most_context(
        change,
        base=base,
        color=color,
        may_show=lambda lines: not any(line[1:] in secrets for line in lines),
    )


def _secret_lines(raw: bytes) -> set[bytes]:
    """Lines that name a credential, and those below them: recorders write values there.

    One whose value was taken out already is none.
    """
    found: set[bytes] = set()
    lines = raw.split(b"\n")
    for number, line in enumerate(lines):
        if not _SECRET.search(_PAIR.sub(b"", line)) or _IS_REDACTED.fullmatch(line):
            continue
        values = _values(lines, number) if line.rstrip().endswith(_OPENS) else []
        if not values or not all(map(_IS_REDACTED.fullmatch, values)):
            found.update((line, *values))
    return found


def _values(lines: list[bytes], number: int) -> list[bytes]:
    """The lines of the value that a line opens: the next one, and the other items of a list."""
    values = lines[number + 1 : number + 2]
    for line in lines[number + 2 :]:
        if not line.lstrip().startswith((b"-", b'"')) or b'":' in line:
            break
        values.append(line)
    return values
