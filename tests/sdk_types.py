"""Would the official SDK's request types accept this body?

`check` walks the TypedDict annotations of `cloudflare.types.aisearch`, which the SDK itself never
enforces at run time. What the types leave open stands here by hand: `check_filters` (the grammar
of a filter; `check` applies it) and `check_ranges` (bounds, lengths and counts). Each returns its
problems, every one beginning with a JSON path; an empty list means accepted.

Iterators are consumed: hand a body to several functions only when it is made of lists.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from cloudflare._utils import PropertyInfo
from typing_extensions import (
    NoExtraItems,
    NotRequired,
    ReadOnly,
    Required,
    get_type_hints,
    is_typeddict,
)

Kind = Literal["search", "chat", "namespace-search", "namespace-chat", "bare-search", "bare-chat"]

try:
    from cloudflare.types import aisearch
    from cloudflare.types.aisearch import namespaces
except ImportError:  # the oldest SDK that the adapter takes knows nothing of the new API
    BODIES: dict[str, type] = {}
else:
    BODIES = {
        "search": namespaces.InstanceSearchParams,
        "chat": namespaces.InstanceChatCompletionsParams,
        "namespace-search": aisearch.NamespaceSearchParams,
        "namespace-chat": aisearch.NamespaceChatCompletionsParams,
        "bare-search": aisearch.InstanceSearchParams,
        "bare-chat": aisearch.InstanceChatCompletionsParams,
    }
PATH_PARAMS = frozenset({"account_id", "name", "id"})

OPERATORS = frozenset({"$eq", "$ne", "$in", "$nin", "$lt", "$lte", "$gt", "$gte"})
LIST_OPERATORS = frozenset({"$in", "$nin"})
FILTER_BYTES = 2048
RESERVED_METADATA = frozenset({"ai-search", "task", "origin"})

_NAMES = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    type(None): "null",
    object: "a JSON value",
}
_ARRAYS = (list, tuple, Sequence, Iterable)


class _Field(NamedTuple):
    """One key of a TypedDict as it stands on the wire."""

    annotation: Any
    required: bool


class _Shape(NamedTuple):
    """A TypedDict as it stands on the wire; `extra` types the keys that it leaves open, if any."""

    fields: dict[str, _Field]
    extra: Any


def check(body: object, kind: Kind, *, extra_items: bool = False) -> list[str]:
    """Hold a request body against the SDK's types, and its filters against their grammar.

    Args:
        body: What would be sent, as `json.loads` gives it; tuples and iterators pass for lists.
        kind: Which endpoint the body is for.
        extra_items: Accept unknown keys where the SDK declares a type open (it does so for messages
            alone). Without it unknown keys are problems at every level.
    """
    problems = []
    if BODIES:
        problems += _typed_dict(body, BODIES[kind], "$", extra_items, skip=PATH_PARAMS)
    filters = _at(body, "ai_search_options", "retrieval", "filters")
    if isinstance(filters, Mapping):
        problems += check_filters(filters, "$.ai_search_options.retrieval.filters")
    return list(dict.fromkeys(problems))


# --- the walk over annotations ------------------------------------------------


def _value(value: Any, annotation: Any, path: str, extra: bool) -> list[str]:
    annotation = _bare(annotation)
    origin = get_origin(annotation)
    if is_typeddict(annotation):
        return _typed_dict(value, annotation, path, extra)
    if origin in (Union, types.UnionType):
        return _union(value, get_args(annotation), path, extra)
    if not _fits(value, annotation):
        return [f"{path}: expected {_name(annotation)}, got {_shown(value)}"]
    if annotation in (object, Any):
        return _json(value, path)
    if annotation is float:
        return _json(value, path)
    arguments = get_args(annotation) or (object, object)
    if origin in (dict, Mapping) or annotation is dict:
        return _mapping(value, arguments[1], path, extra)
    if (origin or annotation) in _ARRAYS:
        return [
            problem
            for index, element in enumerate(value)
            for problem in _value(element, arguments[0], f"{path}[{index}]", extra)
        ]
    return []


def _typed_dict(
    value: Any, annotation: Any, path: str, extra: bool, skip: frozenset[str] = frozenset()
) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{path}: expected an object, got {_shown(value)}"]
    fields, open_to = _shape(annotation)
    fields = {key: field for key, field in fields.items() if key not in skip}
    problems = [
        f"{_child(path, key)}: required and missing"
        for key, field in fields.items()
        if field.required and key not in value
    ]
    for key, element in value.items():
        where = _child(path, key)
        if key in fields:
            problems += _value(element, fields[key].annotation, where, extra)
        elif extra and open_to is not None and isinstance(key, str):
            problems += _value(element, open_to, where, extra)
        else:
            problems.append(f"{where}: unknown key")
    return problems


@cache
def _shape(annotation: Any) -> _Shape:
    fields = {}
    for key, hint in get_type_hints(annotation, include_extras=True).items():
        alias, required, inner = key, annotation.__total__, hint
        while (origin := get_origin(inner)) in (Annotated, Required, NotRequired, ReadOnly):
            if origin is Annotated:
                for extra in get_args(inner)[1:]:
                    if isinstance(extra, PropertyInfo) and extra.alias:
                        alias = extra.alias
            elif origin is not ReadOnly:
                required = origin is Required
            inner = get_args(inner)[0]
        fields[alias] = _Field(inner, required)
    extra_items = getattr(annotation, "__extra_items__", None)
    return _Shape(fields, None if extra_items is NoExtraItems else extra_items)


def _union(value: Any, members: tuple[Any, ...], path: str, extra: bool) -> list[str]:
    if isinstance(value, Iterator):  # one read, several members
        value = list(value)
    fitting = [member for member in members if _fits(value, member)]
    if not fitting:
        names = " or ".join(dict.fromkeys(_name(member) for member in members))
        return [f"{path}: expected {names}, got {_shown(value)}"]
    return min((_value(value, member, path, extra) for member in fitting), key=len)


def _mapping(value: Mapping[Any, Any], values: Any, path: str, extra: bool) -> list[str]:
    problems = []
    for key, element in value.items():
        if not isinstance(key, str):
            problems.append(f"{_child(path, key)}: a key must be a string")
        problems += _value(element, values, _child(path, key), extra)
    return problems


def _fits(value: Any, annotation: Any) -> bool:
    """Is the outermost layer of the value right? Its contents are checked elsewhere."""
    annotation = _bare(annotation)
    origin = get_origin(annotation) or annotation
    if origin in (Union, types.UnionType):
        return any(_fits(value, member) for member in get_args(annotation))
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in get_args(annotation))
    if origin in (object, Any):
        return True
    if is_typeddict(annotation) or origin in (dict, Mapping):
        return isinstance(value, Mapping)
    if origin in _ARRAYS:
        return isinstance(value, (list, tuple)) or (
            origin is Iterable and isinstance(value, Iterator)
        )
    if origin in (None, type(None)):
        return value is None
    if origin is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if origin is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if origin in (bool, str):
        return isinstance(value, origin)
    raise TypeError(f"The checker does not know the annotation {annotation!r}.")


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Required, NotRequired, ReadOnly):
        annotation = get_args(annotation)[0]
    return annotation


def _json(value: Any, path: str) -> list[str]:
    """Where the types say `object`: anything, as long as it is JSON."""
    if isinstance(value, Mapping):
        return _mapping(value, object, path, extra=True)
    if isinstance(value, (list, tuple)):
        return [
            problem
            for index, element in enumerate(value)
            for problem in _json(element, f"{path}[{index}]")
        ]
    if isinstance(value, float) and not math.isfinite(value):
        return [f"{path}: {value!r} is not a JSON number"]
    if value is None or isinstance(value, (bool, int, float, str)):
        return []
    return [f"{path}: {_shown(value)} is not JSON"]


# --- filters ------------------------------------------------------------------


def check_filters(filters: object, path: str = "$") -> list[str]:
    """Hold the new API's filters against their grammar.

    A field takes a string, a number or a boolean, or an object of operators; `$in` and `$nin` take
    lists; nothing nests and there is no `$or`; the JSON stays under 2,048 bytes.
    """
    if not isinstance(filters, Mapping):
        return [f"{path}: expected an object, got {_shown(filters)}"]
    problems = []
    for field, condition in filters.items():
        where = _child(path, field)
        if not isinstance(field, str):
            problems.append(f"{where}: a key must be a string")
        elif field.startswith("$"):
            problems.append(f"{where}: an operator where a field is due")
        elif isinstance(condition, Mapping):
            problems += _operators(condition, where)
        else:
            problems += _scalar(condition, where)
    if not problems and (size := _size(filters)) >= FILTER_BYTES:
        problems.append(f"{path}: {size} bytes of JSON, must be under {FILTER_BYTES}")
    return problems


def _operators(condition: Mapping[Any, Any], path: str) -> list[str]:
    problems = [] if condition else [f"{path}: an object without an operator"]
    for operator, operand in condition.items():
        where = _child(path, operator)
        if operator not in OPERATORS:
            problems.append(f"{where}: unknown operator")
        elif operator not in LIST_OPERATORS:
            problems += _scalar(operand, where)
        elif isinstance(operand, (list, tuple)):
            for index, element in enumerate(operand):
                problems += _scalar(element, f"{where}[{index}]")
        else:
            problems.append(f"{where}: expected an array, got {_shown(operand)}")
    return problems


def _scalar(value: Any, path: str) -> list[str]:
    if not isinstance(value, (str, int, float)):
        return [f"{path}: expected a string, a number or a boolean, got {_shown(value)}"]
    return _json(value, path)


def _size(value: object) -> int:
    """The bytes of compact JSON; a lone surrogate counts as its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-8", "backslashreplace"))


