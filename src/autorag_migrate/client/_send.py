"""Calls over httpx: the only module of the client that does IO."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import anyio
import httpx

from autorag_migrate import __version__
from autorag_migrate.errors import APIError, ConfigurationError, StreamError, UnavailableError
from autorag_migrate.mapping import STREAM

from ._reading import Reading
from ._stream import AnswerStream, AsyncAnswerStream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from autorag_migrate.models import AiSearchResult

    from ._calls import Call, Calls
    from ._config import Credentials
    from ._retry import Retries

__all__ = ["AsyncSender", "Sender"]

_DEFAULT_TIMEOUT = 60.0
_ERROR_FROM = 400

_T = TypeVar("_T")
_HTTP = TypeVar("_HTTP", httpx.Client, httpx.AsyncClient)


@contextmanager
def _as_ours() -> Iterator[None]:
    """Turn httpx's exceptions into ours, before an answer has begun."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise UnavailableError(f"no answer in time ({type(error).__name__})") from error
    except httpx.TransportError as error:
        raise UnavailableError(f"no answer: {str(error) or type(error).__name__}") from error
    except httpx.RequestError as error:
        raise APIError(f"the answer cannot be read: {error}") from error


@contextmanager
def _as_cut() -> Iterator[None]:
    """Turn httpx's exceptions into ours, once a stream has begun."""
    try:
        yield
    except httpx.RequestError as error:
        raise StreamError(f"the answer broke off: {str(error) or type(error).__name__}") from error


def _check_timeout(timeout: object) -> None:
    if timeout is None or timeout == "default" or isinstance(timeout, httpx.Timeout):
        return
    if not isinstance(timeout, (int, float)) or isinstance(timeout, bool):
        raise ConfigurationError(
            f'timeout is {timeout!r}; it must be seconds, an httpx.Timeout, None or "default"'
        )


class _Sender(Generic[_HTTP]):
    """What both senders decide without IO.

    Args:
        calls: Whose calls are sent.
        credentials: Who asks.
        retries: How often.
        http_client: The caller's own client, which is never closed here.
        timeout: ``"default"`` for the client's own, or 60 seconds for ours.
    """

    _kind: type[_HTTP]

    def __init__(
        self,
        calls: Calls,
        credentials: Credentials,
        retries: Retries,
        http_client: _HTTP | None,
        timeout: float | httpx.Timeout | Literal["default"] | None,
    ) -> None:
        if http_client is not None and not isinstance(http_client, self._kind):
            raise ConfigurationError(
                f"http_client is a {type(http_client).__module__}.{type(http_client).__name__}; "
                f"this client needs an httpx.{self._kind.__name__}"
            )
        _check_timeout(timeout)
        self._calls = calls
        self._credentials = credentials
        self._retries = retries
        self._given: _HTTP | None = http_client
        self._own: _HTTP | None = None
        self._timeout = timeout
        self._closed = False
        self._lock = threading.Lock()

    def _client(self) -> _HTTP:
        """The client that sends; ours is made at the first call, because that takes 20 ms."""
        with self._lock:
            if self._closed:
                raise ConfigurationError("the client is closed")
            if self._given is not None:
                return self._given
            if self._own is None:
                own: _HTTP = self._kind(
                    timeout=_DEFAULT_TIMEOUT if self._timeout == "default" else self._timeout,
                    headers={"User-Agent": f"autorag-migrate/{__version__}"},
                )
                self._own = own
            return self._own

    def _request(self, client: _HTTP, call: Call[Any]) -> httpx.Request:
        limits: dict[str, Any] = {} if self._timeout == "default" else {"timeout": self._timeout}
        return client.build_request(
            call.method, call.url, content=call.body, headers=call.headers, **limits
        )

    def _options(self) -> dict[str, Any]:
        # Without redirects: another host must get neither the credentials nor the question.
        return {"stream": True, "auth": self._credentials, "follow_redirects": False}

    def _reading(self) -> Reading:
        return Reading(self._calls.settings, self._calls.deliver)

    def _whole(self, answer: AiSearchResult) -> Reading:
        return Reading.of_whole(answer, self._calls.settings, self._calls.deliver)

    def _pause(self, attempt: int, error: APIError, call: Call[Any]) -> float:
        """Seconds until the next attempt; raises `error` where there is to be none."""
        pause = self._retries.pause(attempt, error, safe=call.safe)
        if pause is None:
            raise error
        return pause

    def _let_go(self) -> _HTTP | None:
        """No call from now on; the client that is ours to close."""
        with self._lock:
            self._closed = True
            own, self._own = self._own, None
            return own


