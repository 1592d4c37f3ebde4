"""What the benchmarks translate: an answer of ten chunks, a full request, an event."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["CHAT", "EVENT", "EVENT_DATA", "REQUEST", "SEARCH", "TERSE_REQUEST"]

_TEXT = "Llamas can carry three drinks at most, and they rest at noon. " * 16

_CHUNKS = [
    {
        "id": f"chunk{number:03}",
        "type": "text",
        "score": 0.85 - number / 100,
        "text": _TEXT,
        "item": {
            "key": f"animals/llama/logistics-{number}.md",
            "timestamp": 1735689600000,
            "metadata": {"title": "Llama logistics", "context": "How llamas carry"},
        },
        "scoring_details": {"vector_score": 0.85 - number / 100},
    }
    for number in range(10)
]

CHAT = json.dumps(
    {
        "id": "chatcmpl-abc123",
        "object": "chat.completion",
        "created": 1771886959,
        "model": "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": _TEXT, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 6507, "completion_tokens": 137, "total_tokens": 6644},
        "chunks": _CHUNKS,
    }
).encode()

SEARCH = json.dumps(
    {"success": True, "result": {"search_query": "llamas", "query_kind": "text", "chunks": _CHUNKS}}
).encode()


def _request(comparisons: int, prompt: str) -> bytes:
    filters: list[dict[str, Any]] = [
        {"type": "gte", "key": "timestamp", "value": "1735689600000"},
        {"type": "lt", "key": "timestamp", "value": "1767225600000"},
        {"type": "eq", "key": "folder", "value": "animals/llama/"},
    ]
    filters += [
        {"type": "ne", "key": f"field_{number}", "value": f"value {number}"}
        for number in range(comparisons)
    ]
    body = {
        "query": "How many drinks can a llama carry?",
        "system_prompt": prompt,
        "model": "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "rewrite_query": False,
        "max_num_results": 10,
        "ranking_options": {"score_threshold": 0.3},
        "reranking": {"enabled": True, "model": "@cf/baai/bge-reranker-base"},
        "filters": {"type": "and", "filters": filters},
        "stream": False,
    }
    return json.dumps(body).encode()


REQUEST = _request(9, "Answer in one sentence, and say where it stands. " * 56)
"""4 kB with every field, twelve comparisons and a system prompt of 2.7 kB."""
TERSE_REQUEST = _request(0, "Answer in one sentence, and say where it stands. " * 66)
"""4 kB with every field, three comparisons, and nearly all of it one string."""

EVENT_DATA = (
    b'{"id":"id-1","created":1776072781,"model":"@cf/meta/llama-3.3-70b-instruct-fp8-fast",'
    b'"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" document"}}]}'
)
EVENT = b"data: " + EVENT_DATA + b"\n\n"
