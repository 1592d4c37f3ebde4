"""AR174: a legacy URL stands in configuration."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR174",
    name="configured-url",
    kind="trace",
    summary="A legacy URL stands in configuration.",
    what="""\
Lists a legacy URL in an environment file, YAML, TOML, JSON, INI, a Dockerfile or the like, with
its key and the Python files that read it. The value is never shown. It is an *open*
trace: `check` lists it, and fails on it with `--fail-on traces`.""",
    why="""\
The code that reads the key appends the endpoint and reads the answer: both must move together,
and the same key may be set elsewhere as well, where this tool does not see it. A call whose base
comes from the environment is bridged (`AR119`), and the adapter takes the legacy URL as it is. So
change the value only when the code that reads it asks the new API: by hand, or with
`--with-configuration`, where every reader of a variable is understood (`AR145`).""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case(
            "",
            files={
                ".env.example": "RAG_URL=https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs\n"
            },
        ),
    ),
)
