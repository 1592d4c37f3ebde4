"""The exceptions of this package.

AutoRAGError
├── TranslationError            a request that the new API cannot be asked (path, legacy field)
│   └── RefusedError            the legacy API itself refuses it (code)
├── NoteError                   a note, raised by the policy "strict" (notes)
├── ConfigurationError          no token, no account, a name that is none
└── APIError                    the service answered with an error (status, code, errors)
    ├── BadRequestError         400, with the path of the field
    │   └── PausedError         7032: the instance is paused
    ├── UnauthorizedError       401 and 403, with the scopes that the new API asks for
    ├── NotFoundError           404
    ├── RateLimitedError        429, with retry_after in seconds
    ├── UnavailableError        5xx, or no connection
    └── StreamError             an error event, or a stream that ended before its end
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .notes import Note

__all__ = [
    "APIError",
    "AutoRAGError",
    "BadRequestError",
    "ConfigurationError",
    "NotFoundError",
    "NoteError",
    "PausedError",
    "RateLimitedError",
    "RefusedError",
    "StreamError",
    "TranslationError",
    "UnauthorizedError",
    "UnavailableError",
]


class AutoRAGError(Exception):
    """Base of every exception that this package raises."""


class TranslationError(AutoRAGError):
    """A legacy request that has no equivalent on the new API.

    Attributes:
        path: Where in the legacy body, as keys and indexes.
    """

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        self.path = tuple(path)
        where = ".".join(map(str, self.path))
        super().__init__(f"{where}: {message}" if where else message)


class RefusedError(TranslationError):
    """A legacy request that the legacy API refuses as well, with `code` and HTTP status 400."""

    def __init__(self, code: int, message: str, path: Sequence[str | int] = ()) -> None:
        self.code = code
        super().__init__(message, path)


class NoteError(AutoRAGError):
    """A translation changed or lost something and the policy is ``strict``."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = tuple(notes)
        super().__init__("; ".join(map(str, self.notes)))


class ConfigurationError(AutoRAGError):
    """The client was not told enough, or something that cannot be."""


class APIError(AutoRAGError):
    """The service answered with an error.

    Attributes:
        status: HTTP status, None when no answer came.
        code: Cloudflare's error code, None when the answer held none.
        errors: The answer's list of errors as it came, on the legacy API's words.
        path: The field that the first error is about, as keys and indexes.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        path: Sequence[str | int] = (),
        errors: Sequence[object] = (),
    ) -> None:
        self.status = status
        self.code = code
        self.path = tuple(path)
        self.errors = tuple(errors)
        super().__init__(message)


class BadRequestError(APIError):
    """The service refused the request (400); `path` says which field."""


class PausedError(BadRequestError):
    """The instance is paused (7032)."""


class UnauthorizedError(APIError):
    """The credentials were refused (401, 403)."""


class NotFoundError(APIError):
    """No such instance, namespace, job or file (404)."""


class RateLimitedError(APIError):
    """Too many requests (429); `retry_after` is in seconds, None when the service did not say."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        code: int | None = None,
        path: Sequence[str | int] = (),
        errors: Sequence[object] = (),
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, status=status, code=code, path=path, errors=errors)


class UnavailableError(APIError):
    """The service failed (5xx) or could not be reached."""


class StreamError(APIError):
    """A stream held an error event or was cut before its end."""
