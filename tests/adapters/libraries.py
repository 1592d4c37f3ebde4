"""One way to call with each library, plain or through its adapter, so that a test is one test."""

from __future__ import annotations

import asyncio
import json as json_
import urllib.error
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from http.cookiejar import CookieJar
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import httpx
import requests
import urllib3

from autorag_migrate.adapters import aiohttp as adapted_aiohttp
from autorag_migrate.adapters import httpx as adapted_httpx
from autorag_migrate.adapters import requests as adapted_requests
from autorag_migrate.adapters import urllib as adapted_urllib
from autorag_migrate.adapters import urllib3 as adapted_urllib3

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCH = {"query": "q", "ranking_options": {"score_threshold": 0.4}}
ANSWER = {**SEARCH, "stream": False}
STREAM = {**SEARCH, "stream": True}


class Answer(NamedTuple):
    """What a caller holds in the end."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes
    response: Any

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def json(self) -> Any:
        return self.response.json()


class Library:
    """Calls with one library."""

    name: str
    error: Any
    asynchronous = False
    decodes = True
    follows_post = True
    shows_request = True
    raises_for_status = True

    def shows(self, url: Any, expected: str) -> bool:
        """Whether this is how the library shows a URL."""
        return str(url) == expected

    def url_of(self, error: Any) -> str | None:
        """The URL that a failure names, None where it names none."""
        # `httpx` raises where a request is asked for and none was given.
        request = getattr(error, "_request", None) or getattr(error, "request", None)
        return None if request is None else str(request.url)

    def sent_by(self, holder: Any) -> bytes | None:
        """The body of the request that a response or a failure shows, None where it shows none."""
        return holder.request.content

    def cookies_of(self, response: Any) -> dict[str, tuple[str, str]] | None:
        """Value and path of each cookie, None from a library that keeps none."""
        if not hasattr(response, "cookies"):
            return None
        jar = getattr(response.cookies, "jar", response.cookies)
        return {cookie.name: (cookie.value, cookie.path) for cookie in jar}

    def call(
        self,
        method: str,
        url: str,
        *,
        adapted: bool = True,
        base: str | None = None,
        ours: dict[str, Any] | None = None,
        json: Any = None,
        content: Any = None,
        headers: dict[str, str] | None = None,
        timeout: float = 10,
        follow: bool = False,
        auth: Any = None,
    ) -> Answer:
        raise NotImplementedError

    def read(
        self,
        url: str,
        on_piece: Callable[[bytes], Any],
        *,
        adapted: bool = True,
        base: str | None = None,
        json: Any = STREAM,
        timeout: float = 10,
    ) -> None:
        """Stream an answer; `on_piece` may return False to stop."""
        raise NotImplementedError

    def post(self, url: str, body: Any = SEARCH, **arguments: Any) -> Answer:
        return self.call("POST", url, json=body, **arguments)

    def __repr__(self) -> str:
        return self.name


def _ours(adapted: bool, base: str | None, ours: dict[str, Any] | None) -> dict[str, Any]:
    return {"api_base_url": base, **(ours or {})} if adapted else {}


def _of_httpx(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.headers.multi_items(), response.content, response)


def basic(name: str, password: str) -> dict[str, str]:
    """What libraries send that have no word for it in every version."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


class SyncHttpx(Library):
    name = "httpx"
    error = httpx.HTTPError

    def _client(self, adapted: bool, **arguments: Any) -> httpx.Client:
        kind = adapted_httpx.Client if adapted else httpx.Client
        return kind(verify=False, **arguments)

    def call(
        self, method, url, *, adapted=True, base=None, ours=None, timeout=10, follow=False, **more
    ):
        arguments = _ours(adapted, base, ours)
        with self._client(adapted, timeout=timeout, follow_redirects=follow, **arguments) as client:
            return _of_httpx(client.request(method, url, **more))

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        with (
            self._client(adapted, timeout=timeout, **_ours(adapted, base, None)) as client,
            client.stream("POST", url, json=json) as response,
        ):
            for piece in response.iter_bytes():
                if on_piece(piece) is False:
                    break


