"""(g) What the caller's own tests patch intercepts a bridged call as it did a legacy one.

Every spelling of a patch is tried on the same caller twice, with the library and with the stand-in:
both must send the double the same, or send the same over the wire.
"""

from __future__ import annotations

import abc
import asyncio
import functools
import inspect
import json
import pickle
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock, create_autospec, patch

import httpx
import pytest
import requests

from adapters.servers import LEGACY, NEW, NEW_SEARCH
from autorag_migrate.adapters import httpx as adapted_httpx
from autorag_migrate.adapters import requests as adapted_requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOST = "https://api.cloudflare.com"
URL = f"{HOST}{LEGACY}/search"
NEW_URL = f"{HOST}{NEW}/search"
BODY = {"query": "q", "ranking_options": {"score_threshold": 0.4}}
LEGACY_ANSWER = {"success": True, "result": {"object": "theirs", "data": []}}

OF_REQUESTS = """
    import requests
    from requests import post, Session

    early = requests.Session()

    class Mine(requests.Session):
        def search(self):
            return self.post(URL, json=BODY)

    def function():
        return requests.post(URL, json=BODY, timeout=3)

    def positional():
        return requests.post(URL, None, BODY)

    def general():
        return requests.request("POST", URL, json=BODY)

    def imported():
        return post(URL, json=BODY)

    def late():
        from requests import post
        return post(URL, json=BODY)

    def session():
        with requests.Session() as one:
            return one.post(URL, json=BODY)

    def session_function():
        return requests.session().request("POST", URL, json=BODY)

    def imported_session():
        return Session().post(URL, json=BODY)

    def early_session():
        return early.post(URL, json=BODY)

    def prepared():
        request = requests.Request("POST", URL, json=BODY)
        return early.send(early.prepare_request(request))

    def mine():
        return Mine().search()
"""

OF_HTTPX = """
    import httpx
    from httpx import AsyncClient, Client, post

    early = httpx.Client()

    class Mine(httpx.Client):
        def search(self):
            return self.post(URL, json=BODY)

    def function():
        return httpx.post(URL, json=BODY, timeout=3)

    def general():
        return httpx.request("POST", URL, json=BODY)

    def streamed():
        with httpx.stream("POST", URL, json=BODY) as response:
            response.read()
            return response

    def imported():
        return post(URL, json=BODY)

    def client():
        with httpx.Client() as one:
            return one.post(URL, json=BODY)

    def imported_client():
        return Client(timeout=3).post(URL, json=BODY)

    def early_client():
        return early.post(URL, json=BODY)

    def sent():
        return early.send(early.build_request("POST", URL, json=BODY))

    def mine():
        return Mine().search()

    async def asynchronous():
        async with httpx.AsyncClient() as one:
            return await one.post(URL, json=BODY)

    async def imported_asynchronous():
        async with AsyncClient() as one:
            return await one.request("POST", URL, json=BODY)
"""

SOURCES = {"requests": OF_REQUESTS, "httpx": OF_HTTPX}


def bridged(source: str) -> str:
    """What the codemod makes of it."""
    for name in SOURCES:
        source = source.replace(
            f"    import {name}\n", f"    from autorag_migrate.adapters import {name}\n"
        ).replace(f"from {name} import", f"from autorag_migrate.adapters.{name} import")
    return source


def uses(library: str) -> list[str]:
    # At the margin of the source.
    return [
        line.split("def ")[1].partition("(")[0]
        for line in textwrap.dedent(SOURCES[library]).splitlines()
        if line.startswith(("def ", "async def "))
    ]


