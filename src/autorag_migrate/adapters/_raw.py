"""Bodies of answers for requests and urllib3, in the place of urllib3's."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal

from autorag_migrate.errors import StreamError
from autorag_migrate.translate import STALE_HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.translate import Exchange

__all__ = ["Events", "Whole", "translated"]

_PIECE = 2**16

# What says nothing of the body's bytes. All else that urllib3 offers would lead past the
# translation: some readers of events look for `raw._fp.fp` to read from.
_SHOWN = frozenset(
    (
        "_connection",
        "_original_response",
        "_pool",
        "connection",
        "decode_content",
        "drain_conn",
        "enforce_content_length",
        "geturl",
        "msg",
        "reason",
        "release_conn",
        "retries",
        "status",
        "strict",
        "url",
        "version",
        "version_string",
    )
)


def translated(
    body: bytes, form: Literal["json", "stream"], exchange: Exchange, status: int
) -> bytes:
    """A body that was read already, in the legacy form."""
    return (Events if form == "stream" else Whole)(io.BytesIO(body), exchange, status).read()


class _Answer(io.BufferedIOBase):
    """The body of an answer, translated while it is read."""

    chunked = False
    length_remaining = None

    def __init__(self, raw: Any, exchange: Exchange, status: int) -> None:
        self._raw = raw
        self._exchange = exchange
        self._status = status
        self._buffer = b""
        self._pieces = self._translated()
        self._amount: int | None = None
        self._data: bytes | None = None

    def __getattr__(self, name: str) -> Any:
        if name in _SHOWN:
            return getattr(self._raw, name)
        raise AttributeError(name)

    @property
    def headers(self) -> Any:
        """The headers, without those that speak of other bytes."""
        kept = self._raw.headers.copy()
        for name in STALE_HEADERS:
            kept.pop(name, None)
        return kept

    @property
    def data(self) -> bytes:
        """The whole body."""
        if self._data is None:
            self._data = self.read()
        return self._data

    def json(self) -> Any:
        """The whole body, decoded."""
        return json.loads(self.data)

    def getheaders(self) -> Any:
        """The headers, as older versions of urllib3 gave them."""
        return self.headers

    info = getheaders

    def getheader(self, name: str, default: Any = None) -> Any:
        """One header, as older versions of urllib3 gave it."""
        return self.headers.get(name, default)

    def _translated(self) -> Iterator[bytes]:
        raise NotImplementedError

    def _received(self) -> Iterator[bytes]:
        """What came over the wire, decompressed."""
        if hasattr(self._raw, "stream"):
            yield from self._raw.stream(_PIECE, decode_content=True)
        else:
            while piece := self._raw.read(_PIECE):
                yield piece

    def stream(
        self,
        amt: int | None = _PIECE,
        decode_content: bool | None = None,  # noqa: ARG002 (urllib3's signature)
    ) -> Iterator[bytes]:
        """Pieces of at most `amt` bytes, as they come."""
        self._amount = amt
        if self._buffer:
            rest, self._buffer = self._buffer, b""
            yield from _cut(rest, amt)
        for piece in self._pieces:
            yield from _cut(piece, amt)

    def read_chunked(
        self, amt: int | None = None, decode_content: bool | None = None
    ) -> Iterator[bytes]:
        """Pieces, as they come."""
        return self.stream(amt, decode_content)

    def supports_chunked_reads(self) -> bool:
        """Whether the chunks of HTTP itself can be seen."""
        return False

    def readable(self) -> bool:
        """True, as of every body."""
        return True

    def read(
        self,
        amt: int | None = None,
        decode_content: bool | None = None,  # noqa: ARG002
        cache_content: bool = False,  # noqa: ARG002
    ) -> bytes:
        """The next `amt` bytes, fewer at the end, or all that is left."""
        if amt is not None and amt < 0:
            amt = None
        return self._read(amt, whole=True)

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:  # noqa: ARG002
        """At most `amt` bytes, as soon as there are some."""
        return self._read(_PIECE if amt is None or amt < 0 else amt, whole=False)

    def _read(self, amount: int | None, *, whole: bool) -> bytes:
        pieces, size = [self._buffer], len(self._buffer)
        while amount is None or (size < amount and (whole or not size)):
            piece = next(self._pieces, None)
            if piece is None:
                break
            pieces.append(piece)
            size += len(piece)
        held = b"".join(pieces)
        end = len(held) if amount is None else amount
        self._buffer = held[end:]
        return held[:end]

    def close(self) -> None:
        """Close the answer that came over the wire."""
        self._raw.close()
        super().close()


def _cut(piece: bytes, amount: int | None) -> Iterator[bytes]:
    if amount is None or len(piece) <= amount:
        yield piece
        return
    for start in range(0, len(piece), amount):
        yield piece[start : start + amount]


class Whole(_Answer):
    """The body of an answer in JSON."""

    def _translated(self) -> Iterator[bytes]:
        body = b"".join(self._received())
        if body:
            yield self._exchange.answer(self._status, body)


class Events(_Answer):
    """The body of an answer that comes as events."""

    def _translated(self) -> Iterator[bytes]:
        stream = self._exchange.stream()
        try:
            for piece in self._received():
                if out := stream.feed(piece):
                    yield out
            if out := stream.close():
                yield out
        except StreamError as error:
            from urllib3.exceptions import DecodeError  # noqa: PLC0415 (an extra)

            raise DecodeError(str(error)) from error
        self._exchange.close_stream(stream)

    def _received(self) -> Iterator[bytes]:
        """What came, as soon as it came.

        A read of so many bytes waits for all of them when the answer is not chunked; `read1` does
        not, and where urllib3 has none the caller's own amount says how long to wait.
        """
        raw = self._raw
        if hasattr(raw, "chunked") and raw.chunked and raw.supports_chunked_reads():
            yield from raw.stream(_PIECE, decode_content=True)
        elif hasattr(raw, "stream") and hasattr(raw, "read1"):
            while piece := raw.read1(_PIECE, decode_content=True):
                yield piece
        elif hasattr(raw, "stream"):
            yield from raw.stream(self._amount or 1, decode_content=True)
        else:
            yield from super()._received()
