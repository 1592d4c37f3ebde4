"""Programs that several rules are tried on."""

from __future__ import annotations

from typing import Final

from ._rule import Case

__all__ = [
    "ANSWER_RETURNED",
    "HEAD",
    "NEW_SEARCH",
    "SAME_NAMES",
    "SEARCH",
    "UNRELATED",
    "UNRELATED_LIBRARY",
    "program",
]

HEAD: Final = """\
import os

import requests

ACCOUNT = os.environ["CLOUDFLARE_ACCOUNT_ID"]
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
RAG = f"https://api.cloudflare.com/client/v4/accounts/{ACCOUNT}/autorag/rags/docs"


"""


def program(code: str, old: str = "", new: str = "") -> Case:
    """`code` behind `HEAD`, with `old` exchanged for `new`."""
    text = HEAD + code
    if old not in text:
        raise ValueError(f"the sample does not hold {old!r}")
    return Case(text.replace(old, new) if old else text)


SEARCH: Final = program("""\
def show(question: str) -> None:
    response = requests.post(
        f"{RAG}/search",
        headers=HEADERS,
        json={"query": question, "max_num_results": 5},
        timeout=30,
    )
    response.raise_for_status()
    for row in response.json()["result"]["data"]:
        print(row["filename"], row["score"])
""")
"""Understood as a whole."""

ANSWER_RETURNED: Final = program("""\
def search(question: str) -> dict:
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": question}, timeout=30
    )
    response.raise_for_status()
    return response.json()
""")
"""Someone else reads the answer."""

NEW_SEARCH: Final = program(
    """\
def show(question: str) -> None:
    # This was an AutoRAG instance once.
    response = requests.post(
        f"{RAG}/search",
        headers=HEADERS,
        json={
            "messages": [{"role": "user", "content": question}],
            "ai_search_options": {
                "retrieval": {
                    "retrieval_type": "vector",
                    "max_num_results": 5,
                    "return_on_failure": False,
                },
                "query_rewrite": {"enabled": False},
                "reranking": {"enabled": False},
            },
        },
        timeout=30,
    )
    response.raise_for_status()
    for chunk in response.json()["result"]["chunks"]:
        print(chunk["item"]["key"], chunk["score"])
""",
    '{ACCOUNT}/autorag/rags/docs"',
    '{ACCOUNT}/ai-search/namespaces/default/instances/docs"',
)
"""On the new API already."""

UNRELATED_LIBRARY: Final = Case("""\
from autorag.deploy import Runner

runner = Runner.from_trial_folder("trials/0")
print(runner.run("How do I log in?"))
""")
"""Another project's library with that name."""

SAME_NAMES: Final = Case('''\
import requests


def search(vector_store: str, question: str) -> list:
    """Not AutoRAG, although the fields have the same names."""
    response = requests.post(
        f"https://api.openai.com/v1/vector_stores/{vector_store}/search",
        json={"query": question, "max_num_results": 5, "ranking_options": {"score_threshold": 0.4}},
        timeout=30,
    )
    return response.json()["data"]
''')
"""Another service, whose fields have the same names."""

UNRELATED: Final = (NEW_SEARCH, UNRELATED_LIBRARY, SAME_NAMES)
