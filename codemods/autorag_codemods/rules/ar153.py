"""AR153: something that is no file."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR153",
    name="not-a-file",
    kind="finding",
    summary="The path is neither a regular file nor a directory.",
    what="""\
Reports a pipe, a socket or a device that has the name of a Python file. It is skipped, the
others go on.""",
    why="Reading it could wait for ever, and writing it would not be what anyone meant.",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
