"""Legacy URLs and their new ones, by `mapping.ROUTES`. Segments are kept as they are quoted."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from autorag_migrate.mapping import BASE_URL, ROUTE_PREFIXES, ROUTES, Route
from autorag_migrate.settings import Settings

__all__ = ["LegacyCall", "RouteTable"]

# A dot segment would be resolved away on the other side and reach another path.
_SEGMENT = r"(?!(?:\.|%2[eE]){1,2}(?:[/?#]|\Z))[^/?#]+"
_MARKER = ROUTE_PREFIXES["legacy"].rpartition("}")[2]


def _pattern(template: str) -> str:
    pieces = re.split(r"\{(\w+)\}", template)
    return "".join(
        f"(?P<{piece}>{_SEGMENT})" if index % 2 else re.escape(piece)
        for index, piece in enumerate(pieces)
    )


def _base(url: str) -> str:
    """A pattern for `url`: its host in any case, its port spelled out or not where it may be."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is not an http or https URL")
    default_port = 443 if parts.scheme == "https" else 80
    port = parts.port or default_port
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    spelled = rf"(?::{port})?" if port == default_port else f":{port}"
    path = re.escape(parts.path.rstrip("/"))
    return rf"(?i:{parts.scheme}://{re.escape(host)}){spelled}{path}"


_ANY_LEGACY = re.compile(_pattern(ROUTE_PREFIXES["legacy"]))


class LegacyCall(NamedTuple):
    """A legacy request line, understood.

    Attributes:
        route: Its row in the table.
        base: URL before ``/accounts``.
        names: The segments that the templates name, as quoted in the URL.
        query: The query string with its ``?``, or ``""``.
    """

    route: Route
    base: str
    names: dict[str, str]
    query: str

    def new_url(self, settings: Settings) -> str:
        """The URL of the same call on the new API, on the same host."""
        prefix = ROUTE_PREFIXES[settings.route]
        names = {**self.names, "namespace": quote(settings.namespace, safe="")}
        return self.base + (prefix + self.route.new).format(**names) + self.query


class RouteTable:
    """The legacy routes below some base URLs.

    Args:
        base_urls: What stands before ``/accounts``, with scheme and host; one or more.

    Raises:
        ValueError: A base URL has no scheme or host.
    """

    def __init__(self, *base_urls: str) -> None:
        base = "(?P<base>" + "|".join(dict.fromkeys(map(_base, base_urls or (BASE_URL,)))) + ")"
        tail = r"(?P<query>\?[^#]*)?(?:#.*)?\Z"
        self._legacy = [
            (route, re.compile(base + _pattern(ROUTE_PREFIXES["legacy"] + route.legacy) + tail))
            for route in ROUTES
        ]
        self._new = [
            (
                route,
                re.compile(
                    r"(?P<base>[^?#]*?)" + _pattern(ROUTE_PREFIXES[form] + route.new) + tail
                ),
            )
            for form in ("namespaced", "bare")
            for route in ROUTES
        ]

    def match(self, method: str, url: str) -> LegacyCall | None:
        """The legacy call that ``method url`` is, or None."""
        if _MARKER not in url:
            return None
        for route, pattern in self._legacy:
            found = pattern.match(url)
            if found is not None and method == route.legacy_method:
                names = found.groupdict()
                base, query = names.pop("base"), names.pop("query")
                return LegacyCall(route, base, names, query or "")
        return None

    def looks_legacy(self, url: str) -> bool:
        """Whether `url` speaks of the legacy API, on whatever host and route."""
        return _MARKER in url and _ANY_LEGACY.search(url) is not None

    def legacy_location(self, location: str, called: Route) -> str:
        """A redirect's target with a new path put back to its legacy one, else as it was.

        The client that follows a redirect sends its own, legacy, body again: to a new path that
        would be a half-migrated request. Where two legacy routes became one, it is the one that was
        `called`.
        """
        for route, pattern in sorted(self._new, key=lambda each: each[0] is not called):
            found = pattern.match(location)
            if found is not None:
                names = found.groupdict()
                base, query = names.pop("base"), names.pop("query")
                names.pop("namespace", None)
                return (
                    str(base)
                    + (ROUTE_PREFIXES["legacy"] + route.legacy).format(**names)
                    + (query or "")
                )
        return location
