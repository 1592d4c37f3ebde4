from __future__ import annotations

import pytest

from autorag_migrate.emulator import Document
from autorag_migrate.emulator.documents import Chunk
from autorag_migrate.emulator.index import Index

TEXTS = (
    "Llamas eat grass and hay.",
    "Alpacas have warm wool.",
    "The llama carries drinks; llamas walk far.",
)


@pytest.fixture
def index() -> Index:
    return Index([Chunk(str(n), Document(str(n), t), 0, t) for n, t in enumerate(TEXTS)])


def test_likeness_is_1_for_the_same_text_and_0_for_nothing_in_common(index):
    scores = index.by_vector(TEXTS[1])
    assert scores[1] == 1.0
    assert index.by_vector("zzz qqq") == {0: 0.0, 1: 0.0, 2: 0.0}


def test_likeness_knows_inflected_words_and_ignores_case(index):
    scores = index.by_vector("LLAMA")
    assert scores[2] > scores[0] > scores[1]
    assert all(0 <= score <= 1 for score in scores.values())


def test_scores_are_the_same_in_another_index(index):
    other = Index([Chunk(str(n), Document(str(n), t), 0, t) for n, t in enumerate(TEXTS)])
    assert other.by_vector("llama wool") == index.by_vector("llama wool")
    assert other.by_keyword("llama wool", "or") == index.by_keyword("llama wool", "or")


def test_keywords_all_or_any(index):
    assert list(index.by_keyword("llamas hay", "and")) == [0]
    assert set(index.by_keyword("llamas hay wool", "or")) == {0, 1, 2}
    assert index.by_keyword("llamas unheard", "and") == {}


def test_keyword_scores_are_larger_when_better(index):
    scores = list(index.by_keyword("hay llamas", "or").values())
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0


@pytest.mark.parametrize("query", ["", "?!", '" OR *', "NEAR(", "hay AND", "a-b:c", "\ud800 x"])
def test_no_query_is_an_expression(index, query):
    assert isinstance(index.by_keyword(query, "and"), dict)
    assert len(index.by_vector(query)) == 3


def test_an_empty_index_finds_nothing():
    empty = Index([])
    assert empty.by_vector("a") == {}
    assert empty.by_keyword("a", "or") == {}
