"""The interpretation of a module: rounds over its body and its functions until nothing is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .calls import call
from .environment import Environment
from .expressions import EXPRESSIONS
from .facts import Export, Facts
from .functions import call_function, call_lambda, call_with
from .narrowing import assume
from .run import BudgetError, Library, Parts, Run
from .statements import elements_of, interpret_function, run_block
from .storing import store
from .values import FunctionInfo, Made, Partial, Shared, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .sites import Send, Site

__all__ = ["interpret"]

_MOST_ROUNDS, _WIDEN_FROM = 10, 3

_PARTS = Parts(
    expressions={**EXPRESSIONS, cst.Call: call},
    assume=assume,
    store=store,
    call_function=call_function,
    call_with=call_with,
    call_lambda=call_lambda,
    elements_of=elements_of,
)


def interpret(
    module: cst.Module,
    libraries: Iterable[Library],
    classify: Callable[[Run, Send], Site | None],
) -> Facts:
    """What the module does with legacy requests and their answers.

    Args:
        module: The parsed module.
        libraries: The rules of the HTTP libraries that are known.
        classify: Decides whether a send is a site, and which.

    Raises:
        BudgetError: The module is too large, or too entangled, to be understood.
        RecursionError: It is nested too deep.
    """
    run = Run(libraries, classify, _PARTS)
    for index in range(_MOST_ROUNDS):
        _round(run, module)
        for shared in (run.module_names, *run.facts.shared()):
            if index >= _WIDEN_FROM:
                shared.widen()
            run.escape(shared.lost, module, "grows")
        if run.module_names.is_settled and run.facts.is_settled:
            run.facts.exports += _exports(run)
            return run.facts
        run.module_names.turn()
        run.facts.turn()
    raise BudgetError


def _round(run: Run, module: cst.Module) -> None:
    run.environment, run.function, run.in_class = Environment(), None, None
    run.loops, run.tries, run.conditional, run.frozen = [], [], 0, 0
    run.globals, run.nonlocals = set(), set()
    run.later = []
    run_block(run, module.body)
    done: set[FunctionInfo] = set()
    while run.later:
        waiting, run.later = run.later, []
        for info in sorted(waiting, key=lambda info: info.name != "__init__"):
            if info not in done:
                done.add(info)
                interpret_function(run, info)


def _exports(run: Run) -> Iterable[Export]:
    """Strings, dicts and clients that other modules could use by name."""
    scopes: list[tuple[Shared, cst.CSTNode | None]] = [(run.module_names, None)]
    scopes += [(info.attributes, info.node) for info in run.facts.classes.values()]
    for shared, node in scopes:
        for name, values in shared.given().items():
            found: Values = frozenset(v for v in values if not isinstance(v, Made))
            for value in values:
                if isinstance(value, Made) and value.base is not None:
                    found |= value.base
                if isinstance(value, Partial):
                    for argument in value.call.args[1:]:
                        found |= run.evaluate(argument.value)
            if found:
                yield Export(name, found, node)
