"""Hypothesis strategies for both wire formats, and plain evaluators for both kinds of filters.

Everything here is stated by hand: what the package under test believes must not leak into what it
is tested with. A strategy whose name is a plural draws one such thing at a time, except where its
docstring says "lists".
"""

from __future__ import annotations

import json
import operator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Draw = Callable[[st.SearchStrategy[Any]], Any]

Endpoint = Literal["search", "ai-search"]

Json = Any
Body = dict[str, Any]

RERANKER = "@cf/baai/bge-reranker-base"
MODELS = ("", "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "openai/gpt-4o-mini")
TIMESTAMP_KEYS = ("timestamp", "modified_date")

COMPARISONS = ("eq", "ne", "gt", "gte", "lt", "lte")

# Filters and documents draw from the same few values, so that they meet.
FOLDERS = ("", "a/", "customer-a/", "customer-a//", "customer-a/z", "customer-a0", "llama/café/")
FILENAMES = ("index.md", "llama-logistics.md", "été.pdf", "a b.txt", "Index.md", "z")
WORDS = ("", "en", "de", "sports", "Sports", "sport", "2025", "true", "日本", "\u2028", "🦙")
YEARS = (-1, 0, 1999, 2024, 2025, 2026)
PRICES = (-1.5, 0, 0.5, 9.99, 10, 10.0, 1e9)
INSTANTS = (1_735_689_600_000, 1_735_689_601_000, 1_735_776_000_000, 1_700_000_000_123)

# What one custom key holds, in filters and (nearly always) in documents.
CUSTOM_KEYS: dict[str, Literal["word", "year", "price", "flag"]] = {
    "category": "word",
    "customer-id": "word",
    "année": "year",
    "year": "year",
    "price": "price",
    "public": "flag",
}
FILTER_KEYS = ("folder", "filename", *TIMESTAMP_KEYS, *CUSTOM_KEYS)

short_text = st.text(max_size=16)  # never more than 64 bytes of UTF-8
queries = st.one_of(
    st.sampled_from(("How do I train a llama?", "llamas", "¿qué?", "日本語", "a\nb", '{"q": 1}')),
    st.text(min_size=1, max_size=40),
)
instants = st.one_of(
    st.sampled_from(INSTANTS),
    st.builds(operator.add, st.sampled_from(INSTANTS), st.integers(-2000, 2000)),
    st.integers(100_000_000_000, 4_102_444_800_000),
)
scores = st.floats(0, 1)


def _some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    """Objects that hold any of these keys, or none."""
    return st.fixed_dictionaries({}, optional=optional)


# --- JSON --------------------------------------------------------------------


def json_values(*, max_leaves: int = 20) -> st.SearchStrategy[Json]:
    """Any JSON, with lone surrogates, integers beyond every machine word, and floats."""
    strings = st.one_of(
        st.text(max_size=20),
        st.text(st.characters(), max_size=10),
        st.sampled_from(("\ud800", "a\udfffb", "\udc00\ud800", "\u2028\u2029\x85", "\ufeff", "\0")),
    )
    numbers = st.one_of(
        st.integers(),
        st.sampled_from((2**53, 2**53 + 1, 2**63, -(2**64) - 1, 10**40, 10**400)),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from((-0.0, 1.0, 5e-324, 1.7976931348623157e308)),
    )
    return st.recursive(
        st.one_of(st.none(), st.booleans(), numbers, strings),
        lambda values: st.one_of(
            st.lists(values, max_size=5), st.dictionaries(strings, values, max_size=5)
        ),
        max_leaves=max_leaves,
    )


# --- filters -----------------------------------------------------------------


@st.composite
def _words(draw: Draw, long_strings: bool) -> str:
    """Strings of at most 64 bytes; or longer ones, of which many begin with the same 64."""
    if long_strings and draw(st.booleans()):
        head = draw(st.sampled_from(("x" * 64, "é" * 32, "x" + "é" * 31, "🦙" * 16, "x" * 63)))
        return head + draw(st.sampled_from(("", "a", "b", "é", "é" * 5, "日本")))
    return draw(st.one_of(st.sampled_from(WORDS), short_text))


def _values(key: str, *, long_strings: bool) -> st.SearchStrategy[Json]:
    """What a legacy caller compares this key with."""
    if key in TIMESTAMP_KEYS:
        digits = instants.map(str)
        return st.one_of(digits, digits, digits, instants, instants.map(float))
    if key == "folder":
        return st.one_of(st.sampled_from(FOLDERS), _words(long_strings))
    if key == "filename":
        return st.one_of(st.sampled_from(FILENAMES), _words(long_strings))
    return {
        "word": _words(long_strings),
        "year": st.sampled_from(YEARS) | st.integers(-10, 10),
        "price": st.sampled_from(PRICES)
        | st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda price: round(price, 2)),
        "flag": st.booleans(),
    }[CUSTOM_KEYS[key]]


