"""``"".join(c["text"] for c in row["content"])``: a chunk has one text, and needs no join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.tree import names_in

from .quotes import quote_inside

if TYPE_CHECKING:
    from autorag_codemods.program import Facts, Parents, Simplification

    from .edits import Editor

__all__ = ["simplify_joins"]


_OF_STR = frozenset({"strip", "lstrip", "rstrip", "lower", "upper"})


def simplify_joins(editor: Editor, facts: Facts, parents: Parents) -> None:
    """Register the edits that take the place of the list of one that the reads would make."""
    for join in facts.joins.values():
        _simplify(editor, facts, parents, join)


def _simplify(editor: Editor, facts: Facts, parents: Parents, join: Simplification) -> None:
    clause = join.generator.for_in
    target = clause.target
    over = clause.iter
    while isinstance(over, cst.BooleanOperation) and isinstance(over.operator, cst.Or):
        over = over.left  # a list with something in it, which is taken
    read = facts.reads.get(over)
    if read is None or not isinstance(target, cst.Name) or len(clause.ifs) > 1:
        return
    parts = [join.generator.elt, *(condition.test for condition in clause.ifs)]
    uses = [name for part in parts for name in names_in(part) if name.value == target.value]
    if "#" in editor.positions.source(join.whole):
        return
    row = _row(read.root, len(read.steps))
    is_list = join.whole is join.generator
    is_plain = not clause.ifs and join.generator.elt in facts.reads
    if row is None or not uses or not (is_plain if is_list else _is_str(facts, join.generator.elt)):
        return
    sites = {origin[0] for origin in read.origins}
    if any(site in sites for site, _, _ in facts.stored):
        return  # what is joined may be no string any more
    for use in uses:
        editor.replace(use, sites, lambda: editor.render(row))

    def made() -> str:
        text = editor.render(join.generator.elt)
        if is_list:
            return f"[{text}]"
        if clause.ifs:
            empty = quote_inside(parents, join.whole) * 2
            text = f"{text} if {editor.render(clause.ifs[0].test)} else {empty}"
        is_bare = isinstance(parents.of(join.whole), (cst.Assign, cst.Return))
        return text if "\n" not in text and (is_bare or not clause.ifs) else f"({text})"

    editor.replace(join.whole, sites, made, drops=True)


def _row(root: cst.BaseExpression, steps: int) -> cst.Name | None:
    """The name of the row: only a name can be written more than once."""
    return root if isinstance(root, cst.Name) and steps == 1 else None


def _is_str(facts: Facts, node: cst.BaseExpression) -> bool:
    """Whether what is joined is a read of the text, which is a string already."""
    match node:
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(name)), args=[]):
            if name in _OF_STR:
                return _is_str(facts, value)
    read = facts.reads.get(node)
    return read is not None and read.steps[-1].key == "text"
