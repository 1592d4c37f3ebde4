"""The conditions under which a bridge may stand in for its library.

(a) What the caller's own arguments built is wrapped, none of it replaced: test_httpx.py and
test_requests.py, because every library spells those arguments its own way.
(b) What a caller can see of a response and an exception is the caller's own.
(c) What cannot be read or translated goes out as legacy, with a note.
(d) A note never raises unless the policy is strict.
(e) An answer that is legacy already passes unchanged: test_streams.py.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import subprocess
import sys
import textwrap
import threading
import warnings
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest
import requests
from requests.auth import HTTPDigestAuth

from adapters.libraries import SEARCH, Library
from adapters.servers import LEGACY, NEW, PATIENCE, Peer, Received, Server
from autorag_migrate import NoteError
from autorag_migrate.mapping import BASE_URL
from autorag_migrate.notes import MigrationWarning, Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.emulator import Emulator


# --- (b) the caller's own ---------------------------------------------------------------------


def test_the_response_shows_the_callers_request(library: Library, server: Server) -> None:
    answer = library.post(server.legacy() + "?a=b", base=server.base)
    assert server.paths == [f"{NEW}/search?a=b"]
    response = answer.response
    assert library.shows(response.url, server.legacy() + "?a=b")
    assert response.history == []
    if not library.shows_request:
        return
    assert str(response.request.url) == server.legacy() + "?a=b"
    assert response.request.method == "POST"
    sent = library.sent_by(response)
    length = int(response.request.headers["content-length"])
    if sent is None:
        assert length == len(json.dumps(SEARCH))
    else:
        assert json.loads(sent) == SEARCH
        assert length == len(sent)
        assert response.elapsed.total_seconds() > 0


def test_raise_for_status_names_the_callers_url(library: Library, server: Server) -> None:
    if not library.raises_for_status:
        pytest.skip("its responses do not raise")
    server.script = lambda peer, _: peer.json({"success": False, "errors": []}, 503)
    response = library.post(server.legacy(), base=server.base).response
    with pytest.raises(library.error, match="503") as raised:
        response.raise_for_status()
    assert server.legacy() in str(raised.value) or not library.shows_request
    assert library.url_of(raised.value) == server.legacy()
    if library.sent_by(response) is not None:
        assert raised.value.request is response.request


def refuse(peer: Peer, request: Received) -> None:
    raise ConnectionResetError


def garbage(peer: Peer, request: Received) -> None:
    peer.send(b"no http\r\n\r\n")
    peer.close_after = True


def half(peer: Peer, request: Received) -> None:
    # By its chunks: older versions of requests do not look at the length.
    peer.head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
    peer.chunk(b'{"success"')
    peer.close_after = True


def no_gzip(peer: Peer, request: Received) -> None:
    peer.answer(b"no gzip", headers=[("Content-Encoding", "gzip")])


def around(peer: Peer, request: Received) -> None:
    peer.answer(status=307, headers=[("Location", request.target)])


@pytest.mark.parametrize("script", [refuse, garbage, half, no_gzip, around])
def test_failures_are_what_they_are_without_the_adapter(
    library: Library, server: Server, script: Any
) -> None:
    if (script is no_gzip and not library.decodes) or (
        script is around and not library.follows_post
    ):
        pytest.skip("no failure to it")
    server.script = script
    raised = []
    for adapted in (False, True):
        base = server.base if adapted else None
        with pytest.raises(library.error) as caught:
            library.post(server.legacy(), adapted=adapted, base=base, follow=script is around)
        raised.append(caught.value)
    plain, ours = raised
    assert type(ours) is type(plain)
    # No library names a request for every failure.
    assert library.url_of(ours) == library.url_of(plain)
    assert library.url_of(plain) is None or library.shows(library.url_of(plain), server.legacy())
    if script in {half, garbage}:
        assert str(ours) == str(plain)


def test_no_connection(library: Library) -> None:
    with Server() as server:
        url, base = server.legacy(), server.base
    raised = []
    for adapted in (False, True):
        with pytest.raises(library.error) as caught:
            library.post(url, adapted=adapted, base=base if adapted else None)
        raised.append(caught.value)
    plain, ours = raised
    assert type(ours) is type(plain)
    assert library.url_of(ours) == library.url_of(plain)
    if library.url_of(plain) is not None:
        assert library.url_of(ours) == url
        assert json.loads(library.sent_by(ours) or b"null") == SEARCH


def challenge(peer: Peer, request: Received) -> None:
    """Digest authentication that looks at the method and at the path, as servers do."""
    given = request.header("authorization")
    if given is None:
        digest = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        peer.json({}, 401, headers=[("WWW-Authenticate", digest)])
    elif f'uri="{request.target}"' not in given:
        peer.json({}, 400)
    else:
        peer.json({"success": True, "result": {"data": [], "path": request.target}})


DIGEST = {
    "aiohttp": aiohttp.DigestAuthMiddleware,
    "httpx": httpx.DigestAuth,
    "httpx-async": httpx.DigestAuth,
    "requests": HTTPDigestAuth,
}


def test_digest_authentication(library: Library, server: Server) -> None:
    if library.name not in DIGEST:
        pytest.skip("it answers no challenge")
    server.script = challenge
    kind = DIGEST[library.name]
    notes: list[Note] = []
    ours = {"on_note": notes.append, "settings": Settings(notes="quiet")}
    answer = library.post(server.legacy(), base=server.base, auth=kind("u", "p"), ours=ours)
    # The answer to the challenge is signed for the legacy path.
    assert server.paths == [f"{NEW}/search", f"{LEGACY}/search"]
    assert server.requests[1].json == SEARCH
    assert (answer.status, answer.json()["result"]["path"]) == (200, f"{LEGACY}/search")
    codes = [note.code for note in notes if note.severity != "info"]
    if library.name == "aiohttp":  # its middleware asks again without a look at the first answer
        assert codes == ["AR231"]
    else:
        assert codes == ["AR233", "AR231"]
        assert [each.status_code for each in answer.response.history] == [401]


def test_basic_authentication(library: Library, server: Server) -> None:
    answer = library.post(server.legacy(), base=server.base, auth=("u", "p"))
    assert answer.status == 200
    assert server.requests[0].header("authorization") == "Basic dTpw"


# --- (c) what cannot be translated ------------------------------------------------------------


def pieces() -> Iterator[bytes]:
    yield b'{"query": '
    yield b'"q"}'


async def async_pieces() -> Any:
    for piece in pieces():
        yield piece


LONG = {"type": "eq", "key": "folder", "value": "x" * 3000}
CONTRADICTION = {
    "type": "and",
    "filters": [
        {"type": "eq", "key": "folder", "value": "a/"},
        {"type": "eq", "key": "folder", "value": "b/"},
    ],
}


def body(**more: Any) -> bytes:
    return json.dumps({"query": "q", **more}).encode()


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        pytest.param("generator", {}, "AR231", id="generator"),
        pytest.param("file", {}, "AR231", id="file"),
        pytest.param(body(), {"Content-Digest": "sha-256=:x:"}, "AR231", id="content-digest"),
        pytest.param(body(), {"Signature": "s"}, "AR231", id="signature"),
        pytest.param(gzip.compress(body()), {"Content-Encoding": "gzip"}, "AR231", id="gzip"),
        pytest.param(b"", {}, "AR231", id="empty"),
        pytest.param(b"{", {}, "AR231", id="half"),
        pytest.param(b"\xff", {}, "AR231", id="no-unicode"),
        pytest.param(b"[" * 200_000, {}, "AR231", id="deep"),
        pytest.param(b"[]", {}, "AR230", id="list"),
        pytest.param(b"{}", {}, "AR230", id="no-query"),
        pytest.param(body(filters=CONTRADICTION), {}, "AR230", id="contradiction"),
        pytest.param(body(filters=LONG), {}, "AR230", id="too-long"),
        pytest.param(body(max_num_results="ten"), {}, "AR230", id="no-number"),
    ],
)
def test_goes_out_as_legacy(
    library: Library, server: Server, content: Any, headers: dict[str, str], code: str
) -> None:
    expected = content
    if content == "generator":
        expected = b"".join(pieces())
        content = async_pieces() if library.asynchronous else pieces()
    elif content == "file":
        if library.name == "httpx-async":
            pytest.skip("an asynchronous client takes no file")
        expected = body()
        content = io.BytesIO(expected)
    notes: list[Note] = []
    with pytest.warns(MigrationWarning, match=code):
        answer = library.call(
            "POST",
            server.legacy(),
            content=content,
            headers=headers,
            base=server.base,
            ours={"on_note": notes.append},
        )
    assert server.paths == [f"{LEGACY}/search"]
    assert server.requests[0].body == expected
    for name, value in headers.items():
        assert server.requests[0].header(name.lower()) == value
    assert answer.status == 200
    assert [note.code for note in notes] == [code]


@pytest.mark.parametrize("field", ["files", "data"])
def test_forms_go_out_as_legacy(server: Server, field: str) -> None:
    from autorag_migrate.adapters import httpx as adapted

    form: Any = {"query": b"q"} if field == "files" else {"query": "q"}
    with (
        adapted.Client(api_base_url=server.base, verify=False) as client,
        pytest.warns(MigrationWarning, match="AR231"),
    ):
        client.post(server.legacy(), **{field: form})
    assert server.paths == [f"{LEGACY}/search"]


# --- (d) notes --------------------------------------------------------------------------------

REWRITTEN = {**SEARCH, "rewrite_query": True}
PROGRAM = """
    import asyncio, json, sys
    from autorag_migrate.adapters import aiohttp, cloudflare, httpx, requests, urllib, urllib3

    url, base = sys.argv[1:]
    body = json.loads('{"query": "q", "rewrite_query": true}')

    async def main():
        async with httpx.AsyncClient(api_base_url=base, verify=False) as client:
            return await client.post(url, json=body)

    async def by_aiohttp():
        async with aiohttp.ClientSession(api_base_url=base) as session:
            async with session.post(url, json=body) as response:
                return await response.json()

    data = json.dumps(body).encode()
    with urllib.request.urlopen(url, data, api_base_url=base) as response:
        by_urllib = json.load(response)
    manager = urllib3.PoolManager(api_base_url=base)
    client = cloudflare.Cloudflare(api_token="t", base_url=base)
    answers = [
        requests.post(url, json=body, api_base_url=base).json(),
        httpx.post(url, json=body, api_base_url=base, verify=False).json(),
        asyncio.run(main()).json(),
        asyncio.run(by_aiohttp()),
        by_urllib,
        json.loads(manager.urlopen("POST", url, body=data).data),
        client.post(url.partition("/v4/")[2], cast_to=object, body=body),
    ]
    manager.clear()
    client.close()
    print({answer["result"]["data"][0]["filename"] for answer in answers}, len(answers))
