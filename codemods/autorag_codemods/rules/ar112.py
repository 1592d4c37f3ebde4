"""AR112: a payload with keys that cannot be seen."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_OPEN = program("""\
def show(question: str, **extra: object) -> None:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question, **extra}, timeout=30
    )
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")
_NAMED = program("""\
def show(question: str) -> None:
    payload = {"query": question, "max_num_results": 5, "rewrite_query": False}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")
_READ = program("""\
import json
from pathlib import Path


def show(path: Path) -> None:
    payload = json.loads(path.read_text())
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload, timeout=30)
    for row in response.json()["result"]["data"]:
        print(row["filename"])
""")

RULE = Rule(
    code="AR112",
    name="payload-not-known",
    kind="bridged",
    summary="The keys of the request body are not all known.",
    what="""\
Puts an adapter in front of the call, because its payload is built where the code does not show
which keys it holds: from keyword arguments, a file, a model of another library, or bytes.""",
    why="""\
A key that is not seen is not moved. The new search ignores legacy keys at the top level in
silence, and the new chat hands unknown keys to the model: neither refuses them. The adapter
reads the payload that is really sent. To have the call rewritten in place, name the keys.""",
    safety=BRIDGED,
    valid=(_NAMED, SEARCH, *UNRELATED),
    invalid=(_OPEN, _READ),
    instead=_NAMED,
)
