"""Two indexes over chunks: letters and words as vectors, and BM25."""

from __future__ import annotations

import math
import re
import sqlite3
import threading
import weakref
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_migrate.emulator.documents import Chunk

__all__ = ["Index", "words_of"]

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    """
    a an and are as at be by can do does for from has have how i in is it its of on or that the
    their them they this to was what when where which who why will with you your
    """.split()  # noqa: SIM905  # a list of words reads better as words
)
_COMMON_WEIGHT = 0.1
_LETTERS_WEIGHT = 0.4
_GRAM = 3


def words_of(text: str) -> list[str]:
    """The words of a text, folded to lower case."""
    return _WORD.findall(text.casefold())


class Index:
    """Finds chunks. All scores depend on the chunks and the query only.

    Args:
        chunks: What to index; results name them by their place in this list.
    """

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, chunk in enumerate(chunks):
            for feature, weight in _unit_vector(chunk.text).items():
                self._postings[feature].append((number, weight))
        self._size = len(chunks)
        self._lock = threading.Lock()
        self._keywords = sqlite3.connect(":memory:", check_same_thread=False)
        # Closed with the index, so that nobody has to remember to: an app has no end.
        weakref.finalize(self, self._keywords.close)
        self._keywords.execute(
            "CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize='porter unicode61')"
        )
        self._keywords.executemany(
            "INSERT INTO chunks(rowid, text) VALUES (?, ?)",
            ((number, _plain(chunk.text)) for number, chunk in enumerate(chunks)),
        )

    def by_vector(self, query: str) -> dict[int, float]:
        """Score every chunk by likeness.

        Returns:
            Place of the chunk to score, 0..1.
        """
        cosines = dict.fromkeys(range(self._size), 0.0)
        for feature, weight in _unit_vector(query).items():
            for number, other in self._postings.get(feature, ()):
                cosines[number] += weight * other
        # The root spreads the low cosines of sparse vectors over the range that embeddings have.
        return {number: round(min(1.0, math.sqrt(c)), 6) for number, c in cosines.items()}

    def by_keyword(self, query: str, mode: str) -> dict[int, float]:
        """Score the chunks that hold the query's words.

        Args:
            query: Free text; nothing in it is an operator.
            mode: ``and`` for chunks with all words, ``or`` for chunks with any.

        Returns:
            Place of the chunk to BM25, larger is better, best first.
        """
        words = list(dict.fromkeys(words_of(query)))
        if not words:
            return {}
        match = f" {mode.upper()} ".join(f'"{_plain(word)}"' for word in words)
        with self._lock:
            rows = self._keywords.execute(
                "SELECT rowid, bm25(chunks) FROM chunks WHERE chunks MATCH ? ORDER BY 2, 1",
                (match,),
            ).fetchall()
        return {number: round(-score, 6) for number, score in rows}


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit_vector(text: str) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for word, count in Counter(words_of(text)).items():
        weight = math.sqrt(count)
        if word in _COMMON:
            weights[word] += weight * _COMMON_WEIGHT
            continue
        weights[word] += weight
        padded = f"<{word}>"
        for start in range(len(padded) - _GRAM + 1):
            weights["~" + padded[start : start + _GRAM]] += weight * _LETTERS_WEIGHT
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {feature: weight / length for feature, weight in weights.items()}
