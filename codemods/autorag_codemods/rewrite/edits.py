"""Edits of a text: what is not edited keeps every character.

An edit may stand inside another one; the outer one makes its text from the inner one's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import libcst as cst

    from autorag_codemods.program import Positions, Site

__all__ = ["Edit", "Editor", "OverlapError"]


class OverlapError(ValueError):
    """Two edits of one run reach into each other."""


@dataclass(frozen=True, eq=False)
class Edit:
    """A span and the text that takes its place; it holds while all of its sites become native.

    An insertion has an empty span, and says in `what` by what two of them are the same. What
    `drops` takes no edit inside of it along on purpose.
    """

    start: int
    end: int
    make: Callable[[], str]
    sites: frozenset[Site]
    what: str = ""
    drops: bool = False


class Editor:
    """The edits of a program's files."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.edits: list[Edit] = []
        self._active: list[Edit] = []
        self._made: set[Edit] = set()

    def replace(
        self,
        node: cst.CSTNode,
        sites: Iterable[Site],
        make: Callable[[], str],
        *,
        drops: bool = False,
    ) -> None:
        """Put the text that `make` returns in the place of a node.

        It renders all that is edited inside of the node, unless it `drops` what it does not.
        """
        start, end = self.positions.span(node)
        self.edits.append(Edit(start, end, make, frozenset(sites), drops=drops))

    def replace_span(
        self, start: int, end: int, sites: Iterable[Site], make: Callable[[], str]
    ) -> None:
        """Put the text that `make` returns in the place of a span."""
        self.edits.append(Edit(start, end, make, frozenset(sites)))

    def insert(
        self, offset: int, sites: Iterable[Site], make: Callable[[], str], what: str
    ) -> None:
        """Put the text that `make` returns before an offset, once for each `what`."""
        self.edits.append(Edit(offset, offset, make, frozenset(sites), what))

    def render(self, node: cst.CSTNode) -> str:
        """The source of a node with the edits inside it."""
        return self.render_span(*self.positions.span(node))

    def render_span(self, start: int, end: int) -> str:
        """The text of a span with the edits inside it."""
        return self._apply(
            [e for e in self._active if start <= e.start and e.end <= end], start, end
        )

    def apply(self, keep: Callable[[Edit], bool]) -> dict[str, str]:
        """The text of each file, by its path, with the edits that are to be kept.

        Raises:
            OverlapError: Two of them cannot both be made.
        """
        wanted = self._active = _distinct([edit for edit in self.edits if keep(edit)])
        self._made.clear()
        texts = {file.path: self.render_span(file.start, file.end) for file in self.positions.files}
        if any(edit not in self._made for edit in wanted):
            raise OverlapError  # one that stands inside of another would be lost
        return texts

    def _apply(self, edits: list[Edit], start: int, end: int) -> str:
        parts = []
        at = start
        for edit in _outermost(edits):
            if edit.start < at:
                raise OverlapError
            parts.append(self.positions.text[at : edit.start])
            outer, self._active = (
                self._active,
                [other for other in self._active if other is not edit],
            )
            self._made.add(edit)
            if edit.drops:
                self._made.update(each for each in self._active if _is_in(each, edit))
            parts.append(edit.make())
            self._active = outer
            at = edit.end
        parts.append(self.positions.text[at:end])
        return "".join(parts)


def _distinct(edits: list[Edit]) -> list[Edit]:
    """One edit for each span: those that were asked for twice are alike."""
    by_span: dict[tuple[int, int, str], Edit] = {}
    for edit in edits:
        by_span.setdefault((edit.start, edit.end, edit.what), edit)
    return list(by_span.values())


def _outermost(edits: list[Edit]) -> list[Edit]:
    found: list[Edit] = []
    # What is inserted comes before what it is inserted in front of.
    for edit in sorted(edits, key=_order):
        if not found or edit.end > found[-1].end or edit.start >= found[-1].end:
            found.append(edit)
    return found


def _is_in(inner: Edit, outer: Edit) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _order(edit: Edit) -> tuple[int, bool, int, str]:
    return edit.start, edit.end > edit.start, -edit.end, edit.what
