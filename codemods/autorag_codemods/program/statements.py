"""Statements, one after the other, with what each way through them leaves in the names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import libcst as cst

from . import strings
from .containers import put
from .definitions import define_function
from .environment import Attempt, Environment, joined_environment
from .expressions import bind
from .facts import Export
from .functions import entry_values
from .hints import hinted_field
from .importing import import_from, plain_import
from .instances import default_of, entered
from .merging import give_all
from .openness import Opening, holds_answer, is_main_guard, opening, passes_through
from .parts import Loop
from .responses import as_lines
from .rows import added
from .run import BudgetError, Run
from .storing import change_element, delete
from .strings import is_hinted
from .tree import dotted, names_in
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Class,
    ClassInfo,
    Dict,
    Function,
    FunctionInfo,
    Line,
    Made,
    Response,
    Self,
    Sequence,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PLAIN_TYPES = frozenset(
    {
        *(
            "Any",
            "Dict",
            "Iterable",
            "Iterator",
            "List",
            "Mapping",
            "Optional",
            "Sequence",
            "Union",
        ),
        *("bool", "dict", "float", "int", "list", "object", "str", "tuple", "typing", "None", "t"),
    }
)
_EXIT = re.compile(r"exit$|\.error$")
_MOST_FORMS, _MOST_PIECES = 4, 20
_MOST_PASSES, _WIDEN_FROM = 16, 3

__all__ = ["interpret_function", "run_block", "run_body"]


def run_block(run: Run, statements: Iterable[cst.CSTNode]) -> bool:
    """Interpret statements; whether the end is reached."""
    for statement in statements:
        rule = _RULES.get(type(statement))
        if rule is None:
            run.evaluate(statement)
        elif not rule(run, statement):
            return False
    return True


def _branch(
    run: Run, before: Environment, suite: cst.BaseSuite | None, *assumptions: Any
) -> Environment | None:
    """The environment at the end of a branch, None when it is not reached."""
    run.environment = before.copy()
    for test, truth in assumptions:
        run.assume(test, truth=truth)
    alive = True
    if suite is not None:
        alive = run_block(run, suite.body)
    return run.environment if alive else None


def _continue_with(run: Run, *environments: Environment | None) -> bool:
    joined = joined_environment(environments)
    if joined is not None:
        run.environment = joined
    return joined is not None


def _line(run: Run, node: cst.SimpleStatementLine) -> bool:
    return run_block(run, node.body)


def _if(run: Run, node: cst.If) -> bool:
    run.evaluate(node.test)
    before = run.environment
    shown = run.is_shown
    run.is_shown = shown or (is_main_guard(node) and not run.module.is_script)
    then = _branch(run, before, node.body, (node.test, True))
    run.is_shown = shown
    if isinstance(node.orelse, cst.If):
        run.environment = before.copy()
        run.assume(node.test, truth=False)
        otherwise = run.environment if _if(run, node.orelse) else None
    else:
        suite = node.orelse.body if node.orelse is not None else None
        otherwise = _branch(run, before, suite, (node.test, False))
    return _continue_with(run, then, otherwise)


def _loop(run: Run, loop: Loop, enter: Callable[[], None], node: cst.For | cst.While) -> bool:
    """A body that may run again: passes until one begins with what the last one did."""
    before = run.environment
    run.loops.append(loop)
    ends: list[Environment | None] = [before]
    known: Environment | None = None
    for index in range(_MOST_PASSES):
        start = joined_environment([*ends, *loop.left]) or before
        if known is not None:
            if index >= _WIDEN_FROM:
                _widen(run, known, start, node)
            if start.same_as(known):
                break
        known = start.copy()
        run.environment = start.copy()
        enter()
        conditional, run.conditional = run.conditional, 0
        ends.append(run.environment if run_block(run, node.body.body) else None)
        run.conditional = conditional
    else:
        raise BudgetError
    run.loops.pop()
    _continue_with(run, *ends, *loop.left)
    if node.orelse is None:
        return _continue_with(run, run.environment, *loop.broken)
    done = run.environment if run_block(run, node.orelse.body.body) else None
    return _continue_with(run, done, *loop.broken)


def _widen(run: Run, known: Environment, start: Environment, node: cst.CSTNode) -> None:
    """A string that grows with every pass is any string."""
    for name, values in start.names.items():
        new = values - known.names.get(name, frozenset())
        if any(isinstance(value, Text) for value in new):
            texts = frozenset(value for value in values if isinstance(value, Text))
            run.escape(texts, node, "grows in a loop")
            start.names[name] = (values - texts) | {Unknown(kind="str")}


def _for(run: Run, node: cst.For) -> bool:
    values = frozenset(map(as_lines, run.evaluate(node.iter)))
    elements = run.elements_of(values, node.iter)
    sites = {
        each.site
        for value in elements
        for part in (value.elements if isinstance(value, Tuple) else (frozenset({value}),))
        for each in part
        if isinstance(each, Line)
    }
    return _loop(run, Loop(sites), lambda: bind(run, node.target, elements), node)


def _while(run: Run, node: cst.While) -> bool:
    def enter() -> None:
        run.evaluate(node.test)
        run.assume(node.test, truth=True)

    return _loop(run, Loop(), enter, node)


def _leave_loop(run: Run, node: cst.Break | cst.Continue) -> bool:
    if run.loops:
        loop = run.loops[-1]
        (loop.broken if isinstance(node, cst.Break) else loop.left).append(run.environment)
    return False


def _try(run: Run, node: cst.Try | cst.TryStar) -> bool:
    before = run.environment
    attempt = Attempt()
    run.tries.append(attempt)
    done = _branch(run, before, node.body)
    run.tries.pop()
    if done is not None and node.orelse is not None:
        run.environment = done
        done = run.environment if run_block(run, node.orelse.body.body) else None
    raised = attempt.raised(before)
    ends = [done]
    for handler in node.handlers:
        run.environment = raised.copy()
        if handler.type is not None:
            run.evaluate(handler.type)
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            run.assign(handler.name.name.value, UNKNOWN)
        ends.append(run.environment if run_block(run, handler.body.body) else None)
    if node.finalbody is None:
        return _continue_with(run, *ends)
    # It runs after an exception as well, wherever that came.
    _continue_with(run, *ends, raised)
    reached = any(end is not None for end in ends)
    return run_block(run, node.finalbody.body.body) and reached


def _with(run: Run, node: cst.With) -> bool:
    may_swallow = False
    for item in node.items:
        values = run.evaluate(item.item)
        may_swallow = may_swallow or not all(isinstance(v, (Response, Made)) for v in values)
        inside = entered(run, values, item.item)
        if item.asname is not None:
            bind(run, item.asname.name, inside)
    if not may_swallow:
        return run_block(run, node.body.body)
    # The manager may swallow an exception: what stands below is reached all the same.
    before, attempt = run.environment.copy(), Attempt()
    run.tries.append(attempt)
    done = run.environment if run_block(run, node.body.body) else None
    run.tries.pop()
    return _continue_with(run, done, attempt.raised(before))


def _match(run: Run, node: cst.Match) -> bool:
    run.evaluate_and_escape(node.subject, "is matched against patterns")
    before = run.environment
    ends: list[Environment | None] = [before]
    for case in node.cases:
        run.environment = before.copy()
        for name in _bound_in(case.pattern):
            run.assign(name, UNKNOWN)
        if case.guard is not None:
            run.evaluate(case.guard)
        ends.append(run.environment if run_block(run, case.body.body) else None)
    return _continue_with(run, *ends)


def _bound_in(pattern: cst.CSTNode) -> list[str]:

    return [name.value for name in names_in(pattern)]


def _assign(run: Run, node: cst.Assign) -> bool:
    if isinstance(node.value, cst.Lambda) and isinstance(node.targets[0].target, cst.Name):
        values = _named_lambda(run, node.value, node.targets[0].target.value)
    else:
        values = run.evaluate(node.value)
    for target in node.targets:
        bind(run, target.target, values)
    return True


def _named_lambda(run: Run, node: cst.Lambda, name: str) -> Values:
    """A lambda that has a name is a function that returns its body."""
    info = run.facts.functions.get(node)
    if info is None:
        line = cst.SimpleStatementLine([cst.Return(node.body)])
        made = cst.FunctionDef(cst.Name(name), node.params, cst.IndentedBlock([line]))
        owner = run.in_class
        info = FunctionInfo(name, made, run.module, run.function, owner, place=node)
        run.facts.functions[node] = info
    run.later.append(info)
    return frozenset({Function(info)})


def _annotated(run: Run, node: cst.AnnAssign) -> bool:
    if run.in_class is not None and isinstance(node.target, cst.Name):
        values = default_of(run, run.in_class, node)
        run.assign(node.target.value, hinted_field(run, node, values))
    elif node.value is not None:
        values = run.evaluate(node.value)
        if not all(name.value in _PLAIN_TYPES for name in names_in(node.annotation.annotation)):
            run.escape(
                (v for v in values if isinstance(v, Answer)), node, "is given a type of its own"
            )
        bind(run, node.target, values)
    return True


def _augmented(run: Run, node: cst.AugAssign) -> bool:
    target = node.target
    change_element(run, target)
    before = run.evaluate(target)
    value = one(before)
    is_union = isinstance(node.operator, cst.BitOrAssign) and isinstance(node.value, cst.Dict)
    if is_union and isinstance(node.value, cst.Dict) and isinstance(value, Dict):
        give_all(run, value.made, node.value, literal=False)
        return True
    values = run.evaluate(node.value)
    if isinstance(node.operator, cst.AddAssign) and _added_in_place(run, node, before, values):
        return True
    if isinstance(node.operator, cst.AddAssign) and isinstance(target, cst.Name):
        if any(isinstance(value, Text) for value in before):
            others = (value for value in values | before if not isinstance(value, Text))
            run.escape(others, node.value, "becomes part of a string")
            pieces = [
                strings.joined(
                    [strings.to_pieces(left, target), strings.to_pieces(right, node.value)]
                )
                for left in before
                for right in values
            ]
            # A loop adds again and again; what is joined twice is no URL any more.
            if len(pieces) <= _MOST_FORMS and all(
                len(piece.pieces) <= _MOST_PIECES for piece in pieces
            ):
                run.assign(target.value, frozenset(pieces))
                return True
        if any(isinstance(value, (Sequence, Answer)) for value in before):
            # What is added in place to a list is added to it under its other names as well.
            run.escape(before, target, "is added to")
            run.escape(values, node.value, "is added to something")
            run.assign(target.value, UNKNOWN)
            return True
        run.escape(before, target, "is added to")
        run.escape(values, node.value, "is added to something")
        run.assign(target.value, UNKNOWN)
        return True
    for value in before:
        if isinstance(value, Dict):
            value.made.dynamic = value.made.dynamic or (node, "another dict is joined to it")
    run.escape(values, node.value, "is added to something")
    run.escape(
        (value for value in before if isinstance(value, (Answer, Text, Sequence))),
        node,
        "is changed in place",
    )
    return True


def _added_in_place(run: Run, node: cst.AugAssign, before: Values, values: Values) -> bool:
    """``rows += …`` of lists that are followed."""
    if added(run, before, values):
        return True
    lists = [value for value in before if isinstance(value, Sequence) and value.made is not None]
    if not lists or len(lists) < len(before):
        return False
    elements = run.elements_of(values, node.value)
    for each in lists:
        put(run, each, elements, node)
    return True


def _return(run: Run, node: cst.Return) -> bool:
    if run.function is not None:
        values = run.evaluate(node.value) if node.value is not None else NONE
        why = opening(run, run.function)
        if why is not None:
            others = (value for value in values if not isinstance(value, Text))
            run.escape(others, node.value or node, f"is returned from {run.where()}: {why.how}")
            if holds_answer(values):
                run.want(why)
        if run.returned is not None:
            run.returned.append(values)
        else:
            run.function.returns.give("", values)
        texts = frozenset(v for v in values if isinstance(v, (Text, Self)) or is_hinted(v))
        if texts:
            run.facts.exports.append(Export(run.module.path, run.function.name, texts, node))
    return False


def _raise(run: Run, node: cst.Raise) -> bool:
    for part in (node.exc, node.cause.item if node.cause is not None else None):
        if part is not None:
            run.evaluate_and_escape(part, "is raised")
    return False


def _expression(run: Run, node: cst.Expr) -> bool:
    run.evaluate(node.value)
    match node.value:
        case cst.Call(func=(cst.Name() | cst.Attribute()) as func) if _EXIT.search(dotted(func)):
            callee = one(run.evaluate(func))
            return not (isinstance(callee, Symbol) and callee.name == "sys.exit")
    return True


def _assert(run: Run, node: cst.Assert) -> bool:
    run.evaluate(node.test)
    if node.msg is not None:
        run.evaluate_and_escape(node.msg, "is asserted")
    run.assume(node.test, truth=True)
    return True


def _global(run: Run, node: cst.Global | cst.Nonlocal) -> bool:
    names = {item.name.value for item in node.names}
    run.facts.rebound |= names
    if isinstance(node, cst.Global):
        run.globals |= names
    else:
        run.nonlocals |= names
    return True


def run_body(run: Run, info: FunctionInfo) -> bool:
    """Interpret a function's body; whether its end is reached."""
    return run_block(run, info.node.body.body)