class Caller:
    """The caller's module, as `app`, and what it sends."""

    def __init__(self, library: str, source: str, wire: list[str]) -> None:
        self.library = library
        self.module = ModuleType("app")
        self.wire = wire
        vars(self.module).update(URL=URL, BODY=BODY)
        sys.modules["app"] = self.module
        exec(textwrap.dedent(source), vars(self.module))

    def call(self, use: str) -> Any:
        made = getattr(self.module, use)()
        return asyncio.run(made) if inspect.iscoroutine(made) else made


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that would have been reached."""
    reached: list[str] = []

    def answer(url: str) -> bytes:
        reached.append(url)
        return json.dumps(NEW_SEARCH if url == NEW_URL else LEGACY_ANSWER).encode()

    def send(self: Any, request: requests.PreparedRequest, *_: Any, **__: Any) -> Any:
        response = requests.Response()
        response.status_code = 200
        response.headers["content-type"] = "application/json"
        response._content = answer(request.url or "")
        return response

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return httpx.Response(200, headers=headers, content=answer(str(request.url)))

    async def handle_async(self: Any, request: httpx.Request) -> httpx.Response:
        return handle(self, request)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    monkeypatch.setitem(sys.modules, "app", ModuleType("app"))
    return reached


def pair(library: str, wire: list[str]) -> Iterator[Caller]:
    """The caller twice: with the library and with the stand-in, which comes last."""
    source = SOURCES[library]
    yield Caller(library, source, wire)
    yield Caller(library, bridged(source), wire)


# --- Spellings ------------------------------------------------------------------------------------

RESPONSES = {
    "requests": requests.Response(),
    "httpx": httpx.Response(200, json=LEGACY_ANSWER, request=httpx.Request("POST", URL)),
}
RESPONSES["requests"].status_code = 200


def of_function(library: str) -> Any:
    return MagicMock(return_value=RESPONSES[library])


def of_class(library: str) -> Any:
    return MagicMock()


def of_async_method(library: str) -> Any:
    return AsyncMock(return_value=RESPONSES[library])


def of_async_class(library: str) -> Any:
    double = MagicMock()
    client = double.return_value.__aenter__.return_value
    client.post = client.request = of_async_method(library)
    return double


class Spelling:
    """A way to patch, and which uses it intercepts where the library itself is in use."""

    def __init__(
        self,
        target: str,
        intercepted: str,
        make: Callable[[str], Any] = of_function,
        how: str = "patch",
    ) -> None:
        self.target, self.make, self.how = target, make, how
        name = target.removeprefix("app.").partition(".")[0]
        self.library = {"post": "requests", "Session": "requests", "Client": "httpx"}.get(
            name, name
        )
        self.intercepted = set(intercepted.split())

    def __repr__(self) -> str:
        return f"{self.how}-{self.target}"

    @contextmanager
    def applied(self, caller: Caller) -> Iterator[Any]:
        double = self.make(self.library)
        place, _, name = self.target.rpartition(".")
        if self.how == "patch":
            with patch(self.target, double):
                yield double
        elif self.how == "create":
            with patch(self.target, double, create=True):
                yield double
        elif self.how == "object":
            with patch.object(found(place), name, double):
                yield double
        elif self.how == "monkeypatch":
            with pytest.MonkeyPatch.context() as monkeypatch:
                monkeypatch.setattr(found(place), name, double)
                yield double
        else:
            with pytest.MonkeyPatch.context() as monkeypatch:
                monkeypatch.setattr(self.target, double)
                yield double


def found(path: str) -> Any:
    first, *rest = path.split(".")
    return functools.reduce(getattr, rest, sys.modules[first])


FUNCTIONS = "function positional imported late"
SESSIONS = "session session_function imported_session early_session mine"
POSTS = "session imported_session early_session mine"
CLIENTS = "client imported_client early_client mine"
CALLS = "function general imported"

SPELLINGS = [
    Spelling("requests.post", "function positional late"),
    Spelling("requests.post", "function positional late", how="object"),
    Spelling("requests.post", "function positional late", how="monkeypatch"),
    Spelling("requests.post", "function positional late", how="create"),
    Spelling("requests.post", "function positional late", how="monkeypatch-path"),
    Spelling("app.requests.post", "function positional late"),
    Spelling("app.requests.post", "function positional late", how="object"),
    Spelling("app.requests.post", "function positional late", how="monkeypatch"),
    Spelling("app.requests.post", "function positional late", how="create"),
    Spelling("app.requests.post", "function positional late", how="monkeypatch-path"),
    Spelling("app.post", "imported"),
    Spelling("requests.request", "general"),
    Spelling("app.requests.request", "general"),
    Spelling("requests.api.request", FUNCTIONS),
    Spelling("requests.api.post", ""),
    Spelling("requests.Session", "session", of_class),
    Spelling("requests.Session", "session", of_class, how="monkeypatch"),
    Spelling("app.requests.Session", "session", of_class),
    Spelling("app.Session", "imported_session", of_class),
    Spelling("requests.sessions.Session", f"{FUNCTIONS} general session_function", of_class),
    Spelling("requests.session", "session_function", of_class),
    Spelling("requests.Session.post", POSTS),
    Spelling("app.requests.Session.post", POSTS),
    Spelling("requests.Session.request", f"{FUNCTIONS} general {SESSIONS}"),
    Spelling("requests.Session.request", f"{FUNCTIONS} general {SESSIONS}", how="object"),
    Spelling("app.requests.Session.request", f"{FUNCTIONS} general {SESSIONS}"),
    Spelling("requests.sessions.Session.send", f"{FUNCTIONS} general {SESSIONS} prepared"),
    Spelling("app.requests.Session.send", f"{FUNCTIONS} general {SESSIONS} prepared"),
    Spelling("app.requests", "function positional general session session_function", of_class),
    Spelling("httpx.post", "function"),
    Spelling("httpx.post", "function", how="monkeypatch"),
    Spelling("app.httpx.post", "function"),
    Spelling("app.httpx.post", "function", how="monkeypatch"),
    Spelling("httpx.request", "general"),
    Spelling("httpx.stream", "streamed", of_class),
    Spelling("httpx._api.Client", f"{CALLS} streamed", of_class),
    Spelling("httpx.Client", "client", of_class),
    Spelling("app.httpx.Client", "client", of_class),
    Spelling("app.Client", "imported_client", of_class),
    Spelling("httpx.Client.post", CLIENTS),
    Spelling("app.httpx.Client.post", CLIENTS),
    Spelling("httpx.Client.request", f"{CALLS} {CLIENTS}"),
    Spelling("httpx.Client.send", f"{CALLS} streamed {CLIENTS} sent", how="object"),
    Spelling("app.httpx.Client.send", f"{CALLS} streamed {CLIENTS} sent"),
    Spelling("httpx.Client.stream", "streamed", of_class),
    Spelling("httpx.AsyncClient", "asynchronous", of_async_class),
    Spelling("httpx.AsyncClient", "asynchronous", of_async_class, how="monkeypatch"),
    Spelling("app.httpx.AsyncClient", "asynchronous", of_async_class),
    Spelling("httpx.AsyncClient.post", "asynchronous", of_async_method),
    Spelling("app.httpx.AsyncClient.post", "asynchronous", of_async_method),
    Spelling("httpx.AsyncClient.request", "asynchronous imported_asynchronous", of_async_method),
    Spelling("httpx.AsyncClient.send", "asynchronous imported_asynchronous", of_async_method),
    Spelling("app.httpx", "function general streamed client asynchronous", of_class),
]


def described(value: Any) -> Any:
    """What a double was given, so that two runs can be compared."""
    if isinstance(value, requests.PreparedRequest):
        return value.method, value.url, value.body
    if isinstance(value, httpx.Request):
        return value.method, str(value.url), value.content
    return str(value)


def heard(double: Any) -> list[Any]:
    return [
        (name, [described(each) for each in args], {key: described(kwargs[key]) for key in kwargs})
        for name, args, kwargs in double.mock_calls
    ]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=repr)
def test_a_patch_intercepts_what_it_did(spelling: Spelling, wire: list[str]) -> None:
    runs = []
    for caller in pair(spelling.library, wire):
        run: dict[str, Any] = {}
        for use in uses(spelling.library):
            wire.clear()
            with spelling.applied(caller) as double:
                try:
                    answer = caller.call(use)
                except requests.RequestException as error:  # a double of requests.Request
                    run[use] = type(error)
                    continue
            untouched = answer is RESPONSES[spelling.library] or isinstance(answer, NonCallableMock)
            run[use] = heard(double) if untouched else "not intercepted"
            assert bool(wire) != untouched, use
        runs.append(run)
    plain, ours = runs
    assert {use for use in plain if isinstance(plain[use], list)} == spelling.intercepted
    assert ours == plain
    # Afterwards, all of it is translated again.
    for use in uses(spelling.library):
        wire.clear()
        answer = caller.call(use)
        assert wire == [NEW_URL], use
        assert answer.json()["result"]["data"][0]["filename"] == "a/llama.md"


def test_a_double_gets_the_callers_own_arguments(wire: list[str]) -> None:
    *_, caller = pair("requests", wire)
    with patch("requests.post") as post:
        assert caller.call("function") is post.return_value
    post.assert_called_once_with(URL, json=BODY, timeout=3)
    with patch("requests.api.request") as request:
        assert caller.call("imported") is request.return_value
    request.assert_called_once_with("post", URL, data=None, json=BODY)
    *_, caller = pair("httpx", wire)
    with patch("httpx.AsyncClient.post", new=AsyncMock(return_value="theirs")) as post:
        assert caller.call("asynchronous") == "theirs"
    post.assert_awaited_once_with(URL, json=BODY)
    assert wire == []


@pytest.mark.parametrize(
    ("target", "use"),
    [
        ("requests.post", "function"),
        ("app.requests.post", "function"),
        ("requests.Session", "session"),
        ("app.requests.Session", "session"),
        ("requests.Session.post", "early_session"),
        ("httpx.post", "function"),
        ("app.httpx.post", "function"),
        ("httpx.Client", "client"),
        ("app.httpx.Client", "client"),
        ("httpx.Client.post", "early_client"),
        ("app.requests", "function"),
        ("app.httpx", "function"),
    ],
)
def test_doubles_with_a_specification(target: str, use: str, wire: list[str]) -> None:
    *_, caller = pair(target.removeprefix("app.").partition(".")[0], wire)
    with patch(target, autospec=True):
        assert isinstance(caller.call(use), NonCallableMock)
    assert wire == []


def test_a_patch_through_the_caller_reaches_others_as_it_did(wire: list[str]) -> None:
    *_, caller = pair("requests", wire)
    plain = requests.post
    with patch("app.requests.post") as post:
        assert requests.post is caller.module.requests.post is post
    assert requests.post is plain
    with patch("app.requests.Session") as session:
        assert requests.Session is session
        assert requests.sessions.Session is not session
    assert requests.Session is requests.sessions.Session


def test_a_sender_that_is_taken_away_is_gone(wire: list[str]) -> None:
    *_, caller = pair("requests", wire)
    for target in ("requests.post", "app.requests.post"):
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.delattr(target)
            assert not hasattr(requests, "post")
            with pytest.raises(AttributeError, match="post"):
                caller.call("function")
        assert caller.module.requests.post is adapted_requests.post
    with pytest.MonkeyPatch.context() as monkeypatch:
        # How pytest's documentation forbids every test to send.
        monkeypatch.delattr("requests.sessions.Session.request")
        for use in ("function", "session", "early_session"):
            with pytest.raises(AttributeError, match="request"):
                caller.call(use)
    assert wire == []


def test_a_double_that_is_a_class_or_a_partial(wire: list[str]) -> None:
    class Fake(httpx.Client):
        def send(self, request: httpx.Request, **_: Any) -> Any:
            return request

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"seen": str(request.url)})

    *_, caller = pair("httpx", wire)
    with patch("httpx.Client", Fake):
        assert str(caller.call("client").url) == URL
    partial = functools.partial(httpx.Client, transport=httpx.MockTransport(handler))
    with patch("httpx.Client", partial):
        assert caller.call("client").json() == {"seen": URL}
    with patch.object(httpx.Client, "__init__", return_value=None):
        assert not hasattr(caller.module.httpx.Client(), "_transport")
    assert wire == []


@pytest.mark.parametrize(
    "target",
    [
        "requests.post",
        "requests.request",
        "requests.api.request",
        "requests.Session",
        "requests.sessions.Session",
        "httpx.post",
        "httpx.Client",
        "httpx.AsyncClient",
    ],
)
def test_a_first_import_inside_a_patch(target: str) -> None:
    library = target.partition(".")[0]
    program = f"""
        import sys
        from unittest.mock import patch
        import {library}

        with patch("{target}") as double:
            from autorag_migrate.adapters import {library} as adapted
            at_call = [getattr(adapted, "{target.rpartition(".")[2]}") is double]
        print(at_call, adapted.post.__module__, adapted.{"Session" if library == "requests" else "Client"}.__mro__[:2])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lower = target in {"requests.api.request", "requests.sessions.Session"}
    assert done.stdout.startswith(f"[{not lower}] autorag_migrate.adapters.{library} (<class 'auto")
    kind = "requests.sessions.Session" if library == "requests" else "httpx.Client"
    assert done.stdout.endswith(f", <class '{kind}'>)\n")


