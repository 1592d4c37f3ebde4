"""AR141: a comment that keeps nothing."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_USED = program("""\
def search(question: str) -> dict:
    response = requests.post(  # autorag-migrate: keep -- compares both APIs
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    return response.json()
""")

RULE = Rule(
    code="AR141",
    name="unused-keep-comment",
    kind="finding",
    summary="A keep comment stands where no legacy call does.",
    what="Reports a comment `# autorag-migrate: keep` that belongs to no legacy call.",
    why="""\
The call is gone, or was moved. A comment that stays would keep the next call that someone
writes there, without anyone having meant it. Delete it.""",
    safety=UNTOUCHED,
    valid=(_USED, SEARCH, *UNRELATED),
    invalid=(
        Case("""\
def search(question: str) -> list:
    return []  # autorag-migrate: keep -- compares both APIs
"""),
    ),
)
