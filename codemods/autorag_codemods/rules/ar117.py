"""AR117: something that a legacy call needs as it is."""

from ._rule import BRIDGED, Case, Rule
from ._samples import HEAD, SEARCH, UNRELATED

__all__ = ["RULE"]

_RAW = """\
def search(question: str) -> dict:
    return requests.post(SEARCH, headers=HEADERS, json={"query": question}, timeout=30).json()


"""
_SHOW = """\
def show(question: str) -> None:
    response = requests.post(SEARCH, headers=HEADERS, json={"query": question}, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
"""
_URL = HEAD.rstrip() + '\nSEARCH = f"{RAG}/search"\n\n\n'

RULE = Rule(
    code="AR117",
    name="shared-with-legacy",
    kind="bridged",
    summary="A URL, a payload or a variable is shared with a call that stays as it is.",
    what="""\
Puts an adapter in front of the call, because what would have to change for it also serves
another call that stays legacy: a constant, an attribute, a payload, or a variable that holds
either answer.""",
    why="""\
An edit for the one call would break the other. Where all calls that share something are
understood, they are rewritten together; where one of them is bridged or manual, so are the
others. To have the call rewritten in place, mend what keeps the other one.""",
    safety=BRIDGED,
    valid=(Case(_URL + _SHOW), SEARCH, *UNRELATED),
    invalid=(Case(_URL + _RAW + _SHOW),),
    instead=Case(_URL + _SHOW),
)
