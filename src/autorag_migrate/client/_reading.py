"""A streamed answer, without IO: from bytes to tokens."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

from autorag_migrate.errors import StreamError
from autorag_migrate.mapping import STREAM
from autorag_migrate.models import AiSearchResult, SearchRow
from autorag_migrate.translate import EventReader, StreamToLegacy

from ._failures import stream_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autorag_migrate.errors import APIError
    from autorag_migrate.notes import Note
    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Event

__all__ = ["Reading"]

_DONE = STREAM["done"].encode()
_TOKEN, _TOOL_CALLS = STREAM["token"], STREAM["tool_calls"]


class Reading:
    """What one stream has said so far.

    Args:
        settings: How it is translated.
        deliver: Takes the notes that the translation owes, at the end.

    Attributes:
        tokens: Tokens that were read and not handed out.
        tool_calls: Tool calls, as they came.
        failure: Why the stream ended badly, None as long as it did not.
        ended: Whether there is nothing more to read.
    """

    def __init__(self, settings: Settings, deliver: Callable[[Iterable[Note]], None]) -> None:
        self._transformer = StreamToLegacy(settings)
        self._events = EventReader()
        self._deliver = deliver
        self._rows: list[SearchRow] | None = None
        self.tokens: deque[str] = deque()
        self.tool_calls: list[Any] = []
        self.failure: APIError | None = None
        self.ended = False

    @classmethod
    def of_whole(
        cls,
        answer: AiSearchResult,
        settings: Settings,
        deliver: Callable[[Iterable[Note]], None],
    ) -> Reading:
        """The reading of an answer that came in one piece although a stream was asked for."""
        reading = cls(settings, deliver)
        reading._rows = answer.data
        if answer.response:
            reading.tokens.append(answer.response)
        reading.ended = True
        return reading

    @property
    def complete(self) -> bool:
        """Whether the stream said that it is complete."""
        return self._transformer.done

    @property
    def usage(self) -> dict[str, Any] | None:
        """Token counts, None when the stream gave none."""
        return self._transformer.usage

    @property
    def sources(self) -> list[SearchRow]:
        """The rows that the answer is made from."""
        if self._rows is None and self._transformer.sources:
            self._rows = [SearchRow.model_validate(row) for row in self._transformer.sources]
        return self._rows or []

    def feed(self, data: bytes) -> None:
        """Read what came.

        Raises:
            StreamError: An event is larger than anything sensible.
        """
        self._take(self._events.feed(self._transformer.feed(data)))
        if self._transformer.error is not None:
            self.failure = stream_failure(self._transformer.error)
            self.ended = True

    def end(self) -> None:
        """Read what the end leaves.

        Raises:
            NoteError: Under the policy ``strict``.
        """
        self._take(self._events.feed(self._transformer.close()))
        self._take(self._events.close())
        self.ended = True
        if self._transformer.error is not None:
            self.failure = stream_failure(self._transformer.error)
        elif not self.complete:
            self.failure = StreamError(f"the answer broke off: it ended without {STREAM['done']}")
        else:
            self._deliver(self._transformer.notes)

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if event.data is None or event.data == _DONE:
                continue
            try:
                body = json.loads(event.data)
            except (ValueError, RecursionError):
                continue
            if not isinstance(body, dict):
                continue
            token, calls = body.get(_TOKEN), body.get(_TOOL_CALLS)
            if isinstance(calls, list):
                self.tool_calls += calls
            if token is not None and token != "":
                # Models have been seen to give numbers.
                self.tokens.append(token if isinstance(token, str) else json.dumps(token))
