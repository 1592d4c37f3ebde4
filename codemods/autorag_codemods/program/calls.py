"""The values of calls: what sends, what is known, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_migrate.mapping import ENVELOPE

from . import arguments, builtins_known, methods, strings
from .again import note_given
from .environment import join
from .instances import construct, super_of
from .later import Passed, future, passed
from .prepared import carried
from .tree import dotted
from .values import (
    UNKNOWN,
    Answer,
    Body,
    Class,
    Const,
    Dict,
    Function,
    Made,
    Method,
    Partial,
    Prepared,
    Response,
    Self,
    Symbol,
    Text,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .run import Run
    from .sites import Send, Site

_PARSERS = frozenset({"parse_args", "parse_known_args"})
_UNWRAPPED = (ENVELOPE["result"],)
"""What a binding gives of an answer: the envelope is removed."""
_HOOKS = frozenset({"event_hooks", "hooks", "trace_configs", "middlewares"})
_SEES_ALL = frozenset({"locals", "globals", "vars", "eval", "exec"})

_SAYING = frozenset(
    f"builtins.{name}"
    for name in ("print", "repr", "str", "format", "ascii", "id", "hash", "type", "issubclass")
)
"""What shows an instance to somebody who reads, or says which it is."""
_HANDING_ON = frozenset(
    {
        *("builtins", "asyncio", "atexit", "concurrent", "contextlib", "contextvars", "functools"),
        *("logging", "multiprocessing", "queue", "threading", "typing", "unittest", "weakref"),
        *("anyio", "fastapi", "pytest", "starlette", "streamlit"),
    }
)
"""Packages that keep an instance, or give it to the program's own functions, and read none."""

_GIVING = frozenset({"get_secret_value", "unicode_string", "human_repr", "geturl", "with_path"})
"""Methods that give the URL which an object of a library holds."""

__all__ = ["call"]

_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


def call(run: Run, node: cst.Call) -> Values:
    """The value of a call."""
    callees = run.evaluate(node.func)
    result = _call(run, node, callees)
    note_given(run, node, callees, result)
    return result


def _call(run: Run, node: cst.Call, callees: Values) -> Values:
    whole = _whole(run, node, callees)
    if whole is not None:
        return whole
    given = carried(run, node, sorted(callees, key=_stable))
    if given is None:
        given = _received(run, node, callees)
    if given is not None:
        return given
    sent = [
        (callee, send)
        for callee in sorted(callees, key=_stable)
        if type(callee) is Symbol or type(callee) is Method
        for send in _sends(run, callee, node)
    ]
    if sent:
        known = callees
        if all(type(callee) is Method for callee, _ in sent):
            known = frozenset(each for each in callees if type(each) is not Unknown)
        result = _send(run, node, known, [send for _, send in sent])
        site = run.facts.sites.get((node, run.context))
        if len(known) < len(callees) and site is not None:
            # An adapter does for the clients that are made here, and nothing to any other.
            site.block("AR114", "what sends it may be handed in from elsewhere", node)
        return result
    method = node.func
    if run.context and isinstance(method, cst.Attribute) and method.attr.value == "get":
        run.note_foreign(run.evaluate(method.value), node)
    results = [_call_one(run, node, callee) for callee in sorted(callees, key=_stable)]
    return join(*results) if results else _call_one(run, node, Unknown())


_PARTIAL = "functools.partial"


def _whole(run: Run, node: cst.Call, callees: Values) -> Values | None:
    """A sending function and its arguments that stand at two places; None for any other call."""
    callee = one(callees)
    if isinstance(callee, Partial):
        return _sent_later(run, node, callee.callee, (*callee.call.args[1:], *node.args))
    given = passed(node, callee)
    if given is not None:
        return _passed(run, node, given)
    if not isinstance(callee, Symbol) or callee.name != _PARTIAL or not node.args:
        return None
    first = node.args[0]
    if first.keyword is not None or first.star:
        return None
    inner = one(run.evaluate(first.value))
    is_sender = isinstance(inner, (Symbol, Method)) and _is_sender(run, inner, node)
    return frozenset({Partial(inner, node)}) if is_sender and inner is not None else None


