"""Assignments to attributes and elements, and what is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_migrate.mapping import REQUEST_FIELDS

from . import strings
from .attributes import BY_ANY_NAME, SENDING
from .expressions import evaluate_indexes
from .merging import give_entry, remove
from .reads import is_followed
from .rows import is_rows
from .schema import QUERIES, kind_of, row_at
from .tree import dotted, unmangled
from .values import (
    NONE,
    Answer,
    Class,
    Const,
    Dict,
    Made,
    Method,
    Module,
    Partial,
    Prepared,
    Response,
    Self,
    Sequence,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from .run import Run
    from .values import ClassInfo


__all__ = ["change_element", "delete", "store", "store_attribute"]

_NESTED = frozenset(field.legacy for field in REQUEST_FIELDS if "." in field.legacy)
_READING = frozenset({"json", "text", "content", "read", "iter_lines", "data", "_content"})


def store(run: Run, target: cst.CSTNode, values: Values) -> None:
    """Assign to an attribute or an element."""
    match target:
        case cst.Attribute():
            _store_attribute(run, target, values)
        case cst.Subscript():
            if not _store_below(run, target, values):
                _store_element(run, target, values)
        case _:
            run.escape(values, target, "is stored")


def _store_attribute(run: Run, target: cst.Attribute, values: Values) -> None:
    owners, name = run.evaluate(target.value), target.attr.value
    run.environment.given -= {dotted(target)}
    if any(isinstance(owner, Unknown) for owner in owners) and any(map(_may_be_none, values)):
        run.facts.unset.add(name)
    ours = [owner for owner in owners if isinstance(owner, (Self, Class))]
    for owner in ours:
        if name in BY_ANY_NAME:
            run.open_class(owner.info, target)
        store_attribute(run, target, owner.info, unmangled(name), values)
    for value in values if name == "__class__" else ():
        if isinstance(value, Class):
            run.open_class(value.info, target)
    for value in owners:
        if isinstance(value, Module):
            value.info.names.give(name, values)
    if len(ours) < len(owners) or not owners:
        run.escape(values, target, f"is stored in {dotted(target) or 'an attribute'}")
        run.leave(name, values)
    changed = (v for v in owners if isinstance(v, (Answer, Prepared)))
    run.escape(changed, target, "is changed")
    if any(_is_replaced(run, owner, name, values) for owner in owners):
        run.facts.replaced = target


def _may_be_none(value: Value) -> bool:
    return value in NONE or (isinstance(value, Unknown) and value.maybe_none)


def _is_replaced(run: Run, owner: Value, name: str, values: Values) -> bool:
    """Whether what a library gives is exchanged: what sends, or what reads an answer."""
    if values and all(isinstance(value, (Const, Partial)) for value in values):
        return False  # a setting, or the same with more arguments
    if isinstance(owner, Symbol):
        return owner.name.partition(".")[0] == "json" or bool(run.libraries_of(owner))
    return isinstance(owner, (Made, Response)) and name in SENDING | _READING


def store_attribute(
    run: Run, target: cst.CSTNode, info: ClassInfo, name: str, values: Values
) -> None:
    """Give an attribute of a class; what others may read of it escapes."""
    why = run.facts.handed.why(info) if run.facts.handed.has(info) else None
    user = info.module.opened(name)
    if not user and run.facts.loose.has(name):
        user = "something that is not known"
    if why is not None or user:
        how = why.how if why is not None else f"{user} uses {name}"
        others = (value for value in values if not isinstance(value, Text))
        run.escape(others, target, f"is stored in {dotted(target) or 'an attribute'}: {how}")
    # Where it stands after the next assignment is not followed.
    dicts = (value for value in values if isinstance(value, Dict))
    run.escape(dicts, target, "is stored in an attribute")
    run.lend(info, values)
    info.attributes.give(name, values)
    info.assigned.give(name, values)


def _store_element(run: Run, target: cst.Subscript, values: Values) -> None:
    evaluate_indexes(run, target)
    key = _key_of(run, target)
    owners = run.evaluate(target.value)
    followed = False
    for owner in owners:
        if isinstance(owner, (Sequence, Tuple)):
            run.escape([owner], target, "is in a list that is changed")
        if isinstance(owner, Dict):
            if len(owners) > 1:
                how = "what changes it may change another dict"
                owner.made.dynamic = owner.made.dynamic or (target, how)
            give_entry(run, owner.made, key, target, values, target)
            followed = True
        elif isinstance(owner, Answer) and _is_own(owner, key):
            run.facts.own_keys.setdefault((owner.site, (*owner.path, str(key))), target)
        elif isinstance(owner, Answer) and _is_value(run, owner, key):
            run.facts.stored.setdefault((owner.site, (*owner.path, str(key)), False), target)
        elif isinstance(owner, (Answer, Response)):
            owner.site.block("AR114", "its answer is changed", target)
        elif isinstance(owner, Method):
            run.escape([owner], target, "is changed")
    if not followed:
        run.escape(values, target, "is stored in something")
        run.leave(key, values)


def _store_below(run: Run, target: cst.Subscript, values: Values) -> bool:
    """``payload.setdefault("ranking_options", {})["score_threshold"] = value``."""
    match target.value:
        case cst.Call(
            func=cst.Attribute(value=holder, attr=cst.Name("setdefault")),
            args=[
                cst.Arg(keyword=None, star="", value=cst.SimpleString() as name),
                cst.Arg(keyword=None, star="", value=cst.Dict(elements=[])),
            ],
        ):
            path = f"{strings.plain(run.evaluate(name))}.{_key_of(run, target)}"
            owner = one(run.evaluate(holder))
            if path in _NESTED and isinstance(owner, Dict):
                give_entry(run, owner.made, path, target, values, target)
                return True
    return False


def _is_own(owner: Answer, key: str | None) -> bool:
    """Whether a key that is put into an object of the answer is one that it never had."""
    if key is None or owner.event or owner.proxy or not is_followed(owner.site):
        return False
    endpoint = owner.site.endpoint or ""
    is_object = kind_of(endpoint, owner.path) == "object"
    return is_object and kind_of(endpoint, (*owner.path, key)) == "wrong"


def _is_value(run: Run, owner: Answer, key: str | None) -> bool:
    """Whether a key of an object of an answer is that of a single value."""
    endpoint, path = owner.site.endpoint or "", (*owner.path, key or "")
    return (
        not (owner.event or owner.proxy or run.has_failed(owner.site))
        and endpoint in QUERIES
        and row_at(path) is not None
        and kind_of(endpoint, path) == "leaf"
    )


def change_element(run: Run, target: cst.BaseExpression) -> None:
    """Note the values of answers that ``target += …`` changes; it is evaluated afterwards."""
    if isinstance(target, cst.Subscript):
        key = _key_of(run, target)
        for owner in run.evaluate(target.value):
            if isinstance(owner, Answer) and _is_value(run, owner, key):
                run.facts.stored.setdefault((owner.site, (*owner.path, str(key)), True), target)


def _key_of(run: Run, target: cst.Subscript) -> str | None:
    if len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
        return strings.plain(run.evaluate(target.slice[0].slice.value))
    return None


def delete(run: Run, node: cst.Del) -> bool:
    """``del``: a dict loses a key, a list an element."""
    targets = (
        [element.value for element in node.target.elements]
        if isinstance(node.target, cst.Tuple)
        else [node.target]
    )
    for target in targets:
        if isinstance(target, cst.Name):
            run.environment.names.pop(target.value, None)
        elif isinstance(target, cst.Subscript):
            evaluate_indexes(run, target)
            owners = run.evaluate(target.value)
            for value in owners:
                if isinstance(value, (Sequence, Tuple)):
                    run.escape([value], node, "is in a list that is changed")
                if isinstance(value, Dict):
                    remove(run, value.made, _key_of(run, target), node, alone=len(owners) == 1)
                elif isinstance(value, Answer) and not is_rows(value):
                    value.site.block("AR114", "its answer is changed", node)
    return True
