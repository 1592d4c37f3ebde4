"""Guesses: reads of keys that the legacy answer never had, and the new one has.

``row.get("text") or row["content"][0]["text"]`` always took the second. What never gave anything is
dropped, so that it gives nothing on the new API either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.program import Parents, Site, WrongRead

    from .edits import Editor

__all__ = ["drop_read"]

_FALSE = frozenset({"None", "''", '""', "[]", "{}", "()", "0", "False", "dict()", "list()"})
_WHOLE = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.SimpleString, cst.List, cst.Dict)


def drop_read(
    editor: Editor,
    parents: Parents,
    wrong: WrongRead,
    sites: Iterable[Site],
    taken: set[cst.CSTNode],
) -> bool:
    """Register the edit that drops a guess; False where something else could be seen then.

    What was `taken` is dropped from already.
    """
    node, default = wrong.node, wrong.default
    if wrong.mixed or not wrong.is_get or "#" in editor.positions.source(node):
        return False
    if default is not None and editor.positions.source(default) not in _FALSE:
        _replace(editor, node, default, sites)
        return True
    parent = parents.of(node)
    if not isinstance(parent, cst.BooleanOperation) or not isinstance(parent.operator, cst.Or):
        return False
    if "#" in editor.positions.source(parent) or parent in taken:
        return False
    if parent.left is node:
        taken.add(parent)
        _replace(editor, parent, parent.right, sites)
        return True
    above = parents.of(parent)
    if (
        isinstance(above, cst.BooleanOperation)
        and isinstance(above.operator, cst.Or)
        and above.left is parent
    ):
        taken.add(parent)
        # What stands behind it is taken, as before, where what stands before it is nothing.
        _replace(editor, parent, parent.left, sites)
        return True
    return False


def _replace(
    editor: Editor, node: cst.BaseExpression, kept: cst.BaseExpression, sites: Iterable[Site]
) -> None:
    """Keep one part of an expression; what else is edited in the rest is gone with it."""
    is_operand = isinstance(node, cst.BooleanOperation) and not node.lpar
    is_bare = is_operand or isinstance(kept, _WHOLE) or bool(kept.lpar)

    def make() -> str:
        text = editor.render(kept)
        return text if is_bare else f"({text})"

    editor.replace(node, sites, make, drops=True)
