"""Sending an answer: whole, event by event, or as badly as a fault wants it."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

from autorag_migrate.emulator.replies import Reply, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from autorag_migrate.emulator.faults import Fault

__all__ = ["Transmission"]

_BODYLESS = frozenset({204, 304})
_GZIP = 31
"""zlib's number for the largest window with a gzip header."""


class Transmission:
    """An ASGI application that sends one answer.

    Args:
        reply: What to send.
        fault: What shall go wrong on the way.
        compress: Whether the client shall get gzip.
    """

    def __init__(self, reply: Reply, fault: Fault, *, compress: bool) -> None:
        self._reply = reply
        self._fault = fault
        self._compress = compress or fault.gzip

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the answer; a cut one is left unfinished, so that the server hangs up."""
        pieces, whole = self._pieces()
        if self._compress:
            pieces = list(_compressed(pieces))
        await send(
            {
                "type": "http.response.start",
                "status": self._reply.status,
                "headers": self._headers(pieces),
            }
        )
        if self._fault.first_event_delay:
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            await asyncio.sleep(self._fault.first_event_delay)
        for number, piece in enumerate(pieces):
            if number and self._fault.event_delay:
                await asyncio.sleep(self._fault.event_delay)
            for part in _parts(piece, single=self._fault.slow_bytes):
                await send({"type": "http.response.body", "body": part, "more_body": True})
                if self._fault.slow_bytes:
                    await asyncio.sleep(0)
        if whole:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            # What is written must leave before the server closes the connection under it.
            await asyncio.sleep(0.01)

    def _pieces(self) -> tuple[list[bytes], bool]:
        """The body in pieces, and whether it ends as it should."""
        reply, fault = self._reply, self._fault
        if reply.events is None:
            body = as_json(reply.body) if reply.raw is None else reply.raw
            if fault.cut_body is None:
                return [body] if body else [], True
            return [body[: fault.cut_body]], False
        if fault.cut_stream_after is None:
            return list(reply.events), True
        kept = list(reply.events[: fault.cut_stream_after])
        if fault.cut_mid_event and fault.cut_stream_after < len(reply.events):
            lost = reply.events[fault.cut_stream_after]
            kept.append(lost[: len(lost) // 2])
        return kept, fault.end_stream_early

    def _headers(self, pieces: list[bytes]) -> list[tuple[bytes, bytes]]:
        reply = self._reply
        headers = {"cf-ray": "emulated", **reply.headers}
        if reply.status not in _BODYLESS:
            headers["content-type"] = reply.media_type
        if reply.events is not None:
            headers["content-type"] = "text/event-stream"
            headers["cache-control"] = "no-cache"
        elif self._fault.cut_body is not None:
            headers["content-length"] = str(
                len(as_json(reply.body) if reply.raw is None else reply.raw)
            )
        elif reply.status not in _BODYLESS and not self._fault.slow_bytes:
            headers["content-length"] = str(sum(map(len, pieces)))
        if self._compress:
            headers["content-encoding"] = "gzip"
            headers["vary"] = "accept-encoding"
        return [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]


def _parts(piece: bytes, *, single: bool) -> Iterator[bytes]:
    if not single:
        yield piece
        return
    for place in range(len(piece)):
        yield piece[place : place + 1]


def _compressed(pieces: list[bytes]) -> Iterator[bytes]:
    """Compress so that every event can be read as soon as it has arrived."""
    squeeze = zlib.compressobj(wbits=_GZIP)
    for piece in pieces:
        yield squeeze.compress(piece) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    yield squeeze.flush()
