"""AR150: a file that is no Python."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR150",
    name="does-not-parse",
    kind="finding",
    summary="The file does not parse.",
    what="""\
Reports a file that may hold legacy calls but does not parse, with the line where the parser
stopped. The file is skipped, the others go on.""",
    why="""\
What cannot be parsed cannot be rewritten, and a legacy call in it would go unseen. Mend the
file, or exclude it when it is meant to be broken (`--exclude`).""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case("""\
def url(account: str) -> str:
    return f"https://api.cloudflare.com/client/v4/accounts/{account}/autorag/rags/docs/search
"""),
    ),
)
