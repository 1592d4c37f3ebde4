"""Standard output takes the result, standard error the talk."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FAILED", "fail", "talk", "wants_color", "width", "write"]

FAILED = 2
_WIDTH = 100
_NARROWEST = 40


def write(result: str | bytes) -> None:
    """Write to standard output, bytes as they are; a reader that has gone away is no failure.

    Raises:
        OSError: It cannot be written.
    """
    stream = sys.stdout
    if isinstance(result, str):
        # What the terminal's encoding does not have is no reason to stop.
        result = result.encode(stream.encoding or "utf-8", "backslashreplace")
    try:
        stream.flush()
        stream.buffer.write(result)
        stream.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def talk(lines: Iterable[str]) -> None:
    """Write lines to standard error."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def fail(command: str, sentence: str) -> int:
    """Say why the job could not be done; returns the exit code for it."""
    talk([f"{command}: {sentence}"])
    return FAILED


def wants_color(choice: str) -> bool:
    """Whether standard output gets colours."""
    if choice != "auto":
        return choice == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty()


def width() -> int:
    """Columns of standard output; always the same number when it is no terminal."""
    if not sys.stdout.isatty():
        return _WIDTH
    return max(shutil.get_terminal_size((_WIDTH, 24)).columns, _NARROWEST)
