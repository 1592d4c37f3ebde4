"""What lets a test that patches a library's sender reach the callers of a stand-in as well.

A test says ``patch("requests.post")``, or ``patch("app.requests.post")`` where `app` has the
stand-in for requests. Both mean one sender, as they did when `app` imported requests itself. So a
sender of a stand-in is read and written where the library keeps its own: whatever was put there
comes out, and ours in place of what has always been there. A name that a caller imported
(``from … import post``) stays what it was, as it does with the library.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Sender", "own", "stand_in"]

Ours = TypeVar("Ours")


def own(name: str, *places: ModuleType) -> Any:
    """What the library has as `name`, though a test may patch it while we are first imported.

    Args:
        name: A class or a function.
        places: The modules that know it by this name, the one that defines it first.
    """
    found = [vars(place)[name] for place in places if name in vars(place)]
    for each in found:
        if isinstance(each, type | FunctionType) and _top(each.__module__) == _top(
            places[0].__name__
        ):
            return each
    return found[0]


def _top(module: str) -> str:
    return module.partition(".")[0]


class Sender(Generic[Ours]):
    """A sender that may be patched, also as an attribute of a stand-in.

    Args:
        place: The module of the library where it is looked up.
        name: Its name there.
        plain: What has always been there.
        ours: What stands in for it.
    """

    def __init__(self, place: ModuleType, name: str, plain: Any, ours: Ours) -> None:
        self._place = place
        self._name = name
        self._plain = plain
        self._ours = ours

    def now(self) -> Ours:
        """Ours, or what somebody put in the place of the library's."""
        found: Ours = getattr(self._place, self._name)
        return self._ours if found is self._plain else found

    def __get__(self, module: ModuleType, kind: type | None = None) -> Ours:
        return self.now()

    def __set__(self, module: ModuleType, value: Any) -> None:
        setattr(self._place, self._name, self._plain if value is self._ours else value)

    def __delete__(self, module: ModuleType) -> None:
        delattr(self._place, self._name)


def stand_in(name: str, library: ModuleType, names: Iterable[str], *places: ModuleType) -> None:
    """Make module `name` share its senders `names` with `library`, which has them of `places`."""
    module = sys.modules[name]
    senders = {
        each: Sender(library, each, own(each, *places, library), vars(module)[each])
        for each in names
    }
    # Only the attributes of a class hear of an assignment to what they are looked up on.
    module.__class__ = type("StandIn", (ModuleType,), senders)
