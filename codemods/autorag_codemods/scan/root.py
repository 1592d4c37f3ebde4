"""The project that a file belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["project_of", "root_of"]

_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git", ".hg")


def project_of(path: Path) -> Path | None:
    """The nearest folder above a file that says it is a project, None where there is none."""
    above = path.resolve().parents
    return next((each for each in above if any((each / mark).exists() for mark in _MARKS)), None)


def root_of(path: Path, given: Iterable[Path] = ()) -> Path:
    """The project of a file; without one the given folder that it stands in, else its own."""
    above = path.resolve().parents
    within = (each for each in map(Path.resolve, given) if each in above)
    return project_of(path) or next(within, above[0])