def _is_stream(response: httpx.Response) -> bool:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return response.status_code < _ERROR_FROM and kind == STREAM["content_type"]


class Sender(_Sender[httpx.Client]):
    """Sends calls and reads their answers."""

    _kind = httpx.Client
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def send(self, call: Call[_T]) -> _T:
        """The answer to a call.

        Raises:
            APIError: There is none, or it is an error.
        """
        return self._repeat(call, lambda response: self._read(response, call))

    def open(self, call: Call[AiSearchResult]) -> AnswerStream:
        """The answer to a call, as it comes.

        Raises:
            APIError: There is none, or it is an error.
        """

        def read(response: httpx.Response) -> AnswerStream:
            if _is_stream(response):
                return AnswerStream(self._reading(), _chunks(response), response.close)._begin()  # noqa: SLF001
            whole = self._whole(self._read(response, call))
            return AnswerStream(whole, iter(()), response.close)

        return self._repeat(call, read)

    def _repeat(self, call: Call[Any], read: Callable[[httpx.Response], _T]) -> _T:
        client = self._client()
        attempt = 0
        while True:
            try:
                with _as_ours():
                    response = client.send(self._request(client, call), **self._options())
                return read(response)
            except APIError as error:
                pause = self._pause(attempt, error, call)
            self.sleep(pause)
            attempt += 1

    @staticmethod
    def _read(response: httpx.Response, call: Call[_T]) -> _T:
        try:
            with _as_ours():
                content = response.read()
        finally:
            response.close()
        return call.read(response.status_code, response.headers, content)

    def close(self) -> None:
        """Close the client that was made here."""
        own = self._let_go()
        if own is not None:
            own.close()


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    with _as_cut():
        yield from response.iter_bytes()


class AsyncSender(_Sender[httpx.AsyncClient]):
    """Sends calls and reads their answers."""

    _kind = httpx.AsyncClient
    sleep: Callable[[float], Awaitable[None]] = staticmethod(anyio.sleep)

    async def send(self, call: Call[_T]) -> _T:
        """The answer to a call.

        Raises:
            APIError: There is none, or it is an error.
        """
        return await self._repeat(call, lambda response: self._read(response, call))

    async def open(self, call: Call[AiSearchResult]) -> AsyncAnswerStream:
        """The answer to a call, as it comes.

        Raises:
            APIError: There is none, or it is an error.
        """

        async def read(response: httpx.Response) -> AsyncAnswerStream:
            async def release() -> None:
                await _close(response)

            if _is_stream(response):
                chunks = _async_chunks(response)
                return await AsyncAnswerStream(self._reading(), chunks, release)._begin()  # noqa: SLF001
            whole = self._whole(await self._read(response, call))
            return AsyncAnswerStream(whole, _async_chunks(response), release)

        return await self._repeat(call, read)

    async def _repeat(self, call: Call[Any], read: Callable[[httpx.Response], Awaitable[_T]]) -> _T:
        client = self._client()
        attempt = 0
        while True:
            try:
                with _as_ours():
                    response = await client.send(self._request(client, call), **self._options())
                return await read(response)
            except APIError as error:
                pause = self._pause(attempt, error, call)
            await self.sleep(pause)
            attempt += 1

    @staticmethod
    async def _read(response: httpx.Response, call: Call[_T]) -> _T:
        try:
            with _as_ours():
                content = await response.aread()
        finally:
            await _close(response)
        return call.read(response.status_code, response.headers, content)

    async def aclose(self) -> None:
        """Close the client that was made here."""
        own = self._let_go()
        if own is not None:
            await own.aclose()


async def _async_chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    with _as_cut():
        async for data in response.aiter_bytes():
            yield data


async def _close(response: httpx.Response) -> None:
    # A cancelled task must still be able to give its connection back.
    with anyio.CancelScope(shield=True):
        await response.aclose()
