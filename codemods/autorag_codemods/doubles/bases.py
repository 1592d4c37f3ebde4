"""URLs of a test that are put together of a constant, the base, and an end."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

__all__ = ["Base", "bases_in"]

_BASE_AND_END = 2


class Base(NamedTuple):
    """A constant with a legacy URL up to the instance.

    Attributes:
        node: Its value.
        ends: The strings with the end of a URL, and the route that each ends in.
        urls: The expressions that put a URL together, and the route of each.
    """

    node: ast.expr
    ends: dict[ast.expr, str]
    urls: dict[ast.expr, str]


def bases_in(
    tree: ast.Module,
    parents: Mapping[ast.AST, ast.AST],
    source: Callable[[ast.expr], str],
    marker: str,
    tails: Collection[str],
) -> list[Base]:
    """The bases that stand at the top of a test, and are only used for URLs of known routes.

    Args:
        tree: The test.
        parents: Who holds whom.
        source: The text of an expression.
        marker: What every legacy URL holds.
        tails: The ends of the routes that are known.
    """
    whole = re.compile(rf"{re.escape(marker)}/(?:\{{[^{{}}\s]+\}}|[^/\s\"'{{}}]+)[\"']")
    return [
        found
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.JoinedStr | ast.Constant)
        and len(statement.targets) == 1
        and isinstance(target := statement.targets[0], ast.Name)
        and whole.search(source(statement.value))
        and (found := _base(tree, parents, target.id, statement.value, tails)) is not None
    ]


def _base(
    tree: ast.Module,
    parents: Mapping[ast.AST, ast.AST],
    name: str,
    value: ast.expr,
    tails: Collection[str],
) -> Base | None:
    base = Base(value, {}, {})
    for use in _uses(tree, name):
        parent = parents.get(use)
        if isinstance(use.ctx, ast.Store):
            if not (isinstance(parent, ast.Assign) and parent.value is value):
                return None
            continue
        end, url, whole = _end(parents, use)
        tail = end.strip("/") if end is not None and end.startswith("/") else ""
        if tail not in tails or whole is None or url is None:
            return None
        base.ends[whole] = base.urls[url] = tail
    return base


def _uses(tree: ast.Module, name: str) -> Iterator[ast.Name]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name:
            yield node


def _end(
    parents: Mapping[ast.AST, ast.AST], use: ast.Name
) -> tuple[str | None, ast.expr | None, ast.expr | None]:
    """What follows the base, the URL, and the string that holds what follows."""
    parent = parents.get(use)
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add) and parent.left is use:
        right = parent.right
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            return right.value, parent, right
    above = parents.get(parent) if isinstance(parent, ast.FormattedValue) else None
    if isinstance(above, ast.JoinedStr) and len(above.values) == _BASE_AND_END:
        first, last = above.values
        if first is parent and isinstance(last, ast.Constant):
            return str(last.value), above, above
    return None, None, None
