"""What configuration gives a program: the values of variables, and who else names these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .program.strings import decoded
from .program.tree import children, dotted, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .members import Member
    from .program import Facts, Parents

__all__ = ["unsure_uses", "variables_of"]


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
    members: Iterable[Member], names: Iterable[str], facts: Facts, parents: Parents
) -> Iterator[tuple[str, cst.CSTNode | None]]:
    """The variables that something which is not understood may read as well.

    With each comes where its name stands, None where it is read by it in the program, such as an
    attribute of settings.
    """
    by_name = {name.lower(): name for name in names}
    if not by_name:
        return
    modules = [each.module for each in members if not each.is_configuration]
    for each in sorted(facts.unsure & by_name.keys()):
        yield by_name[each], None
    for node in parents.strings:
        text = decoded(node) if isinstance(node, cst.SimpleString) else node.value
        name = by_name.get((text or "").strip().lower())
        if name is not None and node not in facts.asked and not _is_looked_for(node, parents):
            yield name, node
    for owner in facts.classes:
        for field in _fields_of(owner):
            name = by_name.get(field.value.lower())
            if name is not None and field not in facts.asked:
                yield name, field
            elif name is not None:
                yield from ((name, given) for given in _given(owner, field, modules))


def _is_looked_for(node: cst.CSTNode, parents: Parents) -> bool:
    """Whether a name is only looked for: ``"KB_URL" in os.environ``."""
    match parents.of(node):
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=cst.In() | cst.NotIn())]
        ):
            return left is node
    return False


def _given(
    owner: cst.CSTNode, field: cst.Name, modules: Iterable[cst.Module]
) -> Iterator[cst.CSTNode]:
    """Where a settings class is made with a value of its own for a field."""
    name = owner.name.value if isinstance(owner, cst.ClassDef) else ""
    calls = (each for module in modules for each in walk(module) if isinstance(each, cst.Call))
    for call in calls:
        for argument in call.args if dotted(call.func).rpartition(".")[2] == name else ():
            if argument.star or (argument.keyword and argument.keyword.value == field.value):
                yield argument


def _fields_of(owner: cst.CSTNode) -> Iterator[cst.Name]:
    """The fields that a class declares with their kinds, as settings classes do."""
    body = owner.body.body if isinstance(owner, cst.ClassDef) else ()
    for line in body:
        for statement in children(line):
            match statement:
                case cst.AnnAssign(target=cst.Name() as name):
                    yield name
