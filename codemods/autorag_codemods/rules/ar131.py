"""AR131: a project in which the adapter cannot be installed."""

from ._rule import UNTOUCHED, Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED

__all__ = ["RULE"]

_PROJECT = """\
[project]
name = "support-bot"
version = "1.0"
requires-python = "{}"
dependencies = ["requests"]
"""

RULE = Rule(
    code="AR131",
    name="project-excludes-adapter",
    kind="manual",
    summary="The project's Python or one of its pins excludes autorag-migrate.",
    what="""\
Reports a call that would be bridged, in a project that cannot have the adapter: its
`requires-python` allows a Python older than 3.10, or it pins something that autorag-migrate
does not work with.""",
    why="""\
A bridged call imports `autorag_migrate`. Where that cannot be installed, the import fails, and
with it the program. Raise the project's lower bound, or change the code so that the call is
understood as a whole: what is rewritten in place needs nothing of ours.""",
    safety=UNTOUCHED,
    valid=(
        Case(ANSWER_RETURNED.source, files={"pyproject.toml": _PROJECT.format(">=3.10")}),
        Case(SEARCH.source, files={"pyproject.toml": _PROJECT.format(">=3.8")}),
        *UNRELATED,
    ),
    invalid=(Case(ANSWER_RETURNED.source, files={"pyproject.toml": _PROJECT.format(">=3.8")}),),
)
