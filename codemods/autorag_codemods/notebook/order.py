"""Names that a cell uses before a later one binds them: such a notebook is not run in order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["used_early"]

_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def used_early(cells: Iterable[str]) -> set[str]:
    """Names that stand in a cell outside of functions, and are first bound in a later one."""
    bound: set[str] = set()
    unbound: set[str] = set()
    early: set[str] = set()
    for text in cells:
        tree = ast.parse(text)
        made = {name for node in ast.walk(tree) for name in _bound(node)}
        early |= unbound & made
        bound |= made
        unbound |= {name for name in _used(tree) if name not in bound}
    return early


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]


def _used(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            yield child.id
        if not isinstance(child, _LATER):
            yield from _used(child)
