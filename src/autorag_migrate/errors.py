"""The exceptions of this package.

AutoRAGError
├── ConfigurationError          no token, no account, a name that is none (also a ValueError)
├── TranslationError            a request that the new API cannot be asked (also a ValueError)
│   └── RefusedError            the legacy API itself refuses it (code)
├── NoteError                   a note, raised by the policy "strict" (notes)
└── APIError                    the service answered with an error (status, code, errors)
    ├── BadRequestError         400, with the path of the field
    │   └── PausedError         7032: the instance is paused
    ├── UnauthorizedError       401 and 403, with the scopes that the new API asks for
    ├── NotFoundError           404
    ├── RateLimitedError        429, with retry_after in seconds
    ├── UnavailableError        5xx, no connection, or no answer in time
    └── StreamError             an error event, or a stream that ended before its end

Those above `APIError` are raised before anything is sent. A wrong argument is a ValueError as
anywhere in Python: `ConfigurationError` where it is about the client or a name, `TranslationError`
with a `path` where it is about the request. All of them can be pickled.
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


class TranslationError(AutoRAGError, ValueError):
    """A legacy request that has no equivalent on the new API.

    Attributes:
        path: Where in the legacy body, as keys and indexes.
    """

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        self.path = tuple(path)
        self.reason = message
        where = ".".join(map(str, self.path))
        super().__init__(f"{where}: {message}" if where else message)


class RefusedError(TranslationError):
    """A legacy request that the legacy API refuses as well, with `code` and HTTP status 400."""

    def __init__(self, code: int, message: str, path: Sequence[str | int] = ()) -> None:
        self.code = code
        self.message = message
        super().__init__(message, path)

    def __reduce__(self) -> tuple[type[RefusedError], tuple[object, ...]]:
        return type(self), (self.code, self.message, self.path)


class NoteError(AutoRAGError):
    """A translation changed or lost something and the policy is ``strict``."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = tuple(notes)
        super().__init__("; ".join(map(str, self.notes)))

    def __reduce__(self) -> tuple[type[NoteError], tuple[object, ...]]:
        return type(self), (self.notes,)


class ConfigurationError(AutoRAGError, ValueError):
    """The client was not told enough, or something that cannot be."""


class APIError(AutoRAGError):
    """The service answered with an error.

    Attributes:
        status: HTTP status, None when no answer came and for what a stream says.
        code: Cloudflare's error code, None when the answer held none.
        errors: The answer's list of errors as it came, on the legacy API's words.
        path: The legacy field that the first error is about, as keys and indexes.
        retry_after: Seconds that the service asked to wait, None when it did not say.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        path: Sequence[str | int] = (),
        errors: Sequence[object] = (),
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.path = tuple(path)
        self.errors = tuple(errors)
        self.retry_after = retry_after
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
    """Too many requests (429): a rate limit, a cool-down (7020) or the monthly quota (7069)."""


class UnavailableError(APIError):
    """The service failed (5xx), could not be reached, or did not answer in time."""


class StreamError(APIError):
    """A stream held an error event or was cut before its end."""
