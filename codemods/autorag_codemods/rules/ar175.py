"""AR175: documentation or a script shows a legacy call or URL."""

from ._rule import Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR175",
    name="snippet",
    kind="trace",
    summary="Documentation or a script shows a legacy call or URL.",
    what="""\
Lists a legacy URL, or a call of the Workers binding, in Markdown, reStructuredText, other prose
or a shell script, with what it becomes. It is an *open* trace: `check` lists it, and fails on it
with `--fail-on traces`. With `--docs`, curl commands and Python blocks in it are rewritten where
they are understood as a whole.""",
    why="""\
Readers copy what documentation shows, and a script is a caller. But who reads the output of a
curl command is not seen, so it is rewritten only when you ask for it.""",
    safety="Nothing is edited without `--docs`; with it, only what is understood as a whole.",
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case(
            "",
            files={
                "ask.sh": 'curl -d \'{"query": "llamas"}\' '
                '"https://api.cloudflare.com/client/v4/accounts/$ACCOUNT/autorag/rags/docs/search"\n'
            },
        ),
    ),
)
