"""AR152: a link that leaves what was asked for."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR152",
    name="link-out-of-the-tree",
    kind="finding",
    summary="The file is a symbolic link to somewhere outside of what was searched.",
    what="""\
Reports a symbolic link that leads out of the given directories. It is not followed, the others
go on.""",
    why="""\
Whoever names a directory means what is in it. A file elsewhere may belong to another project,
and be changed for both. Name its own path to have it looked at.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
