"""`AutoRAG` and `AsyncAutoRAG`: who asks, where, and how a translation is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from autorag_migrate.errors import ConfigurationError
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._config import (
    checked_account,
    checked_base_url,
    checked_bounds,
    checked_credentials,
    checked_name,
)
from ._rag import AsyncRag, Rag

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import httpx
    from typing_extensions import Self

    from autorag_migrate.models import Page, RagInfo
    from autorag_migrate.notes import Note

    from ._calls import Calls

__all__ = ["AsyncAutoRAG", "AutoRAG"]


class _AutoRAG:
    """What both clients have in common."""

    _calls: Calls

    def _set_up(
        self,
        account_id: str | None,
        base_url: str | None,
        settings: Settings,
        on_note: Callable[[Note], None] | None,
    ) -> None:
        if not isinstance(settings, Settings):
            raise ConfigurationError(f"settings is a {type(settings).__name__}, not Settings")
        if on_note is not None and not callable(on_note):
            raise ConfigurationError("on_note cannot be called")
        account, base = checked_account(account_id), checked_base_url(base_url)
        # The translator is what takes long to import: programs that only name the class go free.
        from ._calls import Calls  # noqa: PLC0415

        self._calls = Calls(account, base, settings, on_note)

    @property
    def account_id(self) -> str:
        """The account whose instances are asked."""
        return self._calls.account

    @property
    def base_url(self) -> str:
        """What stands before ``/accounts``."""
        return self._calls.base_url

    @property
    def settings(self) -> Settings:
        """How a translation is made."""
        return self._calls.settings

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.base_url}>"


class AutoRAG(_AutoRAG):
    """A client with the legacy API's methods and answers that sends its calls to the new API.

    Example:
        >>> from autorag_migrate.client import AutoRAG
        >>> from autorag_migrate.emulator import Document, Emulator
        >>> with Emulator([Document("llamas.md", "Llamas carry three drinks.")]) as emulator:
        ...     account, token = emulator.account_id, emulator.api_token
        ...     with AutoRAG(account, token, base_url=emulator.base_url) as client:
        ...         found = client.rag("docs").search("What do llamas carry?")
        >>> found.data[0].filename
        'llamas.md'
        >>> found.data[0].text
        'Llamas carry three drinks.'

    It may be used by several threads. The connection is made at the first call and kept; close the
    client, or use it in ``with``, to let it go.

    A call that failed in passing (429, 502, 503, 504, a connection that could not be made or broke)
    is sent again: after the time that the service asks for in ``Retry-After``, else after half a
    second, doubled each time and shortened at random. Never sent again are a stream that has begun,
    a call that was not answered in time, one that exceeds the monthly quota (7069), and a sync that
    may have been started. Redirects are not followed.

    Args:
        account_id: The account; ``CLOUDFLARE_ACCOUNT_ID`` when absent.
        api_token: A token that may use the new API (`autorag_migrate.mapping.SCOPES`);
            ``CLOUDFLARE_API_TOKEN`` when absent.
        api_email: In place of a token, with `api_key`; ``CLOUDFLARE_EMAIL`` when all three are
            absent.
        api_key: See `api_email`; ``CLOUDFLARE_API_KEY``.
        base_url: What stands before ``/accounts``; ``CLOUDFLARE_API_BASE_URL`` when absent, else
            Cloudflare's. Without TLS only on this machine, at a private address, or at a name
            without a dot.
        settings: Policy, route, namespace and answers to open questions.
        timeout: Seconds for each connecting, reading and writing (None for no limit), or an
            `httpx.Timeout`. ``"default"`` is that of `http_client`, or 60.
        max_retries: How often a call may be sent again; 0 for never.
        max_retry_wait: Longest pause before that, in seconds. When the service asks for more, the
            error is raised at once.
        http_client: An `httpx.Client` of your own, for proxies and the like. It is never closed.
        on_note: Called with every note of a translation, whatever its severity.

    Raises:
        ConfigurationError: An argument is missing or cannot be right.
    """

    def __init__(
        self,
        account_id: str | None = None,
        api_token: str | None = None,
        *,
        api_email: str | None = None,
        api_key: str | None = None,
        base_url: str | None = None,
        settings: Settings = DEFAULT_SETTINGS,
        timeout: float | httpx.Timeout | Literal["default"] | None = "default",
        max_retries: int = 2,
        max_retry_wait: float = 30.0,
        http_client: httpx.Client | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        credentials = checked_credentials(api_token, api_email, api_key)
        bounds = checked_bounds(max_retries, max_retry_wait)
        self._set_up(account_id, base_url, settings, on_note)
        from ._retry import Retries  # noqa: PLC0415
        from ._send import Sender  # noqa: PLC0415

        retries = Retries(*bounds)
        self._sender = Sender(self._calls, credentials, retries, http_client, timeout)

    def rag(self, name: str) -> Rag:
        """The instance called `name`; nothing is sent.

        Raises:
            ConfigurationError: It cannot be the name of an instance.
        """
        return Rag(checked_name(name), self._calls, self._sender)

    def rags(self, *, page: int | None = None, per_page: int | None = None) -> Page[RagInfo]:
        """List the instances. What the legacy API told of one is not public (note AR238).

        Args:
            page: Which page, from 1.
            per_page: Rows on a page, up to 50.
        """
        return self._sender.send(self._calls.rags(page=page, per_page=per_page))

    def close(self) -> None:
        """Close the connections. A client that was handed in stays open."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncAutoRAG(_AutoRAG):
    """`AutoRAG` for async programs, on asyncio or trio: the same arguments, methods to be awaited.

    A cancelled call gives its connection back.

    Args:
        account_id: Like `AutoRAG`.
        api_token: Like `AutoRAG`.
        api_email: Like `AutoRAG`.
        api_key: Like `AutoRAG`.
        base_url: Like `AutoRAG`.
        settings: Like `AutoRAG`.
        timeout: Like `AutoRAG`.
        max_retries: Like `AutoRAG`.
        max_retry_wait: Like `AutoRAG`.
        http_client: An `httpx.AsyncClient` of your own. It is never closed.
        on_note: Like `AutoRAG`.

    Raises:
        ConfigurationError: An argument is missing or cannot be right.
    """

    def __init__(
        self,
        account_id: str | None = None,
        api_token: str | None = None,
        *,
        api_email: str | None = None,
        api_key: str | None = None,
        base_url: str | None = None,
        settings: Settings = DEFAULT_SETTINGS,
        timeout: float | httpx.Timeout | Literal["default"] | None = "default",
        max_retries: int = 2,
        max_retry_wait: float = 30.0,
        http_client: httpx.AsyncClient | None = None,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        credentials = checked_credentials(api_token, api_email, api_key)
        bounds = checked_bounds(max_retries, max_retry_wait)
        self._set_up(account_id, base_url, settings, on_note)
        from ._retry import Retries  # noqa: PLC0415
        from ._send import AsyncSender  # noqa: PLC0415

        retries = Retries(*bounds)
        self._sender = AsyncSender(self._calls, credentials, retries, http_client, timeout)

    def rag(self, name: str) -> AsyncRag:
        """The instance called `name`; nothing is sent.

        Raises:
            ConfigurationError: It cannot be the name of an instance.
        """
        return AsyncRag(checked_name(name), self._calls, self._sender)

    async def rags(self, *, page: int | None = None, per_page: int | None = None) -> Page[RagInfo]:
        """Like `AutoRAG.rags`."""
        return await self._sender.send(self._calls.rags(page=page, per_page=per_page))

    async def aclose(self) -> None:
        """Close the connections. A client that was handed in stays open."""
        await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
