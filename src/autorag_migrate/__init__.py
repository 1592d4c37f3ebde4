"""Keep AutoRAG callers working on Cloudflare AI Search.

Nothing is loaded before it is used: importing this package loads neither httpx nor pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.httpx import AsyncAutoRAGTransport, AutoRAGTransport
    from .client import AsyncAutoRAG, AutoRAG
    from .errors import (
        APIError,
        AutoRAGError,
        BadRequestError,
        ConfigurationError,
        NoteError,
        NotFoundError,
        PausedError,
        RateLimitedError,
        RefusedError,
        StreamError,
        TranslationError,
        UnauthorizedError,
        UnavailableError,
    )
    from .notes import MigrationWarning, Note
    from .settings import Settings

__version__ = "0.1.0"

__all__ = [
    "APIError",
    "AsyncAutoRAG",
    "AsyncAutoRAGTransport",
    "AutoRAG",
    "AutoRAGError",
    "AutoRAGTransport",
    "BadRequestError",
    "ConfigurationError",
    "MigrationWarning",
    "NotFoundError",
    "Note",
    "NoteError",
    "PausedError",
    "RateLimitedError",
    "RefusedError",
    "Settings",
    "StreamError",
    "TranslationError",
    "UnauthorizedError",
    "UnavailableError",
    "__version__",
]

_HOMES = {
    "AsyncAutoRAG": "client",
    "AsyncAutoRAGTransport": "adapters.httpx",
    "AutoRAG": "client",
    "AutoRAGTransport": "adapters.httpx",
    "MigrationWarning": "notes",
    "Note": "notes",
    "Settings": "settings",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f".{_HOMES.get(name, 'errors')}", __name__)
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
