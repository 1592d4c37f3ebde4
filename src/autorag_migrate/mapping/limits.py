"""What the service bounds, names and asks for beside the fields of its requests and answers."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "AUTH_HEADERS",
    "ITEM_STATUSES",
    "LIMITS",
    "MESSAGE_ROLES",
    "NAME_LENGTH",
    "RESERVED_METADATA",
    "Limit",
]


class Limit(NamedTuple):
    """A bound, on each side; a dash where that side has none."""

    what: str
    legacy: str
    new: str


NAME_LENGTH: Final = {"legacy": 32, "new": 64}
"""Most characters of an instance's name."""

LIMITS: Final = (
    Limit("characters of an instance's name", str(NAME_LENGTH["legacy"]), str(NAME_LENGTH["new"])),
    Limit("requests to the whole API", "1,200 in 5 minutes", "1,200 in 5 minutes"),
    Limit("queries on the free plan", "20,000 a month", "20,000 a month"),
    Limit("files on a page (`per_page`)", "50", "50"),
    Limit("log lines on a page (`per_page`)", "500", "500"),
    Limit("instances of one call", "—", "10"),
    Limit("entries of `custom_metadata`", "—", "2"),
    Limit("entries of `boost_by`", "—", "3, each with a field of at most 64 characters"),
)

AUTH_HEADERS: Final = {
    "token": "Authorization",
    "token_scheme": "Bearer",
    "email": "X-Auth-Email",
    "key": "X-Auth-Key",
}
"""The two ways to authenticate, alike on both sides: a token, or an email address and a key."""

MESSAGE_ROLES: Final = ("system", "developer", "user", "assistant", "tool")
RESERVED_METADATA: Final = ("ai-search", "task", "origin", "cf.*")
"""Keys that `custom_metadata` must not have."""

ITEM_STATUSES: Final = {
    "legacy": ("queued", "running", "completed", "error"),
    "added": ("skipped", "outdated"),
}
"""States of a file; the new API added two."""