def _passed(run: Run, node: cst.Call, given: Passed) -> Values | None:
    """The response of a sending function that something else calls."""
    inner = one(run.evaluate(given.function))
    if inner is None:
        return None
    args = given.args
    if isinstance(inner, Partial):
        args = (*inner.call.args[1:], *args)
        inner = inner.callee
    values = _sent_later(run, node, inner, args)
    if values is None:
        return None
    if not given.is_known:
        run.escape(values, node, "comes from something that is not known")
        return UNKNOWN
    return future(node, values) if given.is_future else values


def _is_sender(run: Run, callee: Value, node: cst.Call) -> bool:
    """Whether a function sends what it is given, whatever that is."""
    bare = cst.Call(func=node.func, args=())
    return next(_sends(run, callee, bare), None) is not None


def _sent_later(run: Run, node: cst.Call, callee: Value, args: Sequence[cst.Arg]) -> Values | None:
    ordered = sorted(args, key=lambda argument: argument.keyword is not None)
    whole = cst.Call(func=node.func, args=ordered)
    if not isinstance(callee, (Symbol, Method)):
        return None
    sends = [send._replace(call=node) for send in _sends(run, callee, whole)]
    return _send(run, node, frozenset({callee}), sends, args) if sends else None


def _stable(value: Value) -> str:
    """An order that is the same in every run."""
    inner = value.owner if isinstance(value, Method) else value
    symbol = inner.symbol if isinstance(inner, Made) else inner
    return f"{type(value).__name__} {symbol.name if isinstance(symbol, Symbol) else type(symbol)}"


def _received(run: Run, node: cst.Call, callees: Values) -> Values | None:
    """The response of a request that another call has sent."""
    given = [
        values
        for callee in callees
        if type(callee) is Method
        for library in run.libraries_of(callee)
        if (values := library.received(run, callee, node)) is not None
    ]
    if not given:
        return None
    if len(given) < len(callees):
        for value in join(*given):
            if isinstance(value, Response):
                value.site.block("AR133", "what receives its answer is not always the same", node)
        given.append(UNKNOWN)
    return join(*given)


def _sends(run: Run, callee: Value, node: cst.Call) -> Iterator[Send]:
    for library in run.libraries_of(callee):
        send = library.send(run, callee, node)
        if send is not None:
            yield send
            return


def _send(
    run: Run,
    node: cst.Call,
    callees: Values,
    sends: list[Send],
    args: Sequence[cst.Arg] | None = None,
) -> Values:
    is_one = len(callees) == len(sends) and len({_sender(send) for send in sends}) == 1
    first = _joined(sends) if is_one else sends[0]._replace(bridgeable=False)
    site = run.classify(run, first)
    used = {first.url, first.body} if site is not None else set()
    for argument in node.args if args is None else args:
        if argument.value not in used:
            values = run.evaluate(argument.value)
            run.escape(values, argument.value, f"is passed to {shown(node)}")
    if site is None:
        return UNKNOWN
    for value in first.body_values:
        if isinstance(value, Dict):
            run.escape(value.made.held.get("*") or (), node, "is sent")
    if not is_one:
        site.block("AR133", "what sends it is not always the same", node)
    return frozenset({_given(site)})


def _sender(send: Send) -> tuple[object, ...]:
    """What a send goes through, but for the instance."""
    return send.library, send.symbol, send.method, send.is_done, send.gives


def _joined(sends: list[Send]) -> Send:
    """One send through any of several instances that are alike."""
    return sends[0]._replace(
        url_values=join(*(send.url_values for send in sends)),
        odd=next((send.odd for send in sends if send.odd is not None), None),
        params=any(send.params for send in sends),
        bridgeable=any(send.bridgeable for send in sends),
        unbridgeable=next((send.unbridgeable for send in sends if send.unbridgeable), ""),
    )


def _given(site: Site) -> Value:
    """What a call that sends gives."""
    match site.send.gives:
        case "answer":
            return Answer(site)
        case "proxy":
            return Answer(site, _UNWRAPPED, proxy=True)
        case "text":
            return Body(site)
        case "nothing":
            return Const(None, "NoneType")
        case "anything":
            return Unknown()
        case "request":
            return Prepared(site)
    return Response(site)


def shown(node: cst.Call) -> str:
    """The callee as reports show it: names only, never a value."""
    name = dotted(node.func)
    if name:
        return f"{name}()"
    if isinstance(node.func, cst.Attribute):
        return f"….{node.func.attr.value}()"
    return "a call"


