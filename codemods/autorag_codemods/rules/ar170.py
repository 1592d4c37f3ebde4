"""AR170: a comment, a docstring or a string names the legacy API and is no call."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED_LIBRARY

__all__ = ["RULE"]

RULE = Rule(
    code="AR170",
    name="words-only",
    kind="trace",
    summary="A comment, a docstring or a string names the legacy API and is no call.",
    what="""\
Counts a trace in a comment or in a string that is no part of a URL that something sends: a call
that is commented out, a text for people, a word that a path is compared with. A docstring is such
a string.""",
    why="""\
Nothing is sent there, so nothing has to move. It is counted so that a plain search over the
repository and the ledger come to the same number.""",
    safety=UNTOUCHED,
    valid=(SEARCH, UNRELATED_LIBRARY),
    invalid=(
        Case("""\
def describe() -> str:
    # It was built on AutoRAG.
    return "Answers come from AutoRAG."
"""),
    ),
)
