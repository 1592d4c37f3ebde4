"""Settings classes of pydantic: which of their fields are surely a variable of the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from .strings import is_legacy
from .tree import dotted
from .values import ClassInfo, Symbol, Text, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run import Run

__all__ = ["TAKING_ALL", "of_environment"]

_BASES = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings"})
_PLAIN = re.compile(r"(?:Optional\[str\]|str|None)(?:\|(?:str|None))*")
_CONFIGURED = frozenset(
    {"env_file", "env_file_encoding", "extra", "frozen", "env_ignore_empty", "validate_default"}
)
"""What may be configured without a change of the variables that are read."""

TAKING_ALL = frozenset(
    {
        *("model_dump", "model_dump_json", "model_copy", "model_construct", "model_validate"),
        *("model_fields", "model_config", "dict", "json", "copy", "parse_obj", "construct"),
        "__dict__",
    }
)
"""Attributes of such a class, or of an instance, by which all fields are taken or given."""


def of_environment(run: Run, info: ClassInfo, node: cst.AnnAssign) -> Values:
    """What a field takes from a variable of the environment, where that is known.

    Nothing may stand in the class by which it could read another variable, or change the value.
    """
    if not isinstance(node.target, cst.Name) or not _is_understood(info):
        return frozenset()
    plain = node.value is None or isinstance(node.value, (cst.SimpleString, cst.Name))
    if not plain or not _PLAIN.fullmatch(_source(node.annotation.annotation)):
        return frozenset()
    known = run.variable(node.target.value.upper(), node.target)
    if not known:
        return known
    run.facts.settings.add(info)
    others = run.evaluate(node.value) if node.value is not None else frozenset()
    # A default that is no legacy URL is for where the variable is not set.
    return known | {each for each in others if isinstance(each, Text) and is_legacy(each)}


def _is_understood(info: ClassInfo) -> bool:
    match info.bases:
        case (Symbol(name),) if name in _BASES:
            pass
        case _:
            return False
    if info.subclasses or info.node.keywords or info.decorators:
        return False
    return all(map(_is_plain, _statements(info.node)))


def _statements(node: cst.ClassDef) -> Iterator[cst.CSTNode]:
    for line in node.body.body:
        if isinstance(line, cst.SimpleStatementLine):
            yield from line.body
        else:
            yield line


def _is_plain(node: cst.CSTNode) -> bool:
    """Whether a statement of the class changes nothing of what its fields read."""
    match node:
        case cst.AnnAssign(target=cst.Name(name)) if name != "model_config":
            return True
        case cst.Pass() | cst.Expr(value=cst.BaseString()):
            return True
        case cst.FunctionDef(decorators=decorators, name=name):
            plain = all(
                dotted(each.decorator) in {"property", "staticmethod"} for each in decorators
            )
            return plain and not name.value.startswith(("__", "settings_customise"))
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name("model_config"))], value=value):
            return _configures(value)
        case cst.ClassDef(name=cst.Name("Config"), bases=[], keywords=[]):
            return all(
                isinstance(each, cst.Assign)
                and isinstance(each.targets[0].target, cst.Name)
                and each.targets[0].target.value in _CONFIGURED
                for each in _statements(node)
            )
    return False


def _configures(value: cst.BaseExpression) -> bool:
    match value:
        case cst.Call(args=arguments):
            keys = [each.keyword.value if each.keyword else "" for each in arguments]
        case cst.Dict(elements=elements):
            keys = [
                each.key.raw_value
                if isinstance(each, cst.DictElement) and isinstance(each.key, cst.SimpleString)
                else ""
                for each in elements
            ]
        case _:
            return False
    return _CONFIGURED.issuperset(keys)


def _source(node: cst.CSTNode) -> str:
    """An annotation without blanks, and without the quotes around it."""
    text = cst.Module([]).code_for_node(node)
    return text.replace("typing.", "").replace(" ", "").strip("\"'")
