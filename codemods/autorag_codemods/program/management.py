"""The answers of the routes that manage an instance, as far as the table knows their rows."""

from __future__ import annotations

from typing import Literal

from autorag_migrate.mapping import (
    ENVELOPE,
    MANAGEMENT_ADDITIONS,
    MANAGEMENT_FIELDS,
    MANAGEMENT_LISTS,
    MANAGEMENT_OPTIONAL,
    RESULT_INFO,
    ROUTES,
)

__all__ = ["is_listing", "is_managing", "is_optional", "kind_of_managed", "managed_path"]

_EACH = "[]"
_RESULT = ENVELOPE["result"]
_SAME = frozenset({*ENVELOPE.values(), RESULT_INFO}) - {_RESULT}
_ROUTES = {route.name: route for route in ROUTES if route.carried and route.legacy_method != "POST"}


def is_managing(endpoint: str | None) -> bool:
    """Whether it is a route that manages an instance, and whose answer is known."""
    return endpoint in _ROUTES


def is_listing(endpoint: str | None) -> bool:
    """Whether it is one that is asked by GET, so that its query string stays as it is."""
    return endpoint in _ROUTES and _ROUTES[endpoint].legacy_method == "GET"


def is_optional(endpoint: str, path: tuple[str, ...]) -> bool:
    """Whether the new answer may lack what every legacy row has."""
    return path[-1] in MANAGEMENT_OPTIONAL.get(endpoint, ()) and path[:-1] == _row(endpoint)


def _row(endpoint: str) -> tuple[str, ...]:
    """The path of a row of the answer."""
    return (_RESULT, _EACH) if endpoint in MANAGEMENT_LISTS else (_RESULT,)


def kind_of_managed(
    endpoint: str, path: tuple[str, ...]
) -> Literal["object", "list", "leaf", "wrong"]:
    """What stands at a path of the legacy answer; what is all the same on the new API is a leaf."""
    if not path:
        return "object"
    if path[0] != _RESULT:
        return "leaf" if path[0] in _SAME else "wrong"
    fields = MANAGEMENT_FIELDS.get(endpoint)
    additions = MANAGEMENT_ADDITIONS.get(endpoint, ())
    if fields is None and not additions:
        return "leaf"
    row = _row(endpoint)
    if len(path) < len(row):
        return "list"
    if len(path) == len(row):
        return "object"
    key = path[len(row)]
    return "leaf" if (key not in additions if fields is None else key in fields) else "wrong"


def managed_path(endpoint: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """Where the value of a legacy path stands in the new answer, None where it may be anywhere."""
    if kind_of_managed(endpoint, path) == "wrong":
        return None
    at = len(_row(endpoint))
    fields = MANAGEMENT_FIELDS.get(endpoint, {})
    if len(path) <= at or path[at] not in fields:
        return path
    return (*path[:at], fields[path[at]], *path[at + 1 :])
