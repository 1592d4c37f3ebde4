"""Parse a file without letting it end the run: its nesting can kill the native parser."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings

import libcst as cst

__all__ = ["UnparsableError", "parse", "still_parses"]

_DEEP_BRACKETS = 400
_LONG_CHAIN = 800
_PATIENCE = 6
_CHAINS = (*".+-*/%&|", "and", "or", "if", "not", "lambda", "][", ")(")
_TOKEN = re.compile(r"[\[({]|[\])}]|\n|\b(?:and|or|not|if|lambda)\b|[-+~*/%&|^.]|[\"']")
_TRY = "import sys, libcst; libcst.parse_module(sys.stdin.buffer.read().decode())"
_TOO_DEEP = "it is nested too deep to be parsed"
_PLACE = re.compile(r"error at (\d+):")


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
    suspicious = _is_suspicious(text)
    if suspicious and not _survives(text):
        raise UnparsableError("AR154", _TOO_DEEP)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        if suspicious and _is_python(text):
            raise UnparsableError("AR154", _TOO_DEEP) from None
        raise UnparsableError("AR150", "it does not parse", _line_of(error, text)) from None
    except RecursionError:
        raise UnparsableError("AR154", _TOO_DEEP) from None


def still_parses(text: str) -> bool:
    """Whether an edited text is Python; libcst may know newer syntax than this interpreter."""
    if _is_python(text):  # ten times faster
        return True
    try:
        cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError):
        return False
    return True


def _is_python(text: str) -> bool:
    """Whether this interpreter takes a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that is none is the owner's affair
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _line_of(error: cst.ParserSyntaxError, text: str) -> int:
    """The line of a syntax error; the error's own number is not the line of its message."""
    found = _PLACE.search(str(error))
    if found is not None:
        return max(1, int(found[1]))
    try:
        compile(text, "<text>", "exec", dont_inherit=True)
    except SyntaxError as other:
        return max(1, other.lineno or 1)
    except ValueError:
        pass
    return 1


def _is_suspicious(text: str) -> bool:
    """Whether it may hold what is nested hundreds of levels deep; strings are counted as code."""
    if text.count("elif") > _LONG_CHAIN:
        return True
    brackets = text.count("(") + text.count("[") + text.count("{")
    chained = sum(map(text.count, _CHAINS)) + text.count('"') + text.count("'")
    if brackets <= _DEEP_BRACKETS and chained <= _LONG_CHAIN:
        return False
    return _nests_deeply(text)


def _nests_deeply(text: str) -> bool:
    """Count brackets in each other, and what chains expressions on one logical line."""
    depth = chained = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n":
            chained = chained if depth else 0
        elif word in "[({":
            depth += 1
            if match.start() and text[match.start() - 1] in "])":
                chained += 1
            if max(depth, chained // 2) > _DEEP_BRACKETS:
                return True
        elif word in "])}":
            depth = max(0, depth - 1)
        else:
            chained += 1
            if chained > _LONG_CHAIN:
                return True
    return False


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
