"""Where recorders keep what they recorded: cassettes of vcrpy, recordings of responses, answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from autorag_migrate.mapping import ENVELOPE, RESPONSE_FIELDS, ResponseField
from autorag_migrate.translate import ENDPOINTS, is_legacy_answer

from .bodies import Body, header, read_body
from .document import Item, walk
from .exchange import Exchange, LeftError, called, converted, is_legacy_url, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autorag_migrate.notes import Note
    from autorag_migrate.settings import Settings

    from .document import Document

__all__ = ["ANSWER_MARK", "Change", "Left", "changes"]

_OBJECT = next(row for row in RESPONSE_FIELDS if row.conversion == "constant" and row.value)
_RESPONSE = next(row for row in RESPONSE_FIELDS if row.legacy.endswith(".response"))
ANSWER_MARK = str(_OBJECT.value)
"""What a legacy answer calls itself."""

_URLS = ("uri", "url")
_OK = 200
_REQUESTS = ("request", "payload", "body")


class Change(NamedTuple):
    """New values for some items, and what the conversion of `item` lost."""

    item: Item
    new: dict[Item, Any]
    notes: tuple[Note, ...]


class Left(NamedTuple):
    """An exchange that stays as it is, and why."""

    item: Item
    why: str


def changes(document: Document, settings: Settings) -> Iterator[Change | Left]:
    """What becomes of every legacy exchange and answer in a file, and what stays."""
    done: set[Item] = set()
    for made in _all(document, settings):
        done |= set(walk(made.item)) | set(made.new if isinstance(made, Change) else ())
        yield made
    yield from _elsewhere(document, done)


def _all(document: Document, settings: Settings) -> Iterator[Change | Left]:
    root = document.root
    for name, exchange in (("interactions", _vcr), ("responses", _responses)):
        recorded = root.get(name)
        if recorded is not None and recorded.items:
            for each in recorded.items:
                made = _tried(exchange, each, settings)
                if made is not None:
                    yield made
            return
    if not document.is_yaml:
        yield from _stored(document, settings)


def _tried(
    exchange: Callable[[Item, Settings], Change | None], item: Item, settings: Settings
) -> Change | Left | None:
    try:
        return exchange(item, settings)
    except LeftError as error:
        return Left(item, str(error))


def _vcr(interaction: Item, settings: Settings) -> Change | None:
    """An interaction of a vcrpy cassette, as any of its versions wrote it."""
    request, response = interaction.get("request"), interaction.get("response")
    url = request.get("uri") if request is not None else None
    if request is None or response is None or url is None or not is_legacy_url(url.text):
        return None
    method = request.get("method")
    sent, got = request.get("headers"), response.get("headers")
    asked = read_body(request.get("body"), sent)
    kept = response.get("body", "base64_string")
    place = kept or response.get("body", "string") or response.get("content")
    answered = read_body(place, got, base64_text=kept is not None)
    code = response.get("status", "code") or response.get("status_code")
    made = _converted(method, url, asked, code, answered, settings)
    new = _new(method, url, made)
    for body, text, headers in ((asked, made.body, sent), (answered, made.answer, got)):
        if body is not None and text is not None and text != body.text:
            new[body.item], length = body.kept(text)
            _mend_length(headers, length, new)
    return Change(interaction, new, made.notes)


def _responses(each: Item, settings: Settings) -> Change | None:
    """A response that `responses` recorded; it keeps no request body."""
    response = each.get("response")
    url = response.get("url") if response is not None else None
    if response is None or url is None or not is_legacy_url(url.text):
        return None
    method, headers = response.get("method"), response.get("headers")
    answered = read_body(response.get("body"), headers)
    made = _converted(method, url, None, response.get("status"), answered, settings)
    new = _new(method, url, made)
    if answered is not None and made.answer is not None and made.answer != answered.text:
        new[answered.item], length = answered.kept(made.answer)
        _mend_length(headers, length, new)
    return Change(each, new, made.notes)


def _converted(
    method: Item | None,
    url: Item,
    asked: Body | None,
    code: Item | None,
    answered: Body | None,
    settings: Settings,
) -> Exchange:
    status = code.value if code is not None and isinstance(code.value, int) else 0
    exchange = Exchange(
        (method.text if method is not None else None) or "POST",
        url.text or "",
        asked.text if asked is not None else None,
        status,
        answered.text if answered is not None else None,
    )
    return converted(exchange, settings)


def _new(method: Item | None, url: Item, made: Exchange) -> dict[Item, Any]:
    new: dict[Item, Any] = {url: made.url}
    if method is not None and method.text is not None and made.method != method.text:
        new[method] = made.method
    return new


def _mend_length(headers: Item | None, length: int, new: dict[Item, Any]) -> None:
    item = header(headers, "content-length")
    if item is None or not (item.text or "").isdigit():
        return
    if new.setdefault(item, str(length)) != str(length):
        raise LeftError("what an alias repeats would become two different things")


def _stored(document: Document, settings: Settings) -> Iterator[Change | Left]:
    """Answers that stand in a JSON file, alone or beside the request that they are for."""
    if _is_answer(document.root):
        yield _answer(document.root, None, settings)
        return
    for item in walk(document.root):
        inside = item.value
        below = list(inside.values()) if isinstance(inside, dict) else item.items
        answers = [each for each in below if _is_answer(each)]
        beside = item if len(answers) == 1 and isinstance(inside, dict) else None
        for answer in answers:
            yield _answer(answer, beside, settings)


def _is_answer(item: Item) -> bool:
    """Whether it is a legacy answer by its own word, and not that of another API."""
    said = item.get(*_path(_OBJECT))
    return said is not None and said.value == _OBJECT.value and is_legacy_answer(item.plain())


def _path(row: ResponseField) -> list[str]:
    return row.legacy.removeprefix("$.").split(".")


def _answer(answer: Item, pair: Item | None, settings: Settings) -> Change | Left:
    """An answer, with the request in the same mapping."""
    url = next((each for name in _URLS if (each := _legacy_url(pair, name))), None)
    request = next((each for name in _REQUESTS if (each := _question(pair, name))), None)
    method = pair.get("method") if pair is not None else None
    endpoint = ENDPOINTS["ai-search" if answer.get(*_path(_RESPONSE)) is not None else "search"]
    beyond = sorted(set(answer.plain()) - set(ENVELOPE.values()))
    if beyond and endpoint == ENDPOINTS["ai-search"]:
        return Left(answer, f"it holds more than an answer: {', '.join(beyond)}")
    new: dict[Item, Any] = {}
    try:
        if url is not None:
            said = method.text if method is not None else None
            line = Exchange(said or "POST", url.text or "", None, 0, None)
            endpoint = ENDPOINTS[called(line.method, line.url)[1].route.name]
            new |= _new(method, url, converted(line, settings))
        body, made, notes = translated(
            endpoint,
            None if request is None else json.dumps(request.plain()),
            _OK,
            json.dumps(answer.plain()),
            settings,
        )
    except LeftError as error:
        return Left(answer, str(error))
    new[answer] = json.loads(made or "null")
    if request is not None:
        new[request] = json.loads(body or "null")
    return Change(answer, new, notes)


def _legacy_url(pair: Item | None, name: str) -> Item | None:
    item = pair.get(name) if pair is not None else None
    return item if item is not None and is_legacy_url(item.text) else None


def _question(pair: Item | None, name: str) -> Item | None:
    item = pair.get(name) if pair is not None else None
    question = item.get("query") if item is not None else None
    return item if question is not None and question.text is not None else None


def _elsewhere(document: Document, done: set[Item]) -> Iterator[Left]:
    """Legacy URLs that belong to nothing that is understood."""
    for item in walk(document.root):
        # A text that only speaks of such a URL is no part of a recording.
        if is_legacy_url(item.text) and item not in done and len((item.text or "").split()) == 1:
            yield Left(item, "a legacy URL belongs to no recording that is understood")
