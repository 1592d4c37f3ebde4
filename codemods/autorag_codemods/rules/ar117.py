"""AR117: something that a legacy call needs as it is."""

from ._rule import BRIDGED, Case, Rule
from ._samples import HEAD, SEARCH, UNRELATED

__all__ = ["RULE"]

_SHOW = """\
def show(question: str) -> None:
    payload = {"query": question}
    response = requests.post(SEARCH, headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
"""
_AUDIT = """\
    requests.post("https://audit.example/questions", json=payload, timeout=30)
"""
_URL = HEAD.rstrip() + '\nSEARCH = f"{RAG}/search"\n\n\n'

RULE = Rule(
    code="AR117",
    name="shared-with-legacy",
    kind="bridged",
    summary="A URL, a payload or a variable is shared with a call that stays as it is.",
    what="""\
Puts an adapter in front of the call, because what would have to change for it also serves
something that stays as it is: a payload that is sent elsewhere, a variable that holds either
answer, a URL that is compared or set from outside, or that an instance holds which is given to
code that is not understood.""",
    why="""\
An edit for the one call would break the other. Where all calls that share something are
understood, they are rewritten together; where one of them is bridged or manual, so are the
others. Only a URL is written a second time, where that is plain: beside `BASE`, which stays,
`AI_SEARCH_BASE`. To have the call rewritten in place, mend what keeps the other one.""",
    safety=BRIDGED,
    valid=(Case(_URL + _SHOW), SEARCH, *UNRELATED),
    invalid=(Case(_URL + _SHOW + _AUDIT),),
    instead=Case(_URL + _SHOW),
)
