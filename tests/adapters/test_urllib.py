"""What is urllib's own: openers and their handlers, requests, ways to read, doubles."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import ssl
import sys
import threading
import urllib
import urllib.error
import urllib.parse
import urllib.request
import zlib
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, patch

import pytest

from adapters.conftest import Authority
from adapters.libraries import ANSWER, SEARCH, STREAM
from adapters.servers import (
    CHUNKS_EVENT,
    DONE,
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
from autorag_migrate import NoteError
from autorag_migrate.adapters import urllib as adapted
from autorag_migrate.adapters.urllib import error, parse, request
from autorag_migrate.adapters.urllib.request import (
    AutoRAGHandler,
    Request,
    adapt,
    build_opener,
    install_opener,
    urlopen,
)
from autorag_migrate.notes import Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

BODY = json.dumps(SEARCH).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib.request, "_opener", None)
    monkeypatch.setattr(vars(request)["__name__"] + "._default", None)


def names(response: Any) -> list[str]:
    return [row["filename"] for row in json.load(response)["result"]["data"]]


def search(server: Server, **more: Any) -> urllib.request.Request:
    return Request(server.legacy(), **{"data": BODY, "headers": JSON, **more})


# --- Ways to send ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["request", "url"])
def test_urlopen(server: Server, kind: str) -> None:
    ours = {"api_base_url": server.base, "timeout": 5}
    if kind == "request":
        response = urlopen(search(server), **ours)
    else:
        response = urlopen(server.legacy(), BODY, **ours)
    with response:
        assert isinstance(response, http.client.HTTPResponse)
        assert names(response) == ["a/llama.md"]
        assert (response.status, response.code, response.getcode()) == (200, 200, 200)
        assert response.geturl() == response.url == server.legacy()
        assert (response.reason, response.msg, response.version) == ("Reason", "Reason", 11)
        assert response.getheader("content-type") == response.info()["content-type"]
        assert response.getheader("content-length") is None
        assert ("Content-Type", "application/json") in response.getheaders()
    (sent,) = server.requests
    assert sent.target == f"{NEW}/search"
    assert sent.json["messages"] == [{"role": "user", "content": "q"}]
    assert sent.header("content-length") == str(len(sent.body))
    assert sent.header("content-type") == (
        "application/json" if kind == "request" else "application/x-www-form-urlencoded"
    )


def test_the_callers_request_is_not_changed(server: Server) -> None:
    asked = search(server)
    for _ in range(2):
        with urlopen(asked, api_base_url=server.base) as response:
            assert names(response) == ["a/llama.md"]
    assert (asked.full_url, asked.data, asked.get_method()) == (server.legacy(), BODY, "POST")
    assert asked.get_header("Content-type") == "application/json"
    assert asked.selector == f"{LEGACY}/search"
    assert server.requests[0].body == server.requests[1].body


def test_management_by_a_method_of_its_own(server: Server) -> None:
    server.script = lambda peer, _: peer.json({"success": True, "result": {"id": "j"}})
    asked = Request(server.legacy("sync"), method="PATCH")
    with urlopen(asked, api_base_url=server.base) as response:
        assert json.load(response)["result"] == {"job_id": "j"}
    (sent,) = server.requests
    assert (sent.method, sent.target, sent.body) == ("POST", f"{NEW}/jobs", b"")
    assert sent.header("content-length") == "0"


def test_a_file_goes_out_as_legacy(server: Server) -> None:
    notes: list[Note] = []
    ours: dict[str, Any] = {"settings": Settings(notes="quiet"), "on_note": notes.append}
    for data in (io.BytesIO(BODY), iter([BODY])):
        with urlopen(search(server, data=data), api_base_url=server.base, **ours) as response:
            assert response.status == 200
    assert server.paths == [f"{LEGACY}/search"] * 2
    assert [sent.body for sent in server.requests] == [BODY] * 2
    assert [note.code for note in notes] == ["AR231"] * 2


# --- Failures -------------------------------------------------------------------------------------


def test_an_error_has_the_legacy_body(server: Server) -> None:
    said = {"success": False, "errors": [{"code": 7002, "message": "ai_search_not_found"}]}
    server.script = lambda peer, _: peer.json(said, 404)
    with pytest.raises(error.HTTPError, match="404") as raised:
        urlopen(search(server), api_base_url=server.base)
    with raised.value as failed:
        assert (failed.url, failed.filename, failed.code) == (server.legacy(),) * 2 + (404,)
        assert json.load(failed)["errors"][0]["message"] == "autorag_not_found"
        assert failed.headers["content-type"] == "application/json"


def test_refused_without_being_sent(server: Server) -> None:
    filters = {"type": "or", "filters": [{"type": "gt", "key": "folder", "value": "a"}]}
    data = json.dumps({**SEARCH, "filters": filters}).encode()
    with pytest.raises(urllib.error.HTTPError, match="400: Bad Request") as raised:
        urlopen(search(server, data=data), api_base_url=server.base)
    with raised.value as failed:
        assert json.load(failed)["errors"][0]["code"] == 7015
    assert server.requests == []


def test_strict_lets_the_connection_go(server: Server) -> None:
    gone = threading.Event()

    def script(peer: Peer, _: Received) -> None:
        peer.answer(b"x", content_type="text/plain")
        if peer.wait_until_gone():
            gone.set()

    server.script = script
    with pytest.raises(NoteError, match="AR223"):
        urlopen(search(server), api_base_url=server.base, settings=Settings(notes="strict"))
    assert gone.wait(PATIENCE)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_is_followed_as_before(server: Server, status: int) -> None:
    def script(peer: Peer, received: Received) -> None:
        if received.method == "POST":
            peer.answer(status=status, headers=[("Location", f"{NEW}/search?a=b")])
        else:
            peer.json({"path": received.target})

    server.script = script
    with urlopen(search(server), api_base_url=server.base) as response:
        assert response.geturl() == f"{server.legacy()}?a=b"
        assert json.load(response) == {"path": f"{LEGACY}/search?a=b"}


def test_a_redirect_of_a_listing_is_translated_again(server: Server) -> None:
    def script(peer: Peer, received: Received) -> None:
        if "/docs/" in received.target:
            target = received.target.replace("/docs/", "/other/")
            peer.answer(status=307, headers=[("Location", target)])
        else:
            peer.json({"success": True, "result": [{"key": "k", "id": "i"}]})

    server.script = script
    with urlopen(server.legacy("files"), api_base_url=server.base) as response:
        assert json.load(response)["result"] == [{"key": "k", "error": None}]
    assert server.paths == [f"{NEW}/items", f"{NEW}/items".replace("/docs/", "/other/")]


# --- (a) what the caller built --------------------------------------------------------------------


class Seeing(urllib.request.BaseHandler):
    """What a handler of a caller's sees, before and after."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def http_request(self, asked: urllib.request.Request) -> urllib.request.Request:
        self.seen.append((asked.get_method(), asked.full_url))
        asked.add_header("X-A", "1")
        return asked

    def http_response(self, asked: urllib.request.Request, response: Any) -> Any:
        self.seen.append(response.geturl())
        return response


