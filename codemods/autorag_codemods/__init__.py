"""Rewrite AutoRAG callers for AI Search. This version holds the entry only."""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Say that the command is not there yet; returns exit code 2.

    Raises:
        ImportError: The extra that the codemods need is not installed.
    """
    command = arguments[0]
    if find_spec("libcst") is None:
        raise ImportError(f"{command} needs the codemods: pip install 'autorag-migrate[codemods]'")
    sentence = f"{command} is not part of this version; see CHANGELOG.md for what is"
    sys.stderr.write(f"autorag-migrate: {sentence}\n")
    return 2
