"""The syntax tree as a plain tree: children in the order of the source, parents, names."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Parents", "children", "dotted", "names_in", "unmangled", "walk"]

_MANGLED = re.compile(r"_[^\W_]\w*?(__\w*[^\W_]_?)")

_BLANKS = ("whitespace", "leading_lines", "lines_after", "lpar", "rpar", "comma", "semicolon")
_LEAVES = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Comment)


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(kind)
        if not field.name.startswith(_BLANKS) and field.name not in {"header", "footer"}
    )


_STRINGS = frozenset({cst.SimpleString, cst.FormattedStringText})


class _Parts(dict[type[object], bool]):
    """Which types are parts: by type, because an instance check of an abstract class is slow."""

    def __missing__(self, kind: type[object]) -> bool:
        self[kind] = issubclass(kind, cst.CSTNode) and not issubclass(kind, _LEAVES)
        return self[kind]


_IS_PART = _Parts()


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The parts of a node, without blanks, comments and parentheses."""
    found: list[cst.CSTNode] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        kind = type(value)
        if kind is list or kind is tuple:
            found += [each for each in value if _IS_PART[type(each)]]
        elif _IS_PART[kind]:
            found.append(value)
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, in the order of the source."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        todo.extend(reversed(children(each)))


class Parents:
    """Who holds whom, for the modules of a program; made by one plain loop.

    Attributes:
        strings: The literals that hold text.
    """

    def __init__(self, modules: Iterable[cst.Module]) -> None:
        self.strings: list[cst.SimpleString | cst.FormattedStringText] = []
        self._parents: dict[int, cst.CSTNode] = {}  # by identity, as nodes compare
        todo: list[cst.CSTNode] = list(modules)
        while todo:
            node = todo.pop()
            # By type: an instance check of an abstract class is slow.
            if type(node) in _STRINGS:
                self.strings.append(node)  # type: ignore[arg-type]
            for child in children(node):
                self._parents[id(child)] = node
                todo.append(child)

    def of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds another, None for the module."""
        return self._parents.get(id(node))

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """All that hold a node, from the inside out."""
        parent = self._parents.get(id(node))
        while parent is not None:
            yield parent
            parent = self._parents.get(id(parent))

    def module(self, node: cst.CSTNode) -> cst.Module:
        """The module that a node stands in."""
        return next(each for each in (node, *self.above(node)) if isinstance(each, cst.Module))

    def statement(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement that a node belongs to."""
        for each in (node, *self.above(node)):
            if isinstance(each, (cst.BaseStatement, cst.BaseSmallStatement)):
                return each
        return node


def dotted(node: cst.CSTNode) -> str:
    """``a.b.c`` as it is written, "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr.value}" if start else ""
    return ""


def unmangled(name: str) -> str:
    """The name by which a class itself has what others call ``_Class__name``."""
    found = _MANGLED.fullmatch(name)
    return found[1] if found else name


def names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    """Every name below a node."""
    for each in walk(node):
        if isinstance(each, cst.Name):
            yield each