"""


def test_notes_do_not_raise_where_warnings_do(server: Server) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            textwrap.dedent(PROGRAM),
            server.legacy(),
            server.base,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "{'a/llama.md'} 7\n"
    assert done.stderr.count("AR201") == 7
    assert server.paths == [f"{NEW}/search"] * 7


def test_a_note_is_a_warning_at_the_callers_line_once(library: Library, server: Server) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            library.post(server.legacy(), REWRITTEN, base=server.base)
    (warning,) = caught
    assert warning.category is MigrationWarning
    assert str(warning.message).startswith("AR201 rewrite_query: ")
    assert warning.filename.endswith("libraries.py")
    assert "request" in _line(warning.filename, warning.lineno)


def _line(filename: str, number: int) -> str:
    from pathlib import Path

    return Path(filename).read_text("utf-8").splitlines()[number - 1]


def test_drop_in_functions_warn_at_the_callers_line(server: Server) -> None:
    from autorag_migrate.adapters import aiohttp as adapted_aiohttp
    from autorag_migrate.adapters import cloudflare as adapted_cloudflare
    from autorag_migrate.adapters import httpx as adapted_httpx
    from autorag_migrate.adapters import requests as adapted_requests
    from autorag_migrate.adapters import urllib as adapted_urllib
    from autorag_migrate.adapters import urllib3 as adapted_urllib3

    arguments: dict[str, Any] = {"json": REWRITTEN, "api_base_url": server.base}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        adapted_httpx.post(server.legacy(), verify=False, **arguments)  # here 1
        with adapted_httpx.stream("POST", server.legacy(), verify=False, **arguments):  # here 2
            pass
        adapted_requests.post(server.legacy(), **arguments)  # here 3
        adapted_requests.request("post", server.legacy(), **arguments)  # here 4
        data, ours = json.dumps(REWRITTEN).encode(), {"api_base_url": server.base}
        adapted_urllib.request.urlopen(server.legacy(), data, **ours).close()  # here 5
        manager = adapted_urllib3.PoolManager(**ours)
        manager.urlopen("POST", server.legacy(), body=data)  # here 6
        with adapted_cloudflare.Cloudflare(api_token="t", base_url=server.base) as client:
            path = server.legacy().partition("/v4/")[2]
            client.post(path, cast_to=object, body=REWRITTEN)  # here 7

        async def main() -> None:
            async with adapted_aiohttp.ClientSession(**ours) as session:
                response = await session.post(server.legacy(), json=REWRITTEN)  # here 8
                await response.read()

        asyncio.run(main())
    lines = [_line(each.filename, each.lineno) for each in caught]
    assert [line.rpartition("# here ")[2] for line in lines] == list("12345678")


def test_quiet_says_nothing_but_to_its_listener(library: Library, server: Server) -> None:
    notes: list[Note] = []
    ours = {"settings": Settings(notes="quiet"), "on_note": notes.append}
    library.post(server.legacy(), REWRITTEN, base=server.base, ours=ours)
    assert "AR201" in {note.code for note in notes}


def test_strict_raises_before_anything_is_sent(library: Library, server: Server) -> None:
    ours = {"settings": Settings(notes="strict")}
    with pytest.raises(NoteError, match="AR201"):
        library.post(server.legacy(), REWRITTEN, base=server.base, ours=ours)
    assert server.requests == []


def test_strict_raises_for_an_answer_too_and_lets_the_connection_go(
    library: Library, server: Server
) -> None:
    gone = threading.Event()

    def script(peer: Peer, request: Received) -> None:
        peer.json({"unknown": 1})
        if peer.wait_until_gone():
            gone.set()

    server.script = script
    ours = {"settings": Settings(notes="strict")}
    with pytest.raises(NoteError, match="AR223"):
        library.post(server.legacy(), base=server.base, ours=ours)
    assert gone.wait(PATIENCE)


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that knows whether it was let go."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"text"

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize("asynchronous", [False, True])
def test_strict_lets_go_an_answer_that_it_does_not_hand_out(asynchronous: bool) -> None:
    from autorag_migrate.adapters import httpx as adapted_httpx

    body = Body()
    inner = httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"content-type": "text/plain"}, stream=body)
    )
    url = f"{BASE_URL}/accounts/a/autorag/rags/docs/search"
    strict = Settings(notes="strict")

    async def post() -> None:
        transport = adapted_httpx.AsyncAutoRAGTransport(inner, settings=strict)
        async with httpx.AsyncClient(transport=transport) as client:
            await client.post(url, json=SEARCH)

    def post_now() -> None:
        transport = adapted_httpx.AutoRAGTransport(inner, settings=strict)
        with httpx.Client(transport=transport) as client:
            client.post(url, json=SEARCH)

    with pytest.raises(NoteError, match="AR223"):
        asyncio.run(post()) if asynchronous else post_now()
    assert body.closed


def test_strict_lets_what_loses_nothing_pass(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    ours = {"settings": Settings(notes="strict")}
    answer = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer, ours=ours)
    assert (answer.status, emulator.log[-1].api) == (200, "new")


def test_an_empty_query_is_refused_with_the_new_apis_code(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    empty = json.dumps({"query": ""}).encode()
    legacy = httpx.post(f"{rags}/search", content=empty, headers=bearer)
    assert (legacy.status_code, legacy.json()["errors"][0]["code"]) == (400, 7400)
    answer = library.call(
        "POST", f"{rags}/search", content=empty, base=emulator.base_url, headers=bearer, ours={}
    )
    assert (answer.status, answer.json()["errors"][0]["code"]) == (400, 7039)
    assert emulator.log[-1].api == "new"


def test_the_callers_request_is_not_changed(server: Server) -> None:
    from autorag_migrate.adapters import httpx as adapted_httpx
    from autorag_migrate.adapters import requests as adapted_requests

    with adapted_httpx.Client(api_base_url=server.base, verify=False) as client:
        request = client.build_request("POST", server.legacy(), json=SEARCH)
        before = (request.method, str(request.url), request.headers.raw, request.content)
        for _ in range(2):
            assert client.send(request).request is request
        assert before == (request.method, str(request.url), request.headers.raw, request.content)
    with adapted_requests.Session(api_base_url=server.base) as session:
        prepared = session.prepare_request(requests.Request("POST", server.legacy(), json=SEARCH))
        unchanged = (prepared.url, dict(prepared.headers), prepared.body)
        for _ in range(2):
            assert session.send(prepared).request is prepared
        assert unchanged == (prepared.url, dict(prepared.headers), prepared.body)
    assert server.paths == [f"{NEW}/search"] * 4
