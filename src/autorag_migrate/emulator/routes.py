"""Which path is answered by what."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autorag_migrate.emulator import management
from autorag_migrate.emulator.replies import Incoming, Reply
from autorag_migrate.emulator.service import Asked, Service

__all__ = ["ROUTES", "Handler", "RouteRow"]

Handler = Callable[[Service, Incoming, Asked], Reply]


class RouteRow(NamedTuple):
    """A route.

    Attributes:
        method: In capitals.
        path: Below the account, with names in braces.
        api: ``legacy`` or ``new``.
        endpoint: Its name in the log.
        handler: Answers it.
    """

    method: str
    path: str
    api: str
    endpoint: str
    handler: Handler


def _legacy(operation: str) -> Handler:
    return lambda service, incoming, asked: service.ask_legacy(incoming, asked, operation)


def _new(operation: str) -> Handler:
    return lambda service, incoming, asked: service.ask_new(incoming, asked, operation)


def _managed(handler: Callable[[Service, Incoming], Reply]) -> Handler:
    return lambda service, incoming, _: handler(service, incoming)


_RAG = "/autorag/rags/{name}"
_NAMESPACE = "/ai-search/namespaces/{namespace}"
_BASES = (f"{_NAMESPACE}/instances", "/ai-search/instances")

ROUTES: tuple[RouteRow, ...] = (
    RouteRow("POST", f"{_RAG}/search", "legacy", "search", _legacy("search")),
    RouteRow("POST", f"{_RAG}/ai-search", "legacy", "ai-search", _legacy("answer")),
    RouteRow("PATCH", f"{_RAG}/sync", "legacy", "sync", _managed(management.legacy_sync)),
    RouteRow("GET", f"{_RAG}/files", "legacy", "files", _managed(management.legacy_files)),
    RouteRow("GET", f"{_RAG}/jobs", "legacy", "jobs", _managed(management.legacy_jobs)),
    RouteRow("GET", f"{_RAG}/jobs/{{job_id}}", "legacy", "job", _managed(management.legacy_job)),
    RouteRow(
        "GET", f"{_RAG}/jobs/{{job_id}}/logs", "legacy", "job-logs", _managed(management.job_logs)
    ),
    RouteRow("GET", "/autorag/rags", "legacy", "list", _managed(management.legacy_list)),
    RouteRow("POST", f"{_NAMESPACE}/search", "new", "search", _new("search")),
    RouteRow("POST", f"{_NAMESPACE}/chat/completions", "new", "chat", _new("answer")),
    *(
        row
        for base in _BASES
        for row in (
            RouteRow("POST", f"{base}/{{name}}/search", "new", "search", _new("search")),
            RouteRow("POST", f"{base}/{{name}}/chat/completions", "new", "chat", _new("answer")),
            RouteRow("GET", base, "new", "list", _managed(management.new_list)),
            RouteRow("POST", base, "new", "create", _managed(management.new_create)),
            RouteRow(
                "GET", f"{base}/{{name}}", "new", "instance", _managed(management.new_instance)
            ),
            RouteRow(
                "GET", f"{base}/{{name}}/stats", "new", "stats", _managed(management.new_stats)
            ),
            RouteRow(
                "GET", f"{base}/{{name}}/items", "new", "items", _managed(management.new_items)
            ),
            RouteRow(
                "POST", f"{base}/{{name}}/items", "new", "upload", _managed(management.new_upload)
            ),
            RouteRow(
                "GET",
                f"{base}/{{name}}/items/{{item_id}}",
                "new",
                "item",
                _managed(management.new_item),
            ),
            RouteRow(
                "DELETE",
                f"{base}/{{name}}/items/{{item_id}}",
                "new",
                "item-delete",
                _managed(management.new_item_delete),
            ),
            RouteRow("POST", f"{base}/{{name}}/jobs", "new", "sync", _managed(management.new_sync)),
            RouteRow("GET", f"{base}/{{name}}/jobs", "new", "jobs", _managed(management.new_jobs)),
            RouteRow(
                "GET",
                f"{base}/{{name}}/jobs/{{job_id}}",
                "new",
                "job",
                _managed(management.new_job),
            ),
            RouteRow(
                "PATCH",
                f"{base}/{{name}}/jobs/{{job_id}}",
                "new",
                "job-update",
                _managed(management.new_job_update),
            ),
            RouteRow(
                "GET",
                f"{base}/{{name}}/jobs/{{job_id}}/logs",
                "new",
                "job-logs",
                _managed(management.job_logs),
            ),
        )
    ),
)
