"""Small pieces of source in the caller's own spelling."""

from __future__ import annotations

import libcst as cst

__all__ = ["quote_of", "quoted"]


def quote_of(node: cst.CSTNode | None, default: str = '"') -> str:
    """The quote that a string literal is written with."""
    if isinstance(node, cst.SimpleString):
        return node.quote[0]
    return default


def quoted(text: str, quote: str) -> str:
    """A string literal; the text holds neither quotes nor backslashes."""
    return f"{quote}{text}{quote}"
