"""AR144: a legacy URL in a test."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

_TEST = """\
from program import search


def test_the_url(sent):
    search("coffee")
    assert sent[0].url == "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"
"""

RULE = Rule(
    code="AR144",
    name="legacy-url-in-a-test",
    kind="finding",
    summary="A test speaks of a legacy URL.",
    what="Reports a legacy URL that stands in a test file and is sent by nothing there.",
    why="""\
It says what the program is expected to send, or answers for it. A call that is bridged still sends
the legacy URL as far as a patched function sees; a call that is rewritten does not. So the test
belongs to the call that it tests, and that call's verdict says what to do.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
    invalid=(Case(SEARCH.source, files={"test_program.py": _TEST}),),
)
