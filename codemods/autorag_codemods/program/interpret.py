"""The interpretation of a module: rounds over its body and its functions until nothing is new."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from .calls import call
from .elements import elements_of
from .expressions import EXPRESSIONS
from .facts import Export, Facts
from .functions import call_function, call_lambda, call_values, call_with
from .held import note_held
from .helpers import mark_helpers
from .narrowing import assume
from .parts import FindModule, Library, Parts
from .run import BudgetError, Run
from .statements import interpret_function, run_block, run_body
from .storing import store, store_attribute
from .values import FunctionInfo, Made, ModuleInfo, Partial, Shared, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .sites import Send, Site

__all__ = ["Unit", "interpret"]

_MOST_ROUNDS, _WIDEN_FROM = 16, 6


class Unit(NamedTuple):
    """A module that is interpreted; `opened` says who else uses one of its names, "" for nobody."""

    path: str
    module: cst.Module
    opened: Callable[[str], str]


def interpret(
    units: Iterable[Unit],
    libraries: Iterable[Library],
    classify: Callable[[Run, Send], Site | None],
    find_module: FindModule,
    configured: frozenset[str] = frozenset(),
    variables: Mapping[str, Sequence[cst.SimpleString]] = MappingProxyType({}),
) -> Facts:
    """What the modules of a program do with legacy requests and their answers.

    Args:
        units: The modules.
        libraries: The rules of the HTTP libraries that are known.
        classify: Decides whether a send is a site, and which.
        find_module: Which of the modules an import means.
        configured: Names, in lower case, that have a legacy URL in the project's configuration.
        variables: What variables of the environment hold, where that is known.

    Raises:
        BudgetError: The program is too large, or too entangled, to be understood.
        RecursionError: It is nested too deep.
    """
    modules = [ModuleInfo(unit.path, unit.module, unit.opened) for unit in units]
    run = Run(libraries, classify, _PARTS, modules, find_module, configured, variables)
    for index in range(_MOST_ROUNDS):
        _round(run, modules)
        shareds = [*(module.names for module in modules), *run.facts.shared()]
        for shared in shareds:
            if index >= _WIDEN_FROM:
                shared.widen()
            run.escape(shared.lost, modules[0].node, "grows")
        mark_helpers(run)
        if index >= _WIDEN_FROM:
            for marks in (
                run.facts.handed,
                run.facts.called,
                run.facts.by_call,
                run.facts.loose,
            ):
                marks.widen()
        if run.facts.is_settled and all(module.names.is_settled for module in modules):
            run.facts.exports += _exports(run, modules)
            note_held(run)
            return run.facts
        run.ahead = 0
        for module in modules:
            module.names.turn()
        run.facts.turn()
    raise BudgetError


def _round(run: Run, modules: Iterable[ModuleInfo]) -> None:
    run.begun, run.done, run.later = set(), set(), []
    for module in modules:
        _run_module(run, module)
    while run.later:
        waiting, run.later = run.later, []
        # What is called mostly stands above its callers, who go before it.
        waiting.reverse()
        for info in sorted(waiting, key=lambda info: info.name != "__init__"):
            _interpret_once(run, info)


def _interpret_once(run: Run, info: FunctionInfo) -> None:
    if info not in run.done:
        run.done.add(info)
        interpret_function(run, info)


def _run_module(run: Run, module: ModuleInfo) -> None:
    """The body of a module, where it is first imported."""
    if module in run.begun:
        return
    run.begun.add(module)
    with run.apart(module):
        run_block(run, module.node.body)


_PARTS = Parts(
    expressions={**EXPRESSIONS, cst.Call: call},
    assume=assume,
    store=store,
    store_attribute=store_attribute,
    call_function=call_function,
    call_values=call_values,
    call_with=call_with,
    call_lambda=call_lambda,
    elements_of=elements_of,
    run_body=run_body,
    run_module=_run_module,
    interpret_once=_interpret_once,
)


def _exports(run: Run, modules: Iterable[ModuleInfo]) -> Iterable[Export]:
    """Strings, dicts and clients that other modules could use by name."""
    scopes: list[tuple[str, Shared, cst.CSTNode | None]] = [
        (module.path, module.names, None) for module in modules
    ]
    scopes += [
        (info.module.path, info.attributes, info.node) for info in run.facts.classes.values()
    ]
    for path, shared, node in scopes:
        for name, values in shared.given().items():
            found: Values = frozenset(v for v in values if not isinstance(v, Made))
            for value in values:
                if isinstance(value, Made) and value.base is not None:
                    found |= value.base
                if isinstance(value, Partial):
                    for argument in value.call.args[1:]:
                        found |= run.evaluate(argument.value)
            if found:
                yield Export(path, name, found, node)
