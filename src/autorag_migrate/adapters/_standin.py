"""What lets a test that patches a library's sender reach the callers of a stand-in as well.

A test says ``patch("requests.post")``, or ``patch("app.requests.post")`` where `app` has the
stand-in for requests. Both mean one sender, as they did when `app` imported requests itself. So a
sender of a stand-in is read and written where the library keeps its own: whatever was put there
comes out, and ours in place of what has always been there. A name that a caller imported
(``from … import post``) stays what it was, as it does with the library.
"""

# ruff: noqa: SLF001 (a stand-in's own words for its metaclass)

from __future__ import annotations

import inspect
import sys
from abc import ABCMeta
from types import FunctionType, ModuleType, new_class
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Maker", "Sender", "of_class", "own", "stand_in"]

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


def of_class(instance: object, name: str) -> Any:
    """The method of an instance that has one of its own by this name: its class's, or a patch."""
    kind = type(instance)
    found = inspect.getattr_static(kind, name)
    return found.__get__(instance, kind) if hasattr(found, "__get__") else found


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


# What a stand-in answers for itself; all else that is asked of it is asked of the library's class.
_OWN = frozenset(("__class__", "__module__", "__name__", "__qualname__", "_adapt", "_plain"))
OURS = frozenset(("settings", "api_base_url", "on_note"))
"""The arguments that every adapter takes beside the library's."""


# ABCMeta: of all metaclasses it is the one that callers' mixins have.
class Maker(ABCMeta):
    """Makes a class stand in for one that its library does not want to be inherited from.

    Calling it gives an instance of the library's own class, adapted. A test that patches a method
    of it patches the library's, and a caller's subclass inherits from the library's class, as it
    did; its instances are adapted too.

    The class names what it stands for as `_plain`, and has ``_adapt(instance, **ours)``, which does
    nothing to an instance that is adapted.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], **more: Any) -> Any:
        """A stand-in, or the class of a caller who inherits from one."""
        if not any(isinstance(base, Maker) for base in bases):
            # What ABCMeta would add is kept by `isinstance`, which asks the library's class here.
            return type.__new__(cls, name, bases, space)
        real: list[Any] = []
        for base in bases:
            real += [_adapting(base), base._plain] if isinstance(base, Maker) else [base]
        return new_class(name, tuple(real), more, lambda made: made.update(space))

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        ours = {name: kwargs.pop(name) for name in OURS & kwargs.keys()}
        made = cls._plain(*args, **kwargs)
        return cls._adapt(made, **ours)

    def __instancecheck__(cls, instance: object) -> bool:
        # A double says that it is what it was told to be like.
        return isinstance(instance, cls._plain) or instance.__class__ is cls

    def __subclasscheck__(cls, kind: type) -> bool:
        return kind is cls or issubclass(kind, cls._plain)

    def __getattribute__(cls, name: str) -> Any:
        if name in _OWN:
            return super().__getattribute__(name)
        if name == "__init__":
            return _adapting(cls).__init__  # type: ignore[misc]
        plain = super().__getattribute__("_plain")
        return inspect.signature(plain) if name == "__signature__" else getattr(plain, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        setattr(cls._plain, name, value)

    def __delattr__(cls, name: str) -> None:
        delattr(cls._plain, name)

    def __dir__(cls) -> list[str]:
        return dir(cls._plain)


def _adapting(stand_in: Any) -> type:
    """What a caller's subclass inherits, before the library's class."""

    class Adapting:
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            ours = {name: kwargs.pop(name) for name in OURS & kwargs.keys()}
            if isinstance(self, Adapting):
                super().__init__(*args, **kwargs)
            else:  # called by its name: ``ClientSession.__init__(self)``
                stand_in._plain.__init__(self, *args, **kwargs)
            stand_in._adapt(self, **ours)

    return Adapting
