"""Where a payload is given a key below its literal: an assignment, ``update``, ``|=``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

if TYPE_CHECKING:
    from autorag_codemods.program import Parents
    from autorag_codemods.program.values import Entry

__all__ = ["Target", "may_raise", "target_of"]


class Target(NamedTuple):
    """A place that gives a key: the payload, the value, and the statement; `quote` if it has one.

    `is_assigned` is true for ``payload["key"] = value``, where only parts of the statement change,
    `is_default` for ``payload.setdefault("key", value)``.
    """

    node: cst.CSTNode
    payload: cst.BaseExpression
    value: cst.BaseExpression
    statement: cst.BaseSmallStatement
    key: cst.BaseExpression | None
    is_assigned: bool
    is_default: bool = False


def target_of(parents: Parents, entry: Entry) -> Target | None:
    """The place of an entry, None where it is none that can be edited."""
    node = entry.where
    if isinstance(node, cst.Subscript):
        parent = parents.of(node)
        statement = parents.of(parent) if isinstance(parent, cst.AssignTarget) else None
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return None
        index = node.slice[0].slice
        key = index.value if isinstance(index, cst.Index) else None
        payload = node.value
        if "." in entry.key and isinstance(payload, cst.Call):
            # Its entry says where it stands below: it is setdefault() that is asked.
            payload = cst.ensure_type(payload.func, cst.Attribute).value
        return Target(node, payload, statement.value, statement, key, is_assigned=True)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        above = parents.of(node)
        if node.func.attr.value != "setdefault" or not isinstance(above, cst.Expr):
            return None
        payload, name = node.func.value, node.args[0].value
        return Target(
            node, payload, entry.value_node, above, name, is_assigned=False, is_default=True
        )
    literal = parents.of(node)
    key = node.key if isinstance(node, cst.DictElement) else None
    if isinstance(literal, cst.Dict):
        holder = parents.of(literal)
        if isinstance(holder, cst.AugAssign) and holder.value is literal:
            return Target(node, holder.target, entry.value_node, holder, key, is_assigned=False)
        call = parents.of(holder) if isinstance(holder, cst.Arg) else None
    else:
        call = literal
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    line = parents.of(call)
    if call.func.attr.value != "update" or not isinstance(line, cst.Expr):
        return None
    return Target(node, call.func.value, entry.value_node, line, key, is_assigned=False)


def may_raise(node: cst.BaseExpression) -> bool:
    """Whether the evaluation of a value may end in an exception, as far as names are bound."""
    match node:
        case cst.Name() | cst.SimpleString() | cst.Integer() | cst.Float():
            return False
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            return not isinstance(inner, (cst.Integer, cst.Float))
        case cst.Dict():
            elements = node.elements
            return any(
                not isinstance(each, cst.DictElement)
                or may_raise(each.key)
                or may_raise(each.value)
                for each in elements
            )
        case cst.List():
            return any(may_raise(each.value) for each in node.elements)
    return True
