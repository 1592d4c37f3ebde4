"""What configuration gives a program: the values of variables, and who else names these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from .program.strings import decoded
from .program.tree import dotted, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from .members import Member
    from .program import Facts, Parents

__all__ = ["unsure_uses", "variables_of"]

_SAYING = frozenset(
    {
        *("print", "echo", "exit", "SystemExit", "debug", "info", "warning", "error", "exception"),
        *("critical", "log", "abort", "fail", "warn"),
    }
)
_FILLED_IN = re.compile(r"[${(]\s*[A-Z]")
"""In a template, a name that is replaced: ``$NAME``, ``{{ NAME }}``, ``%(NAME)s``."""

_BY_ARGUMENT = frozenset(
    {"_env_prefix", "_env_nested_delimiter", "_secrets_dir", "_cli_parse_args"}
)
"""Arguments of settings classes by which they read other variables, or from elsewhere."""


def variables_of(members: Iterable[Member]) -> dict[str, list[cst.SimpleString]]:
    """The values of the variables that files set, by their names."""
    found: dict[str, list[cst.SimpleString]] = {}
    for member in members:
        for line in member.module.body if member.is_configuration else ():
            match line:
                case cst.SimpleStatementLine(
                    body=[
                        cst.Assign(
                            targets=[cst.AssignTarget(target=cst.Name(name))],
                            value=cst.SimpleString() as value,
                        )
                    ]
                ):
                    found.setdefault(name, []).append(value)
    return found


def unsure_uses(
    members: Iterable[Member], names: Collection[str], facts: Facts, parents: Parents
) -> Iterator[tuple[str, cst.CSTNode | None]]:
    """The variables that something which is not understood may read, or set, as well.

    With each comes where its name stands, None where it is read by it in the program, such as an
    attribute of settings.
    """
    if not names:
        return
    handed = any(facts.handed.has(each) for each in facts.settings)
    for name in sorted(names):
        if handed or name.lower() in facts.unsure:
            yield name, None
    yield from _in_strings(names, facts, parents)
    for member in members:
        if not member.is_configuration:
            yield from _in_code(member.module, names, facts)


def _in_strings(
    names: Collection[str], facts: Facts, parents: Parents
) -> Iterator[tuple[str, cst.CSTNode]]:
    """Names in strings: in templates, in commands, in lists of names, as another library's key."""
    by_name = {name.lower(): name for name in names}
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    for node in parents.strings:
        text = (decoded(node) if isinstance(node, cst.SimpleString) else None) or node.value
        whole = by_name.get(text.strip().lower())
        named = [whole] if whole is not None else words.findall(text)
        if not named or node in facts.asked:
            continue
        if _FILLED_IN.search(text) or not _is_harmless(node, parents):
            yield from ((name, node) for name in named)


def _is_harmless(node: cst.CSTNode, parents: Parents) -> bool:
    """Whether a name is only looked for, or told: ``"KB_URL" in os.environ``, a message."""
    below = node
    for above in parents.above(node):
        match above:
            case cst.Comparison(
                left=left, comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn())]
            ):
                return left is below
            case cst.Raise() | cst.Assert() | cst.Expr(value=cst.BaseString()):
                return True
            case cst.Call(func=func):
                word = dotted(func).rpartition(".")[2]
                return word in _SAYING or word.endswith(("Error", "Exception", "Warning"))
            case (
                cst.BaseString()
                | cst.BaseFormattedStringContent()
                | cst.Arg()
                | cst.BinaryOperation()
            ):
                below = above
            case _:
                return False
    return False


def _in_code(
    module: cst.Module, names: Collection[str], facts: Facts
) -> Iterator[tuple[str, cst.CSTNode]]:
    """Names of arguments and of fields that are not understood."""
    by_name = {name.lower(): name for name in names}
    fields = [each.value for each in facts.asked if isinstance(each, cst.Name)]
    arguments = {name: [name] for name in names}
    for field in fields:
        arguments.setdefault(field, [by_name[field.lower()]])
    if fields:
        arguments |= {each: [by_name[field.lower()] for field in fields] for each in _BY_ARGUMENT}
    for node in walk(module):
        match node:
            case cst.Arg(keyword=cst.Name(value)) if value in arguments:
                yield from ((name, node) for name in arguments[value])
            case cst.ClassDef(bases=[_, *_]):  # one without bases reads nothing by itself
                for each in _fields_of(node):
                    name = by_name.get(each.value.lower())
                    if name is not None and each not in facts.asked:
                        yield name, each


def _fields_of(node: cst.ClassDef) -> Iterator[cst.Name]:
    """The fields that a class declares with their kinds, as settings classes do."""
    for line in node.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match statement:
                case cst.AnnAssign(target=cst.Name() as name):
                    yield name
