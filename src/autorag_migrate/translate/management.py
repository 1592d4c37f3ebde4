"""Answers of the management routes, new into legacy, by `mapping.MANAGEMENT_FIELDS`."""

from __future__ import annotations

from typing import Any

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import MANAGEMENT_ABSENT, MANAGEMENT_ADDITIONS, MANAGEMENT_FIELDS
from autorag_migrate.notes import note

from ._base import Translation
from ._rows import RESULT

__all__ = ["management_to_legacy"]


def management_to_legacy(route: str, body: dict[str, Any]) -> Translation:
    """Translate a decoded answer of the route named `route`; the rest of the envelope stays.

    Raises:
        TranslationError: The answer holds neither an object nor a list of objects.
    """
    result = body.get(RESULT)
    dropped: set[str] = set()
    if isinstance(result, list):
        rows: Any = [_row(route, row, dropped) for row in result]
    else:
        rows = _row(route, result, dropped)
    notes = tuple(note("AR220", f"$.{RESULT}.{name}") for name in sorted(dropped))
    return Translation({**body, RESULT: rows}, notes)


def _row(route: str, row: object, dropped: set[str]) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise TranslationError("a row is not an object")
    fields = MANAGEMENT_FIELDS.get(route)
    if fields is None:
        added = MANAGEMENT_ADDITIONS.get(route, ())
        legacy = {name: value for name, value in row.items() if name not in added}
        dropped.update(row.keys() - legacy.keys())
        for name, value in MANAGEMENT_ABSENT.get(route, {}).items():
            legacy.setdefault(name, value)
    elif row.keys() & fields.keys() and not row.keys() - fields.keys():
        legacy = row
    else:
        legacy = {to: row.get(frm) for to, frm in fields.items()}
        dropped.update(row.keys() - set(fields.values()))
    return legacy
