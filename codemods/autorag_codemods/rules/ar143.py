"""AR143: a keep comment that does not say why."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_CALL = """\
def search(question: str) -> dict:
    response = requests.post(  # autorag-migrate: keep
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    return response.json()
"""
_REASON = program(_CALL, "keep\n", "keep -- compares both APIs\n")

RULE = Rule(
    code="AR143",
    name="keep-without-reason",
    kind="finding",
    summary="A keep comment gives no reason.",
    what="Reports a comment `# autorag-migrate: keep` without `-- ` and a reason behind it.",
    why="""\
The comment outlives what its author knew. One sentence tells the next reader whether the call
may go.""",
    safety=UNTOUCHED,
    valid=(_REASON, SEARCH, *UNRELATED),
    invalid=(program(_CALL),),
    instead=_REASON,
)
