"""The state of an interpretation, and what all of its parts share."""

from __future__ import annotations

import builtins
import re
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from .environment import Attempt, Environment, join
from .facts import Facts
from .held import classes_in
from .openness import Opening
from .schema import kind_of
from .strings import WORD, flat, literal, names_it
from .tree import children, unmangled
from .values import (
    UNKNOWN,
    Answer,
    Body,
    Class,
    ClassInfo,
    Dict,
    DictObject,
    Dumped,
    Function,
    FunctionInfo,
    Line,
    Lines,
    Made,
    Method,
    Module,
    ModuleInfo,
    Partial,
    Piece,
    Prepared,
    Response,
    Self,
    Sequence,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Sequence as Sequence_

    import libcst as cst

    from .parts import FindModule, Library, Loop, Parts
    from .sites import Send, Site

__all__ = ["BudgetError", "Run"]

_STATE = (
    *("module", "environment", "function", "in_class", "loops", "tries", "conditional"),
    *("frozen", "globals", "nonlocals", "is_shown", "base", "context", "returned"),
)
_DROP_INS = "autorag_migrate.adapters."
_BUILTINS = frozenset(dir(builtins))
_DOTTED = re.compile(r"[A-Za-z_][\w.]*[.:][A-Za-z_]\w*")
_AHEAD = 5
_BUDGET = 400_000
"""Expressions that are evaluated for one file at most."""


class BudgetError(Exception):
    """The file is too large to be understood."""


class Run:
    """One interpretation of a module."""

    def __init__(
        self,
        libraries: Iterable[Library],
        classify: Callable[[Run, Send], Site | None],
        parts: Parts,
        modules: Iterable[ModuleInfo],
        find_module: FindModule,
        configured: frozenset[str] = frozenset(),
        variables: Mapping[str, Iterable[cst.SimpleString]] = MappingProxyType({}),
    ) -> None:
        self.libraries = tuple(libraries)
        self._handed_in = tuple(each for each in self.libraries if each.is_handed_in)
        self._by_package: dict[str, tuple[Library, ...]] = {}
        for library in self.libraries:
            known = self._by_package.get(library.package, ())
            self._by_package[library.package] = (*known, library)
        self.classify = classify
        self.modules = {module.path: module for module in modules}
        self.module = next(iter(self.modules.values()))
        self._find_module = find_module
        self._configured, self._variables = configured, variables
        self._known = frozenset(name.lower() for name in variables)
        self.begun: set[ModuleInfo] = set()
        self._parts = parts
        self._table = parts.expressions
        self.facts = Facts()
        self.environment = Environment()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.later: list[FunctionInfo] = []
        self.done: set[FunctionInfo] = set()
        # How deep calls may be followed into functions whose turn has not come yet.
        self.ahead = _AHEAD
        self.function: FunctionInfo | None = None
        self.in_class: ClassInfo | None = None
        self.loops: list[Loop] = []
        self.tries: list[Attempt] = []
        self.conditional = 0
        self.frozen = 0
        self.is_shown = False
        self.base: FunctionInfo | None = None
        self.context: tuple[cst.CSTNode, ...] = ()
        self.returned: list[Values] | None = None
        self.inlining: list[FunctionInfo | cst.Lambda] = []
        self.is_said = False
        self._left = _BUDGET * len(self.modules)

    def is_hint(self, name: object) -> bool:
        """Whether a name speaks of AutoRAG, or has a legacy URL in the project's configuration."""
        if not isinstance(name, str):
            return False
        lowered = name.lower()
        if lowered in self._known:
            self.facts.unsure.add(lowered)
        return names_it(name) or lowered in self._configured

    def is_configured(self, name: str) -> bool:
        """Whether a name of something unknown is that of a setting with a legacy URL."""
        return (
            ("_" in name or name.isupper())
            and name.lower() in self._configured
            and self.is_hint(name)
        )

    def lose_settings(self, info: ClassInfo) -> None:
        """Note that all fields of a settings class may be read, or given, by what is not known."""
        if info in self.facts.settings:
            self.facts.unsure |= self._known

    def variable(self, name: object, node: cst.CSTNode | None) -> Values:
        """What a variable of the environment holds, where that is known; `node` names it."""
        if not isinstance(name, str) or name not in self._variables or node is None:
            return frozenset()
        self.facts.asked.add(node)
        found = (literal(each) for each in self._variables[name])
        return frozenset(value for value in found if value is not None)

    def leave(self, name: str | None, values: Iterable[Value]) -> None:
        """Note the legacy URLs that something which is not known now holds under a name."""
        urls = frozenset(v for v in values if isinstance(v, Text) and WORD in flat(v))
        if name and urls:
            self.facts.elsewhere.give(name.lower(), urls)

    def left(self, name: object) -> Values:
        """The legacy URLs that something which is not known may hold under a name."""
        found = self.facts.elsewhere.get(name.lower()) if isinstance(name, str) else None
        return found or frozenset()

    def hinted(self, name: str, values: Values) -> Values:
        """What a name holds, with what is unknown of it hinted where the name speaks of AutoRAG."""
        if not any(isinstance(value, Unknown) for value in values) or not self.is_hint(name):
            return values
        return frozenset(
            Unknown(value.maybe_none, value.kind, hinted=True)
            if isinstance(value, Unknown)
            else value
            for value in values
        )

    def evaluate(self, node: cst.CSTNode) -> Values:
        """The value of an expression; what has no rule of its own is unknown, its parts escape."""
        self._left -= 1
        if self._left < 0:
            raise BudgetError
        rule = self._table.get(type(node))
        if rule is not None:
            return rule(self, node)
        for child in children(node):
            self.evaluate_and_escape(child, "is used in a way that is not understood")
        return UNKNOWN

    def evaluate_and_escape(self, node: cst.CSTNode, how: str) -> None:
        """Evaluate a part whose value goes to something unknown."""
        self.escape(self.evaluate(node), node, how)

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """What is evaluated inside may not be evaluated by the program."""
        self.conditional += 1
        try:
            yield
        finally:
            self.conditional -= 1

    @contextmanager
    def apart(self, module: ModuleInfo) -> Iterator[None]:
        """Interpret something of a module from the beginning, with nothing of what surrounds it."""
        before = {name: getattr(self, name) for name in _STATE}
        self.module, self.environment = module, Environment()
        self.function, self.in_class = None, None
        self.loops, self.tries, self.conditional, self.frozen = [], [], 0, 0
        self.globals, self.nonlocals, self.is_shown = set(), set(), False
        self.base, self.context, self.returned = None, (), None
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    # Rules of the other parts

    def assume(self, test: cst.BaseExpression, *, truth: bool) -> None:
        """Take a condition as true or false from here on."""
        self._parts.assume(self, test, truth)

    def store(self, target: cst.CSTNode, values: Values) -> None:
        """Assign to an attribute or an element."""
        self._parts.store(self, target, values)

    def store_attribute(
        self, node: cst.CSTNode, info: ClassInfo, name: str, values: Values
    ) -> None:
        """Give an attribute of a class."""
        self._parts.store_attribute(self, node, info, name, values)

    def interpret_ahead(self, info: FunctionInfo) -> None:
        """Interpret a function that is called in the first round, before what it returns is read.

        Else it would be read in the next round only, and so would what it is given.
        """
        if self.ahead and info not in self.done:
            self.ahead -= 1
            before, self.inlining = self.inlining, []
            self._parts.interpret_once(self, info)
            self.inlining = before
            self.ahead += 1

    def call_function(
        self, info: FunctionInfo, arguments: Mapping[str, Values], node: cst.CSTNode
    ) -> Values:
        """What a function of the module returns for arguments by name."""
        return self._parts.call_function(self, info, arguments, node)

    def call_values(
        self, info: FunctionInfo, values: Sequence_[Values], node: cst.CSTNode
    ) -> Values:
        """What a function of the module returns for arguments by position."""
        return self._parts.call_values(self, info, values, node)

    def call_with(self, info: FunctionInfo, node: cst.Call, *, bound: bool) -> Values:
        """What a function of the module returns for the arguments of a call."""
        return self._parts.call_with(self, info, node, bound)

    def call_lambda(self, node: cst.Lambda, arguments: Sequence_[Values]) -> Values:
        """The value of a lambda's body for arguments by position."""
        return self._parts.call_lambda(self, node, arguments)

    def run_body(self, info: FunctionInfo) -> bool:
        """Interpret a function's body in the names of now; whether its end is reached."""
        return self._parts.run_body(self, info)

    def run_module(self, module: ModuleInfo) -> None:
        """Interpret a module's body, once in a round."""
        self._parts.run_module(self, module)

    def elements_of(self, values: Values, node: cst.CSTNode) -> Values:
        """What iterating over values gives."""
        return self._parts.elements_of(self, values, node)

    def where(self) -> str:
        """The function that is being interpreted, as reports show it."""
        return f"{self.function.name}()" if self.function else "the module"

    def libraries_of(self, callee: Value) -> tuple[Library, ...]:
        """Whose function, class or client's method a callee may be, by its name."""
        owner = callee.owner if isinstance(callee, Method) else callee
        symbol = owner.symbol if isinstance(owner, Made) else owner
        if isinstance(symbol, Symbol):
            name = symbol.name.removeprefix(_DROP_INS)
            return self._by_package.get(name.partition(".")[0], ())
        return self._handed_in if isinstance(symbol, Unknown) else ()

    # Names

    def look_up(self, name: str) -> Values:
        """What a name holds here."""
        found = self.environment.names.get(name)
        if found is not None and name not in self.facts.rebound:
            return found
        places: list[Values | None] = [found]
        outer = self.function if found is not None else self.function and self.function.outer
        while outer is not None:
            places.append(outer.names.get(name))
            outer = outer.outer
        places.append(self.module.names.get(name))
        known = [values for values in places if values is not None]
        if known:
            return join(*known) if name in self.facts.rebound else known[0]
        if name in _BUILTINS:
            return frozenset({Symbol(f"builtins.{name}")})
        return UNKNOWN

    def assign(self, name: str, values: Values) -> None:
        """Bind a name."""
        self.environment.bind(name, values)
        for attempt in self.tries:
            attempt.bind(name, values)
        if name in self.nonlocals and self.function is not None:
            outer = self.function.outer
            while outer is not None:
                outer.names.give(name, values)
                outer = outer.outer
        if self.in_class is not None:
            self.lend(self.in_class, values)
            self.in_class.attributes.give(unmangled(name), values)
            user = self.module.opened(name)
            for value in values if user else ():
                self._hand_out_held(value, f"is in {name}, which {user} uses")
        elif self.function is None or name in self.globals:
            self._give_name(name, values)
        else:
            self.function.names.give(name, values)

    def _give_name(self, name: str, values: Values) -> None:
        self.module.names.give(name, values)
        user = self.module.opened(name)
        for value in values if user else ():
            if not isinstance(value, (Self, Function, Class)):
                self._hand_out_held(value, f"is in {name}, which {user} uses")
                continue
            how = f"{value.info.name} is in {name}, which {user} uses"
            why = Opening(self.module.node, how, (self.module.path, name))
            if isinstance(value, Self):
                self._hand_out(value.info, why)
            elif value.info.module is not self.module:
                # What is imported here can be replaced here: a test does so.
                self.facts.handed.add(value.info, why)

    def _hand_out_held(self, value: Value, how: str) -> None:
        """Note that other files see what is put into a list or a dict."""
        if isinstance(value, Dict) and value.made.holds:
            self.escape_dict(value.made, self.module.node, how)
        elif isinstance(value, Sequence) and value.made is not None:
            value.made.escaped = value.made.escaped or (self.module.node, how)
            answers = (each for each in value.element if isinstance(each, (Answer, Response)))
            self.escape(answers, self.module.node, how)

    def want(self, why: Opening) -> None:
        """Note that a name lets an answer out to another file."""
        if why.wanted is not None:
            self.facts.wanted.add(why.wanted)

    # Modules

    def find_module(self, name: str, level: int = 0) -> ModuleInfo | None:
        """The module of the program that an import in the current one means."""
        path = self._find_module(self.module.path, name, level)
        return self.modules.get(path) if path is not None else None

    def is_of_project(self, name: str) -> bool:
        """Whether an import in the current module means a file of the project."""
        return self._find_module(self.module.path, name, 0) is not None

    # Escapes

    def has_failed(self, site: Site) -> bool:
        """Whether the site's call is known to have failed at this point."""
        return site in self.environment.failed

    def escape(self, values: Iterable[Value], node: cst.CSTNode, how: str) -> None:
        """Note that values go to something that is not understood."""
        for value in values:
            self._escape(value, node, how)

    def _escape(  # noqa: C901, PLR0912 (one case for each kind)
        self, value: Value, node: cst.CSTNode, how: str
    ) -> None:
        match value:
            case Answer(site, path, event):
                if event or kind_of(site.endpoint or "", path) in {"object", "list"}:
                    self._block(site, node, how)
            case Response(site) | Body(site) | Lines(site) | Line(site):
                self._block(site, node, how)
            case Partial(callee, call):
                self._escape(callee, node, how)
                for argument in call.args[1:]:
                    self.evaluate_and_escape(argument.value, how)
            case Prepared(site):
                site.block("AR114", f"the request {how}", node)
            case Text():
                self.escape_text(value, node, how)
                self._escape_named(flat(value), node, how)
            case Dict(made):
                self.escape_dict(made, node, how)
            case Dumped(inner):
                self.escape(inner, node, how)
            case Sequence(element, made=made):
                if made is not None:
                    made.escaped = made.escaped or (node, how)
                self.escape(element, node, how)
            case Tuple(elements):
                for each in elements:
                    self.escape(each, node, how)
            case Method(owner):
                self._escape(owner, node, how)
            case Made(call=call, base=base):
                if call in self.facts.connections:
                    self.facts.lent.add(call)
                self.escape(base or (), node, f"belongs to a client that {how}")
            case Function(info):
                self.facts.handed.add(info, Opening(node, f"{info.name}() {how}"))
            case Self(info) | Class(info):
                why = Opening(node, f"{info.name} {how}")
                self._hand_out(info, why)
                if not self.is_said:
                    self.facts.lent_out.setdefault(info, why)
            case Module(info):
                for values in list(info.names.given().values()):
                    held = (each for each in values if not isinstance(each, Module))
                    self.escape(held, node, f"is in a module that {how}")
            case _:
                pass

    def _escape_named(self, text: str, node: cst.CSTNode, how: str) -> None:
        """Note that what a string such as ``module.Class`` names can be found by it."""
        if _DOTTED.fullmatch(text) is None:
            return
        path, _, name = text.replace(":", ".").rpartition(".")
        module = self.find_module(path)
        values = module.names.get(name) if module is not None else None
        named = [value for value in values or () if isinstance(value, (Self, Class, Function))]
        self.escape(named, node, how)
        self.show(named, node, how)

    def _hand_out(self, info: ClassInfo, why: Opening) -> None:
        """Note that something unknown has a class: it may call its methods, read its attributes."""
        todo = [info, *info.below()]
        done: set[ClassInfo] = set()
        while todo:
            each = todo.pop()
            if each not in done:
                done.add(each)
                self.facts.handed.add(each, why)
                todo += [base.info for base in each.bases if isinstance(base, Class)]

    def show(self, values: Iterable[Value], node: cst.CSTNode, how: str) -> None:
        """Note that something unknown may read all attributes of instances."""
        for info in classes_in(values):
            self.facts.shown.setdefault(info, Opening(node, f"{info.name} {how}"))

    @contextmanager
    def saying(self, *, only: bool) -> Iterator[None]:
        """Where `only`, what goes to something unknown inside is printed, and not kept."""
        before, self.is_said = self.is_said, only
        try:
            yield
        finally:
            self.is_said = before

    def _block(self, site: Site, node: cst.CSTNode, how: str) -> None:
        if self.has_failed(site):
            self.facts.failures_shown.add(site)
        else:
            site.block("AR110", f"the answer {how}", node)

    def note_foreign(self, values: Values, node: cst.CSTNode) -> None:
        """Note what a call of a helper reads or asks, where it is of no answer that is followed."""
        if self.context and values and not any(isinstance(value, Answer) for value in values):
            self.facts.foreign.add(node)

    def open_class(self, info: ClassInfo, node: cst.CSTNode) -> None:
        """Note that any attribute of a class may be read and set by its name."""
        self.facts.open_classes.add(info)
        for values in list(info.attributes.given().values()):
            self.escape(values, node, "is an attribute that can be read by any name")

    def lend(self, info: ClassInfo, values: Values) -> None:
        """Note that a class is given methods of another, which then ask its instances."""
        for value in values:
            match value:
                case Function(FunctionInfo(owner=ClassInfo() as owner, node=node)):
                    if owner is not info:
                        self.open_class(owner, node)

    def escape_text(self, text: Text, node: cst.CSTNode, how: str) -> None:
        """Note that a string is used where its change would be seen."""
        for piece in text.pieces:
            if isinstance(piece, Piece) and piece.node is not None:
                places = self.facts.escaped_pieces.setdefault(piece.node, {})
                places.setdefault(node, how)

    def escape_dict(self, made: DictObject, node: cst.CSTNode, how: str) -> None:
        """Note that a dict goes to something unknown, with all that is in it."""
        if made.escaped is not None:
            return
        made.escaped = (node, how)
        for entry in list(made.entries.values()):
            self.escape(entry.value, node, how)
            self.leave(entry.key, entry.value)
        for values in list(made.held.given().values()):
            self.escape(values, node, how)
        self.escape(made.default, node, how)
        for _, base in list(made.spreads.values()):
            self.escape_dict(base, node, how)
