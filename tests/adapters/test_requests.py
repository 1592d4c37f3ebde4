"""requests: what was mounted is wrapped, and every way to read an answer gives the legacy one."""

from __future__ import annotations

import copy
import inspect
import io
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.util import Retry

from adapters.libraries import SEARCH, STREAM
from adapters.servers import (
    LEGACY,
    NEW,
    NEW_SEARCH,
    Proxy,
    Server,
    legacy_tokens,
    token,
)
from autorag_migrate.adapters import requests as adapted
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from adapters.conftest import Authority

HOSTED = f"https://api.cloudflare.com{LEGACY}/search"


def search(session: requests.Session, server: Server, **more: Any) -> requests.Response:
    response = session.post(server.legacy(), json=SEARCH, **more)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert server.paths[-1] == f"{NEW}/search"
    return response


# --- (a) what the caller's arguments built ----------------------------------------------------


@pytest.mark.parametrize("how", ["argument", "session", "HTTP_PROXY", "ALL_PROXY", "function"])
def test_proxies(
    server: Server, session: adapted.Session, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    with Proxy() as proxy:
        more = {"proxies": {"http": proxy.origin}} if how == "argument" else {}
        if how == "session":
            session.proxies["http"] = proxy.origin
        elif how.endswith("PROXY"):
            monkeypatch.setenv(how, proxy.origin)
        if how == "function":
            proxies = {"http": proxy.origin}
            url = server.legacy()
            adapted.post(url, None, SEARCH, proxies=proxies, api_base_url=server.base)
        else:
            search(session, server, **more)
        assert proxy.paths == [f"{server.origin}{NEW}/search"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        session.proxies.clear()
        search(session, server)
        assert len(proxy.requests) == 1


def test_verify_and_cert(authority: Authority) -> None:
    with (
        Server(tls=authority.server_context(ask_client=True)) as server,
        adapted.Session(api_base_url=server.base) as session,
    ):
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            session.post(server.legacy(), json=SEARCH)
        trusted = {"verify": authority.file}
        with pytest.raises(requests.ConnectionError):
            session.post(server.legacy(), json=SEARCH, **trusted)
        search(session, server, cert=authority.client_file, **trusted)
        session.verify, session.cert = authority.file, authority.client_file
        search(session, server)


@pytest.mark.parametrize("adapter", [False, True])
def test_mounted_retries_are_kept(server: Server, adapter: bool) -> None:
    server.script = lambda peer, _: peer.json({"success": False, "errors": []}, 503)
    retry = Retry(2, status_forcelist=[503], allowed_methods=None, raise_on_status=False)
    session = adapted.Session(api_base_url=server.base) if adapter else requests.Session()
    with session:
        session.mount("http://", HTTPAdapter(max_retries=retry))
        response = session.post(server.legacy(), json=SEARCH)
        assert response.status_code == 503
        assert session.get_adapter(server.legacy()).max_retries is retry  # type: ignore[attr-defined]
    assert len(server.requests) == 3
    assert {request.target for request in server.requests} == {
        f"{NEW if adapter else LEGACY}/search"
    }


def test_retries_that_run_out_raise_the_same(server: Server) -> None:
    server.script = lambda peer, _: peer.json({}, 503)
    raised = []
    for session in (requests.Session(), adapted.Session(api_base_url=server.base)):
        retry = Retry(1, status_forcelist=[503], allowed_methods=None)
        session.mount("http://", HTTPAdapter(max_retries=retry))
        with session, pytest.raises(requests.exceptions.RetryError) as caught:
            session.post(server.legacy(), json=SEARCH)
        raised.append(caught.value)
    assert len(server.requests) == 4
    for error in raised:
        assert error.request is not None
        assert error.request.url == server.legacy()


def test_settings_of_an_adapter_reach_the_one_that_sends(session: adapted.Session) -> None:
    outer = session.get_adapter("http://x")
    assert isinstance(outer, adapted.AutoRAGAdapter)
    outer.max_retries = Retry(7)
    assert outer._inner.max_retries.total == 7  # type: ignore[attr-defined]
    assert outer.poolmanager is outer._inner.poolmanager  # type: ignore[attr-defined]
    outer.remark = "mine"  # type: ignore[attr-defined]
    assert not hasattr(outer._inner, "remark")
    with pytest.raises(AttributeError):
        _ = outer.nothing_like_this


def test_an_adapter_around_an_adapter(server: Server, session: adapted.Session) -> None:
    twice = adapted.AutoRAGAdapter(adapted.AutoRAGAdapter(), api_base_url=server.base)
    session.mount("http://", twice)
    assert session.get_adapter(server.legacy()) is twice
    search(session, server)
    twice.close()


def test_a_plain_session_is_adapted(server: Server) -> None:
    with requests.Session() as session:
        session.mount("http://127.0.0.1", HTTPAdapter(max_retries=4))
        assert adapted.adapt(session, api_base_url=server.base) is session
        wrapped = dict(session.adapters)
        assert all(isinstance(each, adapted.AutoRAGAdapter) for each in wrapped.values())
        assert list(wrapped) == ["http://127.0.0.1", "https://", "http://"]
        adapted.adapt(session)
        assert dict(session.adapters) == wrapped
        search(session, server)


def test_what_is_mounted_later_is_wrapped(server: Server, session: adapted.Session) -> None:
    class Marking(HTTPAdapter):
        def add_headers(self, request: Any, **kwargs: Any) -> None:
            request.headers["X-Marked"] = request.path_url

    session.mount("http://127.0.0.1", Marking())
    search(session, server)
    assert server.requests[0].header("x-marked") == f"{NEW}/search"


# --- Pass ---------------------------------------------------------------------------------------


class Recorder(BaseAdapter):
    """Answers what it is told to, and remembers the very objects that it was given."""

    def __init__(self, make: Any = requests.Response) -> None:
        super().__init__()
        self.make = make
        self.sent: list[tuple[Any, ...]] = []
        self.made: list[requests.Response] = []

    def send(self, request: Any, *arguments: Any, **named: Any) -> requests.Response:
        self.sent.append((request, *arguments))
        response = self.make()
        self.made.append(response)
        return response  # type: ignore[no-any-return]

    def close(self) -> None:
        self.sent.append(("closed",))


def prepared(method: str, url: str) -> requests.PreparedRequest:
    return requests.Request(method, url, json=SEARCH).prepare()


def test_what_is_not_ours_is_handed_over_as_it_is() -> None:
    inner = Recorder()
    adapter = adapted.AutoRAGAdapter(inner)
    for method, path in (("GET", f"{LEGACY}/search"), ("POST", "/x"), ("POST", f"{NEW}/search")):
        request = prepared(method, f"https://api.cloudflare.com{path}")
        response = adapter.send(request, True, (1, 2), "ca", "cert", {"http": "p"})
        assert response is inner.made[-1]
        assert inner.sent[-1][0] is request
        assert inner.sent[-1][1:] == (True, (1, 2), "ca", "cert", {"http": "p"})
    adapter.close()
    assert inner.sent[-1] == ("closed",)


def test_the_adapter_that_sends_gets_the_callers_arguments() -> None:
    inner = Recorder()
    request = prepared("POST", HOSTED)
    request.register_hook("response", print)
    adapted.AutoRAGAdapter(inner).send(request, True, (1, 2), "ca", "cert", {"http": "p"})
    sent, *arguments = inner.sent[0]
    assert arguments == [True, (1, 2), "ca", "cert", {"http": "p"}]
    assert sent is not request
    assert sent.url == f"https://api.cloudflare.com{NEW}/search"
    assert sent.headers["Content-Length"] == str(len(sent.body))
    assert sent.hooks == request.hooks


def read_already() -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response._content = json.dumps(NEW_SEARCH).encode()
    return response


def from_a_file() -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.raw = io.BytesIO(json.dumps(NEW_SEARCH).encode())
    return response


@pytest.mark.parametrize("make", [read_already, from_a_file])
def test_answers_of_doubles(make: Any) -> None:
    with requests.Session() as session:
        session.mount("https://", adapted.AutoRAGAdapter(Recorder(make)))
        response = session.post(HOSTED, json=SEARCH)
    assert response.json()["result"]["data"][0]["filename"] == "a/llama.md"


def events_read_already() -> requests.Response:
    response = read_already()
    response.headers["Content-Type"] = "text/event-stream"
    response._content = token("one") + token("two")
    return response


def test_events_of_doubles() -> None:
    with requests.Session() as session:
        session.mount("https://", adapted.AutoRAGAdapter(Recorder(events_read_already)))
        response = session.post(HOSTED.replace("/search", "/ai-search"), json=STREAM)
    assert legacy_tokens(response.content) == ["one", "two"]


def test_the_double_of_urllib3() -> None:
    def make() -> requests.Response:
        body = io.BytesIO(json.dumps(NEW_SEARCH).encode())
        raw = HTTPResponse(body, {"content-type": "application/json"}, 200, preload_content=False)
        return HTTPAdapter().build_response(prepared("POST", HOSTED), raw)

    with adapted.Session() as session:
        session.mount("https://", Recorder(make))
        assert session.post(HOSTED, json=SEARCH).json()["result"]["data"][0]["score"] == 0.5


# --- The drop-ins -----------------------------------------------------------------------------


def test_every_other_name_is_requests_own() -> None:
    own = set(adapted.__all__)
    assert {"Session", "session", "post", "adapt", "AutoRAGAdapter"} <= own
    for name in dir(requests):
        if not name.startswith("_"):
            ours = getattr(adapted, name)
            assert (ours is getattr(requests, name)) == (name not in own), name
    assert {"exceptions", "Timeout", "post"} <= set(dir(adapted))
    assert issubclass(adapted.Session, requests.Session)
    with pytest.raises(AttributeError, match="nothing_like_this"):
        _ = adapted.nothing_like_this


@pytest.mark.parametrize(
    "name", ["get", "options", "head", "post", "put", "patch", "delete", "request"]
)
def test_functions_take_what_those_of_requests_take(name: str) -> None:
    def shape(function: Any) -> list[Any]:
        parameters = inspect.signature(function).parameters.values()
        return [(each.name, each.kind, each.default) for each in parameters]

    assert shape(getattr(adapted, name)) == shape(getattr(requests, name))


def test_functions_hand_everything_over(server: Server) -> None:
    server.script = lambda peer, request: peer.json({"target": request.target})
    url = server.origin + "/x"
    calls = [
        ("GET", adapted.get(url, {"a": "b"})),
        ("OPTIONS", adapted.options(url, params={"a": "b"})),
        ("POST", adapted.post(url, b"body", params={"a": "b"})),
        ("PUT", adapted.put(url, b"body", params={"a": "b"})),
        ("PATCH", adapted.patch(url, b"body", params={"a": "b"})),
        ("DELETE", adapted.delete(url, params={"a": "b"})),
        ("REPORT", adapted.request("report", url, params={"a": "b"})),
    ]
    for (method, response), request in zip(calls, server.requests, strict=True):
        assert (request.method, request.target) == (method, "/x?a=b")
        assert response.json() == {"target": "/x?a=b"}
        assert request.body == (b"body" if method in {"POST", "PUT", "PATCH"} else b"")


def test_head_follows_no_redirect(server: Server) -> None:
    server.script = lambda peer, _: peer.head(302, [("Location", "/y"), ("Content-Length", "0")])
    assert adapted.head(server.origin + "/x").status_code == 302
    assert server.paths == ["/x"]


def test_settings_of_a_function(server: Server) -> None:
    notes: list[Any] = []
    response = adapted.post(
        server.legacy(),
        json={**SEARCH, "rewrite_query": True},
        api_base_url=server.base,
        settings=Settings(notes="quiet", route="bare"),
        on_note=notes.append,
    )
    assert response.status_code == 200
    assert "/namespaces/" not in server.paths[0]
    assert "AR201" in {note.code for note in notes}


def test_the_session_function() -> None:
    with adapted.session() as session:
        assert isinstance(session, adapted.Session)


def test_sessions_can_be_pickled_and_copied(server: Server, session: adapted.Session) -> None:
    session.headers["X-Mine"] = "1"
    session.mount("http://", HTTPAdapter(max_retries=4))
    for again in (pickle.loads(pickle.dumps(session)), copy.deepcopy(session)):
        with again:
            assert again.get_adapter(server.legacy()).max_retries.total == 4
            again.mount("http://127.0.0.1", HTTPAdapter())
            search(again, server)
            assert server.requests[-1].header("x-mine") == "1"


def test_answers_can_be_pickled(server: Server, session: adapted.Session) -> None:
    response = search(session, server)
    again = pickle.loads(pickle.dumps(response))
    assert again.json() == response.json()
    assert again.request.url == server.legacy()
