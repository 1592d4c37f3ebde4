"""urllib3: the function `request`, pool managers, and the pools of one host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_codemods.program.shapes import Shape
from autorag_codemods.program.values import Made, Symbol, Value

from ._calls import (
    Rules,
    Signature,
    adapted,
    arguments_of,
    at_host,
    canonical,
    make_send,
    sender_of,
    with_base,
)

if TYPE_CHECKING:
    import libcst as cst

    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["Urllib3"]

_LIBRARY = "urllib3"
_MANAGERS = frozenset({"PoolManager", "ProxyManager", "poolmanager.PoolManager"})
_POOLS = frozenset(
    {"HTTPSConnectionPool", "HTTPConnectionPool", "connectionpool.HTTPSConnectionPool"}
)
_ALLOWED = frozenset(
    (
        *("headers", "preload_content", "decode_content", "redirect", "retries", "timeout"),
        *("assert_same_host", "pool_timeout", "release_conn", "chunked"),
    )
)
_REQUEST = Signature(
    ("method", "url", "body", "fields", "headers", "json"), _ALLOWED, texts=("body",)
)
_URLOPEN = Signature(
    ("method", "url", "body", "headers", "retries"), _ALLOWED, objects=(), texts=("body",)
)
_SHAPE = Shape(
    texts=frozenset({"data"}),
    readers=frozenset({"read"}),
    parsed=frozenset({"json"}),
    raw=frozenset({"stream", "read_chunked", "readline", "readlines", "readinto", "read1"}),
    same=frozenset(
        (
            *("headers", "reason", "version", "info", "getheader", "getheaders"),
            *("release_conn", "drain_conn", "close", "closed", "isclosed"),
        )
    ),
    status=frozenset({"status"}),
    iterates=True,
    is_file=True,
)


class Urllib3(Rules):
    """The rules of urllib3."""

    package = "urllib3"

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A pool manager, or the pool of a host."""
        if not isinstance(callee, Symbol):
            return None
        name, _ = canonical(callee.name, _LIBRARY)
        if name in _MANAGERS:
            return Made(callee, call)
        if name == "connection_from_url":
            url = arguments_of(call, ("url",)).named.get("url")
            return Made(callee, call, None if url is None else run.evaluate(url))
        if name not in _POOLS:
            return adapted(run, callee, call, _LIBRARY)
        host = arguments_of(call, ("host",)).named.get("host")
        return Made(callee, call, None if host is None else at_host(run.evaluate(host)))

    def annotated(self, name: str) -> bool:
        """Whether it is the name of a pool manager's class."""
        return canonical(name, _LIBRARY)[0] in _MANAGERS

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """The function of the module, or a method of a pool manager or a pool."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.name not in {
            "request",
            "urlopen" if sender.made else "request",
        }:
            return None
        signature = _URLOPEN if sender.name == "urlopen" else _REQUEST
        send = make_send(run, call, _LIBRARY, signature, None, shape=_SHAPE, **sender.known())
        if sender.made is None:
            return send
        return send._replace(url_values=with_base(sender.made.base, send.url_values))
