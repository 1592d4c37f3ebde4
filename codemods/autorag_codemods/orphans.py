"""Rows for the legacy URLs that reach no call which is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .program.tree import dotted
from .report.model import Evidence, Finding, Place, Row
from .senders import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from .program import Facts, Parents, Positions
    from .rewrite.plan import Plan

__all__ = ["Orphans", "marked_literals"]

_HARMLESS = frozenset(
    {
        *("print", "pprint", "echo", "write", "debug", "info", "warning", "error", "exception"),
        *("critical", "log", "len", "isinstance", "append", "extend", "add"),
        *("SimpleNamespace", "Namespace", "add_argument", "setdefault", "from_mapping"),
    }
)
"""The last word of a callee that sends nothing of what it is given."""

_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
_SUGGESTION = "send it with requests or httpx, or put an adapter in front of the sender by hand"


def marked_literals(parents: Parents) -> list[cst.CSTNode]:
    """Literals that hold the marker, without those that are statements: docstrings."""
    found = [
        node
        for node in parents.strings
        if MARKER in node.value and type(parents.of(node)) is not cst.Expr
    ]
    # A route that the program serves itself is no call.
    return [
        node
        for node in found
        if not any(isinstance(each, cst.Decorator) for each in parents.above(node))
    ]


class Orphans:
    """What reaches no site: rows of a program, and findings in its tests.

    Attributes:
        in_tests: What stands in tests, after `rows`.
    """

    def __init__(
        self,
        facts: Facts,
        parents: Parents,
        positions: Positions,
        exported: Collection[cst.CSTNode],
        is_test: Callable[[cst.CSTNode], bool],
        kept_lines: Callable[[cst.CSTNode], set[int]],
        is_set: Callable[[cst.CSTNode], bool],
    ) -> None:
        self._facts, self._parents, self._positions = facts, parents, positions
        self._exported, self._is_test, self._kept_lines = exported, is_test, kept_lines
        self._is_set = is_set
        self.in_tests: list[Finding] = []

    def rows(self, plan: Plan) -> list[Row]:
        """Rows for legacy URLs that reach a sender which is not understood, or none at all."""
        rows: dict[Place, Row] = {}
        calls = {site.send.call for site in plan.sites}
        for node in marked_literals(self._parents):
            places = self._facts.escaped_pieces.get(node, {})
            sent = {
                where: how
                for where, how in places.items()
                # What a call that has a row is given was put together in its arguments.
                if self._looks_like_a_send(where) and self._call_around(where) not in calls
            }
            if not sent and node not in plan.literals:
                if self._is_set(node):
                    continue
                nowhere = (node, "reaches no call that is understood")
                held = self._facts.held.get(node, nowhere)
                sent = dict([next(iter(places.items()), held)])
            for where, how in sent.items():
                if self._is_test(node):
                    place = Place(*self._positions.place(node))
                    text = "a legacy URL in a test: see the call that it tests"
                    finding = Finding("AR144", text, place)
                    if finding not in self.in_tests:
                        self.in_tests.append(finding)
                else:
                    row = self._orphan(node, where, how)
                    rows.setdefault(row.place, row)
        for node in self._words():
            if node not in plan.literals and not self._is_test(node):
                row = self._orphan(node, node, "may be put together of this and other words")
                rows.setdefault(row.place, row)
        return list(rows.values())

    def _words(self) -> Iterable[cst.SimpleString]:
        """``"autorag"`` by itself, in a statement that has ``"rags"`` as well."""
        words = {part: list[tuple[cst.SimpleString, object]]() for part in MARKER.split("/")}
        for node in self._parents.strings:
            word = node.raw_value.strip("/") if isinstance(node, cst.SimpleString) else ""
            if isinstance(node, cst.SimpleString) and word in words:
                above = self._parents.above(node)
                line = next((each for each in above if isinstance(each, _STATEMENTS)), None)
                words[word].append((node, line))
        first, second = words.values()
        lines = [line for _, line in second]
        return [node for node, line in first if any(line is each for each in lines)]

    def _looks_like_a_send(self, where: cst.CSTNode) -> bool:
        if where in self._exported:
            return True
        call = self._call_around(where)
        if call is None:
            return False
        name = dotted(call.func) or getattr(getattr(call.func, "attr", None), "value", "")
        return name.rpartition(".")[2] not in _HARMLESS

    def _orphan(self, node: cst.CSTNode, where: cst.CSTNode, how: str) -> Row:
        call = self._call_around(where)
        kept = self._kept_lines(call or where)
        path, line, _ = self._positions.place(node)
        shown, end, _ = self._positions.place(call or where)
        here = "stands here" if path == shown else f"stands in {path}"
        return Row(
            verdict="kept" if kept else "manual",
            code="AR140" if kept else "AR130",
            reason="it is kept by a comment" if kept else f"a legacy URL {how.rstrip(',')}",
            place=Place(*self._positions.place(call or where)),
            call=(dotted(call.func) if call is not None else "") or MARKER,
            suggestion="" if kept or where in self._exported else _SUGGESTION,
            evidence=(
                Evidence(line, f"…/{MARKER}/… {here}"),
                Evidence(end, f"not native: it {how.rstrip(',')}"),
            ),
            kept_by=frozenset(kept),
            pieces=(Place(*self._positions.place(node)),),
        )

    def _call_around(self, node: cst.CSTNode) -> cst.Call | None:
        parent = self._parents.of(node)
        return (
            parent
            if isinstance(parent, cst.Call)
            else (
                above
                if isinstance(parent, cst.Arg)
                and isinstance(above := self._parents.of(parent), cst.Call)
                else None
            )
        )
