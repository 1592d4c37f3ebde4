"""AR116: a value that only the legacy API takes."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_NONE = program("""\
def show(question: str, limit: int | None = None) -> None:
    payload = {"query": question, "max_num_results": limit}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")
_SURE = program("""\
def show(question: str) -> None:
    payload = {"query": question, "max_num_results": 10}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")

RULE = Rule(
    code="AR116",
    name="value-not-safe",
    kind="bridged",
    summary="A value in the payload may be None, or of another type than its field.",
    what="""\
Puts an adapter in front of the call, because a value of its payload may be one that the legacy
API took and the new one may refuse: `None` for an option, or a number written as a string.""",
    why="""\
What either API does with such a value is not documented. The adapter takes `None` as absent and
sends a number given as a string as a number, and says so (`AR209`, `AR208`); an expression in
the caller's code could do that only at the price of being another program. To have the call
rewritten in place, give the value its type, and leave the key out where there is no value.""",
    safety=BRIDGED,
    valid=(_SURE, SEARCH, *UNRELATED),
    invalid=(_NONE,),
    instead=_SURE,
)
