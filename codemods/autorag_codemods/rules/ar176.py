"""AR176: recorded data holds a legacy request or answer."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR176",
    name="recording",
    kind="trace",
    summary="Recorded data holds a legacy request or answer.",
    what="""\
Lists a legacy URL in a cassette, a fixture, a log or another data file. It is an *open* trace:
`check` lists it, and fails on it with `--fail-on traces`.""",
    why="""\
A recording is right for the program that it was recorded with: it moves together with the test
that replays it.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case(
            "",
            files={
                "cassettes/search.yaml": "interactions:\n- request:\n"
                "    uri: https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs/search\n"
            },
        ),
    ),
)
