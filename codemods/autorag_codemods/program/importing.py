"""Imports: names that stand for something of another module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .tree import dotted
from .values import (
    UNKNOWN,
    Symbol,
    one,
)

if TYPE_CHECKING:
    from .run import Run


__all__ = ["import_from", "plain_import"]


def plain_import(run: Run, node: cst.Import) -> bool:
    """``import a.b as c``."""
    for alias in node.names:
        name = dotted(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            run.assign(alias.asname.name.value, frozenset({Symbol(name, alias)}))
        else:
            top = name.partition(".")[0]
            if name == top or not _is_package(run, top):
                run.assign(top, frozenset({Symbol(top, alias)}))
    return True


def _is_package(run: Run, name: str) -> bool:
    """Whether an import of another part of a package has bound the package's name already."""
    known = one(run.environment.names.get(name, frozenset()))
    return (
        isinstance(known, Symbol)
        and known.name == name
        and isinstance(known.imported, cst.ImportAlias)
        and dotted(known.imported.name).startswith(f"{name}.")
    )


def import_from(run: Run, node: cst.ImportFrom) -> bool:
    """``from a.b import c as d``."""
    if isinstance(node.names, cst.ImportStar) or node.relative or node.module is None:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                run.assign(_bound(alias), UNKNOWN)
        return True
    module = dotted(node.module)
    for alias in node.names:
        run.assign(_bound(alias), frozenset({Symbol(f"{module}.{dotted(alias.name)}", alias)}))
    return True


def _bound(alias: cst.ImportAlias) -> str:
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return dotted(alias.name)
