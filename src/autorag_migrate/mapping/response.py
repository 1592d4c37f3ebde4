"""Answer fields."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from ._words import Certainty

__all__ = [
    "CHAT_CONSTANTS",
    "CHAT_KEYS",
    "CHAT_UNKNOWN",
    "CHUNK_KEYS",
    "CONTENT_PART_TEXT",
    "ENVELOPE",
    "RESPONSE_FIELDS",
    "RESULT_INFO",
    "RESULT_KEYS",
    "TIMESTAMP_MILLISECONDS_FROM",
    "TOOL_CALLS",
    "ResponseField",
]


class ResponseField(NamedTuple):
    """One path of a legacy answer and where its value stands in a new one.

    `search` and `chat` are the paths in the answers of the two endpoints; None where that answer
    has none; `adopted` is the path below a chunk that is read first under the policy ``adopt``.

    `conversion`: ``copy``; ``rows`` and ``single`` (a legacy row for each chunk, with one content);
    ``constant`` (`value`); ``milliseconds`` (by magnitude); the ``folder`` or the last part
    (``basename``) of the item's key; ``metadata``; ``question`` (absent in chat: the query is
    echoed); ``status`` (absent in chat: an HTTP status below 400).
    """

    legacy: str
    search: str | None
    chat: str | None
    conversion: Literal[
        "copy",
        "rows",
        "single",
        "constant",
        "milliseconds",
        "folder",
        "basename",
        "question",
        "status",
        "metadata",
    ]
    value: object = None
    adopted: str | None = None
    sure: Certainty = "H"


RESPONSE_FIELDS: Final = (
    ResponseField("$.success", "$.success", None, "status", True),
    ResponseField("$.result.object", None, None, "constant", "vector_store.search_results.page"),
    ResponseField("$.result.search_query", "$.result.search_query", None, "question"),
    ResponseField("$.result.response", None, "$.choices[0].message.content", "copy"),
    ResponseField("$.result.data[]", "$.result.chunks[]", "$.chunks[]", "rows", sure="M"),
    ResponseField("$.result.has_more", None, None, "constant", False),
    ResponseField("$.result.next_page", None, None, "constant", None),
    ResponseField(
        "$.result.data[].file_id", "$.result.chunks[].id", "$.chunks[].id", "copy", sure="M"
    ),
    ResponseField(
        "$.result.data[].filename", "$.result.chunks[].item.key", "$.chunks[].item.key", "copy"
    ),
    ResponseField(
        "$.result.data[].score",
        "$.result.chunks[].score",
        "$.chunks[].score",
        "copy",
        adopted="scoring_details.vector_score",
    ),
    ResponseField(
        "$.result.data[].attributes.modified_date",
        "$.result.chunks[].item.timestamp",
        "$.chunks[].item.timestamp",
        "milliseconds",
        sure="M",
    ),
    ResponseField(
        "$.result.data[].attributes.timestamp",
        "$.result.chunks[].item.timestamp",
        "$.chunks[].item.timestamp",
        "milliseconds",
        sure="M",
    ),
    ResponseField(
        "$.result.data[].attributes.folder",
        "$.result.chunks[].item.key",
        "$.chunks[].item.key",
        "folder",
        sure="?",
    ),
    ResponseField(
        "$.result.data[].attributes.filename",
        "$.result.chunks[].item.key",
        "$.chunks[].item.key",
        "basename",
    ),
    ResponseField(
        "$.result.data[].attributes.file",
        "$.result.chunks[].item.metadata",
        "$.chunks[].item.metadata",
        "metadata",
    ),
    ResponseField(
        "$.result.data[].content[]", "$.result.chunks[]", "$.chunks[]", "single", sure="M"
    ),
    ResponseField(
        "$.result.data[].content[].id", "$.result.chunks[].id", "$.chunks[].id", "copy", sure="M"
    ),
    ResponseField(
        "$.result.data[].content[].type", "$.result.chunks[].type", "$.chunks[].type", "copy"
    ),
    ResponseField(
        "$.result.data[].content[].text", "$.result.chunks[].text", "$.chunks[].text", "copy"
    ),
)

ENVELOPE: Final = {
    "success": "success",
    "result": "result",
    "errors": "errors",
    "messages": "messages",
    "code": "code",
    "message": "message",
    "path": "path",
}
"""The keys of Cloudflare's answer envelope, alike on both APIs; the new chat answer has none."""

CHAT_CONSTANTS: Final = {
    "$.object": "chat.completion",
    "$.choices[0].index": 0,
    "$.choices[0].message.role": "assistant",
    "$.choices[0].finish_reason": "stop",
}
"""What every plain chat answer holds and a legacy answer therefore need not say."""

CHAT_UNKNOWN: Final = {"$.id": "", "$.created": 0, "$.model": ""}
"""What a chat answer must hold and a stored legacy answer does not know."""

CHAT_KEYS: Final = (
    *("id", "object", "created", "model", "choices", "usage", "chunks"),
    *("system_fingerprint", "service_tier"),
)
RESULT_KEYS: Final = ("search_query", "query_kind", "chunks")
CHUNK_KEYS: Final = ("id", "type", "score", "text", "item", "scoring_details", "instance_id")
"""Keys of the new answers' objects: a chat answer, the result of a search, a chunk of either."""

CONTENT_PART_TEXT: Final = "text"
"""Where the text stands in a part, when a chat answer's content is a list of parts."""

RESULT_INFO: Final = "result_info"
"""Where the envelope of a listing says which page it is."""

TOOL_CALLS: Final = "$.choices[0].message.tool_calls"

TIMESTAMP_MILLISECONDS_FROM: Final = 10**11
"""An ``item.timestamp`` from this magnitude on is in milliseconds, a smaller one in seconds [M]."""
