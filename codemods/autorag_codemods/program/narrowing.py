"""What a condition says about the names in it: not None, failed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_migrate.mapping import ENVELOPE

from .again import may_be_another
from .arguments import NAMESPACE
from .facts import Tested
from .schema import kind_of
from .tree import dotted, names_in
from .values import NONE, UNKNOWN, Answer, Const, Response, Unknown, Values, is_harmless, one

if TYPE_CHECKING:
    from .run import Run
    from .sites import Site

__all__ = ["assume", "record_test"]

_VALUES = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.NamedExpr)
_FIRST_ERROR = 400
_SUCCESS = 200


def assume(  # noqa: C901 (one case for each kind of condition)
    run: Run, test: cst.BaseExpression, truth: bool
) -> None:
    """Take `test` as true or false from here on."""
    record_test(run, test)
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            assume(run, test.expression, not truth)
        case cst.BooleanOperation():
            if isinstance(test.operator, cst.And) is truth:
                assume(run, test.left, truth)
                assume(run, test.right, truth)
        case cst.Name():
            if truth:
                _rebind(run, test.value, _without_nothing)
        case cst.NamedExpr():
            if isinstance(test.target, cst.Name) and truth:
                _rebind(run, test.target.value, _without_nothing)
        case cst.Comparison():
            _comparison(run, test, truth=truth)
        case cst.Call(
            func=cst.Name("isinstance"),
            args=[cst.Arg(value=cst.Name(name)), cst.Arg(value=cst.Name(kind))],
        ):
            _rebind(run, name, partial(_of_kind, run, kind, truth))
        case cst.Call(func=cst.Attribute(attr=cst.Name("get"))):
            if not truth:
                _success(run, test, truth=truth)
        case cst.Attribute() | cst.Subscript():
            _success(run, test, truth=truth)


def _of_kind(
    run: Run,
    kind: str,
    truth: bool,
    values: Values,
) -> Values:
    """Without the lists and objects of an answer that are none, or are ones, by what was asked."""
    kinds = {"list": "list", "dict": "object"}
    if kind not in kinds:
        return values
    kept = frozenset(
        value
        for value in values
        if not isinstance(value, Answer)
        # What a refusal holds in place of a result is not known for sure.
        or len(value.path) == 1
        or value.event
        or value.proxy
        or run.has_failed(value.site)
        or (is_kind := kind_of(value.site.endpoint or "", value.path)) not in kinds.values()
        or (is_kind == kinds[kind]) is truth
    )
    return kept or UNKNOWN


def record_test(run: Run, test: cst.BaseExpression) -> None:
    """A test of what holds part of an answer: the new answer may have no such part."""
    if not isinstance(test, _VALUES) or test in run.facts.reads:
        return
    values = run.evaluate(test.target if isinstance(test, cst.NamedExpr) else test)
    run.note_foreign(values, test)
    tested = run.facts.tests.setdefault(test, Tested())
    for value in values:
        # An object of JavaScript is true, and the binding raises instead of giving none.
        if isinstance(value, Answer):
            if not value.proxy and not run.has_failed(value.site):
                tested.origins.add((value.site, value.path, value.event))
        elif value in NONE:
            tested.or_none = True
        else:
            tested.mixed = tested.mixed or not is_harmless(value)


def _give(run: Run, node: cst.BaseExpression) -> None:
    """Note that an argument of the command line is not None from here on."""
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        owner = one(run.evaluate(node.value))
        if isinstance(owner, Unknown) and owner.kind == NAMESPACE:
            run.environment.given |= {dotted(node)}


def _rebind(run: Run, name: str, change: object) -> None:
    values = run.environment.names.get(name)
    if values is not None and callable(change):
        run.environment.names[name] = change(values)


def _without_nothing(values: Values) -> Values:
    return frozenset(
        Unknown(kind=value.kind, hinted=value.hinted)
        if isinstance(value, Unknown) and value.maybe_none
        else value
        for value in values
        if not is_harmless(value)
    )


def _fail(run: Run, site: Site, asked: cst.BaseExpression) -> None:
    is_old = any(name.value in run.environment.stale for name in names_in(asked))
    if not is_old and not may_be_another(run, site):
        run.environment.failed = run.environment.failed | {site}


def _response(run: Run, node: cst.BaseExpression, names: set[str]) -> Site | None:
    """The site whose response's attribute a node is."""
    if not isinstance(node, cst.Attribute) or node.attr.value not in names:
        return None
    value = one(run.evaluate(node.value))
    return value.site if isinstance(value, Response) else None


