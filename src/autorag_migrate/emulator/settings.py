"""What can be set on an emulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Everything about the emulated account that is not a document.

    Attributes:
        instance: Name of the instance that holds the documents given first.
        namespace: Namespace of every instance. Legacy and bare routes see ``default`` only.
        account_id: The one account that exists.
        api_token: The one bearer token that is accepted.
        api_email: Accepted together with ``api_key`` as ``X-Auth-Email`` and ``X-Auth-Key``.
        api_key: See ``api_email``.
        new_scopes: Whether the token may use the new API; otherwise 403 with code 10000 there.
        lenient: Ignore unknown keys on the new API as the real service does, and only log them.
        legacy_threshold: Score threshold of a legacy request that names none, 0..1; ``None`` for
            the instance's, which is likely what the service does.
        instance_threshold: Match threshold of a new request that names none, 0..1.
        instance_max_num_results: Number of chunks of a new request that names none.
        instance_reranking: Whether a new request that does not say is reranked.
        instance_rewriting: Whether a new request that does not say is recorded as rewritten.
        instance_fusion: Fusion of a new hybrid request that names none.
        instance_keyword_match: Match mode of a new keyword request that names none.
        retrieval_type: Retrieval of a new request that names none; ``None`` means hybrid where
            the indexes allow it.
        indexes: Which indexes exist; a request for another one is refused with code 7070.
        model: The model of every instance.
        models: The models that exist; ``None`` accepts any name with a slash in it.
        paused: Instances that answer 7032.
        legacy_allows_nested_or: Whether a legacy ``and`` may hold an ``or``.
        filter_timestamps: Unit of timestamps in new filters.
        item_timestamps: Unit of ``item.timestamp`` in new answers.
        filterable: Metadata keys that may be filtered although no document has them.
        chunk_size: Longest chunk in characters.
        legacy_done: Whether legacy streams end with ``[DONE]``.
        new_done: Whether new streams end with ``[DONE]``.
        chunks_event: Whether sources come as ``event: chunks`` or as ``{"chunks": [...]}``.
        usage_frame: Whether new streams have a frame with nothing but usage before the end.
        newline: Line end in streams.
        compress: Whether answers are gzipped for clients that accept it.
        rate_limit: Requests until 429 with code 2003; ``None`` means no limit.
        quota: Searches and answers until 429 with code 7069; ``None`` means no limit.
        sync_cooldown: Seconds between two syncs of an instance, else 429 with code 7020.
    """

    instance: str = "docs"
    namespace: str = "default"
    account_id: str = "0123456789abcdef0123456789abcdef"
    api_token: str = field(default="emulator-token", repr=False)
    api_email: str = field(default="someone@example.com", repr=False)
    api_key: str = field(default="emulator-key", repr=False)
    new_scopes: bool = True
    lenient: bool = False
    legacy_threshold: float | None = None
    instance_threshold: float = 0.4
    instance_max_num_results: int = 10
    instance_reranking: bool = False
    instance_rewriting: bool = False
    instance_fusion: Literal["rrf", "max"] = "rrf"
    instance_keyword_match: Literal["and", "or"] = "and"
    retrieval_type: Literal["vector", "keyword", "hybrid"] | None = None
    indexes: tuple[Literal["vector", "keyword"], ...] = ("vector", "keyword")
    model: str = "@cf/emulated/answer-model"
    models: tuple[str, ...] | None = None
    paused: tuple[str, ...] = ()
    legacy_allows_nested_or: bool = True
    filter_timestamps: Literal["seconds", "milliseconds"] = "seconds"
    item_timestamps: Literal["seconds", "milliseconds"] = "milliseconds"
    filterable: tuple[str, ...] = ()
    chunk_size: int = 800
    legacy_done: bool = True
    new_done: bool = True
    chunks_event: Literal["named", "unnamed"] = "named"
    usage_frame: bool = False
    newline: Literal["\n", "\r\n", "\r"] = "\n"
    compress: bool = False
    rate_limit: int | None = None
    quota: int | None = None
    sync_cooldown: float = 0.0

    @property
    def default_legacy_threshold(self) -> float:
        """The threshold of a legacy request that names none."""
        if self.legacy_threshold is not None:
            return self.legacy_threshold
        return self.instance_threshold

    @property
    def default_retrieval_type(self) -> str:
        """The retrieval of a new request that names none."""
        if self.retrieval_type is not None:
            return self.retrieval_type
        return "hybrid" if len(set(self.indexes)) > 1 else self.indexes[0]
