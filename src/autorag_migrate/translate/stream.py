"""Streams of answers, from one API's events into the other's, as the bytes come.

Nothing is held back longer than one event, and any split of the bytes gives the same result. A
stream that has the wanted form already passes unchanged, byte for byte.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

from autorag_migrate.mapping import (
    CHAT_CONSTANTS,
    CHAT_FRAME,
    CHAT_FRAME_OBJECT,
    CHAT_UNKNOWN,
    ENVELOPE,
    STREAM,
)
from autorag_migrate.notes import Note, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from .response import chunk_to_row
from .sse import Event, EventReader

__all__ = ["StreamToLegacy", "StreamToNew"]

_DONE = STREAM["done"].encode()
_DONE_EVENT = b"data: " + _DONE + b"\n\n"
_TOKEN, _PADDING = STREAM["token"], STREAM["padding"]
_CHOICES, _DELTA, _CONTENT = CHAT_FRAME["choices"], CHAT_FRAME["delta"], CHAT_FRAME["content"]
_CHUNKS, _USAGE = CHAT_FRAME["chunks"], CHAT_FRAME["usage"]
_TOOL_CALLS, _LEGACY_TOOL_CALLS = CHAT_FRAME["tool_calls"], STREAM["tool_calls"]
_ERROR = STREAM["error_event"]
_FINISH = CHAT_FRAME["finish_reason"]
_LEGACY_HEAD = f'data: {{"{_TOKEN}":'
_LEGACY_TAIL = f',"{_PADDING}":""}}\n\n'
# Without the search for an encoding and for white space that `json.loads` begins with.
_decode = json.JSONDecoder().raw_decode
_SPACE = " \t\r\n"
_WITHOUT_DELTA = frozenset((CHAT_FRAME["index"], _DELTA, _FINISH, CHAT_FRAME["logprobs"]))
_IN_DELTA = frozenset((_CONTENT, _TOOL_CALLS, CHAT_FRAME["role"]))
_SURROGATE = re.compile("[\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


class _Transformer:
    """What both directions share: cutting, passing on what is not theirs, noticing the end.

    Attributes:
        done: Whether the stream said that it ended; without that it was cut.
        error: The decoded error event, or None; an event that is named so and is no JSON object
            stands below the key ``error``.
        notes: What the translation owes.
    """

    def __init__(self, settings: Settings = DEFAULT_SETTINGS) -> None:
        self.settings = settings
        self.done = False
        self.error: dict[str, Any] | None = None
        self.notes: list[Note] = []
        self._reader = EventReader()
        self._as_it_is = False
        # Whether what was cut last was passed on: what has no data follows it.
        self._passed = True

    def feed(self, data: bytes) -> bytes:
        """Translate as much as `data` completes."""
        verbatim = self._as_it_is
        out = self._events(self._reader.feed(data), data)
        return data if verbatim else out

    def close(self) -> bytes:
        """Translate what the end of the stream leaves, and end it."""
        verbatim = self._as_it_is
        out = self._events(self._reader.close(), b"")
        return b"" if verbatim else out + self._end()

    def _events(self, events: list[Event], data: bytes) -> bytes:
        out = []
        verbatim, behind = self._as_it_is, 0
        for event in events:
            if self._as_it_is:
                self.done = self.done or event.data == _DONE
                behind += len(event.raw)
            elif event.data is None:
                if event.raw.removeprefix(_BOM).startswith(b":"):
                    self._passed = True
                if self._passed:
                    out.append(event.raw)
            elif event.data == _DONE:
                self.done, self._passed = True, False
                out.append(self._done())
            else:
                out.append(self._event(event))
        if self._as_it_is and not verbatim:
            out.append(data[len(data) - behind - len(self._reader.pending()) :])
        return out[0] if len(out) == 1 else b"".join(out)

    def _event(self, event: Event) -> bytes:
        try:
            text = (event.data or b"").decode().strip(_SPACE)
            body, end = _decode(text)
            if end != len(text):
                body = None
        except (ValueError, RecursionError):
            body = None
        translated = self._translated(event, body)
        self._passed = translated is None
        if translated is not None:
            return translated
        error = self._error(event, body)
        if error is None:
            self.notes.append(note("AR223", event.name.decode(errors="replace")))
        else:
            self.error = error
        return event.raw

    @staticmethod
    def _error(event: Event, body: Any) -> dict[str, Any] | None:
        """What an error event says, or None when it is none."""
        named = event.name == _ERROR.encode()
        if isinstance(body, dict):
            return body if named or _ERROR in body or ENVELOPE["errors"] in body else None
        return {_ERROR: (event.data or b"").decode(errors="replace")} if named else None

    def _translated(self, event: Event, body: Any) -> bytes | None:
        """The event in the wanted form, or None for one that is passed on as it came."""
        raise NotImplementedError

    def _done(self) -> bytes:
        raise NotImplementedError

    def _end(self) -> bytes:
        return b""


class StreamToLegacy(_Transformer):
    """A new stream into a legacy one, which has no place for sources: they are kept aside.

    Attributes:
        sources: The rows of legacy `data`, from the chunks that the new stream sends first.
        usage: The new stream's token counts, or None.
    """

    def __init__(self, settings: Settings = DEFAULT_SETTINGS) -> None:
        super().__init__(settings)
        self.sources: list[dict[str, Any]] = []
        self.usage: dict[str, Any] | None = None

    def _translated(self, event: Event, body: Any) -> bytes | None:
        if isinstance(body, list) and event.name == STREAM["chunks_event"].encode():
            return self._keep(body)
        if not isinstance(body, dict):
            return None
        if event.name == _ERROR.encode() or body.get(_ERROR):
            return None
        choices = body.get(_CHOICES)
        if isinstance(choices, list):
            if body.get(_USAGE) is not None:
                self.usage = body[_USAGE]
            if isinstance(body.get(_CHUNKS), list):
                self._keep(body[_CHUNKS])
            return self._frame(choices, event.data or b"")
        if _TOKEN in body:
            self._as_it_is = True
            return event.raw
        if isinstance(body.get(_CHUNKS), list):
            return self._keep(body[_CHUNKS])
        if isinstance(body.get(_USAGE), dict):
            self.usage = body[_USAGE]
            return b""
        return None

    def _keep(self, chunks: list[Any]) -> bytes:
        self.sources += [
            chunk_to_row(chunk, self.settings) for chunk in chunks if isinstance(chunk, dict)
        ]
        return b""

    def _frame(self, choices: list[Any], data: bytes) -> bytes | None:
        if not choices:
            return b""
        choice = choices[0]
        delta = choice.get(_DELTA) if isinstance(choice, dict) else None
        if delta is None and isinstance(choice, dict) and choice.keys() <= _WITHOUT_DELTA:
            return b""
        if not isinstance(delta, dict):
            return None
        for name in delta.keys() - _IN_DELTA:
            owed = note("AR220", f"$.{_CHOICES}[0].{_DELTA}.{name}")
            if delta[name] is not None and owed not in self.notes:
                self.notes.append(owed)
        token, calls = delta.get(_CONTENT), delta.get(_TOOL_CALLS)
        if calls:
            event = {_TOKEN: token or "", _LEGACY_TOOL_CALLS: calls, _PADDING: ""}
            return f"data: {json.dumps(event)}\n\n".encode()
        if token is None or token == "":
            return b""
        if not isinstance(token, str):
            shown = json.dumps(token)
        elif data.isascii() or _SURROGATE.search(token):
            shown = encode_basestring_ascii(token)
        else:
            # As the service spells it: a caller that decodes the stream wrongly is left its way.
            shown = encode_basestring(token)
        return f"{_LEGACY_HEAD}{shown}{_LEGACY_TAIL}".encode()

    def _done(self) -> bytes:
        return _DONE_EVENT if self.settings.stream_done else b""


class StreamToNew(_Transformer):
    """A stored legacy stream into a new one.

    Args:
        chunks: What the first event holds; a legacy stream does not say what it was made of.
    """

    def __init__(
        self, settings: Settings = DEFAULT_SETTINGS, chunks: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(settings)
        self._head = (
            f"event: {STREAM['chunks_event']}\ndata: {json.dumps(chunks or [])}\n\n".encode()
        )
        self._ended = False

    def _translated(self, event: Event, body: Any) -> bytes | None:
        if event.name == STREAM["chunks_event"].encode() or (
            isinstance(body, dict) and (_CHOICES in body or _CHUNKS in body)
        ):
            self._as_it_is = True
            return event.raw
        if not isinstance(body, dict) or _TOKEN not in body:
            return None
        delta: dict[str, Any] = {}
        token = body[_TOKEN]
        if token is not None and token != "":
            delta[_CONTENT] = token if isinstance(token, str) else json.dumps(token)
        if body.get(_LEGACY_TOOL_CALLS):
            delta[_TOOL_CALLS] = body[_LEGACY_TOOL_CALLS]
        return self._begin() + (self._chunk(delta) if delta else b"")

    def _begin(self) -> bytes:
        head, self._head = self._head, b""
        return head

    @staticmethod
    def _chunk(delta: dict[str, Any], **more: object) -> bytes:
        frame = {path.removeprefix("$."): value for path, value in CHAT_UNKNOWN.items()}
        frame[CHAT_FRAME["object"]] = CHAT_FRAME_OBJECT
        frame[_CHOICES] = [{CHAT_FRAME["index"]: 0, _DELTA: delta, **more}]
        return f"data: {json.dumps(frame)}\n\n".encode()

    def _done(self) -> bytes:
        return self._finish()

    def _end(self) -> bytes:
        over = self._ended or self._as_it_is or self._head or self.error is not None
        return b"" if over else self._finish()

    def _finish(self) -> bytes:
        self._ended = True
        reason = CHAT_CONSTANTS[f"$.{_CHOICES}[0].{_FINISH}"]
        return self._begin() + self._chunk({}, **{_FINISH: reason}) + _DONE_EVENT
