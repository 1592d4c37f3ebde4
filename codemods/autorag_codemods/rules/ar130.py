"""AR130: a legacy URL whose sender is not known."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_CURL = program("""\
import subprocess


def search(body: str) -> None:
    subprocess.run(["curl", "-d", body, f"{RAG}/search"], check=True)
""")
_CONNECTION = Case("""\
import http.client
import json
import os

ACCOUNT = os.environ["CLOUDFLARE_ACCOUNT_ID"]


def search(question: str) -> dict:
    connection = http.client.HTTPSConnection("api.cloudflare.com", timeout=30)
    connection.putrequest("POST", f"/client/v4/accounts/{ACCOUNT}/autorag/rags/docs/search")
    connection.putheader("Authorization", f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}")
    connection.endheaders(json.dumps({"query": question}).encode(), encode_chunked=True)
    return json.load(connection.getresponse())
""")
_PARAMETER = program("""\
def search(http, question: str) -> dict:
    return http.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
""")

RULE = Rule(
    code="AR130",
    name="sender-not-understood",
    kind="manual",
    summary="A legacy URL that reaches no call that is understood.",
    what="""\
Reports a legacy URL, or a part of one, that ends in no sender that is known: it is handed to
another program, to a library that is not understood, or to code that is not part of what was
searched.""",
    why="""\
Without the sender it cannot be told what is sent and who reads the answer, and there is nothing
to put an adapter in front of. Send with one of the libraries that are known, move the call by
hand (`autorag-migrate translate` rewrites a curl command), or keep it with a comment that says
why.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(_CURL, _CONNECTION, _PARAMETER),
)
