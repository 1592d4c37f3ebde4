"""AR132: tests that answer for the legacy URL."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED

__all__ = ["RULE"]

_TEST = """\
import responses

import program


@responses.activate
def test_search():
    responses.post(f"{program.RAG}/search", json={"success": True, "result": {"data": []}})
    assert program.search("llamas")["success"]
"""

RULE = Rule(
    code="AR132",
    name="test-double-at-the-wire",
    kind="manual",
    summary="The project's tests answer for the legacy URL in place of the network.",
    what="""\
Reports a call for whose address the project's own tests give answers below the HTTP library,
with responses, respx, pytest-httpx, aioresponses, vcrpy, httpx.MockTransport or a mounted
requests_mock.Adapter, unless both can be rewritten together. What requests_mock.Mocker sees is
the legacy call: that is AR122.""",
    why="""\
Such a double sees the request that really leaves, and that is the new one: the tests would
fail, or worse, reach the network. Call and double have to move together. Where the tests patch
the sender itself instead, the patch keeps working and the call is bridged (AR122).""",
    safety=UNTOUCHED,
    valid=(ANSWER_RETURNED, SEARCH, *UNRELATED),
    invalid=(Case(ANSWER_RETURNED.source, files={"tests/test_program.py": _TEST}),),
)
