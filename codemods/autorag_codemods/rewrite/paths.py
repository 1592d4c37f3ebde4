"""From a path of a legacy answer to the steps that read the same from a new one."""

from __future__ import annotations

from typing import Literal, NamedTuple

from autorag_codemods.program.management import is_managing, is_optional, managed_path
from autorag_codemods.program.schema import EACH, Path, is_alone, new_path, row_at

__all__ = ["Conversion", "Target", "holder", "is_changed_alike", "target"]

Conversion = Literal[
    "same", "single", "constant", "question", "status", "folder", "basename", "metadata", "optional"
]


class Target(NamedTuple):
    """Where a value stands in the new answer, and what must be done to it there."""

    path: Path
    conversion: Conversion


_BY_ROW: dict[str, Conversion] = {
    "constant": "constant",
    "question": "question",
    "status": "status",
    "folder": "folder",
    "basename": "basename",
    "metadata": "metadata",
}


def holder(endpoint: str, path: Path) -> Path | None:
    """What a name that held this part of a legacy answer holds of the new one."""
    found = target(endpoint, path)
    return None if found is None else found.path


def is_changed_alike(endpoint: str, path: Path, *, in_place: bool) -> bool:
    """Whether a program that changes a value changes that one of the new answer, and no other.

    One that is changed `in_place` is read where it stands then; else its key must be the same.
    """
    found, above = target(endpoint, path), holder(endpoint, path[:-1])
    if found is None or found.conversion != "same" or not is_alone(endpoint, path):
        return False
    return in_place or (above is not None and found.path == (*above, path[-1]))


def target(endpoint: str, path: Path) -> Target | None:
    """The new place of a legacy path, None where the new answer has none.

    What is constant, echoed or the status has no place: its path is empty, its conversion says so.
    """
    if is_managing(endpoint):
        same = managed_path(endpoint, path)
        optional = bool(path) and is_optional(endpoint, path)
        return None if same is None else Target(same, "optional" if optional else "same")
    row = row_at(path)
    if (
        row is None
        and (contents := row_at((*path, EACH))) is not None
        and contents.conversion == "single"
    ):
        # The list of a row's contents: one chunk, which the row itself has become.
        above = new_path(endpoint, path[:-1])
        return None if above is None else Target(above, "single")
    found = new_path(endpoint, path)
    conversion = _BY_ROW.get(row.conversion, "same") if row is not None else "same"
    if found is None:
        return Target((), conversion) if conversion in {"constant", "question", "status"} else None
    if conversion in {"question", "status"}:
        conversion = "same"
    return Target(found, conversion)
