"""Everything around search: files, jobs, lists of instances, counters, uploads."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timezone
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

from autorag_migrate.emulator.documents import Document, Scalar, front_matter
from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError
from autorag_migrate.emulator.jobs import iso
from autorag_migrate.emulator.replies import Reply
from autorag_migrate.emulator.service import parse_object
from autorag_migrate.emulator.validation import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_migrate.emulator.replies import Incoming
    from autorag_migrate.emulator.retrieval import Instance
    from autorag_migrate.emulator.service import Service

__all__ = [
    "job_logs",
    "legacy_files",
    "legacy_job",
    "legacy_jobs",
    "legacy_list",
    "legacy_sync",
    "new_create",
    "new_instance",
    "new_item",
    "new_item_delete",
    "new_items",
    "new_job",
    "new_job_update",
    "new_jobs",
    "new_list",
    "new_stats",
    "new_sync",
    "new_upload",
]

_LEGACY_STATUSES = ("queued", "running", "completed", "error")
_NEW_STATUSES = (*_LEGACY_STATUSES, "skipped", "outdated")
_PER_PAGE = 20
_MOST_PER_PAGE = 50
_MOST_LOGS = 500
_NAME = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")
_LONGEST_NAME = 64
_LONGEST_FILENAME = 128


def _instance(service: Service, incoming: Incoming) -> Instance:
    namespace = incoming.parameters.get("namespace", "default")
    return service.find(incoming.parameters["name"], namespace)


def _result(result: object, **more: object) -> Reply:
    return Reply(body={"success": True, "result": result, **more})


def _page(rows: Sequence[object], incoming: Incoming, most: int = _MOST_PER_PAGE) -> Reply:
    # A query string is text: numbers in it are strings on both APIs.
    query = Reader(dict(incoming.query), legacy=True)
    page = query.integer("page", 1, 10**6) or 1
    per_page = query.integer("per_page", 1, most) or _PER_PAGE
    shown = list(rows[(page - 1) * per_page : page * per_page])
    info = {
        "count": len(shown),
        "page": page,
        "per_page": per_page,
        "total_count": len(rows),
        "total_pages": -(-len(rows) // per_page),
    }
    return _result(shown, result_info=info)


def _documents(
    service: Service, incoming: Incoming, statuses: tuple[str, ...]
) -> tuple[Instance, list[Document]]:
    instance = _instance(service, incoming)
    query = Reader(dict(incoming.query), legacy=True)
    status = query.choice("status", statuses)
    search = (query.text("search") or "").casefold()
    if status not in {None, "completed"}:
        return instance, []
    return instance, [each for each in instance.documents if search in each.key.casefold()]


def legacy_files(service: Service, incoming: Incoming) -> Reply:
    """``GET …/files``: keys, with what went wrong with them, which is nothing here."""
    _, documents = _documents(service, incoming, _LEGACY_STATUSES)
    return _page([{"key": each.key, "error": None} for each in documents], incoming)


def legacy_sync(service: Service, incoming: Incoming) -> Reply:
    """``PATCH …/sync``: the id of a job."""
    return _result({"job_id": service.sync(_instance(service, incoming))["id"]})


def _without_description(job: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in job.items() if key != "description"}


def legacy_jobs(service: Service, incoming: Incoming) -> Reply:
    """``GET …/jobs``."""
    jobs = service.jobs.all(_instance(service, incoming).name)
    return _page([_without_description(job) for job in jobs], incoming)


def legacy_job(service: Service, incoming: Incoming) -> Reply:
    """``GET …/jobs/{id}``."""
    name = _instance(service, incoming).name
    return _result(_without_description(service.jobs.find(name, incoming.parameters["job_id"])))


def job_logs(service: Service, incoming: Incoming) -> Reply:
    """``GET …/jobs/{id}/logs``, the same on both APIs."""
    name = _instance(service, incoming).name
    return _page(service.jobs.logs(name, incoming.parameters["job_id"]), incoming, most=_MOST_LOGS)


def _described(service: Service, name: str) -> dict[str, object]:
    return {
        "id": name,
        "type": "r2",
        "source": name,
        "status": "ready",
        "enable": True,
        "paused": name in service.settings.paused,
        "created_at": "2026-01-01T00:00:00Z",
        "modified_at": "2026-01-01T00:00:00Z",
    }


def _legacy_described(service: Service, name: str) -> dict[str, object]:
    # What the types of the Workers binding name; the HTTP API's own answer is not public.
    described = _described(service, name)
    told = {key: described[key] for key in ("id", "enable", "type", "source", "paused", "status")}
    return {**told, "vectorize_name": f"ai-search-{name}"}


def legacy_list(service: Service, incoming: Incoming) -> Reply:
    """``GET /autorag/rags``."""
    return _page([_legacy_described(service, name) for name in service.names("default")], incoming)


def _namespace(service: Service, incoming: Incoming) -> str:
    return service.namespace(incoming.parameters.get("namespace", "default"))


def _new_described(service: Service, namespace: str, name: str) -> dict[str, object]:
    indexes = service.settings.indexes
    return {
        **_described(service, name),
        "namespace": namespace,
        "index_method": {"vector": "vector" in indexes, "keyword": "keyword" in indexes},
        "max_num_results": service.settings.instance_max_num_results,
        "score_threshold": service.settings.instance_threshold,
        "reranking": service.settings.instance_reranking,
        "rewrite_query": service.settings.instance_rewriting,
        "fusion_method": service.settings.instance_fusion,
        "ai_search_model": service.settings.model,
    }


def new_list(service: Service, incoming: Incoming) -> Reply:
    """``GET …/instances``."""
    namespace = _namespace(service, incoming)
    names = service.names(namespace)
    return _page([_new_described(service, namespace, name) for name in names], incoming)


def new_instance(service: Service, incoming: Incoming) -> Reply:
    """``GET …/instances/{name}``; a paused one can be read too."""
    namespace = _namespace(service, incoming)
    name = incoming.parameters["name"]
    if name not in service.names(namespace):
        raise ApiError(7002, name)
    return _result(_new_described(service, namespace, name))


def new_create(service: Service, incoming: Incoming) -> Reply:
    """``POST …/instances``: an empty instance; its source is noted and not read."""
    namespace = _namespace(service, incoming)
    fields = Reader(parse_object(incoming.content))
    name = fields.text("id")
    if not name or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise fields.fault("id", "must be 1 to 64 small letters, digits, underscores and hyphens")
    kind = fields.choice("type", ("r2", "web-crawler"))
    source = fields.text("source")
    if name in service.instances:
        raise fields.fault("id", "is taken")
    if namespace != service.settings.namespace:
        raise ApiError(INVALID_INPUT, f"instances live in {service.settings.namespace} here")
    service.add_instance(name)
    return _result({**_new_described(service, namespace, name), "type": kind, "source": source})


def new_stats(service: Service, incoming: Incoming) -> Reply:
    """``GET …/stats``: counters of items by status."""
    instance = _instance(service, incoming)
    newest = max((each.timestamp_ms for each in instance.documents), default=0)
    counters: dict[str, object] = dict.fromkeys(_NEW_STATUSES, 0)
    counters["completed"] = len(instance.documents)
    return _result({**counters, "last_activity": _moment(newest)})


def _moment(milliseconds: int) -> str:
    return iso(datetime.fromtimestamp(milliseconds / 1000, timezone.utc))


def item_id_of(key: str) -> str:
    """The id of an item, which depends on its key only."""
    return hashlib.sha256(f"item:{key}".encode()).hexdigest()[:32]


def _item(service: Service, instance: Instance, document: Document) -> dict[str, object]:
    content = document.text.encode("utf-8", "replace")
    return {
        "id": item_id_of(document.key),
        "key": document.key,
        "status": "completed",
        "checksum": hashlib.sha256(content).hexdigest(),
        "chunks_count": sum(chunk.document is document for chunk in instance.chunks),
        "file_size": len(content),
        "created_at": _moment(document.timestamp_ms),
        "last_seen_at": _moment(document.timestamp_ms),
        "namespace": service.settings.namespace,
        "next_action": None,
        "source_id": None,
        "metadata": {
            **document.metadata,
            "folder": document.folder,
            "filename": document.filename,
            "timestamp": document.timestamp_ms,
        },
    }


def new_items(service: Service, incoming: Incoming) -> Reply:
    """``GET …/items``."""
    instance, documents = _documents(service, incoming, _NEW_STATUSES)
    return _page([_item(service, instance, each) for each in documents], incoming)


def _find_item(instance: Instance, item_id: str) -> Document:
    for document in instance.documents:
        if item_id_of(document.key) == item_id:
            return document
    raise ApiError(7041, item_id)


def new_item(service: Service, incoming: Incoming) -> Reply:
    """``GET …/items/{id}``."""
    instance = _instance(service, incoming)
    document = _find_item(instance, incoming.parameters["item_id"])
    return _result(_item(service, instance, document))


def new_item_delete(service: Service, incoming: Incoming) -> Reply:
    """``DELETE …/items/{id}``."""
    instance = _instance(service, incoming)
    gone = _find_item(instance, incoming.parameters["item_id"])
    instance.replace([each for each in instance.documents if each is not gone])
    return _result({"key": gone.key})


def new_upload(service: Service, incoming: Incoming) -> Reply:
    """``POST …/items``: multipart with ``file`` and perhaps ``metadata``; indexed at once."""
    instance = _instance(service, incoming)
    parts = _multipart(incoming)
    if "file" not in parts or not parts["file"][0]:
        raise ApiError(INVALID_INPUT, "file is required", path=("file",))
    filename, content = parts["file"]
    if len(filename) > _LONGEST_FILENAME:
        raise ApiError(INVALID_INPUT, "the file name is too long", path=("file",))
    metadata: dict[str, Scalar] = {}
    if "metadata" in parts:
        for name, value in parse_object(parts["metadata"][1]).items():
            if not isinstance(value, (str, int, float)):
                raise ApiError(INVALID_INPUT, "not a scalar", path=("metadata", name))
            metadata[name] = value
    found, text = front_matter(content.decode("utf-8-sig", "replace"))
    now = int(datetime.now(timezone.utc).timestamp() * 1000)
    document = Document(filename, text, now, {**found, **metadata})
    instance.replace([*(each for each in instance.documents if each.key != filename), document])
    return _result(_item(service, instance, document))


def _multipart(incoming: Incoming) -> dict[str, tuple[str, bytes]]:
    """File name and content by field."""
    content_type = incoming.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise ApiError(INVALID_INPUT, "multipart/form-data is required")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + incoming.content)
    parts: dict[str, tuple[str, bytes]] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = (part.get_filename() or "", content)
    return parts


def new_sync(service: Service, incoming: Incoming) -> Reply:
    """``POST …/jobs``: a whole job."""
    instance = _instance(service, incoming)
    fields = Reader(parse_object(incoming.content) if incoming.content.strip() else {})
    return _result(service.sync(instance, fields.text("description")))


def new_jobs(service: Service, incoming: Incoming) -> Reply:
    """``GET …/jobs``."""
    return _page(service.jobs.all(_instance(service, incoming).name), incoming)


def new_job(service: Service, incoming: Incoming) -> Reply:
    """``GET …/jobs/{id}``."""
    name = _instance(service, incoming).name
    return _result(service.jobs.find(name, incoming.parameters["job_id"]))


def new_job_update(service: Service, incoming: Incoming) -> Reply:
    """``PATCH …/jobs/{id}``: the one action is ``cancel``."""
    name = _instance(service, incoming).name
    fields = Reader(parse_object(incoming.content))
    if fields.choice("action", ("cancel",)) is None:
        raise fields.fault("action", "is required")
    return _result(service.jobs.cancel(name, incoming.parameters["job_id"]))
