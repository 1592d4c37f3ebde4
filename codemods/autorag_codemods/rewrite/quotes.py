"""Small pieces of source in the caller's own spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from autorag_codemods.program import Parents

__all__ = ["quote_of", "quoted"]


def quote_of(node: cst.CSTNode | None, default: str = '"') -> str:
    """The quote that a string literal is written with."""
    if isinstance(node, cst.SimpleString):
        return node.quote[0]
    return default


def quote_inside(parents: Parents, node: cst.CSTNode, default: str = '"') -> str:
    """The quote for a new string at a place: inside of an f-string not the f-string's own."""
    for above in parents.above(node):
        if isinstance(above, cst.FormattedString):
            return "'" if above.start.endswith('"') else '"'
    return default


def quoted(text: str, quote: str) -> str:
    """A string literal; the text holds neither quotes nor backslashes."""
    return f"{quote}{text}{quote}"
