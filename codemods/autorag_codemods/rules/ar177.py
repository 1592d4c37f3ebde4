"""AR177: the name belongs to another project."""

from ._rule import UNTOUCHED, Rule
from ._samples import NEW_SEARCH, SAME_NAMES, SEARCH, UNRELATED_LIBRARY

__all__ = ["RULE"]

RULE = Rule(
    code="AR177",
    name="another-product",
    kind="trace",
    summary="The name belongs to another project.",
    what="""\
Counts a trace that names the unrelated library `autorag`: its import, the use of it, or the line
that requires it.""",
    why="""\
It has nothing to do with Cloudflare, and not one byte of it may change.""",
    safety=UNTOUCHED,
    valid=(SEARCH, NEW_SEARCH, SAME_NAMES),
    invalid=(UNRELATED_LIBRARY,),
)