# --- what no type says --------------------------------------------------------


def check_ranges(body: object) -> list[str]:
    """Hold a body against the bounds, lengths and counts of the new API.

    Values of a wrong type are left to `check`. `query` and `messages` exclude each other, one of
    them is there, and messages hold one of the user.
    """
    options = _at(body, "ai_search_options")
    problems = _question(body)
    for keys, low, high in (
        (("retrieval", "match_threshold"), 0, 1),
        (("retrieval", "max_num_results"), 1, 50),
        (("retrieval", "context_expansion"), 0, 3),
        (("reranking", "match_threshold"), 0, 1),
    ):
        problems += _between(_at(options, *keys), low, high, _path(keys))

    keys = ("retrieval", "boost_by")
    boosts = _array(_at(options, *keys))
    problems += _between(len(boosts), 0, 3, _path(keys), "entries")
    for index, boost in enumerate(boosts):
        field = _at(boost, "field")
        length = len(field) if isinstance(field, str) else 0
        problems += _between(length, 0, 64, f"{_path(keys)}[{index}].field", "characters")

    if (instances := _at(options, "instance_ids")) is not None:
        count = len(_array(instances))
        problems += _between(count, 1, 10, _path(("instance_ids",)), "entries")

    metadata = _at(options, "custom_metadata")
    if isinstance(metadata, Mapping):
        where = _path(("custom_metadata",))
        problems += _between(len(metadata), 0, 2, where, "entries")
        problems += [
            f"{_child(where, key)}: reserved"
            for key in metadata
            if key in RESERVED_METADATA or str(key).startswith("cf.")
        ]
    return problems


