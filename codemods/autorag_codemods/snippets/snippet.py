"""What becomes of one snippet."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Edit", "LeftError"]


class LeftError(Exception):
    """A snippet that is not rewritten; the message says why, without a word of it."""


class Edit(NamedTuple):
    """A part of a text and what takes its place; `what` is done, and `notes` tell what it costs."""

    start: int
    end: int
    new: str
    what: str
    notes: tuple[str, ...] = ()
