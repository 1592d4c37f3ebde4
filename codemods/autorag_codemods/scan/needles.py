"""The cheapest question of all: can these bytes matter?"""

from __future__ import annotations

from autorag_migrate.mapping import NEEDLES

__all__ = ["may_matter"]


def may_matter(raw: bytes) -> bool:
    """Whether `raw` holds one of the table's needles, in any case.

    >>> may_matter(b"client.autoRAG('docs')")
    True
    """
    lowered = raw.lower()
    return any(needle in lowered for needle in NEEDLES)
