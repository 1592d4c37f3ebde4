"""AR122: a sender that the project's tests patch."""

from ._rule import BRIDGED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

_TEST = """\
from unittest import mock

import program


def test_show(capsys):
    answer = {"success": True, "result": {"data": [{"filename": "a.md", "score": 0.5}]}}
    with mock.patch("program.requests.post") as post:
        post.return_value.json.return_value = answer
        program.show("llamas")
    assert capsys.readouterr().out == "a.md 0.5\\n"
"""
_PLAIN = """\
import program


def test_it_can_be_called():
    assert callable(program.show)
"""

RULE = Rule(
    code="AR122",
    name="sender-is-patched",
    kind="bridged",
    summary="A test of the project patches what sends the call, and gives a legacy answer.",
    what="""\
Puts an adapter in front of a call that could have been rewritten in place, because a test of the
project patches its sender (`mock.patch`, `monkeypatch.setattr`). The adapter looks the sender up
each time that it is called, so the patch goes on to stand in for it. Where the test is understood
as a whole, call and test are rewritten together instead.""",
    why="""\
The test hands out a legacy answer, and may compare the URL and the payload that were sent.
Rewritten in place, the call would read the new answer out of a legacy one, and the test would
fail although nothing is wrong. To have the call rewritten in place, give the test the new
answer and run again; or write its answers as whole literals, and it moves by itself.""",
    safety=BRIDGED,
    valid=(
        SEARCH,
        Case(SEARCH.source, files={"tests/test_program.py": _PLAIN}),
        *UNRELATED,
    ),
    invalid=(Case(SEARCH.source, files={"tests/test_program.py": _TEST}),),
)
