"""What an endpoint hands to the part that sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Incoming", "Reply", "as_json", "event"]


@dataclass(frozen=True)
class Incoming:
    """A request, read to its end.

    Attributes:
        method: In capitals.
        path: Without the query.
        parameters: Parts of the path by name.
        query: The query, one value for each name.
        headers: Lower-case names.
        content: The body, not encoded any more.
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Reply:
    """An answer: one body, or the events of a stream.

    Attributes:
        status: HTTP status.
        body: What is sent as JSON, unless there are events.
        events: Whole server-sent events, with their blank lines.
        headers: Beside the content type.
        raw: Sent as it is, in place of JSON.
        media_type: Of ``raw``.
    """

    status: int = 200
    body: object = None
    events: tuple[bytes, ...] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json"


def as_json(value: object) -> bytes:
    """Compact JSON in UTF-8; a lone surrogate is escaped, as it has no UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def event(data: object, newline: str, name: str | None = None) -> bytes:
    """One server-sent event.

    Args:
        data: JSON, or a string that is sent as it is.
        newline: Line end.
        name: The event's name.
    """
    lines = [f"event: {name}".encode()] if name else []
    lines.append(b"data: " + (data.encode() if isinstance(data, str) else as_json(data)))
    end = newline.encode()
    return end.join([*lines, b"", b""])
