"""Functions of the standard library that an answer, a URL or a payload may go through."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import product

import libcst as cst

from . import strings
from .arguments import PARSER
from .containers import list_object
from .environment import join
from .functions import only_return
from .given import applied
from .instances import namespace
from .later import LATER
from .merging import dict_object, give_entry, spread
from .run import Run
from .schema import kind_of
from .sites import StreamParse
from .tree import dotted
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Body,
    Class,
    Const,
    Dict,
    Dumped,
    Hole,
    Line,
    Piece,
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
from .variables import variable

__all__ = ["KNOWN"]

_TWO = 2
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_VARIABLE_PARTS = re.compile(r"(\$\w+|\$\{\w+\})")
_MOST_FORMS = 8
_COLLECTIONS = frozenset({"builtins.list", "builtins.set", "collections.deque"})
Known = Callable[[Run, cst.Call], Values | None]


def _plain(node: cst.Call) -> bool:
    return all(argument.keyword is None and not argument.star for argument in node.args)


def _result(kind: str) -> Known:
    """A function whose result is plain, whatever part of an answer it is given."""

    def rule(run: Run, node: cst.Call) -> Values | None:
        for argument in node.args:
            for value in run.evaluate(argument.value):
                # Only the number of elements is the same, whatever they are.
                if kind != "int" or not _is_counted(value):
                    run.escape(
                        value.element if isinstance(value, Sequence) else [value],
                        argument.value,
                        "is passed to a builtin",
                    )
        return frozenset({Unknown(kind=kind)})

    return rule


def _is_list(value: Value) -> bool:
    """Whether it is a list of an answer, which has as many elements in the new one."""
    if not isinstance(value, Answer) or value.event:
        return False
    return kind_of(value.site.endpoint or "", value.path) == "list"


def _is_counted(value: Value) -> bool:
    if isinstance(value, Dict):
        return value.made.holds
    return isinstance(value, Sequence) or _is_list(value)


def _text(run: Run, node: cst.Call) -> Values | None:
    if len(node.args) != 1:
        return None
    values = run.evaluate(node.args[0].value)
    texts = [value for value in values if isinstance(value, Text)]
    run.escape(
        (v for v in values if not isinstance(v, Text)), node.args[0].value, "is made a string"
    )
    hinted = any(isinstance(value, Unknown) and value.hinted for value in values)
    rest = frozenset({Unknown(kind="str", hinted=hinted)})
    return join(frozenset(texts), rest if len(texts) < len(values) else frozenset())


def _same(run: Run, node: cst.Call, skipped: int = 0) -> Values | None:
    """A function that gives the elements of its first argument again."""
    if not node.args:
        return frozenset({Sequence(frozenset(), node, list_object(run, node))})
    first, *rest = node.args[skipped:]
    if first.star:
        return None
    values = run.evaluate(first.value)
    elements = run.elements_of(values, first.value)
    for argument in rest:
        if argument.keyword is not None and argument.keyword.value == "key":
            how = "is ordered by a function that is not understood"
            applied(run, argument.value, [elements], how, node)
        else:
            run.evaluate_and_escape(argument.value, "is passed to a builtin")
    return frozenset({Sequence(elements, None, list_object(run, node))})


def _element(run: Run, node: cst.Call) -> Values | None:
    """``max``, ``min``, ``next``: one of the elements, or the default."""
    if len([argument for argument in node.args if argument.keyword is None]) > 1 and not _defaulted(
        node
    ):
        return None
    made = _same(run, node)
    if made is None:
        return None
    (value,) = made
    default: Values = frozenset()
    for argument in node.args[1:]:
        if argument.keyword is None or argument.keyword.value == "default":
            default = run.evaluate(argument.value)
    return join(value.element, default) if isinstance(value, Sequence) else UNKNOWN


def _defaulted(node: cst.Call) -> bool:
    return isinstance(node.func, cst.Name) and node.func.value == "next"


def _enumerate(run: Run, node: cst.Call) -> Values | None:
    made = _same(run, node)
    if made is None:
        return None
    (value,) = made
    element = value.element if isinstance(value, Sequence) else UNKNOWN
    return frozenset({Sequence(frozenset({Tuple((frozenset({Unknown(kind="int")}), element))}))})


def _zip(run: Run, node: cst.Call) -> Values | None:
    columns = []
    for argument in node.args:
        if argument.star or (argument.keyword and argument.keyword.value != "strict"):
            return None
        if argument.keyword is None:
            columns.append(run.elements_of(run.evaluate(argument.value), argument.value))
    return frozenset({Sequence(frozenset({Tuple(tuple(columns))}))})


def _map(run: Run, node: cst.Call) -> Values | None:
    if not _plain(node) or len(node.args) < _TWO:
        return None
    first, *rest = (argument.value for argument in node.args)
    columns = [run.elements_of(run.evaluate(each), each) for each in rest]
    return frozenset({Sequence(applied(run, first, columns, "is passed to map()", node))})


def _filter(run: Run, node: cst.Call) -> Values | None:
    if not _plain(node) or len(node.args) != _TWO:
        return None
    elements = run.elements_of(run.evaluate(node.args[1].value), node.args[1].value)
    first = node.args[0].value
    if isinstance(first, cst.Name) and first.value == "None":
        run.escape(elements, node.args[1].value, "is passed to filter()")
    else:
        applied(run, first, [elements], "is passed to filter()", node)
    return frozenset({Sequence(elements)})


def _largest(run: Run, node: cst.Call) -> Values | None:
    """``heapq.nlargest(n, rows, key=…)``."""
    if len(node.args) < _TWO or any(argument.star for argument in node.args):
        return None
    if any(argument.keyword is not None for argument in node.args[:_TWO]):
        return None
    run.evaluate_and_escape(node.args[0].value, "is passed to a builtin")
    return _same(run, node, 1)


def _loads(run: Run, node: cst.Call) -> Values | None:
    if len(node.args) != 1:
        return None
    result: list[Values] = []
    for value in run.evaluate(node.args[0].value):
        match value:
            case Body(site):
                result.append(frozenset({Answer(site)}))
            case Line(site):
                inner = run.loops[-1] if run.loops else None
                parse = run.facts.parses.setdefault(node, StreamParse(node))
                parse.sites.add(site)
                # A condition is evaluated once more where it is assumed.
                if inner is not None and site in inner.sites and run.conditional == 0:
                    parse.in_loop = True
                result.append(frozenset({Answer(site, (), event=True)}))
            case Text() if _raises(value):
                result.append(frozenset())
            case _:
                run.escape([value], node, "is parsed as JSON")
                result.append(UNKNOWN)
    return join(*result) if result else UNKNOWN


def _raises(value: Text) -> bool:
    """Whether a text is known, and no JSON: ``""`` for a line that is none."""
    text = strings.plain(frozenset({value}))
    try:
        json.loads(text if text is not None else "null")
    except ValueError:
        return True
    return False


def _load(run: Run, node: cst.Call) -> Values | None:
    """``json.load`` of a response that is a file."""
    if len(node.args) != 1:
        return None
    result: list[Values] = []
    for value in run.evaluate(node.args[0].value):
        if isinstance(value, Response) and value.site.send.shape.is_file:
            result.append(frozenset({Answer(value.site)}))
        else:
            run.escape([value], node, "is parsed as JSON")
            result.append(UNKNOWN)
    return join(*result) if result else UNKNOWN


def _bytes(run: Run, node: cst.Call) -> Values | None:
    """``bytes(json.dumps(…), "utf-8")``."""
    if len(node.args) != _TWO:
        return None
    values = run.evaluate(node.args[0].value)
    encoding = strings.plain(run.evaluate(node.args[1].value))
    return values if encoding and all(isinstance(value, Dumped) for value in values) else None


def _dumps(run: Run, node: cst.Call) -> Values | None:
    if len([argument for argument in node.args if argument.keyword is None]) != 1:
        return None
    return frozenset({Dumped(run.evaluate(node.args[0].value))})


def _dict(run: Run, node: cst.Call) -> Values | None:
    made = dict_object(run, node)
    for argument in node.args:
        values = run.evaluate(argument.value)
        if argument.keyword is None:
            if not argument.star and spread(run, made, argument, argument.value, values):
                continue
            run.escape(values, argument.value, "is spread into another dict")
            made.dynamic = made.dynamic or (argument, "another dict is spread into it")
        else:
            give_entry(
                run, made, argument.keyword.value, argument.value, values, argument, literal=True
            )
    return frozenset({Dict(made)})


def _defaultdict(run: Run, node: cst.Call) -> Values | None:
    """``defaultdict(list)``."""
    if len(node.args) != 1 or not _plain(node):
        return None
    kinds = run.evaluate(node.args[0].value)
    if not all(isinstance(v, Symbol) and v.name in _COLLECTIONS for v in kinds):
        return None
    made = dict_object(run, node)
    made.default = frozenset({Sequence(frozenset(), None, list_object(run, node))})
    return frozenset({Dict(made)})


def _environ(run: Run, node: cst.Call) -> Values | None:
    """``os.environ.get(name, default)``, ``os.getenv(name, default)``."""
    if not node.args:
        return None
    key = node.args[0].value
    found = variable(run, key, run.evaluate(key), maybe_none=len(node.args) == 1)
    if len(node.args) == 1:
        return found
    others = run.evaluate(node.args[1].value)
    if key in run.facts.asked:
        # A default that is known to be no legacy URL is for where the variable is not set.
        others = frozenset(v for v in others if not _is_other(v))
    return join(found, others)


def _is_other(value: Value) -> bool:
    """Whether a value is known, and no legacy URL."""
    if isinstance(value, Text):
        known = all(isinstance(piece, Piece) for piece in value.pieces)
        return known and not strings.is_legacy(value)
    return isinstance(value, Const)


def _isinstance(run: Run, node: cst.Call) -> Values | None:
    for argument in node.args:
        run.evaluate(argument.value)
    return frozenset({Unknown(kind="bool")})


def _cast(run: Run, node: cst.Call) -> Values | None:
    """``typing.cast(kind, value)``: the value."""
    return run.evaluate(node.args[1].value) if len(node.args) == _TWO and _plain(node) else None


def _has(run: Run, node: cst.Call) -> Values | None:
    """``hasattr``: what an object of JavaScript has is what was asked for."""
    for argument in node.args:
        values = run.evaluate(argument.value)
        proxies = (v for v in values if isinstance(v, Answer) and v.proxy)
        run.escape(proxies, argument.value, "is passed to hasattr()")
    return frozenset({Unknown(kind="bool")})


def _to_js(run: Run, node: cst.Call) -> Values | None:
    """``to_js(payload, dict_converter=Object.fromEntries)``: an object for JavaScript."""
    converter = next(
        (a.value for a in node.args if a.keyword and a.keyword.value == "dict_converter"), None
    )
    if converter is None or not dotted(converter).endswith("fromEntries") or node.args[0].keyword:
        return None
    if not run.inlining and run.function and only_return(run.function.node) is node:
        # The body of a helper: each of its calls is followed by itself.
        return UNKNOWN
    return frozenset({Dumped(run.evaluate(node.args[0].value))})


def _json_parse(run: Run, node: cst.Call) -> Values | None:
    """``JSON.parse(json.dumps(payload))``, JavaScript's own."""
    if len(node.args) != 1:
        return None
    values = run.evaluate(node.args[0].value)
    return values if all(isinstance(value, Dumped) for value in values) else None