# --- The classes are still classes ----------------------------------------------------------------

CLASSES = [
    (requests.Session, adapted_requests.Session),
    (httpx.Client, adapted_httpx.Client),
    (httpx.AsyncClient, adapted_httpx.AsyncClient),
]


@pytest.mark.parametrize(("plain", "ours"), CLASSES)
def test_one_that_others_made_is_one_to_the_caller(plain: Any, ours: Any) -> None:
    class Mine(ours):
        pass

    for one in (plain(), ours(), Mine(), Mock(spec=plain), create_autospec(plain, instance=True)):
        assert isinstance(one, ours)
        assert isinstance(one, plain)
    assert issubclass(plain, ours)
    assert not isinstance(ours(), Mine)
    assert not isinstance(plain(), Mine)
    for other in (object(), None, Mock(), httpx.Response(200)):
        assert not isinstance(other, ours)
    assert type(ours()) is ours


@pytest.mark.parametrize(("plain", "ours"), CLASSES)
def test_subclasses_with_a_metaclass_of_their_own(plain: Any, ours: Any) -> None:
    class Searching(abc.ABC):
        @abc.abstractmethod
        def search(self) -> str: ...

    class Mine(ours, Searching):
        def search(self) -> str:
            return "found"

    assert Mine().search() == "found"


