"""AR114: a read that has no counterpart."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_ITEMS = program("""\
def show(question: str) -> None:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    for row in response.json()["result"]["data"]:
        for name, value in row["attributes"].items():
            print(name, value)
""")
_NAMED = program("""\
def show(question: str) -> None:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    for row in response.json()["result"]["data"]:
        print(row["filename"], row["score"])
""")

RULE = Rule(
    code="AR114",
    name="read-not-expressible",
    kind="bridged",
    summary="A read of the answer has no single expression on the new API, or is not understood.",
    what="""\
Puts an adapter in front of the call, because the code reads something of the answer that no one
expression reads on the new API: all attributes of a row, a key that is computed, a row as a
whole, or a path that leads through code that is not understood.""",
    why="""\
The parts of a legacy row lie in different places of a new chunk, and some are derived: the
folder is a part of the item's key, the date may be in seconds. A read is rewritten only where
one expression gives the same value. To have the call rewritten in place, read the fields by
their names.""",
    safety=BRIDGED,
    valid=(_NAMED, SEARCH, *UNRELATED),
    invalid=(_ITEMS,),
    instead=_NAMED,
)
