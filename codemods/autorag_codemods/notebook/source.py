"""What a notebook says in Python, for who only wants to know whom it speaks of."""

from __future__ import annotations

import re

from .cells import NotebookError, open_notebook

__all__ = ["source_of"]

_RUN = re.compile(
    r"^[ \t]*%run\b[^\r\n]*?(?P<module>[^\W\d]\w*)(?:\.ipynb|\.py)?[ \t'\"]*$", re.MULTILINE
)


def source_of(text: str) -> str:
    """The text of all code cells; a script that is run shares its names with the notebook."""
    try:
        cells = open_notebook(text).cells
    except (NotebookError, RecursionError):
        return text
    said = "\n".join(cell.text for cell in cells)
    return _RUN.sub(lambda found: f"from {found['module']} import *", said)
