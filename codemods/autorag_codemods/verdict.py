"""A verdict for every site of a module, with the evidence, and the text that follows from them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_migrate.mapping import NOTES

from .environment import unsure_uses, variables_of
from .evidence import evidence_of
from .members import ANY_NAME, WORSE, Judged, Member, Split, Surroundings, alone
from .orphans import Orphans, marked_literals
from .program import Block, BudgetError, Facts, Parents, Positions, Site, Unit, interpret
from .program.held import classes_in, telling_names
from .program.schema import kind_of
from .program.strings import is_hinted
from .program.tree import dotted
from .program.values import Answer, Body, Dict, Piece, Prepared, Response, Sequence, Text, Value
from .report.model import Finding, NoteOwed, Place, Row
from .rewrite.binding import is_of_binding, wrangler_change
from .rewrite.bridge import bridge_import, can_bridge
from .rewrite.edits import Edit, OverlapError
from .rewrite.plan import Plan
from .rewrite.split import Splitter
from .senders import EXTRAS, LIBRARIES, MARKER, classify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from collections.abc import Sequence as Sequence_

    from .options import Options
    from .program import FindModule
    from .program.facts import Export

__all__ = ["judge"]

_FIRST = (
    *("AR120", "AR136", "AR123", "AR121", "AR133", "AR119", "AR111", "AR112", "AR113", "AR116"),
    *("AR115", "AR110", "AR114", "AR122", "AR118", "AR117"),
)
"""Which of several reasons is the one that a row names: the causes before what follows."""


def judge(members: Sequence_[Member], options: Options, find_module: FindModule = alone) -> Judged:
    """Judge the modules of a program.

    Args:
        members: The modules.
        options: How to rewrite.
        find_module: Which of the modules an import means.

    Raises:
        BudgetError: Several modules are too much to be understood at once.
        MisalignedError: libcst does not give a text back.
        RecursionError: A module is nested too deep.
    """
    positions = Positions((each.path, each.module, each.text, each.sewn) for each in members)
    parents = Parents(each.module for each in members)
    programs = [each for each in members if not each.is_configuration]
    units = [Unit(each.path, each.module, each.around.opened) for each in programs]
    try:
        configured = frozenset().union(*(each.around.configured for each in members))
        variables = variables_of(members)
        facts = interpret(units, LIBRARIES, classify, find_module, configured, variables)
    except BudgetError:
        if len(members) > 1:
            raise
        return _not_understood(members[0], parents, positions)
    return _Verdicts(facts, parents, positions, members, options, find_module).judge()


def _not_understood(member: Member, parents: Parents, positions: Positions) -> Judged:
    judged = Judged({member.path: member.text})
    for node in marked_literals(parents):
        place = Place(*positions.place(node))
        judged.rows.append(
            Row(
                "manual",
                "AR130",
                "the file is too large or too entangled to be understood",
                place,
                MARKER,
                pieces=(place,),
            )
        )
    return judged


class _Verdicts:
    """The verdicts of one program."""

    def __init__(
        self,
        facts: Facts,
        parents: Parents,
        positions: Positions,
        members: Iterable[Member],
        options: Options,
        find_module: FindModule,
    ) -> None:
        self.facts, self.parents, self.positions = facts, parents, positions
        self.find_module = find_module
        self.members, self.options = {each.path: each for each in members}, options
        self.bridged: set[cst.ImportAlias] = set()
        self.dependencies: set[str] = set()
        self.exported: set[cst.CSTNode] = set()
        self.leading: set[tuple[str, str]] = set()
        self.overridable: set[cst.CSTNode] = set()

    def judge(self) -> Judged:
        self._from_outside()
        plan = Plan(self.facts, self.parents, self.positions, self.options)
        self.kept_imports = {
            site.send.symbol.imported
            for site in plan.sites
            if site.send.symbol is not None and self._is_kept(site)
        }
        try:
            return self._judged(plan)
        except OverlapError:
            # Every site is bridged: nothing but the imports is edited.
            for site in plan.sites:
                site.block("AR114", "its edits reach into each other", site.send.call)
            plan.editor.edits.clear()
            self.bridged.clear()
            return self._judged(plan)

    def _judged(self, plan: Plan) -> Judged:
        rows = [self._row_of(sites, plan) for sites in plan.by_call.values()]
        orphans = Orphans(
            *(self.facts, self.parents, self.positions, self.exported),
            *(self._is_test, self._kept_lines),
            is_set=lambda node: self._member(node).is_configuration,
        )
        rows += orphans.rows(plan)
        for imported in self.bridged:
            library = dotted(imported.name).partition(".")[0]
            statement = self.parents.of(imported)
            if isinstance(statement, cst.ImportFrom) and statement.module is not None:
                library = dotted(statement.module)
            bridge_import(plan.editor, self.parents, imported, library)
        native = {site for site in plan.sites if not site.blocks and not site.send.is_done}
        texts = plan.editor.apply(lambda edit: _holds(edit, native))
        rows.sort(key=lambda row: row.place)
        wanted = self.facts.wanted | set(self._wanted_callers(plan))
        findings = sorted(
            [*orphans.in_tests, *self._findings(plan)], key=lambda finding: finding.place
        )
        names = (wanted, self.leading, self.facts.lent_names)
        judged = Judged(texts, rows, findings, self.dependencies, *names)
        judged.split = partial(self._split, plan)
        return judged

    def _split(self, plan: Plan, left_out: Collection[Place]) -> Split:
        sites = {
            site: Place(*self.positions.place(site.send.call))
            for site in plan.shared
            if all(block.code == "AR117" for block in site.blocks)
        }
        shared = {site: plan.shared[site] for site, at in sites.items() if at not in left_out}
        if not shared:
            return Split({}, frozenset())
        around = [member.around.names for member in self.members.values()]
        splitter = Splitter(
            self.facts,
            self.parents,
            self.positions,
            {path: each.module for path, each in self.members.items() if not each.is_configuration},
            self.find_module,
            lambda name: any(name in names or ANY_NAME in names for names in around),
        )
        return Split(splitter.split(shared), frozenset(sites[site] for site in shared))

    def _member(self, node: cst.CSTNode) -> Member:
        return self.members[self.positions.file(node).path]

    def _is_test(self, node: cst.CSTNode) -> bool:
        return self._member(node).around.is_test

    def _around(self, node: cst.CSTNode) -> Iterable[Surroundings]:
        """What is around the module of a node, and around those that use it."""
        member = self._member(node)
        yield member.around
        for path in sorted(member.users):
            yield self.members[path].around

    # What is known before anything is planned

    def _from_outside(self) -> None:
        for node, how in self._exported():
            self.facts.escaped_pieces.setdefault(node, {})[node] = how
            if not _TEST_FILE.search(how):
                self.exported.add(node)
            for site in self.facts.sites.values():
                if node in self.overridable and node in _literals_of(site):
                    site.block("AR117", f"a part of its URL {how.rstrip(',')}", node)
        self._from_configuration()
        for site in self.facts.sites.values():
            around = list(self._around(site.send.call))
            doubles = next((each.doubles for each in around if each.doubles), "")
            patched = next((each.patched for each in around if each.patched), "")
            if self._is_kept(site):
                site.block("AR140", "it is kept by a comment", site.send.call)
            elif doubles:
                site.block("AR132", doubles, site.send.call)
            elif patched:
                site.block("AR122", patched, site.send.call)

    def _from_configuration(self) -> None:
        """Block what has its URL from a variable that something else may read as well."""
        variables = variables_of(self.members.values())
        for name, where in unsure_uses(self.members.values(), variables, self.facts, self.parents):
            how = f"a part of its URL is in {name}, which is read in another way as well"
            for site in self.facts.sites.values():
                if not _literals_of(site).isdisjoint(variables[name]):
                    site.block("AR117", how, where or site.send.url)

    def _exported(self) -> Iterable[tuple[cst.CSTNode, str]]:
        """The literals of strings that another file can read by name; dicts escape at once."""
        for export in self.facts.exports:
            names = self.members[export.path].around.names
            user = names.get(export.name) or names.get(ANY_NAME, "")
            how = f"is in {export.name}, which {user} uses,"
            if user and not _TEST_FILE.search(how):
                self._lend(export)
            if export.name not in names:
                self._reflected(export, how)
                continue
            for value in export.values:
                for site in _answering(value):
                    site.block("AR110", f"the answer {how.strip(',')} as well", site.send.call)
                if isinstance(value, Dict):
                    value.made.escaped = value.made.escaped or (value.made.node, how)
                for node in self._exported_pieces(export, value):
                    yield node, how

    def _reflected(self, export: Export, how: str) -> None:
        """Note that a URL is in a module whose names are asked for by others that make them."""
        member = self.members[export.path]
        is_test = _TEST_FILE.search(how)
        if ANY_NAME not in member.around.names or is_test or member.text.startswith("#!"):
            return
        for value in export.values:
            for node in self._exported_pieces(export, value):
                self.facts.held.setdefault(node, (node, how))

    def _lend(self, export: Export) -> None:
        """Note what others may read of the instances that they have by a name."""
        if export.values and all(isinstance(value, Text) for value in export.values):
            return
        for info in classes_in(export.values):
            names = set(telling_names(info))
            if names:
                self.leading.add((export.path, export.name))
                self.facts.lent_names.update((info.module.path, name) for name in names)

    def _exported_pieces(self, export: Export, value: Value) -> Iterable[cst.CSTNode]:
        """The literals of a string; a name that says where to ask decides about other files."""
        pieces = value.pieces if isinstance(value, Text) else ()
        literals = {p.node for p in pieces if isinstance(p, Piece) and p.node is not None}
        if _leads_there(value):
            self.leading.add((export.path, export.name))
        if export.node is not None:
            # An attribute or a method: a class elsewhere may have its own.
            self.overridable |= literals
        return literals

    def _wanted_callers(self, plan: Plan) -> Iterable[tuple[str, str]]:
        """Functions around sites that are not native, called from other files with what decides."""
        for site in plan.sites:
            if not any(block.code in _DECIDED_BY_CALLERS for block in site.blocks):
                continue
            names = self._member(site.send.call).around.names
            for above in self.parents.above(site.send.call):
                if isinstance(above, cst.FunctionDef) and above.name.value in names:
                    yield self._member(above).path, above.name.value

    def _is_kept(self, site: Site) -> bool:
        return bool(self._kept_lines(site.send.call))

    def _kept_lines(self, node: cst.CSTNode) -> set[int]:
        """The lines of the statement around a node that are kept by a comment."""
        start, end = self.positions.span(self.parents.statement(node))
        _, first, _ = self.positions.place_of(start)
        _, last, _ = self.positions.place_of(max(start, end - 1))
        return set(range(first, last + 1)) & self._member(node).keep

    # Rows

    def _row_of(self, sites: list[Site], plan: Plan) -> Row:
        """The row of a send: of several that it is, for each call of a helper, the worst one."""
        rows = [self._row(site, plan) for site in sites]
        # An adapter passes on what was never a route: such a call is no reason against it.
        is_bridged = any(row.verdict == "bridged" for row in rows)
        decisive = [row for row in rows if row.code != "AR136"] if is_bridged else rows
        row = max(decisive, key=lambda row: (WORSE.index(row.verdict), -_rank(row.code)))
        same = len({each.endpoint for each in rows}) == 1
        return row if same else replace(row, endpoint=None)

    def _row(self, site: Site, plan: Plan) -> Row:
        if self._is_kept(site):
            row = self._made(site, "kept", "AR140", "it is kept by a comment")
            return replace(row, kept_by=frozenset(self._kept_lines(site.send.call)))
        if site.send.is_done:
            reason = "its sender is an adapter already"
            return self._made(site, "bridged", "AR120", reason, done=True)
        if not site.blocks:
            notes = tuple(
                NoteOwed(owed.code, owed.field, NOTES[owed.code].text)
                for owed in plan.owed.get(site, ())
            )
            return self._made(
                site,
                "native",
                "AR101",
                "URL, payload and every read of the answer are understood",
                notes=notes,
            )
        block = min(site.blocks, key=self._weight)
        if block.code in {"AR132", "AR136"}:
            return self._made(site, "manual", block.code, block.reason, block=block)
        if self.options.style == "native":
            return self._made(site, "manual", "AR134", block.reason, block=block)
        send = site.send
        imported = send.symbol.imported if send.symbol is not None else None
        problem = "" if send.bridgeable else send.unbridgeable or "its client is made elsewhere"
        problem = problem or can_bridge(self.parents, imported, send.library)
        if not problem and imported in self.kept_imports:
            problem = "a call that is kept uses the same import"
        if problem:
            return self._made(
                site, "manual", "AR133", f"{block.reason}, and {problem}", block=block
            )
        around = self._member(site.send.call).around
        excluded = around.excluded or around.excluded_extras.get(send.library)
        if excluded:
            reason = f"{block.reason}, and {excluded}"
            return self._made(site, "manual", "AR131", reason, block=block)
        assert isinstance(imported, cst.ImportAlias)  # noqa: S101 (can_bridge has said so)
        self.bridged.add(imported)
        self.dependencies.add(EXTRAS.get(send.library, ""))
        return self._made(site, "bridged", block.code, block.reason, block=block)

    def _weight(self, block: Block) -> tuple[int, int, str]:
        """The causes first, and what stands first of those."""
        place = self.positions.span(block.node)[0] if block.node is not None else 0
        return _rank(block.code), place, block.reason

    def _made(
        self,
        site: Site,
        verdict: str,
        code: str,
        reason: str,
        *,
        done: bool = False,
        block: Block | None = None,
        notes: tuple[NoteOwed, ...] = (),
    ) -> Row:
        call = site.send.call
        return Row(
            verdict=verdict,  # type: ignore[arg-type]
            code=code,
            reason=reason,
            place=Place(*self.positions.place(call)),
            call=dotted(call.func) or "a call",
            endpoint=site.endpoint,
            done=done,
            suggestion=self._suggestion(site, verdict, code, reason),
            evidence=tuple(evidence_of(site, block, self.facts, self.positions)),
            notes=notes,
            pieces=tuple(sorted(self._pieces(site))),
        )

    def _suggestion(self, site: Site, verdict: str, code: str, reason: str) -> str:
        if "is kept" in reason:
            return ""
        if is_of_binding(site) and verdict == "native":
            return wrangler_change(self.options.namespace)
        by_hand = code == "AR133" and site.send.unbridgeable
        return _BY_HAND if by_hand else _SUGGESTIONS.get(code, "")

    def _pieces(self, site: Site) -> Iterable[Place]:
        for node in _literals_of(site):
            if node is not None:
                yield Place(*self.positions.place(node))

    def _findings(self, plan: Plan) -> list[Finding]:
        found: list[Finding] = []
        for wrong in self.facts.wrong_reads.values():
            sites = {site for site, _, _ in wrong.origins if site in plan.sites}
            changed = any("is changed" in block.reason for each in sites for block in each.blocks)
            if sites and not changed:
                what = "left as it is"
                if not any(site.blocks for site in sites):
                    is_dropped = wrong in plan.dropped
                    what = "dropped, as what follows is taken" if is_dropped else _KEPT_READ
                text = f"the legacy answer never held {wrong.key}: the read is {what}"
                found.append(Finding("AR205", text, Place(*self.positions.place(wrong.node))))
        return sorted(found, key=lambda finding: finding.place)


def _literals_of(site: Site) -> set[cst.CSTNode | None]:
    texts = (value for value in site.send.url_values if isinstance(value, Text))
    return {piece.node for text in texts for piece in text.pieces if isinstance(piece, Piece)}


def _answering(value: Value) -> Iterable[Site]:
    """The sites whose answers are in a value, beside what is only a part of one."""
    match value:
        case Answer(site, path, event) if event or kind_of(site.endpoint or "", path) != "leaf":
            yield site
        case Response(site) | Body(site) | Prepared(site):
            yield site
        case Sequence(element):
            for each in element:
                yield from _answering(each)


def _leads_there(value: Value) -> bool:
    """Whether a value says where to ask, or something in it does."""
    match value:
        case Dict(made):
            return any(_leads_there(v) for e in made.entries.values() for v in e.value)
        case Sequence(element):
            return any(map(_leads_there, element))
        case Text(pieces):
            marked = (MARKER in each.text for each in pieces if isinstance(each, Piece))
            return is_hinted(value) or any(marked)
    return is_hinted(value)


def _rank(code: str) -> int:
    """What names the cause comes before what follows from it."""
    return _FIRST.index(code) if code in _FIRST else -1


def _holds(edit: Edit, native: set[Site]) -> bool:
    return edit.sites <= native


_KEPT_READ = "kept, and finds nothing in the new answer either"
_DECIDED_BY_CALLERS = frozenset({"AR111", "AR112", "AR113", "AR119"})
_TEST_FILE = re.compile(r", which (?:test_\w*|\w*_test|conftest)\.py uses")
_BY_HAND = "rewrite the call by hand with MIGRATION.md, or send it with requests or httpx"
_SUGGESTIONS = {
    "AR119": "where it is not below https://api.cloudflare.com/client/v4, give the adapter the "
    "base URL: CLOUDFLARE_API_BASE_URL, or api_base_url=",
    "AR121": "nothing to do: the adapter carries it",
    "AR131": "widen what the project requires, or rewrite the call by hand with MIGRATION.md",
    "AR132": "move the test double to the new URL and answer, then run again",
    "AR133": "make the client with autorag_migrate.adapters where it is made",
    "AR134": "run again with --style auto",
    "AR123": "compare what the adapter lists with what the legacy API lists for your account",
    "AR136": "the legacy API never had this path: see what the call is for",
}
