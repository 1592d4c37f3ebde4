"""A base URL that a native and a bridged call share: a second definition beside the first.

What is made here changes nothing yet: ``AI_SEARCH_BASE = <the value of BASE>`` is put below
``BASE = …``, and the calls that could be native but for the sharing name the new one. The program
does the same as before. Then it is judged anew, and what only native calls name is rewritten as
any other literal is. So nothing here decides whether a call is native.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Positions
from autorag_codemods.program.sewn import Change, Part, Sewn
from autorag_codemods.program.tree import dotted, walk
from autorag_codemods.program.values import Class, Symbol, Text, Unknown

from .names import Definition, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autorag_codemods.program import Facts, FindModule, Parents, Site

__all__ = ["Splitter"]

_SETS_ANYTHING = frozenset(
    (
        *("setattr", "delattr", "vars", "globals", "locals", "exec", "eval", "*"),
        *("mock", "unittest", "pytest", "monkeypatch"),
        *("__dict__", "__slots__", "__setattr__", "__getattribute__", "dir", "inspect"),
        *("__globals__", "f_globals", "f_locals"),
        *("pickle", "shelve", "dill", "joblib", "__getstate__", "__setstate__", "__reduce__"),
    )
)
"""Names by which a program may give, list or keep names and attributes that are not seen."""

_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "requests.Session", "httpx.Client"})
_PLAIN_DECORATORS = frozenset({"property", "staticmethod", "classmethod"})
_PURE_CALLS = frozenset(("os.environ.get", "os.getenv", "environ.get", "getenv", "str"))
_PURE_METHODS = frozenset(
    ("format", "strip", "rstrip", "lstrip", "removesuffix", "removeprefix", "lower", "join")
)
_PURE = (
    *(cst.SimpleString, cst.ConcatenatedString, cst.FormattedString, cst.FormattedStringText),
    *(cst.FormattedStringExpression, cst.Name, cst.Attribute, cst.Integer, cst.Tuple, cst.Element),
    *(cst.Subscript, cst.SubscriptElement, cst.Index, cst.BooleanOperation, cst.IfExp, cst.Arg),
    *(cst.LeftSquareBracket, cst.RightSquareBracket, cst.Dot, cst.BaseBooleanOp),
    *(cst.BinaryOperation, cst.Add, cst.Modulo),
)
_LINES = (
    *(cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.IndentedBlock, cst.If, cst.Else),
    *(cst.Return, cst.Expr),
)
_UNCALLED = frozenset(
    ("__str__", "__format__", "__repr__", "__getattr__", "__getitem__", "__get__", "__missing__")
)
"""Methods that run where a text is put together, though nothing calls them."""

_LONGEST = 8
"""Lines of a function that is written twice at most."""


class Splitter:
    """What has to be written twice, so that calls share no part of a URL with others.

    Args:
        facts: What is known of the program.
        parents: Who holds whom.
        positions: Where its nodes stand.
        modules: The modules by path.
        find: Which of the modules an import means.
        is_taken: Whether a file beside the program uses a name.
    """

    def __init__(
        self,
        facts: Facts,
        parents: Parents,
        positions: Positions,
        modules: Mapping[str, cst.Module],
        find: FindModule,
        is_taken: Callable[[str], bool],
    ) -> None:
        self._facts, self._parents, self._positions = facts, parents, positions
        self._names = Names(parents, modules.items(), find)
        self._is_taken = is_taken
        self._wanted: set[cst.CSTNode] = set()
        self._reached: dict[cst.CSTNode, bool] = {}
        # For each definition on the way to a literal the uses that the calls take it by.
        self._chosen: dict[cst.CSTNode, tuple[Definition, dict[cst.CSTNode, Definition]]] = {}

    def split(self, shared: Mapping[Site, Iterable[cst.CSTNode]]) -> dict[str, Sewn]:
        """The texts with second definitions, by path; none where nothing can be told apart.

        Args:
            shared: Calls that could be native, with the literals that they share with others.
        """
        if not self._names.words.isdisjoint(_SETS_ANYTHING):
            return {}
        self._wanted = {node for nodes in shared.values() for node in nodes}
        for site in shared:
            if site.send.url is not None:
                self._follow(site.send.url)
            for call in site.context:
                for argument in call.args if isinstance(call, cst.Call) else ():
                    self._follow(argument.value)
        doubled: dict[cst.CSTNode, str] = {}
        shared_by_others = self._shared()
        for node in [each for each in self._chosen if each in shared_by_others]:
            definition, _ = self._chosen[node]
            if self._can_double(definition):
                name = self._second_name(definition.name.value, doubled.values())
                if name:
                    doubled[node] = name
        return self._written(doubled) if doubled else {}

    def _shared(self) -> set[cst.CSTNode]:
        """The definitions that anything but the calls takes, also through one that is shared."""
        found = {node for node, known in self._chosen.items() if self._is_shared(*known)}
        grows = True
        while grows:
            through = {
                node
                for node, (_, uses) in self._chosen.items()
                if any(not found.isdisjoint(self._parents.above(use)) for use in uses)
            }
            grows = not through <= found
            found |= through
        return found

    # From a call to the literals of its URL

    def _follow(self, expression: cst.CSTNode) -> bool:
        """Whether an expression takes a wanted literal from a definition; notes by which uses."""
        found = False
        for node in walk(expression):
            if isinstance(node, (cst.Name, cst.Attribute)):
                for definition in self._names.meant(node):
                    if self._reaches(definition):
                        uses = self._chosen.setdefault(definition.node, (definition, {}))[1]
                        uses[node] = definition
                        found = True
        return found

    def _reaches(self, definition: Definition) -> bool:
        node = definition.node
        if node not in self._reached:
            self._reached[node] = False  # one that is made of itself
            holds = any(each in self._wanted for each in walk(definition.body))
            self._reached[node] = self._follow(definition.body) or holds
        return self._reached[node]

    def _is_shared(self, definition: Definition, uses: Mapping[cst.CSTNode, Definition]) -> bool:
        """Whether anything but the calls takes what is defined."""
        name = definition.name.value
        if self._is_taken(name):
            return True
        places: list[cst.Name | cst.Attribute] = [
            *self._names.used.get(name, ()),
            *self._names.asked.get(name, ()),
        ]
        brought = {alias for each in uses.values() for alias in each.imported}
        return any(
            place not in uses
            and any(each.node is definition.node for each in self._names.meant(place))
            for place in places
        ) or any(alias not in brought for alias in self._names.imports_of(name))

    # What may be written twice

    def _can_double(self, definition: Definition) -> bool:
        name = definition.name.value
        if not definition.is_only or name.endswith("__") or self._is_taken(name):
            return False
        if not definition.is_attribute and self._names.is_stored(name):
            return False
        if isinstance(definition.node, cst.FunctionDef):
            return self._is_small(definition.node)
        line = self._parents.of(definition.node)
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return False
        owner = self._names.owner(definition)
        if owner is not None and not (self._is_plain(owner) and self._is_kept(owner, name)):
            return False
        if isinstance(definition.scope, cst.ClassDef) and isinstance(
            definition.node, cst.AnnAssign
        ):
            return False  # it may be a field
        return self._is_repeatable(definition.body)

    def _is_repeatable(self, node: cst.CSTNode) -> bool:
        """Whether an expression does nothing, also by the properties that it asks."""
        asked = {each.attr.value for each in walk(node) if isinstance(each, cst.Attribute)}
        return _is_pure(node) and all(
            _is_pure(function.body, (*_PURE, *_LINES))
            for name in asked | _UNCALLED
            for function in self._names.functions(name)
        )

    def _is_small(self, node: cst.FunctionDef) -> bool:
        decorators = {dotted(each.decorator) for each in node.decorators}
        start, end = self._positions.span(node.body)
        calls = {site.send.call for site in self._facts.sites.values()}
        info = self._facts.functions.get(node)
        returned = info.returns.given().get("", frozenset()) if info is not None else frozenset()
        return (
            bool(returned)
            and all(isinstance(v, Text) or v == Unknown(kind="str") for v in returned)
            and decorators <= _PLAIN_DECORATORS
            and all(self._is_repeatable(each.default) for each in _parameters(node) if each.default)
            and node.asynchronous is None
            and self._positions.text[start:end].strip().count("\n") < _LONGEST
            and not any(each in calls or isinstance(each, cst.Yield) for each in walk(node))
        )

    def _is_plain(self, node: cst.ClassDef) -> bool:
        """Whether an instance takes any attribute, and a class does nothing with those it has."""
        info = self._facts.classes.get(node)
        if info is None or node.decorators or node.keywords:
            return False
        return all(
            self._is_plain(base.info.node)
            if isinstance(base, Class)
            else isinstance(base, Symbol) and base.name in _PLAIN_BASES
            for base in info.bases
        )

    def _is_kept(self, node: cst.ClassDef, name: str) -> bool:
        """Whether no one unknown may set an attribute."""
        info = self._facts.classes.get(node)
        return name.startswith("_") or not any(
            self._facts.handed.has(each) for each in (info, *(info.below() if info else ()))
        )

    def _second_name(self, name: str, others: Iterable[str]) -> str:
        """What stands beside a name, "" where that is another's."""
        found = second_name(name)
        taken = found in self._names.words or found in others or self._is_taken(found)
        return "" if taken else found

    # The text

    def _written(self, doubled: Mapping[cst.CSTNode, str]) -> dict[str, Sewn]:
        renamed: dict[cst.CSTNode, str] = {}
        aliases: dict[cst.ImportAlias, str] = {}
        for node, name in doubled.items():
            for use, definition in self._chosen[node][1].items():
                renamed[use.attr if isinstance(use, cst.Attribute) else use] = name
                for alias in definition.imported:
                    aliases[alias] = name
        inside = {
            use: node for use in renamed for node in self._parents.above(use) if node in doubled
        }
        changes: dict[str, list[Change]] = {}
        for use, name in renamed.items():
            if use not in inside:
                start, end = self._positions.span(use)
                self._add(changes, Change(start, end, (Part(name, start),)))
        for alias, name in aliases.items():
            self._add(changes, self._import(alias, name, renamed, inside))
        for node, name in doubled.items():
            within = {use: renamed[use] for use, holder in inside.items() if holder is node}
            bound = self._chosen[node][0].name
            self._add(changes, self._second(node, {**within, bound: name}))
        return {
            file.path: Sewn(self._positions.text[file.start : file.end], changes[file.path])
            for file in self._positions.files
            if file.path in changes
        }

    def _add(self, changes: dict[str, list[Change]], change: Change) -> None:
        file = self._positions.file_at(change.start)
        parts = tuple(part._replace(at=part.at - file.start) for part in change.parts)
        moved = Change(change.start - file.start, change.end - file.start, parts)
        changes.setdefault(file.path, []).append(moved)

    def _import(
        self,
        alias: cst.ImportAlias,
        name: str,
        renamed: Mapping[cst.CSTNode, str],
        inside: Mapping[cst.CSTNode, cst.CSTNode],
    ) -> Change:
        """The new name beside the old one, or in its place where nothing uses that any more."""
        start, end = self._positions.span(alias.name)
        module = self._parents.module(alias)
        old = dotted(alias.name)
        uses = [u for u in self._names.used.get(old, ()) if self._parents.module(u) is module]
        kept = any(use not in renamed or use in inside for use in uses) or not uses
        if kept or self._names.is_passed_on(alias, old):
            return Change(end, end, (Part(f", {name}", end),))
        return Change(start, end, (Part(name, start),))

    def _second(self, node: cst.CSTNode, renamed: Mapping[cst.CSTNode, str]) -> Change:
        text, newline = self._positions.text, self._positions.file(node).newline
        start, end = self._positions.span(node)
        end = start + len(text[start:end].rstrip())
        between = ""
        if isinstance(node, cst.FunctionDef):
            start += _before(text[start:end])
            between = newline * self._blank_lines(end, node)
        start_of_line = self._positions.line_start(start)
        at = self._positions.next_line(end - 1)
        indent = text[start_of_line:start] if not text[start_of_line:start].strip() else ""
        ends = text[at - 1] in "\r\n"
        parts = [Part(f"{'' if ends else newline}{between}{indent}", start)]
        done = start
        for use in sorted(renamed, key=self._positions.span):
            low, high = self._positions.span(use)
            parts += [Part(text[done:low], done, is_copy=True), Part(renamed[use], low)]
            done = high
        parts.append(Part(text[done:end], done, is_copy=True))
        parts.append(Part(newline if ends else "", start))
        return Change(at, at, tuple(parts))

    def _blank_lines(self, end: int, node: cst.FunctionDef) -> int:
        """How many stand between functions here: as many as after this one."""
        at = self._positions.next_line(end - 1)
        rest = self._positions.text[at : self._positions.file_at(end - 1).end]
        blank = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*", rest)
        if blank is not None and blank.end() < len(rest):
            return len(blank[0].splitlines())
        return 1 if isinstance(self._names.scope(node.name), cst.ClassDef) else 2


