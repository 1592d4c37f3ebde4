"""cloudflare: the official SDK, whose raw legacy calls go over the new API.

``from autorag_migrate.adapters import cloudflare`` gives all of the SDK, with `Cloudflare` and
`AsyncCloudflare` replaced by ones that translate what is sent with ``client.post`` and the like. A
client is the SDK's own; what is wrapped is the httpx client that it sends with.
"""

# ruff: noqa: PLC0414 (`as` is how a name is exported to the type checker)

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary, ref

try:
    import cloudflare
except ImportError as error:
    raise ImportError(
        'this adapter needs the SDK: pip install "autorag-migrate[cloudflare]"'
    ) from error

from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._standin import Maker, of_class, own, stand_in
from .httpx import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_migrate.notes import Note

__all__ = ["AsyncClient", "AsyncCloudflare", "Client", "Cloudflare", "adapt"]


if not TYPE_CHECKING:  # for the type checker: the end of this module

    def __getattr__(name: str) -> Any:
        if not hasattr(cloudflare, name) and find_spec(f"cloudflare.{name}") is not None:
            return import_module(f"cloudflare.{name}")  # ``from … import pagination``
        return getattr(cloudflare, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(cloudflare)})


AnySDK = TypeVar("AnySDK", cloudflare.Cloudflare, cloudflare.AsyncCloudflare)

# The bases below which the calls of an httpx client are translated: copies of a client share one.
_bases: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def adapt(
    client: AnySDK,
    *,
    settings: Settings = DEFAULT_SETTINGS,
    api_base_url: str | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> AnySDK:
    """Wrap what `client` and its copies send with, and return it.

    Args:
        client: A client of the SDK.
        settings: Policy, route and answers to open questions.
        api_base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; the
            client's own by default.
        on_note: Called with every note.
    """
    if "_client" not in vars(client):  # a test has replaced what builds it
        return client
    ours: dict[str, Any] = {"settings": settings, "on_note": on_note}
    base = str(client.base_url).rstrip("/") if api_base_url is None else api_base_url
    sending = client._client  # noqa: SLF001 (no other way to what the SDK built)
    known = _bases.setdefault(sending, set())
    if base not in known:
        wrap(sending, api_base_url=base, **ours)
        known.add(base)
    # A copy may be given another httpx client, or another address.
    this = ref(client)

    def copy(*args: Any, **kwargs: Any) -> Any:
        return adapt(of_class(this(), "copy")(*args, **kwargs), api_base_url=api_base_url, **ours)

    vars(client).update(copy=copy, with_options=copy)
    return client


_client = import_module("cloudflare._client")

if TYPE_CHECKING:
    _PlainCloudflare = cloudflare.Cloudflare
    _PlainAsyncCloudflare = cloudflare.AsyncCloudflare

    class Cloudflare(_PlainCloudflare):
        """`cloudflare.Cloudflare` whose raw legacy calls go over the new API."""

        def __init__(
            self,
            *,
            settings: Settings = DEFAULT_SETTINGS,
            api_base_url: str | None = None,
            on_note: Callable[[Note], None] | None = None,
            **kwargs: Any,
        ) -> None: ...

    class AsyncCloudflare(_PlainAsyncCloudflare):
        """`cloudflare.AsyncCloudflare` whose raw legacy calls go over the new API."""

        def __init__(
            self,
            *,
            settings: Settings = DEFAULT_SETTINGS,
            api_base_url: str | None = None,
            on_note: Callable[[Note], None] | None = None,
            **kwargs: Any,
        ) -> None: ...

else:

    class Cloudflare(metaclass=Maker):
        """`cloudflare.Cloudflare` whose raw legacy calls go over the new API.

        Takes what `cloudflare.Cloudflare` takes, and what `adapt` takes.
        """

        _plain = own("Cloudflare", _client, cloudflare)
        _adapt = staticmethod(adapt)

    class AsyncCloudflare(metaclass=Maker):
        """`cloudflare.AsyncCloudflare` whose raw legacy calls go over the new API."""

        _plain = own("AsyncCloudflare", _client, cloudflare)
        _adapt = staticmethod(adapt)


Client = Cloudflare
AsyncClient = AsyncCloudflare

stand_in(__name__, cloudflare, ("AsyncClient", "AsyncCloudflare", "Client", "Cloudflare"), _client)

if TYPE_CHECKING:
    # Every other name, so that a caller is checked as before; ours hold, being the first.
    from cloudflare import *  # type: ignore[assignment]  # noqa: F403
    from cloudflare import types as types
