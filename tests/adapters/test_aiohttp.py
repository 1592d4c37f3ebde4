"""What is aiohttp's own: its session, its middlewares, its readers, its doubles."""

from __future__ import annotations

import abc
import asyncio
import inspect
import pickle
import threading
import warnings
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock, create_autospec, patch

import aiohttp
import pytest
from aiohttp import TraceConfig

from adapters.conftest import Authority
from adapters.libraries import ANSWER, SEARCH, STREAM, secure_connections_closed
from adapters.servers import (
    CHUNKS_EVENT,
    DONE,
    LEGACY,
    NEW,
    NEW_CHAT,
    NEW_SEARCH,
    PATIENCE,
    Peer,
    Proxy,
    Received,
    Server,
    legacy_tokens,
    token,
)
from autorag_migrate import NoteError
from autorag_migrate.adapters import aiohttp as adapted
from autorag_migrate.adapters.aiohttp import AutoRAGMiddleware, ClientSession, adapt
from autorag_migrate.notes import MigrationWarning, Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def run(
    use: Callable[[aiohttp.ClientSession], Awaitable[Any]], server: Server, **arguments: Any
) -> Any:
    """What `use` makes of a session that is adapted to `server`."""

    async def main() -> Any:
        async with ClientSession(api_base_url=server.base, **arguments) as session:
            used = await use(session)
        await secure_connections_closed(server.origin)
        return used

    return asyncio.run(main())


# --- Ways to send ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"json": SEARCH},
        {"data": b'{"query": "q"}'},
        {"data": bytearray(b'{"query": "q"}')},
        {"data": '{"query": "q"}'},
        {"json": SEARCH, "compress": "deflate"},
        {"json": SEARCH, "chunked": True},
        {"json": SEARCH, "expect100": False},
    ],
)
def test_bodies_of_every_kind(server: Server, more: dict[str, Any]) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy(), **more) as response:
            return await response.json()

    assert run(use, server)["result"]["data"][0]["filename"] == "a/llama.md"
    (request,) = server.requests
    assert request.target == f"{NEW}/search"
    assert request.json["messages"] == [{"role": "user", "content": "q"}]
    assert request.header("content-length") == str(len(request.body))
    assert request.header("content-encoding") is None


def test_a_form_goes_out_as_legacy(server: Server) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy(), data={"query": "q"}) as response:
            return response.status

    with pytest.warns(MigrationWarning, match="AR231"):
        assert run(use, server) == 200
    assert server.paths == [f"{LEGACY}/search"]
    assert server.requests[0].body == b"query=q"


def test_a_base_url_and_parameters(server: Server) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post("docs/search", json=SEARCH, params={"a": "b c"}) as response:
            return str(response.url), str(response.real_url), response.method, response.host

    base = server.legacy().removesuffix("docs/search")
    url = f"{server.legacy()}?a=b+c"
    assert run(use, server, base_url=base) == (url, url, "POST", "127.0.0.1")
    assert server.paths == [f"{NEW}/search?a=b+c"]


def test_the_function(server: Server) -> None:
    async def main() -> Any:
        async with adapted.request(
            "POST", server.legacy(), json=SEARCH, api_base_url=server.base
        ) as response:
            return await response.json()

    assert asyncio.run(main())["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.paths == [f"{NEW}/search"]


def test_a_session_that_is_there_is_adapted_once(server: Server) -> None:
    notes: list[Note] = []

    async def main() -> Any:
        async with aiohttp.ClientSession(headers={"X-A": "1"}) as session:
            assert adapt(session, api_base_url=server.base, on_note=notes.append) is session
            assert adapt(session) is session
            async with session.post(server.legacy(), json={"query": "q"}) as response:
                return await response.json()

    assert len(asyncio.run(main())["result"]["data"]) == 1
    assert server.requests[0].header("x-a") == "1"
    assert [note.code for note in notes].count("AR204") == 1


def test_management_shows_the_callers_method(server: Server) -> None:
    server.script = lambda peer, _: peer.json({"success": True, "result": {"id": "j"}})

    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.patch(server.legacy("sync")) as response:
            return response.method, response.request_info.method, await response.json()

    method, asked, answer = run(use, server)
    assert (method, asked, answer["result"]) == ("PATCH", "PATCH", {"job_id": "j"})
    assert (server.requests[0].method, server.paths) == ("POST", [f"{NEW}/jobs"])


# --- (a) what the caller built --------------------------------------------------------------------


def test_the_callers_middlewares_see_the_legacy_call(server: Server) -> None:
    seen: list[Any] = []

    def middleware(name: str) -> Any:
        async def see(request: Any, handler: Any) -> Any:
            seen.append((name, request.method, str(request.url)))
            response = await handler(request)
            seen.append((name, (await response.json())["result"]["data"][0]["filename"]))
            return response

        return see

    async def use(session: aiohttp.ClientSession) -> None:
        # Those of a request replace the session's.
        for more in ({}, {"middlewares": [middleware("request")]}, {"middlewares": ()}):
            async with session.post(server.legacy(), json=SEARCH, **more) as response:
                await response.read()

    run(use, server, middlewares=[middleware("session")])
    called, found = ("POST", server.legacy()), "a/llama.md"
    assert seen == [
        ("session", *called),
        ("session", found),
        ("request", *called),
        ("request", found),
    ]
    assert server.paths == [f"{NEW}/search"] * 3


def test_a_middleware_may_send_again(server: Server) -> None:
    server.script = lambda peer, _: (
        peer.json({}, 503) if len(server.requests) < 3 else peer.json(NEW_SEARCH)
    )

    async def retry(request: Any, handler: Any) -> Any:
        for _ in range(3):
            response = await handler(request)
            if response.status == 200:
                break
            await response.read()
        return response

    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy(), json=SEARCH) as response:
            return await response.json()

    assert len(run(use, server, middlewares=(retry,))["result"]["data"]) == 1
    assert server.paths == [f"{NEW}/search"] * 3
    assert len({request.body for request in server.requests}) == 1


