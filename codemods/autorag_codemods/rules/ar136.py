"""AR136: a path below the legacy address that the legacy API never had."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_ASK = """\
def answer(question: str) -> None:
    response = requests.post(
        f"{RAG}/ask", headers=HEADERS, json={"query": question}, timeout=30
    )
    print(response.json()["result"]["response"])
"""
_DOCUMENTED = program(_ASK, "/ask", "/ai-search")

RULE = Rule(
    code="AR136",
    name="no-such-route",
    kind="manual",
    summary="The path was no route of the legacy API.",
    what="""\
Reports a call whose URL leads below `/autorag/rags/`, to a path that is none of the legacy
routes. It is left as it is, and so do the adapters leave it.""",
    why="""\
The documented API never answered there, so nothing says what the call means: it may be a slip,
a route that was never made public, or a server of your own that has the same words in its
paths. See what the call is for, and write the route that it means.""",
    safety=UNTOUCHED,
    valid=(_DOCUMENTED, SEARCH, *UNRELATED),
    invalid=(program(_ASK),),
    instead=_DOCUMENTED,
)
