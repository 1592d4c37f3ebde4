"""The words of the two streams."""

from __future__ import annotations

from typing import Final

__all__ = ["CHAT_FRAME", "CHAT_FRAME_OBJECT", "STREAM"]

STREAM: Final = {
    "content_type": "text/event-stream",
    "done": "[DONE]",
    "chunks_event": "chunks",
    "error_event": "error",
    "token": "response",
    "padding": "p",
    "tool_calls": "tool_calls",
}
"""Words of the streams: a legacy event is ``{token, padding}``, the new first is `chunks_event`."""

CHAT_FRAME: Final = {
    "object": "object",
    "choices": "choices",
    "delta": "delta",
    "content": "content",
    "tool_calls": "tool_calls",
    "finish_reason": "finish_reason",
    "usage": "usage",
    "chunks": "chunks",
    "index": "index",
    "role": "role",
    "logprobs": "logprobs",
}
"""The keys of a new stream's frames."""

CHAT_FRAME_OBJECT: Final = "chat.completion.chunk"
