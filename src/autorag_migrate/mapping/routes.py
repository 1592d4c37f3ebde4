"""Routes of both APIs, and who may call them."""

from __future__ import annotations

from typing import Final, NamedTuple

from ._words import Certainty

__all__ = [
    "API_HOST",
    "BASE_URL",
    "INSTANCE_NAME",
    "MANAGEMENT_ABSENT",
    "MANAGEMENT_ADDITIONS",
    "MANAGEMENT_FIELDS",
    "MANAGEMENT_LISTS",
    "MANAGEMENT_OPTIONAL",
    "MARKER",
    "NEEDLES",
    "NEW_ROUTES",
    "ROUTES",
    "ROUTE_PREFIXES",
    "SCOPES",
    "SCOPE_HINT",
    "NewRoute",
    "Route",
]

API_HOST: Final = "api.cloudflare.com"
BASE_URL: Final = f"https://{API_HOST}/client/v4"


class Route(NamedTuple):
    """One legacy route and what it became.

    Paths are the part behind the prefix of `ROUTE_PREFIXES`; ``{job}`` is a placeholder that both
    sides share. `carried` is false where the answer's legacy shape is not public, so that the
    setting `instance_list` says what an adapter makes of it.
    """

    name: str
    does: str
    legacy_method: str
    legacy: str
    new_method: str
    new: str
    carried: bool
    sure: Certainty


ROUTE_PREFIXES: Final = {
    "legacy": "/accounts/{account}/autorag/rags",
    "namespaced": "/accounts/{account}/ai-search/namespaces/{namespace}/instances",
    "bare": "/accounts/{account}/ai-search/instances",
}

MARKER: Final = ROUTE_PREFIXES["legacy"].rpartition("}/")[2]
"""What every legacy URL holds: ``autorag/rags``."""

ROUTES: Final = (
    Route(
        "ai-search",
        "answer a question",
        "POST",
        "/{name}/ai-search",
        "POST",
        "/{name}/chat/completions",
        True,
        "H",
    ),
    Route("search", "search", "POST", "/{name}/search", "POST", "/{name}/search", True, "H"),
    Route("sync", "start a sync", "PATCH", "/{name}/sync", "POST", "/{name}/jobs", True, "H"),
    Route("files", "list the files", "GET", "/{name}/files", "GET", "/{name}/items", True, "H"),
    Route("jobs", "list the jobs", "GET", "/{name}/jobs", "GET", "/{name}/jobs", True, "H"),
    Route("job", "read a job", "GET", "/{name}/jobs/{job}", "GET", "/{name}/jobs/{job}", True, "H"),
    Route(
        "job-logs",
        "read a job's logs",
        "GET",
        "/{name}/jobs/{job}/logs",
        "GET",
        "/{name}/jobs/{job}/logs",
        True,
        "H",
    ),
    Route("list", "list the instances", "GET", "", "GET", "", False, "H"),
)


class NewRoute(NamedTuple):
    """A route that only the new API has, below ``/accounts/{account}/ai-search``."""

    does: str
    method: str
    path: str


NEW_ROUTES: Final = (
    NewRoute("search several instances", "POST", "/namespaces/{namespace}/search"),
    NewRoute("answer from several instances", "POST", "/namespaces/{namespace}/chat/completions"),
    NewRoute("create an instance", "POST", "/namespaces/{namespace}/instances"),
    NewRoute("counters of an instance", "GET", "/namespaces/{namespace}/instances/{name}/stats"),
    NewRoute("upload a file", "POST", "/namespaces/{namespace}/instances/{name}/items"),
    NewRoute("cancel a job", "PATCH", "/namespaces/{namespace}/instances/{name}/jobs/{job}"),
)

INSTANCE_NAME: Final = r"[a-z0-9_]+(?:-[a-z0-9_]+)*"
"""An instance's name, as a regular expression; up to 32 characters (legacy) or 64 (new)."""

MANAGEMENT_FIELDS: Final = {
    "sync": {"job_id": "id"},
    "files": {"key": "key", "error": "error"},
}
"""All that a row of a management answer holds on the legacy API, and its name on the new one."""

MANAGEMENT_ADDITIONS: Final = {"jobs": ("description",), "job": ("description",)}
"""What the rows of a management answer gained on the new API and are otherwise the same."""

MANAGEMENT_ABSENT: Final = {"list": {"vectorize_name": None}}
"""What the rows of a management answer held on the legacy API and are otherwise the same [?].

The Workers runtime's types know an instance by `id`, `enable`, `type`, `source`, `vectorize_name`,
`paused` and `status`; nothing public says what else the HTTP API told.
"""

MANAGEMENT_LISTS: Final = frozenset({"files", "jobs", "job-logs", "list"})
"""Management routes whose answer is a list of rows; that of the others is one row."""

MANAGEMENT_OPTIONAL: Final = {"files": ("error",)}
"""What each row of a legacy answer holds, if only null, and a row of the new one may not."""

NEEDLES: Final = (b"autorag", b"ag/rags/")
"""What a file must hold, in lower-cased bytes, to be able to matter to the codemods."""

SCOPES: Final = {
    "legacy": ("AutoRAG Read", "AutoRAG Edit"),
    "new": ("AI Search:Edit", "AI Search:Run"),
}
SCOPE_HINT: Final = (
    "the token may hold only the legacy scopes (AutoRAG Read/Edit): "
    "the new API asks for AI Search:Edit and AI Search:Run"
)
