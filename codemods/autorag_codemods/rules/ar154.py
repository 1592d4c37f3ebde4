"""AR154: a program deeper than the parser."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR154",
    name="nested-too-deep",
    kind="finding",
    summary="The file's expressions or blocks are nested too deep.",
    what="""\
Reports a file that may hold legacy calls but is nested deeper than the parser can follow. The
file is skipped, the others go on.""",
    why="""\
Such files are nearly always generated. The place to migrate is what generates them; exclude the
file itself (`--exclude`).""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