def _reflected(run: Run, node: cst.Call) -> Values | None:
    """``getattr`` and ``vars``: any attribute may be read, or set."""
    for argument in node.args:
        values = run.evaluate(argument.value)
        run.escape(values, argument.value, "is passed to a builtin")
        for value in values:
            if isinstance(value, (Self, Class)):
                run.open_class(value.info, node)
    name = strings.plain(run.evaluate(node.args[1].value)) if len(node.args) >= _TWO else None
    return frozenset({Unknown(hinted=name is not None and run.is_configured(name))})


def _expandvars(run: Run, node: cst.Call) -> Values | None:
    """``os.path.expandvars("$NAME/search")``: variables in the middle of a string."""
    text = strings.plain(run.evaluate(node.args[0].value)) if len(node.args) == 1 else None
    names = _VARIABLE.findall(text or "")
    if text is None or not any(run.is_hint(name) for name in names):
        return None
    pieces: list[Piece | Hole] = []
    for part in _VARIABLE_PARTS.split(text):
        name = _VARIABLE.fullmatch(part)
        if name is not None:
            pieces.append(Hole(node, hinted=run.is_hint(name[1])))
        elif part:
            pieces.append(Piece(part, None, 0, exact=False))
    return frozenset({Text(tuple(pieces))})


