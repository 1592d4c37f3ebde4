"""A program that is bridged is found by mypy to be what it was: no finding comes, none goes."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("mypy")

OF_REQUESTS = """
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import requests
from requests import HTTPError, Response, Session, post
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"
ERRORS = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
VERSION: str = requests.__version__


class Token(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = "Bearer t"
        return request


class Search(requests.Session):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.headers.update({"Authorization": token})
        self.mount("https://", requests.adapters.HTTPAdapter(max_retries=3))
        self.mount("http://", HTTPAdapter())

    def search(self, query: str) -> requests.Response:
        return self.post(URL, json={"query": query}, timeout=(3, 10))


def make(session: requests.Session | None = None) -> requests.Session:
    session = session or requests.Session()
    session.auth = HTTPBasicAuth("u", "p")
    session.auth = Token()
    session.proxies["https"] = "http://proxy"
    session.verify = False
    return session


def ask(session: Session, auth: AuthBase) -> Response:
    with session as one:
        return one.request("POST", URL, json={"query": "q"}, auth=auth)


def read(response: requests.Response) -> Any:
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        reveal_type(error.response)
        raise
    except (requests.exceptions.ReadTimeout, *ERRORS) as error:
        raise SystemExit(str(error)) from error
    except requests.RequestException as error:
        if error.response is not None:
            print(error.response.status_code, error.request)
    if response.status_code == requests.codes.ok:
        reveal_type(response.headers)
    return response.json()


def lines() -> Iterator[bytes]:
    with requests.post(URL, json={"query": "q", "stream": True}, stream=True) as response:
        yield from response.iter_lines()


def senders() -> dict[str, Callable[..., requests.Response]]:
    return {"get": requests.get, "post": post, "delete": requests.delete}


def catch() -> bool:
    try:
        reveal_type(post(URL, data=b"{}", headers={"a": "b"}))
        reveal_type(requests.get(URL, {"a": "b"}))
        reveal_type(requests.request("POST", URL, params={"a": "b"}))
    except HTTPError:
        return False
    return isinstance(make(), requests.Session)


def all_sorts(
    request: requests.Request, cookies: requests.cookies.RequestsCookieJar
) -> requests.structures.CaseInsensitiveDict[str]:
    prepared = make().prepare_request(request)
    reveal_type(prepared.url)
    reveal_type(requests.utils.default_headers())
    reveal_type(requests.session().cookies)
    return requests.structures.CaseInsensitiveDict()


print(requests.__title__, requests.packages, requests.models.Response, requests.sessions.Session)
requests.nothing
requests.codes.teapot
x: requests.Nothing
n: int = requests.get(URL).text
"""

OF_HTTPX = """
from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from httpx import AsyncClient, Client, HTTPStatusError, Response, post

URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"
TIMEOUT = httpx.Timeout(10, connect=3)
LIMITS = httpx.Limits(max_connections=5)
ERRORS = (httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError)
VERSION: str = httpx.__version__


class Token(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = "Bearer t"
        yield request


class Search(httpx.Client):
    def __init__(self, token: str) -> None:
        super().__init__(headers={"Authorization": token}, timeout=TIMEOUT, limits=LIMITS)

    def search(self, query: str) -> httpx.Response:
        return self.post(URL, json={"query": query})


class Recording(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.inner.handle_request(request)


def make(client: httpx.Client | None = None) -> httpx.Client:
    transport = Recording(httpx.HTTPTransport(retries=2))
    return client or httpx.Client(transport=transport, auth=Token(), base_url=URL)


@asynccontextmanager
async def make_async() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=httpx.Timeout(None)) as client:
        reveal_type(client)
        yield client


async def ask(client: AsyncClient) -> Response:
    async with client.stream("POST", URL, json={"query": "q"}) as response:
        async for line in response.aiter_lines():
            print(line)
    return await client.post(URL, json={}, timeout=httpx.USE_CLIENT_DEFAULT)


def read(response: httpx.Response) -> Any:
    try:
        response.raise_for_status()
    except HTTPStatusError as error:
        reveal_type(error.response)
        raise
    except ERRORS as error:
        raise SystemExit(str(error)) from error
    except (httpx.TimeoutException, httpx.HTTPError) as error:
        reveal_type(error)
    if response.status_code == httpx.codes.OK:
        reveal_type(response.headers)
    return response.json()


def lines() -> Iterator[str]:
    with httpx.stream("POST", URL, json={"query": "q", "stream": True}) as response:
        reveal_type(response)
        yield from response.iter_lines()


def senders() -> dict[str, Callable[..., httpx.Response]]:
    return {"get": httpx.get, "post": post, "delete": httpx.delete}


def private(timeout: httpx._types.TimeoutTypes, client: httpx._client.Client) -> None:
    reveal_type(httpx._models.Response)
    reveal_type(httpx._config.DEFAULT_TIMEOUT_CONFIG)
    reveal_type(httpx._exceptions.HTTPError)


def all_sorts(kind: type[httpx.Client] = httpx.Client) -> httpx.URL:
    reveal_type(post(URL, content=b"{}", verify=False, follow_redirects=True))
    reveal_type(httpx.request("POST", URL, headers=httpx.Headers({"a": "b"})))
    reveal_type(httpx.QueryParams({"a": "b"}))
    with Client() as client, kind() as other:
        print(client.get(URL), other.is_closed, httpx.BasicAuth("u", "p"), httpx.Cookies())
    return httpx.URL(URL).join("x")


httpx.nothing
x: httpx.Nothing
n: int = httpx.get(URL).text
"""


def findings(directory: Path, source: str) -> list[str]:
    program = directory / "program.py"
    program.write_text(source, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "program.py"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode < 2, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(("library", "source"), [("requests", OF_REQUESTS), ("httpx", OF_HTTPX)])
def test_mypy_finds_what_it_found(library: str, source: str, tmp_path: Path) -> None:
    before = findings(tmp_path, source)
    bridged = source.replace(
        f"\nimport {library}\n", f"\nfrom autorag_migrate.adapters import {library}\n"
    )
    bridged = re.sub(
        rf"\nfrom {library} import", f"\nfrom autorag_migrate.adapters.{library} import", bridged
    )
    assert bridged != source
    after = findings(tmp_path, bridged)
    # Their own class in place of the library's is what may differ.
    named = [re.sub(rf"autorag_migrate\.adapters\.{library}\.(\w+)", r"\1", each) for each in after]
    plain = [
        re.sub(r"(?:requests\.sessions|httpx\._client)\.(\w*Client|Session)", r"\1", each)
        for each in before
    ]
    assert named == plain
    # What is wrong in the program, and nothing that only a missing stub would explain.
    assert {each.rpartition("[")[2] for each in before if ": error: " in each} == {
        "attr-defined]",
        "name-defined]",
        "assignment]",
    }