class AsyncHttpx(Library):
    name = "httpx-async"
    asynchronous = True
    error = httpx.HTTPError

    def _client(self, adapted: bool, **arguments: Any) -> httpx.AsyncClient:
        kind = adapted_httpx.AsyncClient if adapted else httpx.AsyncClient
        return kind(verify=False, **arguments)

    def call(
        self, method, url, *, adapted=True, base=None, ours=None, timeout=10, follow=False, **more
    ):
        arguments = _ours(adapted, base, ours)

        async def run() -> Answer:
            async with self._client(
                adapted, timeout=timeout, follow_redirects=follow, **arguments
            ) as client:
                return _of_httpx(await client.request(method, url, **more))

        return asyncio.run(run())

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        async def run() -> None:
            async with (
                self._client(adapted, timeout=timeout, **_ours(adapted, base, None)) as client,
                client.stream("POST", url, json=json) as response,
            ):
                async for piece in response.aiter_bytes():
                    if on_piece(piece) is False:
                        break

        asyncio.run(run())


class Requests(Library):
    name = "requests"
    error = requests.RequestException

    def sent_by(self, holder):
        return holder.request.body

    def _session(self, adapted: bool, **arguments: Any) -> requests.Session:
        return adapted_requests.Session(**arguments) if adapted else requests.Session()

    def call(
        self,
        method,
        url,
        *,
        adapted=True,
        base=None,
        ours=None,
        timeout=10,
        follow=False,
        content=None,
        **more,
    ):
        with self._session(adapted, **_ours(adapted, base, ours)) as session:
            response = session.request(
                method, url, data=content, timeout=timeout, allow_redirects=follow, **more
            )
            return Answer(
                response.status_code, list(response.headers.items()), response.content, response
            )

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        with (
            self._session(adapted, **_ours(adapted, base, None)) as session,
            session.post(url, json=json, stream=True, timeout=timeout) as response,
        ):
            for piece in response.iter_content(1024):
                if on_piece(piece) is False:
                    break


async def secure_connections_closed(url: str) -> None:
    """Wait as aiohttp's documentation advises: a session does not wait for TLS to say goodbye."""
    if url.startswith("https:"):
        await asyncio.sleep(0.1)


class Aiohttp(Library):
    name = "aiohttp"
    error = aiohttp.ClientError
    asynchronous = True

    def url_of(self, error):
        info = getattr(error, "request_info", None)
        return None if info is None else str(info.real_url)

    def sent_by(self, holder):
        return None

    def cookies_of(self, response):
        return {each.key: (each.value, each["path"]) for each in response.cookies}

    def _session(self, adapted: bool, timeout: float, **arguments: Any) -> aiohttp.ClientSession:
        kind = adapted_aiohttp.ClientSession if adapted else aiohttp.ClientSession
        limits = aiohttp.ClientTimeout(total=None, sock_read=timeout)
        return kind(timeout=limits, cookie_jar=aiohttp.CookieJar(unsafe=True), **arguments)

    def call(
        self,
        method,
        url,
        *,
        adapted=True,
        base=None,
        ours=None,
        timeout=10,
        follow=False,
        content=None,
        **more,
    ):
        if isinstance(auth := more.pop("auth", None), tuple):
            more["headers"] = basic(*auth)
        elif auth is not None:
            ours = {**(ours or {}), "middlewares": (auth,)}

        async def run() -> Answer:
            async with self._session(adapted, timeout, **_ours(adapted, base, ours)) as session:
                response = await session.request(
                    method, url, data=content, allow_redirects=follow, **more
                )
                body = await response.read()
                seen = SimpleNamespace(
                    url=response.url,
                    request=response.request_info,
                    history=[
                        SimpleNamespace(url=each.url, status_code=each.status)
                        for each in response.history
                    ],
                    cookies=list(session.cookie_jar),
                    json=lambda: json_.loads(body),
                    raise_for_status=response.raise_for_status,
                )
                answer = Answer(response.status, list(response.headers.items()), body, seen)
            await secure_connections_closed(url)
            return answer

        return asyncio.run(run())

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        async def run() -> None:
            async with (
                self._session(adapted, timeout, **_ours(adapted, base, None)) as session,
                session.post(url, json=json) as response,
            ):
                async for piece in response.content.iter_any():
                    if on_piece(piece) is False:
                        break

        asyncio.run(run())