def _status(run: Run, node: cst.BaseExpression) -> Site | None:
    """The site whose response's status a node is."""
    if not isinstance(node, cst.Attribute):
        return None
    value = one(run.evaluate(node.value))
    is_status = isinstance(value, Response) and node.attr.value in value.site.send.shape.status
    return value.site if isinstance(value, Response) and is_status else None


def _success(run: Run, node: cst.BaseExpression, *, truth: bool) -> None:
    """``response.ok``, what the envelope says, and whether an argument was given."""
    if truth:
        _give(run, node)
    good = _response(run, node, {"ok", "is_success"})
    bad = _response(run, node, {"is_error", "is_client_error", "is_server_error"})
    if good is not None and not truth:
        _fail(run, good, node)
    if bad is not None and truth:
        _fail(run, bad, node)
    if not truth:
        value = one(v for v in run.evaluate(node) if not is_harmless(v))
        if isinstance(value, Answer) and value.path == (ENVELOPE["success"],):
            _fail(run, value.site, node)


def _comparison(run: Run, node: cst.Comparison, *, truth: bool) -> None:
    if len(node.comparisons) != 1:
        return
    (comparison,) = node.comparisons
    operator, right = comparison.operator, comparison.comparator
    is_none = isinstance(right, cst.Name) and right.value == "None"
    if is_none and isinstance(node.left, (cst.Name, cst.Attribute)):
        if isinstance(operator, (cst.IsNot, cst.NotEqual)) is truth:
            if isinstance(node.left, cst.Name):
                _rebind(run, node.left.value, _without_none)
            _give(run, node.left)
        return
    site = _status(run, node.left)
    if site is not None and _says_failed(run, operator, right) is truth:
        _fail(run, site, node.left)


def _without_none(values: Values) -> Values:
    return frozenset(
        Unknown(kind=value.kind, hinted=value.hinted)
        if isinstance(value, Unknown) and value.maybe_none
        else value
        for value in values
        if not (isinstance(value, Const) and value.value is None)
    )


def _says_failed(  # noqa: C901 (one case for each operator)
    run: Run, operator: cst.BaseCompOp, right: cst.BaseExpression
) -> bool | None:
    """Whether a true comparison of a status means failure (True) or success (False)."""
    if dotted(right).endswith(("codes.ok", "codes.OK")):
        number: object = 200
    else:
        value = one(run.evaluate(right))
        number = value.value if isinstance(value, Const) else None
    if isinstance(operator, (cst.In, cst.NotIn)):
        statuses = _statuses(right)
        if _SUCCESS in statuses and max(statuses) < _FIRST_ERROR:
            return isinstance(operator, cst.NotIn)
        all_errors = bool(statuses) and min(statuses) >= _FIRST_ERROR
        return True if all_errors and isinstance(operator, cst.In) else None
    if not isinstance(number, int):
        return None
    # Of the numbers below 400 only 200 is ever an answer.
    match operator:
        case cst.NotEqual():
            return True if number == _SUCCESS else None
        case cst.Equal():
            return False if number == _SUCCESS else True if number >= _FIRST_ERROR else None
        case cst.GreaterThanEqual():
            return True if number > _SUCCESS else None
        case cst.GreaterThan():
            return True if number >= _SUCCESS else None
        case cst.LessThan():
            return False if number > _SUCCESS else None
        case cst.LessThanEqual():
            return False if number >= _SUCCESS else None
    return None


def _statuses(node: cst.BaseExpression) -> list[int]:
    if not isinstance(node, (cst.Tuple, cst.List, cst.Set)):
        return []
    return [
        element.value.evaluated_value
        for element in node.elements
        if isinstance(element.value, cst.Integer)
    ]