def interpret_function(run: Run, info: FunctionInfo) -> None:
    """The body of a function, called by anyone."""
    if run.facts.by_call.has(info) and opening(run, info) is None:
        return
    with run.apart(info.module):
        run.function = run.base = info
        run.environment.names = entry_values(run, info)
        for name, values in run.environment.names.items():
            info.names.give(name, values)
        if run_body(run, info) and info.returns.given():
            # Some way through it ends without a return.
            info.returns.give("", NONE)


def _class(run: Run, node: cst.ClassDef) -> bool:
    info = run.facts.classes.get(node)
    if info is None:
        info = ClassInfo(node.name.value, node, run.module)
        run.facts.classes[node] = info
    info.bases = tuple(value for base in node.bases for value in run.evaluate(base.value))
    for base in info.bases:
        if isinstance(base, Class):
            base.info.subclasses.add(info)
    for argument in node.keywords:
        run.evaluate(argument.value)
    names = []
    for decorator in node.decorators:
        factory = decorator.decorator
        factory = factory.func if isinstance(factory, cst.Call) else factory
        values = run.evaluate(factory)
        names += [value.name for value in values if isinstance(value, Symbol)]
        if not all(map(passes_through, values)):
            how = f"{info.name} is decorated with {dotted(factory) or 'an expression'}"
            why = Opening(decorator, how)
            run.facts.handed.add(info, why)
            run.facts.lent_out.setdefault(info, why)
    info.decorators = tuple(names)
    run.assign(node.name.value, frozenset({Class(info)}))
    before, in_class = run.environment, run.in_class
    run.environment, run.in_class = before.copy(), info
    run_block(run, node.body.body)
    run.environment, run.in_class = before, in_class
    return True


_RULES: dict[type[cst.CSTNode], Callable[[Run, Any], bool]] = {
    cst.SimpleStatementLine: _line,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Break: _leave_loop,
    cst.Continue: _leave_loop,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.Match: _match,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Del: delete,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Expr: _expression,
    cst.Assert: _assert,
    cst.Global: _global,
    cst.Nonlocal: _global,
    cst.Import: plain_import,
    cst.ImportFrom: import_from,
    cst.FunctionDef: define_function,
    cst.ClassDef: _class,
    cst.Pass: lambda _run, _node: True,
}
