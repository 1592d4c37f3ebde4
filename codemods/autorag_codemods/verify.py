"""What was written is read again: it must parse, and there must be nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .comments import keeps_in
from .program import BudgetError, interpret
from .scan import may_matter
from .senders import LIBRARIES, classify
from .verdict import Surroundings, judge

if TYPE_CHECKING:
    from .options import Options

__all__ = ["verify"]


def verify(text: str, shown: str, options: Options, surroundings: Surroundings) -> str:
    """Why an edited text cannot be trusted, "" when it can."""
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError:
        return "what it would become does not parse"
    if not may_matter(text.encode("utf-8", "replace")):
        return ""  # a second run does not even parse it
    try:
        facts = interpret(module, LIBRARIES, classify)
    except BudgetError:
        return "a second run would not understand it"
    if all(site.send.is_done for site in facts.sites.values() if site.seen):
        return ""
    keep = {keep.keeps for keep in keeps_in(text) if keep.reason}
    again = judge(module, text, shown, options, surroundings, keep)
    # A site that was not selected is still there; what was rewritten is not.
    if again.text != text and not (options.select or options.ignore):
        return "a second run would change it again"
    if any(row.verdict == "native" for row in again.rows) and not (
        options.select or options.ignore
    ):
        return "a second run would find a legacy call in it"
    return ""
