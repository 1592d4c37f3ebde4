"""AR205: a read that found nothing on the legacy API either."""

from ._rule import Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_ANSWER = program("""\
def answer(question: str) -> None:
    response = requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json={"query": question}, timeout=30
    )
    result = response.json()["result"]
    print(result.get("answer") or result["response"])
""")
_RIGHT = program("""\
def answer(question: str) -> None:
    response = requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json={"query": question}, timeout=30
    )
    result = response.json()["result"]
    print(result["response"])
""")

RULE = Rule(
    code="AR205",
    name="read-wrong-on-legacy",
    kind="finding",
    summary="The code reads what a legacy answer never held.",
    what="""\
Reports a read of the answer that was wrong before, such as `answer`, `sources`, `hits` or
`results`, a loop over `result` as if it were a list, or `content` used as if it were a text. Where
the call is rewritten the read is kept, of the new answer, which has no such field either; a guess
that the new one would answer is dropped. Where it is not, the read is left as it is.""",
    why="""\
The documented answer has no such field, so the read gave a default, or an error that something
caught. To mend it in silence would change what the program does. Read `response` for the text,
`data` for the rows, and `text` of each element of `content`.""",
    safety="Nothing is edited for this finding; the site that it belongs to has its own verdict.",
    valid=(_RIGHT, SEARCH, *UNRELATED),
    invalid=(_ANSWER,),
    instead=_RIGHT,
)
