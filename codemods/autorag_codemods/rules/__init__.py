"""Every code that a report can show, one module each, with what it means and when it fires.

Codes from AR201 on are notes of the translation: `autorag_migrate.mapping.NOTES` holds all of them
but AR205, which only a reader of programs can see.
"""

from __future__ import annotations

from typing import Final

from autorag_migrate.mapping import NOTES

from . import (
    ar101,
    ar110,
    ar111,
    ar112,
    ar113,
    ar114,
    ar115,
    ar116,
    ar117,
    ar118,
    ar119,
    ar120,
    ar121,
    ar122,
    ar123,
    ar130,
    ar131,
    ar132,
    ar133,
    ar134,
    ar136,
    ar140,
    ar141,
    ar142,
    ar143,
    ar144,
    ar150,
    ar151,
    ar152,
    ar153,
    ar154,
    ar155,
    ar156,
    ar157,
    ar158,
    ar159,
    ar160,
    ar170,
    ar171,
    ar172,
    ar173,
    ar174,
    ar175,
    ar176,
    ar177,
    ar178,
    ar179,
    ar205,
)
from ._rule import Case, Kind, Rule

__all__ = ["RULES", "Case", "Kind", "Rule", "codes", "explanation"]

RULES: Final[dict[str, Rule]] = {
    module.RULE.code: module.RULE
    for module in (
        ar101,
        ar110,
        ar111,
        ar112,
        ar113,
        ar114,
        ar115,
        ar116,
        ar117,
        ar118,
        ar119,
        ar120,
        ar121,
        ar122,
        ar123,
        ar130,
        ar131,
        ar132,
        ar133,
        ar134,
        ar136,
        ar140,
        ar141,
        ar142,
        ar143,
        ar144,
        ar150,
        ar151,
        ar152,
        ar153,
        ar154,
        ar155,
        ar156,
        ar157,
        ar158,
        ar159,
        ar160,
        ar170,
        ar171,
        ar172,
        ar173,
        ar174,
        ar175,
        ar176,
        ar177,
        ar178,
        ar179,
        ar205,
    )
}

_SEVERITIES: Final = {
    "info": "Nothing is lost; it is said so that nobody has to wonder.",
    "changed": "The new API behaves otherwise than the legacy one here.",
    "lost": "The new API has no place for this.",
}


def codes() -> list[str]:
    """Every code that can be explained, in order."""
    return sorted({*RULES, *NOTES})


def explanation(code: str) -> str:
    """What a code means, as Markdown.

    Args:
        code: A code, or a rule's name, in any case.

    Raises:
        KeyError: There is no such code.
    """
    wanted = code.strip()
    for rule in RULES.values():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule.explanation()
    note = NOTES[wanted.upper()]
    text = f"{note.text[0].upper()}{note.text[1:]}."
    return "\n\n".join(
        (f"# {note.code}", f"*note, {note.severity}* · {text}", f"{_SEVERITIES[note.severity]}\n")
    )
