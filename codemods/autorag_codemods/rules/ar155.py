"""AR155: a file that could not be written back as it was."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR155",
    name="cannot-be-kept-byte-for-byte",
    kind="finding",
    summary="The file would not come back byte for byte outside of the edits.",
    what="""\
Reports a file that decodes and parses, but whose bytes are not the same when it is written
again without a change. The file is skipped, the others go on.""",
    why="""\
An edit changes what it must and nothing else. Some encodings write the same text in several
ways, and then a file cannot be kept as it was. Store the file as UTF-8 to have it migrated.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
