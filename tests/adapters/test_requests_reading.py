"""requests: every way to read an answer gives the legacy one."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest
import requests

from adapters.libraries import SEARCH, STREAM
from adapters.servers import (
    NEW,
    NEW_SEARCH,
    PATIENCE,
    Peer,
    Received,
    Server,
    legacy_tokens,
    token,
)
from autorag_migrate.adapters import requests as adapted


def search(session: requests.Session, server: Server, **more: Any) -> requests.Response:
    response = session.post(server.legacy(), json=SEARCH, **more)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.paths[-1] == f"{NEW}/search"
    return response


def stream(session: requests.Session, server: Server) -> requests.Response:
    return session.post(server.legacy("ai-search"), json=STREAM, stream=True)


def test_what_a_response_offers(server: Server, session: adapted.Session) -> None:
    response = search(session, server)
    assert response.ok
    assert response.status_code == 200
    assert response.encoding == "utf-8"
    assert json.loads(response.text) == json.loads(response.content) == response.json()
    assert response.elapsed.total_seconds() > 0
    assert response.url == server.legacy()
    assert response.request.body == json.dumps(SEARCH).encode()
    assert response.reason == "Reason"
    assert "content-length" not in response.headers
    assert response.connection is session.get_adapter(server.legacy())  # type: ignore[attr-defined]
    response.raise_for_status()


LEGACY_EVENTS = (
    'data: {"response":"Thr","p":""}\n\ndata: {"response":"ee","p":""}\n\ndata: [DONE]\n\n'
)
LINES = LEGACY_EVENTS.split("\n")[:-1]


@pytest.mark.parametrize("chunk_size", [1, 7, 512])
@pytest.mark.parametrize("decode", [False, True])
def test_iter_lines(
    server: Server, session: adapted.Session, chunk_size: int, decode: bool
) -> None:
    with stream(session, server) as response:
        response.encoding = "utf-8"
        lines = list(response.iter_lines(chunk_size=chunk_size, decode_unicode=decode))
    assert lines == [line if decode else line.encode() for line in LINES]


@pytest.mark.parametrize("chunk_size", [1, 7, 512, None])
def test_iter_content(server: Server, session: adapted.Session, chunk_size: int | None) -> None:
    with stream(session, server) as response:
        pieces = list(response.iter_content(chunk_size))
    assert b"".join(pieces).decode() == LEGACY_EVENTS
    assert chunk_size is None or max(map(len, pieces)) <= chunk_size


READERS: dict[str, Any] = {
    "read": lambda raw: raw.read(),
    "read all": lambda raw: raw.read(-1),
    "read some": lambda raw: b"".join(iter(lambda: raw.read(5), b"")),
    "read then stream": lambda raw: raw.read(5) + b"".join(raw.stream(3)),
    "read1": lambda raw: b"".join(iter(lambda: raw.read1(5), b"")),
    "read1 all": lambda raw: b"".join(iter(raw.read1, b"")),
    "stream": lambda raw: b"".join(raw.stream(5, decode_content=True)),
    "read_chunked": lambda raw: b"".join(raw.read_chunked()),
    "data": lambda raw: raw.data,
    "lines": b"".join,
    "readline": lambda raw: b"".join(iter(raw.readline, b"")),
    "readinto": lambda raw: io.BufferedReader(raw).read(),
    "text": lambda raw: io.TextIOWrapper(raw, newline="").read().encode(),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_way_to_read_leads_past_the_translation(
    server: Server, session: adapted.Session, reader: str
) -> None:
    with stream(session, server) as response:
        assert READERS[reader](response.raw).decode() == LEGACY_EVENTS
    assert server.connections == 1


def test_read1_does_not_wait(server: Server, session: adapted.Session) -> None:
    read_first = threading.Event()
    waited: list[bool] = []

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(token("one"))
        waited.append(read_first.wait(PATIENCE))
        peer.chunk(token("two"))
        peer.end()

    server.script = script
    with stream(session, server) as response:
        first = response.raw.read1(1000)
        read_first.set()
        assert legacy_tokens(first) == ["one"]
        assert legacy_tokens(response.raw.read()) == ["two"]
    assert waited == [True]


def test_the_raw_answer_shows_what_is_not_of_its_bytes(
    server: Server, session: adapted.Session
) -> None:
    headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    server.script = lambda peer, _: peer.json(NEW_SEARCH, headers=headers)
    with session.post(server.legacy(), json=SEARCH, stream=True) as response:
        raw = response.raw
        assert (raw.status, raw.reason) == (200, "Reason")
        assert raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
        assert raw.getheader("content-type") == "application/json"
        assert "content-length" not in raw.headers
        assert raw.readable()
        assert not raw.closed
        # Some readers of events look here for bytes to read themselves.
        assert not hasattr(raw, "_fp")
        assert raw.json()["result"]["data"][0]["score"] == 0.5
        assert raw.data is raw.data
    assert raw.closed


def test_the_connection_is_used_again(server: Server, session: adapted.Session) -> None:
    search(session, server)
    with session.post(server.legacy(), json=SEARCH, stream=True) as response:
        assert response.content
    with stream(session, server) as response:
        for _ in response.iter_lines():
            pass
    response = session.post(server.legacy(), json=SEARCH, stream=True)
    response.json()
    search(session, server)
    assert (len(server.requests), server.connections) == (5, 1)


def test_cookies_are_kept_by_the_session(server: Server, session: adapted.Session) -> None:
    server.script = lambda peer, _: peer.json(NEW_SEARCH, headers=[("Set-Cookie", "a=1")])
    for _ in range(2):
        session.post(server.legacy(), json=SEARCH)
    # It belongs to the caller's path, which both calls have.
    assert [request.header("cookie") for request in server.requests] == [None, "a=1"]


def test_response_hooks_see_the_callers_side(server: Server, session: adapted.Session) -> None:
    seen: list[Any] = []

    def hook(response: requests.Response, **_: Any) -> None:
        seen.append((response.url, response.request.url, response.json()["success"]))

    session.hooks["response"].append(hook)
    session.post(server.legacy(), json=SEARCH)
    assert seen == [(server.legacy(), server.legacy(), True)]


def test_a_refused_answer_can_be_read_in_every_way(
    server: Server, session: adapted.Session
) -> None:
    filters = {"type": "or", "filters": [{"type": "gt", "key": "folder", "value": "a"}]}
    for streamed in (False, True):
        body = {**SEARCH, "filters": filters}
        with session.post(server.legacy(), json=body, stream=streamed) as response:
            assert response.json()["errors"][0]["code"] == 7015
            assert response.reason == "Bad Request"
            assert response.elapsed.total_seconds() >= 0
    assert server.requests == []


def test_a_text_body(server: Server, session: adapted.Session) -> None:
    session.post(server.legacy(), data='{"query": "Zoë"}')
    assert server.requests[0].json["messages"][0]["content"] == "Zoë"


def test_a_server_that_breaks_off(server: Server, session: adapted.Session) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(token("one"))
        peer.close_after = True

    server.script = script
    with stream(session, server) as response:
        assert isinstance(response, requests.Response)
        pieces = response.iter_content(1024)
        assert legacy_tokens(next(pieces)) == ["one"]
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(pieces)
