"""AR179: a file that is no text holds the name."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR179",
    name="binary",
    kind="trace",
    summary="A file that is no text holds the name.",
    what="""\
Counts a file with a NUL byte in it as one trace when the name is anywhere in it; it is not looked
into any further.""",
    why="""\
A compiled program or a database is made from something else, which has its own traces.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
