"""The text of an answer, without a model."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_migrate.emulator.meaning import Meaning
    from autorag_migrate.emulator.retrieval import Hit

__all__ = ["compose", "fingerprint", "padding", "tokens_of"]

_SOURCES = 3
_EXCERPT = 160
_TOKEN = re.compile(r"\s*\S+|\s+")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def compose(meaning: Meaning, hits: Sequence[Hit]) -> str:
    """Write an answer in which everything that could get lost on the way is visible.

    Args:
        meaning: What was asked.
        hits: What was found, best first.

    Returns:
        A text that is the same for the same arguments.
    """
    parts: list[str] = []
    if meaning.system_prompt:
        parts.append(f"[{meaning.system_prompt}]")
    if meaning.model:
        parts.append(f"({meaning.model})")
    parts += [f"<{role}: {text}>" for role, text in meaning.history]
    if not hits:
        parts.append(f"Nothing was found about “{meaning.query}”.")
        return " ".join(parts)
    parts.append(f"About “{meaning.query}”:")
    for hit in hits[:_SOURCES]:
        excerpt = " ".join(hit.text.split())[:_EXCERPT].rstrip()
        parts.append(f"{excerpt} ({hit.chunk.document.key})")
    parts.append(f"Sources: {len(hits)}.")
    return " ".join(parts)


def tokens_of(text: str) -> list[str]:
    """Cut a text into pieces that join to it again."""
    return _TOKEN.findall(text)


def fingerprint(*parts: object) -> str:
    """Twelve hexadecimal digits that depend on the parts only."""
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:12]


def padding(number: int, token: str) -> str:
    """The filling that legacy streams put beside a token: 1 to 26 letters."""
    digest = hashlib.sha256(f"{number} {token}".encode("utf-8", "replace")).digest()
    return _ALPHABET[: digest[0] % len(_ALPHABET) + 1]
