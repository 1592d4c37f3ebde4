"""One requirement, as pip writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NAME", "UnsureError", "is_ours", "requirement_for", "with_extras"]

NAME: Final = "autorag-migrate"
_OURS = re.compile(
    r"(?P<name>\s*autorag[-_.]+migrate)(?P<extras>\s*\[[^\]]*\])?(?P<rest>(?![\w.-]).*)",
    re.IGNORECASE | re.DOTALL,
)


class UnsureError(Exception):
    """A file is not understood well enough to be edited; the message says why."""


def requirement_for(extras: Iterable[str]) -> str:
    """The requirement with these extras; "" stands for the distribution alone."""
    wanted = ",".join(sorted(filter(None, extras)))
    return f"{NAME}[{wanted}]" if wanted else NAME


def is_ours(requirement: str) -> bool:
    """Whether it requires autorag-migrate.

    >>> is_ours("AutoRAG_Migrate>=1"), is_ours("autorag-migrate-x"), is_ours("autorag")
    (True, False, False)
    """
    return _OURS.fullmatch(requirement) is not None


def with_extras(requirement: str, extras: Iterable[str]) -> str:
    """A requirement of ours with these extras as well; as it was where it has them.

    >>> with_extras("autorag-migrate >= 0.1 ; python_version > '3'", {"requests"})
    "autorag-migrate[requests] >= 0.1 ; python_version > '3'"
    """
    found = _OURS.fullmatch(requirement)
    if found is None:
        raise UnsureError(f"{requirement!r} does not require {NAME}")
    known = {extra.strip() for extra in (found["extras"] or "").strip(" []").split(",")} - {""}
    wanted = set(filter(None, extras))
    if wanted <= known:
        return requirement
    return f"{found['name']}[{','.join(sorted(known | wanted))}]{found['rest']}"
