"""What is said of a path that cannot be read as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Problem"]


class Problem(NamedTuple):
    """A path that was left out, the code of the rule that says why, and a sentence.

    The codes: ``AR151`` is not text, ``AR152`` a link out of the tree, ``AR153`` not a file,
    ``AR155`` would not be written back as it is, ``AR157`` vanished or cannot be read.
    """

    path: Path
    code: str
    text: str
