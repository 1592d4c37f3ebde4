"""Streams, the same for every library: each token at once, and the connection let go."""

from __future__ import annotations

import gzip
import threading
import zlib
from typing import TYPE_CHECKING

import pytest

from adapters.libraries import STREAM, Library
from adapters.servers import (
    CHUNKS_EVENT,
    DONE,
    LEGACY_SEARCH,
    NEW,
    NEW_CHAT,
    PATIENCE,
    Peer,
    Received,
    Server,
    legacy_tokens,
    token,
)
from autorag_migrate.translate import EventReader

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator

LEGACY_STREAM = b'data: {"response":"Thr","p":"abc"}\r\n\r\n: hi\n\ndata: {"response":3}\n\n'


def everything(library: Library, url: str, base: str | None, *, adapted: bool = True) -> bytes:
    pieces: list[bytes] = []
    library.read(url, pieces.append, base=base, adapted=adapted)
    return b"".join(pieces)


def test_the_stream_is_the_legacy_one(library: Library, server: Server) -> None:
    stream = everything(library, server.legacy("ai-search"), server.base)
    assert stream.endswith(b"data: [DONE]\n\n")
    assert legacy_tokens(stream) == ["Thr", "ee"]
    assert server.paths == [f"{NEW}/chat/completions"]
    assert server.requests[0].json["stream"] is True


def test_an_event_beyond_all_bounds_is_the_librarys_own_error(
    library: Library, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventReader.__init__, "__defaults__", (100,))

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(b"data: " + b"x" * 200 + b"\n\n")
        peer.end()

    server.script = script
    with pytest.raises(library.error):
        everything(library, server.legacy("ai-search"), server.base)


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("compressed", [True, False])
def test_each_token_arrives_while_the_server_waits(
    library: Library,
    server: Server,
    chunked: bool,
    compressed: bool,
    request: pytest.FixtureRequest,
) -> None:
    if compressed and not library.decodes:
        pytest.skip("it leaves that to the caller: test_urllib.py")
    read_first = threading.Event()
    waited: list[bool] = []

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events(chunked=chunked, encoding="gzip" if compressed else None)
        squeeze = zlib.compressobj(wbits=31)

        def send(data: bytes, *, last: bool = False) -> None:
            if compressed:
                data = squeeze.compress(data) + squeeze.flush(
                    zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH
                )
            (peer.chunk if chunked else peer.send)(data)

        send(CHUNKS_EVENT + token("one"))
        waited.append(read_first.wait(PATIENCE))
        send(token("two") + DONE, last=True)
        if chunked:
            peer.end()

    if library.name in {"requests", "urllib3"} and not chunked and not has_read1():
        pytest.skip("this urllib3 has no read1: a read waits, with the adapter and without")
    server.script = script
    pieces: list[bytes] = []

    def on_piece(piece: bytes) -> None:
        pieces.append(piece)
        if legacy_tokens(b"".join(pieces))[:1] == ["one"]:
            read_first.set()

    library.read(server.legacy("ai-search"), on_piece, base=server.base)
    assert waited == [True]
    assert legacy_tokens(b"".join(pieces)) == ["one", "two"]


def has_read1() -> bool:
    import urllib3

    return "read1" in vars(urllib3.HTTPResponse)


@pytest.mark.parametrize("end", ["break", "error"])
def test_leaving_early_hangs_up(library: Library, server: Server, end: str) -> None:
    gone: list[bool] = []
    asked = threading.Event()

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(CHUNKS_EVENT + token("one"))
        gone.append(peer.wait_until_gone())
        asked.set()

    def on_piece(piece: bytes) -> bool:
        if end == "error":
            raise LookupError(piece)
        return False

    server.script = script
    if end == "error":
        with pytest.raises(LookupError):
            library.read(server.legacy("ai-search"), on_piece, base=server.base)
    else:
        library.read(server.legacy("ai-search"), on_piece, base=server.base)
    assert asked.wait(PATIENCE)
    assert gone == [True]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_slow_bytes(library: Library, server: Server, newline: bytes) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        whole = CHUNKS_EVENT + token("Zoë") + token("\u2028") + DONE
        for byte in whole.replace(b"\n", newline):
            peer.chunk(bytes([byte]))
        peer.end()

    server.script = script
    stream = everything(library, server.legacy("ai-search"), server.base)
    assert legacy_tokens(stream) == ["Zoë", "\u2028"]
    assert stream.endswith(DONE)


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_a_cut_raises_what_it_raises_without_the_adapter(
    library: Library, server: Server, pieces: int
) -> None:
    def script(peer: Peer, request: Received) -> None:
        peer.begin_events()
        for piece in (token("one"), token("two")[:9])[:pieces]:
            peer.chunk(piece)
        peer.send(b"ff\r\nhalf")
        peer.close_after = True

    server.script = script
    with pytest.raises(library.error) as plain:
        everything(library, server.legacy("ai-search"), None, adapted=False)
    with pytest.raises(library.error) as adapted:
        everything(library, server.legacy("ai-search"), server.base)
    assert type(adapted.value) is type(plain.value)
    assert str(adapted.value) == str(plain.value)