def _urljoin(run: Run, node: cst.Call) -> Values | None:
    if len(node.args) != _TWO or not _plain(node):
        return None
    base, relative = (run.evaluate(argument.value) for argument in node.args)
    made: list[Text | None] = []
    for above, below in product(base, relative):
        both = None
        if isinstance(above, Text) and isinstance(below, Text):
            both = strings.url_joined(above, below)
        made.append(both[0] if both is not None else None)
        if both is not None:
            # As many slashes as there are in it decide what is left.
            run.escape_text(both[1], node, "is cut off by urljoin()")
    return _joined(run, node, made, base | relative, "is passed to urljoin()")


def _path_join(run: Run, node: cst.Call) -> Values | None:
    """``os.path.join``, which some put URLs together with."""
    if not node.args or not _plain(node):
        return None
    given = [run.evaluate(argument.value) for argument in node.args]
    parts = [value for values in given if isinstance(value := one(values), Text)]
    made = strings.path_joined(parts) if len(parts) == len(given) else None
    return _joined(run, node, [made], join(*given), "is passed to a function of paths")


def _joined(run: Run, node: cst.Call, made: list[Text | None], given: Values, how: str) -> Values:
    texts = [text for text in made if text is not None]
    if texts and len(texts) == len(made) and len(texts) <= _MOST_FORMS:
        return frozenset(texts)
    run.escape(given, node, how)
    return strings.blurred(given)


