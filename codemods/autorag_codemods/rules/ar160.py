"""AR160: a recording that stays legacy."""

from ._rule import UNTOUCHED, Rule
from ._samples import SEARCH, UNRELATED

__all__ = ["RULE"]

RULE = Rule(
    code="AR160",
    name="recording-left",
    kind="finding",
    summary="A recorded legacy exchange, or a stored answer, cannot be converted.",
    what="""\
Reports what `autorag-migrate cassettes` leaves as it is in a cassette or a JSON file, and why: a
call other than search and ai-search, a body that is no JSON or whose compression is not known, a
question or answer without an equivalent, a legacy URL in a layout that is not understood.""",
    why="""\
A recording that is converted halfway replays what never happened. Record it again with the
migrated program, or against `autorag-migrate emulate`.""",
    safety=UNTOUCHED,
    valid=(SEARCH, *UNRELATED),
)
