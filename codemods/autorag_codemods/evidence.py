"""What led to a verdict: the pieces of the URL, the payload, the send, the reads, what blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_migrate.mapping import API_HOST, REQUEST_FIELDS, ROUTES

from .program.schema import EACH
from .program.tree import dotted
from .program.values import Dict, Dumped, Piece, Text
from .report.model import Evidence
from .senders import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from .program import Block, Facts, Positions, Site
    from .program.sites import Read
    from .program.values import Values

__all__ = ["evidence_of"]

_ENDPOINTS = frozenset(
    tail for route in ROUTES if (tail := route.legacy.partition("}")[2]) and "{" not in tail
)
_FIELDS = frozenset(row.legacy.partition(".")[0] for row in REQUEST_FIELDS)


def evidence_of(
    site: Site, first: Block | None, facts: Facts, positions: Positions
) -> Iterator[Evidence]:
    """The steps to the verdict of a site; none quotes what only the program says.

    Args:
        site: The site.
        first: What stood in the way of native first, None where nothing did.
        facts: What is known of the module.
        positions: Where its nodes stand.
    """
    shown, _, _ = positions.place(site.send.call)
    seen: set[Evidence] = set()
    for node, text in _steps(site, first, facts, positions):
        path, line, _ = positions.place(node)
        step = Evidence(line, text if path == shown else f"{text} ({path})")
        if step not in seen:
            seen.add(step)
            yield step


def _steps(
    site: Site, first: Block | None, facts: Facts, positions: Positions
) -> Iterator[tuple[cst.CSTNode, str]]:
    call = site.send.call
    yield from _url(site.send.url_values, positions)
    steps = _payload(site.send.body_values)
    yield from sorted(steps, key=lambda step: (positions.span(step[0]), step[1]))
    yield call, f"{dotted(call.func) or 'a call'}() sends it"
    reads = (read for read in facts.reads.values() if _starts_at(read, site))
    for read in sorted(reads, key=lambda read: positions.span(read.node)):
        paths = {_path(read, origin[1]) for origin in read.origins if origin[0] is site}
        yield read.node, f"its answer is read: {' or '.join(sorted(paths))}"
    if first is not None:
        yield first.node or call, f"not native: {first.reason}"
    others = [(block.node or call, block.reason) for block in site.blocks if block is not first]
    for node, reason in sorted(others, key=lambda each: (positions.span(each[0]), each[1])):
        yield node, f"nor for this: {reason}"


def _url(values: Values, positions: Positions) -> Iterator[tuple[cst.CSTNode, str]]:
    """What stands of the URL on each line, the string with the legacy route first."""
    texts = [value for value in values if isinstance(value, Text)]
    lines: dict[tuple[str, int], dict[cst.CSTNode, list[str]]] = {}
    # Alternatives are a set, but a report is the same in every run.
    for text in sorted(texts, key=lambda text: _order(text, positions)):
        for piece in text.pieces:
            if piece.node is not None:
                path, line, _ = positions.place(piece.node)
                words = _words(piece.text) if isinstance(piece, Piece) else [_UNKNOWN]
                lines.setdefault((path, line), {}).setdefault(piece.node, words)
    for nodes in lines.values():
        words = [word for each in nodes.values() for word in each if word != _UNKNOWN]
        unknown = sum(each == [_UNKNOWN] for each in nodes.values())
        if unknown:
            words.append(_UNKNOWN if unknown == 1 else f"{unknown} {_UNKNOWNS}")
        yield next(iter(nodes)), f"of its URL: {', '.join(dict.fromkeys(words)) or 'other text'}"


_UNKNOWN = "a value that is known at run time"
_UNKNOWNS = "values that are known at run time"


def _order(text: Text, positions: Positions) -> tuple[object, ...]:
    """The string with the legacy route first, then as the source has them."""
    said = [piece.text for piece in text.pieces if isinstance(piece, Piece)]
    return not _holds_marker(text), _places(text, positions), said


def _places(text: Text, positions: Positions) -> list[tuple[int, int]]:
    return [positions.span(piece.node) for piece in text.pieces if piece.node is not None]


def _holds_marker(text: Text) -> bool:
    return MARKER in "".join(piece.text for piece in text.pieces if isinstance(piece, Piece))


def _words(text: str) -> list[str]:
    """What a literal is for a URL, in the table's words."""
    words = ["the API's host"] if API_HOST in text else []
    if MARKER in text:
        words.append(f"…/{MARKER}/…")
    path = text.partition("?")[0]
    return words + [
        tail for tail in sorted(_ENDPOINTS) if path.endswith(tail) or path.strip("/") == tail[1:]
    ]


def _payload(values: Values) -> Iterator[tuple[cst.CSTNode, str]]:
    for value in values:
        if isinstance(value, Dumped):
            yield from _payload(value.value)
        elif isinstance(value, Dict):
            yield value.made.node, "its payload is made here"
            for entry in value.made.entries.values():
                if not entry.literal:
                    what = entry.key if entry.key in _FIELDS else "a key that the API does not have"
                    yield entry.where, f"{what} is put into its payload"


def _starts_at(read: Read, site: Site) -> bool:
    return any(origin[0] is site for origin in read.origins)


def _path(read: Read, origin: Iterable[str]) -> str:
    """The path of a read from the top of the answer: ``$.result.data[].score``."""
    keys = [*origin, *(step.key for step in read.steps)]
    return "$" + "".join(EACH if _is_index(key) else f".{key}" for key in keys)


def _is_index(key: str) -> bool:
    return key in {EACH, "None"} or key.lstrip("-").isdigit()
