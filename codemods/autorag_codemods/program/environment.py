"""What the names of a scope hold at one point of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .strings import flat
from .values import UNKNOWN, Text, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .sites import Site

__all__ = ["Environment", "join", "joined_environment"]

_MOST_ALTERNATIVES = 8


def join(*many: Values) -> Values:
    """All alternatives; what has too many is also unknown."""
    result: Values = frozenset().union(*many)
    if len(result) > _MOST_ALTERNATIVES and not result >= UNKNOWN:
        # Nothing that is followed may be lost: only what is said about strings becomes vague.
        texts = sorted((v for v in result if isinstance(v, Text)), key=flat)
        dropped = [text for text in texts if not _may_change(text)][_MOST_ALTERNATIVES:]
        result = (result - frozenset(dropped)) | UNKNOWN
    return result


def _may_change(text: Text) -> bool:
    """Whether a string may hold something of a URL that another use of it would change."""
    known = flat(text).lower()
    return "rag" in known or "search" in known


class Environment:
    """Values of names, and the sites whose call is known to have failed here.

    `stale` are names that may hold what an earlier request gave of a site that was asked again.
    """

    __slots__ = ("failed", "names", "stale")

    def __init__(
        self,
        names: dict[str, Values] | None = None,
        failed: frozenset[Site] = frozenset(),
        stale: frozenset[str] = frozenset(),
    ) -> None:
        self.names = {} if names is None else names
        self.failed = failed
        self.stale = stale

    def copy(self) -> Environment:
        """An environment that can be changed on its own."""
        return Environment(dict(self.names), self.failed, self.stale)

    def same_as(self, other: Environment) -> bool:
        """Whether all is known here that is known there, and nothing else."""
        asked = self.failed == other.failed and self.stale == other.stale
        return asked and self.names == other.names


def joined_environment(environments: Iterable[Environment | None]) -> Environment | None:
    """What holds after one of several ways; None stands for a way that does not arrive."""
    alive = [environment for environment in environments if environment is not None]
    if not alive:
        return None
    if len(alive) == 1:
        return alive[0]
    names: dict[str, Values] = {}
    for environment in alive:
        for name, values in environment.names.items():
            known = names.get(name)
            names[name] = values if known is None or known is values else join(known, values)
    failed = frozenset.intersection(*(environment.failed for environment in alive))
    stale = frozenset().union(*(environment.stale for environment in alive))
    return Environment(names, failed, stale)
