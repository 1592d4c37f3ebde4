"""AI Search requests, read into a meaning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError
from autorag_migrate.emulator.filters import NEW_PREFIX_BYTES, read_new
from autorag_migrate.emulator.meaning import Boost, Meaning
from autorag_migrate.emulator.predicate import Predicate
from autorag_migrate.emulator.validation import Reader

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from autorag_migrate.emulator.settings import Settings
    from autorag_migrate.emulator.validation import Defects

__all__ = ["instances_of", "read"]

_OPTIONS = "ai_search_options"
_SEARCH_KEYS = ("query", "messages", _OPTIONS)
_ANSWER_KEYS = ("messages", "model", "stream", _OPTIONS)
_LEGACY_KEYS = frozenset(
    {
        "query",
        "rewrite_query",
        "max_num_results",
        "ranking_options",
        "reranking",
        "filters",
        "system_prompt",
    }
)
_GROUPS: dict[str, tuple[str, ...]] = {
    "retrieval": (
        "retrieval_type",
        "match_threshold",
        "max_num_results",
        "filters",
        "context_expansion",
        "fusion_method",
        "keyword_match_mode",
        "boost_by",
        "metadata_only",
        "return_on_failure",
    ),
    "query_rewrite": ("enabled", "model", "rewrite_prompt"),
    "reranking": ("enabled", "model", "match_threshold"),
    "cache": ("enabled", "cache_threshold"),
}
_CACHE_THRESHOLDS = ("super_strict_match", "close_enough", "flexible_friend", "anything_goes")
_DIRECTIONS = ("asc", "desc", "exists", "not_exists")
_ROLES = ("system", "developer", "user", "assistant", "tool")
_RERANKING_THRESHOLD = 0.4
_MOST_RESULTS = 50
_MOST_EXPANSION = 3
_MOST_BOOSTS = 3
_LONGEST_BOOST = 64
_MOST_INSTANCES = 10
_MOST_CUSTOM = 2
_RESERVED = frozenset({"ai-search", "task", "origin"})
_Turns = list[tuple[str, str]]


def instances_of(body: Mapping[str, object]) -> tuple[str, ...]:
    """Instances that a namespace-level request names.

    Raises:
        ApiError: 7074 for more than ten, malformed input for none.
    """
    options = Reader(body).child(_OPTIONS)
    names = options.items("instance_ids")
    if not names or not all(isinstance(name, str) for name in names):
        raise options.fault("instance_ids", "must be a list of names")
    if len(names) > _MOST_INSTANCES:
        path = (_OPTIONS, "instance_ids")
        raise ApiError(7074, f"{len(names)}, the limit is {_MOST_INSTANCES}", path=path)
    return tuple(dict.fromkeys(str(name) for name in names))


def read(
    body: Mapping[str, object],
    operation: str,
    instances: tuple[str, ...],
    settings: Settings,
    defects: Defects,
    *,
    fields: Container[str],
    several: bool = False,
) -> Meaning:
    """Read a request.

    Args:
        body: The parsed body.
        operation: ``search`` or ``answer``.
        instances: Those that are asked.
        settings: Defaults of the account.
        defects: Takes unknown keys and what else is dubious.
        fields: Metadata fields that can be filtered.
        several: Whether the path is that of a namespace, where ``instance_ids`` belongs.

    Raises:
        ApiError: For a request that is malformed, or refusable and the emulator strict.
    """
    answering = operation == "answer"
    request = Reader(body)
    _note_unknown(request, answering=answering, several=several, defects=defects)
    query, turns, system_prompt = _conversation(request, answering=answering, defects=defects)
    options = request.child(_OPTIONS)
    retrieval = options.child("retrieval")
    rewrite = options.child("query_rewrite")
    reranking = options.child("reranking")
    retrieval_type = (
        retrieval.choice("retrieval_type", ("vector", "keyword", "hybrid"))
        or settings.default_retrieval_type
    )
    _check_index(retrieval_type, settings)
    threshold = retrieval.share("match_threshold")
    filters = retrieval.get("filters")
    predicate = Predicate()
    if filters is not None:
        predicate = read_new(
            filters,
            (_OPTIONS, "retrieval", "filters"),
            fields=fields,
            unit=settings.filter_timestamps,
            defects=defects,
        )
    fusion = retrieval.choice("fusion_method", ("max", "rrf")) or settings.instance_fusion
    match_mode = (
        retrieval.choice("keyword_match_mode", ("and", "or")) or settings.instance_keyword_match
    )
    reranked = _either(reranking.flag("enabled"), default=settings.instance_reranking)
    reranking_model = reranking.text("model") or None
    cut = reranking.share("match_threshold")
    meaning = Meaning(
        operation=operation,
        instances=instances,
        query=query,
        filters=predicate,
        max_num_results=retrieval.integer("max_num_results", 1, _MOST_RESULTS)
        or settings.instance_max_num_results,
        threshold=settings.instance_threshold if threshold is None else threshold,
        retrieval_type=retrieval_type,
        reranking=reranked,
        reranking_model=reranking_model if reranked else None,
        reranking_threshold=(_RERANKING_THRESHOLD if cut is None else cut) if reranked else None,
        rewriting=_either(rewrite.flag("enabled"), default=settings.instance_rewriting)
        and (answering or "query" not in body),
        return_on_failure=_either(retrieval.flag("return_on_failure"), default=True),
        system_prompt=system_prompt if answering else None,
        model=(request.text("model") or None) if answering else None,
        stream=_either(request.flag("stream"), default=False) if answering else False,
        history=tuple(turns),
        fusion_method=fusion if retrieval_type == "hybrid" else None,
        keyword_match_mode=None if retrieval_type == "vector" else match_mode,
        context_expansion=retrieval.integer("context_expansion", 0, _MOST_EXPANSION) or 0,
        metadata_only=_either(retrieval.flag("metadata_only"), default=False),
        boost_by=_boosts(retrieval, fields),
        other=_other(options, rewrite),
        prefix_bytes=NEW_PREFIX_BYTES,
    )
    defects.settle()
    return meaning


def _either(value: bool | None, *, default: bool) -> bool:
    return default if value is None else value


def _note_unknown(request: Reader, *, answering: bool, several: bool, defects: Defects) -> None:
    for name in request.unknown(_ANSWER_KEYS if answering else _SEARCH_KEYS):
        kind = "legacy" if name in _LEGACY_KEYS else "unknown"
        defects.refuse(f"{kind} key {name}", name)
    options = request.child(_OPTIONS)
    extra = ("instance_ids",) if several else ()
    for name in options.unknown((*_GROUPS, "custom_metadata", *extra)):
        defects.refuse(f"unknown key {_OPTIONS}.{name}", _OPTIONS, name)
    for group, known in _GROUPS.items():
        for name in options.child(group).unknown(known):
            defects.refuse(f"unknown key {_OPTIONS}.{group}.{name}", _OPTIONS, group, name)


def _check_index(retrieval_type: str, settings: Settings) -> None:
    needed = {"vector", "keyword"} if retrieval_type == "hybrid" else {retrieval_type}
    if not needed <= set(settings.indexes):
        raise ApiError(
            7070,
            f"{retrieval_type} needs {' and '.join(sorted(needed))}",
            path=(_OPTIONS, "retrieval", "retrieval_type"),
        )


def _conversation(
    request: Reader, *, answering: bool, defects: Defects
) -> tuple[str, _Turns, str | None]:
    """The query, the earlier turns and the system prompt."""
    query = None if answering else request.text("query")
    messages = request.items("messages")
    if query is not None:
        if messages is not None:
            raise request.fault("query", "and messages must not both be given")
        if not query:
            raise request.fault("query", "must not be empty")
        return query, [], None
    if messages is None:
        if not answering:
            raise request.fault("query", "or messages is required")
        # A legacy body on the new path is told what is legacy about it first.
        defects.settle()
        raise request.fault("messages", "is required")
    if not messages:
        raise ApiError(7038, path=("messages",))
    turns = [_turn(message, number) for number, message in enumerate(messages)]
    system = [text for role, text in turns if role in {"system", "developer"} and text]
    rest = [turn for turn in turns if turn[0] not in {"system", "developer"}]
    asked = [number for number, (role, _) in enumerate(rest) if role == "user"]
    if not asked:
        raise ApiError(7039, path=("messages",))
    query = rest.pop(asked[-1])[1]
    if not query:
        raise ApiError(7039, "the last user message is empty", path=("messages",))
    return query, rest, "\n".join(system) or None


def _turn(message: object, number: int) -> tuple[str, str]:
    place = ("messages", str(number))
    if not isinstance(message, dict):
        raise ApiError(INVALID_INPUT, "a message must be an object", path=place)
    fields = Reader(message, place)
    role = fields.choice("role", _ROLES)
    if role is None:
        raise fields.fault("role", "is required")
    if "content" not in message:
        raise fields.fault("content", "is required")
    content = message["content"]
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return role, "\n".join(text for text in texts if isinstance(text, str))
    if content is None and role == "assistant":
        return role, ""
    if not isinstance(content, str):
        raise fields.fault("content", "must be a string or a list of parts")
    return role, content


def _boosts(retrieval: Reader, fields: Container[str]) -> tuple[Boost, ...]:
    entries = retrieval.items("boost_by") or []
    if len(entries) > _MOST_BOOSTS:
        raise retrieval.fault("boost_by", f"must have at most {_MOST_BOOSTS} entries")
    boosts: list[Boost] = []
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise retrieval.fault("boost_by", "must hold objects")
        fields_of_entry = Reader(entry, (*retrieval.path, "boost_by", str(number)))
        name = fields_of_entry.text("field")
        if not name or len(name) > _LONGEST_BOOST:
            raise fields_of_entry.fault("field", f"must have 1 to {_LONGEST_BOOST} characters")
        if name != "timestamp" and name not in fields:
            raise fields_of_entry.fault("field", "is no metadata of any document")
        boosts.append(Boost(name, fields_of_entry.choice("direction", _DIRECTIONS)))
    return tuple(boosts)


def _other(options: Reader, rewrite: Reader) -> tuple[tuple[str, str], ...]:
    """Options that have no effect here, checked all the same."""
    cache = options.child("cache")
    cache.flag("enabled")
    cache.choice("cache_threshold", _CACHE_THRESHOLDS)
    custom = options.child("custom_metadata")
    if len(custom.fields) > _MOST_CUSTOM:
        raise options.fault("custom_metadata", f"must have at most {_MOST_CUSTOM} entries")
    for name, value in custom.fields.items():
        if name in _RESERVED or name.startswith("cf."):
            raise custom.fault(name, "is a reserved name")
        if not isinstance(value, (str, int, float)):
            raise custom.fault(name, "must be a string, a number or a boolean")
    found: dict[str, object] = {
        "cache": cache.fields,
        "custom_metadata": custom.fields,
        "query_rewrite.model": rewrite.text("model"),
        "query_rewrite.rewrite_prompt": rewrite.text("rewrite_prompt"),
    }
    return tuple(
        (name, json.dumps(value, sort_keys=True)) for name, value in found.items() if value
    )
