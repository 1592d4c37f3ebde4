"""Error codes and messages."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ERRORS", "PATH_PREFIX", "PAUSED", "QUOTA_USED", "SYNC_COOLDOWN", "ErrorCode"]


class ErrorCode(NamedTuple):
    """One error code; the numbers are the same on both APIs, three messages change a word."""

    code: int
    status: int
    means: str
    legacy_message: str | None = None
    new_message: str | None = None


ERRORS: Final = (
    ErrorCode(2003, 429, "rate limited"),
    ErrorCode(2016, 424, "blocked by a guardrail"),
    ErrorCode(2017, 424, "blocked by a guardrail"),
    ErrorCode(7001, 500, "internal error"),
    ErrorCode(7002, 404, "instance not found", "autorag_not_found", "ai_search_not_found"),
    ErrorCode(7010, 400, "invalid model"),
    ErrorCode(7012, 400, "the instance's token is invalid"),
    ErrorCode(7015, 400, "an `or` filter with an operator other than `eq`"),
    ErrorCode(7016, 400, "an `or` filter over more than one key"),
    ErrorCode(
        7017,
        503,
        "unable to connect",
        "unable_to_connect_to_autorag",
        "unable_to_connect_to_ai_search",
    ),
    ErrorCode(7018, 400, "gateway not found"),
    ErrorCode(7019, 400, "Workers AI error"),
    ErrorCode(7020, 429, "a sync is in its cool-down"),
    ErrorCode(7021, 404, "job not found"),
    ErrorCode(7030, 400, "timed out"),
    ErrorCode(7031, 400, "timed out"),
    ErrorCode(7032, 400, "instance paused", "autorag_is_paused", "ai_search_is_paused"),
    ErrorCode(7033, 502, "gateway error"),
    ErrorCode(7038, 400, "no user message"),
    ErrorCode(7039, 400, "no user message"),
    ErrorCode(7041, 404, "item not found"),
    ErrorCode(7049, 500, "some instances failed"),
    ErrorCode(7057, 400, "invalid filter"),
    ErrorCode(7058, 400, "filter on an unknown field"),
    ErrorCode(7063, 404, "namespace not found"),
    ErrorCode(7069, 429, "monthly quota used up"),
    ErrorCode(7070, 400, "retrieval type not available"),
    ErrorCode(7071, 401, "not authorised for the index"),
    ErrorCode(7073, 500, "all searches failed"),
    ErrorCode(7074, 400, "too many instances"),
    ErrorCode(7078, 402, "billing"),
    ErrorCode(7079, 413, "context window exceeded"),
    ErrorCode(7080, 400, "filter not serialisable"),
    ErrorCode(10000, 401, "authentication"),
)

PAUSED: Final = 7032
QUOTA_USED: Final = 7069
SYNC_COOLDOWN: Final = 7020

PATH_PREFIX: Final = "body"
"""What the path of a field in an error may begin with."""
