"""Bodies as recorders keep them: text, bytes, base64, compressed."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from typing import TYPE_CHECKING, NamedTuple

from .exchange import LeftError

if TYPE_CHECKING:
    from .document import Item

__all__ = ["Body", "header", "read_body"]

_GZIP = b"\x1f\x8b"
_BASE64 = "base64_string"


class Body(NamedTuple):
    """A body's text, the item that holds it and how it is kept there."""

    item: Item
    text: str
    kind: str
    compression: str

    def kept(self, text: str) -> tuple[str | bytes, int]:
        """Another text as this body is kept, and its length on the wire."""
        raw = text.encode("utf-8", "surrogatepass")
        if self.compression == "gzip":
            # Always the same bytes for the same text.
            raw = gzip.compress(raw, mtime=0)
        elif self.compression == "deflate":
            raw = zlib.compress(raw)
        if self.kind == "base64":
            return base64.b64encode(raw).decode(), len(raw)
        if self.kind == "bytes":
            return raw, len(raw)
        return text, len(raw)


def read_body(item: Item | None, headers: Item | None, *, base64_text: bool = False) -> Body | None:
    """A recorded body; None where nothing is recorded.

    Raises:
        LeftError: It cannot be read.
    """
    if item is None or item.value in (None, "", b""):
        return None
    value, kind = item.value, "text"
    if base64_text:
        try:
            value, kind = base64.b64decode(value, validate=True), "base64"
        except (ValueError, TypeError, binascii.Error):
            raise LeftError("a body is no base64") from None
    elif isinstance(value, bytes):
        kind = "bytes"
    if isinstance(value, str):
        # What was decompressed when it was recorded may still have the header.
        return Body(item, value, kind, "")
    if not isinstance(value, bytes):
        raise LeftError("a body is no text")
    raw, compression = _decompressed(value, _said(headers, "content-encoding"))
    try:
        return Body(item, raw.decode(), kind, compression)
    except UnicodeDecodeError:
        raise LeftError("a body is no text") from None


def _decompressed(raw: bytes, said: str) -> tuple[bytes, str]:
    try:
        if raw.startswith(_GZIP):
            return gzip.decompress(raw), "gzip"
        if said == "deflate" and not raw.lstrip().startswith((b"{", b"data:")):
            return zlib.decompress(raw), "deflate"
    except (OSError, EOFError, zlib.error):
        raise LeftError("a compressed body cannot be read") from None
    if said not in {"", "identity", "gzip", "deflate"} and not raw.isascii():
        raise LeftError(f"a body is compressed with {said}")
    return raw, ""


def header(headers: Item | None, name: str) -> Item | None:
    """The item that holds a header's only value."""
    inside = headers.value if headers is not None else None
    for key, item in inside.items() if isinstance(inside, dict) else ():
        if key.lower() == name:
            only = item.items[0] if len(item.items) == 1 else item
            return only if only.text is not None else None
    return None


def _said(headers: Item | None, name: str) -> str:
    item = header(headers, name)
    return (item.text or "").strip().lower() if item is not None else ""
