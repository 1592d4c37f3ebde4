"""AR156: an edit that did not stand the test."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR156",
    name="not-verified",
    kind="finding",
    summary="The edited file did not pass the check that every edit must pass; it was left.",
    what="""\
Leaves a file as it was, because the edited one did not parse, or a second look at it found
something to edit again. Where that happened with several files that belong together, each of
them is judged by itself, and the first one has this finding.""",
    why="""\
Every edited file is parsed and planned once more before anything is written: it must be Python,
and nothing must be left to do. When that fails, the fault is in this tool. Please report it,
with as much of the file as you may show.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
