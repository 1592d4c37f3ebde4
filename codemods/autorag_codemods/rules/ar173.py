"""AR173: a program in another language calls the legacy API."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR173",
    name="other-language",
    kind="trace",
    summary="A program in another language calls the legacy API.",
    what="""\
Lists a legacy URL, or a call of the Workers binding, in a program that is not Python, with what
it becomes. It is an *open* trace: `check` lists it, and fails on it with `--fail-on traces`.""",
    why="""\
This tool rewrites Python only. Move the call by hand with MIGRATION.md, or
put a reverse proxy that speaks both APIs in front of the program.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case(
            "",
            files={"worker.ts": 'const found = await env.AI.autorag("docs").search({ query });\n'},
        ),
        Case(
            "",
            files={
                "ask.go": 'url := base + "/accounts/" + account + "/autorag/rags/docs/search"\n'
            },
        ),
    ),
)
