"""The tree of exceptions is what its drawing says, and exceptions can be told and sent."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest

from autorag_migrate import errors
from autorag_migrate.errors import (
    APIError,
    AutoRAGError,
    BadRequestError,
    ConfigurationError,
    NoteError,
    NotFoundError,
    PausedError,
    RateLimitedError,
    RefusedError,
    StreamError,
    TranslationError,
    UnauthorizedError,
    UnavailableError,
)
from autorag_migrate.notes import note

CLASSES = [getattr(errors, name) for name in errors.__all__]
ANSWER: dict[str, Any] = {
    "status": 400,
    "code": 7010,
    "path": ("model",),
    "errors": ({"code": 7010},),
    "retry_after": 1.5,
}
EXAMPLES = [
    AutoRAGError("x"),
    ConfigurationError("x"),
    TranslationError("it is not a string", ("filters", 0, "key")),
    TranslationError("no path"),
    RefusedError(7015, "an or", ("filters",)),
    NoteError([note("AR201", "rewrite_query")]),
    *(
        kind("x", **ANSWER)
        for kind in (
            APIError,
            BadRequestError,
            PausedError,
            UnauthorizedError,
            NotFoundError,
            RateLimitedError,
            UnavailableError,
            StreamError,
        )
    ),
]


def test_the_drawing() -> None:
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"((?:│   |    )*)(?:[├└]── )?(\w+Error)(?:\s|$)", line)
        if found and line[0] in "A│├└ ":
            depth = len(found[1]) // 4 + ("── " in line)
            del above[depth:]
            drawn[found[2]] = above[-1] if above else "Exception"
            above.append(found[2])
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES}


def test_every_class_has_an_example() -> None:
    assert {type(error) for error in EXAMPLES} == set(CLASSES)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_copies_are_the_same(error: AutoRAGError) -> None:
    for again in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in (0, 2, 5)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(again) is type(error)
        assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
        assert repr(again) == repr(error)


def test_wrong_arguments_are_value_errors() -> None:
    values = {kind for kind in CLASSES if issubclass(kind, ValueError)}
    assert values == {ConfigurationError, TranslationError, RefusedError}


def test_a_path_is_part_of_the_sentence() -> None:
    assert str(EXAMPLES[2]) == "filters.0.key: it is not a string"
    assert str(EXAMPLES[3]) == "no path"
    assert repr(EXAMPLES[4]) == "RefusedError('filters: an or')"


def test_nothing_is_known_of_an_answer_that_never_came() -> None:
    error = UnavailableError("x")
    assert vars(error) == {
        "status": None,
        "code": None,
        "path": (),
        "errors": (),
        "retry_after": None,
    }
