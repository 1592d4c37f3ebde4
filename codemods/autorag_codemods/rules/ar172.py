"""AR172: a file that is not Python names the legacy API and holds no call there."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR172",
    name="mention",
    kind="trace",
    summary="A file that is not Python names the legacy API and holds no call there.",
    what="""\
Counts a trace in a file of another kind that is neither a legacy URL nor a call of the Workers
binding: prose, a comment, a name, a dependency.""",
    why="""\
Other languages are not parsed, so what is no URL and no call of the binding is not told apart any
further.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(Case("", files={"NOTES.md": "We moved from AutoRAG to AI Search.\n"}),),
)
