"""AR158: the tool failed on a file."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR158",
    name="could-not-be-judged",
    kind="finding",
    summary="Judging the file failed: a defect of the tool.",
    what="""\
Reports a file on which the tool itself failed, and names the kind of the error. Where it failed on
several files that belong together, each of them is judged by itself, and the first one has this
finding.""",
    why="""\
One file must not end the run. What legacy calls it has is not known: look for `autorag` in it, and
please report the defect with the smallest file that shows it.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
