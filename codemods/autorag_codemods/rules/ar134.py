"""AR134: a style that cannot be had."""

from autorag_codemods.options import Options

from ._rule import UNTOUCHED, Case, Rule
from ._samples import ANSWER_RETURNED, SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR134",
    name="style-not-possible",
    kind="manual",
    summary="`--style native` asks for a rewriting that cannot be done.",
    what="""\
Reports a call that would be bridged, because the run was started with `--style native`, which
allows no adapter. The reason names what stands in the way, and its evidence shows it.""",
    why="""\
A style is a wish about the result, not a licence to guess. Without the option the call is
bridged.""",
    safety=UNTOUCHED,
    valid=(ANSWER_RETURNED, Case(SEARCH.source, options=Options(style="native")), *UNRELATED),
    invalid=(Case(ANSWER_RETURNED.source, options=Options(style="native")),),
)
