"""Which route of the legacy API a URL with holes leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from autorag_codemods.program.schema import QUERIES
from autorag_codemods.program.strings import HOLE, MARKER, flat
from autorag_codemods.program.values import Hole, Text
from autorag_migrate.mapping import API_HOST, ROUTES, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MARKER", "UrlMatch", "match_url"]

_LEGACY = re.compile(
    rf"(?P<before>.*(?:^|[/{HOLE}])){re.escape(MARKER)}(?P<rest>[/?#{HOLE}].*|)", re.DOTALL
)
_HOST = re.compile(rf"https?://(?P<host>[^/?#{HOLE}]+)(?:[/?#]|$)", re.IGNORECASE)
_API = re.compile(
    rf"(?:https?://{re.escape(API_HOST)}(?::443)?/(?:client/v4/)?(?:accounts/[^/]+/)?)(?={HOLE})",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(rf"(?:^|.*[/{HOLE}])accounts/[^/]*/$|^/?$|.*{HOLE}/?$", re.DOTALL)
_PUT_TOGETHER = re.compile(rf"^(?:(?:https?|{HOLE})://(?={HOLE}))?{HOLE}+")
"""A base that is put together of its own parts: ``f"https://{url.host}{url.path}"``."""
_TAILS = {route.legacy.partition("}")[2]: route for route in ROUTES if route.name in QUERIES}


class UrlMatch(NamedTuple):
    """What a URL is.

    `certainty` is ``legacy`` where the route's marker stands in it, else ``maybe``. `route` is None
    where the endpoint is not known; `problem` says what is odd about it; `hinted` whether a name in
    it speaks of AutoRAG; `foreign` whether it leads to a known host that is not Cloudflare's.
    """

    certainty: Literal["legacy", "maybe"]
    route: Route | None
    problem: str = ""
    hinted: bool = False
    foreign: bool = False


def match_url(text: Text) -> UrlMatch | None:
    """The legacy route of a URL, None when it is certainly none."""
    url = flat(text)
    hints = [piece.hinted for piece in text.pieces if isinstance(piece, Hole)]
    hinted = any(hints)
    host = _HOST.match(url)
    foreign = host is not None and host["host"].lower().partition(":")[0] != API_HOST
    found = _LEGACY.fullmatch(url)
    if found is None:
        return _maybe(url, hinted=hinted, is_base=bool(hints) and hints[0])
    if not _ACCOUNT.match(found["before"]):
        return UrlMatch("legacy", None, "its path is none of the legacy API", hinted, foreign)
    route, problem = _route(found["rest"])
    return UrlMatch("legacy", route, problem, hinted, foreign)


def _route(rest: str) -> tuple[Route | None, str]:
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    if path in {"", "/"}:
        return next(route for route in ROUTES if not route.legacy), ""
    if not path.startswith("/"):
        return None, ""
    name, slash, tail = path[1:].partition("/")
    if not slash:
        return None, "" if HOLE in name else "its path is none of the legacy API"
    route = _below(slash + tail)
    if route is not None:
        return route, ""
    return None, "" if HOLE in tail else "its path is none of the legacy API"


def _below(tail: str) -> Route | None:
    """The route of what stands below an instance; `/jobs/` and a hole is one job."""
    for route in ROUTES:
        parts = re.split(r"\{\w+\}", route.legacy.partition("}")[2])
        if route.legacy and re.fullmatch("[^/]+".join(map(re.escape, parts)), tail):
            return route
    return None


def _maybe(url: str, *, hinted: bool, is_base: bool) -> UrlMatch | None:
    """A URL whose base, or path, is not known and whose end is that of a legacy route."""
    url = _API.sub("", url, count=1)
    if is_base:
        url = _PUT_TOGETHER.sub(HOLE, url)
    if not url.startswith(HOLE):
        return None
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    route = _TAILS.get(path[1:])
    for tail in _tails(path[1:]) if route is None and is_base else ():
        route = route or _below(tail)
    if route is not None:
        return UrlMatch("maybe", route, hinted=hinted)
    if hinted and set(path) <= {HOLE, "/"}:
        return UrlMatch("maybe", None, hinted=True)
    return None


def _tails(rest: str) -> Iterator[str]:
    """What may stand below an instance: the base may end in a slash, or before the name."""
    yield rest if rest.startswith("/") else f"/{rest}"
    if rest.count("/") > 1:
        yield rest[rest.index("/", 1) :]
