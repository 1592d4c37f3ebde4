"""From a meaning to ranked chunks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autorag_migrate.emulator.documents import chunks_of
from autorag_migrate.emulator.index import Index, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_migrate.emulator.documents import Chunk, Document, Scalar
    from autorag_migrate.emulator.meaning import Boost, Meaning

__all__ = ["Hit", "Instance"]

_RRF = 60
_BOOST = 0.1
_COVERAGE_WEIGHT = 0.7


@dataclass(frozen=True)
class Hit:
    """A chunk that was found.

    Attributes:
        chunk: The chunk.
        instance: Where it was found.
        text: Its text, with neighbours when they were asked for.
        score: What the answer shows, 0..1.
        vector_score: Likeness, 0..1.
        vector_rank: From 1.
        keyword_score: BM25.
        keyword_rank: From 1.
        reranking_score: 0..1.
        fusion_method: How vector and keyword were joined.
    """

    chunk: Chunk
    instance: str
    text: str
    score: float
    vector_score: float | None = None
    vector_rank: int | None = None
    keyword_score: float | None = None
    keyword_rank: int | None = None
    reranking_score: float | None = None
    fusion_method: str | None = None


class Instance:
    """A named collection of documents with its indexes.

    Args:
        name: What it is called in paths.
        documents: What it holds.
        chunk_size: Longest chunk in characters.
    """

    def __init__(self, name: str, documents: Iterable[Document], chunk_size: int) -> None:
        self.name = name
        self._chunk_size = chunk_size
        self.documents: list[Document] = []
        self.replace(documents)

    def replace(self, documents: Iterable[Document]) -> None:
        """Hold other documents, at once."""
        self.documents = list(documents)
        self.chunks = [
            chunk for document in self.documents for chunk in chunks_of(document, self._chunk_size)
        ]
        self._index = Index(self.chunks)

    @property
    def fields(self) -> set[str]:
        """Metadata keys that any document has."""
        return {key for document in self.documents for key in document.metadata}

    def selected(self, meaning: Meaning) -> list[str]:
        """Keys of the documents that the filters let through."""
        return [
            document.key
            for document in self.documents
            if meaning.filters.holds(document.attributes, meaning.prefix_bytes)
        ]

    def search(self, meaning: Meaning) -> list[Hit]:
        """Find chunks, best first."""
        allowed = set(self.selected(meaning))
        hits = self._candidates(meaning, allowed)
        hits = _boosted(hits, meaning.boost_by)[: meaning.max_num_results]
        if meaning.reranking:
            hits = _reranked(hits, meaning.query, meaning.reranking_threshold or 0.0)
        return [replace(hit, text=self._text(hit.chunk, meaning)) for hit in hits]

    def _candidates(self, meaning: Meaning, allowed: set[str]) -> list[Hit]:
        vector: dict[int, float] = {}
        keyword: dict[int, float] = {}
        if meaning.retrieval_type != "keyword":
            scores = self._index.by_vector(meaning.query)
            vector = {
                number: score
                for number, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
                if score >= meaning.threshold and self._key(number) in allowed
            }
        if meaning.retrieval_type != "vector":
            scores = self._index.by_keyword(meaning.query, meaning.keyword_match_mode or "and")
            keyword = {n: score for n, score in scores.items() if self._key(n) in allowed}
        vector_ranks = {number: rank for rank, number in enumerate(vector, 1)}
        keyword_ranks = {number: rank for rank, number in enumerate(keyword, 1)}
        best = max(keyword.values(), default=0.0)
        hits: list[Hit] = []
        for number in sorted(vector.keys() | keyword.keys()):
            likeness = vector.get(number, 0.0)
            relevance = keyword.get(number, 0.0) / best if best else 0.0
            if meaning.retrieval_type == "vector":
                score = likeness
            elif meaning.retrieval_type == "keyword":
                score = relevance
            elif meaning.fusion_method == "max":
                score = max(likeness, relevance)
            else:
                score = _fused(vector_ranks.get(number), keyword_ranks.get(number))
            hits.append(
                Hit(
                    self.chunks[number],
                    self.name,
                    self.chunks[number].text,
                    round(score, 6),
                    vector_score=vector.get(number),
                    vector_rank=vector_ranks.get(number),
                    keyword_score=keyword.get(number),
                    keyword_rank=keyword_ranks.get(number),
                    fusion_method=meaning.fusion_method,
                )
            )
        return sorted(hits, key=lambda hit: -hit.score)

    def _key(self, number: int) -> str:
        return self.chunks[number].document.key

    def _text(self, chunk: Chunk, meaning: Meaning) -> str:
        if meaning.metadata_only:
            return ""
        if not meaning.context_expansion:
            return chunk.text
        return "\n\n".join(
            other.text
            for other in self.chunks
            if other.document.key == chunk.document.key
            and abs(other.position - chunk.position) <= meaning.context_expansion
        )


def _fused(*ranks: int | None) -> float:
    """Reciprocal ranks, scaled so that being first everywhere is 1."""
    return sum((_RRF + 1) / (_RRF + rank) for rank in ranks if rank) / len(ranks)


def _reranked(hits: list[Hit], query: str, threshold: float) -> list[Hit]:
    wanted = set(words_of(query))
    reranked: list[Hit] = []
    for hit in hits:
        found = wanted & set(words_of(hit.chunk.text))
        coverage = len(found) / len(wanted) if wanted else 0.0
        score = coverage * _COVERAGE_WEIGHT + hit.score * (1 - _COVERAGE_WEIGHT)
        reranked.append(replace(hit, score=round(score, 6), reranking_score=round(score, 6)))
    kept = (hit for hit in reranked if hit.score >= threshold)
    return sorted(kept, key=lambda hit: -hit.score)


def _boosted(hits: list[Hit], boosts: tuple[Boost, ...]) -> list[Hit]:
    """Reorder without touching the scores that are shown."""
    if not boosts:
        return hits
    lift = dict.fromkeys((hit.chunk.id for hit in hits), 0.0)
    for boost in boosts:
        values = {hit.chunk.id: hit.chunk.document.attributes.get(boost.field) for hit in hits}
        for chunk_id, share in _lifts(values, boost.direction).items():
            lift[chunk_id] += share * _BOOST
    return sorted(hits, key=lambda hit: -(hit.score + lift[hit.chunk.id]))


def _lifts(values: dict[str, Scalar | None], direction: str | None) -> dict[str, float]:
    numbers = {
        key: float(value)
        for key, value in values.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    if direction is None:
        direction = "asc" if numbers else "exists"
    if direction in {"exists", "not_exists"}:
        return {k: float((v is not None) == (direction == "exists")) for k, v in values.items()}
    low, high = min(numbers.values(), default=0.0), max(numbers.values(), default=0.0)
    if low == high:
        return {}
    shares = {key: (value - low) / (high - low) for key, value in numbers.items()}
    return shares if direction == "desc" else {key: 1 - share for key, share in shares.items()}
