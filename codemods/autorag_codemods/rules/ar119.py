"""AR119: a base URL that only the environment knows."""

from ._rule import BRIDGED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR119",
    name="base-url-not-known",
    kind="bridged",
    summary="Neither a host nor a path is known: the adapter must be given the base URL.",
    what="""\
Puts an adapter in front of the call, because it looks like a legacy call, but its address comes
whole, or up to the last word, from the environment or from settings. When that address does not
begin with `https://api.cloudflare.com/client/v4`, the adapter must be told which base URL
legacy calls have: in the environment as `CLOUDFLARE_API_BASE_URL`, or as its argument
`api_base_url`.""",
    why="""\
An adapter translates only below base URLs that it knows, for a program's own route may have the
same words. Below any other the call goes out as it is, with the note `AR235`: it would not be
migrated. The account and the path `/autorag/rags/` must stand behind the base URL, as they do
at Cloudflare.""",
    safety=BRIDGED,
    valid=(SEARCH, *UNRELATED),
    invalid=(
        Case("""\
import os

import requests


def answer(question: str) -> None:
    response = requests.post(
        f"{os.environ['AUTORAG_URL']}/ai-search",
        headers={"Authorization": f"Bearer {os.environ['AUTORAG_TOKEN']}"},
        json={"query": question, "rewrite_query": False, "max_num_results": 5},
        timeout=30,
    )
    print(response.json()["result"]["response"])
"""),
    ),
)
