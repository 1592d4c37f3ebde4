"""One instance, with the legacy API's methods and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from autorag_migrate.models import (
        AiSearchResult,
        Filters,
        Job,
        JobLog,
        Page,
        RagFile,
        RankingOptions,
        Reranking,
        SearchResult,
        SyncJob,
    )

    from ._calls import Calls
    from ._send import AsyncSender, Sender
    from ._stream import AnswerStream, AsyncAnswerStream

__all__ = ["AsyncRag", "Rag"]


class _Rag:
    def __init__(self, name: str, calls: Calls) -> None:
        self.name = name
        self._calls = calls

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Rag(_Rag):
    """One instance; `AutoRAG.rag` makes it.

    Every method raises `autorag_migrate.APIError` or one of its subclasses where the service
    answers with an error, and `autorag_migrate.TranslationError` for a request that the new API
    cannot be asked, before it is sent. Parameters are those of the legacy API, and None leaves one
    out.

    Attributes:
        name: The instance's name.
    """

    def __init__(self, name: str, calls: Calls, sender: Sender) -> None:
        super().__init__(name, calls)
        self._sender = sender

    def search(
        self,
        query: str,
        *,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
    ) -> SearchResult:
        """Find the chunks that are nearest to a query.

        Args:
            query: What to look for.
            rewrite_query: Let a model rewrite the query first. The new API does not do that to a
                single question (note AR201).
            max_num_results: Most rows, 1 to 50; 10 unless the instance says otherwise.
            ranking_options: `score_threshold` from 0 to 1; rows below it are left out.
            reranking: `enabled`, and perhaps a `model`.
            filters: What the attributes of a row must be.

        Returns:
            The rows, the best first.
        """
        fields = {
            "query": query,
            "rewrite_query": rewrite_query,
            "max_num_results": max_num_results,
            "ranking_options": ranking_options,
            "reranking": reranking,
            "filters": filters,
        }
        return self._sender.send(self._calls.search(self.name, fields))

    @overload
    def ai_search(
        self,
        query: str,
        *,
        stream: Literal[False] = False,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult: ...

    @overload
    def ai_search(
        self,
        query: str,
        *,
        stream: Literal[True],
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AnswerStream: ...

    @overload
    def ai_search(
        self,
        query: str,
        *,
        stream: bool,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult | AnswerStream: ...

    def ai_search(
        self,
        query: str,
        *,
        stream: bool = False,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult | AnswerStream:
        """Answer a question from the chunks that are nearest to it.

        Args:
            query: The question.
            stream: Give the answer's tokens as they come.
            rewrite_query: Like `search`.
            max_num_results: Like `search`.
            ranking_options: Like `search`.
            reranking: Like `search`.
            filters: Like `search`.
            model: Model that answers; the instance's when absent or ``""``.
            system_prompt: What the model is told before the question.

        Returns:
            The answer and its rows; with `stream`, an iterator of tokens, to be used in ``with``.
        """
        fields = {
            "query": query,
            "rewrite_query": rewrite_query,
            "max_num_results": max_num_results,
            "ranking_options": ranking_options,
            "reranking": reranking,
            "filters": filters,
            "model": model,
            "system_prompt": system_prompt,
            "stream": stream or None,
        }
        call = self._calls.ai_search(self.name, fields)
        return self._sender.open(call) if stream else self._sender.send(call)

    def sync(self) -> SyncJob:
        """Start a sync of the instance with its source.

        Raises:
            RateLimitedError: The last one is too recent (7020).
        """
        return self._sender.send(self._calls.sync(self.name))

    def files(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        search: str | None = None,
        status: str | None = None,
    ) -> Page[RagFile]:
        """List the files.

        Args:
            page: Which page, from 1.
            per_page: Rows on a page, up to 50.
            search: Part of the key.
            status: ``queued``, ``running``, ``completed`` or ``error``; the new API also knows
                ``skipped`` and ``outdated``.
        """
        call = self._calls.files(
            self.name, page=page, per_page=per_page, search=search, status=status
        )
        return self._sender.send(call)

    def jobs(self, *, page: int | None = None, per_page: int | None = None) -> Page[Job]:
        """List the syncs.

        Args:
            page: Which page, from 1.
            per_page: Rows on a page, up to 50.
        """
        return self._sender.send(self._calls.jobs(self.name, page=page, per_page=per_page))

    def job(self, job_id: str) -> Job:
        """Read a sync.

        Raises:
            NotFoundError: There is none of this id (7021).
        """
        return self._sender.send(self._calls.job(self.name, job_id))

    def job_logs(
        self, job_id: str, *, page: int | None = None, per_page: int | None = None
    ) -> Page[JobLog]:
        """Read the log of a sync.

        Args:
            job_id: The sync's id.
            page: Which page, from 1.
            per_page: Lines on a page, up to 500.

        Raises:
            NotFoundError: There is none of this id (7021).
        """
        call = self._calls.job_logs(self.name, job_id, page=page, per_page=per_page)
        return self._sender.send(call)


class AsyncRag(_Rag):
    """One instance; `AsyncAutoRAG.rag` makes it. The methods are those of `Rag`, to be awaited.

    Attributes:
        name: The instance's name.
    """

    def __init__(self, name: str, calls: Calls, sender: AsyncSender) -> None:
        super().__init__(name, calls)
        self._sender = sender

    async def search(
        self,
        query: str,
        *,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
    ) -> SearchResult:
        """Like `Rag.search`."""
        fields = {
            "query": query,
            "rewrite_query": rewrite_query,
            "max_num_results": max_num_results,
            "ranking_options": ranking_options,
            "reranking": reranking,
            "filters": filters,
        }
        return await self._sender.send(self._calls.search(self.name, fields))

    @overload
    async def ai_search(
        self,
        query: str,
        *,
        stream: Literal[False] = False,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult: ...

    @overload
    async def ai_search(
        self,
        query: str,
        *,
        stream: Literal[True],
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AsyncAnswerStream: ...

    @overload
    async def ai_search(
        self,
        query: str,
        *,
        stream: bool,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult | AsyncAnswerStream: ...

    async def ai_search(
        self,
        query: str,
        *,
        stream: bool = False,
        rewrite_query: bool | None = None,
        max_num_results: int | None = None,
        ranking_options: RankingOptions | dict[str, Any] | None = None,
        reranking: Reranking | dict[str, Any] | None = None,
        filters: Filters | dict[str, Any] | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
    ) -> AiSearchResult | AsyncAnswerStream:
        """Like `Rag.ai_search`: ``async with await rag.ai_search(…, stream=True) as tokens``."""
        fields = {
            "query": query,
            "rewrite_query": rewrite_query,
            "max_num_results": max_num_results,
            "ranking_options": ranking_options,
            "reranking": reranking,
            "filters": filters,
            "model": model,
            "system_prompt": system_prompt,
            "stream": stream or None,
        }
        call = self._calls.ai_search(self.name, fields)
        if stream:
            return await self._sender.open(call)
        return await self._sender.send(call)

    async def sync(self) -> SyncJob:
        """Like `Rag.sync`."""
        return await self._sender.send(self._calls.sync(self.name))

    async def files(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        search: str | None = None,
        status: str | None = None,
    ) -> Page[RagFile]:
        """Like `Rag.files`."""
        call = self._calls.files(
            self.name, page=page, per_page=per_page, search=search, status=status
        )
        return await self._sender.send(call)

    async def jobs(self, *, page: int | None = None, per_page: int | None = None) -> Page[Job]:
        """Like `Rag.jobs`."""
        return await self._sender.send(self._calls.jobs(self.name, page=page, per_page=per_page))

    async def job(self, job_id: str) -> Job:
        """Like `Rag.job`."""
        return await self._sender.send(self._calls.job(self.name, job_id))

    async def job_logs(
        self, job_id: str, *, page: int | None = None, per_page: int | None = None
    ) -> Page[JobLog]:
        """Like `Rag.job_logs`."""
        call = self._calls.job_logs(self.name, job_id, page=page, per_page=per_page)
        return await self._sender.send(call)