def test_the_callers_handlers_see_the_legacy_call(server: Server) -> None:
    seeing = Seeing()
    with build_opener(seeing, api_base_url=server.base).open(search(server)) as response:
        assert names(response) == ["a/llama.md"]
    assert seeing.seen == [("POST", server.legacy()), server.legacy()]
    assert server.requests[0].header("x-a") == "1"


def test_a_handler_that_sends_sees_the_new_call() -> None:
    class Sending(urllib.request.HTTPSHandler):
        def https_open(self, asked: urllib.request.Request) -> Any:
            sent.append(asked.full_url)
            headers = http.client.HTTPMessage()
            headers["Content-Type"] = "application/json"
            body = io.BytesIO(json.dumps(NEW_SEARCH).encode())
            found: Any = urllib.response.addinfourl(body, headers, asked.full_url, 200)  # type: ignore[attr-defined]
            found.msg = "OK"
            return found

    sent: list[str] = []
    host = "https://api.cloudflare.com"
    with build_opener(Sending).open(f"{host}{LEGACY}/search", BODY) as response:
        assert names(response) == ["a/llama.md"]
        assert (response.geturl(), response.status) == (f"{host}{LEGACY}/search", 200)
    assert sent == [f"{host}{NEW}/search"]


def test_an_opener_that_is_there_is_adapted_once(server: Server) -> None:
    opener = urllib.request.build_opener()
    opener.addheaders = [("User-agent", "mine")]
    assert adapt(opener, api_base_url=server.base) is opener
    assert adapt(opener) is opener
    with opener.open(search(server)) as response:
        assert names(response) == ["a/llama.md"]
    assert server.requests[0].header("user-agent") == "mine"
    by_hand = urllib.request.build_opener(AutoRAGHandler(api_base_url=server.base))
    with by_hand.open(search(server)) as response:
        assert names(response) == ["a/llama.md"]


