"""AR151: a file whose bytes are no text."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR151",
    name="not-text",
    kind="finding",
    summary="The file is not text in the encoding that it declares.",
    what="""\
Reports a file that may hold legacy calls but cannot be decoded: its bytes do not fit its
encoding (UTF-8 unless the first two lines name another), or the encoding is not known. The file
is skipped, the others go on.""",
    why="""\
Python itself could not run it. Decoding it by guess and writing it back would damage it.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED, Case(b"# -*- coding: latin-1 -*-\nNAME = 'autorag \xe9'\n")),
    invalid=(Case(b"NAME = 'autorag \xe9'\n"),),
)
