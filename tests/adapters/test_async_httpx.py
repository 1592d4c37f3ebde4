"""Asynchronous httpx: what the synchronous tests cannot show."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adapters.libraries import SEARCH, STREAM
from adapters.servers import (
    CHUNKS_EVENT,
    LEGACY,
    NEW,
    NEW_SEARCH,
    PATIENCE,
    Peer,
    Proxy,
    Received,
    Server,
    legacy_tokens,
    token,
)
from autorag_migrate.adapters import httpx as adapted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.conftest import Authority

pytestmark = pytest.mark.anyio


async def search(client: httpx.AsyncClient, server: Server) -> None:
    response = await client.post(server.legacy(), json=SEARCH)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.paths[-1] == f"{NEW}/search"


async def test_proxies(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        inner = httpx.AsyncHTTPTransport(proxy=httpx.Proxy(proxy.origin))
        mounts = {"http://127.0.0.1": inner}
        async with adapted.AsyncClient(mounts=mounts, api_base_url=server.base) as client:
            await search(client, server)
        assert len(proxy.requests) == 1
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        async with adapted.AsyncClient(api_base_url=server.base) as client:
            await search(client, server)
        assert len(proxy.requests) == 2
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with adapted.AsyncClient(api_base_url=server.base) as client:
            await search(client, server)
        assert len(proxy.requests) == 2


async def test_verify(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        async with adapted.AsyncClient(api_base_url=server.base) as client:
            # httpcore 0.18 lets the error of the ssl module through.
            kinds = (httpx.ConnectError, ssl.SSLError)
            with pytest.raises(kinds, match="CERTIFICATE_VERIFY_FAILED"):
                await client.post(server.legacy(), json=SEARCH)
        context = authority.client_context()
        async with adapted.AsyncClient(verify=context, api_base_url=server.base) as client:
            await search(client, server)


async def test_limits_reach_the_pool() -> None:
    async with adapted.AsyncClient(limits=httpx.Limits(max_connections=3)) as client:
        assert client._transport._inner._pool._max_connections == 3  # type: ignore[attr-defined]


async def test_a_transport_in_a_plain_client(server: Server) -> None:
    transport = adapted.AsyncAutoRAGTransport(api_base_url=server.base)
    async with httpx.AsyncClient(transport=transport) as client:
        await search(client, server)


async def test_many_at_once(server: Server) -> None:
    async with adapted.AsyncClient(api_base_url=server.base) as client:
        calls = [
            client.post(server.legacy(), json={**SEARCH, "query": f"q{number}"})
            for number in range(8)
        ]
        answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} == {200}
    asked = {request.json["messages"][0]["content"] for request in server.requests}
    assert asked == {f"q{number}" for number in range(8)}
    for number, answer in enumerate(answers):
        assert json.loads(answer.request.content)["query"] == f"q{number}"


async def test_what_is_not_ours_is_handed_over_as_it_is() -> None:
    seen: list[httpx.Request] = []
    made = httpx.Response(200, content=b"x")

    async def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return made

    transport = adapted.AsyncAutoRAGTransport(httpx.MockTransport(handler))
    request = httpx.Request("GET", f"https://api.cloudflare.com{LEGACY}/search")
    assert await transport.handle_async_request(request) is made
    assert seen[-1] is request


async def test_doubles_see_the_translated_call() -> None:
    async def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"{NEW}/search"
        assert request.extensions["timeout"]["read"] == 7
        assert json.loads(await request.aread())["messages"][0]["content"] == "q"
        return httpx.Response(200, json=NEW_SEARCH)

    async with adapted.AsyncClient(
        base_url="https://api.cloudflare.com/client/v4/accounts/acc0",
        transport=httpx.MockTransport(handler),
        timeout=7,
    ) as client:
        response = await client.post("autorag/rags/docs/search", json=SEARCH)
    assert response.json()["result"]["data"][0]["score"] == 0.5


async def test_event_hooks_see_the_callers_side(server: Server) -> None:
    seen: list[Any] = []

    async def on_request(request: httpx.Request) -> None:
        seen.append(str(request.url))

    async def on_response(response: httpx.Response) -> None:
        await response.aread()
        seen.append((str(response.url), response.json()["result"]["data"][0]["score"]))

    hooks = {"request": [on_request], "response": [on_response]}
    async with adapted.AsyncClient(event_hooks=hooks, api_base_url=server.base) as client:
        await client.post(server.legacy(), json=SEARCH)
    assert seen == [server.legacy(), (server.legacy(), 0.5)]


class Counting(httpx.AsyncByteStream):
    def __init__(self) -> None:
        self.closed = 0
        self.waits = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield token("one")
        self.waits.set()
        await asyncio.sleep(self.closed or 30)
        yield token("two")

    async def aclose(self) -> None:
        self.closed += 1


def counted(stream: Counting) -> adapted.AsyncClient:
    headers = {"content-type": "text/event-stream"}
    inner = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=stream))
    return adapted.AsyncClient(transport=inner)


URL = f"https://api.cloudflare.com{LEGACY}/ai-search"


@pytest.mark.parametrize("end", ["break", "error", "unread"])
async def test_the_upstream_is_closed_once(end: str) -> None:
    stream = Counting()

    async def read() -> None:
        async with (
            counted(stream) as client,
            client.stream("POST", URL, json=STREAM) as response,
        ):
            if end == "unread":
                return
            async for _ in response.aiter_bytes():
                if end == "error":
                    raise LookupError
                break

    if end == "error":
        with pytest.raises(LookupError):
            await read()
    else:
        await read()
    assert stream.closed == 1


@pytest.mark.parametrize("streamed", [True, False])
async def test_cancelling_closes_the_upstream_once(streamed: bool) -> None:
    stream = Counting()

    async def read() -> None:
        async with counted(stream) as client:
            if streamed:
                async with client.stream("POST", URL, json=STREAM) as response:
                    async for _ in response.aiter_lines():
                        pass
            else:
                await client.post(URL, json=STREAM)

    task = asyncio.create_task(read())
    await asyncio.wait_for(stream.waits.wait(), PATIENCE)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stream.closed == 1


async def test_cancelling_hangs_up() -> None:
    gone = threading.Event()
    begun = threading.Event()

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(CHUNKS_EVENT + token("one"))
        begun.set()
        if peer.wait_until_gone():
            gone.set()

    with Server(script) as server:
        async with adapted.AsyncClient(api_base_url=server.base) as client:
            task = asyncio.create_task(client.post(server.legacy("ai-search"), json=STREAM))
            assert await asyncio.to_thread(begun.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(gone.wait, PATIENCE)


async def test_reading_a_stream(server: Server) -> None:
    url = server.legacy("ai-search")
    async with adapted.AsyncClient(api_base_url=server.base) as client:
        async with client.stream("POST", url, json=STREAM) as response:
            lines = [line async for line in response.aiter_lines() if line]
        request = client.build_request("POST", url, json=STREAM)
        response = await client.send(request, stream=True)
        assert response.request is request
        raw = b"".join([piece async for piece in response.aiter_raw()])
        await response.aclose()
    assert lines[-1] == "data: [DONE]"
    assert legacy_tokens(raw) == ["Thr", "ee"]
    assert server.connections == 1


async def test_closing_a_client_closes_what_it_wraps() -> None:
    closed: list[str] = []

    class Inner(httpx.MockTransport):
        async def __aexit__(self, *args: object) -> None:
            closed.append("exit")

        async def aclose(self) -> None:
            closed.append("close")

    async with adapted.AsyncClient(transport=Inner(lambda _: httpx.Response(200))):
        pass
    await adapted.AsyncClient(transport=Inner(lambda _: httpx.Response(200))).aclose()
    assert closed == ["exit", "close"]