def _call_one(run: Run, node: cst.Call, callee: Value) -> Values:  # noqa: C901 (one case for each kind)
    if isinstance(callee, (Symbol, Method, Unknown)):
        for library in run.libraries_of(callee):
            made = library.construct(run, callee, node)
            if made is not None:
                return _constructed(run, node, made)
    match callee:
        case Symbol("builtins.super") if not node.args:
            return super_of(run)
        case Symbol(name=name):
            known = builtins_known.KNOWN.get(name.removeprefix("builtins."))
            if known is not None:
                result = known(run, node)
                if result is not None:
                    return result
        case Method(owner, name):
            result = methods.call_method(run, node, owner, name)
            if result is not None:
                return result
        case Function(info, bound):
            return run.call_with(info, node, bound=bound)
        case Class(info):
            if not construct(run, info, node):
                _unknown_call(run, node, callee)
            return frozenset({Self(info)})
    return _unknown_call(run, node, callee)


def _constructed(run: Run, node: cst.Call, made: Made) -> Values:
    for argument in node.args:
        if argument.keyword is not None and argument.keyword.value in _HOOKS:
            run.facts.hook = argument
        values = run.evaluate(argument.value)
        if made.base is None or values != made.base:
            run.escape(values, argument.value, f"is passed to {shown(node)}")
    return frozenset({made})


def _is_logging(node: cst.Call) -> bool:
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _LOGGING:
        return False
    return "log" in dotted(node.func.value).lower().rpartition(".")[2]


def _key(run: Run, node: cst.Call) -> str | None:
    return strings.plain(run.evaluate(node.args[0].value))


_PAIR = 2


def _is_shown(callee: Value) -> bool:
    """Whether what is called may read the attributes of an instance that it is given."""
    if isinstance(callee, Symbol):
        return callee.name.partition(".")[0] not in _HANDING_ON
    return not isinstance(callee, (Class, Function))


def _unknown_call(run: Run, node: cst.Call, callee: Value) -> Values:
    """A call of something that is not known; what it is given goes there."""
    if isinstance(node.func, cst.Name) and node.func.value in _SEES_ALL:
        for values in (*run.environment.names.values(), *run.module.names.given().values()):
            run.escape(values, node, f"can be seen by {node.func.value}()")
    given = _give_away(run, node, callee)
    name = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
    if name == "setdefault" and len(node.args) == _PAIR:
        run.leave(_key(run, node), run.evaluate(node.args[1].value))
    named = _names_key(run, callee, name, given)
    if name == "get" and node.args:
        key = _key(run, node)
        found = Unknown(maybe_none=len(node.args) == 1, hinted=named or run.is_hint(key))
        return frozenset({found}) | run.left(key)
    if name == "add_argument":
        arguments.add(run, node)
    return frozenset(
        {Unknown(kind=arguments.NAMESPACE) if name in _PARSERS else Unknown(hinted=named)}
    )


def _give_away(run: Run, node: cst.Call, callee: Value) -> list[Values]:
    """Note where the arguments of a call go, and give their values."""
    given = []
    how = f"is passed to {shown(node)}"
    logging = _is_logging(node)
    is_said = logging or (isinstance(callee, Symbol) and callee.name in _SAYING)
    for argument in node.args:
        if argument.keyword is not None and argument.keyword.value in _HOOKS:
            run.facts.hook = argument
        values = run.evaluate(argument.value)
        # What a log says of a URL is nobody's interface.
        with run.saying(only=is_said):
            run.escape(
                (value for value in values if not (logging and isinstance(value, Text))),
                argument.value,
                how,
            )
        if not is_said and _is_shown(callee):
            run.show(values, argument.value, how)
        if argument.keyword is not None:
            run.leave(argument.keyword.value, values)
        given.append(values)
    return given


def _names_key(run: Run, callee: Value, name: str, given: Iterable[Values]) -> bool:
    """Whether a call gives what stands under a key of the configuration: ``config("KB_URL")``."""
    if isinstance(callee, Unknown) and callee.hinted and name in _GIVING:
        return True
    return any(
        run.is_configured(text)
        for values in given
        for value in values
        if (text := strings.plain(frozenset({value})))
    )