def test_connector_traces_cookies_and_classes_are_the_callers(server: Server) -> None:
    class Response(aiohttp.ClientResponse):
        pass

    started: list[str] = []
    trace = TraceConfig()

    async def on_start(session: Any, context: Any, parameters: Any) -> None:
        started.append(f"{parameters.method} {parameters.url}")

    trace.on_request_start.append(on_start)

    async def main() -> Any:
        connector = aiohttp.TCPConnector(limit=1)
        async with ClientSession(
            api_base_url=server.base,
            connector=connector,
            trace_configs=[trace],
            cookies={"c": "1"},
            response_class=Response,
        ) as session:
            assert session.connector is connector
            async with session.post(server.legacy(), json=SEARCH) as first:
                assert type(first) is Response
                await first.read()
            async with session.post(server.legacy(), json=SEARCH) as second:
                await second.read()
        assert connector.closed

    asyncio.run(main())
    assert started == [f"POST {server.legacy()}"] * 2
    assert [request.header("cookie") for request in server.requests] == ["c=1"] * 2
    assert server.connections == 1


def test_the_callers_proxy_and_tls(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server, Proxy() as proxy:

        async def use(session: aiohttp.ClientSession) -> Any:
            async with session.post(
                server.legacy(),
                json=SEARCH,
                ssl=authority.client_context(),
                proxy=proxy.origin,
            ) as response:
                return await response.json()

        assert len(run(use, server)["result"]["data"]) == 1
        assert server.paths == [f"{NEW}/search"]
        assert [request.method for request in proxy.requests] == ["CONNECT"]


def test_an_unknown_authority_is_refused_as_before(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        for kind, more in (
            (aiohttp.ClientSession, {}),
            (ClientSession, {"api_base_url": server.base}),
        ):

            async def main(kind: Any = kind, more: Any = more) -> None:
                try:
                    async with kind(**more) as session:
                        await session.post(server.legacy(), json=SEARCH)
                finally:
                    await secure_connections_closed(server.origin)

            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                asyncio.run(main())


def test_a_session_that_raises_for_a_status(server: Server) -> None:
    server.script = lambda peer, _: peer.json({"success": False, "errors": []}, 404)

    async def use(session: aiohttp.ClientSession) -> None:
        await session.post(server.legacy(), json=SEARCH)

    with pytest.raises(aiohttp.ClientResponseError, match="404") as raised:
        run(use, server, raise_for_status=True)
    assert str(raised.value.request_info.real_url) == server.legacy()
    assert raised.value.request_info.method == "POST"


# --- Readers --------------------------------------------------------------------------------------


async def lines(content: aiohttp.StreamReader) -> list[bytes]:
    return [line async for line in content]


async def any_pieces(content: aiohttp.StreamReader) -> list[bytes]:
    return [piece async for piece in content.iter_any()]


async def by_size(content: aiohttp.StreamReader) -> list[bytes]:
    return [piece async for piece in content.iter_chunked(7)]


async def by_chunk(content: aiohttp.StreamReader) -> list[bytes]:
    """As aiohttp's documentation joins the pieces of a chunk."""
    whole, held = [], b""
    async for piece, ends in content.iter_chunks():
        held += piece
        if ends:
            whole.append(held)
            held = b""
    assert held == b""
    return whole


async def by_line(content: aiohttp.StreamReader) -> list[bytes]:
    found = []
    while line := await content.readline():
        found.append(line)
    return found


async def until(content: aiohttp.StreamReader) -> list[bytes]:
    found = []
    while piece := await content.readuntil(b"\n\n"):
        found.append(piece)
    return found


async def pieces(content: aiohttp.StreamReader) -> list[bytes]:
    first = await content.readexactly(6)
    return [first, await content.read(5), await content.read()]


async def whole(content: aiohttp.StreamReader) -> list[bytes]:
    return [await content.read(-1)]


async def at_once(content: aiohttp.StreamReader) -> list[bytes]:
    await content.wait_eof()
    return [content.read_nowait()]


READERS = [lines, any_pieces, by_size, by_chunk, by_line, until, pieces, whole, at_once]


@pytest.mark.parametrize("reader", READERS)
def test_every_way_to_read_a_stream(server: Server, reader: Any) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy("ai-search"), json=STREAM) as response:
            found = await reader(response.content)
            assert response.content.at_eof()
            return found

    found = run(use, server)
    assert legacy_tokens(b"".join(found)) == ["Thr", "ee"]
    if reader is by_chunk:
        assert len(found) == 3
    if reader in {lines, by_line}:
        assert all(line.endswith(b"\n") for line in found)


@pytest.mark.parametrize("reader", [lines, by_size, pieces, whole, at_once])
def test_every_way_to_read_an_answer(server: Server, reader: Any) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy("ai-search"), json=ANSWER) as response:
            return await reader(response.content)

    assert b'"response":"Three."' in b"".join(run(use, server))


