"""AR111: a route that is chosen at run time."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_ENDPOINT = program("""\
def show(question: str) -> None:
    endpoint = os.environ["AUTORAG_ENDPOINT"]
    response = requests.post(
        f"{RAG}/{endpoint}", headers=HEADERS, json={"query": question}, timeout=30
    )
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")
_LITERAL = program("""\
def show(question: str) -> None:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")

RULE = Rule(
    code="AR111",
    name="url-not-known",
    kind="bridged",
    summary="The endpoint or the route is decided at run time.",
    what="""\
Puts an adapter in front of the call, because its URL is, or may be, a legacy one, but what
stands behind the instance's name cannot be told from the code.""",
    why="""\
The two endpoints became routes with different names, and their answers differ: the new search
wraps its answer in `result`, the new chat does not. Without the endpoint neither the payload
nor the reads can be rewritten. The adapter sees the URL that is really sent. To have the call
rewritten in place, write one call for each endpoint.""",
    safety=BRIDGED,
    valid=(_LITERAL, SEARCH, *UNRELATED),
    invalid=(_ENDPOINT,),
    instead=_LITERAL,
)
