"""The legacy API's shapes, typed: what its callers send and what they read.

Answers are tolerant: every part may be absent, parts that are not listed here are kept as
attributes of their own, and ``model_dump(exclude_unset=True)`` gives the legacy JSON back. The
shapes are those of Cloudflare's documentation, its OpenAPI description and recorded answers, as
`autorag_migrate.mapping` states them.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

__all__ = [
    "AiSearchResult",
    "Attributes",
    "Comparison",
    "CompoundFilter",
    "Content",
    "Filters",
    "Job",
    "JobLog",
    "Page",
    "RagFile",
    "RagInfo",
    "RankingOptions",
    "Reranking",
    "SearchResult",
    "SearchRow",
    "SyncJob",
]


# --- What is sent ---------------------------------------------------------------------------------


class Comparison(TypedDict):
    """One comparison of a filter.

    Keys that every instance has are ``folder``, ``filename``, ``timestamp`` and ``modified_date``;
    the last two compare milliseconds since 1970, usually given as a string.
    """

    type: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    key: str
    value: str | int | float | bool


class CompoundFilter(TypedDict):
    """Comparisons that must hold together, or (``or``: of ``eq`` on one key) any of them."""

    type: Literal["and", "or"]
    filters: list[Comparison | CompoundFilter]


Filters = Comparison | CompoundFilter
"""A legacy filter."""


class RankingOptions(TypedDict, total=False):
    """`score_threshold` is 0 to 1; `ranker` has no equivalent on the new API (note AR202)."""

    score_threshold: float
    ranker: str


class Reranking(TypedDict, total=False):
    """Whether rows are ranked again, and by which model (``""`` for the instance's)."""

    enabled: bool
    model: str


# --- What comes back ------------------------------------------------------------------------------


class _Answer(BaseModel):
    # Building a validator costs more than a call's worth of translation: only when it is needed.
    model_config = ConfigDict(extra="allow", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        """Null where a part has another default is that part left out: readers need no guards."""
        if isinstance(value, dict) and None in value.values():
            absent = cls._parts_with_a_default()
            return {
                name: each for name, each in value.items() if each is not None or name not in absent
            }
        return value

    @classmethod
    def _parts_with_a_default(cls) -> frozenset[str]:
        fields = cls.model_fields.items()
        return frozenset(
            name for name, field in fields if not field.is_required() and field.default is not None
        )


class Content(_Answer):
    """A piece of text.

    Attributes:
        id: The chunk's id.
        type: ``text``.
        text: The text.
    """

    id: str | None = None
    type: str | None = None
    text: str | None = None


class Attributes(_Answer):
    """What is known about the file of a row.

    Attributes:
        modified_date: Last change, in milliseconds since 1970.
        timestamp: The same moment.
        folder: Folder with a slash at its end, ``""`` for none.
        filename: Name without the folder.
        file: Custom metadata, with `title` and `context` where there are any.
    """

    modified_date: int | float | str | None = None
    timestamp: int | float | str | None = None
    folder: str | None = None
    filename: str | None = None
    file: dict[str, Any] | None = None


class SearchRow(_Answer):
    """One chunk that was found.

    Attributes:
        file_id: The chunk's id.
        filename: The file's whole key or URL.
        score: 0 to 1, higher is nearer.
        attributes: What is known about the file.
        content: The chunk's text, in one piece or several.
    """

    file_id: str | None = None
    filename: str = ""
    score: float | None = None
    attributes: Attributes = Attributes.model_construct()
    content: list[Content] = []

    @property
    def text(self) -> str:
        """All of the row's text."""
        return "".join(content.text or "" for content in self.content)


class SearchResult(_Answer):
    """What ``search`` found.

    Attributes:
        object: ``vector_store.search_results.page``.
        search_query: The query that was searched for.
        data: Rows, the best first.
        has_more: Always false.
        next_page: Always None.
    """

    object: str = ""
    search_query: str = ""
    data: list[SearchRow] = []
    has_more: bool = False
    next_page: str | None = None


class AiSearchResult(SearchResult):
    """What ``ai-search`` found, and what the model made of it.

    Attributes:
        response: The answer.
    """

    response: str = ""


class SyncJob(_Answer):
    """A sync that was started; `job_id` is what ``job`` and ``job_logs`` take."""

    job_id: str


class RagInfo(_Answer):
    """An instance, as the Workers binding's types describe one, and what else the new API tells.

    Attributes:
        id: The instance's name.
        enable: Whether it is switched on.
        type: What its source is, such as ``r2`` or ``web-crawler``.
        source: The bucket or the site.
        vectorize_name: The index, which the new API does not tell: None.
        paused: Whether it is paused.
        status: How it is.
    """

    id: str
    enable: bool | None = None
    type: str | None = None
    source: str | None = None
    vectorize_name: str | None = None
    paused: bool | None = None
    status: str | None = None


class RagFile(_Answer):
    """A file of an instance.

    Attributes:
        key: The file's whole key or URL.
        error: Why it could not be indexed, None when it could.
    """

    key: str
    error: str | None = None


class Job(_Answer):
    """A sync.

    Attributes:
        id: The job's id.
        source: Who started it, ``user`` or ``schedule``.
        started_at: ISO 8601.
        last_seen_at: ISO 8601.
        ended_at: ISO 8601, None while it runs.
        end_reason: Why it ended, None when it ended well or has not.
    """

    id: str
    source: str | None = None
    started_at: str | None = None
    last_seen_at: str | None = None
    ended_at: str | None = None
    end_reason: str | None = None


class JobLog(_Answer):
    """One line of a job's log.

    Attributes:
        id: The line's number.
        message: What happened.
        message_type: Kind of the line, as a number.
        created_at: Seconds since 1970.
    """

    id: int
    message: str = ""
    message_type: int | None = None
    created_at: float | None = None


_Row = TypeVar("_Row")


class Page(list[_Row]):
    """Rows of one page of a list.

    Attributes:
        result_info: What the service says of the list: `count`, `page`, `per_page`, `total_count`.
    """

    def __init__(self, rows: list[_Row], result_info: dict[str, Any]) -> None:
        super().__init__(rows)
        self.result_info = result_info