@pytest.mark.parametrize(("plain", "ours"), CLASSES)
def test_a_metaclass_that_is_no_abstract_one_does_not_go_with_ours(plain: Any, ours: Any) -> None:
    class Single(type):
        pass

    Single("Mine", (plain,), {})
    with pytest.raises(TypeError, match="metaclass conflict"):
        Single("Mine", (ours,), {})


def test_a_session_is_pickled_while_the_librarys_is_patched() -> None:
    session = adapted_requests.Session()
    with patch("requests.post"), patch("requests.Session.post"):
        again = pickle.loads(pickle.dumps(session))
    assert type(again) is adapted_requests.Session


def test_the_stand_ins_are_modules() -> None:
    for module in (adapted_requests, adapted_httpx):
        assert inspect.ismodule(module)
        assert pickle.loads(pickle.dumps(module.post)) is module.post
        assert vars(module)["post"] is module.post


@pytest.mark.parametrize(("plain", "ours"), [(requests, adapted_requests), (httpx, adapted_httpx)])
def test_no_module_of_the_library_is_hidden(plain: Any, ours: Any) -> None:
    modules = {name for name in dir(plain) if inspect.ismodule(getattr(plain, name))}
    assert len(modules) > 5
    assert [name for name in modules if getattr(ours, name) is not getattr(plain, name)] == []


