"""What the names of a scope hold at one point of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .strings import flat
from .values import UNKNOWN, Text, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .sites import Site

__all__ = ["Attempt", "Environment", "join", "joined_environment"]

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
    """What is known at one point of a program.

    Attributes:
        names: What names hold.
        failed: The sites whose call is known to have failed.
        stale: Names that may hold what an earlier request gave of a site that was asked again.
        given: Attributes of names, as they are written, that are known not to be None.
    """

    __slots__ = ("failed", "given", "names", "stale")

    def __init__(
        self, names: dict[str, Values] | None = None, failed: frozenset[Site] = frozenset()
    ) -> None:
        self.names = {} if names is None else names
        self.failed = failed
        self.stale: frozenset[str] = frozenset()
        self.given: frozenset[str] = frozenset()

    def copy(self) -> Environment:
        """An environment that can be changed on its own."""
        other = Environment(dict(self.names), self.failed)
        other.stale, other.given = self.stale, self.given
        return other

    def bind(self, name: str, values: Values) -> None:
        """Give a name another value."""
        self.names[name] = values
        self.stale -= {name}
        if self.given:
            self.given = frozenset(x for x in self.given if x.partition(".")[0] != name)

    def same_as(self, other: Environment) -> bool:
        """Whether all is known here that is known there, and nothing else."""
        asked = self.failed == other.failed and self.stale == other.stale
        return asked and self.given == other.given and self.names == other.names


class Attempt:
    """What the body of a ``try`` may have done before an exception.

    Attributes:
        writes: The values that it gave names.
        asked: The sites that it asked.
        stale: Names that it made stale by that.
    """

    __slots__ = ("asked", "stale", "writes")

    def __init__(self) -> None:
        self.writes: dict[str, Values] = {}
        self.asked: set[Site] = set()
        self.stale: set[str] = set()

    def bind(self, name: str, values: Values) -> None:
        """Note a value that a name is given."""
        self.writes[name] = join(self.writes.get(name, frozenset()), values)

    def raised(self, before: Environment) -> Environment:
        """What holds after an exception, which can come after any of the assignments."""
        after = before.copy()
        for name, values in self.writes.items():
            after.bind(name, join(after.names.get(name, frozenset()), values))
        after.stale = before.stale | self.stale
        after.failed = before.failed - self.asked
        return after


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
    found = Environment(names, frozenset.intersection(*(each.failed for each in alive)))
    found.stale = frozenset().union(*(each.stale for each in alive))
    found.given = frozenset.intersection(*(each.given for each in alive))
    return found