def test_the_installed_opener_is_used_and_stays_as_it_is(server: Server) -> None:
    seeing = Seeing()
    installed = urllib.request.build_opener(seeing)
    urllib.request.install_opener(installed)
    with urlopen(search(server), api_base_url=server.base) as response:
        assert names(response) == ["a/llama.md"]
    with urllib.request.urlopen(search(server)) as response:
        assert names(response) == []
    assert server.paths == [f"{NEW}/search", f"{LEGACY}/search"]
    assert seeing.parent is installed  # type: ignore[attr-defined]
    assert len(seeing.seen) == 4
    install_opener(build_opener(api_base_url=server.base))
    with request.urlopen(search(server)) as response:
        assert names(response) == ["a/llama.md"]


def test_redirects_of_an_installed_opener_are_translated(server: Server) -> None:
    class Redirecting(urllib.request.HTTPRedirectHandler):
        pass

    def script(peer: Peer, received: Received) -> None:
        if "/docs/" in received.target:
            target = received.target.replace("/docs/", "/other/")
            peer.answer(status=301, headers=[("Location", target)])
        else:
            peer.json({"success": True, "result": []})

    server.script = script
    urllib.request.install_opener(urllib.request.build_opener(Redirecting))
    with urlopen(server.legacy("files"), api_base_url=server.base) as response:
        assert json.load(response)["result"] == []
    assert server.paths[1] == f"{NEW}/items".replace("/docs/", "/other/")


def test_the_default_opener_is_made_once_and_not_installed(server: Server) -> None:
    for _ in range(2):
        with urlopen(search(server), api_base_url=server.base) as response:
            assert names(response) == ["a/llama.md"]
    assert urllib.request._opener is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize("how", ["handler", "request"])
def test_the_callers_proxy(authority: Authority, secure: bool, how: str) -> None:
    with Server(tls=authority.server_context() if secure else None) as server, Proxy() as proxy:
        handlers: list[Any] = [urllib.request.HTTPSHandler(context=authority.client_context())]
        asked = search(server)
        if how == "handler":
            proxies = {"http": proxy.origin, "https": proxy.origin}
            handlers.append(urllib.request.ProxyHandler(proxies))
        else:
            asked.set_proxy(proxy.origin.partition("//")[2], "http")
        with build_opener(*handlers, api_base_url=server.base).open(asked) as response:
            assert names(response) == ["a/llama.md"]
        assert server.paths == [f"{NEW}/search"]
        assert proxy.requests[0].target == (
            f"127.0.0.1:{server.port}" if secure else f"{server.origin}{NEW}/search"
        )


def test_a_context(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        ours = {"api_base_url": server.base}
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urlopen(search(server), **ours)
        with urlopen(search(server), context=authority.client_context(), **ours) as response:
            assert names(response) == ["a/llama.md"]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="taken away in Python 3.13")