# --- Doubles below the sender: they see what is sent ----------------------------------------------


def test_responses_sees_the_translated_call() -> None:
    responses = pytest.importorskip("responses", reason="it needs requests 2.30")
    *_, caller = pair("requests", [])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as double:
        double.post(URL, json=LEGACY_ANSWER)
        with pytest.raises(requests.ConnectionError, match="instances/docs"):
            caller.call("function")
        double.post(NEW_URL, json=NEW_SEARCH)
        answer = caller.call("function")
        assert [call.request.url for call in double.calls][-1] == NEW_URL
    assert answer.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert answer.url == URL


def test_respx_sees_the_translated_call() -> None:
    respx = pytest.importorskip("respx")
    *_, caller = pair("httpx", [])
    for use in ("function", "client", "asynchronous"):
        with respx.mock(assert_all_called=False) as double:
            double.post(URL).respond(json=LEGACY_ANSWER)
            with pytest.raises(AssertionError, match="not mocked"):
                caller.call(use)
            route = double.post(NEW_URL).respond(json=NEW_SEARCH)
            answer = caller.call(use)
            assert route.called
        assert answer.json()["result"]["data"][0]["filename"] == "a/llama.md"
        assert str(answer.url) == URL


@pytest.mark.parametrize("use", ["function", "imported", "session", "early_session", "mine"])
def test_requests_mock_sees_the_legacy_call(use: str) -> None:
    # It replaces how a session finds its adapter, so ours is never asked.
    requests_mock = pytest.importorskip("requests_mock")
    *_, caller = pair("requests", [])
    with requests_mock.Mocker() as double:
        double.post(URL, json=LEGACY_ANSWER)
        answer = caller.call(use)
        assert [(each.url, each.json()) for each in double.request_history] == [(URL, BODY)]
    assert answer.json() == LEGACY_ANSWER


