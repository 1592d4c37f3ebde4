"""The URL of a native site: the marker and the end of the path, where their literals stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autorag_codemods.program import Block, Site
from autorag_codemods.program.strings import flat
from autorag_codemods.program.values import Hole, Piece, Text
from autorag_codemods.senders import MARKER
from autorag_migrate.mapping import ROUTE_PREFIXES, ROUTES

if TYPE_CHECKING:
    import libcst as cst

    from autorag_codemods.options import Options

__all__ = ["UrlEdit", "edit_urls", "new_marker"]


class UrlEdit(NamedTuple):
    """What takes the place of some characters of a literal; offsets in the literal's text."""

    node: cst.CSTNode
    start: int
    end: int
    text: str


def new_marker(options: Options) -> str:
    """What stands between the account and the instance's name in a new URL."""
    return (
        ROUTE_PREFIXES[options.route]
        .rpartition("{account}/")[2]
        .format(namespace=options.namespace)
    )


def edit_urls(site: Site, options: Options) -> list[UrlEdit] | Block:
    """The edits of every form of the site's URL, or what stands in their way."""
    edits: list[UrlEdit] = []
    for value in site.send.url_values:
        if not isinstance(value, Text):
            return Block("AR111", "a part of its URL is not known", site.send.url)
        found = _edits_of(value, site, options)
        if isinstance(found, Block):
            return found
        edits += found
    return list(dict.fromkeys(edits))


def _edits_of(text: Text, site: Site, options: Options) -> list[UrlEdit] | Block:
    url = flat(text)
    marker = url.rfind(MARKER)
    route = next(route for route in ROUTES if route.name == site.endpoint)
    old, new = (side.partition("}/")[2] for side in (route.legacy, route.new))
    path_end = min((index for index in map(url.find, "?#") if index > marker), default=len(url))
    changes = [(marker, marker + len(MARKER), new_marker(options))]
    if old != new:
        if not url[:path_end].endswith(old):
            return Block("AR111", "the end of its URL is not understood", site.send.url)
        changes.append((path_end - len(old), path_end, new))
    edits: list[UrlEdit] = []
    for start, end, replacement in changes:
        found = _place(text, start, end, replacement)
        if found is None:
            return Block(
                "AR111", "its URL is spelled in a way that cannot be edited", site.send.url
            )
        edits += found
    return edits


def _place(text: Text, start: int, end: int, replacement: str) -> list[UrlEdit] | None:
    """Find the literals that hold a range of the flattened URL.

    The first gets all of the text. But a slash that stands by itself between them stays, and what
    is on either side of it gets a part of the path.
    """
    parts: list[list[UrlEdit]] = [[]]
    at = 0
    pieces = [p for p in text.pieces if isinstance(p, Piece) and p.node is not None]
    # A separator that was joined in again and again is one literal in many places.
    again = {
        (p.node, p.offset)
        for i, p in enumerate(pieces)
        if any(other.node is p.node and other.offset == p.offset for other in pieces[:i])
    }
    for piece in text.pieces:
        length = 1 if isinstance(piece, Hole) else len(piece.text)
        low, high = max(start, at), min(end, at + length)
        if low < high:
            if not isinstance(piece, Piece) or piece.node is None or not piece.exact:
                return None
            if piece.text == "/" and parts[-1]:
                parts.append([])
            elif (piece.node, piece.offset) in again:
                return None
            else:
                offset = piece.offset - at
                parts[-1].append(UrlEdit(piece.node, low + offset, high + offset, ""))
        at += length
    texts = replacement.rsplit("/", len(parts) - 1)
    if len(texts) != len(parts) or not all(parts):
        return None
    return [
        edit._replace(text="" if index else words)
        for words, part in zip(texts, parts, strict=True)
        for index, edit in enumerate(part)
    ]
