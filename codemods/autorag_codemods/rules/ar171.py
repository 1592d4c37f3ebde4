"""AR171: a name in the program holds the legacy API's name."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED_LIBRARY

__all__ = ["RULE"]

RULE = Rule(
    code="AR171",
    name="name-only",
    kind="trace",
    summary="A name in the program holds the legacy API's name.",
    what="""\
Counts a trace in a name: of a variable, a function, an attribute or a module of the program's
own.""",
    why="""\
A name sends nothing. The call that it stands for is a site with a verdict of its own; renaming is
up to you.""",
    safety=UNTOUCHED,
    valid=(SEARCH, UNRELATED_LIBRARY),
    invalid=(Case("def autorag_enabled(flags: dict) -> bool:\n    return bool(flags)\n"),),
)