@st.composite
def _comparisons(
    draw: Draw,
    long_strings: bool = False,
    keys: Sequence[str] = FILTER_KEYS,
    operators: Sequence[str] = COMPARISONS,
) -> Body:
    key = draw(st.sampled_from(keys))
    if CUSTOM_KEYS.get(key) == "flag":
        operators = [name for name in operators if name in ("eq", "ne")] or ["ne"]
    return {
        "type": draw(st.sampled_from(operators)),
        "key": key,
        "value": draw(_values(key, long_strings=long_strings)),
    }


@st.composite
def _ands(draw: Draw, long_strings: bool) -> Body:
    """Across keys, or several bounds on one key."""
    if draw(st.booleans()):
        comparisons = _comparisons(long_strings)
    else:
        key = draw(st.sampled_from(FILTER_KEYS))
        keys = TIMESTAMP_KEYS if key in TIMESTAMP_KEYS else (key,)
        comparisons = _comparisons(long_strings, keys)
    return {"type": "and", "filters": draw(st.lists(comparisons, min_size=1, max_size=4))}


@st.composite
def _ors(draw: Draw, long_strings: bool) -> Body:
    comparisons = _comparisons(long_strings, (draw(st.sampled_from(FILTER_KEYS)),), ("eq",))
    return {"type": "or", "filters": draw(st.lists(comparisons, min_size=1, max_size=5))}


def legacy_filters(
    *, contradictory: bool = True, nested_or: bool = False, long_strings: bool = False
) -> st.SearchStrategy[Body]:
    """Filters that the legacy service accepts: one comparison, `and`, or `or` of `eq` on one key.

    Args:
        contradictory: Also two different `eq` on one key under an `and`.
        nested_or: Also an `and` that holds one `or`, which callers send although it is refused.
        long_strings: Also strings of more than 64 bytes, which the two services compare
            differently.
    """
    kinds = [_comparisons(long_strings), _ands(long_strings), _ors(long_strings)]
    if nested_or:
        kinds.append(_ands_with_or(long_strings))
    filters = st.one_of(kinds)
    return filters if contradictory else filters.filter(lambda one: not contradicts(one))


@st.composite
def _ands_with_or(draw: Draw, long_strings: bool) -> Body:
    parts = draw(_ands(long_strings))["filters"]
    parts.insert(draw(st.integers(0, len(parts))), draw(_ors(long_strings)))
    return {"type": "and", "filters": parts}


@st.composite
def refused_legacy_filters(draw: Draw) -> Body:
    """An `or` that the legacy service refuses: other operators than `eq`, or several keys."""
    if draw(st.booleans()):
        wrong = _comparisons(operators=COMPARISONS[1:])
        right = st.lists(_comparisons(operators=("eq",)), max_size=2)
        parts = draw(st.permutations([draw(wrong), *draw(right)]))
    else:
        folder = draw(_comparisons(keys=("folder",), operators=("eq",)))
        other = draw(_comparisons(keys=("filename", "category", "year"), operators=("eq",)))
        parts = draw(st.permutations([folder, other]))
    return {"type": "or", "filters": parts}