def test_tokens_before_a_cut_are_read(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(token("one"))
        peer.close_after = True

    pieces: list[bytes] = []
    with Server(script) as server, pytest.raises(library.error):
        library.read(server.legacy("ai-search"), pieces.append, base=server.base)
    assert legacy_tokens(b"".join(pieces)) == ["one"]


def test_a_stream_answered_by_json(library: Library, server: Server) -> None:
    server.script = lambda peer, _: peer.json(NEW_CHAT)
    answer = library.post(server.legacy("ai-search"), STREAM, base=server.base)
    assert answer.json()["result"]["response"] == "Three."


def test_an_error_before_the_stream(library: Library, server: Server) -> None:
    envelope = {"success": False, "errors": [{"code": 7002, "message": "ai_search_not_found"}]}
    server.script = lambda peer, _: peer.json(envelope, 404)
    answer = library.post(server.legacy("ai-search"), STREAM, base=server.base)
    assert (answer.status, answer.json()["errors"][0]["message"]) == (404, "autorag_not_found")


def test_a_legacy_stream_passes_byte_for_byte(library: Library, server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        for place in range(0, len(LEGACY_STREAM), 7):
            peer.chunk(LEGACY_STREAM[place : place + 7])
        peer.end()

    server.script = script
    assert everything(library, server.legacy("ai-search"), server.base) == LEGACY_STREAM


@pytest.mark.parametrize("adapted", [True, False])
def test_a_stream_read_to_its_end_gives_the_connection_back(
    library: Library, server: Server, adapted: bool
) -> None:
    # The plain library reads the new URL's answer: only the connections are compared.
    import asyncio

    import httpx
    import requests

    from autorag_migrate.adapters import httpx as ours
    from autorag_migrate.adapters import requests as ours_too

    url = server.legacy("ai-search") if adapted else f"{server.origin}{NEW}/chat/completions"
    more = {"api_base_url": server.base} if adapted else {}

    async def run() -> None:
        async with (ours if adapted else httpx).AsyncClient(**more) as client:
            for _ in range(2):
                async with client.stream("POST", url, json=STREAM) as response:
                    assert b"[DONE]" in b"".join([piece async for piece in response.aiter_bytes()])

    if library.name == "httpx":
        with (ours if adapted else httpx).Client(**more) as client:
            for _ in range(2):
                with client.stream("POST", url, json=STREAM) as response:
                    assert b"[DONE]" in response.read()
    elif library.name == "httpx-async":
        asyncio.run(run())
    else:
        with (ours_too if adapted else requests).Session(**more) as session:
            for _ in range(2):
                with session.post(url, json=STREAM, stream=True) as response:
                    assert b"[DONE]" in b"".join(response.iter_content(16))
    assert (len(server.requests), server.connections) == (2, 1)


# In seconds; a connection to this machine takes less, even when the machine is loaded.
LIMIT = 0.5


def test_a_read_timeout_fires(library: Library, server: Server) -> None:
    never = threading.Event()

    def script(peer: Peer, request: Received) -> None:
        if b"stream" not in request.body:
            never.wait(PATIENCE)
            return
        peer.begin_events()
        peer.chunk(token("one"))
        never.wait(PATIENCE)

    server.script = script
    url = server.legacy("ai-search")
    try:
        kinds = set()
        for adapted in (False, True):
            base = server.base if adapted else None
            with pytest.raises(library.error) as before:
                library.post(url, timeout=LIMIT, adapted=adapted, base=base)
            kinds.add(type(before.value))
        assert len(kinds) == 1
        assert "Timeout" in kinds.pop().__name__
        for adapted in (False, True):
            base = server.base if adapted else None
            with pytest.raises(library.error) as within:
                library.read(url, len, timeout=LIMIT, adapted=adapted, base=base)
            kinds.add(type(within.value))
        assert len(kinds) == 1
    finally:
        never.set()


def test_a_stream_owes_its_notes_in_the_end(library: Library, server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(b"event: new\ndata: {}\n\n" + token("one") + DONE)
        peer.end()

    server.script = script
    with pytest.warns(UserWarning, match="AR223 new"):
        stream = everything(library, server.legacy("ai-search"), server.base)
    assert stream.startswith(b"event: new\ndata: {}\n\ndata: ")


def test_a_compressed_stream_at_once(library: Library, server: Server) -> None:
    if not library.decodes:
        pytest.skip("it leaves that to the caller: test_urllib.py")

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events(encoding="gzip")
        peer.chunk(gzip.compress(CHUNKS_EVENT + token("Three") + DONE))
        peer.end()

    server.script = script
    stream = everything(library, server.legacy("ai-search"), server.base)
    assert legacy_tokens(stream) == ["Three"]


def test_json_of_the_legacy_form_passes_byte_for_byte(library: Library, server: Server) -> None:
    import json

    body = json.dumps(LEGACY_SEARCH, indent=3).encode()
    server.script = lambda peer, _: peer.answer(body)
    assert library.post(server.legacy(), base=server.base).content == body
