"""AR120: nothing left to do."""

from ._rule import Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR120",
    name="bridged-already",
    kind="bridged",
    summary="The call goes through an adapter already.",
    what="""\
Reports a legacy call whose sender comes from `autorag_migrate.adapters`, or was adapted. It is
done: never edited again, and no reason for exit code 1 unless `--fail-on bridged` asks for it.""",
    why="""\
The ledger is the whole of what a code base still says in the legacy words. Bridged calls work,
and they keep the dependency on the adapters; `--fail-on bridged` is for a team that wants to
end it.""",
    safety="Nothing is edited.",
    valid=(ANSWER_RETURNED, SEARCH, *UNRELATED),
    invalid=(
        Case(
            str(ANSWER_RETURNED.source).replace(
                "import requests", "from autorag_migrate.adapters import requests"
            )
        ),
    ),
)
