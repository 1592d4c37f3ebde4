"""Abstract values: what an expression of the program may be, as far as it can be told.

The value of an expression is a set of alternatives (`Values`): a branch that assigns a name twice
gives two. Whatever is not understood is `Unknown`. Nodes and sites compare by identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import libcst as cst

    from .sites import Site

__all__ = [
    "NONE",
    "UNKNOWN",
    "Answer",
    "Body",
    "Class",
    "ClassInfo",
    "Const",
    "Dict",
    "DictObject",
    "Dumped",
    "Entry",
    "Function",
    "FunctionInfo",
    "Hole",
    "Line",
    "Lines",
    "ListObject",
    "Made",
    "Method",
    "Module",
    "ModuleInfo",
    "Partial",
    "Piece",
    "Prepared",
    "Response",
    "Self",
    "Sequence",
    "Shared",
    "Super",
    "Symbol",
    "Text",
    "Tuple",
    "Unknown",
    "Value",
    "Values",
    "const",
    "is_harmless",
    "may_be_none",
    "one",
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything.

    `kind` is the type's name where an annotation or a conversion says it; `hinted` is true where
    the name it comes from speaks of AutoRAG.
    """

    maybe_none: bool = False
    kind: str = ""
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Const:
    """None, a number, a boolean or bytes. `kind` keeps 1 and True apart."""

    value: object
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a string, and the literal that holds it from `offset` on.

    `exact` is false where the literal spells it with escapes, so that it cannot be edited there;
    `node` is None for a separator that no literal holds.
    """

    text: str
    node: cst.CSTNode | None
    offset: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Hole:
    """Part of a string that is not known; `node` is the expression that gives it."""

    node: cst.CSTNode | None
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A string with holes."""

    pieces: tuple[Piece | Hole, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something imported, or a builtin, by its dotted name; `imported` is the statement's alias."""

    name: str
    imported: cst.CSTNode | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """An instance of a library's class; `call` is None where only an annotation says so.

    `inherits` is true for one of a class of the module that is based on the library's.
    """

    symbol: Symbol
    call: cst.Call | None
    base: Values | None = None
    inherits: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether it is made in this module."""
        return self.call is not None or self.inherits


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial(callee, …)``: a function with some of its arguments."""

    callee: Value
    call: cst.Call


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of a value that is about to be called."""

    owner: Value
    name: str


class Shared:
    """Values that one part of a module gives and others read, by name.

    In the first round a read sees what was given so far, later what the round before gave, so that
    no order of functions is better than another. It is settled when every read saw all of it.
    """

    __slots__ = ("_given", "_known", "_read", "_wide", "lost")

    def __init__(self) -> None:
        self._known: dict[str, Values] | None = None
        self._given: dict[str, Values] = {}
        self._read: dict[str, Values | None] = {}
        self._wide: set[str] = set()
        self.lost: list[Value] = []

    def get(self, name: str) -> Values | None:
        """What is known of a name."""
        values = (self._given if self._known is None else self._known).get(name)
        # A name that was read twice with different results is as unsettled as with the first.
        self._read.setdefault(name, values)
        return values

    def give(self, name: str, values: Values) -> None:
        """Add alternatives."""
        if name in self._wide:
            values = self._widened(values)
        known = self._given.get(name)
        self._given[name] = values if known is None or known is values else known | values

    def known_names(self) -> list[str]:
        """The names that there are, as far as a round may know."""
        return list(self._given if self._known is None else self._known)

    def given(self) -> Mapping[str, Values]:
        """What this round has given so far."""
        return self._given

    @property
    def is_settled(self) -> bool:
        """Whether all that was read in this round was all that it gave."""
        return all(self._given.get(name) == values for name, values in self._read.items())

    def turn(self) -> None:
        """Begin the next round."""
        self._known, self._given, self._read = self._given, {}, {}
        self.lost = []

    def widen(self) -> None:
        """What still grows from round to round (a string that is added to itself) is anything."""
        for name, values in self._given.items():
            new = values - (self._known or {}).get(name, frozenset())
            if any(isinstance(value, (Text, Tuple, Sequence)) for value in new):
                self._wide.add(name)
                self._given[name] = self._widened(values)

    def _widened(self, values: Values) -> Values:
        grown = [value for value in values if isinstance(value, (Text, Tuple, Sequence))]
        self.lost += grown
        return frozenset(values - frozenset(grown)) | UNKNOWN if grown else values


@dataclass(eq=False, slots=True)
class ModuleInfo:
    """A module of the program: what its names hold, and who else uses one of them."""

    path: str
    node: cst.Module
    opened: Callable[[str], str]
    names: Shared = field(default_factory=Shared)

    @property
    def is_script(self) -> bool:
        """Whether its first line says what runs it."""
        comment = self.node.header[0].comment if self.node.header else None
        return comment is not None and comment.value.startswith("#!")


@dataclass(eq=False, slots=True)
class FunctionInfo:
    """A function of the program and what is known about its calls; `returns` has one name: "".

    `place` is the lambda that it is made of, where it is one.
    """

    name: str
    node: cst.FunctionDef
    module: ModuleInfo
    outer: FunctionInfo | None
    owner: ClassInfo | None
    decorators: tuple[str, ...] = ()
    place: cst.CSTNode | None = None
    returns: Shared = field(default_factory=Shared)
    arguments: Shared = field(default_factory=Shared)
    names: Shared = field(default_factory=Shared)


@dataclass(eq=False, slots=True)
class ClassInfo:
    """A class of the program.

    `attributes` joins what its body and its methods assign, `assigned` is what instances are given.
    """

    name: str
    node: cst.ClassDef
    module: ModuleInfo
    attributes: Shared = field(default_factory=Shared)
    assigned: Shared = field(default_factory=Shared)
    methods: dict[str, FunctionInfo] = field(default_factory=dict)
    bases: tuple[Value, ...] = ()
    subclasses: set[ClassInfo] = field(default_factory=set)
    decorators: tuple[str, ...] = ()

    def below(self) -> set[ClassInfo]:
        """The classes of the module that inherit from it: an instance may be one of theirs."""
        found: set[ClassInfo] = set()
        todo = list(self.subclasses)
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                todo += each.subclasses
        return found


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the program."""

    info: ModuleInfo


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a bound method of the module."""

    info: FunctionInfo
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the module."""

    info: ClassInfo


@dataclass(frozen=True, slots=True)
class Self:
    """An instance of a class of the module."""

    info: ClassInfo


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` in a class of the program."""

    info: ClassInfo


@dataclass(eq=False, slots=True)
class Entry:
    """A key of a dict and where it was given: an element of the literal or an assignment.

    `spelled` is how its value is read where it was spread from another dict; `when` is the
    ``{…} if … else {}`` whose condition it depends on.
    """

    key: str
    value_node: cst.BaseExpression
    value: Values
    where: cst.CSTNode
    literal: bool
    spelled: str = ""
    when: cst.IfExp | None = None


@dataclass(eq=False, slots=True)
class DictObject:
    """A dict made at one place of the program, with all that is done to it.

    `dynamic` names the first thing that makes its keys and values uncertain, `loose` the first one
    that makes only its keys so, `escaped` the first place where it goes to something unknown,
    `read` the first one where a key of it is read. What is `held` are answers, by "=key", "?" for
    keys that are not known, and "*" for all of them; `default` is what a missing key gives.
    """

    node: cst.Dict | cst.Call | cst.DictComp | cst.BinaryOperation
    entries: dict[cst.CSTNode, Entry] = field(default_factory=dict)
    dynamic: tuple[cst.CSTNode, str] | None = None
    loose: tuple[cst.CSTNode, str] | None = None
    escaped: tuple[cst.CSTNode, str] | None = None
    read: cst.CSTNode | None = None
    # Dicts that were spread into it, with their expressions, and whether it was into another.
    spreads: dict[cst.CSTNode, tuple[cst.BaseExpression, DictObject]] = field(default_factory=dict)
    is_spread: bool = False
    # Where a key is taken out, and where one that is known is read.
    removed: dict[cst.CSTNode, str] = field(default_factory=dict)
    reads: dict[cst.BaseExpression, str] = field(default_factory=dict)
    held: Shared = field(default_factory=Shared)
    default: Values = frozenset()
    # What the round before knew of it, and what was asked in this one: it may be asked before the
    # place where it is made has its turn.
    _before: dict[str, Values] = field(default_factory=dict)
    _was_uncertain: bool = False
    _asked: dict[str, Values] = field(default_factory=dict)
    _asked_empty: bool = False
    _asked_certain: bool = False

    def given(self, key: str) -> Values:
        """What a key was given, as far as this round and the one before know."""
        found = self._given(key) | self._before.get(key, frozenset())
        self._asked.setdefault(key, found)
        return found

    def _given(self, key: str) -> Values:
        values = (entry.value for entry in self.entries.values() if entry.key == key)
        found = frozenset[Value]().union(*values)
        is_below = any(entry.key.startswith(f"{key}.") for entry in self.entries.values())
        return found | UNKNOWN if is_below else found

    @property
    def is_empty(self) -> bool:
        """Whether nothing is ever put into it."""
        empty = not (self._before or self._was_uncertain or self._is_filled)
        self._asked_empty = self._asked_empty or empty
        return empty

    @property
    def _is_filled(self) -> bool:
        return bool(self.entries or self.dynamic or self.loose or self.spreads or self.holds)

    @property
    def is_uncertain(self) -> bool:
        """Whether a key may have another value than what it was given here."""
        uncertain = bool(self.dynamic or self.escaped or self._was_uncertain)
        self._asked_certain = self._asked_certain or not uncertain
        return uncertain

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked in this round is so at its end."""
        if self._asked_empty and self._is_filled:
            return False
        if self._asked_certain and (self.dynamic or self.escaped):
            return False
        return all(self._given(key) == found for key, found in self._asked.items())

    @property
    def is_partial(self) -> bool:
        """Whether a key of its literal is only there under a condition."""
        return any(entry.when is not None for entry in self.entries.values())

    @property
    def holds(self) -> bool:
        """Whether answers are put into it."""
        return bool(self.default) or self.held.get("*") is not None

    def turn(self) -> None:
        """Begin the next round."""
        self._before = {entry.key: self._given(entry.key) for entry in self.entries.values()}
        self._was_uncertain = bool(self.dynamic or self.escaped)
        self._asked, self._asked_empty, self._asked_certain = {}, False, False
        for each in (self.entries, self.spreads, self.removed, self.reads):
            each.clear()
        self.is_spread = False
        self.dynamic = self.loose = self.escaped = self.read = None


@dataclass(eq=False, slots=True)
class ListObject:
    """A list made at one place of the program, with what is put into it; `added` has one name: "".

    `escaped` is the first place where it goes to something unknown.
    """

    added: Shared = field(default_factory=Shared)
    escaped: tuple[cst.CSTNode, str] | None = None

    def clear(self) -> None:
        """Forget what is known of it."""
        self.escaped = None


@dataclass(frozen=True, slots=True)
class Dict:
    """A dict of the program."""

    made: DictObject


@dataclass(frozen=True, slots=True)
class Dumped:
    """The JSON text of a value."""

    value: Values


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, an iterator or a set whose elements are alike; `given` are those it was made with."""

    __match_args__ = ("element", "node")

    given: Values
    node: cst.CSTNode | None = None
    made: ListObject | None = None

    @property
    def element(self) -> Values:
        """What each element may be."""
        added = self.made.added.get("") if self.made is not None else None
        return self.given if added is None else self.given | added


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple whose elements are known one by one."""

    elements: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What a send gives: the library's response."""

    site: Site


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is built at one place, to be sent at another."""

    site: Site


@dataclass(frozen=True, slots=True)
class Body:
    """The undecoded text of an answer."""

    site: Site


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of a decoded legacy answer, by its path.

    `event` for one of a stream, `proxy` for an object of JavaScript, read by attributes.
    """

    site: Site
    path: tuple[str, ...] = ()
    event: bool = False
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a streamed answer."""

    site: Site


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream, or a part of one."""

    site: Site


Value = (
    Unknown
    | Const
    | Text
    | Symbol
    | Made
    | Method
    | Module
    | Partial
    | Function
    | Class
    | Self
    | Super
    | Dict
    | Dumped
    | Sequence
    | Tuple
    | Prepared
    | Response
    | Body
    | Answer
    | Lines
    | Line
)
Values = frozenset[Value]

UNKNOWN: Values = frozenset({Unknown()})


def const(value: object) -> Values:
    """The value of a literal that is no string."""
    return frozenset({Const(value, type(value).__name__)})


NONE = const(None)


def one(values: Iterable[Value]) -> Value | None:
    """The only alternative, None when there are several."""
    alternatives = list(values)
    return alternatives[0] if len(alternatives) == 1 else None


def is_harmless(value: Value) -> bool:
    """Whether a read of it gives the default on both APIs: None, or something empty."""
    match value:
        case Const():
            return value.value is None
        case Dict():
            return value.made.is_empty
        case Sequence():
            return all(map(is_harmless, value.element))
        case Tuple():
            return not value.elements
        case Text():
            return not value.pieces
    return False


def may_be_none(values: Values) -> bool:
    """Whether None is among the alternatives, as far as it can be told."""
    return any(
        (isinstance(value, Const) and value.value is None)
        or (isinstance(value, Unknown) and value.maybe_none)
        for value in values
    )
