"""Answers as AI Search writes them: search in an envelope, chat without one, streams of chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_migrate.emulator.answer import compose, fingerprint, tokens_of
from autorag_migrate.emulator.replies import Reply, event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_migrate.emulator.meaning import Meaning
    from autorag_migrate.emulator.retrieval import Hit
    from autorag_migrate.emulator.settings import Settings

__all__ = ["chunks_of_hits", "reply"]

_CREATED = 1_767_225_600
"""2026-01-01T00:00:00Z: the same answer on every run."""


def chunks_of_hits(
    hits: Sequence[Hit], settings: Settings, *, several: bool = False
) -> list[dict[str, object]]:
    """Chunks as both endpoints show them.

    Args:
        hits: What was found.
        settings: Say the unit of timestamps.
        several: Whether each chunk names its instance.
    """
    chunks: list[dict[str, object]] = []
    for hit in hits:
        document = hit.chunk.document
        seconds = settings.item_timestamps == "seconds"
        item: dict[str, object] = {
            "key": document.key,
            "timestamp": document.timestamp_ms // 1000 if seconds else document.timestamp_ms,
        }
        if document.metadata:
            item["metadata"] = dict(document.metadata)
        details = {
            "vector_score": hit.vector_score,
            "vector_rank": hit.vector_rank,
            "keyword_score": hit.keyword_score,
            "keyword_rank": hit.keyword_rank,
            "reranking_score": hit.reranking_score,
            "fusion_method": hit.fusion_method,
        }
        chunk: dict[str, object] = {
            "id": hit.chunk.id,
            "type": "text",
            "score": hit.score,
            "text": hit.text,
            "item": item,
            "scoring_details": {k: value for k, value in details.items() if value is not None},
        }
        if several:
            chunk["instance_id"] = hit.instance
        chunks.append(chunk)
    return chunks


def reply(
    meaning: Meaning,
    hits: Sequence[Hit],
    settings: Settings,
    *,
    errors: Sequence[dict[str, str]] = (),
    several: bool = False,
) -> Reply:
    """Write the answer to a search or a chat.

    Args:
        meaning: What was asked.
        hits: What was found, best first.
        settings: How streams look.
        errors: Instances that failed beside others that did not.
        several: Whether the path is that of a namespace.
    """
    chunks = chunks_of_hits(hits, settings, several=several)
    beside: dict[str, object] = {"errors": list(errors)} if errors else {}
    if meaning.operation == "search":
        result = {"search_query": meaning.query, "query_kind": "text", "chunks": chunks, **beside}
        return Reply(body={"success": True, "result": result})
    text = compose(meaning, hits)
    model = meaning.model or settings.model
    usage = _usage(meaning, hits, text)
    answer_id = fingerprint(meaning)
    if meaning.stream:
        return Reply(
            events=_events(
                chunks,
                text,
                stream_id=f"id-{answer_id}",
                model=model,
                usage=usage,
                settings=settings,
            )
        )
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return Reply(
        body={
            "id": f"chatcmpl-{answer_id}",
            "object": "chat.completion",
            "created": _CREATED,
            "model": model,
            "choices": [choice],
            "usage": usage,
            "chunks": chunks,
            **beside,
        }
    )


def _usage(meaning: Meaning, hits: Sequence[Hit], text: str) -> dict[str, int]:
    read = [meaning.query, meaning.system_prompt or "", *(hit.text for hit in hits)]
    prompt = sum(len(tokens_of(part)) for part in read)
    completion = len(tokens_of(text))
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _events(
    chunks: list[dict[str, object]],
    text: str,
    *,
    stream_id: str,
    model: str,
    usage: dict[str, int],
    settings: Settings,
) -> tuple[bytes, ...]:
    newline = settings.newline

    def frame(choices: list[dict[str, object]], **more: object) -> bytes:
        head = {"id": stream_id, "created": _CREATED, "model": model}
        data = {**head, "object": "chat.completion.chunk", "choices": choices, **more}
        return event(data, newline)

    def delta(content: dict[str, object], **more: object) -> bytes:
        return frame([{"index": 0, "delta": content, **more}])

    if settings.chunks_event == "named":
        events = [event(chunks, newline, "chunks")]
    else:
        events = [event({"chunks": chunks}, newline)]
    events.append(delta({"role": "assistant"}))
    events += [delta({"content": token}) for token in tokens_of(text)]
    events.append(delta({}, finish_reason="stop"))
    if settings.usage_frame:
        events.append(frame([], usage=usage))
    if settings.new_done:
        events.append(event("[DONE]", newline))
    return tuple(events)
