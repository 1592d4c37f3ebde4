"""AR135: the list of instances."""

from ._rule import UNTOUCHED, Rule
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
    code="AR135",
    name="list-stays-legacy",
    kind="manual",
    summary="The call lists the instances, and the shape of the legacy answer is not public.",
    what="""\
Reports a call of `GET /accounts/{account}/autorag/rags`. It is left on the legacy API, and so
do the adapters leave it (`AR232`).""",
    why="""\
The new API lists instances too, but nothing public says what a row of the legacy list holds, so
that neither a read of it nor a translated answer could be shown to be right. Compare the two
answers of your own account, and move the call by hand.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(_LIST,),
)
