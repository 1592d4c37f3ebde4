"""Whether a diff would show a credential: recorders keep headers beside what is converted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_codemods.report import diff

if TYPE_CHECKING:
    from pathlib import Path

    from autorag_codemods.report.model import FileChange

__all__ = ["safe_diff"]

_SECRET = re.compile(
    rb"authorization|x-auth-|cookie|bearer\s|api[-_]?(?:token|key)|client[-_]secret|password",
    re.IGNORECASE,
)
_CONTEXTS = (3, 2, 1)


def safe_diff(change: FileChange, base: Path, *, color: bool) -> bytes | None:
    """A file's diff with as many lines around its edits as show no credential; None for none."""
    secrets = _secret_lines(change.before) | _secret_lines(change.after)
    for context in _CONTEXTS:
        plain = diff.render([change], base=base, context=context)
        if not any(line[1:] in secrets for line in plain.split(b"\n")[3:]):
            return diff.render([change], base=base, color=color, context=context)
    return None


def _secret_lines(raw: bytes) -> set[bytes]:
    """Lines that name a credential, and those below them: recorders write values there."""
    found: set[bytes] = set()
    lines = raw.split(b"\n")
    for number, line in enumerate(lines):
        if _SECRET.search(line):
            found.add(line)
            if line.rstrip().endswith((b":", b"[", b"{")):
                found.update(lines[number + 1 : number + 2])
    return found
