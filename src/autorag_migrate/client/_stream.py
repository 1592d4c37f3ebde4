"""Streamed answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autorag_migrate.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from types import TracebackType

    from typing_extensions import Self

    from autorag_migrate.models import SearchRow

    from ._reading import Reading

__all__ = ["AnswerStream", "AsyncAnswerStream"]


class _Stream:
    """What both kinds of streams are told and tell."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._given: list[str] = []
        self._released = False

    @property
    def sources(self) -> list[SearchRow]:
        """The rows that the answer is made from, in the legacy shape.

        The service sends them before the first token, so they are here from the beginning; empty
        when it sent none.
        """
        return self._reading.sources

    @property
    def usage(self) -> dict[str, Any] | None:
        """Token counts by name (`prompt_tokens`, …) once the service gave them, else None."""
        return self._reading.usage

    @property
    def tool_calls(self) -> list[Any]:
        """Tool calls of the model, as they came."""
        return self._reading.tool_calls

    @property
    def text(self) -> str:
        """The tokens that were handed out so far, joined."""
        return "".join(self._given)

    def __repr__(self) -> str:
        state = "ended" if self._released else "open"
        return f"<{type(self).__name__}: {state}, {len(self._given)} tokens so far>"

    def _next_token(self) -> str | None:
        """The next token, or None at the end.

        Raises:
            APIError: The stream ended badly; once, after the tokens that came before.
        """
        if self._reading.tokens:
            token = self._reading.tokens.popleft()
            self._given.append(token)
            return token
        failure, self._reading.failure = self._reading.failure, None
        if failure is not None:
            raise failure
        return None

    def _needs_more(self) -> bool:
        return not (self._reading.tokens or self._reading.ended)

    def _has_begun(self) -> bool:
        return bool(self._reading.sources) or not self._needs_more()

    def _take(self, data: bytes | None) -> None:
        if data is None:
            self._reading.end()
        else:
            self._reading.feed(data)

    def _broke(self, error: StreamError) -> None:
        """The connection broke: that matters unless the stream was complete."""
        if not self._reading.complete:
            raise error
        self._reading.end()

    def _stop(self) -> None:
        self._reading.ended = True
        self._reading.tokens.clear()
        self._reading.failure = None


class AnswerStream(_Stream):
    """The tokens of an answer, as they come.

    Iterate over it once, at best inside ``with``: the connection is closed at the end, on an error,
    and when the block is left early.

    Raises:
        StreamError: While iterating: an error event, or the stream ended before its end.
        NoteError: At the end, under the policy ``strict``.
    """

    def __init__(
        self, reading: Reading, chunks: Iterator[bytes], release: Callable[[], None]
    ) -> None:
        super().__init__(reading)
        self._chunks = chunks
        self._release = release

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        while self._needs_more():
            self._pull()
        token = self._next_token()
        if token is None:
            raise StopIteration
        return token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self) -> str:
        """Read to the end and return the whole answer.

        Raises:
            StreamError: The stream ended badly; `text` then holds what came before.
        """
        for _ in self:
            pass
        return self.text

    def close(self) -> None:
        """Stop reading and close the connection; nothing happens when that is so already."""
        self._stop()
        self._let_go()

    def _begin(self) -> Self:
        """Read until the sources are known."""
        while not self._has_begun():
            self._pull()
        return self

    def _pull(self) -> None:
        try:
            try:
                self._take(next(self._chunks, None))
            except StreamError as error:
                self._broke(error)
        except BaseException:
            self.close()
            raise
        if self._reading.ended:
            self._let_go()

    def _let_go(self) -> None:
        if not self._released:
            self._released = True
            self._release()


class AsyncAnswerStream(_Stream):
    """The tokens of an answer, as they come.

    Iterate over it once, at best inside ``async with``: the connection is closed at the end, on an
    error, on cancellation, and when the block is left early.

    Raises:
        StreamError: While iterating: an error event, or the stream ended before its end.
        NoteError: At the end, under the policy ``strict``.
    """

    def __init__(
        self, reading: Reading, chunks: AsyncIterator[bytes], release: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(reading)
        self._chunks = chunks
        self._release = release

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while self._needs_more():
            await self._pull()
        token = self._next_token()
        if token is None:
            raise StopAsyncIteration
        return token

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def read(self) -> str:
        """Read to the end and return the whole answer.

        Raises:
            StreamError: The stream ended badly; `text` then holds what came before.
        """
        async for _ in self:
            pass
        return self.text

    async def aclose(self) -> None:
        """Stop reading and close the connection; nothing happens when that is so already."""
        self._stop()
        await self._let_go()

    async def _begin(self) -> Self:
        """Read until the sources are known."""
        while not self._has_begun():
            await self._pull()
        return self

    async def _pull(self) -> None:
        try:
            try:
                self._take(await anext(self._chunks, None))
            except StreamError as error:
                self._broke(error)
        except BaseException:
            await self.aclose()
            raise
        if self._reading.ended:
            await self._let_go()

    async def _let_go(self) -> None:
        if not self._released:
            self._released = True
            await self._release()
