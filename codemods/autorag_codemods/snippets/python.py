"""A block of Python in a page: rewritten as a program of its own, when all of it is native."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autorag_codemods.members import Surroundings
from autorag_codemods.module import judge_text
from autorag_codemods.report.text import is_skipped_file

from .mentions import mentioned
from .snippet import Edit, LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.options import Options

    from .blocks import Block

__all__ = ["rewrite_python"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def rewrite_python(text: str, block: Block, others: Iterable[Block], options: Options) -> Edit:
    """The edit of a block.

    Args:
        text: The whole page.
        block: The block.
        others: The other blocks of the page; what they take from this one, they read.
        options: How to rewrite.

    Raises:
        LeftError: It does not parse, or a call in it is not native.
    """
    lines = _LINE.findall(text[block.start : block.end])
    if block.indent and any(line.strip("\r\n") and not line.strip() for line in lines):
        raise LeftError("a line of it holds nothing but blanks")
    program = _code(text, block)
    beside = ((_code(text, other), other.language, other.inline) for other in others)
    names = dict.fromkeys(mentioned(program, beside), "another block")
    outcome = judge_text(program, "block", options, Surroundings(names=names))
    if any(map(is_skipped_file, outcome.findings)):
        raise LeftError("it is no Python program by itself")
    left = next((row for row in outcome.rows if row.verdict != "native"), None)
    if left is not None:
        raise LeftError(f"a call in it is {left.verdict} ({left.code})")
    if outcome.text == program:
        raise LeftError("no call in it is understood")
    new = "".join(
        f"{block.indent}{line}" if line.strip() else line for line in _LINE.findall(outcome.text)
    )
    notes = sorted({f"{note.code} {note.field}" for row in outcome.rows for note in row.notes})
    return Edit(block.start, block.end, new, "a Python block", tuple(notes))


def _code(text: str, block: Block) -> str:
    lines = _LINE.findall(text[block.start : block.end])
    return "".join(line.removeprefix(block.indent) for line in lines)
