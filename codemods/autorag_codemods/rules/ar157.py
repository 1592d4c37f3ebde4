"""AR157: a file that cannot be read."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR157",
    name="unreadable",
    kind="finding",
    summary="The file cannot be read.",
    what="""\
Reports a file or directory that the operating system does not let us read, or that vanished
during the run. It is skipped, the others go on.""",
    why="A legacy call in it would go unseen. Allow it to be read, or exclude it (`--exclude`).",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
