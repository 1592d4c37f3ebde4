"""AR145: a variable of the environment gets a new URL."""

from autorag_codemods.options import Options

from ._rule import Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

_PROGRAM = """\
import os

import requests

RAG_URL = os.environ["RAG_URL"]


def files(question: str) -> list[str]:
    response = requests.post(f"{RAG_URL}/search", json={"query": question}, timeout=30)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
_SET = "RAG_URL=https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs\n"
_FILES = {"pyproject.toml": "", ".env.example": _SET}

RULE = Rule(
    code="AR145",
    name="configured-anew",
    kind="finding",
    summary="A variable gets a new URL: set it anew wherever else it is set.",
    what="""\
Reports each line of an environment file, a compose file, a Dockerfile or the like whose legacy URL
changes together with the code that reads the variable. That is done only with
`--with-configuration`, and only where all in the repository that names the variable is understood,
and every call that its URL reaches is native.""",
    why="""\
The code asks the new API from then on. A deployment that still has the legacy URL would send new
requests to the legacy path, which answers 200 and ignores what it does not know. So set the
variable anew wherever a file does not show it (a secret store, a dashboard, a colleague's `.env`)
at the same moment as the code goes out.""",
    safety="""\
Safe where the files that were searched are the only places that set the variable. Without the
option nothing of it is edited: the call goes through an adapter, which takes either URL.""",
    valid=(SEARCH, *UNRELATED, Case(_PROGRAM, files=_FILES)),
    invalid=(Case(_PROGRAM, files=_FILES, options=Options(with_configuration=True)),),
)
