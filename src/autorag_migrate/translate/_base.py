"""What the translators share: their result, and a JSON codec that is handed in."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_migrate.notes import Note

__all__ = ["STANDARD_CODEC", "Codec", "Translation", "spelled_number"]


class Translation(NamedTuple):
    """A body in the other API's form, and the notes that it owes.

    `query` is the question of a request, which a chat answer does not repeat.
    """

    body: dict[str, Any]
    notes: tuple[Note, ...] = ()
    query: str = ""


class Codec(NamedTuple):
    """How JSON is read and written; `loads` raises ValueError for what is no JSON."""

    loads: Callable[[bytes], Any]
    dumps: Callable[[Any], bytes]


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


STANDARD_CODEC = Codec(json.loads, _dumps)


def spelled_number(text: str) -> int | float | None:
    """The number that `text` spells; None for what JSON could not hold as a number either."""
    if not text.isascii() or "_" in text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
