"""Functions and coroutines that something of the standard library calls: asyncio, executors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from .environment import join
from .functions import parameters
from .given import applied
from .values import (
    UNKNOWN,
    Function,
    Made,
    Method,
    Sequence,
    Symbol,
    Tuple,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Sequence_

    from .run import Run

__all__ = ["LATER", "Passed", "call_of_pool", "future", "is_pool", "passed"]

_POOLS = frozenset(
    {"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor"}
)
_FUTURE = "concurrent.futures.Future"
_LOOP = "asyncio.AbstractEventLoop"
_THREADS = frozenset(
    {
        *("asyncio.to_thread", "anyio.to_thread.run_sync"),
        *("starlette.concurrency.run_in_threadpool", "fastapi.concurrency.run_in_threadpool"),
    }
)
_BEFORE = {"submit": 0, "run_in_executor": 1}
"""Methods that call a function with what stands behind it, and how many arguments stand before."""


class Passed(NamedTuple):
    """A function that a call passes on, to be called with the arguments behind it.

    `is_known` is false where only the name of the method says so.
    """

    function: cst.BaseExpression
    args: Sequence_[cst.Arg]
    is_future: bool = False
    is_known: bool = True


def passed(node: cst.Call, callee: Value | None) -> Passed | None:
    """What a call passes on; None for any other call."""
    before, is_future, is_known = 0, False, True
    match callee:
        case Symbol(name=name) if name in _THREADS:
            pass
        case Method(Made(symbol), name) if name in _BEFORE and symbol.name in {*_POOLS, _LOOP}:
            before, is_future = _BEFORE[name], name == "submit"
        case Unknown() if isinstance(node.func, cst.Attribute) and node.func.attr.value in _BEFORE:
            before, is_known = _BEFORE[node.func.attr.value], False
        case _:
            return None
    return _passed(node, before, is_future=is_future, is_known=is_known)


def _passed(
    node: cst.Call, before: int, *, is_future: bool = False, is_known: bool = True
) -> Passed | None:
    """The function that stands behind so many other arguments."""
    if len(node.args) <= before or any(a.keyword or a.star for a in node.args[: before + 1]):
        return None
    return Passed(node.args[before].value, node.args[before + 1 :], is_future, is_known)


def future(node: cst.Call, values: Values) -> Values:
    """What an executor gives for a call whose result is known."""
    return frozenset({Made(Symbol(_FUTURE), node, base=values)})


def is_pool(value: Made) -> bool:
    """Whether it is an executor, a loop, or what it gives for a call that it makes."""
    return value.symbol.name in _POOLS or value.symbol.name in {_FUTURE, _LOOP}


def call_of_pool(run: Run, node: cst.Call, owner: Made, name: str) -> Values | None:
    """The value of a method of an executor or a future; None where it is not understood."""
    if owner.symbol.name == _FUTURE:
        if name in {"result", "done", "running", "cancel", "cancelled"}:
            for argument in node.args:
                run.evaluate(argument.value)
            return (owner.base or UNKNOWN) if name == "result" else UNKNOWN
        run.escape([owner], node, f"is asked for {name}()")
        return None
    if owner.symbol.name == _LOOP and name in {"run_until_complete", "create_task"}:
        return _awaited(run, node)
    given = passed(node, Method(owner, name))
    if given is not None:
        values = _called(run, node, given.function, given.args)
        return future(node, values) if given.is_future and values is not None else values
    if not node.args or node.args[0].keyword is not None or node.args[0].star:
        return None
    first, *rest = node.args
    if name == "map" and _is_own(run, first.value):
        columns = []
        for argument in rest:
            values = run.evaluate(argument.value)
            if argument.keyword is None and not argument.star:
                columns.append(run.elements_of(values, argument.value))
            else:
                run.escape(values, argument.value, "is passed to map()")
        return frozenset({Sequence(applied(run, first.value, columns, "is passed to map()", node))})
    return None


def _is_own(run: Run, node: cst.BaseExpression) -> bool:
    """Whether a function is one of the program's."""
    return isinstance(node, cst.Lambda) or isinstance(one(run.evaluate(node)), Function)


def _called(
    run: Run, node: cst.Call, callee: cst.BaseExpression, args: Sequence_[cst.Arg]
) -> Values | None:
    """What a function of the program gives for arguments that stand beside it."""
    function = one(run.evaluate(callee))
    if not isinstance(function, Function) or any(argument.star for argument in args):
        return None
    info = function.info
    names = [param.name.value for param in parameters(info.node)]
    by_position = iter(names[1:] if function.bound else names)
    given: dict[str, Values] = {}
    for argument in args:
        values = run.evaluate(argument.value)
        name = argument.keyword.value if argument.keyword else next(by_position, None)
        if name is None or name not in names:
            run.escape(values, argument.value, f"is passed to {info.name}()")
        else:
            given[name] = values
    return run.call_function(info, given, node)


def _pool(run: Run, node: cst.Call) -> Values | None:
    symbol = one(run.evaluate(node.func))
    for argument in node.args:
        run.evaluate_and_escape(argument.value, "is passed to an executor")
    return frozenset({Made(symbol, node)}) if isinstance(symbol, Symbol) else None


def _loop(run: Run, node: cst.Call) -> Values | None:
    for argument in node.args:
        run.evaluate_and_escape(argument.value, "is passed to asyncio")
    return frozenset({Made(Symbol(_LOOP), node)})


def _gather(run: Run, node: cst.Call) -> Values | None:
    """``asyncio.gather(*calls)``: what each of them gives."""
    found: list[Values] = []
    unsure: Values = frozenset()
    for argument in node.args:
        values = run.evaluate(argument.value)
        if argument.keyword is not None:
            unsure = UNKNOWN
            run.escape(values, argument.value, "is passed to gather()")
        elif argument.star:
            found.append(run.elements_of(values, argument.value))
        else:
            found.append(values)
    if any(argument.star for argument in node.args):
        return frozenset({Sequence(join(*found, unsure))})
    return frozenset({Tuple(tuple(join(values, unsure) for values in found))})


def _awaited(run: Run, node: cst.Call) -> Values | None:
    """``asyncio.run(call())`` and others: what the call gives."""
    if not node.args or node.args[0].star or node.args[0].keyword is not None:
        return None
    for argument in node.args[1:]:
        run.evaluate_and_escape(argument.value, "is passed to asyncio")
    return run.evaluate(node.args[0].value)


def _completed(run: Run, node: cst.Call) -> Values | None:
    if not node.args or node.args[0].star or node.args[0].keyword is not None:
        return None
    for argument in node.args[1:]:
        run.evaluate_and_escape(argument.value, "is passed to as_completed()")
    given = node.args[0].value
    return frozenset({Sequence(run.elements_of(run.evaluate(given), given))})


def _in_thread(run: Run, node: cst.Call) -> Values | None:
    given = _passed(node, 0)
    return None if given is None else _called(run, node, given.function, given.args)


LATER: dict[str, Callable[[Run, cst.Call], Values | None]] = {
    **dict.fromkeys(_POOLS, _pool),
    "asyncio.gather": _gather,
    "asyncio.run": _awaited,
    "asyncio.create_task": _awaited,
    "asyncio.ensure_future": _awaited,
    "asyncio.wait_for": _awaited,
    "asyncio.shield": _awaited,
    "asyncio.as_completed": _completed,
    "concurrent.futures.as_completed": _completed,
    **dict.fromkeys(_THREADS, _in_thread),
    "asyncio.get_event_loop": _loop,
    "asyncio.get_running_loop": _loop,
    "asyncio.new_event_loop": _loop,
}
