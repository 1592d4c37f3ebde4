"""Every code that a report can show, one module each, with what it means and when it fires.

Codes from AR201 on are notes of the translation: `autorag_migrate.mapping.NOTES` holds all of them
but AR205, which only a reader of programs can see.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from autorag_migrate.mapping import NOTES

from ._rule import Case, Kind, Rule

__all__ = ["RULES", "Case", "Kind", "Rule", "codes", "explanation"]

_MODULES: Final = sorted(
    found.name for found in iter_modules(__path__) if not found.name.startswith("_")
)
RULES: Final[dict[str, Rule]] = {
    rule.code: rule for rule in (import_module(f"{__name__}.{name}").RULE for name in _MODULES)
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
