"""Every error of the service: its number, its status and its name on either API."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["INVALID_INPUT", "NO_ROUTE", "ApiError", "envelope_of", "status_of"]

INVALID_INPUT = 7400
"""Malformed input. The service's own number is not public; this one is invented."""

NO_ROUTE = 7000
"""A path that no API has."""


class _Kind(NamedTuple):
    status: int
    legacy: str
    new: str


def _same(status: int, message: str) -> _Kind:
    return _Kind(status, message, message)


_KINDS: dict[int, _Kind] = {
    NO_ROUTE: _same(404, "No route for that URI"),
    INVALID_INPUT: _same(400, "invalid_input"),
    10000: _same(401, "Authentication error"),
    2003: _same(429, "rate_limited"),
    2016: _same(424, "prompt_blocked_by_guardrail"),
    2017: _same(424, "response_blocked_by_guardrail"),
    7001: _same(500, "internal_error"),
    7002: _Kind(404, "autorag_not_found", "ai_search_not_found"),
    7010: _same(400, "invalid_model"),
    7012: _same(400, "invalid_instance_token"),
    7015: _same(400, "or_filter_allows_only_eq"),
    7016: _same(400, "or_filter_allows_only_one_key"),
    7017: _Kind(503, "unable_to_connect_to_autorag", "unable_to_connect_to_ai_search"),
    7018: _same(400, "gateway_not_found"),
    7019: _same(400, "workers_ai_error"),
    7020: _same(429, "sync_in_cooldown"),
    7021: _same(404, "job_not_found"),
    7030: _same(400, "retrieval_timeout"),
    7031: _same(400, "generation_timeout"),
    7032: _Kind(400, "autorag_is_paused", "ai_search_is_paused"),
    7033: _same(502, "gateway_error"),
    7038: _same(400, "messages_are_empty"),
    7039: _same(400, "no_user_message"),
    7041: _same(404, "item_not_found"),
    7049: _same(500, "some_instances_failed"),
    7057: _same(400, "invalid_filter"),
    7058: _same(400, "unknown_filter_field"),
    7063: _same(404, "namespace_not_found"),
    7069: _same(429, "monthly_query_quota_exceeded"),
    7070: _same(400, "retrieval_type_not_available"),
    7071: _same(401, "not_authorized_for_the_index"),
    7073: _same(500, "all_searches_failed"),
    7074: _same(400, "too_many_instances"),
    7078: _same(402, "billing_required"),
    7079: _same(413, "context_window_exceeded"),
    7080: _same(400, "filter_not_serialisable"),
}


class ApiError(Exception):
    """A request that is answered with an error.

    Args:
        code: Number of the error.
        detail: What about this request is wrong; added to the message.
        path: Where in the body the fault stands.
        status: HTTP status, where it is not the usual one of the code.
        retry_after: Seconds for the ``Retry-After`` header.
    """

    def __init__(
        self,
        code: int,
        detail: str = "",
        *,
        path: tuple[str, ...] = (),
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.path = path
        self.status = status_of(code) if status is None else status
        self.retry_after = retry_after


def status_of(code: int) -> int:
    """HTTP status that goes with a code; 500 for an unknown one."""
    kind = _KINDS.get(code)
    return kind.status if kind else 500


def envelope_of(error: ApiError, api: str) -> dict[str, object]:
    """The body of an error.

    Args:
        error: What went wrong.
        api: ``legacy``, ``new`` or ``other``: three messages are spelled differently.

    Returns:
        The envelope that both APIs share.
    """
    kind = _KINDS.get(error.code, _same(500, "unknown_error"))
    message = kind.legacy if api == "legacy" else kind.new
    entry: dict[str, object] = {
        "code": error.code,
        "message": f"{message}: {error.detail}" if error.detail else message,
    }
    if error.path:
        entry["path"] = list(error.path)
    return {"success": False, "errors": [entry], "messages": [], "result": {}}
