"""Notes: what a translation changed, lost or has to say, and how its user hears of it."""

from __future__ import annotations

import logging
import sys
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from .errors import NoteError
from .mapping import NOTES, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

__all__ = ["MigrationWarning", "Note", "deliver", "note"]

logger = logging.getLogger("autorag_migrate")


class MigrationWarning(UserWarning):
    """A call was translated with a change or a loss; once per call site, at the caller's line."""


class Note(NamedTuple):
    """One thing that a translation has to say.

    Attributes:
        code: A key of `autorag_migrate.mapping.NOTES`, such as ``AR201``.
        severity: ``info``, ``changed`` or ``lost``.
        field: The legacy field or answer path that it is about.
        text: One sentence.
    """

    code: str
    severity: Severity
    field: str
    text: str

    def __str__(self) -> str:
        return (
            f"{self.code} {self.field}: {self.text}" if self.field else f"{self.code} {self.text}"
        )


@lru_cache(maxsize=512)
def note(code: str, field: str = "", detail: str = "") -> Note:
    """The note `code` of the table about `field`; `detail` is put behind its sentence."""
    row = NOTES[code]
    return Note(code, row.severity, field, f"{row.text} ({detail})" if detail else row.text)


def deliver(
    notes: Iterable[Note],
    policy: Literal["quiet", "warn", "strict"],
    listener: Callable[[Note], None] | None = None,
) -> None:
    """Hand `notes` to `listener`, all of them, then obey `policy` for those of a change or a loss.

    ``warn`` never raises: where the caller's warning filters turn a warning into an error, it is
    logged instead, because a note must not break a call that worked.

    Raises:
        NoteError: The policy is ``strict`` and a note tells of a change or a loss.
    """
    grave: list[Note] = []
    for each in notes:
        if listener is not None:
            listener(each)
        if each.severity != "info":
            grave.append(each)
    if not grave or policy == "quiet":
        return
    if policy == "strict":
        raise NoteError(grave)
    _warn(grave)


# What stands between a caller's line and this module: never the place that a warning points at.
_LIBRARIES = frozenset(
    [
        "autorag_migrate",
        "aiohttp",
        "anyio",
        "cloudflare",
        "contextlib",
        "httpcore",
        "httpx",
        "requests",
        "urllib",
        "urllib3",
    ]
)
_SCHEDULERS = frozenset(("asyncio", "concurrent", "threading"))
_SEEN_LIMIT = 10_000
_seen: set[tuple[str, str, str, int]] = set()


def _warn(grave: list[Note]) -> None:
    filename, line = _caller()
    for each in grave:
        site = (each.code, each.field, filename, line)
        if site in _seen:
            continue
        if len(_seen) >= _SEEN_LIMIT:
            _seen.clear()
        _seen.add(site)
        try:
            warnings.warn_explicit(str(each), MigrationWarning, filename, line)
        except MigrationWarning:
            logger.warning("%s:%d: %s", filename, line, each)


def _caller() -> tuple[str, int]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 (documented; inspect is 100 times slower)
    while frame is not None:
        name = frame.f_globals.get("__name__", "").partition(".")[0]
        if name in _SCHEDULERS:
            # A task or a thread of its own: who began it is no longer on the stack.
            break
        if name not in _LIBRARIES:
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "<unknown>", 0