def test_older_arguments(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        ours = {"api_base_url": server.base}
        with (
            pytest.warns(DeprecationWarning, match="cafile"),
            urlopen(search(server), cafile=authority.file, **ours) as response,
        ):
            assert names(response) == ["a/llama.md"]
        with (
            pytest.warns(DeprecationWarning, match="cafile"),
            pytest.raises(ValueError, match="both context"),
        ):
            urlopen(search(server), cafile="x", context=ssl.create_default_context())
        with pytest.raises(urllib.error.URLError):
            urlopen(search(server), cafile=None, **ours)


def test_an_argument_that_nobody_knows() -> None:
    for each in (urllib.request.urlopen, urlopen):
        with pytest.raises(TypeError, match="unexpected keyword argument 'nothing'"):
            each("http://x/", nothing=1)


def test_digest_authentication_is_signed_for_the_legacy_path(server: Server) -> None:
    def script(peer: Peer, received: Received) -> None:
        given = received.header("authorization")
        if given is None:
            peer.json({}, 401, headers=[("WWW-Authenticate", 'Digest realm="r", nonce="n"')])
        elif f'uri="{received.target}"' not in given:
            peer.json({}, 400)
        else:
            peer.json({"success": True, "result": {"data": []}})

    server.script = script
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, server.origin, "u", "p")
    handler = urllib.request.HTTPDigestAuthHandler(passwords)
    quiet = Settings(notes="quiet")
    with build_opener(handler, api_base_url=server.base, settings=quiet).open(
        search(server)
    ) as response:
        assert names(response) == []
    assert server.paths == [f"{NEW}/search", f"{LEGACY}/search"]


# --- Ways to read ---------------------------------------------------------------------------------


def by_line(response: Any) -> list[bytes]:
    return list(response)


def by_readline(response: Any) -> list[bytes]:
    found = []
    while line := response.readline():
        found.append(line)
    return found


def by_size(response: Any) -> list[bytes]:
    found = []
    while piece := response.read(7):
        assert len(piece) <= 7
        found.append(piece)
    assert response.isclosed()
    return found


def by_buffer(response: Any) -> list[bytes]:
    buffer, found = bytearray(11), []
    while size := response.readinto(buffer):
        found.append(bytes(buffer[:size]))
    return found


def by_what_comes(response: Any) -> list[bytes]:
    first = response.peek(1)[:1]
    found = [response.read1(5)]
    assert found[0][:1] == first
    while piece := response.read1():
        found.append(piece)
    return found


def by_text(response: Any) -> list[bytes]:
    return [line.encode() for line in io.TextIOWrapper(response, "utf-8", newline="")]


def at_once(response: Any) -> list[bytes]:
    return [response.read(), response.read()]


READERS = [by_line, by_readline, by_size, by_buffer, by_what_comes, by_text, at_once]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("streamed", [True, False])
def test_every_way_to_read(
    server: Server, reader: Callable[[Any], list[bytes]], streamed: bool
) -> None:
    data = json.dumps(STREAM if streamed else ANSWER).encode()
    asked = Request(server.legacy("ai-search"), data, JSON)
    with urlopen(asked, api_base_url=server.base) as response:
        body = b"".join(reader(response))
    if streamed:
        assert legacy_tokens(body) == ["Thr", "ee"]
    else:
        assert json.loads(body)["result"]["response"] == "Three."


def test_lines_arrive_while_the_server_waits(server: Server) -> None:
    read_first = threading.Event()
    waited: list[bool] = []

    def script(peer: Peer, _: Received) -> None:
        peer.begin_events()
        peer.chunk(CHUNKS_EVENT + token("one"))
        waited.append(read_first.wait(PATIENCE))
        peer.chunk(token("two") + DONE)
        peer.end()

    server.script = script
    asked = Request(server.legacy("ai-search"), json.dumps(STREAM).encode(), JSON)
    with urlopen(asked, api_base_url=server.base) as response:
        assert b"one" in response.readline()
        read_first.set()
        assert b"two" in response.read()
    assert waited == [True]


