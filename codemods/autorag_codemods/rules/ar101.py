"""AR101: a request that is understood from its URL to the last read of its answer."""

from ._rule import Case, Rule
from ._samples import ANSWER_RETURNED, HEAD, NEW_SEARCH, SEARCH, UNRELATED, program

__all__ = ["RULE"]

_CHAT = program("""\
def answer(question: str) -> None:
    response = requests.post(
        f"{RAG}/ai-search", headers=HEADERS, json={"query": question}, timeout=30
    )
    print(response.json()["result"]["response"])
""")

RULE = Rule(
    code="AR101",
    name="request-rewritten",
    kind="native",
    summary="The URL, the payload and every read of the answer are understood.",
    what="""\
Rewrites the call in place, in the HTTP library that it is written for: the URL leads to the new
route, the payload has the new form with the pins of the policy, and each read of the answer
takes the new place of what it read. The program does not need this project afterwards.""",
    why="""\
The legacy API works until Cloudflare gives notice; no date is set. A call that is moved by hand
and only halfway does not fail: the new search ignores the legacy keys at the top level of a
payload and answers 200, without the filter and without the limit.""",
    safety="""\
Safe under the policy `pin`: the new request asks for what the legacy API documented, that is
vector retrieval, no cut by the reranker, and failures that are raised. What cannot be carried
over is a note below the site, `AR201` (a single-turn query is no longer rewritten) being the
gravest. The policy `adopt` takes the defaults of the new service, and with them other results.""",
    valid=(*UNRELATED, ANSWER_RETURNED, Case(HEAD)),
    invalid=(SEARCH, _CHAT),
    instead=NEW_SEARCH,
)
