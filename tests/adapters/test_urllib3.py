"""What is urllib3's own: managers and pools, retries, ways to read, doubles."""

from __future__ import annotations

import abc
import gzip
import io
import json
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock, patch

import pytest
import urllib3
from urllib3.util import Retry

from adapters.conftest import Authority
from adapters.libraries import ANSWER, SEARCH, STREAM
from adapters.servers import (
    LEGACY,
    NEW,
    NEW_CHAT,
    NEW_SEARCH,
    Peer,
    Proxy,
    Received,
    Server,
    legacy_tokens,
)
from autorag_migrate import NoteError
from autorag_migrate.adapters import urllib3 as adapted
from autorag_migrate.adapters.urllib3 import PoolManager, adapt
from autorag_migrate.notes import MigrationWarning, Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWER = hasattr(urllib3, "BaseHTTPResponse")
READ1 = "read1" in vars(urllib3.HTTPResponse)
BODY = json.dumps(SEARCH).encode()


@pytest.fixture
def manager(server: Server) -> Iterator[urllib3.PoolManager]:
    with PoolManager(api_base_url=server.base, retries=False) as manager:
        yield manager


def names(response: Any) -> list[str]:
    return [row["filename"] for row in json.loads(response.data)["result"]["data"]]


# --- Ways to send ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"body": BODY},
        {"body": BODY.decode()},
        {"body": bytearray(BODY)},
        {"body": BODY, "chunked": True},
        {"body": BODY, "headers": {"Content-Length": str(len(BODY)), "X-A": "é"}},
        {"body": BODY, "headers": urllib3.HTTPHeaderDict({"X-A": "1"}) if NEWER else {"X-A": "1"}},
    ],
)
def test_bodies_of_every_kind(
    manager: urllib3.PoolManager, server: Server, more: dict[str, Any]
) -> None:
    response = manager.urlopen("POST", server.legacy(), **more)
    assert names(response) == ["a/llama.md"]
    (request,) = server.requests
    assert request.target == f"{NEW}/search"
    assert request.json["messages"] == [{"role": "user", "content": "q"}]
    assert request.header("content-length") == str(len(request.body))
    assert (request.header("transfer-encoding"), "x-a" in dict(more.get("headers", {}))) != (
        "chunked",
        True,
    )


@pytest.mark.skipif(not NEWER, reason="it came with urllib3 2")
def test_json(manager: urllib3.PoolManager, server: Server) -> None:
    response = manager.request("POST", server.legacy(), json=SEARCH)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.requests[0].header("content-type") == "application/json"


