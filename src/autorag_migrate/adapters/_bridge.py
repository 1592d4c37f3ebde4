"""What all adapters make of the arguments that they share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autorag_migrate.mapping import BASE_URL
from autorag_migrate.settings import Settings
from autorag_migrate.translate import STALE_HEADERS, Bridge

from ._codec import FAST_CODEC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Exchange

__all__ = ["answer_headers", "make_bridge", "request_headers"]

_REWRITTEN = frozenset((b"content-length", b"transfer-encoding"))
_STALE = frozenset(name.encode() for name in STALE_HEADERS)
_LOCATION = b"location"
_CONTENT_TYPE = b"content-type"

Headers = list[tuple[bytes, bytes]]


def make_bridge(
    settings: Settings, api_base_url: str | None, on_note: Callable[[Note], None] | None
) -> Bridge:
    """A bridge for the given arguments; the environment may name a base URL of its own."""
    base_url = api_base_url or os.environ.get("CLOUDFLARE_API_BASE_URL") or BASE_URL
    return Bridge(settings, base_url=base_url, codec=FAST_CODEC, on_note=on_note)


def request_headers(headers: Iterable[tuple[bytes, bytes]], body: bytes | None) -> Headers:
    """The caller's headers, for a body that is another; order and duplicates stay."""
    dropped = _REWRITTEN if body is not None else _REWRITTEN | {_CONTENT_TYPE}
    kept = [pair for pair in headers if pair[0].lower() not in dropped]
    if body is not None:
        kept.append((b"Content-Length", b"%d" % len(body)))
    return kept


def answer_headers(
    exchange: Exchange, status: int, headers: Iterable[tuple[bytes, bytes]], *, translated: bool
) -> Headers:
    """An answer's headers without those that speak of other bytes, its redirect put back."""
    kept = []
    for name, value in headers:
        lowered = name.lower()
        if lowered == _LOCATION:
            target = exchange.location(status, value.decode("latin-1")).encode("latin-1")
            kept.append((name, target))
        elif not translated or lowered not in _STALE:
            kept.append((name, value))
    return kept
