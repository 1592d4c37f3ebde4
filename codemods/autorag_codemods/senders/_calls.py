"""What the rules of all HTTP libraries share: arguments by name, a base URL, the sites."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from autorag_codemods.program import strings
from autorag_codemods.program.environment import join
from autorag_codemods.program.management import is_listing
from autorag_codemods.program.sites import Carry, Send, Site
from autorag_codemods.program.values import (
    Dict,
    Dumped,
    Hole,
    Made,
    Method,
    Piece,
    Symbol,
    Text,
    Unknown,
    Value,
    Values,
)
from autorag_migrate.mapping import REQUEST_FIELDS

from .urls import UrlMatch, match_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from autorag_codemods.program.run import Run

__all__ = [
    "DROP_INS",
    "Arguments",
    "Rules",
    "Sender",
    "Signature",
    "adapted",
    "arguments_of",
    "at_host",
    "canonical",
    "classify",
    "make_send",
    "sender_of",
    "with_base",
]

DROP_INS = "autorag_migrate.adapters"
_MOST_URLS = 8
_LEGACY_WORDS = {field.legacy.partition(".")[0] for field in REQUEST_FIELDS} - {
    "query",
    "model",
    "stream",
    "filters",
}


class Rules:
    """What most libraries have not."""

    has_heirs = False
    is_handed_in = False

    def annotated(self, _name: str) -> bool:
        """No class of it is met in annotations."""
        return False

    def carry(self, _run: Run, _callee: Value, _call: cst.Call) -> Carry | None:
        """Its requests are not built by themselves."""
        return None

    def received(self, _run: Run, _callee: Value, _call: cst.Call) -> Values | None:
        """The call that sends a request gives its response."""
        return None


class Arguments(NamedTuple):
    """Arguments of a call by parameter; `spread` where ``*`` or ``**`` adds others."""

    named: dict[str, cst.BaseExpression]
    spread: bool


class Signature(NamedTuple):
    """How a library's senders take a request.

    `allowed` are the parameters beside URL and payload that say nothing about either, `objects`
    those that take a payload as it is, `texts` those that take it as text.
    """

    positional: tuple[str, ...]
    allowed: frozenset[str]
    objects: tuple[str, ...] = ("json",)
    texts: tuple[str, ...] = ("data", "content")
    url: str = "url"


def arguments_of(node: cst.Call, positional: Sequence[str]) -> Arguments:
    """The arguments of a call by the names of the parameters."""
    named: dict[str, cst.BaseExpression] = {}
    names = iter(positional)
    spread = False
    for argument in node.args:
        if argument.star:
            spread = True
        elif argument.keyword is not None:
            named[argument.keyword.value] = argument.value
        else:
            name = next(names, None)
            if name is None or spread:
                spread = True
            else:
                named[name] = argument.value
    return Arguments(named, spread)


def canonical(name: str, library: str) -> tuple[str, bool]:
    """A name of the library, without its first part, and whether it is our drop-in's."""
    for prefix, done in ((f"{DROP_INS}.{library}.", True), (f"{library}.", False)):
        if name.startswith(prefix):
            return name.removeprefix(prefix), done
    return "", False


class Sender(NamedTuple):
    """Who sends: a function of a library, or a method of one of its clients, by its `name`."""

    name: str
    symbol: Symbol
    is_done: bool
    made: Made | None

    def known(self) -> dict[str, Any]:
        """What it says of a request that it sends."""
        is_seen = self.made is None or self.made.is_seen
        return {
            "symbol": self.symbol,
            "is_done": self.is_done,
            "bridgeable": is_seen and self.symbol.imported is not None,
        }


def sender_of(callee: Value, library: str) -> Sender | None:
    """The library's function, or the method of its client, that a callee is; None for neither."""
    match callee:
        case Symbol():
            name, is_done = canonical(callee.name, library)
            return Sender(name, callee, is_done, None) if name else None
        case Method(Made(symbol) as made, verb):
            name, is_done = canonical(symbol.name, library)
            return Sender(verb, symbol, is_done, made) if name else None
    return None


def adapted(run: Run, callee: Value, call: cst.Call, library: str) -> Made | None:
    """What ``adapt(client)`` of a library's drop-in gives; None for any other call."""
    if not isinstance(callee, Symbol) or callee.name != f"{DROP_INS}.{library}.adapt":
        return None
    for value in run.evaluate(call.args[0].value) if call.args else ():
        if isinstance(value, Made):
            name, _ = canonical(value.symbol.name, library)
            return replace(value, symbol=Symbol(f"{DROP_INS}.{library}.{name}", callee.imported))
    return Made(callee, call)