def test_what_a_caller_asked_to_be_compressed_comes_compressed(server: Server) -> None:
    server.script = lambda peer, _: peer.compressed(NEW_SEARCH)
    asked = search(server, headers={**JSON, "Accept-Encoding": "gzip"})
    with urlopen(asked, api_base_url=server.base) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Content-Length"] is None
        assert names(io.BytesIO(gzip.decompress(response.read()))) == ["a/llama.md"]
    assert server.requests[0].header("accept-encoding") == "gzip"


def test_a_compressed_stream(server: Server) -> None:
    read_first = threading.Event()
    waited: list[bool] = []

    def script(peer: Peer, _: Received) -> None:
        squeeze = zlib.compressobj(wbits=31)
        peer.begin_events(encoding="gzip")
        peer.chunk(squeeze.compress(token("one")) + squeeze.flush(zlib.Z_SYNC_FLUSH))
        waited.append(read_first.wait(PATIENCE))
        peer.chunk(squeeze.compress(token("two") + DONE) + squeeze.flush())
        peer.end()

    server.script = script
    asked = Request(server.legacy("ai-search"), json.dumps(STREAM).encode(), JSON)
    unpack, body = zlib.decompressobj(31), b""
    with urlopen(asked, api_base_url=server.base) as response:
        while piece := response.read1():
            body += unpack.decompress(piece)
            read_first.set()
    assert waited == [True]
    assert legacy_tokens(body) == ["one", "two"]
    assert unpack.eof


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_what_cannot_be_unpacked_passes(server: Server, encoding: str) -> None:
    notes: list[Note] = []
    ours: dict[str, Any] = {"settings": Settings(notes="quiet"), "on_note": notes.append}
    server.script = lambda peer, _: peer.answer(b"??", headers=[("Content-Encoding", encoding)])
    with urlopen(search(server), api_base_url=server.base, **ours) as response:
        assert response.headers["Content-Encoding"] == encoding
        assert response.read() == b"??"
    assert "AR223" in {note.code for note in notes}


def test_a_stream_that_cannot_be_unpacked_fails_as_one(server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.begin_events(encoding="gzip")
        peer.chunk(b"no gzip")
        peer.end()

    server.script = script
    asked = Request(server.legacy("ai-search"), json.dumps(STREAM).encode(), JSON)
    with (
        urlopen(asked, api_base_url=server.base) as response,
        pytest.raises(http.client.HTTPException),
    ):
        response.read()


# --- (g) what tests patch, and what modules are asked ---------------------------------------------


@pytest.mark.parametrize("place", [urllib, adapted])
def test_patches_reach_the_caller(server: Server, place: Any) -> None:
    plain = urllib.request.urlopen
    for name in ("urlopen", "build_opener", "Request"):
        with patch.object(place.request, name) as double:
            assert getattr(adapted.request, name) is double
            # What is no sender of ours is patched where it was patched, and no further.
            if name != "Request" or place is urllib:
                assert getattr(urllib.request, name) is double
    assert urllib.request.urlopen is plain
    assert adapted.request.urlopen is urlopen
    with patch.object(place.request.OpenerDirector, "open", return_value="theirs"):
        assert urlopen("http://x/") == "theirs"
    vars(request)["_default"] = None
    with patch("urllib.request.build_opener") as build:
        assert urlopen("http://x/") is build.return_value.open.return_value


def test_an_installed_double_is_used() -> None:
    double = MagicMock()
    urllib.request.install_opener(double)
    assert urlopen("http://x/") is double.open.return_value


def test_the_package_is_urllib() -> None:
    assert adapted.parse is parse is urllib.parse
    assert adapted.error is error is urllib.error
    assert adapted.response is sys.modules["urllib.response"]
    assert adapted.request is request
    assert request.Request is urllib.request.Request is Request
    assert request.HTTPError is urllib.error.HTTPError
    different = {
        name
        for name in urllib.request.__all__  # type: ignore[attr-defined]
        if getattr(request, name) is not getattr(urllib.request, name)
    }
    assert different == {"build_opener", "urlopen"}
    assert {"Request", "adapt", "urlretrieve"} <= set(dir(request))