@st.composite
def documents(draw: Draw, *, long_strings: bool = False) -> list[Body]:
    """Lists of what filters look at: `folder`, `filename`, `timestamp_ms` and custom metadata."""
    custom: dict[str, st.SearchStrategy[Any]] = {
        key: st.one_of(
            *[_values(key, long_strings=long_strings)] * 9,
            st.booleans(),
            st.integers(0, 3),
            short_text,
        )
        for key in CUSTOM_KEYS
    }
    document = st.fixed_dictionaries(
        {
            "folder": _values("folder", long_strings=long_strings),
            "filename": _values("filename", long_strings=long_strings),
            "timestamp_ms": instants,
        },
        optional=custom,
    )
    return draw(st.lists(document, min_size=1, max_size=8))


# --- what filters select -----------------------------------------------------

# A field that a document lacks equals nothing and is in no order: `ne`, `$ne` and `$nin` select the
# document, everything else does not. Values of different kinds (string, number, boolean) are
# treated in the same way.

_ABSENT = object()
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def legacy_selects(filter: Mapping[str, Any], document: Mapping[str, Any]) -> bool:  # noqa: A002
    """Does a legacy filter let this document through?

    Timestamps compare in whole seconds, both sides rounded down; `modified_date` is another name
    for `timestamp`; strings compare whole.
    """
    kind = filter["type"]
    if kind in ("and", "or"):
        results = [legacy_selects(part, document) for part in filter["filters"]]
        return all(results) if kind == "and" else any(results)
    key, wanted = filter["key"], filter["value"]
    if key in TIMESTAMP_KEYS:
        return _compare(kind, _seconds(document.get("timestamp_ms", _ABSENT)), _seconds(wanted))
    return _compare(kind, document.get(key, _ABSENT), wanted)


