"""Whether the evaluation of an expression may do something that another one can notice."""

from __future__ import annotations

import libcst as cst

from autorag_codemods.program.tree import dotted, walk

__all__ = ["may_have_effects"]

_ACTS = (cst.Await, cst.NamedExpr, cst.Yield)
_PLAIN = frozenset(
    {
        *("str", "int", "float", "bool", "len", "min", "max", "round", "abs", "repr", "sorted"),
        *("list", "tuple", "dict", "set", "sum", "any", "all", "format", "isinstance"),
        *("strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "join", "split"),
        *("encode", "decode", "removeprefix", "removesuffix", "get", "getenv"),
    }
)
"""Functions and methods, by the last word of what is called, that only give a value."""


def may_have_effects(node: cst.CSTNode) -> bool:
    """Whether an expression calls something that is not known to give a value only."""
    return any(isinstance(each, _ACTS) or _acts(each) for each in walk(node))


def _acts(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Call):
        return False
    attribute = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
    return (attribute or dotted(node.func)) not in _PLAIN
