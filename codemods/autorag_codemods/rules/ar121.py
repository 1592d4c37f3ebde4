"""AR121: starting a sync in a way that cannot be rewritten."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_IN_THE_CALL = program("""\
def sync() -> None:
    response = requests.patch(f"{RAG}/sync", headers=HEADERS, timeout=30)
    print(response.json()["result"]["job_id"])
""")
_BY_NAME = program("""\
METHOD = "PATCH"


def sync() -> None:
    response = requests.request(METHOD, f"{RAG}/sync", headers=HEADERS, timeout=30)
    print(response.json()["result"]["job_id"])
""")
_BODY = program("""\
def sync() -> None:
    response = requests.patch(f"{RAG}/sync", headers=HEADERS, json={}, timeout=30)
    print(response.status_code)
""")

RULE = Rule(
    code="AR121",
    name="management-route",
    kind="bridged",
    summary="A sync is started by a method that is not written in the call, or with a body.",
    what="""\
Puts an adapter in front of the call. `PATCH …/sync` became `POST …/jobs`: a native call has another
method, and no body. Files, jobs and their logs are asked by GET as before, and are native like a
search.""",
    why="""\
Where the method comes from a variable or a helper, or is the name of an imported function, other
calls may use it, and there is nothing to edit in this one. What a body of the legacy call was for
is not known; the new route would read it.""",
    safety=BRIDGED,
    valid=(SEARCH, _IN_THE_CALL, *UNRELATED),
    invalid=(_BY_NAME, _BODY),
)