def new_selects(filters: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Do the new API's filters let this document through?

    `timestamp` is a number of whole seconds, and its only name; of strings the first 64 bytes of
    UTF-8 compare.
    """
    return all(_new_field(field, condition, document) for field, condition in filters.items())


def _new_field(field: str, condition: Any, document: Mapping[str, Any]) -> bool:
    if field == "timestamp":
        have = _seconds(document.get("timestamp_ms", _ABSENT))
    else:
        have = _head(document.get(field, _ABSENT))
    operands = condition if isinstance(condition, dict) else {"$eq": condition}
    for name, operand in operands.items():
        if name in ("$in", "$nin"):
            found = any(_compare("eq", have, _head(one)) for one in operand)
            selected = found is (name == "$in")
        else:
            selected = _compare(name.removeprefix("$"), have, _head(operand))
        if not selected:
            return False
    return True


def _compare(name: str, have: Any, wanted: Any) -> bool:
    alike = _sort(have) == _sort(wanted) != "absent"
    if name == "eq":
        return alike and have == wanted
    if name == "ne":
        return not (alike and have == wanted)
    return alike and _ORDERS[name](have, wanted)


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, (str, bytes)) else "absent"


def _seconds(milliseconds: Any) -> Any:
    """Whole seconds of what is a number or spells one; anything else is no timestamp."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float, str)):
        return _ABSENT
    try:
        return Fraction(milliseconds) // 1000
    except (ArithmeticError, ValueError):
        return _ABSENT


def _head(value: Any) -> Any:
    return value.encode("utf-8", "surrogatepass")[:64] if isinstance(value, str) else value


def contradicts(filter: Mapping[str, Any]) -> bool:  # noqa: A002
    """Does an `and` ask one key to equal two different things?"""
    if filter["type"] != "and":
        return False
    wanted: dict[str, Any] = {}
    for part in filter["filters"]:
        if part["type"] != "eq":
            continue
        key, value = part["key"], part["value"]
        if key in TIMESTAMP_KEYS:
            key, value = "timestamp", _seconds(value)
        if key in wanted and not _compare("eq", wanted[key], value):
            return True
        wanted[key] = value
    return False


# --- legacy requests ---------------------------------------------------------


def legacy_requests(
    endpoint: Endpoint, *, filters: st.SearchStrategy[Body] | None = None
) -> st.SearchStrategy[Body]:
    """Bodies by the legacy schema: every field but `query` optional, every range kept."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "rewrite_query": st.booleans(),
        "max_num_results": st.integers(1, 50),
        "ranking_options": _some(
            score_threshold=st.sampled_from((0, 1, 0.4)) | scores,
            ranker=st.sampled_from(("auto", "default-2024-11-15", "")),
        ),
        "reranking": _some(enabled=st.booleans(), model=st.sampled_from((RERANKER, ""))),
        "filters": legacy_filters() if filters is None else filters,
    }
    if endpoint == "ai-search":
        optional |= {
            "model": st.sampled_from(MODELS),
            "system_prompt": st.just("You are a helpful assistant.") | st.text(max_size=40),
            "stream": st.booleans(),
        }
    return st.fixed_dictionaries({"query": queries}, optional=optional)


_MESSY_FILTERS = st.one_of(
    _ands_with_or(long_strings=False),
    refused_legacy_filters(),
    st.sampled_from(
        (
            None,
            {},
            [],
            {"type": "and", "filters": []},
            {"type": "and", "filters": None},
            {"type": "eq", "key": "folder", "value": None},
            {"type": "eq", "key": "folder"},
            {"type": "gte", "key": "timestamp", "value": "2025-01-01T00:00:00Z"},
            {"type": "gte", "key": "timestamp", "value": 1735689600},
            {"folder": "customer-a/"},
        )
    ),
)

# Each changes a valid body into what callers send all the same.
_MESS: tuple[st.SearchStrategy[Body], ...] = (
    st.fixed_dictionaries(
        {},
        optional={
            "limit": st.integers(1, 100),
            "top_k": st.integers(1, 100),
            "topK": st.integers(1, 100),
            "temperature": st.floats(0, 2),
            "max_tokens": st.integers(1, 4096),
            "maxNumResults": st.integers(1, 50),
            "rewriteQuery": st.booleans(),
            "rankingOptions": st.just({"scoreThreshold": 0.4}),
            "systemPrompt": short_text,
            "metadata": json_values(max_leaves=5),
        },
    ).filter(bool),
    st.fixed_dictionaries({"max_num_results": st.integers(1, 50).map(str)}),
    st.fixed_dictionaries(
        {"max_num_results": st.sampled_from((None, 0, 51, 1000, -1, 10.0, 2.5, "", "ten", True))}
    ),
    st.fixed_dictionaries(
        {"ranking_options": st.fixed_dictionaries({"score_threshold": scores.map(str)})}
    ),
    st.fixed_dictionaries(
        {
            "ranking_options": st.sampled_from(
                (
                    None,
                    [],
                    {"scoreThreshold": 0.4},
                    {"score_threshold": None},
                    {"score_threshold": "0,4"},
                    {"score_threshold": 40},
                    {"score_threshold": -0.1},
                    {"ranker": None, "score_threshold": 0.4},
                    {"score_threshold": 0.4, "top_k": 5},
                )
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "reranking": st.sampled_from(
                (
                    None,
                    True,
                    {"enabled": "true"},
                    {"enabled": None},
                    {"enabled": True, "model": None},
                )
            )
        }
    ),
    st.fixed_dictionaries({"rewrite_query": st.sampled_from((None, "true", 1))}),
    st.fixed_dictionaries({"filters": _MESSY_FILTERS}),
    st.fixed_dictionaries({"model": st.none(), "system_prompt": st.none(), "stream": st.none()}),
)
_MESS_ON_SEARCH = (
    *_MESS,
    st.fixed_dictionaries({"system_prompt": st.just("You are a helpful assistant.")}),
    st.fixed_dictionaries({"model": st.sampled_from(MODELS), "stream": st.booleans()}),
)


@st.composite
def messy_legacy_requests(draw: Draw, endpoint: Endpoint) -> Body:
    """What callers really send: unknown keys, numbers as strings, nulls, camelCase, wrong ranges.

    The query is always there, and always a string.
    """
    mess = _MESS_ON_SEARCH if endpoint == "search" else _MESS
    body = dict(draw(legacy_requests(endpoint)))
    for change in draw(st.lists(st.sampled_from(mess), min_size=1, max_size=4)):
        body |= draw(change)
    return {key: body[key] for key in draw(st.permutations(sorted(body)))}


# --- answers -----------------------------------------------------------------

_IDENTIFIERS = st.one_of(
    st.sampled_from(("llama001", "chunk-001")), st.uuids().map(str), st.text(min_size=1, max_size=8)
)
_TEXTS = st.sampled_from(("Llamas can carry 3 drinks max.", "", "\u2028")) | st.text(max_size=60)
_OBJECT_KEYS = st.one_of(
    st.sampled_from(
        (
            "llama-logistics.md",
            "llama/logistics/llama-logistics.md",
            "a//b.md",
            "/leading.md",
            "été/日本 語.pdf",
            "https://example.com/docs/intro",
            "https://example.com/a?b=c/d#e",
        )
    ),
    st.lists(st.text("abé. -", min_size=1, max_size=5), min_size=1, max_size=4).map("/".join),
)
_METADATA = st.dictionaries(
    st.sampled_from(("title", "context", "description", *CUSTOM_KEYS)) | short_text,
    st.text(max_size=20) | json_values(max_leaves=3),
    max_size=4,
)


@st.composite
def legacy_rows(draw: Draw) -> Body:
    """One row of a legacy answer's `data`."""
    identifier, key, when = draw(_IDENTIFIERS), draw(_OBJECT_KEYS), draw(instants)
    folder, slash, filename = key.rpartition("/")
    names = draw(st.sampled_from((TIMESTAMP_KEYS, ("timestamp",), ("modified_date",))))
    attributes: Body = dict.fromkeys(names, when)
    attributes |= {"folder": folder + slash, "filename": filename}
    if draw(st.booleans()):
        attributes["file"] = draw(_METADATA)
    texts = draw(st.lists(_TEXTS, min_size=1, max_size=1) | st.lists(_TEXTS, max_size=3))
    return {
        "file_id": identifier,
        "filename": key,
        "score": draw(scores),
        "attributes": attributes,
        "content": [{"id": identifier, "type": "text", "text": text} for text in texts],
    }


@st.composite
def legacy_answers(draw: Draw, endpoint: Endpoint) -> Body:
    """A successful legacy answer; `response` stands on ai-search alone."""
    result: Body = {
        "object": "vector_store.search_results.page",
        "search_query": draw(queries),
    }
    if endpoint == "ai-search":
        result["response"] = draw(_TEXTS)
    result["data"] = draw(st.lists(legacy_rows(), max_size=4))
    result |= {"has_more": False, "next_page": None}
    return {"success": True, "result": result}


_RANKS = st.integers(1, 50)
_CHUNKS = st.fixed_dictionaries(
    {"id": _IDENTIFIERS, "type": st.just("text"), "score": scores, "text": _TEXTS},
    optional={
        "item": st.fixed_dictionaries(
            {"key": _OBJECT_KEYS},
            optional={
                "timestamp": st.one_of(
                    instants, instants, instants.map(lambda ms: ms // 1000), instants.map(float)
                ),
                "metadata": _METADATA,
            },
        ),
        "scoring_details": _some(
            vector_score=scores,
            vector_rank=_RANKS,
            keyword_score=st.floats(0, 30),
            keyword_rank=_RANKS,
            reranking_score=scores,
            fusion_method=st.sampled_from(("rrf", "max")),
        ),
    },
)


@st.composite
def chunks(draw: Draw, *, instance_id: bool = False) -> Body:
    """One chunk of a new answer: optional parts absent, timestamps in milliseconds or seconds."""
    chunk: Body = dict(draw(_CHUNKS))
    if instance_id:
        chunk["instance_id"] = draw(st.sampled_from(("docs", "blog")))
    return chunk


@st.composite
def new_search_answers(draw: Draw, *, several: bool = False) -> Body:
    """A successful answer of the new search; `several` makes it one of several instances."""
    result: Body = {}
    if draw(st.booleans()):
        result["search_query"] = draw(queries)
    result["query_kind"] = draw(st.sampled_from(("text", "text", "image", "multimodal")))
    result["chunks"] = draw(st.lists(chunks(instance_id=several), max_size=4))
    if several:
        result |= draw(_some(errors=_INSTANCE_ERRORS))
    return {"success": True, "result": result}


_INSTANCE_ERRORS = st.just([{"instance_id": "blog", "message": "ai_search_is_paused"}])
_USAGE = st.fixed_dictionaries(
    {
        "prompt_tokens": st.integers(0, 9999),
        "completion_tokens": st.integers(0, 9999),
        "total_tokens": st.integers(0, 9999),
    }
)
_SECONDS = st.integers(1_700_000_000, 1_900_000_000)


@st.composite
def new_chat_answers(draw: Draw, *, several: bool = False, content_parts: bool = False) -> Body:
    """A successful answer of the new chat, which has no envelope.

    Args:
        several: An answer of several instances.
        content_parts: The content may also be null or a list of typed parts.
    """
    content = _TEXTS
    if content_parts:
        part = st.fixed_dictionaries({"type": st.just("text"), "text": _TEXTS})
        content = st.one_of(_TEXTS, st.none(), st.lists(part, max_size=3))
    message = st.fixed_dictionaries(
        {"role": st.just("assistant"), "content": content}, optional={"refusal": st.none()}
    )
    choice = st.fixed_dictionaries(
        {"message": message},
        optional={
            "index": st.just(0),
            "logprobs": st.none(),
            "finish_reason": st.sampled_from(("stop", "length")),
        },
    )
    optional = {
        "id": _IDENTIFIERS,
        "object": st.just("chat.completion"),
        "created": _SECONDS,
        "model": st.sampled_from(MODELS),
        "usage": _USAGE,
    }
    if several:
        optional["errors"] = _INSTANCE_ERRORS
    return draw(
        st.fixed_dictionaries(
            {
                "choices": st.lists(choice, min_size=1, max_size=1),
                "chunks": st.lists(chunks(instance_id=several), max_size=4),
            },
            optional=optional,
        )
    )


# --- streams -----------------------------------------------------------------


class Stream(NamedTuple):
    """A stream of server-sent events and what a reader has to find in it."""

    events: list[bytes]
    """The events as they are written; joined they are the body."""
    text: str
    """All tokens, joined."""
    chunks: list[Body] | None
    """The sources; None when the stream has no such event."""
    done: bool
    """Does it end in `[DONE]`, or was it cut?"""


@st.composite
def sse_splits(draw: Draw, data: bytes) -> list[bytes]:
    """Lists of pieces, some of them empty, that join to these bytes."""
    whole, bytewise = range(0), range(1, len(data))
    anywhere = st.lists(st.integers(0, len(data)), max_size=20).map(sorted)
    cuts = [0, *draw(st.one_of(anywhere, st.sampled_from((whole, bytewise)))), len(data)]
    return [data[start:end] for start, end in pairwise(cuts)]


@st.composite
def _events(draw: Draw, data: str, *, plain: bool, name: str = "") -> bytes:
    """One event as it is written: its newlines, optional space, comment and identifier drawn."""
    newline, space = "\n", " "
    lines = [f"event:{space}{name}"] if name else []
    if not plain:
        newline = draw(st.sampled_from(("\n", "\r\n", "\r")))
        space = draw(st.sampled_from((" ", "")))
        noise = st.sampled_from((": ping", ":", "id: 7", "retry: 1000", "id", "unknown: x"))
        lines = draw(st.lists(noise, max_size=2)) + lines
    lines += [f"data:{space}{line}" for line in data.split("\n")]
    return "".join(line + newline for line in [*lines, ""]).encode()


def _dumps(draw: Draw, value: Json, *, plain: bool) -> str:
    if plain:
        return json.dumps(value, separators=(",", ":"))
    indent = draw(st.sampled_from((None, None, 1)))
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if is_unicode(text) and draw(st.booleans()):
        return text
    return json.dumps(value, indent=indent)


def is_unicode(text: str) -> bool:
    """Can this be written in UTF-8? Not when it holds a lone surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


_TOKENS = st.sampled_from(("The", " phrase", "\n", "日本", "🦙", "\u2028", "data: x", "[DONE]", ""))
_NO_EVENTS = (b": keep-alive\n\n", b":\r\n", b"event: ping\n\n", b"id: 3\n\n", b"\n")


@st.composite
def new_stream_events(draw: Draw, *, plain: bool = False) -> Stream:
    """A stream of the new chat.

    Args:
        plain: As documented: a `chunks` event, tokens, `[DONE]`. Without it also everything that a
            correct reader has to take, and a missing end.
    """
    frame = {
        "id": "id-1",
        "created": 1776072781,
        "model": "@cf/x",
        "object": "chat.completion.chunk",
    }
    events: list[bytes] = []

    def say(value: Json, name: str = "") -> None:
        events.append(draw(_events(_dumps(draw, value, plain=plain), plain=plain, name=name)))

    def delta(content: Body, **more: Json) -> Body:
        return {**frame, "choices": [{"index": 0, "delta": content, **more}]}

    style = "named" if plain else draw(st.sampled_from(("named", "named", "unnamed", "none")))
    sources = draw(st.lists(chunks(), max_size=3))
    if style == "named":
        say(sources, "chunks")
    elif style == "unnamed":
        say({"chunks": sources})

    if not plain and draw(st.booleans()):
        say(delta({"role": "assistant"} | draw(_some(content=st.sampled_from(("", None))))))
    tokens = draw(st.lists(_TOKENS | st.text(max_size=8), max_size=6))
    for token in tokens:
        say(delta({"content": token}))
    if not plain:
        closing = (
            delta({}, finish_reason="stop"),
            delta({"content": None}, finish_reason="length"),
            {**frame, "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        )
        for value in draw(st.lists(st.sampled_from(closing), max_size=2)):
            say(value)

    done = _finish(draw, events, plain=plain)
    return Stream(events, "".join(tokens), None if style == "none" else sources, done)


@st.composite
def legacy_stream_events(draw: Draw, *, plain: bool = False) -> Stream:
    """A stream of the legacy ai-search: tokens and padding, no sources.

    Args:
        plain: As documented. Without it tokens may also be numbers or null, the padding absent,
            the end missing, and the events written in every way a reader has to take.
    """
    tokens: st.SearchStrategy[Any] = _TOKENS | st.text(max_size=8)
    if not plain:
        tokens = tokens | st.integers(0, 99) | st.none()
    events: list[bytes] = []
    text = ""
    for token in draw(st.lists(tokens, max_size=6)):
        value: Body = {"response": token}
        if plain or draw(st.booleans()):
            value["p"] = draw(st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=36))
        if not plain:
            value |= draw(_some(tool_calls=st.just([])))
        events.append(draw(_events(_dumps(draw, value, plain=plain), plain=plain)))
        text += "" if token is None else str(token)
    done = _finish(draw, events, plain=plain)
    return Stream(events, text, None, done)


def _finish(draw: Draw, events: list[bytes], *, plain: bool) -> bool:
    """Add the end; and, unless plain, what is no event, a BOM, and an end without its newlines."""
    done = plain or draw(st.integers(0, 4)) > 0
    if not plain:
        for nothing in draw(st.lists(st.sampled_from(_NO_EVENTS), max_size=2)):
            events.insert(draw(st.integers(0, len(events))), nothing)
    if done:
        end = draw(_events("[DONE]", plain=plain))
        events.append(end if plain or draw(st.booleans()) else end.rstrip(b"\r\n"))
    if not plain and events and draw(st.booleans()):
        events[0] = b"\xef\xbb\xbf" + events[0]
    return done
