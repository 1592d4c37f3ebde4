"""AR118: bridged because it was asked for."""

from autorag_codemods.options import Options

from ._rule import BRIDGED, Case, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR118",
    name="bridge-wanted",
    kind="bridged",
    summary="`--style bridge` asks for adapters only.",
    what="""\
Puts an adapter in front of a call that could have been rewritten in place, because the run was
started with `--style bridge`.""",
    why="""\
A bridge is the smallest change, and the easiest to take back: one import for each file. A later
run without the option leaves bridged calls as they are (`AR120`).""",
    safety=BRIDGED,
    valid=(SEARCH, *UNRELATED),
    invalid=(Case(SEARCH.source, options=Options(style="bridge")),),
)
