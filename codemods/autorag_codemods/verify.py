"""What was written is read again: it must parse, and there must be nothing left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .comments import keeps_in
from .program import BudgetError
from .scan import may_matter
from .verdict import Member, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .module import Part
    from .options import Options
    from .program import FindModule

__all__ = ["verify"]


def verify(
    parts: Iterable[Part],
    parsed: Mapping[str, cst.Module],
    options: Options,
    find_module: FindModule,
) -> str:
    """Why edited files cannot be trusted, "" when they can; `parsed` are those not edited."""
    members = []
    for part in parts:
        try:
            module = parsed.get(part.path) or cst.parse_module(part.text)
        except cst.ParserSyntaxError:
            return "what it would become does not parse"
        keep = frozenset(keep.keeps for keep in keeps_in(part.text) if keep.reason)
        members.append(Member(part.path, module, part.text, part.around, keep, part.users))
    if not any(may_matter(each.text.encode("utf-8", "replace")) for each in members):
        return ""  # a second run does not even parse them
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