def test_the_bodys_words(server: Server) -> None:
    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy("ai-search"), json=ANSWER) as response:
            assert response.content_type == "application/json"
            text, body, decoded = (
                await response.text(),
                await response.read(),
                await response.json(),
            )
            return text.encode() == body, decoded["result"]["response"]

    assert run(use, server) == (True, "Three.")


def test_a_body_larger_than_every_buffer_lets_the_connection_go(server: Server) -> None:
    long = {**NEW_CHAT, "choices": [{"message": {"content": "x" * 2_000_000}}]}
    server.script = lambda peer, _: peer.json(long)

    async def use(session: aiohttp.ClientSession) -> None:
        for _ in range(2):
            async with session.post(server.legacy("ai-search"), json=ANSWER) as response:
                size = 0
                async for piece in response.content.iter_any():
                    size += len(piece)
                assert size > 2_000_000

    run(use, server)
    assert server.connections == 1


def test_a_session_that_does_not_decompress(server: Server) -> None:
    server.script = lambda peer, request: (
        peer.compressed(NEW_SEARCH)
        if "gzip" in (request.header("accept-encoding") or "")
        else peer.json(NEW_SEARCH)
    )

    async def use(session: aiohttp.ClientSession) -> Any:
        async with session.post(server.legacy(), json=SEARCH) as response:
            return response.headers.get("Content-Encoding"), await response.json()

    encoding, answer = run(use, server, auto_decompress=False)
    assert (encoding, len(answer["result"]["data"])) == (None, 1)


def test_a_released_response_is_not_read(server: Server) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        async with session.post(server.legacy("ai-search"), json=STREAM) as response:
            pass
        with pytest.raises(aiohttp.ClientConnectionError):
            await response.content.read()

    run(use, server)


def test_a_task_that_is_cancelled_hangs_up(server: Server) -> None:
    gone = threading.Event()

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(CHUNKS_EVENT + token("one"))
        if peer.wait_until_gone():
            gone.set()

    server.script = script

    async def use(session: aiohttp.ClientSession) -> None:
        first = asyncio.Event()

        async def read() -> None:
            async with session.post(server.legacy("ai-search"), json=STREAM) as response:
                async for _ in response.content.iter_any():
                    first.set()

        task = asyncio.create_task(read())
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(use, server)
    assert gone.wait(PATIENCE)