class Urllib3(Library):
    name = "urllib3"
    error = urllib3.exceptions.HTTPError
    shows_request = raises_for_status = False

    def url_of(self, error):
        return getattr(error, "url", None)

    def sent_by(self, holder):
        return None

    def shows(self, url, expected):
        # The target of the request, which has no host, until a redirect names one.
        return url in {expected, "/" + expected.split("/", 3)[3]}

    def _manager(self, adapted: bool, **arguments: Any) -> urllib3.PoolManager:
        return (adapted_urllib3 if adapted else urllib3).PoolManager(**arguments)

    def call(
        self,
        method,
        url,
        *,
        adapted=True,
        base=None,
        ours=None,
        json=None,
        content=None,
        headers=None,
        timeout=10,
        follow=False,
        auth=None,
    ):
        headers = dict(headers or {})
        if json is not None:
            content = json_.dumps(json).encode()
            headers.setdefault("Content-Type", "application/json")
        if auth is not None:
            headers |= basic(*auth)
        retries = urllib3.Retry(5) if follow else False
        with self._manager(adapted, **_ours(adapted, base, ours)) as manager:
            response = manager.request(
                method, url, body=content, headers=headers, timeout=timeout, retries=retries
            )
            history = response.retries.history if response.retries else ()
            seen = SimpleNamespace(
                url=response.geturl(),
                history=[
                    SimpleNamespace(url=each.url, status_code=each.status) for each in history
                ],
                json=lambda: json_.loads(response.data),
            )
            return Answer(response.status, list(response.headers.items()), response.data, seen)

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        with self._manager(adapted, **_ours(adapted, base, None)) as manager:
            response = manager.request(
                "POST",
                url,
                body=json_.dumps(json).encode(),
                headers={"Content-Type": "application/json"},
                timeout=timeout,
                retries=False,
                preload_content=False,
            )
            with response:
                for piece in response.stream(1024):
                    if on_piece(piece) is False:
                        break


class Urllib(Library):
    name = "urllib"
    error = (OSError, HTTPException)
    decodes = follows_post = shows_request = False

    def url_of(self, error):
        return getattr(error, "url", None)

    def sent_by(self, holder):
        return None

    def cookies_of(self, response):
        return {each.name: (each.value, each.path) for each in response.cookies}

    def _opener(self, adapted: bool, *handlers: Any, **arguments: Any) -> Any:
        build = (adapted_urllib if adapted else urllib).request.build_opener
        return build(*handlers, **arguments)

    def call(
        self,
        method,
        url,
        *,
        adapted=True,
        base=None,
        ours=None,
        json=None,
        content=None,
        headers=None,
        timeout=10,
        follow=False,
        auth=None,
    ):
        headers = dict(headers or {})
        if json is not None:
            content = json_.dumps(json).encode()
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        handlers: list[Any] = []
        if isinstance(auth, tuple):
            headers |= basic(*auth)
        elif auth is not None:
            handlers.append(auth)
        jar = CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(jar)
        opener = self._opener(adapted, cookies, *handlers, **_ours(adapted, base, ours))
        request = urllib.request.Request(url, content, headers, method=method)
        failed: list[urllib.error.HTTPError] = []
        try:
            response = opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            failed.append(error)
            response = error

        def raise_for_status() -> None:
            for error in failed:
                raise error

        with response:
            body = response.read()
            seen = SimpleNamespace(
                url=response.geturl(),
                history=[],
                cookies=jar,
                json=lambda: json_.loads(body),
                raise_for_status=raise_for_status,
            )
            return Answer(response.status, list(response.headers.items()), body, seen)

    def read(self, url, on_piece, *, adapted=True, base=None, json=STREAM, timeout=10):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, json_.dumps(json).encode(), headers)
        opener = self._opener(adapted, **_ours(adapted, base, None))
        with opener.open(request, timeout=timeout) as response:
            while piece := response.read1(1024):
                if on_piece(piece) is False:
                    break


LIBRARIES: list[Library] = [
    *(SyncHttpx(), AsyncHttpx(), Requests(), Aiohttp(), Urllib(), Urllib3()),
]
