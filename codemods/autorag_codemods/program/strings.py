"""Strings with holes: made from literals, joined, and cut.

Each known piece keeps the literal that holds it, so that it can be found and edited there.
"""

from __future__ import annotations

import ast
import codecs
import re
from typing import TYPE_CHECKING

from autorag_migrate.mapping import MARKER

from .values import Const, Hole, Piece, Symbol, Text, Unknown, Value, Values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import libcst as cst

__all__ = [
    "HOLE",
    "MARKER",
    "WORD",
    "blurred",
    "decoded",
    "flat",
    "is_hinted",
    "is_legacy",
    "joined",
    "literal",
    "names_it",
    "path_joined",
    "plain",
    "speaks_of_it",
    "stripped",
    "template_text",
    "to_pieces",
    "url_joined",
]

WORD, _ = MARKER.split("/")
_HOST = re.compile(r"https?://[^/?#\0]+")
HOLE = "\0"
"""Stands for a hole in a flattened string; no source text holds a NUL."""


def literal(node: cst.SimpleString) -> Value | None:
    """The value of a plain string or bytes literal, None for one that cannot be read."""
    inner, is_exact = _plain_inner(node.value)
    if not is_exact:
        prefix = node.prefix.lower()
        if "b" in prefix:
            value = node.evaluated_value
            return Const(value, "bytes") if isinstance(value, bytes) else None
        inner = node.raw_value
        text = inner if "\\" not in inner or "r" in prefix else decoded(node)
        if text is None:
            return None
        return Text((Piece(text, node, 0, text == inner),)) if text else Text(())
    return Text((Piece(inner, node),)) if inner else Text(())


def _plain_inner(source: str) -> tuple[str, bool]:
    """What most literals are: two quotes, and between them nothing that means something else."""
    quote = source[0]
    if quote not in "\"'" or "\\" in source or source.startswith(quote * 3):
        return "", False
    return source[1:-1], True


def decoded(node: cst.SimpleString) -> str | None:
    """What a string literal stands for, None where that is not certain."""
    try:
        value = ast.literal_eval(node.value)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def template_text(node: cst.FormattedStringText, prefix: str) -> Piece:
    """The piece of an f-string between two expressions."""
    raw = node.value
    text = raw.replace("{{", "{").replace("}}", "}")
    if "\\" in text and "r" not in prefix.lower():
        try:
            text = codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape")
        except (UnicodeDecodeError, DeprecationWarning):
            text = raw
    return Piece(text, node, 0, text == raw)


def flat(text: Text) -> str:
    """The string with `HOLE` for every hole."""
    return "".join(HOLE if isinstance(piece, Hole) else piece.text for piece in text.pieces)


def plain(values: Values) -> str | None:
    """The string, if there is one alternative and it has no holes."""
    if len(values) != 1:
        return None
    (value,) = values
    if not isinstance(value, Text) or any(isinstance(piece, Hole) for piece in value.pieces):
        return None
    return flat(value)


def to_pieces(value: Value, node: cst.CSTNode | None) -> tuple[Piece | Hole, ...]:
    """What a value becomes inside a string."""
    if isinstance(value, Text):
        return value.pieces
    if isinstance(value, Const) and value.kind in {"int", "bool", "float"}:
        return (Piece(str(value.value), None, 0, exact=False),)
    return (Hole(node, hinted=speaks_of_it(value)),)


def names_it(name: str) -> bool:
    """Whether a name speaks of AutoRAG."""
    return WORD in name.lower().replace("_", "")


def speaks_of_it(value: Value) -> bool:
    """Whether a text, or the name that a value comes from, speaks of AutoRAG."""
    if isinstance(value, Symbol):
        return names_it(value.name)
    pieces = value.pieces if isinstance(value, Text) else ()
    said = (WORD in piece.text.lower() for piece in pieces if isinstance(piece, Piece))
    return is_hinted(value) or any(said)


def is_hinted(value: Value) -> bool:
    """Whether a value, or a part of it, is not known and comes by a name that speaks of AutoRAG."""
    if isinstance(value, Text):
        return any(isinstance(piece, Hole) and piece.hinted for piece in value.pieces)
    return isinstance(value, Unknown) and value.hinted


