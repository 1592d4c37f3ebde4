"""The official SDK's raw calls: its clients, its copies, its failures."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, Mock, patch

import cloudflare
import httpx
import pytest

from adapters.libraries import SEARCH
from adapters.servers import ACCOUNT, LEGACY, NEW, NEW_SEARCH, Server
from autorag_migrate.adapters import cloudflare as adapted
from autorag_migrate.adapters.cloudflare import AsyncCloudflare, Cloudflare, adapt
from autorag_migrate.notes import Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator

PATH = f"accounts/{ACCOUNT}/autorag/rags/docs"
KEY = {"api_token": "t"}


def names(answer: httpx.Response) -> list[str]:
    return [row["filename"] for row in answer.json()["result"]["data"]]


def post(client: Any, path: str = f"{PATH}/search", **more: Any) -> Any:
    """An answer of either client."""
    made = client.post(path, **{"cast_to": httpx.Response, "body": SEARCH, **more})
    return asyncio.run(_closing(client, made)) if inspect.iscoroutine(made) else made


async def _closing(client: Any, made: Any) -> Any:
    async with client:
        return await made


def closed(client: Any) -> None:
    if isinstance(client, Cloudflare):
        client.close()


KINDS = [Cloudflare, AsyncCloudflare]


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_is_the_legacy_one(emulator: Emulator, kind: Any) -> None:
    body = {"query": "how many drinks can llamas carry", "max_num_results": 2}
    path = f"accounts/{emulator.account_id}/autorag/rags/docs/search"
    answers = []
    for each in (kind._plain, kind):
        client = each(api_token=emulator.api_token, base_url=emulator.base_url)
        answers.append(post(client, path, body=body).json())
        closed(client)
    plain, ours = answers
    assert ours == plain
    assert len(ours["result"]["data"]) > 0
    assert [each.api for each in emulator.log] == ["legacy", "new"]
    assert emulator.log[1].defects == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_clients_own_address_is_known(server: Server, kind: Any) -> None:
    client = kind(**KEY, base_url=server.base + "/")
    answer = post(client)
    closed(client)
    assert names(answer) == ["a/llama.md"]
    assert str(answer.request.url) == server.legacy()
    assert server.paths == [f"{NEW}/search"]
    assert server.requests[0].header("authorization") == "Bearer t"


def test_an_address_that_is_given_goes_before_it(server: Server) -> None:
    notes: list[Note] = []
    with Cloudflare(
        **KEY,
        base_url=server.base,
        api_base_url="http://127.0.0.1:1/client/v4",
        on_note=notes.append,
        settings=Settings(notes="quiet"),
    ) as client:
        post(client)
    assert server.paths == [f"{LEGACY}/search"]
    assert [note.code for note in notes] == ["AR235"]


def test_other_casts_and_methods(server: Server) -> None:
    with Cloudflare(**KEY, base_url=server.base) as client:
        found: Any = post(client, cast_to=object)
        assert found["result"]["data"][0]["filename"] == "a/llama.md"
        server.script = lambda peer, _: peer.json({"success": True, "result": {"id": "j"}})
        assert client.patch(f"{PATH}/sync", cast_to=object)["result"] == {"job_id": "j"}  # type: ignore[index]
        server.script = lambda peer, _: peer.json(
            {"success": True, "result": [{"key": "k", "id": "i"}]}
        )
        files: Any = client.get(f"{PATH}/files", cast_to=object)
        assert files["result"] == [{"key": "k", "error": None}]
    assert [each.method for each in server.requests] == ["POST", "POST", "GET"]
    assert server.paths[1:] == [f"{NEW}/jobs", f"{NEW}/items"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sdks_failures_and_retries(server: Server, kind: Any) -> None:
    said = {"success": False, "errors": [{"code": 7002, "message": "ai_search_not_found"}]}
    server.script = lambda peer, _: (
        peer.json({}, 503, headers=[("Retry-After", "0.01")])
        if len(server.requests) < 2
        else peer.json(said, 404)
    )
    client = kind(**KEY, base_url=server.base)
    with pytest.raises(cloudflare.NotFoundError) as raised:
        post(client)
    closed(client)
    assert server.paths == [f"{NEW}/search"] * 2
    assert str(raised.value.request.url) == server.legacy()
    assert raised.value.errors[0].message == "autorag_not_found"


def test_refused_as_legacy_refuses(server: Server) -> None:
    filters = {"type": "or", "filters": [{"type": "gt", "key": "folder", "value": "a"}]}
    with (
        Cloudflare(**KEY, base_url=server.base) as client,
        pytest.raises(cloudflare.BadRequestError),
    ):
        post(client, body={**SEARCH, "filters": filters})
    assert server.requests == []


def test_the_callers_own_httpx_client_is_kept(server: Server) -> None:
    seen: list[str] = []
    with httpx.Client(
        headers={"X-A": "1"}, event_hooks={"request": [lambda each: seen.append(str(each.url))]}
    ) as sending:
        client = Cloudflare(**KEY, base_url=server.base, http_client=sending)
        assert client._client is sending
        post(client)
        assert sending.get(f"{server.origin}/else").json() == {"path": "/else"}
    assert seen == [server.legacy(), f"{server.origin}/else"]
    assert server.requests[0].header("x-a") == "1"
    assert server.paths[0] == f"{NEW}/search"


@pytest.mark.parametrize("how", ["copy", "with_options"])
def test_copies_are_adapted(server: Server, how: str) -> None:
    with Server() as other, Cloudflare(**KEY, base_url=server.base) as client:
        same = getattr(client, how)(max_retries=7, timeout=3)
        assert (same.max_retries, same._client) == (7, client._client)
        assert type(same) is cloudflare.Cloudflare
        elsewhere = getattr(same, how)(base_url=other.base)
        with httpx.Client() as sending:
            apart = getattr(client, how)(http_client=sending)
            for each in (same, elsewhere, apart, client):
                assert names(post(each)) == ["a/llama.md"]
        depth, transport = 0, client._client._transport
        for _ in range(3):
            getattr(client, how)(max_retries=1)
        while hasattr(transport, "_inner"):
            depth, transport = depth + 1, transport._inner
        assert depth == 2
        assert other.paths == [f"{NEW}/search"]
    assert server.paths == [f"{NEW}/search"] * 3


def test_a_client_that_is_there(server: Server) -> None:
    with cloudflare.Cloudflare(**KEY, base_url=server.base) as client:
        assert adapt(client) is client
        assert adapt(client) is client
        assert names(post(client)) == ["a/llama.md"]


def test_the_services_own_address_comes_from_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json=NEW_SEARCH)

    seen: list[str] = []
    monkeypatch.delenv("CLOUDFLARE_BASE_URL", raising=False)
    with httpx.Client(transport=httpx.MockTransport(handler)) as sending:
        post(Cloudflare(**KEY, http_client=sending))
    assert seen == [f"https://api.cloudflare.com{NEW}/search"]


# --- (g) what tests patch, and what classes are asked ---------------------------------------------


@pytest.mark.parametrize("place", [cloudflare, adapted])
def test_patches_reach_the_caller(place: Any) -> None:
    for library in (cloudflare, adapted):
        for name in ("Cloudflare", "AsyncCloudflare", "Client"):
            with patch.object(place, name) as double:
                assert getattr(library, name) is double
        with patch.object(place.Cloudflare, "post", MagicMock(return_value="theirs")):
            assert library.Cloudflare(**KEY).post("x") == "theirs"
    assert adapted.Cloudflare is adapted.Client is Cloudflare
    assert cloudflare.Cloudflare is Cloudflare._plain
    assert "post" not in vars(cloudflare.Cloudflare)


def test_clients_are_clients() -> None:
    ours, theirs = Cloudflare(**KEY), cloudflare.Cloudflare(**KEY)
    for one in (ours, theirs, Mock(spec=Cloudflare), Mock(spec=cloudflare.Cloudflare)):
        assert isinstance(one, Cloudflare)
        assert not isinstance(one, AsyncCloudflare)
    assert type(ours) is cloudflare.Cloudflare
    assert inspect.signature(Cloudflare) == inspect.signature(cloudflare.Cloudflare)

    class Mine(Cloudflare):
        def __init__(self, name: str) -> None:
            super().__init__(api_token=name)

    mine = Mine("n")
    assert isinstance(mine, cloudflare.Cloudflare)
    assert mine.api_token == "n"
    assert hasattr(mine._client._transport, "_inner")
    for each in (ours, theirs, mine):
        each.close()


def test_every_other_name_is_the_sdks() -> None:
    senders = {"Client", "AsyncClient", "Cloudflare", "AsyncCloudflare"}
    names = set(cloudflare.__all__) - senders
    different = [each for each in names if getattr(adapted, each) is not getattr(cloudflare, each)]
    assert different == []
    assert {"NotFoundError", "adapt"} <= set(dir(adapted))
