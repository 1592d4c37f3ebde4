"""What a request asks for, whichever API it was sent to."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autorag_migrate.emulator.predicate import Predicate

__all__ = ["Boost", "Meaning"]


@dataclass(frozen=True)
class Boost:
    """One entry of ``boost_by``; the direction may be left open."""

    field: str
    direction: str | None


@dataclass(frozen=True)
class Meaning:
    """A request with every default filled in.

    Two requests mean the same when these are equal. ``selected`` and ``prefix_bytes`` are for
    looking at and do not count.

    Attributes:
        operation: ``search`` or ``answer``.
        instances: Names of the instances that are asked.
        query: What is searched for.
        filters: Which documents count.
        max_num_results: Most chunks that come back.
        threshold: Least vector score, 0..1.
        retrieval_type: ``vector``, ``keyword`` or ``hybrid``.
        reranking: Whether chunks are reranked.
        reranking_model: Its model; ``None`` is the instance's.
        reranking_threshold: Least reranking score; ``None`` without reranking.
        rewriting: Whether the query is to be rewritten.
        return_on_failure: Whether a failed retrieval looks like an empty one.
        system_prompt: Replaces the instance's; ``None`` on search.
        model: Of the answer; ``None`` is the instance's.
        stream: Whether the answer is a stream.
        history: Earlier turns as (role, text).
        fusion_method: ``None`` unless hybrid.
        keyword_match_mode: ``None`` without keywords.
        context_expansion: Neighbours added on each side of a chunk.
        metadata_only: Whether texts are left out.
        boost_by: Fields that lift chunks.
        other: Options without an effect here, as (name, JSON).
        selected: Keys of the documents that the filters let through.
        prefix_bytes: How many bytes of strings filters compare; ``None`` is all.
    """

    operation: str
    instances: tuple[str, ...]
    query: str
    filters: Predicate
    max_num_results: int
    threshold: float
    retrieval_type: str
    reranking: bool
    reranking_model: str | None
    reranking_threshold: float | None
    rewriting: bool
    return_on_failure: bool
    system_prompt: str | None = None
    model: str | None = None
    stream: bool = False
    history: tuple[tuple[str, str], ...] = ()
    fusion_method: str | None = None
    keyword_match_mode: str | None = None
    context_expansion: int = 0
    metadata_only: bool = False
    boost_by: tuple[Boost, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    selected: tuple[str, ...] = field(default=(), compare=False)
    prefix_bytes: int | None = field(default=None, compare=False, repr=False)

    def differences(self, other: Meaning) -> list[str]:
        """Say where two meanings part, one line for each field that counts."""
        lines: list[str] = []
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if each.compare and mine != theirs:
                lines.append(f"{each.name}: {mine!r} became {theirs!r}")
        return lines
