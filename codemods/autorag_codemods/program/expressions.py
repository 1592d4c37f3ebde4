"""The values of expressions that are no calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from . import strings
from .again import refresh
from .attributes import attribute
from .containers import list_object
from .environment import join, joined_environment
from .facts import Simplification
from .merging import dict_object, give_all, give_entry, spread
from .narrowing import record_test
from .openness import holds_answer, opening
from .reads import step
from .rows import is_over_contents, is_rows, row_of
from .schema import EACH, kind_of
from .sites import Guard, Identity
from .texts import combined, concatenated, formatted, percent
from .tree import children, names_in
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Const,
    Dict,
    Line,
    Sequence,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
    const,
    is_harmless,
    one,
)
from .variables import variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run import Run

__all__ = ["EXPRESSIONS", "bind", "evaluate_indexes"]


def _name(run: Run, node: cst.Name) -> Values:
    if node.value in {"True", "False", "None"}:
        return const({"True": True, "False": False, "None": None}[node.value])
    values = run.look_up(node.value)
    environment = run.environment
    is_other = node.value not in environment.names or node.value in environment.stale
    if is_other or node.value in run.facts.rebound:
        refresh(run, values)
    return run.hinted(node.value, values)


def _integer(_run: Run, node: cst.Integer) -> Values:
    return const(node.evaluated_value)


def _float(_run: Run, node: cst.Float) -> Values:
    return const(node.evaluated_value)


def _string(_run: Run, node: cst.SimpleString) -> Values:
    value = strings.literal(node)
    return UNKNOWN if value is None else frozenset({value})


def _subscript(run: Run, node: cst.Subscript) -> Values:
    values = run.evaluate(node.value)
    if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        index = node.slice[0].slice.value
        given = run.evaluate(index)
        run.escape(given, index, "is used as a key")
        if values and all(
            isinstance(value, Symbol) and value.name == "os.environ" for value in values
        ):
            return variable(run, index, given, maybe_none=False)
        key = one(given)
        if isinstance(key, Const) and key.kind == "int" and isinstance(key.value, int):
            return step(run, node, node.value, values, key.value)
        text = strings.plain(frozenset({key})) if key is not None else None
        if text is None and any(isinstance(value, Sequence) for value in values):
            return step(run, node, node.value, values, 0)
        if text is None and _is_index(key):
            return step(run, node, node.value, values, 1)
        return step(run, node, node.value, values, text)
    evaluate_indexes(run, node)
    if not any(isinstance(element.slice, cst.Slice) for element in node.slice):
        run.escape(values, node, "is taken apart in a way that is not understood")
        return UNKNOWN
    return join(*(_sliced(run, node, value) for value in values)) if values else UNKNOWN


def evaluate_indexes(run: Run, node: cst.Subscript) -> None:
    """Evaluate all that stands between the brackets."""
    for element in node.slice:
        for bound in children(element.slice):
            run.evaluate_and_escape(bound, "is used as an index")


def _is_index(key: Value | None) -> bool:
    return isinstance(key, Unknown) and key.kind == "int"


def _sliced(run: Run, node: cst.Subscript, value: Value) -> Values:
    match value:
        case Answer(event=False) | Sequence() | Line():
            return frozenset({value})
        case Text():
            run.escape_text(value, node, "is sliced")
            return frozenset({Unknown(kind="str")})
    run.escape([value], node, "is sliced")
    return UNKNOWN


def _binary(run: Run, node: cst.BinaryOperation) -> Values:
    left = run.evaluate(node.left)
    if isinstance(node.operator, cst.BitOr) and isinstance(node.right, cst.Dict):
        made = dict_object(run, node)
        if spread(run, made, node.left, node.left, left):
            give_all(run, made, node.right, literal=True)
            return frozenset({Dict(made)})
    right = run.evaluate(node.right)
    if isinstance(node.operator, cst.Add):
        if any(isinstance(value, Text) for value in left | right):
            return combined(run, [(node.left, left), (node.right, right)])
        if any(isinstance(value, (Sequence, Tuple)) for value in left | right):
            elements = (run.elements_of(left, node.left), run.elements_of(right, node.right))
            return frozenset({Sequence(join(*elements))})
    if isinstance(node.operator, cst.Modulo) and any(isinstance(value, Text) for value in left):
        return percent(run, node, left, right)
    run.escape(left, node.left, "is computed with")
    run.escape(right, node.right, "is computed with")
    is_joined = isinstance(node.operator, (cst.Add, cst.Divide))
    return frozenset({Unknown(hinted=is_joined and any(map(strings.is_hinted, left)))})


def _boolean(run: Run, node: cst.BooleanOperation) -> Values:
    left = run.evaluate(node.left)
    before = run.environment
    run.environment = before.copy()
    with run.maybe():
        run.assume(node.left, truth=isinstance(node.operator, cst.And))
        right = run.evaluate(node.right)
    run.environment = joined_environment([before, run.environment]) or before
    if left and all(isinstance(v, Line) for v in left) and all(map(is_harmless, right)):
        # ``line or ""``: nothing is a line as well.
        return left
    if isinstance(node.operator, cst.And):
        # What is true is not the result: of a list only an empty one is, and a row never is.
        left = frozenset(map(_when_false, (value for value in left if not _is_row(value))))
    if isinstance(node.operator, cst.Or):
        # What is false is not the result, and what is always true hides the rest.
        left = frozenset(
            Unknown(kind=value.kind, hinted=value.hinted) if isinstance(value, Unknown) else value
            for value in left
            if not is_harmless(value)
        )
    return join(left, right)


def _is_row(value: Value) -> bool:
    return isinstance(value, Answer) and value.path[-1:] == (EACH,) and not value.event


def _when_false(value: Value) -> Value:
    return Sequence(frozenset()) if is_rows(value) or isinstance(value, Sequence) else value


def _not(run: Run, node: cst.UnaryOperation) -> Values:
    values = run.evaluate(node.expression)
    if isinstance(node.operator, cst.Not):
        record_test(run, node.expression)
        return frozenset({Unknown(kind="bool")})
    number = one(values)
    negative = isinstance(node.operator, cst.Minus) and isinstance(number, Const)
    if negative and isinstance(number, Const) and isinstance(number.value, (int, float)):
        return const(-number.value)
    run.escape(values, node.expression, "is computed with")
    return UNKNOWN


def _comparison(run: Run, node: cst.Comparison) -> Values:
    left = run.evaluate(node.left)
    for comparison in node.comparisons:
        right = run.evaluate(comparison.comparator)
        if isinstance(comparison.operator, (cst.In, cst.NotIn)) and len(node.comparisons) == 1:
            _membership(run, node, left, comparison.comparator, right)
        elif not isinstance(comparison.operator, (cst.Is, cst.IsNot)):
            harmless = (Line, Text) if _is_line(left) or _is_line(right) else ()
            empty = _is_empty_list(node.left) or _is_empty_list(comparison.comparator)
            for values, part in ((left, node.left), (right, comparison.comparator)):
                for value in values:
                    if not isinstance(value, harmless) and not (empty and is_rows(value)):
                        _compared(run, value, part)
        else:
            _identity(run, node, left, right)
        left = right
    return frozenset({Unknown(kind="bool")})


def _is_empty_list(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.List) and not node.elements


def _is_line(values: Values) -> bool:
    return any(isinstance(value, Line) for value in values)


def _compared(run: Run, value: Value, node: cst.CSTNode) -> None:
    run.escape([value], node, "is compared")


def _identity(run: Run, node: cst.Comparison, left: Values, right: Values) -> None:
    """``x is None``: the same on both APIs but where the new answer has no such object."""
    moved = []
    run.note_foreign(left | right, node)
    for value in left | right:
        if not isinstance(value, Answer) or run.has_failed(value.site):
            continue
        run.facts.identified.add(value.site)
        if value.site.endpoint == "ai-search" and len(value.path) == 1:
            moved.append(value)
    name, other = node.left, node.comparisons[0].comparator
    is_result = all(kind_of("ai-search", value.path) == "object" for value in moved)
    if not (moved and is_result and isinstance(name, cst.Name) and right == NONE):
        run.escape(moved, other, "is compared")
        return
    known = run.facts.identities.setdefault(node, Identity(node, name))
    known.sites |= {value.site for value in moved}
    known.may_be_none = known.may_be_none or bool(left & NONE)
    known.mixed = known.mixed or len(node.comparisons) > 1 or bool(left - {*moved} - NONE)


def _membership(
    run: Run, node: cst.Comparison, left: Values, container: cst.BaseExpression, right: Values
) -> None:
    key = strings.plain(left)
    answers = [value for value in right if isinstance(value, Answer) and not value.proxy]
    run.note_foreign(right, node)
    if key is not None and answers:
        guard = run.facts.guards.get(node) or Guard(node, key, node.left, container)
        known = all(isinstance(value, Answer) or is_harmless(value) for value in right)
        guard.mixed = guard.mixed or not known or guard.key != key
        for answer in answers:
            if not run.has_failed(answer.site):
                guard.origins.add((answer.site, answer.path, answer.event))
        if guard.origins:
            run.facts.guards[node] = guard
        return
    for value in left:
        if not isinstance(value, Line):
            _compared(run, value, node.left)
    for value in right:
        if isinstance(value, Dict) and value.made.holds:
            value.made.read = value.made.read or node
        elif not isinstance(value, (Line, Sequence, Tuple)):
            _compared(run, value, container)


def _conditional(run: Run, node: cst.IfExp) -> Values:
    run.evaluate(node.test)
    before = run.environment
    results, ends = [], []
    for branch, truth in ((node.body, True), (node.orelse, False)):
        run.environment = before.copy()
        with run.maybe():
            run.assume(node.test, truth=truth)
            results.append(run.evaluate(branch))
        ends.append(run.environment)
    run.environment = joined_environment(ends) or before
    return join(*results)


def _await(run: Run, node: cst.Await) -> Values:
    return run.evaluate(node.expression)


def _named(run: Run, node: cst.NamedExpr) -> Values:
    values = run.evaluate(node.value)
    bind(run, node.target, values)
    return values


def _tuple(run: Run, node: cst.Tuple) -> Values:
    if any(isinstance(element, cst.StarredElement) for element in node.elements):
        return _list(run, node)
    return frozenset({Tuple(tuple(run.evaluate(element.value) for element in node.elements))})


def _list(run: Run, node: cst.List | cst.Tuple | cst.Set) -> Values:
    found = []
    for element in node.elements:
        values = run.evaluate(element.value)
        found.append(
            _iterated(run, values, element) if isinstance(element, cst.StarredElement) else values
        )
    return frozenset({Sequence(join(*found), node, list_object(run, node))})


def _iterated(run: Run, values: Values, node: cst.CSTNode) -> Values:
    return run.elements_of(values, node)


def _dict(run: Run, node: cst.Dict) -> Values:
    made = dict_object(run, node)
    give_all(run, made, node, literal=True)
    return frozenset({Dict(made)})


def _comprehension(
    run: Run, node: cst.GeneratorExp | cst.ListComp | cst.SetComp | cst.DictComp
) -> Values:
    before = run.environment
    run.environment = before.copy()
    with run.maybe():
        if isinstance(node, cst.ListComp) and is_over_contents(run, node):
            run.facts.joins[node] = Simplification(node, node)
        _comp_for(run, node.for_in)
        if isinstance(node, cst.DictComp):
            run.evaluate_and_escape(node.key, "is put into a dict")
            made = dict_object(run, node)
            values = run.evaluate(node.value)
            give_entry(run, made, None, node.value, values, node)
            result: Values = frozenset({Dict(made)}) if made.holds else UNKNOWN
        else:
            grows = isinstance(node, (cst.ListComp, cst.SetComp))
            list_made = list_object(run, node) if grows else None
            result = frozenset({Sequence(run.evaluate(node.elt), node, list_made)})
    # A walrus inside binds a name outside; the names of the loops are gone.
    after = run.environment
    for name in _loop_names(node.for_in):
        after.names.pop(name, None)
        if name in before.names:
            after.names[name] = before.names[name]
    run.environment = joined_environment([before, after]) or before
    return result


def _loop_names(clause: cst.CompFor | None) -> Iterator[str]:
    while clause is not None:
        yield from (name.value for name in names_in(clause.target))
        clause = clause.inner_for_in


def _comp_for(run: Run, clause: cst.CompFor) -> None:
    elements = run.elements_of(run.evaluate(clause.iter), clause.iter)
    bind(run, clause.target, elements)
    for condition in clause.ifs:
        run.evaluate(condition.test)
        run.assume(condition.test, truth=True)
    if clause.inner_for_in is not None:
        _comp_for(run, clause.inner_for_in)


def bind(run: Run, target: cst.BaseExpression, values: Values) -> None:
    """Assign to a target that is made of names; a part of an answer that goes elsewhere escapes."""
    match target:
        case cst.Name():
            run.assign(target.value, values)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            starred = any(isinstance(element, cst.StarredElement) for element in elements)
            for index, element in enumerate(elements):
                parts = [
                    value.elements[index]
                    if isinstance(value, Tuple)
                    and not starred
                    and len(value.elements) == len(elements)
                    else _unpacked(run, value, target)
                    for value in values
                ]
                found = join(*parts) if parts else UNKNOWN
                if isinstance(element, cst.StarredElement):
                    found = frozenset({Sequence(found)})
                bind(run, element.value, found)
        case _:
            run.store(target, values)


def _unpacked(run: Run, value: Value, node: cst.CSTNode) -> Values:
    if isinstance(value, Sequence):
        return value.element
    if isinstance(value, Answer) and is_rows(value) and not run.has_failed(value.site):
        return row_of(value)
    run.escape([value], node, "is unpacked")
    return UNKNOWN


def _lambda(run: Run, node: cst.Lambda) -> Values:
    """A lambda that is not called by what it is given to: its parts are evaluated all the same."""
    run.call_lambda(node, [])
    return UNKNOWN


def _none(_run: Run, _node: cst.CSTNode) -> Values:
    return NONE


def _yield(run: Run, node: cst.Yield) -> Values:
    value = node.value.item if isinstance(node.value, cst.From) else node.value
    if value is None or run.function is None:
        return UNKNOWN
    values = run.evaluate(value)
    if isinstance(node.value, cst.From):
        values = run.elements_of(values, value)
    why = opening(run, run.function)
    if why is not None:
        run.escape(values, value, f"is yielded from {run.where()}: {why.how}")
        if holds_answer(values):
            run.want(why)
    run.function.returns.give("", frozenset({Sequence(values)}))
    return UNKNOWN


EXPRESSIONS: dict[type[cst.CSTNode], Any] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.SimpleString: _string,
    cst.ConcatenatedString: concatenated,
    cst.FormattedString: formatted,
    cst.Attribute: attribute,
    cst.Subscript: _subscript,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.UnaryOperation: _not,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Await: _await,
    cst.NamedExpr: _named,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _list,
    cst.Dict: _dict,
    cst.GeneratorExp: _comprehension,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _comprehension,
    cst.Lambda: _lambda,
    cst.Ellipsis: _none,
    cst.Yield: _yield,
}
