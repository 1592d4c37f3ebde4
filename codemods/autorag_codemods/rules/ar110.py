"""AR110: an answer that leaves the code in sight."""

from ._rule import BRIDGED, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED, program

__all__ = ["RULE"]

_STORED = program("""\
class Cache:
    def __init__(self) -> None:
        self.answers = {}

    def fill(self, question: str) -> None:
        response = requests.post(
            f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
        )
        self.answers[question] = response.json()
""")
_TEXTS = program("""\
def search(question: str) -> list[str]:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    response.raise_for_status()
    return [row["filename"] for row in response.json()["result"]["data"]]
""")

RULE = Rule(
    code="AR110",
    name="answer-escapes",
    kind="bridged",
    summary="The answer is returned, passed on or stored: someone else may read it.",
    what="""\
Puts an adapter in front of the call, because the whole answer, or a part that has another shape
on the new API, goes where its readers cannot all be seen: it is returned from a public
function, handed to another library, stored, printed or served.""",
    why="""\
A reader that is not seen still expects the legacy shape. Rewriting only the readers in sight
would break the others, often without an error: `.get("data", [])` finds nothing in a new answer
and goes on. The adapter hands out the legacy shape, so every reader keeps working. To have the
call rewritten in place, read the answer where it is made and return plain values.""",
    safety=BRIDGED,
    valid=(_TEXTS, SEARCH, *UNRELATED),
    invalid=(ANSWER_RETURNED, _STORED),
    instead=_TEXTS,
)
