"""What iterating over something gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .again import refresh
from .environment import join
from .responses import as_lines
from .schema import EACH, kind_of
from .values import UNKNOWN, Answer, Dict, Line, Lines, Sequence, Text, Tuple, Unknown, Values

if TYPE_CHECKING:
    import libcst as cst

    from .run import Run

__all__ = ["elements_of"]


def elements_of(run: Run, values: Values, node: cst.CSTNode) -> Values:
    """What iterating over values gives."""
    found: list[Values] = []
    for value in map(as_lines, values):
        match value:
            case Sequence(element):
                found.append(element)
            case Tuple(elements):
                found += elements
            case Answer(event=False):
                found.append(_elements_of_answer(run, value, node))
            case Lines(site):
                run.facts.line_readers.setdefault(site, set()).add(node)
                found.append(frozenset({Line(site)}))
            case Text(pieces=()):
                pass
            case Text() | Unknown():
                found.append(UNKNOWN)
            case Dict(made):
                made.read = made.read or node
                found.append(UNKNOWN)
            case _:
                run.escape([value], node, "is iterated over")
                run.show([value], node, "is iterated over")
    given = join(*found) if found else frozenset()
    if any(isinstance(value, (Sequence, Tuple)) for value in values):
        refresh(run, given)
    return given


def _elements_of_answer(run: Run, value: Answer, node: cst.CSTNode) -> Values:
    kind = kind_of(value.site.endpoint or "", value.path)
    if kind == "list":
        return frozenset({Answer(value.site, (*value.path, EACH), proxy=value.proxy)})
    if kind == "object" and not run.has_failed(value.site):
        value.site.block("AR114", "the keys of its answer are iterated over", node)
    return UNKNOWN