def test_a_legacy_error_in_a_stream_owes_its_note_to_the_policy(server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(b"event: new\ndata: {}\n\n" + token("one") + DONE)
        peer.end()

    server.script = script

    async def use(session: aiohttp.ClientSession) -> None:
        async with session.post(server.legacy("ai-search"), json=STREAM) as response:
            await response.read()

    with pytest.raises(NoteError, match="AR223"):
        run(use, server, settings=Settings(notes="strict"))


# --- (g) what tests patch, and what classes are asked ---------------------------------------------


class Caller:
    """A module of a caller, as it is and bridged."""

    def __init__(self, library: Any) -> None:
        self.aiohttp = library

    async def session(self) -> Any:
        async with self.aiohttp.ClientSession() as session, session.post("u", json={}) as response:
            return response

    async def function(self) -> Any:
        async with self.aiohttp.request("POST", "u", json={}) as response:
            return response


def entered(value: Any) -> MagicMock:
    double = MagicMock()
    double.return_value.__aenter__.return_value = value
    return double


@pytest.mark.parametrize("library", [aiohttp, adapted])
@pytest.mark.parametrize("place", [aiohttp, adapted])
def test_patches_reach_the_caller(library: Any, place: Any) -> None:
    caller = Caller(library)
    for name, use in (("request", caller.function), ("ClientSession.post", caller.session)):
        owner, _, last = name.rpartition(".")
        with patch.object(getattr(place, owner) if owner else place, last, entered("theirs")):
            assert asyncio.run(use()) == "theirs"
    session = entered(MagicMock())
    session.return_value.__aenter__.return_value.post = entered("theirs")
    with patch.object(place, "ClientSession", session):
        assert asyncio.run(caller.session()) == "theirs"
    with patch.object(place.ClientSession, "_request", AsyncMock(return_value=MagicMock())) as sent:
        asyncio.run(caller.session())
    sent.assert_awaited_once_with("POST", "u", data=None, json={})
    assert adapted.ClientSession is ClientSession
    assert aiohttp.ClientSession is aiohttp.client.ClientSession
    assert isinstance(vars(aiohttp.ClientSession)["post"], type(lambda: None))


def test_a_patched_method_knows_its_session() -> None:
    with patch("aiohttp.client.ClientSession._request", autospec=True) as sent:

        async def main() -> None:
            async with ClientSession() as session:
                await session.get("u", middlewares=[])
                given, method, url = sent.await_args.args
                assert (given, method, url) == (session, "GET", "u")

        asyncio.run(main())


def test_sessions_are_sessions() -> None:
    async def main() -> None:
        plain, ours = aiohttp.ClientSession(), ClientSession()
        doubles = (Mock(spec=ClientSession), create_autospec(ClientSession, instance=True))
        for one in (plain, ours, Mock(spec=aiohttp.ClientSession), *doubles):
            assert isinstance(one, ClientSession)
        for other in (object(), None, Mock()):
            assert not isinstance(other, ClientSession)
        assert type(ours) is aiohttp.ClientSession
        assert issubclass(aiohttp.ClientSession, ClientSession)
        assert issubclass(ClientSession, ClientSession)
        assert not issubclass(dict, ClientSession)
        await plain.close()
        await ours.close()

    asyncio.run(main())
    assert inspect.isclass(ClientSession)
    assert inspect.signature(ClientSession) == inspect.signature(aiohttp.ClientSession)
    assert {"post", "close", "_request"} <= set(dir(ClientSession))
    assert pickle.loads(pickle.dumps(ClientSession)) is ClientSession
    assert ClientSession | None == ClientSession | None
    assert isinstance(create_autospec(adapted).ClientSession(), NonCallableMock)


@pytest.mark.parametrize("how", ["super", "name", "none"])
def test_a_subclass_of_the_callers_is_adapted(server: Server, how: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # aiohttp's own word on it

        class Searching(abc.ABC):
            @abc.abstractmethod
            def search(self) -> Any: ...

        class Mine(ClientSession, Searching):
            if how != "none":

                def __init__(self, **more: Any) -> None:
                    if how == "super":
                        super().__init__(headers={"X-A": "1"}, **more)
                    else:
                        ClientSession.__init__(self, headers={"X-A": "1"}, **more)

            async def search(self) -> Any:
                async with self.post(server.legacy(), json=SEARCH) as response:
                    return await response.json()

    async def main() -> Any:
        async with Mine(api_base_url=server.base) as session:
            assert isinstance(session, aiohttp.ClientSession)
            return await session.search()

    assert len(asyncio.run(main())["result"]["data"]) == 1
    assert server.requests[0].header("x-a") == (None if how == "none" else "1")
    assert aiohttp.ClientSession in Mine.__mro__


def test_a_subclass_is_warned_of_as_before() -> None:
    for kind in (aiohttp.ClientSession, ClientSession):
        with pytest.warns(DeprecationWarning, match="discouraged"):
            type(kind)("Mine", (kind,), {})


def test_every_other_name_is_aiohttps() -> None:
    assert adapted.ClientTimeout is aiohttp.ClientTimeout
    from aiohttp import web

    assert adapted.web is web
    with pytest.raises(AttributeError, match="nothing"):
        _ = adapted.nothing
    assert {"ClientTimeout", "AutoRAGMiddleware", "adapt"} <= set(dir(adapted))
    names = set(aiohttp.__all__) - {"ClientSession", "request"}
    assert [name for name in names if getattr(adapted, name) is not getattr(aiohttp, name)] == []


def test_the_middleware_by_hand(server: Server) -> None:
    async def main() -> Any:
        ours = AutoRAGMiddleware(api_base_url=server.base)
        async with (
            aiohttp.ClientSession(middlewares=(ours,)) as session,
            session.post(server.legacy(), json=SEARCH) as response,
        ):
            return await response.json()

    assert len(asyncio.run(main())["result"]["data"]) == 1
