"""AR140: a call that its owner keeps."""

from ._rule import UNTOUCHED, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED, program

__all__ = ["RULE"]

_KEPT = program("""\
def search(question: str) -> dict:
    response = requests.post(  # autorag-migrate: keep -- compares both APIs
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    return response.json()
""")

RULE = Rule(
    code="AR140",
    name="kept-by-comment",
    kind="kept",
    summary="A comment keeps the call as it is.",
    what="""\
Leaves a call alone whose line has the comment `# autorag-migrate: keep -- reason`. The call
stays in the ledger, with the reason; it is never a cause for exit code 1.""",
    why="""\
Some calls are meant to be legacy: a comparison of both APIs, a test of the old one. The reason
is asked for because whoever finds the comment years later will need it.""",
    safety=UNTOUCHED,
    valid=(ANSWER_RETURNED, SEARCH, *UNRELATED),
    invalid=(_KEPT,),
)
