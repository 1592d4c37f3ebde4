"""Parse a file without letting it end the run: its nesting can kill the native parser."""

from __future__ import annotations

import re
import subprocess
import sys

import libcst as cst

__all__ = ["UnparsableError", "parse"]

_DEEP_BRACKETS = 500
_LONG_CHAIN = 2000
_PATIENCE = 30
_CHAINED = re.compile(r"\belif\b|\blambda\b|\belse\b|\bnot\b|[-+~.*/%&|^]|\)\(")
_TRY = "import sys, libcst; libcst.parse_module(sys.stdin.buffer.read().decode())"


class UnparsableError(Exception):
    """A file that libcst does not parse: `code` says why, `line` where it is known."""

    def __init__(self, code: str, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.code, self.line = code, line


def parse(text: str) -> cst.Module:
    """The parsed module.

    Raises:
        UnparsableError: It does not parse, or is nested too deep.
    """
    if _is_suspicious(text) and not _survives(text):
        raise UnparsableError("AR154", "it is nested too deep to be parsed")
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise UnparsableError("AR150", "it does not parse", max(1, error.raw_line)) from None
    except RecursionError:
        raise UnparsableError("AR154", "it is nested too deep to be parsed") from None


def _is_suspicious(text: str) -> bool:
    """Whether it may hold what is nested hundreds of levels deep; strings are counted as code."""
    opened = text.count("(") + text.count("[") + text.count("{")
    if opened > _DEEP_BRACKETS and _depth(text) > _DEEP_BRACKETS:
        return True
    return text.count("elif") > _LONG_CHAIN or any(
        len(line) > _LONG_CHAIN and len(_CHAINED.findall(line)) > _LONG_CHAIN
        for line in text.splitlines()
    )


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[({\])}]", text):
        depth = max(0, depth + (1 if bracket in "[({" else -1))
        deepest = max(deepest, depth)
    return deepest


def _survives(text: str) -> bool:
    """Whether another process parses it, and soon."""
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, and a program of our own)
            [sys.executable, "-c", _TRY],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    # A refusal is the parser's own answer: it is asked again, and says where.
    return done.returncode >= 0