def is_legacy(text: Text) -> bool:
    """Whether a string is, or holds, a legacy URL."""
    return MARKER in flat(text)


def joined(parts: Iterable[tuple[Piece | Hole, ...]]) -> Text:
    """Pieces one after the other."""
    return Text(tuple(piece for part in parts for piece in part))


def blurred(values: Collection[Value]) -> Values:
    """Legacy URLs that something was done to: they are known, but not where to edit them."""
    found: list[Value] = [
        Text((*(_unclear(p) for p in text.pieces), Hole(None)))
        for text in values
        if isinstance(text, Text) and is_legacy(text)
    ]
    return frozenset(found or [Unknown(kind="str", hinted=any(map(is_hinted, values)))])


def _unclear(piece: Piece | Hole) -> Piece | Hole:
    return (
        Piece(piece.text, piece.node, piece.offset, exact=False)
        if isinstance(piece, Piece)
        else piece
    )


def url_joined(base: Text, relative: Text) -> tuple[Text, Text] | None:
    """``urljoin(base, relative)``, and what of the base's path is cut off for it.

    It is None where that depends on what is not known.
    """
    above, below = flat(base), flat(relative)
    host = _HOST.match(above)
    if host is None or not below or below[0] in f"{HOLE}?#." or "//" in below or "/." in below:
        return None
    if ":" in below.partition("/")[0] or "?" in above or "#" in above:
        return None
    end = host.end() if below[0] == "/" else above.rfind("/") + 1
    if (below[0] != "/" and end <= host.end()) or HOLE in above[end:]:
        return None
    kept = _first(base, end)
    return joined([kept, relative.pieces]), Text(base.pieces[len(kept) :])


def path_joined(parts: Iterable[Text]) -> Text | None:
    """``os.path.join`` of relative parts below the first, None for any other."""
    made: list[Piece | Hole] = []
    for part in parts:
        text = flat(part)
        if made and (not text or text[0] in f"{HOLE}/"):
            return None
        if made and not flat(Text(tuple(made))).endswith(("/", HOLE)):
            made.append(Piece("/", None, 0, exact=False))
        elif made and isinstance(made[-1], Hole):
            return None
        made += part.pieces
    return Text(tuple(made))


def _first(text: Text, length: int) -> tuple[Piece | Hole, ...]:
    """The first characters of a string."""
    kept: list[Piece | Hole] = []
    for piece in text.pieces:
        size = 1 if isinstance(piece, Hole) else len(piece.text)
        if length <= 0:
            break
        if isinstance(piece, Piece) and size > length:
            piece = Piece(piece.text[:length], piece.node, piece.offset, piece.exact)  # noqa: PLW2901
        kept.append(piece)
        length -= size
    return tuple(kept)


def stripped(text: Text, chars: str, *, left: bool = False, right: bool = False) -> Text:
    """``strip`` of known characters; a hole at the end stops it."""
    pieces = list(text.pieces)
    if right:
        pieces = list(_cut_right(pieces, chars))
    if left:
        pieces = list(_cut_left(pieces, chars))
    return Text(tuple(pieces))


def _cut_right(pieces: list[Piece | Hole], chars: str) -> Iterator[Piece | Hole]:
    while pieces:
        last = pieces[-1]
        if isinstance(last, Hole):
            break
        kept = last.text.rstrip(chars)
        if kept:
            pieces[-1] = Piece(kept, last.node, last.offset, last.exact)
            break
        pieces.pop()
    yield from pieces


def _cut_left(pieces: list[Piece | Hole], chars: str) -> Iterator[Piece | Hole]:
    while pieces:
        first = pieces[0]
        if isinstance(first, Hole):
            break
        kept = first.text.lstrip(chars)
        if kept:
            cut = len(first.text) - len(kept)
            pieces[0] = Piece(kept, first.node, first.offset + cut, first.exact)
            break
        pieces.pop(0)
    yield from pieces
