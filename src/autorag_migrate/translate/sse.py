"""Server-sent events, read from bytes as they come.

The rules are those of the HTML standard, section 9.2.6: lines end in CR, LF or CRLF, also when the
pair is split across reads; one byte order mark may come first; several ``data:`` lines make one
event; one space after the colon is not part of the value; an event without data is not dispatched;
an ``id`` holds until the next one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from autorag_migrate.errors import StreamError

__all__ = ["Event", "EventReader"]

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n", b"\r"


class Event(NamedTuple):
    """One item of a stream.

    Attributes:
        data: The data, its lines joined by LF; None for a comment, a block without data, or the LF
            of a CRLF whose CR came in an earlier read.
        name: Type of the event, ``b""`` when none was given.
        id: The last id that the stream gave.
        raw: The bytes as they came; over a whole stream they add up to it, but for a comment within
            an event, which comes before the event.
    """

    data: bytes | None
    name: bytes
    id: bytes
    raw: bytes


class EventReader:
    """Cuts a stream of bytes into events; any split of the bytes gives the same events.

    Args:
        limit: Most bytes that an event may have.

    Raises:
        StreamError: An event is larger than `limit`.
    """

    def __init__(self, limit: int = 16 * 1024 * 1024) -> None:
        self._limit = limit
        self._partial: list[bytes] = []
        self._size = 0
        self._raw: list[bytes] = []
        self._data: list[bytes] = []
        self._name = b""
        self._id = b""
        self._started = False
        self._after_cr = False
        self._after_comment = False

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes."""
        events: list[Event] = []
        if not data:
            return events
        if self._after_cr:
            # A CR ended a line at once; the LF that belongs to it comes in this read.
            self._after_cr = False
            if data.startswith(_LF):
                if self._raw and not self._after_comment:
                    self._raw.append(_LF)
                else:
                    events.append(Event(None, b"", self._id, _LF))
                data = data[1:]
        if self._is_plain(data):
            self._started = True
            return [*events, Event(data[6:-2], b"", self._id, data)]
        start = 0
        for end in _LINE_END.finditer(data):
            line, stop = data[start : end.start()], end.end()
            raw = data[start:stop]
            self._grow(stop - start)
            if self._partial:
                before = b"".join(self._partial)
                self._partial.clear()
                line, raw = before + line, before + raw
            start = stop
            event = self._line(line, raw)
            if event is not None:
                events.append(event)
        if start < len(data):
            self._partial.append(data[start:])
            self._grow(len(data) - start)
        self._after_cr = start == len(data) and data.endswith(_CR)
        return events

    def close(self) -> list[Event]:
        """The event that the end of the stream leaves unterminated, if any."""
        raw = b"".join(self._partial)
        self._partial.clear()
        events = []
        if raw:
            event = self._line(raw, raw)
            if event is not None:
                events.append(event)
        if self._raw:
            events.append(self._dispatch())
        return events

    def _is_plain(self, data: bytes) -> bool:
        """Whether a read is just one event of one line: what most reads of most streams are."""
        return (
            data.startswith(b"data: ")
            and data.endswith(b"\n\n")
            and not self._raw
            and not self._partial
            and data.count(_LF) == 2  # noqa: PLR2004 (the two that end it)
            and _CR not in data
            and len(data) <= self._limit
        )

    def pending(self) -> bytes:
        """The bytes that were fed and are in no event yet."""
        return b"".join((*self._raw, *self._partial))

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > self._limit:
            raise StreamError(f"an event is larger than {self._limit} bytes")

    def _line(self, line: bytes, raw: bytes) -> Event | None:
        if not self._started:
            self._started = True
            line = line.removeprefix(_BOM)
        if not line:
            self._raw.append(raw)
            return self._dispatch()
        self._after_comment = line.startswith(b":")
        if self._after_comment:
            if not self._raw:
                self._size = 0
            return Event(None, b"", self._id, raw)
        self._raw.append(raw)
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value
        elif field == b"id" and b"\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> Event:
        data = b"\n".join(self._data) if self._data else None
        event = Event(data, self._name, self._id, b"".join(self._raw))
        self._raw.clear()
        self._data.clear()
        self._name = b""
        self._size = 0
        return event
