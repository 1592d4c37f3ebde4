"""AR113: a filter that is made at run time."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_PARAMETER = program("""\
def show(question: str, filters: dict) -> None:
    payload = {"query": question, "filters": filters}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")
_LITERAL = program("""\
def show(question: str, folder: str) -> None:
    payload = {"query": question, "filters": {"type": "eq", "key": "folder", "value": folder}}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")

RULE = Rule(
    code="AR113",
    name="filter-not-known",
    kind="bridged",
    summary="The filter is no literal in the end: its type, its keys or its nesting are not known.",
    what="""\
Puts an adapter in front of the call, because its payload has `filters` whose form cannot be
told from the code. Values may come from anywhere; types, keys and nesting must be known.""",
    why="""\
Legacy filters are a tree of comparisons, new ones an object of fields without an `or`. How
comparisons merge depends on all of them: two bounds on one field become one object, an `or` of
equals becomes `$in`, and contradictions are an error. To have the call rewritten in place,
write the filter out, or send the new form.""",
    safety=BRIDGED,
    valid=(_LITERAL, SEARCH, *UNRELATED),
    invalid=(_PARAMETER,),
    instead=_LITERAL,
)
