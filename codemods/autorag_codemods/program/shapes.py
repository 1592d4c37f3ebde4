"""What the libraries' responses can be asked for; each library's rules name its own shape."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["HTTPX", "USUAL", "Shape"]


class Shape(NamedTuple):
    """The names of a response's attributes and methods, by what they are part of.

    Attributes:
        texts: Attributes that hold the undecoded text.
        readers: Methods that give it.
        parsed: Attributes and methods that give the decoded answer.
        decoding: Keywords of these methods that change nothing of it.
        lines: Methods that iterate over the lines.
        line_attributes: Attributes that are iterated over by line.
        raw: What gives the bytes otherwise.
        same: What is the same, whichever API was called.
        itself: Methods that give the response itself.
        status: The attribute that holds the number of the status.
        iterates: Whether iterating over the response gives lines.
        bounded: Whether a line that is longer than some bound raises.
        is_file: Whether ``json.load`` can read it.
    """

    texts: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()
    parsed: frozenset[str] = frozenset()
    decoding: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    line_attributes: frozenset[str] = frozenset()
    raw: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()
    itself: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    iterates: bool = False
    bounded: bool = False
    is_file: bool = False


USUAL = Shape(
    texts=frozenset({"text", "content"}),
    readers=frozenset({"read", "aread"}),
    parsed=frozenset({"json"}),
    lines=frozenset({"iter_lines", "aiter_lines"}),
    raw=frozenset(
        (
            *("raw", "iter_content", "iter_bytes", "iter_text", "iter_raw"),
            *("aiter_bytes", "aiter_text", "aiter_raw"),
        )
    ),
    same=frozenset(
        (
            *("ok", "reason", "reason_phrase", "headers", "elapsed", "encoding"),
            *("is_success", "is_error", "is_client_error", "is_server_error", "is_redirect"),
            *("raise_for_status", "close", "aclose", "cookies", "apparent_encoding", "is_closed"),
            *("http_version", "charset_encoding"),
        )
    ),
    status=frozenset({"status_code"}),
)
"""The response of requests."""

HTTPX = USUAL._replace(itself=frozenset({"raise_for_status"}))
