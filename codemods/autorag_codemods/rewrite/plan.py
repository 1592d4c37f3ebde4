"""The native rewrite of a module: what can be done for each site, and what must go together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Facts, Parents, Positions, Site
from autorag_codemods.program.schema import QUERIES, Path, may_have
from autorag_codemods.program.tree import dotted
from autorag_codemods.program.values import DictObject, Dumped, Piece, Text, Value, Values
from autorag_migrate.mapping import ERRORS, REQUEST_FIELDS, ROUTES

from .answer import Answers
from .binding import edit_bindings, is_of_binding
from .edits import Editor
from .guesses import drop_read
from .joins import simplify_joins
from .management import edit_management
from .paths import holder, is_changed_alike
from .payload import Owed, Payloads
from .stream import edit_streams
from .url import UrlEdit, edit_urls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.options import Options
    from autorag_codemods.program import WrongRead

__all__ = ["Plan"]


def _serves_both(made: DictObject) -> bool:
    """Whether a payload is the same for both endpoints."""
    both = {field.legacy for field in REQUEST_FIELDS if set(field.endpoints) >= QUERIES}
    keys = {entry.key for entry in made.entries.values()}
    keys |= {entry.key for _, base in made.spreads.values() for entry in base.entries.values()}
    return keys <= {name.partition(".")[0] for name in both}


def _dicts_of(values: Values) -> Iterable[Value]:
    """What a site may send, decoded."""
    for value in values:
        yield from value.value if isinstance(value, Dumped) else (value,)


class Plan:
    """All native edits of a module, and for each site what stands in their way.

    Attributes:
        sites: Every site, in the order of the source.
        by_call: The sites of each send, in its order.
        owed: The notes of each site that can be native.
        dropped: Reads that gave nothing, and are dropped.
        shared: Sites with the literals of their URLs that others use as well.
    """

    def __init__(
        self, facts: Facts, parents: Parents, positions: Positions, options: Options
    ) -> None:
        self.facts, self.options = facts, options
        self.editor = Editor(positions)
        self.sites = sorted(
            (site for site in facts.sites.values() if site.seen),
            key=lambda site: positions.span(site.send.call),
        )
        self.by_call: dict[cst.Call, list[Site]] = {}
        for site in self.sites:
            self.by_call.setdefault(site.send.call, []).append(site)
        self._groups = [frozenset(sites) for sites in self.by_call.values()]
        self.owed: dict[Site, list[Owed]] = {}
        self.dropped: set[WrongRead] = set()
        self._taken: set[cst.CSTNode] = set()
        self.shared: dict[Site, set[cst.CSTNode]] = {}
        self._parents = parents
        self._used_urls()
        if options.style != "bridge":
            self._attempt()
        self._settle()

    # Each site on its own

    def _attempt(self) -> None:
        message = self._legacy_message()
        for site in self.sites:
            self._method(site)
            if self.facts.hook is not None:
                site.block("AR114", "a hook of a client sees every response", self.facts.hook)
            if self.facts.replaced is not None:
                how = f"the program replaces {dotted(self.facts.replaced) or 'what sends'}"
                site.block("AR114", how, self.facts.replaced)
            if message is not None:
                site.block("AR114", "the file knows a message of the legacy API's errors", message)
        payloads = Payloads(self.editor, self.facts, self._parents, self.options)
        self._payloads(payloads)
        self._urls()
        for sites, block in edit_bindings(self.editor, self._parents, self.sites):
            self._groups.append(sites)
            if block is not None:
                for site in sites:
                    self._add(site, block)
        answers = Answers(self.editor, self.facts, self._parents, self.options)
        self._reads(answers)
        simplify_joins(self.editor, self.facts, self._parents)

    def _method(self, site: Site) -> None:
        route = next((route for route in ROUTES if route.name == site.endpoint), None)
        if site.send.is_done:
            site.block("AR120", "its sender is an adapter already", site.send.call)
        elif route is not None and route.name not in QUERIES:
            if not route.carried:
                site.block("AR123", "it lists the instances", site.send.call)
            else:
                block = edit_management(self.editor, site, route)
                if block is not None:
                    self._add(site, block)
        elif route is not None and site.send.method != route.legacy_method:
            site.block("AR111", "its method is not that of the route", site.send.call)

    def _legacy_message(self) -> cst.CSTNode | None:
        """A string that only an error of the legacy API holds."""
        known = [error.legacy_message for error in ERRORS if error.legacy_message]
        for node in self._parents.strings:
            if any(text in node.value for text in known):
                return node
        return None

    def _payloads(self, payloads: Payloads) -> None:
        users: dict[DictObject, set[Site]] = {}
        for site in self.sites:
            if site.endpoint not in QUERIES:
                continue
            found = payloads.made_of(site)
            if isinstance(found, Block):
                self._add(site, found)
                continue
            for made in found:
                users.setdefault(made, set()).add(site)
        self._other_users(users)
        for made, sites in users.items():
            if len({site.endpoint for site in sites}) > 1 and not _serves_both(made):
                for site in sites:
                    site.block(
                        "AR117", "its payload is sent to another endpoint as well", site.send.body
                    )
                continue
            self._groups.append(frozenset(sites))
            done = payloads.edit(next(iter(sites)), made, sites)
            for site in sites:
                if isinstance(done, Block):
                    self._add(site, done)
                else:
                    self.owed.setdefault(site, []).extend(done)

    def _other_users(self, users: dict[DictObject, set[Site]]) -> None:
        """A dict that another site may send, beside other things, is shared with it."""
        for site in self.sites:
            for value in _dicts_of(site.send.body_values):
                made = getattr(value, "made", None)
                if made in users and site not in users[made]:
                    for user in users[made]:
                        user.block(
                            "AR117", "its payload is sent by another call as well", user.send.body
                        )

    def _add(self, site: Site, block: Block) -> None:
        site.block(block.code, block.reason, block.node)

    # URLs

    def _used_urls(self) -> None:
        self.literals: dict[cst.CSTNode, set[Site]] = {}
        for site in self.sites:
            for value in site.send.url_values:
                if isinstance(value, Text):
                    for piece in value.pieces:
                        if isinstance(piece, Piece) and piece.node is not None:
                            self.literals.setdefault(piece.node, set()).add(site)

    def _urls(self) -> None:
        wanted: dict[cst.CSTNode, dict[Site, frozenset[UrlEdit]]] = {}
        for site in self.sites:
            if site.blocks or site.endpoint is None or is_of_binding(site):
                continue
            edits = edit_urls(site, self.options)
            if isinstance(edits, Block):
                self._add(site, edits)
                continue
            for node in {edit.node for edit in edits}:
                its = frozenset(edit for edit in edits if edit.node is node)
                wanted.setdefault(node, {})[site] = its
        for node, by_site in wanted.items():
            self._url_literal(node, by_site)

    def _url_literal(self, node: cst.CSTNode, by_site: dict[Site, frozenset[UrlEdit]]) -> None:
        """A literal can only change when all that is made of it changes alike."""
        users = self.literals.get(node, set())
        escaped = next(iter(self.facts.escaped_pieces.get(node, {}).items()), None)
        escaped = escaped or self.facts.held.get(node)
        edits = set(by_site.values())
        if escaped is not None or len(edits) > 1 or set(by_site) != users:
            for site in by_site:
                self.shared.setdefault(site, set()).add(node)
        for site in users:
            if escaped is not None:
                site.block("AR117", f"a part of its URL {escaped[1]} as well", escaped[0])
            elif len(edits) > 1 or set(by_site) != users:
                site.block(
                    "AR117", "a part of its URL is shared with a call that is not rewritten", node
                )
        self._groups.append(frozenset(users))
        for edit in next(iter(edits)):
            start = self._literal_start(node)
            self.editor.replace_span(
                start + edit.start, start + edit.end, users, partial(str, edit.text)
            )

    def _literal_start(self, node: cst.CSTNode) -> int:
        start, _ = self.editor.positions.span(node)
        if isinstance(node, cst.SimpleString):
            source = self.editor.positions.source(node)
            return start + source.index(node.value) + len(node.prefix) + len(node.quote)
        return start

    # Answers

    def _reads(self, answers: Answers) -> None:
        for site, block in edit_streams(self.editor, self.facts, self._parents):
            self._add(site, block)
        self._groups += [frozenset(parse.sites) for parse in self.facts.parses.values()]
        self._foreign()
        self._lift(answers)
        for read in self.facts.reads.values():
            events = {event for _, _, event in read.origins}
            if True in events:
                if False in events or read.node in self.facts.foreign:
                    self._block_all(
                        read.origins,
                        Block("AR115", "an event is read with other things", read.node),
                    )
                continue
            self._together(read.origins, answers.read(read))
            if answers.is_timestamp(read):
                for site, _, _ in read.origins:
                    self.owed.setdefault(site, []).append(Owed("AR217", read.steps[-1].key))
        for site in self.facts.failures_shown:
            self.owed.setdefault(site, []).append(Owed("AR218", "errors"))
        self._rows(answers)
        self._tests(answers)
        for wrong in self.facts.wrong_reads.values():
            self._wrong_read(wrong)
        self._own_keys()
        self._stored(answers)

    def _stored(self, answers: Answers) -> None:
        """Values that are changed must be those that are read afterwards, and no others."""
        for (site, path, in_place), node in self.facts.stored.items():
            is_moved = answers.adopted(path) is not None
            if is_moved or not is_changed_alike(site.answers, path, in_place=in_place):
                site.block("AR114", "its answer is changed", node)

    def _foreign(self) -> None:
        """What a helper reads of the answers of other services must stay as it is."""
        foreign = self.facts.foreign
        for read in self.facts.reads.values():
            read.mixed = read.mixed or read.node in foreign
        for guard in self.facts.guards.values():
            guard.mixed = guard.mixed or guard.node in foreign
        for identity in self.facts.identities.values():
            identity.mixed = identity.mixed or identity.node in foreign
        for wrong in self.facts.wrong_reads.values():
            wrong.mixed = wrong.mixed or wrong.node in foreign
        for node, tested in self.facts.tests.items():
            tested.mixed = tested.mixed or node in foreign

    def _lift(self, answers: Answers) -> None:
        """Have answers of both shapes in one, where the program takes their envelope off."""
        for read in self.facts.reads.values():
            if not any(site in self.facts.identified for site, _, _ in read.origins):
                answers.lift(read)

    def _tests(self, answers: Answers) -> None:
        """What is asked of answers."""
        for guard in self.facts.guards.values():
            of_events = any(event for _, _, event in guard.origins)
            self._together(guard.origins, None if of_events else answers.guard(guard))
        for node, tested in self.facts.tests.items():
            self._together(tested.origins, answers.test(node, tested))
        for identity in self.facts.identities.values():
            origins = {(site, (), False) for site in identity.sites}
            self._together(origins, answers.identity(identity))

    def _rows(self, answers: Answers) -> None:
        """What is done to rows as a whole."""
        for getter in self.facts.getters.values():
            if getter.origins:
                self._together(getter.origins, answers.getter(getter))
        self._groups += self.facts.tied

    def _wrong_read(self, wrong: WrongRead) -> None:
        """A read that was wrong stays wrong, unless the new answer has what it asks for."""
        if not any(self._may_have(site, (*path, wrong.key)) for site, path, _ in wrong.origins):
            return
        sites = {site for site, _, _ in wrong.origins}
        is_alone = wrong.node not in self.facts.reads
        if is_alone and drop_read(self.editor, self._parents, wrong, sites, self._taken):
            self.dropped.add(wrong)
            self._groups.append(frozenset(sites))
            return
        block = Block("AR114", "it reads what only the new answer has", wrong.node)
        self._together(wrong.origins, block)

    def _own_keys(self) -> None:
        """Keys that the program adds must meet nothing in the new answer, nor each other."""
        asked = {wrong.key for wrong in self.facts.wrong_reads.values()}
        asked |= {guard.key for guard in self.facts.guards.values()}
        for (site, path), node in self.facts.own_keys.items():
            # An object of its own: what holds a result or a content may be another's now.
            owner = path[:-1]
            is_own = bool(owner) and holder(site.answers, owner) != holder(site.answers, owner[:-1])
            if self._may_have(site, path):
                site.block("AR114", "it sets what the new answer has as well", node)
            elif not is_own or path[-1] in asked:
                site.block("AR114", "its answer is changed", node)

    def _may_have(self, site: Site, path: Path) -> bool:
        """Whether what the legacy answer never held may be in the new one."""
        start = holder(site.answers, path[:-1])
        return start is None or may_have(site.answers, start, path[-1])

    def _together(self, origins: Iterable[tuple[Site, Path, bool]], block: Block | None) -> None:
        sites = frozenset(origin[0] for origin in origins)
        self._groups.append(sites)
        if block is not None:
            self._block_all(origins, block)

    def _block_all(self, origins: Iterable[tuple[Site, Path, bool]], block: Block) -> None:
        for site, _, _ in origins:
            self._add(site, block)

    def _settle(self) -> None:
        """What goes together becomes native together, or not at all."""
        if self.options.style == "bridge":
            for site in self.sites:
                if not site.send.is_done:
                    site.block("AR118", "bridges were asked for", site.send.call)
            return
        changed = True
        while changed:
            changed = False
            for group in self._groups:
                blocked = {site for site in group if site.blocks}
                if blocked and blocked != group:
                    changed = True
                    for site in group - blocked:
                        site.block(
                            "AR117",
                            "it shares a name or a literal with a call that is not rewritten",
                            site.send.call,
                        )