def make_send(
    run: Run,
    node: cst.Call,
    library: str,
    signature: Signature,
    method: str | None,
    **known: object,
) -> Send:
    """Read a sending call by its signature; `known` is what else the library's rules say."""
    given = arguments_of(node, signature.positional)
    url, values = given.named.get(signature.url), frozenset[Value]()
    if url is not None:
        values = run.evaluate(url)
    if "method" in given.named:
        method = strings.plain(run.evaluate(given.named["method"]))
    bodies = [name for name in (*signature.objects, *signature.texts) if name in given.named]
    body = given.named[bodies[0]] if bodies else None
    odd: tuple[str, str] | None = None
    params = False
    others = sorted(set(given.named) - signature.allowed - {signature.url, "method", *bodies})
    if given.spread:
        odd = ("AR112", "arguments are spread into the call")
    elif others == ["params"] and len(bodies) <= 1:
        params = True
    elif others:
        odd = ("AR112", f"the call takes {', '.join(others)} as well")
    elif len(bodies) > 1:
        odd = ("AR112", "the call has more than one body")
    return Send(
        call=node,
        library=library,
        method=method.upper() if method else None,
        url=url,
        url_values=values,
        body=body,
        body_values=run.evaluate(body) if body is not None else frozenset(),
        encoded=bool(bodies) and bodies[0] in signature.texts,
        odd=odd,
        params=params,
        **known,  # type: ignore[arg-type]  # the fields that are left
    )


def at_host(hosts: Values) -> Values:
    """The base URL of a connection to a host."""
    scheme = Piece("https://", None, 0, exact=False)
    return frozenset(Text((scheme, *strings.to_pieces(host, None))) for host in hosts)


def with_base(base: Values | None, url: Values) -> Values:
    """A relative URL below a client's base URL, as the library joins them."""
    if base is None:
        return url
    made: list[Value] = []
    for above, below in islice(product(base, url), _MOST_URLS + 1):
        pieces = strings.to_pieces(below, None)
        text = strings.flat(Text(pieces))
        if text.lower().startswith(("http://", "https://")):
            made.append(below)
            continue
        start = strings.stripped(Text(strings.to_pieces(above, None)), "/", right=True)
        rest = strings.stripped(Text(pieces), "/", left=True)
        slash = (Piece("/", None, 0, exact=False),) if rest.pieces else ()
        made.append(Text((*start.pieces, *slash, *rest.pieces)))
    return frozenset(made) if len(made) <= _MOST_URLS else frozenset({Unknown()})


def classify(run: Run, send: Send) -> Site | None:
    """The site of a send, None when it is certainly no legacy request."""
    key = (send.call, run.context)
    site = run.facts.sites.get(key)
    if site is not None and site.seen:
        send = send._replace(
            url_values=join(site.send.url_values, send.url_values),
            body_values=join(site.send.body_values, send.body_values),
        )
    matches = [match_url(_as_text(value)) for value in send.url_values]
    found = [match for match in matches if match is not None]
    certain = [match for match in found if match.certainty == "legacy"]
    if not certain and not _is_likely(found, send):
        return None
    if site is None:
        site = run.facts.sites[key] = Site(send, run.context, run.base)
    site.see(send)
    site.certainty = "legacy" if certain else "maybe"
    names = {match.route.name if match.route is not None else None for match in found}
    site.endpoint = names.pop() if len(names) == 1 and len(found) == len(matches) else None
    _block(site, found, all_known=len(found) == len(matches))
    return site


def _as_text(value: Value) -> Text:
    if isinstance(value, Text):
        return value
    return Text((Hole(None, hinted=strings.speaks_of_it(value)),))


def _is_likely(found: list[UrlMatch], send: Send) -> bool:
    """Whether what may be a legacy URL is taken for one: by a name in it, or by the payload."""
    if not found:
        return False
    if any(match.hinted for match in found):
        return True
    keys = {
        entry.key
        for value in send.body_values
        for inner in (value.value if isinstance(value, Dumped) else {value})
        if isinstance(inner, Dict)
        for entry in inner.made.entries.values()
    }
    return "query" in keys and bool(keys & _LEGACY_WORDS)


def _block(site: Site, found: list[UrlMatch], *, all_known: bool) -> None:
    send = site.send
    for match in found:
        if match.problem:
            site.block("AR136", match.problem, send.url)
    if site.certainty == "maybe" or any(match.foreign for match in found):
        site.block("AR119", "the base of its URL is not known here", send.url)
    if site.endpoint is None:
        how = (
            "it may be another service's URL"
            if not all_known
            else "its endpoint is decided at run time"
        )
        site.block("AR111", how, send.url)
    if send.params and not is_listing(site.endpoint):
        site.block("AR112", "the call takes params as well", send.call)
    if send.odd is not None:
        site.block(*send.odd, send.call)
