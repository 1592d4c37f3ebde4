"""AR142: a call that the run was told to leave."""

from autorag_codemods.options import Options

from ._rule import UNTOUCHED, Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR142",
    name="not-selected",
    kind="kept",
    summary="`--select` or `--ignore` leaves the call out.",
    what="""\
Leaves a call alone whose rule is not among those of `--select`, or is among those of
`--ignore`. Both take codes and beginnings of codes: `--ignore AR12` means AR120 and AR121.""",
    why="""\
A team may want to take one kind of change at a time. The call stays in the ledger, so that what
is left out is not forgotten.""",
    safety=UNTOUCHED,
    valid=(ANSWER_RETURNED, SEARCH, *UNRELATED),
    invalid=(Case(SEARCH.source, options=Options(ignore=("AR101",))),),
)
