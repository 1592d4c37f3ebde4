"""A recorded legacy exchange as the new API would have had it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import BASE_URL, ROUTE_PREFIXES, STREAM
from autorag_migrate.translate import (
    ENDPOINTS,
    RouteTable,
    StreamToNew,
    error_to_new,
    is_error,
    request_to_new,
    response_to_new,
)

from .style import like

if TYPE_CHECKING:
    from autorag_migrate.notes import Note
    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Endpoint, LegacyCall

__all__ = ["Exchange", "LeftError", "called", "converted", "is_legacy_url", "translated"]

_ACCOUNTS = ROUTE_PREFIXES["legacy"].partition("{")[0]
_ROUTES = RouteTable(BASE_URL)
_ERROR_FROM = 400
_WITHOUT_ANSWER = frozenset((204, 301, 302, 303, 304, 307, 308))


class LeftError(Exception):
    """A recording that stays as it is; the message says why, and quotes nothing of it."""


class Exchange(NamedTuple):
    """A request and its answer, as far as they were recorded.

    `body` is None for a request whose body is not kept, `answer` None where no answer is. The notes
    are what the conversion lost.
    """

    method: str
    url: str
    body: str | None
    status: int
    answer: str | None
    notes: tuple[Note, ...] = ()


def is_legacy_url(url: object) -> bool:
    """Whether a string speaks of the legacy API, on whatever host."""
    return isinstance(url, str) and _ROUTES.looks_legacy(url)


def called(method: str, url: str) -> tuple[str, LegacyCall]:
    """The legacy call that a request line is, and what stands before the path.

    Raises:
        LeftError: It is none, or one whose answers have no translation.
    """
    base, slash, rest = url.partition(_ACCOUNTS)
    call = _ROUTES.match(method.upper(), BASE_URL + slash + rest)
    if call is None:
        raise LeftError(f"{method.upper()} on its path is no call of the legacy API")
    if call.route.name not in ENDPOINTS:
        raise LeftError(f"the answer of {call.route.name} has no translation: record it again")
    return base, call


def converted(exchange: Exchange, settings: Settings) -> Exchange:
    """The exchange on the new API.

    Raises:
        LeftError: It cannot be carried over.
    """
    base, call = called(exchange.method, exchange.url)
    body, answer, notes = translated(
        ENDPOINTS[call.route.name], exchange.body, exchange.status, exchange.answer, settings
    )
    url = base + call.new_url(settings).removeprefix(BASE_URL)
    return Exchange(call.route.new_method, url, body, exchange.status, answer, notes)


def translated(
    endpoint: Endpoint, body: str | None, status: int, answer: str | None, settings: Settings
) -> tuple[str | None, str | None, tuple[Note, ...]]:
    """The bodies of a request and its answer in the new form, and what that loses.

    Raises:
        LeftError: They cannot be carried over.
    """
    notes: list[Note] = []
    try:
        if body:
            translation = request_to_new(endpoint, _decoded(body, "request"), settings)
            body = like(body, translation.body)
            notes += translation.notes
        if answer and status not in _WITHOUT_ANSWER:
            answer, owed = _answer(endpoint, status, answer, settings)
            notes += owed
    except (RefusedError, TranslationError) as error:
        raise LeftError(str(error)) from error
    return body, answer, tuple(dict.fromkeys(notes))


def _answer(
    endpoint: Endpoint, status: int, answer: str, settings: Settings
) -> tuple[str, tuple[Note, ...]]:
    if answer.lstrip("\ufeff\r\n").startswith(("data:", "event:", ":")):
        stream = StreamToNew(settings)
        made = stream.feed(answer.encode()) + stream.close()
        if stream.error is not None:
            raise LeftError("its answer is a stream that reports an error")
        if f"event: {STREAM['chunks_event']}".encode() not in made:
            raise LeftError("its answer is no legacy stream")
        return made.decode(), tuple(stream.notes)
    if status >= _ERROR_FROM and not answer.lstrip().startswith("{"):
        return answer, ()  # an edge that failed: a page for people
    decoded = _decoded(answer, "answer")
    if not isinstance(decoded, dict):
        raise LeftError("its answer is no JSON object")
    if status >= _ERROR_FROM or is_error(decoded):
        translation = error_to_new(decoded)
        same = translation.body is decoded
        return (answer if same else like(answer, translation.body)), ()
    translation = response_to_new(endpoint, decoded)
    return like(answer, translation.body), translation.notes


def _decoded(text: str, what: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise LeftError(f"its {what} is not JSON") from None
