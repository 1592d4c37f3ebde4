"""AR123: the list of instances."""

from ._rule import BRIDGED, Rule
from ._samples import SEARCH, UNRELATED, program

__all__ = ["RULE"]

_LIST = program(
    """\
def instances() -> None:
    for row in requests.get(RAGS, headers=HEADERS, timeout=30).json()["result"]:
        print(row["id"])
""",
    'RAG = f"https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/autorag/rags/docs"',
    'RAGS = f"https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/autorag/rags"',
)

RULE = Rule(
    code="AR123",
    name="list-of-instances",
    kind="bridged",
    summary="The call lists the instances, and the shape of the legacy answer is not public.",
    what="""\
Reports a call of `GET /accounts/{account}/autorag/rags`. It goes through an adapter, which lists
the instances with the new API and says so in a note (`AR238`).""",
    why="""\
Nothing public says what a row of the legacy list holds over HTTP, so that no read of it could be
shown to be right. The adapter keeps the new row whole. Compare the two answers of your own account;
the setting `instance_list` leaves the call on the legacy API (`AR232`).""",
    safety=BRIDGED,
    valid=(SEARCH, *UNRELATED),
    invalid=(_LIST,),
)