@pytest.mark.skipif(not NEWER, reason="it came with urllib3 2")
def test_the_function(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        response = adapted.request(
            "POST", server.legacy(), body=BODY, api_base_url=server.base, retries=False
        )
        assert names(response) == ["a/llama.md"]
    assert server.connections == 1
    adapted.request("POST", server.legacy(), body=BODY, retries=False)
    monkeypatch.setenv("CLOUDFLARE_API_BASE_URL", server.base)
    adapted.request("POST", server.legacy(), body=BODY, retries=False)
    assert server.paths[2:] == [f"{LEGACY}/search", f"{NEW}/search"]
    adapted._manager.cache_clear()


def test_pools_of_one_host(server: Server) -> None:
    for make in (
        lambda **ours: adapted.HTTPConnectionPool("127.0.0.1", server.port, **ours),
        lambda **ours: adapted.connection_from_url(server.origin, **ours),
        lambda **ours: adapt(urllib3.HTTPConnectionPool("127.0.0.1", server.port), **ours),
        lambda **ours: PoolManager(**ours).connection_from_url(server.origin),
    ):
        with make(api_base_url=server.base) as pool:
            assert adapt(pool) is pool
            response = pool.urlopen("POST", f"{LEGACY}/search", body=BODY, retries=False)
            assert names(response) == ["a/llama.md"]
            assert response.geturl() == f"{LEGACY}/search"
    assert server.paths == [f"{NEW}/search"] * 4


def test_a_manager_that_has_pools_is_adapted_with_them(server: Server) -> None:
    notes: list[Note] = []
    with urllib3.PoolManager(retries=False) as manager:
        manager.request("GET", f"{server.origin}/x")
        assert adapt(manager, api_base_url=server.base, on_note=notes.append) is manager
        assert adapt(manager) is manager
        assert names(manager.urlopen("POST", server.legacy(), body=b'{"query": "q"}')) == [
            "a/llama.md"
        ]
    assert server.paths == ["/x", f"{NEW}/search"]
    assert server.connections == 1
    assert [note.code for note in notes].count("AR204") == 1


def test_forms_and_files_go_out_as_legacy(server: Server) -> None:
    notes: list[Note] = []
    ours = {"settings": Settings(notes="quiet"), "on_note": notes.append}
    with PoolManager(api_base_url=server.base, retries=False, **ours) as manager:
        manager.request("POST", server.legacy(), fields={"query": "q"})
        manager.request("POST", server.legacy(), body=io.BytesIO(BODY))
        manager.request("POST", server.legacy(), body=iter([BODY]))
    assert server.paths == [f"{LEGACY}/search"] * 3
    assert [note.code for note in notes] == ["AR231"] * 3


# --- (a) what the caller built --------------------------------------------------------------------


def test_the_callers_retries(server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        if len(server.requests) < 3:
            peer.json({}, 503, headers=[("Retry-After", "0")])
        else:
            peer.json(NEW_SEARCH)

    server.script = script
    retries = Retry(4, status_forcelist=[503], allowed_methods=None)
    with PoolManager(api_base_url=server.base, retries=retries) as manager:
        response = manager.urlopen("POST", server.legacy(), body=BODY)
    assert names(response) == ["a/llama.md"]
    assert server.paths == [f"{NEW}/search"] * 3
    assert [(each.method, each.url, each.status) for each in response.retries.history] == [
        ("POST", f"{LEGACY}/search", 503)
    ] * 2


def test_retries_that_end_name_the_callers_url(server: Server) -> None:
    server.script = lambda peer, _: peer.json({}, 503)
    retries = Retry(1, status_forcelist=[503], allowed_methods=None)
    with (
        PoolManager(api_base_url=server.base, retries=retries) as manager,
        pytest.raises(urllib3.exceptions.MaxRetryError) as raised,
    ):
        manager.urlopen("POST", server.legacy(), body=BODY)
    assert raised.value.url == f"{LEGACY}/search"


@pytest.mark.parametrize("secure", [True, False])
def test_the_callers_proxy(authority: Authority, secure: bool) -> None:
    with Server(tls=authority.server_context() if secure else None) as server, Proxy() as proxy:
        for make in (adapted.ProxyManager, adapted.proxy_from_url):
            with make(proxy.origin, api_base_url=server.base, ca_certs=authority.file) as manager:
                response = manager.urlopen("POST", server.legacy(), body=BODY)
                assert names(response) == ["a/llama.md"]
        assert server.paths == [f"{NEW}/search"] * 2
        asked = proxy.requests[0]
        assert asked.target == (
            f"127.0.0.1:{server.port}" if secure else f"{server.origin}{NEW}/search"
        )


def test_tls_is_the_callers(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        with (
            PoolManager(api_base_url=server.base, retries=False) as manager,
            pytest.raises(urllib3.exceptions.SSLError),
        ):
            manager.urlopen("POST", server.legacy(), body=BODY)
        with adapted.HTTPSConnectionPool(
            "127.0.0.1", server.port, ca_certs=authority.file, api_base_url=server.base
        ) as pool:
            assert names(pool.urlopen("POST", f"{LEGACY}/search", body=BODY)) == ["a/llama.md"]


def test_an_address_of_version_6(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    pool = adapted.HTTPConnectionPool("::1", 80, api_base_url="http://[::1]/client/v4")

    def send(self: Any, conn: Any, method: str, url: str, **_: Any) -> Any:
        sent.append(url)
        raise urllib3.exceptions.ProtocolError("x")

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "_make_request", send)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        pool.urlopen("POST", f"{LEGACY}/search", body=BODY, retries=False)
    assert sent == [f"{NEW}/search"]


# --- Ways to read ---------------------------------------------------------------------------------


def read_all(response: Any) -> list[bytes]:
    return [response.read()]


def read_pieces(response: Any) -> list[bytes]:
    found = []
    while piece := response.read(7):
        assert len(piece) <= 7
        found.append(piece)
    return found


def read_lines(response: Any) -> list[bytes]:
    response.auto_close = False
    return io.BufferedReader(response, 8).readlines()


def read_stream(response: Any) -> list[bytes]:
    return list(response.stream(9))


def read_chunks(response: Any) -> list[bytes]:
    return list(response.read_chunked())


def read_data(response: Any) -> list[bytes]:
    assert response.data == response.data
    return [response.data]


def read_iterated(response: Any) -> list[bytes]:
    return list(response)


def read_first(response: Any) -> list[bytes]:
    return [response.read(3), *response.stream(64)]


def read_some(response: Any) -> list[bytes]:
    found = []
    while piece := response.read1(16):
        found.append(piece)
    return found


READERS = [
    *(read_all, read_pieces, read_lines, read_stream, read_chunks, read_data, read_iterated),
    *(read_first, pytest.param(read_some, marks=pytest.mark.skipif(not READ1, reason="newer"))),
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("streamed", [True, False])
def test_every_way_to_read(
    manager: urllib3.PoolManager, server: Server, reader: Any, streamed: bool
) -> None:
    for _ in range(2):
        response = manager.urlopen(
            "POST",
            server.legacy("ai-search"),
            body=json.dumps(STREAM if streamed else ANSWER).encode(),
            preload_content=False,
        )
        assert isinstance(response, urllib3.HTTPResponse)
        body = b"".join(reader(response))
        if streamed:
            assert legacy_tokens(body) == ["Thr", "ee"]
        else:
            assert json.loads(body)["result"]["response"] == "Three."
        response.release_conn()
        assert response.connection is None
    assert server.connections == 1


@pytest.mark.parametrize("preload", [True, False])
def test_a_preloaded_stream(manager: urllib3.PoolManager, server: Server, preload: bool) -> None:
    response = manager.urlopen(
        "POST",
        server.legacy("ai-search"),
        body=json.dumps(STREAM).encode(),
        preload_content=preload,
    )
    assert legacy_tokens(response.data) == ["Thr", "ee"]


def test_a_response_that_is_let_go(manager: urllib3.PoolManager, server: Server) -> None:
    for _ in range(2):
        response = manager.urlopen("POST", server.legacy(), body=BODY, preload_content=False)
        response.drain_conn()
        response.release_conn()
    assert server.connections == 1
    response = manager.urlopen("POST", server.legacy(), body=BODY, preload_content=False)
    response.close()
    assert response.closed


@pytest.mark.parametrize("preload", [True, False])
def test_a_compressed_answer_of_another_type(
    manager: urllib3.PoolManager, server: Server, preload: bool
) -> None:
    packed, headers = gzip.compress(b"text"), [("Content-Encoding", "gzip")]
    server.script = lambda peer, _: peer.answer(packed, headers=headers, content_type="text/plain")
    with pytest.warns(MigrationWarning, match="AR223"):
        response = manager.urlopen("POST", server.legacy(), body=BODY, preload_content=preload)
    assert response.data == b"text"
    assert response.headers["content-encoding"] == "gzip"
    assert response.geturl() == f"{LEGACY}/search"


def test_a_refusal_gives_the_connection_back(server: Server) -> None:
    filters = {"type": "or", "filters": [{"type": "gt", "key": "folder", "value": "a"}]}
    body = json.dumps({**SEARCH, "filters": filters}).encode()
    with adapted.HTTPConnectionPool(
        "127.0.0.1", server.port, maxsize=1, block=True, api_base_url=server.base
    ) as pool:
        for preload in (True, False, True, False):
            response = pool.urlopen(
                "POST",
                f"{LEGACY}/search",
                body=body,
                preload_content=preload,
                pool_timeout=1,
                retries=False,
            )
            assert (response.status, response.reason) == (400, "Bad Request")
            assert json.loads(response.data)["errors"][0]["code"] == 7015
    assert server.requests == []


def test_strict_lets_the_connection_go(server: Server) -> None:
    server.script = lambda peer, _: peer.answer(b"x", content_type="text/plain")
    strict = Settings(notes="strict")
    with PoolManager(api_base_url=server.base, retries=False, settings=strict) as manager:
        for _ in range(2):
            with pytest.raises(NoteError, match="AR223"):
                manager.urlopen("POST", server.legacy(), body=BODY)
    assert server.connections == 2


def test_a_body_that_is_large(manager: urllib3.PoolManager, server: Server) -> None:
    long = {**NEW_CHAT, "choices": [{"message": {"content": "x" * 2_000_000}}]}
    server.script = lambda peer, _: peer.json(long)
    response = manager.urlopen(
        "POST", server.legacy("ai-search"), body=json.dumps(ANSWER).encode(), preload_content=False
    )
    sizes = [len(piece) for piece in response.stream(2**16)]
    assert max(sizes) == 2**16
    assert sum(sizes) > 2_000_000


# --- (g) what tests patch, and what classes are asked ---------------------------------------------


@pytest.mark.parametrize("place", [urllib3, adapted])
def test_patches_reach_the_caller(place: Any) -> None:
    senders = ["PoolManager", "ProxyManager", "HTTPConnectionPool", "connection_from_url"]
    for name in [*senders, *(["request"] if NEWER else [])]:
        with patch.object(place, name) as double:
            assert getattr(urllib3, name) is getattr(adapted, name) is double
    with patch.object(place.PoolManager, "request", return_value="theirs"):
        assert adapted.PoolManager().request("POST", "u") == "theirs"
    with patch("urllib3.connectionpool.HTTPConnectionPool.urlopen", return_value="theirs"):
        assert adapted.PoolManager().request("POST", "http://x/", redirect=False) == "theirs"
    manager = adapted.PoolManager
    with patch("urllib3.HTTPConnectionPool"):
        manager()
    assert urllib3.PoolManager is urllib3.poolmanager.PoolManager
    assert adapted.PoolManager is PoolManager


CLASSES = [
    ("PoolManager", ()),
    ("ProxyManager", ("http://proxy",)),
    ("HTTPConnectionPool", ("h",)),
    ("HTTPSConnectionPool", ("h",)),
]


@pytest.mark.parametrize(("name", "given"), CLASSES)
def test_one_that_others_made_is_one_to_the_caller(name: str, given: Any) -> None:
    plain, ours = getattr(urllib3, name), getattr(adapted, name)

    class Searching(abc.ABC):
        @abc.abstractmethod
        def search(self) -> None: ...

    class Mine(ours, Searching):
        def search(self) -> None: ...

    for one in (plain(*given), ours(*given), Mine(*given), Mock(spec=plain)):
        assert isinstance(one, ours)
        assert isinstance(one, plain)
    assert not isinstance(ours(*given), Mine)
    assert not isinstance(object(), ours)


def test_every_other_name_is_urllib3s() -> None:
    different = {
        name for name in urllib3.__all__ if getattr(adapted, name) is not getattr(urllib3, name)
    }
    assert different == set(adapted.__all__) & set(urllib3.__all__)
    assert adapted.exceptions is urllib3.exceptions
    assert {"Retry", "adapt"} <= set(dir(adapted))
    with pytest.raises(AttributeError, match="nothing"):
        _ = adapted.nothing