def second_name(name: str) -> str:
    """What the URL of the new API is called beside that of the old one.

    ``BASE`` is joined by ``AI_SEARCH_BASE``, ``autorag_url`` by ``ai_search_url``.
    """
    dashes = name[: len(name) - len(name.lstrip("_"))]
    rest = name[len(dashes) :]
    is_upper = rest.isupper()
    is_camel = not is_upper and rest != rest.lower()
    words = "AI_SEARCH" if is_upper else "aiSearch" if is_camel else "ai_search"
    found = re.search(r"auto_?rag", rest, re.IGNORECASE)
    if re.match("search_", rest, re.IGNORECASE):
        return f"{dashes}{'AI' if is_upper else 'ai'}_{rest}"
    if re.search("ai_?search", rest, re.IGNORECASE):
        words = "NEW" if is_upper else "new"
    if found is None:
        rest = rest[:1].upper() + rest[1:] if is_camel else rest
        return f"{dashes}{words}{'' if is_camel else '_'}{rest}"
    if is_camel and found.start():
        words = words[:1].upper() + words[1:]
    return f"{dashes}{rest[: found.start()]}{words}{rest[found.end() :]}"


def _parameters(node: cst.FunctionDef) -> Iterable[cst.Param]:
    return (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)


def _before(text: str) -> int:
    """How many characters of a definition are blank lines and comments above it."""
    found = re.match(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*", text)
    return found.end() if found is not None else 0


def _is_pure(node: cst.CSTNode, plain: tuple[type[cst.CSTNode], ...] = _PURE) -> bool:
    """Whether what is written may be evaluated twice, and gives the same both times."""
    given: set[int] = set()
    for each in walk(node):
        if isinstance(each, cst.Call):
            name = dotted(each.func)
            attribute = each.func.attr.value if isinstance(each.func, cst.Attribute) else ""
            if name not in _PURE_CALLS and attribute not in _PURE_METHODS:
                return False
            given |= {id(argument.value) for argument in each.args}
        elif isinstance(each, cst.List):
            if id(each) not in given:
                return False  # it may be changed, and the other one would not be
        elif not isinstance(each, plain):
            return False
    return True
