"""Attributes: of modules, of the classes of the module, of responses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .again import refresh
from .arguments import LEAVING, NAMESPACE, PARSER
from .environment import join
from .hints import is_part_of_key
from .importing import member_of
from .openness import Opening, is_plain
from .reads import step
from .responses import attribute_of_response
from .settings import TAKING_ALL
from .tree import dotted, unmangled
from .values import (
    UNKNOWN,
    Answer,
    Body,
    Class,
    Const,
    Dict,
    Dumped,
    Function,
    Line,
    Lines,
    Made,
    Method,
    Module,
    Prepared,
    Response,
    Self,
    Sequence,
    Super,
    Symbol,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
)

if TYPE_CHECKING:
    import libcst as cst

    from .run import Run

_OF_PROXIES = frozenset({"to_py"})
_STRIPPING = frozenset({"strip", "rstrip", "lstrip", "removesuffix", "removeprefix"})
"""Methods of a string after which it speaks of what it spoke of before."""
_HOOKS = frozenset({"hooks", "event_hooks"})
SENDING = frozenset(
    (
        *("get", "post", "put", "patch", "delete", "request", "stream", "send"),
        *("build_request", "prepare_request", "get_adapter", "__getattr__", "__getattribute__"),
    )
)
"""Methods by which a class of the program's would send in its own way."""
_DUMPING = re.compile(r"dump|dict|json|copy|replace|items|keys|values|serial|fields|iter")
"""In the names of methods that give all attributes of an instance."""
BY_ANY_NAME = frozenset({"__dict__", "__setattr__", "__getattribute__"})
"""What gives, or takes, attributes whose names are not seen."""

__all__ = ["BY_ANY_NAME", "SENDING", "attribute"]


def attribute(run: Run, node: cst.Attribute) -> Values:
    """The value of ``a.b``."""
    values = run.evaluate(node.value)
    name = node.attr.value
    if name not in _OF_PROXIES and any(isinstance(v, Answer) and v.proxy for v in values):
        return step(run, node, node.value, values, name)
    if not values:
        return UNKNOWN
    found = join(*(_attribute_of(run, node, value, name) for value in values))
    return run.hinted(name, found)


def _attribute_of(  # noqa: C901, PLR0912 (one case for each kind)
    run: Run, node: cst.Attribute, value: Value, name: str
) -> Values:
    match value:
        case Symbol() if is_part_of_key(run, node.value, name):
            return frozenset({Unknown(hinted=True)})  # such as the settings of a framework
        case Symbol():
            return frozenset({Symbol(f"{value.name}.{name}", value.imported)})
        case Module(info):
            return refresh(run, member_of(run, info, name))
        case Made() if name in _HOOKS:
            run.facts.hook = node
            return UNKNOWN
        case Self(info) | Class(info):
            name = unmangled(name)
            if name in BY_ANY_NAME:
                run.open_class(info, node)
            if name in TAKING_ALL and name not in info.methods:
                run.lose_settings(info)
            found = join(
                _found(run, value, name), *(_found(run, Self(sub), name) for sub in info.below())
            )
            found = refresh(run, found) or _inherited(run, node, value, name)
            if not found and not is_plain(info):
                # A method of a library's class, which has the instance.
                how = f"is asked for {name}()"
                run.facts.lent_out.setdefault(info, Opening(node, f"{info.name} {how}"))
                if _DUMPING.search(name):
                    run.show([value], node, how)
            return found or UNKNOWN
        case Super(info):
            if name in BY_ANY_NAME:
                run.open_class(info, node)
            bases = [base for base in info.bases if isinstance(base, Class)]
            return join(*(_found(run, Self(base.info), name) for base in bases)) or UNKNOWN
        case Prepared() if name == "headers":
            return UNKNOWN
        case Response(site):
            return attribute_of_response(run, node, value, site, name)
        case Unknown(kind=kind) if kind == PARSER and name in LEAVING:
            return frozenset({Symbol("sys.exit")})
        case Unknown(kind=kind, hinted=hinted):
            # What argparse was not given is None.
            absent = kind == NAMESPACE and run.facts.arguments.get(name, True)
            if dotted(node) in run.environment.given and name not in run.facts.unset:
                absent = False
            if kind in {"", "str"} and name in _STRIPPING:
                return frozenset({Method(value, name)})
            if kind == "":
                run.facts.loose.add(name)
            return frozenset({Unknown(maybe_none=absent, hinted=hinted)}) | run.left(name)
        case Const(None):
            return frozenset()
        case (
            Text()
            | Dict()
            | Dumped()
            | Sequence()
            | Answer()
            | Line()
            | Lines()
            | Body()
            | Prepared()
            | Made()
            | Tuple()
            | Const()
        ):
            return frozenset({Method(value, name)})
    run.escape([value], node, f"is read for its attribute {name}")
    return UNKNOWN


def _found(run: Run, value: Self | Class, name: str) -> Values:
    """An attribute of a class's own, or what it inherits from the classes of the module."""
    found = _member(run, value, name)
    for base in value.info.bases:
        if isinstance(base, Class):
            # What hides a base's own attribute does not hide what its methods give an instance.
            above = _found if not found else _assigned
            found |= above(run, Self(base.info), name)
    return found


def _assigned(run: Run, value: Self, name: str) -> Values:
    above = (
        _assigned(run, Self(base.info), name)
        for base in value.info.bases
        if isinstance(base, Class)
    )
    return join(value.info.assigned.get(name) or frozenset(), *above)


def _inherited(run: Run, node: cst.Attribute, value: Self | Class, name: str) -> Values:
    """What an instance has of a library's class that sends, unless it sends in its own way."""
    todo, seen = [value.info], {value.info}
    found: list[Value] = []
    while todo and isinstance(value, Self):
        info = todo.pop()
        if not SENDING.isdisjoint(info.methods):
            return frozenset()
        for base in info.bases:
            if isinstance(base, Class) and base.info not in seen:
                seen.add(base.info)
                todo.append(base.info)
            elif isinstance(base, Symbol) and any(
                library.annotated(base.name) and library.has_heirs for library in run.libraries
            ):
                found.append(Made(base, None, inherits=True))
    if found and name in _HOOKS:
        run.facts.hook = node
        return UNKNOWN
    return frozenset(Method(made, name) for made in found)


def _member(run: Run, value: Self | Class, name: str) -> Values:
    info = value.info
    found = info.attributes.get(name) or frozenset()
    if found and info in run.facts.open_classes:
        found |= UNKNOWN
    method = info.methods.get(name)
    if method is None:
        return found
    if "property" in method.decorators or "cached_property" in method.decorators:
        returned = run.call_function(method, {}, method.node)
        return returned if isinstance(value, Self) else UNKNOWN
    bound = isinstance(value, Self) and "staticmethod" not in method.decorators
    given = frozenset({Function(method, bound or "classmethod" in method.decorators)})
    # The class body gives its functions as attributes; another value is one that replaces it.
    others = frozenset(value for value in found if not isinstance(value, Function))
    patched = [v for v in found if isinstance(v, Function) and v.info is not method]
    run.escape(patched, method.node, f"takes the place of {name}()")
    return given | others | (UNKNOWN if patched else frozenset())
