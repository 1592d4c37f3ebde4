"""The translator: pure functions over plain dicts and bytes, on the standard library alone."""

from ._base import STANDARD_CODEC, Codec, Translation
from .error import envelope, error_to_legacy, error_to_new, is_error
from .exchange import STALE_HEADERS, Bridge, Exchange
from .filters import filters_to_new
from .management import management_to_legacy
from .request import ENDPOINTS, Endpoint, request_to_new
from .response import chunk_to_row, is_legacy_answer, response_to_legacy
from .route import LegacyCall, RouteTable
from .sse import Event, EventReader
from .stored import response_to_new
from .stream import StreamToLegacy, StreamToNew

__all__ = [
    "ENDPOINTS",
    "STALE_HEADERS",
    "STANDARD_CODEC",
    "Bridge",
    "Codec",
    "Endpoint",
    "Event",
    "EventReader",
    "Exchange",
    "LegacyCall",
    "RouteTable",
    "StreamToLegacy",
    "StreamToNew",
    "Translation",
    "chunk_to_row",
    "envelope",
    "error_to_legacy",
    "error_to_new",
    "filters_to_new",
    "is_error",
    "is_legacy_answer",
    "management_to_legacy",
    "request_to_new",
    "response_to_legacy",
    "response_to_new",
]
