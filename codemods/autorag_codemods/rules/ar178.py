"""AR178: the name is that of autorag-migrate."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR178",
    name="own-name",
    kind="trace",
    summary="The name is that of autorag-migrate.",
    what="""\
Counts a trace in `autorag_migrate`, `autorag_codemods` or `autorag-migrate`: an import of an
adapter, a requirement, a comment that keeps a call, this tool's own configuration.""",
    why="""\
It stands there because of the migration.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(Case("from autorag_migrate.adapters import httpx\n\nprint(httpx.codes.OK)\n"),),
)
