"""The client: legacy methods and legacy answers, typed, over the new API.

What a program names is here and imports fast. What does the work (`_calls`, `_failures`,
`_reading`, `_retry` without IO; `_send` with httpx) is imported when the first client is made.
"""

from ._client import AsyncAutoRAG, AutoRAG
from ._rag import AsyncRag, Rag
from ._stream import AnswerStream, AsyncAnswerStream

__all__ = ["AnswerStream", "AsyncAnswerStream", "AsyncAutoRAG", "AsyncRag", "AutoRAG", "Rag"]
