"""What has the same name and is not the legacy API: this tool, and other products."""

from __future__ import annotations

import re

__all__ = ["is_adapter", "is_product"]

_ADAPTER = re.compile(r"autorag[-_](?:migrate|codemods)", re.IGNORECASE)
_PRODUCT = re.compile(
    r"(?:Marker-Inc-Korea/|markrai/|pip3? install (?:-\S+ )*)$",
    re.IGNORECASE,
)
_REQUIRED = re.compile(r"""^\s*(?:-\s+)?["']?$""")
_VERSION = re.compile(
    r"""autorag(?:\[[\w, -]*\])?\s*(?:[<>=!~]=|[<>]|["']?\s*=\s*["'{]|;|@|$)""", re.IGNORECASE
)


def is_adapter(text: str, start: int) -> bool:
    """Whether a trace is the name of this tool."""
    return _ADAPTER.match(text, start) is not None


def is_product(line: str, column: int, *, of_requirements: bool) -> bool:
    """Whether a trace names another project's library.

    Args:
        line: The whole line.
        column: Where the trace begins, from 1.
        of_requirements: Whether the file lists what a project depends on.
    """
    before, behind = line[: column - 1], line[column - 1 :]
    if _PRODUCT.search(before):
        return True
    return of_requirements and bool(_REQUIRED.match(before) and _VERSION.match(behind.rstrip()))
