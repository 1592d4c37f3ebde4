"""What was written is read again: there must be nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .program import BudgetError
from .verdict import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .members import Member
    from .options import Options
    from .program import FindModule

__all__ = ["verify"]


def verify(members: Sequence[Member], options: Options, find_module: FindModule) -> str:
    """Why edited files, parsed again, cannot be trusted, "" when they can."""
    try:
        again = judge(members, options, find_module)
    except BudgetError:
        return "a second run would not understand it"
    if options.select or options.ignore:
        return ""  # a site that was not selected is still there; what was rewritten is not
    if any(again.texts[each.path] != each.text for each in members):
        return "a second run would change it again"
    if any(row.verdict == "native" for row in again.rows):
        return "a second run would find a legacy call in it"
    return ""
