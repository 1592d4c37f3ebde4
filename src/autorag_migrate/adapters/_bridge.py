"""What all adapters make of the arguments that they share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autorag_migrate._codec import FAST_CODEC
from autorag_migrate.errors import ConfigurationError
from autorag_migrate.mapping import BASE_URL
from autorag_migrate.notes import note
from autorag_migrate.settings import Settings
from autorag_migrate.translate import STALE_HEADERS, Bridge

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_migrate.notes import Note
    from autorag_migrate.translate import Exchange

__all__ = [
    "SIGNED",
    "VARIABLE",
    "Answer",
    "Headers",
    "is_decoded",
    "make_bridge",
    "rewritten_headers",
    "signs_request_line",
]

Headers = list[tuple[bytes, bytes]]

SIGNED = "signature"
"""The name by which an exchange knows that what it was given is signed."""

_REWRITTEN = frozenset(("content-length", "transfer-encoding", "content-encoding"))
_OF_BODY = _REWRITTEN | {"content-type"}
_ENCODINGS = frozenset(("identity", "gzip", "x-gzip", "deflate", "br", "zstd"))
_STALE = frozenset(name.encode() for name in STALE_HEADERS)
_EXPECT_BODY = frozenset(("POST", "PUT", "PATCH"))
VARIABLE = "CLOUDFLARE_API_BASE_URL"


def make_bridge(
    settings: Settings, api_base_url: str | None, on_note: Callable[[Note], None] | None
) -> Bridge:
    """A bridge for the given arguments; the environment may name a base URL of its own.

    Raises:
        ConfigurationError: `api_base_url` is not an http or https URL.
    """
    given = os.environ.get(VARIABLE) if api_base_url is None else None
    try:
        base_url = api_base_url or given or BASE_URL
        return Bridge(settings, base_url=base_url, codec=FAST_CODEC, on_note=on_note)
    except ValueError:
        if given is None:
            raise ConfigurationError("api_base_url is not an http or https URL") from None
    # It may be meant for another program: calls to other hosts must not suffer for it.
    bridge = Bridge(settings, codec=FAST_CODEC, on_note=on_note)
    bridge.deliver((note("AR234"),))
    return bridge


def signs_request_line(authorization: str) -> bool:
    """Whether an `Authorization` holds for one method and path only."""
    return authorization[:7].lower() == "digest "


def rewritten_headers(exchange: Exchange) -> tuple[frozenset[str], str | None]:
    """What is wrong for the new request's body (names in lower case), and its length if it has one.

    An empty body has a length where servers expect one.
    """
    if exchange.body is not None:
        return _REWRITTEN, str(len(exchange.body))
    return _OF_BODY, "0" if exchange.method in _EXPECT_BODY else None


def is_decoded(encoding: str, decoded: frozenset[str] = _ENCODINGS) -> bool:
    """Whether a library decodes what a Content-Encoding names."""
    return {each.strip() for each in encoding.lower().split(",")} <= decoded


class Answer:
    """What an answer's headers say, read in one go.

    Attributes:
        form: How the body is to be read: ``json``, ``stream`` or ``other``, which passes.
        encoded: Whether the body is compressed.
        headers: The headers for the caller: those that speak of other bytes are left out, and a
            redirect leads to where the caller's own request can follow it.
        passes: Whether nothing of the answer changes.
    """

    __slots__ = ("encoded", "form", "headers", "passes")

    def __init__(
        self,
        exchange: Exchange,
        status: int,
        headers: Headers,
        decoded: frozenset[str] = _ENCODINGS,
    ) -> None:
        kind, moved, stale, readable = b"", False, set(), True
        for name, value in headers:
            lowered = name.lower()
            if lowered == b"content-type":
                kind = value
            elif lowered in _STALE:
                stale.add(lowered)
                if lowered == b"content-encoding":
                    readable = is_decoded(value.decode("latin-1"), decoded)
            elif lowered == b"location":
                moved = True
        # What the library cannot decode is left to the caller, with the header that says so.
        self.form = exchange.form(status, kind.decode("latin-1"), readable=readable)
        self.encoded = b"content-encoding" in stale
        self.passes = self.form == "other" and not moved
        if self.form != "other" and stale:
            headers = [pair for pair in headers if pair[0].lower() not in stale]
        if moved:
            headers = [
                (name, _target(exchange, status, value) if name.lower() == b"location" else value)
                for name, value in headers
            ]
        self.headers = headers


def _target(exchange: Exchange, status: int, value: bytes) -> bytes:
    return exchange.location(status, value.decode("latin-1")).encode("latin-1")