def _question(body: object) -> list[str]:
    query, messages = _at(body, "query"), _at(body, "messages")
    if query is None and messages is None:
        return ["$: neither query nor messages"]
    if query is not None and messages is not None:
        return ["$: both query and messages"]
    if messages is None or "user" in [_at(message, "role") for message in _array(messages)]:
        return []
    return ["$.messages: no message of the user"]


def _between(value: object, low: int, high: int, path: str, unit: str = "") -> list[str]:
    if not _fits(value, float) or low <= value <= high:  # type: ignore[operator]
        return []
    return [f"{path}: {value!r} {unit}".rstrip() + f" is not within {low} to {high}"]


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _array(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, Iterator)) else []


# --- words --------------------------------------------------------------------


def _path(keys: tuple[str, ...]) -> str:
    return ".".join(("$", "ai_search_options", *keys))


def _child(path: str, key: object) -> str:
    plain = isinstance(key, str) and key.isidentifier()
    return f"{path}.{key}" if plain else f"{path}[{key!r}]"


def _name(annotation: Any) -> str:
    annotation = _bare(annotation)
    origin = get_origin(annotation) or annotation
    if origin is Literal:
        return "one of " + ", ".join(map(repr, get_args(annotation)))
    if origin in _ARRAYS:
        return "an array"
    if is_typeddict(annotation) or origin in (dict, Mapping):
        return "an object"
    return _NAMES.get(origin, str(annotation))


def _shown(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text[:60]}{'…' if len(text) > 60 else ''}"
