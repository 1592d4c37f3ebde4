"""Sites that are kept: ``# autorag-migrate: keep -- reason``."""

from __future__ import annotations

import io
import re
import tokenize
from typing import NamedTuple

__all__ = ["Keep", "keeps_in"]

_COMMENT = re.compile(r"#\s*autorag-migrate:\s*keep\b(?:\s*--\s*(?P<reason>\S.*?))?\s*$")


class Keep(NamedTuple):
    """A comment, and the line of the code that it keeps; `reason` is "" where none is given."""

    line: int
    keeps: int
    reason: str


def keeps_in(text: str) -> list[Keep]:
    """Every such comment: at the end of a line it keeps that line, alone the next line of code."""
    if "autorag-migrate:" not in text:
        return []
    lines = io.StringIO(text, newline=None).read().split("\n")
    found = []
    for number in sorted(_comment_lines(text, lines)):
        line = lines[number - 1]
        match = _COMMENT.search(line)
        if match is None:
            continue
        keeps = number
        if line.lstrip().startswith("#"):
            keeps = next(
                (
                    after
                    for after in range(number + 1, len(lines) + 1)
                    if lines[after - 1].strip() and not lines[after - 1].lstrip().startswith("#")
                ),
                number,
            )
        found.append(Keep(number, keeps, match["reason"] or ""))
    return found


def _comment_lines(text: str, lines: list[str]) -> set[int]:
    """Lines with a comment; where this Python cannot tokenize the file, any that look like it."""
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
        return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    except (tokenize.TokenError, SyntaxError):
        return {number for number, line in enumerate(lines, 1) if _COMMENT.search(line)}
