"""Keys of the configuration that a program names in other ways than as a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .strings import decoded
from .tree import dotted, walk
from .values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run import Run
    from .values import FunctionInfo, Values

__all__ = ["hinted_field", "is_from_option", "is_part_of_key"]


def hinted_field(run: Run, node: cst.AnnAssign, values: Values) -> Values:
    """What a field holds: ``Field(validation_alias="KB_URL")``, or a class with a prefix."""
    name = node.target.value if isinstance(node.target, cst.Name) else ""
    calls = [node.annotation, *([node.value] if isinstance(node.value, cst.Call) else [])]
    named = any(run.is_configured(text) for call in calls for text in _texts(call))
    owner = run.in_class.node if run.in_class is not None and run.in_class.bases else None
    prefixes = {text for text in _texts(owner) if text.endswith("_")} if owner is not None else ()
    if not named and not any(run.is_configured(f"{prefix}{name}") for prefix in prefixes):
        return values
    known = frozenset(value for value in values if not isinstance(value, Unknown))
    return known | {Unknown(hinted=True)}


def is_from_option(run: Run, info: FunctionInfo, param: cst.Param) -> bool:
    """Whether an option of the command line gives a parameter what a configured key holds."""
    if param.annotation is not None and any(map(run.is_configured, _texts(param.annotation))):
        return True
    for decorator in info.node.decorators:
        texts = set(_texts(decorator))
        names = {text.lstrip("-").replace("-", "_") for text in texts}
        if param.name.value in names and any(map(run.is_configured, texts)):
            return True
    return False


def is_part_of_key(run: Run, owner: cst.BaseExpression, key: object) -> bool:
    """Whether what is read of a part of some settings is configured: ``settings.KB["URL"]``."""
    if not isinstance(key, str):
        return False
    above = dotted(owner).rpartition(".")[2]
    return run.is_configured(key) or (bool(above) and run.is_configured(f"{above}_{key}"))


def _texts(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, (cst.Annotation, cst.Decorator, cst.Call, cst.ClassDef)):
        for each in walk(node):
            if isinstance(each, cst.SimpleString) and (text := decoded(each)):
                yield text
