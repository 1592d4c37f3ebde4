"""What an interpretation is made of: rules of libraries and of each kind of thing, and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import libcst as cst

    from .environment import Environment
    from .run import Run
    from .sites import Carry, Send, Site
    from .values import ClassInfo, FunctionInfo, Made, ModuleInfo, Value, Values

__all__ = ["FindModule", "Library", "Loop", "Parts"]

FindModule: TypeAlias = "Callable[[str, str, int], str | None]"
"""The path of a module of the program: from which path it is imported, its name, how many dots.

It is "" for a module of the project that is not interpreted, None for any other.
"""


class Library(Protocol):
    """What the interpretation asks of an HTTP library's rules.

    Attributes:
        package: The first part of the names that it is imported by.
        is_handed_in: Whether its objects come from outside, so that no name says whose they are.
        has_heirs: Whether a class of the program's may be based on one that sends.
    """

    package: str
    is_handed_in: bool
    has_heirs: bool

    def construct(self, run: Run, callee: Value, call: cst.Call, /) -> Made | None:
        """The instance that can send which a call of an imported name, or of a method, makes."""

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """The request that a call sends, None when it sends none."""

    def carry(self, run: Run, callee: Value, call: cst.Call, /) -> Carry | None:
        """How a call sends or hands on a request that was built before, None when it does not."""

    def received(self, run: Run, callee: Value, call: cst.Call, /) -> Values | None:
        """What a call gives that receives the response of a request which was sent before."""

    def annotated(self, name: str, /) -> bool:
        """Whether an annotation by this dotted name is a class whose instances send."""


class Loop:
    """A loop that is being interpreted: whose lines it reads, where it is left."""

    def __init__(self, sites: Iterable[Site] = ()) -> None:
        self.sites = frozenset(sites)
        self.left: list[Environment] = []
        self.broken: list[Environment] = []


class Parts(NamedTuple):
    """The rules, one function for each kind of thing; they call each other through `Run`."""

    expressions: Mapping[type[cst.CSTNode], Callable[[Run, Any], Values]]
    assume: Callable[[Run, cst.BaseExpression, bool], None]
    store: Callable[[Run, cst.CSTNode, Values], None]
    store_attribute: Callable[[Run, cst.CSTNode, ClassInfo, str, Values], None]
    call_function: Callable[[Run, FunctionInfo, Mapping[str, Values], cst.CSTNode], Values]
    call_values: Callable[[Run, FunctionInfo, Sequence[Values], cst.CSTNode], Values]
    call_with: Callable[[Run, FunctionInfo, cst.Call, bool], Values]
    call_lambda: Callable[[Run, cst.Lambda, Sequence[Values]], Values]
    run_body: Callable[[Run, FunctionInfo], bool]
    run_module: Callable[[Run, ModuleInfo], None]
    interpret_once: Callable[[Run, FunctionInfo], None]
    elements_of: Callable[[Run, Values, cst.CSTNode], Values]
