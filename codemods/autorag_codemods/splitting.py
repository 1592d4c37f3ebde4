"""A program judged once more, with base URLs that native and bridged calls do not share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .members import WORSE
from .verdict import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .members import Judged, Member, Split
    from .options import Options
    from .program import FindModule
    from .report.model import Place

__all__ = ["judge_apart"]

_MOST_TRIES = 3


def judge_apart(members: Sequence[Member], options: Options, find_module: FindModule) -> Judged:
    """Judge a program; where calls only share a URL with others, with two definitions of it.

    Raises:
        BudgetError: Several modules are too much to be understood at once.
        MisalignedError: libcst does not give a text back.
        RecursionError: A module is nested too deep.
    """
    judged = judge(members, options, find_module)
    left_out: set[Place] = set()
    for _ in range(_MOST_TRIES):
        split = judged.split(left_out)
        if not split.sewn:
            break
        apart = judge(_sewn(members, split), options, find_module)
        native = {row.place for row in apart.rows if row.verdict == "native"}
        if split.places <= native and not _is_worse(apart, judged):
            return apart
        if split.places.isdisjoint(native):
            break
        # What stays as it is shares nothing with the others next time.
        left_out |= split.places - native
    return judged


def _sewn(members: Sequence[Member], split: Split) -> list[Member]:
    made = []
    for member in members:
        sewn = split.sewn.get(member.path)
        if sewn is not None:
            module = cst.parse_module(sewn.text)
            member = member._replace(text=sewn.text, module=module, sewn=sewn)  # noqa: PLW2901
        made.append(member)
    return made


def _is_worse(new: Judged, old: Judged) -> bool:
    """Whether a call has a verdict that is worse than before, or there are other rows."""
    before = {row.place: WORSE.index(row.verdict) for row in old.rows}
    after = {row.place: WORSE.index(row.verdict) for row in new.rows}
    return before.keys() != after.keys() or any(after[at] > before[at] for at in before)
