"""One call, without IO: what to send, and how to read what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ValidationError

from autorag_migrate._codec import FAST_CODEC
from autorag_migrate.errors import APIError, ConfigurationError, TranslationError
from autorag_migrate.mapping import ENVELOPE, RESULT_INFO, ROUTES
from autorag_migrate.models import (
    AiSearchResult,
    Job,
    JobLog,
    Page,
    RagFile,
    RagInfo,
    SearchResult,
    SyncJob,
)
from autorag_migrate.notes import Note, deliver, note
from autorag_migrate.translate import (
    LegacyCall,
    Translation,
    is_error,
    is_legacy_answer,
    management_to_legacy,
    request_to_new,
    response_to_legacy,
)

from ._failures import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Endpoint

__all__ = ["Call", "Calls"]

_ROUTES = {route.name: route for route in ROUTES}
_RESULT = ENVELOPE["result"]
_OK, _FIRST_REDIRECT = 200, 300

_T = TypeVar("_T")
_Model = TypeVar("_Model", bound=BaseModel)


class Call(Generic[_T]):
    """One request, and how its answer is read.

    Attributes:
        method: Method of the new request.
        url: Its URL.
        body: Its JSON, None for none.
        safe: Whether carrying it out twice changes nothing.
    """

    __slots__ = ("_read", "_translate", "body", "method", "safe", "url")

    def __init__(
        self,
        method: str,
        url: str,
        body: bytes | None,
        *,
        safe: bool,
        translate: Callable[[dict[str, Any]], dict[str, Any]],
        read: Callable[[dict[str, Any]], _T],
    ) -> None:
        self.method = method
        self.url = url
        self.body = body
        self.safe = safe
        self._translate = translate
        self._read = read

    @property
    def headers(self) -> dict[str, str]:
        """What the body needs."""
        return {} if self.body is None else {"Content-Type": "application/json"}

    def read(self, status: int, headers: Mapping[str, str], content: bytes) -> _T:
        """The typed answer.

        Raises:
            APIError: The answer is an error, or none that can be understood.
            NoteError: Under the policy ``strict``.
        """
        try:
            body = FAST_CODEC.loads(content)
        except (ValueError, RecursionError):
            body = None
        if not _OK <= status < _FIRST_REDIRECT or (isinstance(body, dict) and is_error(body)):
            raise failure(status, headers, body)
        if not isinstance(body, dict):
            what = "is no JSON object" if content else "is empty"
            raise _not_understood(status, what)
        try:
            return self._read(self._translate(body))
        except TranslationError as error:
            raise _not_understood(status, f"is not what the API documents: {error}") from error
        except ValidationError as error:
            # Its own text quotes the answer, which may be anybody's document.
            where = ", ".join(
                ".".join(map(str, each["loc"])) or "it" for each in error.errors(include_url=False)
            )
            raise _not_understood(status, f"has unexpected parts: {where}") from None


def _not_understood(status: int, what: str) -> APIError:
    return APIError(f"the answer (status {status}) {what}", status=status)


class Calls:
    """All calls of one account.

    Args:
        account: The account's id.
        base_url: What stands before ``/accounts``.
        settings: Policy, route and answers to open questions.
        on_note: Called with every note.
    """

    def __init__(
        self,
        account: str,
        base_url: str,
        settings: Settings,
        on_note: Callable[[Note], None] | None,
    ) -> None:
        self.account = account
        self.base_url = base_url
        self.settings = settings
        self._on_note = on_note

    def search(self, name: str, fields: Mapping[str, object]) -> Call[SearchResult]:
        """Search; `fields` are those of a legacy body, where None is absent.

        Raises:
            TranslationError: The new API cannot be asked this.
            NoteError: Under the policy ``strict``.
        """
        return self._question("search", name, fields, SearchResult)

    def ai_search(self, name: str, fields: Mapping[str, object]) -> Call[AiSearchResult]:
        """Answer a question, like `search`."""
        return self._question("ai-search", name, fields, AiSearchResult)

    def _question(
        self, endpoint: Endpoint, name: str, fields: Mapping[str, object], model: type[_Model]
    ) -> Call[_Model]:
        given = {field: value for field, value in fields.items() if value is not None}
        translation = request_to_new(endpoint, given, self.settings)
        query = translation.query
        if not query.strip():
            raise TranslationError("it is empty", ("query",))
        self.deliver(translation.notes)

        def translate(body: dict[str, Any]) -> dict[str, Any]:
            if is_legacy_answer(body):
                return body
            return self._delivered(response_to_legacy(endpoint, body, self.settings, query))

        return Call(
            *self._line(endpoint, name),
            FAST_CODEC.dumps(translation.body),
            safe=True,
            translate=translate,
            read=lambda body: model.model_validate(body[_RESULT]),
        )

    def sync(self, name: str) -> Call[SyncJob]:
        """Start a sync."""
        return self._one("sync", name, SyncJob, safe=False)

    def job(self, name: str, job: str) -> Call[Job]:
        """Read a job."""
        return self._one("job", name, Job, job=_segment(job))

    def files(self, name: str, **query: object) -> Call[Page[RagFile]]:
        """List the files."""
        return self._page("files", name, RagFile, query)

    def jobs(self, name: str, **query: object) -> Call[Page[Job]]:
        """List the jobs."""
        return self._page("jobs", name, Job, query)

    def job_logs(self, name: str, job: str, **query: object) -> Call[Page[JobLog]]:
        """Read a job's log."""
        return self._page("job-logs", name, JobLog, query, job=_segment(job))

    def rags(self, **query: object) -> Call[Page[RagInfo]]:
        """List the instances."""
        self.deliver((note("AR238", "list"),))
        return self._page("list", "", RagInfo, query)

    def _one(
        self,
        route: str,
        name: str,
        model: type[_Model],
        *,
        job: str | None = None,
        safe: bool = True,
    ) -> Call[_Model]:
        return Call(
            *self._line(route, name, job=job),
            None,
            safe=safe,
            translate=lambda body: self._delivered(management_to_legacy(route, body)),
            read=lambda body: model.model_validate(body[_RESULT]),
        )

    def _page(
        self,
        route: str,
        name: str,
        model: type[_Model],
        query: Mapping[str, object],
        *,
        job: str | None = None,
    ) -> Call[Page[_Model]]:
        def read(body: dict[str, Any]) -> Page[_Model]:
            rows, info = body[_RESULT], body.get(RESULT_INFO)
            if not isinstance(rows, list):
                raise TranslationError("it holds no list")
            return Page(
                [model.model_validate(row) for row in rows], info if isinstance(info, dict) else {}
            )

        given = {field: value for field, value in query.items() if value is not None}
        return Call(
            *self._line(route, name, job=job, query=f"?{urlencode(given)}" if given else ""),
            None,
            safe=True,
            translate=lambda body: self._delivered(management_to_legacy(route, body)),
            read=read,
        )

    def _line(
        self, route: str, name: str, *, job: str | None = None, query: str = ""
    ) -> tuple[str, str]:
        """Method and URL of the new request."""
        row = _ROUTES[route]
        names = {"account": self.account, "name": name}
        if job is not None:
            names["job"] = job
        return row.new_method, LegacyCall(row, self.base_url, names, query).new_url(self.settings)

    def _delivered(self, translation: Translation) -> dict[str, Any]:
        self.deliver(translation.notes)
        return translation.body

    def deliver(self, notes: Iterable[Note]) -> None:
        """Hand notes to their listener and obey the policy.

        Raises:
            NoteError: Under the policy ``strict``.
        """
        deliver(notes, self.settings.notes, self._on_note)


def _segment(job: object) -> str:
    if not isinstance(job, str) or job in {"", ".", ".."}:
        raise ConfigurationError(f"{job!r} is not the id of a job")
    return quote(job, safe="")
