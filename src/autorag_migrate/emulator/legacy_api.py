"""Searching and answering as AutoRAG does: its requests read, its answers written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_migrate.emulator.answer import compose, padding, tokens_of
from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError
from autorag_migrate.emulator.filters import read_legacy
from autorag_migrate.emulator.meaning import Meaning
from autorag_migrate.emulator.predicate import Predicate
from autorag_migrate.emulator.replies import Reply, event
from autorag_migrate.emulator.validation import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autorag_migrate.emulator.retrieval import Hit
    from autorag_migrate.emulator.settings import Settings
    from autorag_migrate.emulator.validation import Defects

__all__ = ["RERANKERS", "read", "reply", "rows_of"]

RERANKERS = ("", "@cf/baai/bge-reranker-base")
"""Reranking models that exist; the empty one is the instance's."""

_SEARCH_KEYS = frozenset(
    {"query", "rewrite_query", "max_num_results", "ranking_options", "reranking", "filters"}
)
_ANSWER_KEYS = _SEARCH_KEYS | {"model", "system_prompt", "stream"}
_MOST_RESULTS = 50
_DEFAULT_RESULTS = 10


def read(
    body: Mapping[str, object], operation: str, instance: str, settings: Settings, defects: Defects
) -> Meaning:
    """Read a request.

    Args:
        body: The parsed body.
        operation: ``search`` or ``answer``.
        instance: The instance that the path names.
        settings: Defaults of the account.
        defects: Takes what is dubious; nothing is refused that the service bears.

    Raises:
        ApiError: For a request that is malformed.
    """
    answering = operation == "answer"
    fields = Reader(body, legacy=True)
    for name in fields.unknown(_ANSWER_KEYS if answering else _SEARCH_KEYS):
        defects.note(f"unknown key {name}")
    query = fields.text("query")
    if not query:
        raise ApiError(INVALID_INPUT, "query is required", path=("query",))
    ranking = fields.child("ranking_options")
    for name in ranking.unknown(("score_threshold", "ranker")):
        defects.note(f"unknown key ranking_options.{name}")
    threshold = ranking.share("score_threshold")
    ranking.text("ranker")
    reranking = fields.child("reranking")
    for name in reranking.unknown(("enabled", "model")):
        defects.note(f"unknown key reranking.{name}")
    reranker = reranking.text("model")
    if reranker is not None and reranker not in RERANKERS:
        raise ApiError(7010, "no such reranking model", path=("reranking", "model"))
    reranked = bool(reranking.flag("enabled"))
    filters = fields.get("filters")
    return Meaning(
        operation=operation,
        instances=(instance,),
        query=query,
        filters=Predicate()
        if filters is None
        else read_legacy(filters, ("filters",), allow_nested_or=settings.legacy_allows_nested_or),
        max_num_results=fields.integer("max_num_results", 1, _MOST_RESULTS) or _DEFAULT_RESULTS,
        threshold=settings.default_legacy_threshold if threshold is None else threshold,
        retrieval_type="vector",
        reranking=reranked,
        reranking_model=(reranker or None) if reranked else None,
        reranking_threshold=0.0 if reranked else None,
        rewriting=bool(fields.flag("rewrite_query")),
        return_on_failure=False,
        system_prompt=(fields.text("system_prompt") or None) if answering else None,
        model=(fields.text("model") or None) if answering else None,
        stream=bool(fields.flag("stream")) if answering else False,
    )


def rows_of(hits: Sequence[Hit]) -> list[dict[str, object]]:
    """Chunks as rows of ``result.data``."""
    rows: list[dict[str, object]] = []
    for hit in hits:
        document = hit.chunk.document
        attributes: dict[str, object] = {
            "modified_date": document.timestamp_ms,
            "timestamp": document.timestamp_ms,
            "folder": document.folder,
            "filename": document.filename,
            "file": dict(document.metadata),
        }
        rows.append(
            {
                "file_id": hit.chunk.id,
                "filename": document.key,
                "score": hit.score,
                "attributes": attributes,
                "content": [{"id": hit.chunk.id, "type": "text", "text": hit.text}],
            }
        )
    return rows


def reply(meaning: Meaning, hits: Sequence[Hit], settings: Settings) -> Reply:
    """Write the answer: a page of rows, with a text or as a stream where one was asked for."""
    result: dict[str, object] = {
        "object": "vector_store.search_results.page",
        "search_query": meaning.query,
    }
    if meaning.operation == "answer":
        text = compose(meaning, hits)
        if meaning.stream:
            return Reply(events=_events(text, settings))
        result["response"] = text
    result |= {"data": rows_of(hits), "has_more": False, "next_page": None}
    return Reply(body={"success": True, "result": result})


def _events(text: str, settings: Settings) -> tuple[bytes, ...]:
    newline = settings.newline
    events = [
        event({"response": token, "p": padding(number, token)}, newline)
        for number, token in enumerate(tokens_of(text))
    ]
    if settings.legacy_done:
        events.append(event("[DONE]", newline))
    return tuple(events)
