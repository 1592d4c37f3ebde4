"""What a legacy URL or a call of the binding becomes, from the table."""

from __future__ import annotations

import re
from typing import Final

from autorag_migrate.mapping import (
    BINDING,
    BINDING_ERRORS,
    MARKER,
    ROUTE_PREFIXES,
    ROUTES,
    WORKER_NEEDS,
)

__all__ = ["BINDING_CALL", "URL", "replacement_of_binding", "replacement_of_url"]

_HEAD, _TAIL = MARKER.split("/")
URL: Final = re.compile(rf"(?:{_HEAD}/{_TAIL}|ag/{_TAIL}/)", re.IGNORECASE)
"""At a trace: it is the part of a legacy URL that every one has."""

BINDING_CALL: Final = re.compile(r"autorag\s*(?:<[^<>()]*>\s*)?\(", re.IGNORECASE)
_ERROR: Final = re.compile("|".join(BINDING_ERRORS))
_PATH = re.compile(
    r"""(?:autor)?ag/rags(?P<path>/(?:[$#]?\{[^{}\s]*\}|<\w+>|[^\s"'`?#<>|)\],;])*)?""",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\\{\w+\\}")
_ROUTES: Final = [
    (re.compile(_PLACEHOLDER.sub(r"[^/]+", re.escape(route.legacy))), route)
    for route in ROUTES
    if route.legacy
]


def replacement_of_url(text: str, start: int) -> str:
    """What the URL around a trace becomes, in the table's own placeholders and never its words."""
    found = _PATH.match(text, start)
    path = (found["path"] or "").rstrip("/.\\") if found else ""
    new = ROUTE_PREFIXES["namespaced"].replace("{namespace}", "default").partition("}")[2]
    for pattern, route in _ROUTES:
        if pattern.fullmatch(path):
            return f"{route.new_method} …{new}{route.new}"
    return f"…{new}, and the endpoint as MIGRATION.md has it"


def replacement_of_binding(text: str, start: int) -> str | None:
    """What a call of the binding, or one of its errors, becomes; None where a trace is neither."""
    error = _ERROR.match(text, start)
    if error is not None:
        return BINDING_ERRORS[error[0]]
    if text[start - 1 : start] not in {".", "?"} or not BINDING_CALL.match(text, start):
        return None
    rows = {row.what: row for row in BINDING}
    instance, answer = rows["instance"], rows["answer"]
    needs = f"wrangler {WORKER_NEEDS['wrangler']} or later"
    return f"{instance.new}, and {answer.legacy} {answer.new}; it needs {needs}"
