"""Imports: names that stand for something of another module, of the program or of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .tree import dotted
from .values import UNKNOWN, Module, ModuleInfo, Symbol, Values, one

if TYPE_CHECKING:
    from .run import Run


__all__ = ["import_from", "member_of", "plain_import"]


def plain_import(run: Run, node: cst.Import) -> bool:
    """``import a.b as c``."""
    for alias in node.names:
        name = dotted(alias.name)
        bound = _bound(alias)
        if alias.asname is None:
            name = bound = name.partition(".")[0]
            _begin(run, run.find_module(dotted(alias.name)))
        module = _begin(run, run.find_module(name))
        if module is not None:
            run.assign(bound, frozenset({Module(module)}))
        elif run.is_of_project(name):
            run.assign(bound, UNKNOWN)
        elif alias.asname is not None or dotted(alias.name) == name or not _is_package(run, name):
            run.assign(bound, frozenset({Symbol(name, alias)}))
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
    name = dotted(node.module) if node.module is not None else ""
    level = len(node.relative)
    module = _begin(run, run.find_module(name, level))
    if isinstance(node.names, cst.ImportStar):
        for each in module.names.known_names() if module is not None else ():
            if not each.startswith("_"):
                run.assign(each, module.names.get(each) or UNKNOWN if module else UNKNOWN)
        return True
    for alias in node.names:
        run.assign(_bound(alias), _imported(run, module, name, level, alias))
    return True


def _imported(
    run: Run, module: ModuleInfo | None, name: str, level: int, alias: cst.ImportAlias
) -> Values:
    wanted = dotted(alias.name)
    if module is not None and (found := module.names.get(wanted)):
        return found
    below = _begin(run, run.find_module(f"{name}.{wanted}".lstrip("."), level))
    if below is not None:
        return frozenset({Module(below)})
    if module is not None or level or run.is_of_project(name):
        # A module may give its names in a way of its own: `__getattr__`, `globals()`.
        run.facts.loose.add(wanted)
        return UNKNOWN
    return frozenset({Symbol(f"{name}.{wanted}", alias)})


def member_of(run: Run, module: ModuleInfo, name: str) -> Values:
    """A name of a module, or a module below it."""
    found = module.names.get(name)
    if found:
        return found
    current, run.module = run.module, module
    below = run.find_module(name, 1)
    run.module = current
    if below is not None:
        return frozenset({Module(below)})
    run.facts.loose.add(name)
    return UNKNOWN


def _begin(run: Run, module: ModuleInfo | None) -> ModuleInfo | None:
    if module is not None:
        run.run_module(module)
    return module


def _bound(alias: cst.ImportAlias) -> str:
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return dotted(alias.name)
