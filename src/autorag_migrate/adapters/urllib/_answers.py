"""Answers of `http.client`, translated while they are read."""

from __future__ import annotations

import io
import zlib
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.response import addinfourl

from autorag_migrate.adapters._bridge import Answer
from autorag_migrate.errors import NoteError, StreamError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.request import Request

    from autorag_migrate.translate import Exchange

__all__ = ["legacy_answer", "refused"]

_PIECE = 2**16
_GZIP = 16 + zlib.MAX_WBITS
# urllib decodes nothing: what a caller has asked for in this form, it unpacks itself.
_PACKED = frozenset(("gzip", "x-gzip"))
_READ = _PACKED | {"identity"}


class _Body(io.RawIOBase):
    """What comes from an iterator; closing it closes the answer behind it."""

    def __init__(self, pieces: Iterator[bytes], answer: Any) -> None:
        self._pieces = pieces
        self._answer = answer
        self._held = b""

    def readable(self) -> bool:
        """True, as of every body."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Put the next bytes into `buffer`, as soon as there are some."""
        if not self._held:
            self._held = next((piece for piece in self._pieces if piece), b"")
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size

    def close(self) -> None:
        """Hang up."""
        self._answer.close()
        super().close()


def _whole(answer: Any, exchange: Exchange, packed: bool) -> Iterator[bytes]:
    body = answer.read()
    try:
        body = zlib.decompress(body, _GZIP) if packed and body else body
    except zlib.error:  # the caller's own to find out
        packed = False
    body = exchange.answer(answer.status, body)
    if packed and body:
        squeeze = zlib.compressobj(wbits=_GZIP)
        body = squeeze.compress(body) + squeeze.flush()
    yield body


def _received(answer: Any) -> Iterator[bytes]:
    read = getattr(answer, "read1", answer.read)
    while piece := read(_PIECE):
        yield piece


def _events(answer: Any, exchange: Exchange, packed: bool) -> Iterator[bytes]:
    stream = exchange.stream()
    unpack, pack = zlib.decompressobj(_GZIP), zlib.compressobj(wbits=_GZIP)
    try:
        for piece in _received(answer):
            out = stream.feed(unpack.decompress(piece) if packed else piece)
            if out:
                yield pack.compress(out) + pack.flush(zlib.Z_SYNC_FLUSH) if packed else out
        out = stream.close()
        yield pack.compress(out) + pack.flush() if packed else out
    except (StreamError, zlib.error) as error:
        raise HTTPException(str(error)) from error
    exchange.close_stream(stream)


def legacy_answer(answer: Any, exchange: Exchange, request: Request) -> Any:
    """The caller's view of `answer`: its own URL, and the legacy form when it is read."""
    headers: HTTPMessage = answer.info()
    pairs = [
        (name.encode("latin-1"), str(value).encode("latin-1", "replace"))
        for name, value in headers.items()
    ]
    try:
        read = Answer(exchange, answer.status, pairs, decoded=_READ)
    except NoteError:
        answer.close()
        raise
    answer.url = request.full_url
    if read.passes:
        return answer
    packed = read.encoded and headers.get("content-encoding", "").lower() in _PACKED
    shown = HTTPMessage()
    for name, value in read.headers:
        shown.add_header(name.decode("latin-1"), value.decode("latin-1"))
    if read.form == "other":
        answer.headers = shown
        return answer
    if packed:
        shown["Content-Encoding"] = headers["Content-Encoding"]
    pieces = (_events if read.form == "stream" else _whole)(answer, exchange, packed)
    body: Any = io.BufferedReader(_Body(pieces, answer), _PIECE)
    if not isinstance(answer, HTTPResponse):
        return _info(body, shown, request, answer.status, getattr(answer, "msg", ""))
    # A second view of the same answer: what it reads from is ours, all that it says is its own.
    view = HTTPResponse.__new__(type(answer))
    vars(view).update(vars(answer), fp=body, headers=shown, length=None, chunked=False)
    return view


def _info(body: Any, headers: HTTPMessage, request: Request, status: int, reason: str) -> Any:
    info: Any = addinfourl(body, headers, request.full_url, status)
    info.msg = info.reason = reason
    return info


def refused(exchange: Exchange, body: bytes, request: Request) -> Any:
    """What the legacy API would have answered; nothing was sent."""
    headers = HTTPMessage()
    headers["Content-Type"] = "application/json"
    headers["Content-Length"] = str(len(body))
    return _info(io.BytesIO(body), headers, request, exchange.refusal_status, "Bad Request")
