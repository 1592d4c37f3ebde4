"""The `cloudflare` SDK's raw calls: ``client.post("accounts/…", cast_to=…, body=…)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import libcst as cst

from autorag_codemods.program.values import Dict, Made, Method, Symbol, Value, one

from ._calls import (
    DROP_INS,
    Rules,
    Signature,
    adapted,
    arguments_of,
    canonical,
    make_send,
    sender_of,
    with_base,
)

if TYPE_CHECKING:
    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["CloudflareSdk"]

_LIBRARY = "cloudflare"
_CLIENTS = frozenset({"Cloudflare", "AsyncCloudflare", "Client", "AsyncClient"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete"})
_CALL = Signature(
    ("path",), frozenset({"cast_to", "options"}), objects=("body",), texts=("content",), url="path"
)
_OPTIONS = frozenset({"headers", "timeout", "max_retries", "idempotency_key", "follow_redirects"})
"""Options of a request that say nothing about its URL, its body or what becomes of the answer."""
_TEXTS = frozenset({"builtins.str", "builtins.bytes"})
_DICTS = frozenset({"builtins.dict", "typing.Dict", "typing.Mapping"})
_ANYTHING = frozenset({"builtins.object", "typing.Any"})
Gives = Literal["response", "answer", "text"]


class CloudflareSdk(Rules):
    """The rules of the SDK."""

    package = "cloudflare"

    def construct(self, run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A client, or one with other options."""
        made_by_us = adapted(run, callee, call, _LIBRARY)
        if made_by_us is not None:
            return made_by_us
        symbol, client, base = callee, call, None
        if isinstance(callee, Method):
            made = callee.owner
            if callee.name not in {"with_options", "copy"} or not isinstance(made, Made):
                return None
            symbol, base = made.symbol, made.base
            client = made.call or call
        if not isinstance(symbol, Symbol) or canonical(symbol.name, _LIBRARY)[0] not in _CLIENTS:
            return None
        given = arguments_of(call, ()).named
        if "base_url" in given:
            base = run.evaluate(given["base_url"])
        for value in run.evaluate(given["http_client"]) if "http_client" in given else ():
            if isinstance(value, Made) and canonical(value.symbol.name, "httpx")[1]:
                # The client sends through an adapter that somebody has put there.
                name, _ = canonical(symbol.name, _LIBRARY)
                symbol = Symbol(f"{DROP_INS}.{_LIBRARY}.{name}", symbol.imported)
        return Made(symbol, client, base)

    def annotated(self, name: str) -> bool:
        """Whether it is the name of a client's class."""
        return canonical(name, _LIBRARY)[0] in _CLIENTS

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A raw call of a client."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.made is None or sender.name not in _VERBS:
            return None
        send = make_send(run, call, _LIBRARY, _CALL, sender.name, **sender.known())
        given = arguments_of(call, _CALL.positional).named
        gives = _gives(run, given.get("cast_to"))
        odd = send.odd
        if gives is None:
            odd = odd or ("AR114", "what its answer is made is not understood (cast_to)")
        if not _is_plain(run, given.get("options")):
            odd = odd or ("AR112", "options of the request are not understood")
        return send._replace(
            url_values=with_base(sender.made.base, send.url_values),
            odd=odd,
            gives=gives or "anything",
        )


def _gives(run: Run, cast_to: cst.BaseExpression | None) -> Gives | None:
    """What the SDK makes of an answer; it takes no envelope off in a raw call."""
    if cast_to is None:
        return None
    if isinstance(cast_to, cst.Subscript):
        container = one(run.evaluate(cast_to.value))
        is_dict = isinstance(container, Symbol) and container.name in _DICTS
        *_, element = cast_to.slice
        inner = (
            one(run.evaluate(element.slice.value)) if isinstance(element.slice, cst.Index) else None
        )
        is_any = isinstance(inner, Symbol) and inner.name in _ANYTHING
        return "answer" if is_dict and is_any else None
    value = one(run.evaluate(cast_to))
    if not isinstance(value, Symbol):
        return None
    if value.name == "httpx.Response":
        return "response"
    if value.name in _TEXTS:
        return "text"
    return "answer" if value.name == "builtins.object" else None


def _is_plain(run: Run, options: cst.BaseExpression | None) -> bool:
    """Whether the options of a call change neither the request's body nor its answer."""
    if options is None:
        return True
    value = one(run.evaluate(options))
    if not isinstance(value, Dict) or value.made.dynamic or value.made.loose or value.made.spreads:
        return False
    return all(entry.key in _OPTIONS for entry in value.made.entries.values())
