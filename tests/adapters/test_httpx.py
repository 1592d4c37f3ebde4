"""httpx: what the caller's own arguments built is kept, and the drop-ins are httpx's own shape."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adapters.libraries import SEARCH, STREAM
from adapters.servers import LEGACY, NEW, NEW_SEARCH, Proxy, Server, legacy_tokens
from autorag_migrate.adapters import httpx as adapted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from adapters.conftest import Authority

NEEDS_PROXY = pytest.mark.skipif(
    "proxy" not in inspect.signature(httpx.Client).parameters, reason="this httpx has no proxy="
)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


def search(client: httpx.Client, server: Server, **more: Any) -> httpx.Response:
    response = client.post(server.legacy(), json=SEARCH, **more)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.paths[-1] == f"{NEW}/search"
    return response


# --- (a) what the caller's arguments built ----------------------------------------------------


@NEEDS_PROXY
def test_proxy_by_argument(server: Server, proxy: Proxy) -> None:
    with adapted.Client(proxy=proxy.origin, api_base_url=server.base) as client:
        search(client, server)
    assert proxy.paths == [f"{server.origin}{NEW}/search"]


def test_proxy_by_mount(server: Server, proxy: Proxy) -> None:
    mounts = {"http://127.0.0.1": httpx.HTTPTransport(proxy=httpx.Proxy(proxy.origin))}
    with adapted.Client(mounts=mounts, api_base_url=server.base) as client:
        search(client, server)
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("function", [False, True])
def test_proxy_by_environment(
    server: Server, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str, function: bool
) -> None:
    monkeypatch.setenv(name, proxy.origin)
    if function:
        adapted.post(server.legacy(), json=SEARCH, api_base_url=server.base)
    else:
        with adapted.Client(api_base_url=server.base) as client:
            search(client, server)
    assert proxy.paths == [f"{server.origin}{NEW}/search"]


def test_no_proxy_and_trust_env(
    server: Server, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.origin)
    with adapted.Client(api_base_url=server.base, trust_env=False) as client:
        search(client, server)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with adapted.Client(api_base_url=server.base) as client:
        search(client, server)
    assert proxy.requests == []


@NEEDS_PROXY
def test_tls_through_a_proxy(authority: Authority, proxy: Proxy) -> None:
    context = authority.client_context()
    with (
        Server(tls=authority.server_context()) as server,
        adapted.Client(proxy=proxy.origin, verify=context, api_base_url=server.base) as client,
    ):
        search(client, server)
        assert proxy.paths == [f"127.0.0.1:{server.port}"]


def test_verify(authority: Authority) -> None:
    with Server(tls=authority.server_context()) as server:
        with (
            adapted.Client(api_base_url=server.base) as client,
            pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            client.post(server.legacy(), json=SEARCH)
        for verify in (authority.client_context(), False):
            with adapted.Client(verify=verify, api_base_url=server.base) as client:
                search(client, server)
            answer = adapted.post(
                server.legacy(), json=SEARCH, verify=verify, api_base_url=server.base
            )
            assert answer.status_code == 200


def test_a_client_certificate(authority: Authority) -> None:
    context = authority.client_context()
    context.load_cert_chain(authority.client_file)
    with Server(tls=authority.server_context(ask_client=True)) as server:
        with adapted.Client(verify=context, api_base_url=server.base) as client:
            search(client, server)
        with (
            adapted.Client(verify=authority.client_context(), api_base_url=server.base) as client,
            pytest.raises(httpx.HTTPError),
        ):
            client.post(server.legacy(), json=SEARCH)


def test_limits_hold(server: Server) -> None:
    limits = httpx.Limits(max_connections=1)
    timeout = httpx.Timeout(5, pool=0.05)
    with (
        adapted.Client(limits=limits, timeout=timeout, api_base_url=server.base) as client,
        client.stream("POST", server.legacy("ai-search"), json=STREAM),
        pytest.raises(httpx.PoolTimeout),
    ):
        client.post(server.legacy(), json=SEARCH)


def test_mounts_are_chosen_by_the_callers_url() -> None:
    seen: list[str] = []

    def answering(name: str) -> httpx.MockTransport:
        def handler(request: httpx.Request) -> httpx.Response:
            seen.append(f"{name} {request.url.path}")
            return httpx.Response(200, json=NEW_SEARCH)

        return httpx.MockTransport(handler)

    mounts = {"https://api.cloudflare.com": answering("mounted"), "http://": None}
    with adapted.Client(transport=answering("default"), mounts=mounts) as client:
        client.post(f"https://api.cloudflare.com{LEGACY}/search", json=SEARCH)
        client.post("https://example.com/x", json=SEARCH)
        client.post("http://example.com/y", json=SEARCH)
    assert seen == [f"mounted {NEW}/search", "default /x", "default /y"]


def test_retries_of_the_transport_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as gone:
        url, base = gone.legacy(), gone.base
    attempts = []
    monkeypatch.setattr(
        "httpcore._sync.connection.exponential_backoff", lambda **_: _count(attempts)
    )
    inner = httpx.HTTPTransport(retries=3)
    with (
        httpx.Client(transport=adapted.AutoRAGTransport(inner, api_base_url=base)) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.post(url, json=SEARCH)
    assert len(attempts) == 3


def _count(attempts: list[int]) -> Iterator[int]:
    for _ in range(9):
        attempts.append(1)
        yield 0


# --- The drop-ins -----------------------------------------------------------------------------

OWN = set(adapted.__all__)


def test_every_other_name_is_httpxs_own() -> None:
    assert {"Client", "AsyncClient", "post", "stream", "AutoRAGTransport"} <= OWN
    for name in httpx.__all__:
        ours = getattr(adapted, name)
        assert (ours is getattr(httpx, name)) == (name not in OWN), name
    assert set(httpx.__all__) <= set(dir(adapted))
    with pytest.raises(AttributeError, match="nothing_like_this"):
        _ = adapted.nothing_like_this


def test_clients_are_httpxs_clients() -> None:
    assert issubclass(adapted.Client, httpx.Client)
    assert issubclass(adapted.AsyncClient, httpx.AsyncClient)


@pytest.mark.parametrize(
    "name", ["get", "options", "head", "post", "put", "patch", "delete", "request", "stream"]
)
def test_functions_take_what_httpxs_take(name: str) -> None:
    ours = list(inspect.signature(getattr(adapted, name)).parameters.values())
    theirs = list(inspect.signature(getattr(httpx, name)).parameters.values())
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert [each.name for each in ours if each.kind is positional] == [
        each.name for each in theirs if each.kind is positional
    ]
    assert ours[-1].kind is inspect.Parameter.VAR_KEYWORD


def test_functions_hand_everything_over(server: Server) -> None:
    server.script = lambda peer, request: peer.json(
        {"method": request.method, "target": request.target}
    )
    for method in ("get", "options", "post", "put", "patch", "delete"):
        arguments: dict[str, Any] = {
            "params": {"a": "b"},
            "headers": {"X-A": "1"},
            "cookies": {"c": "d"},
            "auth": ("u", "p"),
            "follow_redirects": True,
            "timeout": 5,
            "verify": False,
            "trust_env": False,
        }
        if method in {"post", "put", "patch"}:
            arguments["json"] = {}
        answer = getattr(adapted, method)(server.origin + "/x", **arguments)
        assert answer.json() == {"method": method.upper(), "target": "/x?a=b"}
        request = server.requests[-1]
        assert [request.header(name) for name in ("x-a", "cookie", "authorization")] == [
            "1",
            "c=d",
            "Basic dTpw",
        ]
    assert adapted.request("GET", server.origin + "/x").json()["target"] == "/x"


def test_the_stream_function(server: Server) -> None:
    url = server.legacy("ai-search")
    with adapted.stream("POST", url, json=STREAM, api_base_url=server.base) as response:
        assert legacy_tokens(b"".join(response.iter_raw())) == ["Thr", "ee"]
    assert response.is_closed


def test_a_transport_in_a_plain_client(server: Server) -> None:
    transport = adapted.AutoRAGTransport(api_base_url=server.base)
    with httpx.Client(transport=transport) as client:
        search(client, server)


def test_a_relative_path_and_a_built_request(server: Server) -> None:
    base = f"{server.base}/accounts/acc0"
    with adapted.Client(base_url=base, api_base_url=server.base) as client:
        assert client.post("autorag/rags/docs/search", json=SEARCH).status_code == 200
        request = client.build_request("POST", "/autorag/rags/docs/search", json=SEARCH)
        response = client.send(request, stream=True)
        assert response.request is request
        assert json.loads(b"".join(response.iter_bytes()))["success"] is True
    assert server.paths == [f"{NEW}/search"] * 2


def test_a_read_body_can_be_translated(server: Server) -> None:
    with adapted.Client(api_base_url=server.base) as client:
        request = client.build_request("POST", server.legacy(), content=iter([b'{"query":"q"}']))
        request.read()
        client.send(request)
    assert server.paths == [f"{NEW}/search"]


# --- What passes through the transport --------------------------------------------------------


def test_what_is_not_ours_is_handed_over_as_it_is() -> None:
    seen: list[httpx.Request] = []
    made = httpx.Response(200, content=b"x", headers={"etag": "1"})

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return made

    transport = adapted.AutoRAGTransport(httpx.MockTransport(handler))
    for method, path in (("GET", f"{LEGACY}/search"), ("POST", "/x"), ("POST", f"{NEW}/search")):
        request = httpx.Request(method, f"https://api.cloudflare.com{path}")
        assert transport.handle_request(request) is made
        assert seen[-1] is request


def test_a_url_is_ours_by_its_method_however_often_it_was_called() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json=NEW_SEARCH)

    with adapted.Client(transport=httpx.MockTransport(handler)) as client:
        for number in [*range(300), 0]:
            url = f"https://api.cloudflare.com{LEGACY}/search".replace("docs", f"d{number}")
            client.post(url, json=SEARCH)
            client.get(url)
            new = f"{NEW}/search".replace("docs", f"d{number}")
            assert seen[-2:] == [f"POST {new}", f"GET {url[26:]}"]


def test_an_answer_that_does_not_change_is_handed_back_as_it_is() -> None:
    made = httpx.Response(502, html="<p>")
    transport = adapted.AutoRAGTransport(httpx.MockTransport(lambda _: made))
    request = httpx.Request("POST", f"https://api.cloudflare.com{LEGACY}/search", json=SEARCH)
    assert transport.handle_request(request) is made


def test_doubles_see_the_translated_call() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"{NEW}/search"
        assert json.loads(request.content)["messages"] == [{"role": "user", "content": "q"}]
        assert request.headers["content-length"] == str(len(request.content))
        assert request.extensions["timeout"]["read"] == 7
        assert request.extensions["mine"] == 1
        return httpx.Response(200, json=NEW_SEARCH, extensions={"reason_phrase": b"Fine"})

    with adapted.Client(transport=httpx.MockTransport(handler), timeout=7) as client:
        url = f"https://api.cloudflare.com{LEGACY}/search"
        response = client.post(url, json=SEARCH, extensions={"mine": 1, "timeout": {"read": 7}})
    assert response.json()["result"]["data"][0]["score"] == 0.5
    assert response.reason_phrase == "Fine"


def test_a_double_that_answers_the_same_object_twice() -> None:
    made = httpx.Response(200, json=NEW_SEARCH)
    with adapted.Client(transport=httpx.MockTransport(lambda _: made)) as client:
        url = f"https://api.cloudflare.com{LEGACY}/search"
        first, second = (client.post(url, json=SEARCH).json() for _ in range(2))
    assert first == second
    assert "data" in first["result"]


class Counting(httpx.SyncByteStream):
    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b'data: {"choices":[{"delta":{"content":"one"}}]}\n\n'
        yield b'data: {"choices":[{"delta":{"content":"two"}}]}\n\n'

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("end", ["whole", "break", "error", "unread"])
def test_the_upstream_is_closed_once(end: str) -> None:
    stream = Counting()
    headers = {"content-type": "text/event-stream"}
    inner = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=stream))
    url = f"https://api.cloudflare.com{LEGACY}/ai-search"

    def read() -> None:
        with (
            adapted.Client(transport=inner) as client,
            client.stream("POST", url, json=STREAM) as response,
        ):
            if end == "unread":
                return
            for _ in response.iter_bytes():
                if end == "error":
                    raise LookupError
                if end == "break":
                    break

    if end == "error":
        with pytest.raises(LookupError):
            read()
    else:
        read()
    assert stream.closed == 1


def test_closing_a_client_closes_what_it_wraps() -> None:
    closed: list[str] = []

    class Inner(httpx.MockTransport):
        def __init__(self, name: str) -> None:
            super().__init__(lambda _: httpx.Response(200))
            self.name = name

        def __enter__(self) -> Self:
            closed.append(f"enter {self.name}")
            return self

        def __exit__(self, *args: object) -> None:
            closed.append(f"exit {self.name}")

        def close(self) -> None:
            closed.append(f"close {self.name}")

    with adapted.Client(transport=Inner("a"), mounts={"http://b": Inner("b")}):
        pass
    assert closed == ["enter a", "enter b", "exit a", "exit b"]
    closed.clear()
    adapted.Client(transport=Inner("c")).close()
    assert closed == ["close c"]


def test_event_hooks_see_the_callers_side(server: Server) -> None:
    seen: list[Any] = []

    def on_response(response: httpx.Response) -> None:
        response.read()
        seen.append((str(response.request.url), response.json()["result"]["data"][0]["score"]))

    hooks = {"request": [lambda request: seen.append(str(request.url))], "response": [on_response]}
    with adapted.Client(event_hooks=hooks, api_base_url=server.base) as client:
        response = client.post(server.legacy(), json=SEARCH)
    assert seen == [server.legacy(), (server.legacy(), 0.5)]
    assert response.json()["result"]["data"][0]["score"] == 0.5


def test_reading_a_stream_by_line_and_by_raw_bytes(server: Server) -> None:
    url = server.legacy("ai-search")
    with adapted.Client(api_base_url=server.base) as client:
        with client.stream("POST", url, json=STREAM) as response:
            lines = [line for line in response.iter_lines() if line]
        with client.stream("POST", url, json=STREAM) as response:
            raw = b"".join(response.iter_raw(3))
        with client.stream("POST", url, json=STREAM) as response:
            text = "".join(response.iter_text())
    assert [json.loads(line[6:])["response"] for line in lines[:-1]] == ["Thr", "ee"]
    assert lines[-1] == "data: [DONE]"
    assert raw.decode() == text == "\n\n".join(lines) + "\n\n"


def test_cookies_are_kept_by_the_client(server: Server) -> None:
    headers = [("Set-Cookie", "a=1; Path=/")]
    server.script = lambda peer, _: peer.json(NEW_SEARCH, headers=headers)
    with adapted.Client(api_base_url=server.base) as client:
        client.post(server.legacy(), json=SEARCH)
        client.post(server.legacy(), json=SEARCH)
    assert [request.header("cookie") for request in server.requests] == [None, "a=1"]


def test_a_base_url_that_is_none() -> None:
    with pytest.raises(ValueError, match="not an http or https URL"):
        adapted.Client(api_base_url="api.example.com")
