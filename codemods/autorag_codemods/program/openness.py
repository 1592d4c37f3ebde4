"""Who else may call a function, and read what it gives: what the program does not show.

An answer is followed out of a function as long as all of its calls are known. It is *open* where
something unknown may call it: a framework that it is registered with, another file that takes it
by name, or nobody at all, which is what a public function of a package looks like from inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from .schema import kind_of
from .tree import dotted, walk
from .values import (
    Answer,
    Body,
    Class,
    Function,
    Line,
    Lines,
    Prepared,
    Response,
    Sequence,
    Symbol,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .run import Run
    from .values import ClassInfo, FunctionInfo

__all__ = [
    "Marks",
    "Opening",
    "holds_answer",
    "is_main_guard",
    "is_plain",
    "is_private",
    "opening",
    "passes_through",
    "retries",
]

_PASSING = frozenset(
    {
        *("builtins.property", "builtins.staticmethod", "builtins.classmethod"),
        *("functools.cached_property", "functools.cache", "functools.lru_cache"),
        *("functools.wraps", "abc.abstractmethod", "typing.override", "typing_extensions.override"),
        *("contextlib.contextmanager", "contextlib.asynccontextmanager"),
        *("typing.no_type_check", "typing.final", "typing.overload", "dataclasses.dataclass"),
        *("streamlit.cache_data", "streamlit.cache_resource"),
    }
)
"""Decorators that hand on what the function returns, to its callers only."""

_RETRYING = {
    "tenacity.retry": frozenset(
        {*("stop", "wait", "reraise", "sleep", "before", "after", "before_sleep", "name")}
    ),
    "stamina.retry": frozenset(
        {*("on", "attempts", "timeout", "wait_initial", "wait_max", "wait_jitter", "wait_exp_base")}
    ),
    "backoff.on_exception": frozenset(
        {*("max_tries", "max_time", "jitter", "base", "factor", "interval", "max_value", "giveup")}
    ),
}
"""Decorators that call again after an exception, and what they may be given for that."""

_ON_EXCEPTION = frozenset(
    f"tenacity.retry_if_{each}" for each in ("exception", "exception_type", "not_exception_type")
)

_PLAIN_BASES = frozenset(
    {
        *("builtins.object", "abc.ABC", "typing.Protocol", "typing.Generic"),
        *("pydantic.BaseModel", "pydantic_settings.BaseSettings", "typing.NamedTuple"),
        *("typing.TypedDict", "enum.Enum", "enum.StrEnum", "builtins.Exception"),
        *("builtins.str", "builtins.dict"),
    }
)
"""Base classes that call no method of a class below them."""


_EMPTY_BASES = frozenset(
    {
        *("builtins.object", "abc.ABC", "typing.Protocol", "typing.Generic"),
        *("builtins.Exception", "builtins.RuntimeError", "builtins.ValueError"),
    }
)
"""Base classes that give an instance no method that reads all of it."""

_BY_INSTANCE = frozenset({"__init__", "__enter__", "__aenter__"})
"""Methods that are called where an instance is made or entered: whoever does so has it anyway."""


class Opening(NamedTuple):
    """Why a function, or a class with its methods, is open, and where that shows.

    `wanted` is the module and the name that another file uses, where that is why.
    """

    node: cst.CSTNode
    how: str
    wanted: tuple[str, str] | None = None


class Marks:
    """Things that were marked in a round, and what the round before had marked.

    As with `Shared`, a question is answered from the round before, or in the first one with
    `assumed`, and all is settled when no answer would be another one now.
    """

    __slots__ = ("_asked", "_assumed", "_given", "_grows", "_known")

    def __init__(self, *, assumed: bool, grows: bool) -> None:
        self._assumed, self._grows = assumed, grows
        self._known: dict[object, Opening | None] | None = None
        self._given: dict[object, Opening | None] = {}
        self._asked: dict[object, bool] = {}

    def add(self, key: object, why: Opening | None = None) -> None:
        """Mark a thing; the first reason stays."""
        self._given.setdefault(key, why)

    def has(self, key: object) -> bool:
        """Whether a thing is marked."""
        found = self._assumed if self._known is None else key in self._known
        self._asked.setdefault(key, found)
        return found

    def given(self) -> list[tuple[object, Opening | None]]:
        """What this round has marked so far, and why."""
        return list(self._given.items())

    def known(self) -> list[object]:
        """What the round before had marked."""
        return list(self._known or ())

    def why(self, key: object) -> Opening | None:
        """The reason that a thing was marked with."""
        return (self._known or {}).get(key)

    @property
    def is_settled(self) -> bool:
        """Whether every answer of this round still holds at its end."""
        return all((key in self._given) is found for key, found in self._asked.items())

    def turn(self) -> None:
        """Begin the next round."""
        self._known, self._given, self._asked = self._given, {}, {}

    def widen(self) -> None:
        """What goes back and forth from round to round stays on the safe side."""
        known = self._known or {}
        if self._grows:
            self._given |= known
        else:
            self._given = {key: why for key, why in self._given.items() if key in known}


def opening(  # noqa: C901 (one reason after the other)
    run: Run, info: FunctionInfo
) -> Opening | None:
    """Why something unknown may call a function, None where every call of it is known."""
    handed = run.facts.handed
    if handed.has(info):
        return handed.why(info) or Opening(info.place or info.node, "is handed on")
    owner = info.owner
    if owner is not None:
        if handed.has(owner) and not is_private(info.name):
            return handed.why(owner) or Opening(owner.node, f"{owner.name} is handed on")
        if not _has_plain_bases(owner):
            return Opening(owner.node, f"{owner.name} inherits from what may call its methods")
    names = [info.name] if info.name != "__init__" else []
    if owner is not None and not is_private(info.name):
        names.append(owner.name)  # who has the class may call any method, by whatever name
    for name in names if info.outer is None else ():
        if user := info.module.opened(name):
            wanted = (info.module.path, name)
            return Opening(info.place or info.node, f"{user} uses {name}", wanted)
    if info.outer is None and run.facts.loose.has(info.name):
        how = f"{info.name}() is called of something that is not known"
        return Opening(info.place or info.node, how)
    if info.name in _BY_INSTANCE:
        return None
    if info.name.startswith("__") and info.name.endswith("__"):
        return Opening(info.place or info.node, f"{info.name}() is called by the language")
    if not run.facts.called.has(info):
        return Opening(info.place or info.node, f"nothing in the project calls {info.name}()")
    return None


def is_private(name: str) -> bool:
    """Whether a name is used inside its module or class only."""
    return name.startswith("_") and not name.endswith("__")


def _has_plain_bases(info: ClassInfo) -> bool:
    for base in info.bases:
        if isinstance(base, Class):
            if not _has_plain_bases(base.info):
                return False
        elif not isinstance(base, Symbol) or base.name not in _PLAIN_BASES:
            return False
    return True


def is_plain(info: ClassInfo) -> bool:
    """Whether a class has no method but those of the program and of the language."""
    return all(
        is_plain(base.info)
        if isinstance(base, Class)
        else isinstance(base, Symbol) and base.name in _EMPTY_BASES
        for base in info.bases
    )


def passes_through(value: Value) -> bool:
    """Whether a decorator is known to leave a function to its callers."""
    if isinstance(value, Function):
        return _is_transparent(value.info)
    return isinstance(value, Symbol) and value.name in _PASSING


def retries(run: Run, callee: Value, call: cst.Call | None) -> bool:
    """Whether a decorator calls the function again, and sees no more of it than its exceptions."""
    if not isinstance(callee, Symbol) or callee.name not in _RETRYING:
        return False
    for argument in call.args if call is not None else ():
        name = argument.keyword.value if argument.keyword is not None else ""
        if argument.star or (not name and callee.name == "tenacity.retry"):
            return False
        if name == "retry" and isinstance(argument.value, cst.Call):
            conditions = run.evaluate(argument.value.func)
            if not all(isinstance(c, Symbol) and c.name in _ON_EXCEPTION for c in conditions):
                return False
        elif name and name not in _RETRYING[callee.name]:
            return False
    return True


def _is_transparent(info: FunctionInfo) -> bool:
    """Whether a decorator of the program's calls what it is given, and hands on what that returns.

    It may be a function that takes its own arguments first and returns such a decorator.
    """
    inner = [each for each in walk(info.node.body) if isinstance(each, cst.FunctionDef)]
    params = (*info.node.params.params, *(p for each in inner[:1] for p in each.params.params))
    return any(_only_called(info.node.body, param.name.value) for param in params)


def _only_called(body: cst.CSTNode, name: str) -> bool:
    """Whether all that is done to a function is ``return f(*args, **kwargs)``, and `wraps`."""
    uses = sum(1 for each in walk(body) if isinstance(each, cst.Name) and each.value == name)
    returned = sum(1 for each in walk(body) if _is_handed_on(each, name))
    wrapped = sum(
        1 for each in walk(body) if isinstance(each, cst.Decorator) and _wraps(each, name)
    )
    taken = sum(1 for each in walk(body) if isinstance(each, cst.Param) and each.name.value == name)
    return returned > 0 and uses == returned + wrapped + taken


def _is_handed_on(node: cst.CSTNode, name: str) -> bool:
    if not isinstance(node, cst.Return):
        return False
    value = node.value.expression if isinstance(node.value, cst.Await) else node.value
    return isinstance(value, cst.Call) and dotted(value.func) == name


def _wraps(node: cst.CSTNode, name: str) -> bool:
    call = node.decorator if isinstance(node, cst.Decorator) else None
    return (
        isinstance(call, cst.Call)
        and dotted(call.func).rpartition(".")[2] == "wraps"
        and [dotted(argument.value) for argument in call.args] == [name]
    )


def holds_answer(values: Iterable[Value]) -> bool:
    """Whether values hold an answer, or a part of one that has parts itself."""
    return any(map(_holds_answer, values))


def _holds_answer(value: Value) -> bool:
    match value:
        case Answer(site, path, event):
            return event or kind_of(site.endpoint or "", path) in {"object", "list"}
        case Sequence(element):
            return holds_answer(element)
        case Tuple(elements):
            return any(map(holds_answer, elements))
    return isinstance(value, (Response, Body, Line, Lines, Prepared))


def is_main_guard(node: cst.If) -> bool:
    """``if __name__ == "__main__":``, where a module shows how it is used."""
    test = node.test
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return False
    sides = (test.left, test.comparisons[0].comparator)
    return any(dotted(side) == "__name__" for side in sides)
