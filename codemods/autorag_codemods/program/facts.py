"""What interpreting a module has shown: its sites, the reads of their answers, and the uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .again import Givers
from .openness import Marks, Opening
from .values import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from .sites import Guard, Identity, Read, Site, StreamParse
    from .values import ClassInfo, DictObject, FunctionInfo, ListObject, Values

__all__ = ["Export", "Facts", "Getter", "Simplification", "Tested", "WrongRead"]


@dataclass(eq=False, slots=True)
class WrongRead:
    """A read of what the legacy answer never held.

    `default` is what it gives instead, None for one that raises; `mixed` where something else than
    these answers may be read.
    """

    node: cst.BaseExpression
    key: str
    is_get: bool
    default: cst.BaseExpression | None
    origins: set[tuple[Site, tuple[str, ...], bool]] = field(default_factory=set)
    mixed: bool = False


class Export(NamedTuple):
    """A name that other modules may use, the module that it is in, and what it holds."""

    path: str
    name: str
    values: Values
    node: cst.CSTNode | None


class Simplification(NamedTuple):
    """``sep.join(… for x in content)``, or a list of it: a loop over the one content of a row."""

    whole: cst.Call | cst.ListComp
    generator: cst.GeneratorExp | cst.ListComp


@dataclass(eq=False, slots=True)
class Getter:
    """``itemgetter("key")`` for parts of answers; `mixed` where others are read by it as well."""

    node: cst.Call
    keys: tuple[cst.SimpleString, ...]
    origins: set[tuple[Site, tuple[str, ...], bool]] = field(default_factory=set)
    mixed: bool = False


@dataclass(eq=False, slots=True)
class Tested:
    """A value whose truth is asked for: parts of answers, `mixed` with others, `or_none`."""

    origins: set[tuple[Site, tuple[str, ...], bool]] = field(default_factory=set)
    mixed: bool = False
    or_none: bool = False


@dataclass
class Facts:
    """Collected anew in every round; functions, classes, sites and dicts keep their identity."""

    sites: dict[tuple[cst.Call, tuple[cst.CSTNode, ...]], Site] = field(default_factory=dict)
    dicts: dict[cst.CSTNode, DictObject] = field(default_factory=dict)
    # The dicts that a read is one of a known key of, and reads of anything else.
    dict_reads: dict[cst.BaseExpression, set[DictObject]] = field(default_factory=dict)
    other_reads: set[cst.BaseExpression] = field(default_factory=set)
    lists: dict[cst.CSTNode, ListObject] = field(default_factory=dict)
    reads: dict[cst.BaseExpression, Read] = field(default_factory=dict)
    guards: dict[cst.Comparison, Guard] = field(default_factory=dict)
    wrong_reads: dict[cst.BaseExpression, WrongRead] = field(default_factory=dict)
    parses: dict[cst.Call, StreamParse] = field(default_factory=dict)
    # Keys that the program puts into objects of answers, and where.
    own_keys: dict[tuple[Site, tuple[str, ...]], cst.CSTNode] = field(default_factory=dict)
    # Values of answers that the program exchanges, in place (``+=``) or by others, and where.
    stored: dict[tuple[Site, tuple[str, ...], bool], cst.CSTNode] = field(default_factory=dict)
    # Attributes of what is not known that the program may set to None.
    unset: set[str] = field(default_factory=set)
    # What is read or asked of something else, in a helper that other calls go through as well.
    foreign: set[cst.CSTNode] = field(default_factory=set)
    identities: dict[cst.Comparison, Identity] = field(default_factory=dict)
    # Sites whose answers are compared with None, or the like.
    identified: set[Site] = field(default_factory=set)
    # Sites whose refusals are shown, or handed on.
    failures_shown: set[Site] = field(default_factory=set)
    # Where a client is given a hook that sees every response.
    hook: cst.CSTNode | None = None
    # Where something of a library, or of json, is exchanged for another thing.
    replaced: cst.Attribute | None = None
    # Where the lines of a stream are iterated over.
    line_readers: dict[Site, set[cst.CSTNode]] = field(default_factory=dict)
    # Where the text of a literal goes to something unknown, and how.
    escaped_pieces: dict[cst.CSTNode, dict[cst.CSTNode, str]] = field(default_factory=dict)
    # Classes whose instances something unknown reads as a whole, and such as something that may be
    # known elsewhere has got hold of: for the URLs in their attributes.
    shown: dict[ClassInfo, Opening] = field(default_factory=dict)
    lent_out: dict[ClassInfo, Opening] = field(default_factory=dict)
    # The literals of such URLs, with where and how they are shown, and names of such attributes
    # with the paths of their modules: whoever asks anything unknown for one may mean it.
    held: dict[cst.CSTNode, tuple[cst.CSTNode, str]] = field(default_factory=dict)
    lent_names: set[tuple[str, str]] = field(default_factory=set)
    tests: dict[cst.BaseExpression, Tested] = field(default_factory=dict)
    joins: dict[cst.Call | cst.ListComp, Simplification] = field(default_factory=dict)
    getters: dict[cst.Call, Getter] = field(default_factory=dict)
    # Sites whose answers are put into one list.
    tied: set[frozenset[Site]] = field(default_factory=set)
    exports: list[Export] = field(default_factory=list)
    # Names that some function declares global or nonlocal: any call may bind them again.
    rebound: set[str] = field(default_factory=set)
    # Arguments of the command line by name, and whether they may be None.
    arguments: dict[str, bool] = field(default_factory=dict)
    # Classes whose attributes may be set by a name that is not known.
    open_classes: set[ClassInfo] = field(default_factory=set)
    # The requests that are sent over a connection, and the connections that others may use.
    connections: dict[cst.Call, set[cst.CSTNode]] = field(default_factory=dict)
    lent: set[cst.Call] = field(default_factory=set)
    # The calls in a function that give answers of a site which they were not given.
    givers: Givers = field(default_factory=Givers)
    seen_before: int = 0
    functions: dict[cst.CSTNode, FunctionInfo] = field(default_factory=dict)
    classes: dict[cst.CSTNode, ClassInfo] = field(default_factory=dict)
    # Functions and classes that something unknown has got hold of, and functions that are called.
    handed: Marks = field(default_factory=lambda: Marks(assumed=False, grows=True))
    called: Marks = field(default_factory=lambda: Marks(assumed=True, grows=False))
    # Functions that are interpreted for each of their calls, because what they send depends on it.
    by_call: Marks = field(default_factory=lambda: Marks(assumed=False, grows=True))
    # Names that are read of values which are not known: any of our instances may be one of them.
    loose: Marks = field(default_factory=lambda: Marks(assumed=False, grows=True))
    # Legacy URLs that something which is not known holds, by the name that it has them under.
    elsewhere: Shared = field(default_factory=Shared)
    # Where the name of a variable of the environment is written whose value is known.
    asked: set[cst.CSTNode] = field(default_factory=set)
    # Settings classes that have fields of that kind.
    settings: set[ClassInfo] = field(default_factory=set)
    # Such names, in lower case, under which something that is not known was read.
    unsure: set[str] = field(default_factory=set)
    # Names, with the paths of their modules, that let an answer out to other files.
    wanted: set[tuple[str, str]] = field(default_factory=set)

    def turn(self) -> None:
        """Begin the next round."""
        self.seen_before = self._seen
        for each in self._kept():
            each.turn()
        for site in self.sites.values():
            site.clear()
        for made in self.dicts.values():
            made.turn()
        for grown in self.lists.values():
            grown.clear()
        self.reads.clear()
        self.dict_reads.clear()
        self.other_reads.clear()
        self.guards.clear()
        self.wrong_reads.clear()
        self.stored.clear()
        self.identified.clear()
        self.identities.clear()
        self.foreign.clear()
        self.parses.clear()
        self.hook = self.replaced = None
        self.failures_shown.clear()
        self.line_readers.clear()
        self.escaped_pieces.clear()
        self.shown.clear()
        self.lent_out.clear()
        self.tests.clear()
        self.joins.clear()
        self.getters.clear()
        self.tied.clear()
        self.exports.clear()
        self.wanted.clear()
        self.asked.clear()
        self.unsure.clear()

    @property
    def _seen(self) -> int:
        sent = sum(map(len, self.connections.values()))
        return (
            len(self.rebound)
            + len(self.open_classes)
            + len(self.lent)
            + sent
            + len(self.arguments)
            + len(self.own_keys)
            + len(self.unset)
            + sum(self.arguments.values())
        )

    @property
    def is_settled(self) -> bool:
        """Whether the last round told nothing new."""
        if self._seen != self.seen_before:
            return False
        kept = (*self._kept(), *self.dicts.values())
        return all(each.is_settled for each in kept)

    def _kept(self) -> Iterator[Shared | Marks | Givers]:
        yield from self.shared()
        yield self.givers
        yield from (self.handed, self.called, self.by_call, self.loose)

    def shared(self) -> Iterator[Shared]:
        """All that functions and classes give each other."""
        yield self.elsewhere
        for function in self.functions.values():
            yield from (function.returns, function.arguments, function.names)
        for owner in self.classes.values():
            yield from (owner.attributes, owner.assigned)
        for made in self.dicts.values():
            yield made.held
        for each in self.lists.values():
            yield each.added
