"""The emulated account: its instances, who may ask, and what it answers to a question."""

from __future__ import annotations

import hmac
import json
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autorag_migrate.emulator import legacy_api, new_api, new_request
from autorag_migrate.emulator.documents import Source, load
from autorag_migrate.emulator.errors import INVALID_INPUT, ApiError, envelope_of
from autorag_migrate.emulator.faults import Fault, Faults
from autorag_migrate.emulator.jobs import Jobs
from autorag_migrate.emulator.retrieval import Hit, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autorag_migrate.emulator.log import LogEntry
    from autorag_migrate.emulator.meaning import Meaning
    from autorag_migrate.emulator.replies import Incoming, Reply
    from autorag_migrate.emulator.settings import Settings
    from autorag_migrate.emulator.validation import Defects

__all__ = ["Asked", "Service", "parse_object"]

_LEGACY_NAMESPACE = "default"


@dataclass
class Asked:
    """What is learned about a request while it is answered.

    Attributes:
        api: ``legacy``, ``new`` or ``other``.
        defects: What is wrong with it.
        fault: What shall go wrong with it.
        meaning: What it asks for, once it has been read.
    """

    api: str
    defects: Defects
    fault: Fault
    meaning: Meaning | None = None


class Service:
    """Everything that lives longer than a request.

    Args:
        documents: What the first instance holds.
        settings: Everything else.
        instances: More instances by name.
    """

    def __init__(
        self,
        documents: Source,
        settings: Settings,
        instances: Mapping[str, Source] | None = None,
    ) -> None:
        self.settings = settings
        self.faults = Faults()
        self.jobs = Jobs()
        self.log: list[LogEntry] = []
        self.instances: dict[str, Instance] = {}
        self._lock = threading.Lock()
        self._requests = 0
        self._questions = 0
        for name, source in {settings.instance: documents, **(instances or {})}.items():
            self.add_instance(name, source)

    def add_instance(self, name: str, source: Source = ()) -> Instance:
        """Add an instance, or replace the one of this name."""
        instance = Instance(name, load(source), self.settings.chunk_size)
        self.instances[name] = instance
        return instance

    def admit(self, incoming: Incoming, api: str) -> None:
        """Check who asks, and how often.

        Raises:
            ApiError: 10000 for a stranger, 2003 past the rate limit.
        """
        self._authenticate(incoming.headers, api)
        account = incoming.parameters.get("account_id", self.settings.account_id)
        if account != self.settings.account_id:
            raise ApiError(10000, "not your account", status=403)
        limit = self.settings.rate_limit
        with self._lock:
            self._requests += 1
            if limit is not None and self._requests > limit:
                raise ApiError(2003, retry_after=1)

    def _authenticate(self, headers: Mapping[str, str], api: str) -> None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(token.strip(), self.settings.api_token):
            if api == "new" and not self.settings.new_scopes:
                raise ApiError(10000, "the token lacks AI Search permissions", status=403)
            return
        known_email = _same(headers.get("x-auth-email", ""), self.settings.api_email)
        known_key = _same(headers.get("x-auth-key", ""), self.settings.api_key)
        if not (known_email and known_key):
            raise ApiError(10000)

    def namespace(self, name: str) -> str:
        """Check that a namespace exists.

        Raises:
            ApiError: 7063 when it does not.
        """
        if name not in {_LEGACY_NAMESPACE, self.settings.namespace}:
            raise ApiError(7063, name)
        return name

    def names(self, namespace: str) -> list[str]:
        """Instances of a namespace."""
        return list(self.instances) if namespace == self.settings.namespace else []

    def find(self, name: str, namespace: str = _LEGACY_NAMESPACE) -> Instance:
        """An instance that is not paused.

        Raises:
            ApiError: 7063, 7002 or 7032.
        """
        if name not in self.names(self.namespace(namespace)):
            raise ApiError(7002, name)
        if name in self.settings.paused:
            raise ApiError(7032, name)
        return self.instances[name]

    def ask_legacy(self, incoming: Incoming, asked: Asked, operation: str) -> Reply:
        """Answer a legacy search or question."""
        instance = self.find(incoming.parameters["name"])
        body = parse_object(incoming.content)
        meaning = legacy_api.read(body, operation, instance.name, self.settings, asked.defects)
        hits, _ = self._find_chunks(meaning, [instance], asked)
        return legacy_api.reply(self._shown(meaning, asked), hits, self.settings)

    def ask_new(self, incoming: Incoming, asked: Asked, operation: str) -> Reply:
        """Answer a new search or chat, of one instance or of a namespace."""
        namespace = incoming.parameters.get("namespace", _LEGACY_NAMESPACE)
        several = "name" not in incoming.parameters
        self.namespace(namespace)
        errors: list[dict[str, str]] = []
        if several:
            body = parse_object(incoming.content)
            names = new_request.instances_of(body)
            found, errors = self._find_all(names, namespace)
            if not found:
                raise ApiError(7073, "; ".join(error["message"] for error in errors))
        else:
            names = (incoming.parameters["name"],)
            found = [self.find(names[0], namespace)]
            body = parse_object(incoming.content)
        fields = {*self.settings.filterable, *(key for each in found for key in each.fields)}
        meaning = new_request.read(
            body, operation, names, self.settings, asked.defects, fields=fields, several=several
        )
        hits, failed = self._find_chunks(meaning, found, asked)
        shown = self._shown(meaning, asked)
        if asked.fault.legacy_shape:
            return legacy_api.reply(shown, hits, self.settings)
        errors += failed if several else []
        return new_api.reply(shown, hits, self.settings, errors=errors, several=several)

    def _find_all(
        self, names: tuple[str, ...], namespace: str
    ) -> tuple[list[Instance], list[dict[str, str]]]:
        found: list[Instance] = []
        errors: list[dict[str, str]] = []
        for name in names:
            try:
                found.append(self.find(name, namespace))
            except ApiError as error:  # noqa: PERF203  # each name fails for itself
                errors.append({"instance_id": name, "message": _message(error)})
        return found, errors

    def _find_chunks(
        self, meaning: Meaning, instances: list[Instance], asked: Asked
    ) -> tuple[list[Hit], list[dict[str, str]]]:
        """Search, unless the quota, the model or a fault is in the way."""
        selected = tuple(key for each in instances for key in each.selected(meaning))
        meaning = asked.meaning = replace(meaning, selected=selected)
        self._check_model(meaning)
        with self._lock:
            self._questions += 1
            if self.settings.quota is not None and self._questions > self.settings.quota:
                raise ApiError(7069)
        code = asked.fault.retrieval_error
        if code is not None:
            error = ApiError(code)
            if not meaning.return_on_failure:
                raise error
            return [], [
                {"instance_id": each.name, "message": _message(error)} for each in instances
            ]
        hits = [hit for each in instances for hit in each.search(meaning)]
        if len(instances) > 1:
            hits = sorted(hits, key=lambda hit: -hit.score)[: meaning.max_num_results]
        return hits, []

    def _check_model(self, meaning: Meaning) -> None:
        if meaning.model is None:
            return
        models = self.settings.models
        known = "/" in meaning.model if models is None else meaning.model in models
        if not known and meaning.model != self.settings.model:
            raise ApiError(7010, meaning.model, path=("model",))

    @staticmethod
    def _shown(meaning: Meaning, asked: Asked) -> Meaning:
        return replace(meaning, stream=False) if asked.fault.json_for_stream else meaning

    def sync(self, instance: Instance, description: str | None = None) -> dict[str, object]:
        """Start a job, which is finished at once.

        Raises:
            ApiError: 7020 when the last one is not long enough ago.
        """
        return self.jobs.start(
            instance.name, description, time.monotonic(), self.settings.sync_cooldown
        )


def _message(error: ApiError) -> str:
    envelope = envelope_of(error, "new")
    errors = envelope["errors"]
    first = errors[0] if isinstance(errors, list) and errors else {}
    return str(first.get("message", ""))


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _refuse_constant(name: str) -> float:
    message = f"{name} is not JSON"
    raise ValueError(message)


def parse_object(content: bytes) -> dict[str, object]:
    """Read a body that must be a JSON object.

    Raises:
        ApiError: When it is not.
    """
    try:
        value: object = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(INVALID_INPUT, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise ApiError(INVALID_INPUT, "the body must be an object")
    return value
