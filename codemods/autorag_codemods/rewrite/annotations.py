"""What a type checker thinks of a payload whose values are no longer of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Facts, Parents, Site

from .imports import ensure_any

if TYPE_CHECKING:
    from autorag_codemods.program.values import DictObject

    from .edits import Editor

__all__ = ["annotate"]


def annotate(
    editor: Editor,
    facts: Facts,
    parents: Parents,
    made: DictObject,
    sites: set[Site],
    *,
    nested: bool,
) -> Block | None:
    """Register an annotation where one is needed; what stands in the way otherwise.

    `nested` is true where later assignments reach into the new dicts.
    """
    holder = parents.of(made.node)
    if isinstance(holder, cst.AnnAssign):
        text = editor.positions.source(holder.annotation.annotation)
        if not (
            "Any" in text
            or text.rpartition(".")[2] in {"dict", "Dict"}
            or ("object" in text and not nested)
        ):
            return Block("AR112", "its payload is annotated too narrowly", holder)
        return None
    target = parents.of(holder) if isinstance(holder, cst.AssignTarget) else holder
    if not nested or not isinstance(target, cst.Assign) or len(target.targets) != 1:
        return None
    function = next((x for x in parents.above(target) if isinstance(x, cst.FunctionDef)), None)
    name = target.targets[0].target
    if not isinstance(name, cst.Name) or (function is not None and not _is_typed(function)):
        return None
    if name.value in facts.rebound:
        return None
    spelled = ensure_any(editor, parents, target, sites)
    if not spelled:
        return Block("AR112", "its payload would need an annotation", target)
    _, end = editor.positions.span(name)
    editor.insert(end, sites, lambda: f": dict[str, {spelled}]", "annotation")
    return None


def _is_typed(function: cst.FunctionDef) -> bool:
    params = function.params
    named = (*params.posonly_params, *params.params, *params.kwonly_params)
    return function.returns is not None or any(param.annotation for param in named)
