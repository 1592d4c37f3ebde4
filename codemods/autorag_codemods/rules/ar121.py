"""AR121: sync, files, jobs and their logs."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_SYNC = program("""\
def sync() -> None:
    response = requests.patch(f"{RAG}/sync", headers=HEADERS, timeout=30)
    print(response.json()["result"]["job_id"])
""")
_FILES = program("""\
def files() -> None:
    page = requests.get(f"{RAG}/files", headers=HEADERS, params={"per_page": 50}, timeout=30)
    for row in page.json()["result"]:
        print(row["key"])
""")

RULE = Rule(
    code="AR121",
    name="management-route",
    kind="bridged",
    summary="The call manages an instance: sync, files, jobs or logs.",
    what="""\
Puts an adapter in front of the call. The routes that manage an instance have new names and
methods: `PATCH …/sync` became `POST …/jobs`, `…/files` became `…/items`; jobs and logs keep
theirs below the new path.""",
    why="""\
The adapter knows these routes and gives back the fields that the legacy answer had. Rewriting
them in place would change the method and the answer for little gain; by hand it is a matter of
a line or two.""",
    safety=BRIDGED,
    valid=(SEARCH, *UNRELATED),
    invalid=(_SYNC, _FILES),
)