def _range(run: Run, node: cst.Call) -> Values | None:
    for argument in node.args:
        run.evaluate(argument.value)
    return frozenset({Sequence(frozenset({Unknown(kind="int")}))})


def _parser(run: Run, node: cst.Call) -> Values | None:
    for argument in node.args:
        run.evaluate_and_escape(argument.value, "is passed to ArgumentParser()")
    return frozenset({Unknown(kind=PARSER)})


def _nothing(run: Run, node: cst.Call) -> Values | None:
    for argument in node.args:
        run.evaluate(argument.value)
    return NONE


KNOWN: dict[str, Known] = {
    "len": _result("int"),
    "bool": _result("bool"),
    "any": _result("bool"),
    "all": _result("bool"),
    "sum": _result("number"),
    "int": _result("int"),
    "float": _result("float"),
    "str": _text,
    "list": _same,
    "tuple": _same,
    "set": _same,
    "sorted": _same,
    "reversed": _same,
    "iter": _same,
    "max": _element,
    "min": _element,
    "next": _element,
    "heapq.nlargest": _largest,
    "heapq.nsmallest": _largest,
    "enumerate": _enumerate,
    "zip": _zip,
    "range": _range,
    "map": _map,
    "filter": _filter,
    "isinstance": _isinstance,
    "hasattr": _has,
    "typing.cast": _cast,
    "pyodide.ffi.to_js": _to_js,
    "js.JSON.parse": _json_parse,
    "getattr": _reflected,
    "setattr": _reflected,
    "object.__setattr__": _reflected,
    "vars": _reflected,
    "json.loads": _loads,
    "json.load": _load,
    "bytes": _bytes,
    "json.dumps": _dumps,
    "dict": _dict,
    "collections.defaultdict": _defaultdict,
    "collections.deque": _same,
    "os.getenv": _environ,
    "os.environ.get": _environ,
    "urllib.parse.urljoin": _urljoin,
    "os.path.expandvars": _expandvars,
    "os.path.join": _path_join,
    "posixpath.join": _path_join,
    "time.sleep": _nothing,
    "types.SimpleNamespace": namespace,
    "argparse.ArgumentParser": _parser,
    **LATER,
}
