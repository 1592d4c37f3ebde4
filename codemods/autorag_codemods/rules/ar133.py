"""AR133: a sender that no adapter stands in for."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED, program

__all__ = ["RULE"]

_INJECTED = program("""\
def search(session: requests.Session, question: str) -> dict:
    response = session.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    response.raise_for_status()
    return response.json()
""")
_IMPORTED = Case(
    str(ANSWER_RETURNED.source)
    .replace("import requests", "from requests.api import post")
    .replace("requests.post", "post")
)
_CONNECTION = Case("""\
import http.client
import json
import os

ACCOUNT = os.environ["CLOUDFLARE_ACCOUNT_ID"]
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}


def search(question: str) -> dict:
    connection = http.client.HTTPSConnection("api.cloudflare.com", timeout=30)
    path = f"/client/v4/accounts/{ACCOUNT}/autorag/rags/docs/search"
    connection.request("POST", path, json.dumps({"query": question}), HEADERS)
    return json.load(connection.getresponse())
""")

RULE = Rule(
    code="AR133",
    name="sender-cannot-be-bridged",
    kind="manual",
    summary="The call has to be bridged, but its sender's import cannot be exchanged here.",
    what="""\
Reports a call of a library that is known, which is not understood as a whole and whose sender
cannot be given an adapter: its client is made elsewhere and handed in, the library is imported
in a way that leaves no import to exchange, or no adapter stands in for it (http.client, the
connection pool of one host). A call of a library that is not known at
all is AR130.""",
    why="""\
An adapter wraps what the caller has built, proxies, certificates and retries included. Where it
cannot, a bridge would quietly be another client. Make the client with
`autorag_migrate.adapters` where it is made, import the library by its name, or change the code
so that the call is understood as a whole.""",
    safety=UNTOUCHED,
    valid=(ANSWER_RETURNED, SEARCH, *UNRELATED),
    invalid=(
        _INJECTED,
        _IMPORTED,
        _CONNECTION,
    ),
    instead=ANSWER_RETURNED,
)
