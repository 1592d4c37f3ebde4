"""What can be asked of a library's response object, and what of it is part of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import UNKNOWN, Body, Method, Response, Unknown, Values

if TYPE_CHECKING:
    import libcst as cst

    from .run import Run
    from .sites import Site

__all__ = ["LINE_READERS", "attribute_of_response"]

_TEXT = frozenset({"text", "content"})
LINE_READERS = frozenset({"iter_lines", "aiter_lines"})
_RAW_READERS = frozenset(
    {
        *("raw", "iter_content", "iter_bytes", "iter_text", "iter_raw"),
        *("aiter_bytes", "aiter_text", "aiter_raw"),
    }
)
_CALLED = frozenset({"json", "read", "aread", *LINE_READERS})
_SAME = frozenset(
    {
        *("status_code", "ok", "reason", "reason_phrase", "headers", "elapsed", "encoding"),
        *("is_success", "is_error", "is_client_error", "is_server_error", "is_redirect"),
        *("raise_for_status", "close", "aclose", "cookies", "apparent_encoding", "is_closed"),
        *("http_version", "charset_encoding"),
    }
)
"""What is the same, whichever API was called."""


def attribute_of_response(
    run: Run, node: cst.Attribute, value: Response, site: Site, name: str
) -> Values:
    """An attribute of the response of a site."""
    if name in _TEXT:
        return frozenset({Body(site)})
    if name in _CALLED:
        return frozenset({Method(value, name)})
    if name in _SAME:
        return frozenset({Unknown(kind="int" if name == "status_code" else "")})
    if name in _RAW_READERS:
        site.block("AR115", f"the stream is read by {name}", node)
    elif not run.has_failed(site):
        site.block("AR114", f"the response is asked for its {name}", node)
    return UNKNOWN
