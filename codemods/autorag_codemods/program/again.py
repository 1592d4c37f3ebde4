"""Whether a value is of the request that is known to have failed, or of another one of its site.

A site may be reached again and again: by a helper that is called twice, in a loop, by the next call
of a method. What is known of a failure is known of one answer, and others may be at hand: those of
requests that went well, kept for such a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import (
    Answer,
    Body,
    Line,
    Lines,
    Made,
    Method,
    Response,
    Sequence,
    Tuple,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from .run import Run
    from .sites import Site
    from .values import FunctionInfo

__all__ = ["Givers", "may_be_another", "note_given", "refresh"]


class Givers:
    """The calls in each function that give answers of a site which they were not given.

    They are never fewer than before. What is asked is whether there are none, one, or several.
    """

    __slots__ = ("_asked", "_calls")

    def __init__(self) -> None:
        self._calls: dict[object, set[cst.Call]] = {}
        self._asked: dict[object, int] = {}

    def add(self, key: tuple[Site, FunctionInfo | None], call: cst.Call) -> None:
        """Note a call."""
        self._calls.setdefault(key, set()).add(call)

    def number(self, key: tuple[Site, FunctionInfo | None]) -> int:
        """How many there are, 2 for all that are more."""
        found = self._number(key)
        self._asked.setdefault(key, found)
        return found

    def _number(self, key: object) -> int:
        return min(len(self._calls.get(key, ())), 2)

    @property
    def is_settled(self) -> bool:
        """Whether every answer of this round still holds at its end."""
        return all(self._number(key) == found for key, found in self._asked.items())

    def turn(self) -> None:
        """Begin the next round."""
        self._asked = {}


def refresh(run: Run, values: Values) -> Values:
    """The values, which come from where those of other requests may be: none is known to fail."""
    if run.environment.failed:
        run.environment.failed = run.environment.failed.difference(_sites_of(values))
    return values


def note_given(run: Run, node: cst.Call, callees: Values, result: Values) -> None:
    """Note that a call sends, as far as what it gives is no part of what it was given."""
    sites = set(_sites_of(result))
    if not sites:
        return
    for callee in callees:
        if isinstance(callee, Method):
            sites.difference_update(_sites_of([callee.owner]))
    for argument in node.args if sites else ():
        sites.difference_update(_sites_of(run.evaluate(argument.value)))
    for site in sites:
        run.facts.givers.add((site, run.function), node)
    environment = run.environment
    environment.failed = environment.failed.difference(sites)
    # A name of the response itself is what is asked whether it failed.
    stale = {
        name
        for name, values in environment.names.items()
        if any(
            not isinstance(value, Response) and not sites.isdisjoint(_sites_of([value]))
            for value in values
        )
    }
    environment.stale |= stale
    for attempt in run.tries:
        attempt.asked |= sites
        attempt.stale |= stale


def may_be_another(run: Run, site: Site) -> bool:
    """Whether an answer of a site that is at hand here may be of another request than the last."""
    givers = run.facts.givers.number((site, run.function))
    if givers > 1:
        return True
    seen: set[tuple[type, object]] = set()
    for values in run.environment.names.values():
        ours = [value for value in values if _site_of(value) is site]
        if ours and len(ours) < len(values):
            return True  # what an earlier pass of a loop left
        kinds = {(type(value), getattr(value, "path", None)) for value in ours}
        if not kinds.isdisjoint(seen):
            return True  # two answers side by side
        seen |= kinds
    return givers > 0 and _is_given(run, site)


def _is_given(run: Run, site: Site) -> bool:
    if run.function is None:
        return False
    arguments = run.function.arguments
    return any(site in _sites_of(arguments.get(name) or ()) for name in arguments.known_names())


def _site_of(value: Value) -> Site | None:
    return value.site if isinstance(value, (Answer, Response, Body, Lines)) else None


def _sites_of(values: Iterable[Value]) -> Iterator[Site]:
    for value in values:
        match value:
            case Answer(site) | Response(site) | Body(site) | Lines(site) | Line(site):
                yield site
            case Sequence(element):
                yield from _sites_of(element)
            case Tuple(elements):
                for each in elements:
                    yield from _sites_of(each)
            case Made(base=base) if base:
                yield from _sites_of(base)
