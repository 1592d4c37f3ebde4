"""Rewrite AutoRAG callers for AI Search."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Result, migrate, migrate_tree
    from .options import Options

__all__ = ["Options", "Result", "main", "migrate", "migrate_tree"]

_NEEDED = ("libcst", "click", "rich")
_HOMES = {"Options": "options", "Result": "api", "migrate": "api", "migrate_tree": "api"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 (only where it is used)

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code: 0 done, 1 findings remain, 2 it could not be done.

    Raises:
        ImportError: The extra that the codemods need is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise ImportError(
            f"{arguments[0]} needs the codemods: pip install 'autorag-migrate[codemods]'"
        )
    from .cli import main as run  # noqa: PLC0415 (it needs the extra)

    return run(arguments)
