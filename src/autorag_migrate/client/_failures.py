"""Answers that are errors, as exceptions; without IO."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import TYPE_CHECKING, Any

from autorag_migrate.errors import (
    APIError,
    BadRequestError,
    NotFoundError,
    PausedError,
    RateLimitedError,
    StreamError,
    UnauthorizedError,
    UnavailableError,
)
from autorag_migrate.mapping import ENVELOPE, ERRORS, PATH_PREFIX, PAUSED, SCOPE_HINT, STREAM
from autorag_migrate.translate import error_to_legacy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["failure", "retry_after", "stream_failure"]

_STATUSES = {row.code: row.status for row in ERRORS}
_CLASSES: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: UnauthorizedError,
    404: NotFoundError,
    429: RateLimitedError,
}


def failure(status: int, headers: Mapping[str, str], body: object) -> APIError:
    """The exception that an answer is.

    Args:
        status: HTTP status.
        headers: The answer's headers.
        body: The decoded answer, None when it is no JSON.
    """
    errors, message, code, path = _said(body)
    # An answer with status 200 can say that it failed: its code says how.
    meant = status if status >= HTTPStatus.BAD_REQUEST else _STATUSES.get(code or 0, status)
    kind = PausedError if code == PAUSED else _CLASSES.get(meant, APIError)
    if kind is APIError and meant >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = UnavailableError
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        message = "the service redirects, which is not followed"
    elif not message:
        message = "the service gave no reason that can be read"
    text = f"{_shown(status)}: {message}"
    if code is not None:
        text += f" (code {code})"
    if path:
        text += f", about {'.'.join(map(str, path))}"
    if kind is UnauthorizedError:
        text += f"; {SCOPE_HINT}"
    return kind(
        text,
        status=status,
        code=code,
        path=path,
        errors=errors,
        retry_after=retry_after(headers.get("retry-after")),
    )


def stream_failure(event: dict[str, Any]) -> StreamError:
    """The exception that an error event is."""
    errors, message, code, path = _said(event)
    inner = event.get(STREAM["error_event"])
    if not errors and inner:
        errors = [inner]
        _, message, code, path = _said({ENVELOPE["errors"]: errors})
    text = message or "the service gave no reason that can be read"
    if code is not None:
        text += f" (code {code})"
    return StreamError(f"the answer broke off: {text}", code=code, path=path, errors=errors)


def _said(body: object) -> tuple[Sequence[Any], str, int | None, Sequence[str | int]]:
    """What an envelope says in the legacy API's words: its errors, and of the first the rest."""
    envelope = error_to_legacy(body).body if isinstance(body, dict) else {}
    errors = envelope.get(ENVELOPE["errors"])
    if not isinstance(errors, list) or not errors:
        return (), "", None, ()
    first = errors[0]
    if not isinstance(first, dict):
        return errors, str(first), None, ()
    message, code = first.get(ENVELOPE["message"]), first.get(ENVELOPE["code"])
    path = first.get(ENVELOPE["path"])
    path = path if isinstance(path, list) else []
    steps = [step for step in path if isinstance(step, (str, int))]
    return (
        errors,
        message if isinstance(message, str) else "",
        code if isinstance(code, int) else None,
        steps[1:] if steps[:1] == [PATH_PREFIX] else steps,
    )


def _shown(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a ``Retry-After`` header, which is a number of them or a date.

    Args:
        value: The header, None when there is none.
        now: The time that a date is compared to.

    Returns:
        None for what is neither; never less than zero.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        seconds = (moment - (now or datetime.now(timezone.utc))).total_seconds()
    return max(seconds, 0.0) if isfinite(seconds) else None
