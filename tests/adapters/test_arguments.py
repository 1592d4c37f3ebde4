"""The arguments that the adapters share, and the environment in their place."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap

import httpx
import pytest
import requests

from autorag_migrate import ConfigurationError
from autorag_migrate.adapters import aiohttp as adapted_aiohttp
from autorag_migrate.adapters import httpx as adapted_httpx
from autorag_migrate.adapters import requests as adapted_requests
from autorag_migrate.adapters import urllib as adapted_urllib
from autorag_migrate.adapters import urllib3 as adapted_urllib3
from autorag_migrate.notes import MigrationWarning, Note

VARIABLE = "CLOUDFLARE_API_BASE_URL"
ANSWER = httpx.Response(200, json={"fine": True})


def test_an_environment_that_holds_no_url_harms_no_other_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "api.cloudflare.com/client/v4")
    notes: list[Note] = []
    with pytest.warns(MigrationWarning, match=VARIABLE):
        transport = adapted_httpx.AutoRAGTransport(
            httpx.MockTransport(lambda _: ANSWER), on_note=notes.append
        )
    with httpx.Client(transport=transport) as client:
        assert client.get("http://elsewhere.example/").json() == {"fine": True}
    assert [note.code for note in notes] == ["AR234"]


@pytest.mark.parametrize("base", ["api.cloudflare.com", "ftp://api.cloudflare.com", "https://"])
def test_an_argument_that_is_no_url_is_an_error_of_ours(base: str) -> None:
    with pytest.raises(ConfigurationError, match="api_base_url"):
        adapted_httpx.AutoRAGTransport(httpx.MockTransport(lambda _: ANSWER), api_base_url=base)
    for make in (
        adapted_requests.Session,
        adapted_urllib.request.build_opener,
        adapted_urllib3.PoolManager,
        adapted_aiohttp.AutoRAGMiddleware,
    ):
        with pytest.raises(ConfigurationError, match="api_base_url"):
            make(api_base_url=base)


def test_the_extra_is_named_where_a_library_is_not_installed() -> None:
    program = """
        import sys
        from importlib import import_module

        before = set(sys.modules)
        import autorag_migrate.adapters
        print(sorted({"aiohttp", "cloudflare", "httpx", "requests", "urllib3"} & set(sys.modules)))
        for name in ("aiohttp", "cloudflare", "requests", "urllib3"):
            sys.modules[name] = None
            try:
                import_module(f"autorag_migrate.adapters.{name}")
            except ImportError as error:
                print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded, *said = done.stdout.splitlines()
    assert loaded == "[]"
    extras = ("aiohttp", "cloudflare", "requests", "urllib3")
    for extra, line in zip(extras, said, strict=True):
        assert line.endswith(f': pip install "autorag-migrate[{extra}]"')


def test_a_client_of_httpx_is_adapted_once() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, json={"success": True, "result": []})

    seen: list[str] = []
    url = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/files"
    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        assert adapted_httpx.adapt(client) is client
        wrapped = client._transport
        assert adapted_httpx.adapt(client)._transport is wrapped
        client.get(url)

    async def main() -> None:
        transport = httpx.MockTransport(handler)
        async with adapted_httpx.adapt(httpx.AsyncClient(transport=transport)) as client:
            await client.get(url)

    asyncio.run(main())
    assert {path.rpartition("/")[2] for path in seen} == {"items"}
    assert len(seen) == 2


def test_a_subclass_may_call_the_plain_sessions_own_init() -> None:
    class Mine(adapted_requests.Session):
        def __init__(self) -> None:
            requests.Session.__init__(self)

    assert isinstance(Mine().get_adapter("https://"), adapted_requests.AutoRAGAdapter)