def test_an_adapter_that_takes_keywords_only_is_called_with_them() -> None:
    class Adapter(requests.adapters.BaseAdapter):
        def send(self, request: Any, **arguments: Any) -> Any:
            given.append(sorted(arguments))
            raise requests.ConnectionError

        def close(self) -> None:
            pass

    given: list[list[str]] = []
    with adapted_requests.Session() as session:
        session.mount(HOST, Adapter())
        for url in (URL, f"{HOST}/elsewhere"):
            with pytest.raises(requests.ConnectionError):
                session.post(url, json=BODY)
            request = session.prepare_request(requests.Request("POST", url, json=BODY))
            with pytest.raises(requests.ConnectionError):
                session.send(request, own=1)
    posted = ["cert", "proxies", "stream", "timeout", "verify"]
    sent = ["cert", "own", "proxies", "stream", "verify"]
    assert given == [posted, sent] * 2


def test_requests_mock_mounted_on_a_session_sees_the_translated_call() -> None:
    requests_mock = pytest.importorskip("requests_mock")
    adapter = requests_mock.Adapter()
    adapter.register_uri("POST", NEW_URL, json=NEW_SEARCH)
    with adapted_requests.Session() as session:
        session.mount(HOST, adapter)
        answer = session.post(URL, json=BODY)
    assert answer.json()["result"]["data"][0]["filename"] == "a/llama.md"


def test_a_replaced_transport_sees_the_translated_call(wire: list[str]) -> None:
    # The fixture replaces what sends, below every adapter.
    for library in SOURCES:
        *_, caller = pair(library, wire)
        caller.call("function")
    assert wire == [NEW_URL, NEW_URL]


CASSETTE = f"""
version: 1
interactions:
- request: {{body: '{json.dumps(BODY)}', headers: {{}}, method: POST, uri: '{URL}'}}
  response:
    body: {{string: '{json.dumps(LEGACY_ANSWER)}'}}
    headers: {{Content-Type: [application/json]}}
    status: {{code: 200, message: OK}}
"""


@pytest.mark.parametrize("library", list(SOURCES))
def test_a_cassette_of_the_legacy_call_does_not_answer_the_translated_one(
    library: str, tmp_path: Path
) -> None:
    vcr = pytest.importorskip("vcr", reason="vcrpy 9 needs Python 3.11")
    from vcr.errors import CannotOverwriteExistingCassetteException as Refused

    cassette = tmp_path / "legacy.yaml"
    cassette.write_text(CASSETTE, "utf-8")
    for number, caller in enumerate(pair(library, [])):
        with vcr.use_cassette(str(cassette), record_mode="none") as tape:
            if number == 0:
                assert caller.call("function").json() == LEGACY_ANSWER
            else:
                with pytest.raises(Refused, match="instances/docs"):
                    caller.call("function")
            assert tape.play_count == 1 - number
