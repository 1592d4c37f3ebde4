"""When a call is sent again, and how long to wait before; without IO."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import httpx

from autorag_migrate.errors import RateLimitedError, StreamError
from autorag_migrate.mapping import QUOTA_USED, SYNC_COOLDOWN

if TYPE_CHECKING:
    from autorag_migrate.errors import APIError

__all__ = ["Retries"]

_FIRST_PAUSE = 0.5
_DOUBLINGS = 10
# Both outlast any pause.
_LASTING = frozenset((QUOTA_USED, SYNC_COOLDOWN))
_REFUSED_EARLY = 503
_BAD_GATEWAYS = frozenset((502, 504))
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout)
_BROKEN_OFF = (httpx.NetworkError, httpx.RemoteProtocolError)


class Retries(NamedTuple):
    """How often a call may be sent again.

    Attributes:
        most: Retries of one call.
        longest: Longest pause before one of them, in seconds.
    """

    most: int
    longest: float

    def pause(self, attempt: int, error: APIError, *, safe: bool) -> float | None:
        """Seconds to wait before the next attempt, or None when there is to be none.

        The service's own wish is granted or, when it is longer than allowed, ends the call:
        coming back earlier would only be refused again.

        Args:
            attempt: How many retries there were.
            error: What became of the last attempt.
            safe: Whether the call may be carried out twice.
        """
        if attempt >= self.most or not _passes(error, safe=safe):
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.longest else None
        pause = _FIRST_PAUSE * (1 << min(attempt, _DOUBLINGS))
        return min(self.longest, pause * random.uniform(0.5, 1))  # noqa: S311 (no secret)


def _passes(error: APIError, *, safe: bool) -> bool:
    """Whether the same call may succeed a moment later.

    An answer that did not come in time is not asked for again: it would take as long again.
    """
    cause = error.__cause__
    if isinstance(error, StreamError) or error.code in _LASTING:
        return False
    if isinstance(cause, _NEVER_SENT) or isinstance(error, RateLimitedError):
        return True
    if error.status == _REFUSED_EARLY:
        return True
    return safe and (error.status in _BAD_GATEWAYS or isinstance(cause, _BROKEN_OFF))
