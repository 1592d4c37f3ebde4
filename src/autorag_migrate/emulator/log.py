"""What was asked, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autorag_migrate.emulator.meaning import Meaning

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LogEntry", "without_credentials"]

# Those that are known to hold none; a secret can stand under any other name.
_HARMLESS = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    )
)
_HIDDEN = "[hidden]"


@dataclass(frozen=True)
class LogEntry:
    """One request.

    Attributes:
        api: ``legacy``, ``new`` or ``other``.
        endpoint: The end of the path: ``search``, ``ai-search``, ``chat``, ``sync``, ``jobs`` ….
        method: In capitals.
        path: Without the query.
        query: The query, one value for each name.
        body: Parsed JSON, or ``None`` where there is none.
        headers: Without credentials, lower-case names.
        status: HTTP status of the answer.
        error_code: Code of the first error in the answer.
        defects: What was wrong with the request, even where it was answered.
        meaning: What was asked, independent of the API; ``None`` for other endpoints and for
            requests that could not be read.
        faults: Names of the faults that were acted out.
    """

    api: str
    endpoint: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    error_code: int | None = None
    defects: list[str] = field(default_factory=list)
    meaning: Meaning | None = None
    faults: tuple[str, ...] = ()

    @property
    def user_agent(self) -> str:
        """Who says to have sent it; empty when nobody does."""
        return self.headers.get("user-agent", "")


def without_credentials(headers: Mapping[str, str], secrets: tuple[str, ...]) -> dict[str, str]:
    """Copy the headers that are known to open no door.

    Args:
        headers: As they came.
        secrets: Values that must not show anywhere.
    """
    kept: dict[str, str] = {}
    for name, value in headers.items():
        shown = value
        for secret in secrets:
            shown = shown.replace(secret, _HIDDEN)
        if name.lower() in _HARMLESS:
            kept[name] = shown
    return kept
