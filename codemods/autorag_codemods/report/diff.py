"""The changes as a unified diff, in bytes, as ``git apply`` takes it from any directory."""

from __future__ import annotations

import os
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .model import FileChange

__all__ = ["base_of", "render", "with_most_context"]

_CONTEXT = 3
_RESET = b"\x1b[m"
_COLORS = {b" ": b"", b"-": b"\x1b[31m", b"+": b"\x1b[32m"}
_HEAD, _HUNK = b"\x1b[1m", b"\x1b[36m"
_ESCAPES = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f-\xff]')


def base_of(changes: Sequence[FileChange]) -> Path:
    """The directory that the paths of a diff start at.

    That is the top of the repository that holds all files; outside of one the current directory,
    or the nearest one above all files when they are elsewhere.
    """
    current = Path.cwd().resolve()
    # git does not look behind links.
    files = [change.path.resolve() for change in changes]
    tops = {_repository(file.parent) for file in files}
    if len(tops) == 1 and (top := tops.pop()):
        return top
    if all(file.is_relative_to(current) for file in files):
        return current
    return Path(os.path.commonpath([file.parent for file in files]))


def _repository(directory: Path) -> Path | None:
    return next((top for top in (directory, *directory.parents) if (top / ".git").exists()), None)


def render(
    changes: Sequence[FileChange], *, base: Path, color: bool = False, context: int = _CONTEXT
) -> bytes:
    """The diff of all changes, in their order.

    Args:
        changes: What would be written.
        base: The directory that paths start at, see `base_of`.
        color: Write ANSI colours; such a diff is for eyes only.
        context: Lines around an edit; git takes no diff without any.
    """
    pieces: list[bytes] = []
    for change in changes:
        path = os.fsencode(Path(os.path.relpath(change.path.resolve(), base)).as_posix())
        for shade, line in _lines(path, change.before, change.after, context):
            pieces += _colored(shade, line) if color else (line, b"\n")
    return b"".join(pieces)


def with_most_context(
    change: FileChange, *, base: Path, color: bool, may_show: Callable[[Sequence[bytes]], bool]
) -> bytes | None:
    """The diff of a file with as many lines around its edits as may be shown; None for none.

    Args:
        change: What would be written.
        base: The directory that paths start at, see `base_of`.
        color: Write ANSI colours.
        may_show: Whether the lines below the names of the file may be shown.
    """
    for context in range(_CONTEXT, 0, -1):
        lines = render([change], base=base, context=context).split(b"\n")[3:]
        if may_show(lines):
            return render([change], base=base, color=color, context=context)
    return None


def _colored(shade: bytes, line: bytes) -> tuple[bytes, ...]:
    return (shade, line, _RESET, b"\n") if shade else (line, b"\n")


def _lines(path: bytes, before: bytes, after: bytes, context: int) -> Iterator[tuple[bytes, bytes]]:
    """The lines of one file's diff without the newlines that end them, each behind its colour."""
    if before == after:
        return
    yield _HEAD, b"diff --git " + _name(b"a/" + path) + b" " + _name(b"b/" + path)
    # git ends a name with blanks by a tab here, so that a reader does not look for a date.
    tab = b"\t" if b" " in path else b""
    yield _HEAD, b"--- " + _name(b"a/" + path) + tab
    yield _HEAD, b"+++ " + _name(b"b/" + path) + tab
    old, new = _split(before), _split(after)
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        first, last = group[0], group[-1]
        spans = (_span(first[1], last[2]), _span(first[3], last[4]))
        yield _HUNK, b"@@ -" + spans[0] + b" +" + spans[1] + b" @@"
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                yield from _marked(b" ", old[old_start:old_end])
                continue
            yield from _marked(b"-", old[old_start:old_end])
            yield from _marked(b"+", new[new_start:new_end])


def _split(data: bytes) -> list[bytes]:
    """Lines with their newline: nothing else ends one in a diff, whatever Python thinks."""
    *lines, rest = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([rest] if rest else [])


def _marked(mark: bytes, lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for line in lines:
        yield _COLORS[mark], mark + line.removesuffix(b"\n")
        if not line.endswith(b"\n"):
            yield b"", b"\\ No newline at end of file"


def _span(start: int, end: int) -> bytes:
    count = end - start
    # Lines count from 1, but an empty span names the line before it.
    return b"%d,%d" % (start + 1 if count else start, count)


def _name(path: bytes) -> bytes:
    """A path as git writes it: in quotes when it holds what is not plain ASCII."""
    if not _QUOTED.search(path):
        return path
    return b'"' + _QUOTED.sub(lambda found: _escape(found[0][0]), path) + b'"'


def _escape(byte: int) -> bytes:
    return b"\\" + (_ESCAPES[byte] if byte in _ESCAPES else b"%03o" % byte)
