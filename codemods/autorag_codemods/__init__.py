"""Rewrite AutoRAG callers for AI Search. This version holds the entry only."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Say that the command is not there yet; returns exit code 2."""
    sentence = f"{arguments[0]} is not part of this version; see CHANGELOG.md for what is"
    sys.stderr.write(f"autorag-migrate: {sentence}\n")
    return 2
