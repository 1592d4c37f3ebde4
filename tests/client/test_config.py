"""Arguments, the environment, credentials, and requests that are refused before they are sent."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from autorag_migrate.client import AsyncAutoRAG, AutoRAG
from autorag_migrate.errors import (
    APIError,
    AutoRAGError,
    ConfigurationError,
    NoteError,
    RefusedError,
    TranslationError,
)
from autorag_migrate.settings import Settings
from client.replies import ACCOUNT, EMAIL, KEY, SEARCHED, SECRETS, TOKEN, Scripted, whole

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator
    from client.replies import Make, MakeAsync


def test_everything_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    with AutoRAG() as client:
        assert client.rag("docs").search("llamas").data
        assert client.account_id == ACCOUNT
        assert client.base_url == emulator.base_url
        assert client.settings == Settings()


def test_a_pair_from_the_environment(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    monkeypatch.setenv("CLOUDFLARE_EMAIL", EMAIL)
    monkeypatch.setenv("CLOUDFLARE_API_KEY", KEY)
    with AutoRAG(ACCOUNT, base_url=emulator.base_url) as client:
        assert client.rag("docs").search("llamas").data


def test_arguments_come_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripted
) -> None:
    for name in ("ACCOUNT_ID", "API_TOKEN", "EMAIL", "API_KEY"):
        monkeypatch.setenv(f"CLOUDFLARE_{name}", "other")
    monkeypatch.setenv("CLOUDFLARE_API_BASE_URL", "https://other.example")
    scripted.replies = [whole(SEARCHED)]
    with AutoRAG(ACCOUNT, TOKEN, base_url=scripted.base_url + "/") as client:
        client.rag("docs").search("q")
    with AutoRAG(ACCOUNT, api_email=EMAIL, api_key=KEY, base_url=scripted.base_url) as client:
        client.rag("docs").search("q")
    first, second = scripted.asked
    assert f"/client/v4/accounts/{ACCOUNT}/" in first.line
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-auth-key" not in first.headers
    assert (second.headers["x-auth-email"], second.headers["x-auth-key"]) == (EMAIL, KEY)
    assert "authorization" not in second.headers
    assert first.headers["content-type"] == "application/json"


def test_a_token_of_the_environment_comes_before_a_pair(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripted
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    monkeypatch.setenv("CLOUDFLARE_EMAIL", EMAIL)
    monkeypatch.setenv("CLOUDFLARE_API_KEY", KEY)
    scripted.replies = [whole(SEARCHED)]
    with AutoRAG(ACCOUNT, base_url=scripted.base_url) as client:
        client.rag("docs").search("q")
    assert scripted.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-auth-key" not in scripted.asked[0].headers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"account_id": None}, "account_id.*CLOUDFLARE_ACCOUNT_ID"),
        ({"account_id": ""}, "account_id"),
        ({"account_id": "a/b"}, "account_id"),
        ({"account_id": 5}, "account_id"),
        ({"api_token": None}, "api_token.*CLOUDFLARE_API_TOKEN.*CLOUDFLARE_API_KEY"),
        ({"api_token": ""}, "api_token is empty"),
        ({"api_token": f"{TOKEN}\n"}, "api_token .*white space"),
        ({"api_token": "é"}, "api_token"),
        ({"api_token": 5}, "api_token"),
        ({"api_key": KEY}, "not both"),
        ({"api_token": None, "api_key": KEY}, "api_email is missing"),
        ({"api_token": None, "api_email": EMAIL}, "api_key is missing"),
        ({"api_token": None, "api_email": EMAIL, "api_key": f"{KEY} "}, "api_key"),
        ({"base_url": "api.cloudflare.com"}, "base_url"),
        ({"base_url": "ftp://a.example"}, "base_url"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": 5}, "base_url"),
        ({"base_url": "https://a.example:x"}, "base_url is not a URL"),
        ({"base_url": "https://a.example/?x"}, "base_url"),
        ({"base_url": f"https://me:{TOKEN}@a.example"}, "base_url holds credentials"),
        ({"base_url": "http://api.cloudflare.com/client/v4"}, "in clear"),
        ({"base_url": "http://8.8.8.8"}, "in clear"),
        ({"settings": {"policy": "pin"}}, "settings is a dict"),
        ({"max_retries": -1}, "max_retries"),
        ({"max_retries": True}, "max_retries"),
        ({"max_retries": 1.5}, "max_retries"),
        ({"max_retry_wait": -1}, "max_retry_wait"),
        ({"max_retry_wait": float("nan")}, "max_retry_wait"),
        ({"max_retry_wait": "1"}, "max_retry_wait"),
        ({"on_note": "print"}, "on_note"),
        ({"timeout": "5"}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"http_client": object()}, "http_client is a builtins.object"),
    ],
)
@pytest.mark.parametrize("kind", [AutoRAG, AsyncAutoRAG])
def test_bad_arguments(kind: Any, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        kind(**{"account_id": ACCOUNT, "api_token": TOKEN, **arguments})
    assert isinstance(caught.value, ValueError)
    assert not any(secret in str(caught.value) for secret in SECRETS)


def test_an_http_client_of_the_wrong_kind() -> None:
    with httpx.Client() as http_client, pytest.raises(ConfigurationError, match="AsyncClient"):
        AsyncAutoRAG(ACCOUNT, TOKEN, http_client=http_client)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, "https://api.cloudflare.com/client/v4"),
        ("https://Gateway.example:8443/v4/", "https://gateway.example:8443/v4"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://127.0.0.2/x", "http://127.0.0.2/x"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://10.0.0.1", "http://10.0.0.1"),
        ("http://emulator:8787", "http://emulator:8787"),
    ],
)
def test_base_urls(given: str | None, kept: str) -> None:
    assert AutoRAG(ACCOUNT, TOKEN, base_url=given).base_url == kept


@pytest.mark.parametrize(
    "name",
    ["", "a/b", "../x", "a b", "Docs", "a--b", "-a", "a-", "a\n", "x" * 65, None, 5],
)
@pytest.mark.parametrize("kind", [AutoRAG, AsyncAutoRAG])
def test_bad_names(kind: Any, name: Any) -> None:
    with pytest.raises(ConfigurationError, match="not the name of an instance"):
        kind(ACCOUNT, TOKEN).rag(name)


def test_good_names() -> None:
    client = AutoRAG(ACCOUNT, TOKEN)
    assert [client.rag(name).name for name in ("a", "a_b-c9", "x" * 64)]
    assert repr(client.rag("docs")) == "<Rag docs>"


BAD_REQUESTS: list[tuple[dict[str, Any], tuple[str | int, ...]]] = [
    ({"query": ""}, ("query",)),
    ({"query": " \n"}, ("query",)),
    ({"query": None}, ("query",)),
    ({"query": b"q"}, ("query",)),
    ({"max_num_results": "many"}, ("max_num_results",)),
    ({"max_num_results": True}, ("max_num_results",)),
    ({"rewrite_query": "yes"}, ("rewrite_query",)),
    ({"ranking_options": 0.4}, ("ranking_options",)),
    ({"ranking_options": {"score_threshold": float("nan")}}, ("ranking_options", "score_threshold")),
    ({"reranking": {"enabled": 1}}, ("reranking", "enabled")),
    ({"filters": []}, ("filters",)),
    ({"filters": {"folder": "a/"}}, ("filters",)),
    ({"filters": {"type": "like", "key": "a", "value": "b"}}, ("filters",)),
    ({"filters": {"type": "eq", "key": "a", "value": None}}, ("filters", "value")),
    ({"filters": {"type": "and", "filters": [{"type": "eq", "key": "", "value": 1}]}}, ("filters", "filters", 0, "key")),
    ({"filters": {"type": "and", "filters": [{"type": "eq", "key": "a", "value": v} for v in (1, 2)]}}, ("filters", "filters", 1)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "path"), BAD_REQUESTS)
@pytest.mark.parametrize("method", ["search", "ai_search"])
def test_bad_requests_are_not_sent(
    client: AutoRAG,
    emulator: Emulator,
    method: str,
    given: dict[str, Any],
    path: tuple[str | int, ...],
) -> None:
    with pytest.raises(TranslationError) as caught:
        getattr(client.rag("docs"), method)(**{"query": "q", **given})
    assert caught.value.path == path
    assert isinstance(caught.value, ValueError)
    assert emulator.log == []


def test_refused_as_the_legacy_api_does(client: AutoRAG, emulator: Emulator) -> None:
    comparisons = [{"type": "gt", "key": "a", "value": 1}, {"type": "eq", "key": "a", "value": 2}]
    with pytest.raises(RefusedError) as caught:
        client.rag("docs").search("q", filters={"type": "or", "filters": comparisons})
    assert caught.value.code == 7015
    assert emulator.log == []


def test_strict_notes_are_raised_before_it_is_sent(make: Make, emulator: Emulator) -> None:
    client = make(emulator.base_url, settings=Settings(notes="strict"))
    with pytest.raises(NoteError, match="AR201"):
        client.rag("docs").search("q", rewrite_query=True)
    assert emulator.log == []


@pytest.mark.parametrize("stream", ["yes", 1])
def test_stream_is_a_boolean(client: AutoRAG, stream: Any) -> None:
    with pytest.raises(TranslationError, match="stream"):
        client.rag("docs").ai_search("q", stream=stream)


@pytest.mark.parametrize("job", ["", ".", "..", None, 5])
def test_bad_ids(client: AutoRAG, emulator: Emulator, job: Any) -> None:
    for method in (client.rag("docs").job, client.rag("docs").job_logs):
        with pytest.raises(ConfigurationError, match="id of a job"):
            method(job)
    assert emulator.log == []


def test_a_lone_surrogate_is_sent(make: Make, scripted: Scripted) -> None:
    scripted.replies = [whole(SEARCHED)]
    make(scripted.base_url).rag("docs").search("a\ud800")
    assert scripted.asked[0].json["messages"][0]["content"] == "a\ud800"


# --- Credentials ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "credentials", [{"api_token": TOKEN}, {"api_email": EMAIL, "api_key": KEY}]
)
def test_no_credential_shows(
    make: Make,
    emulator: Emulator,
    scripted: Scripted,
    credentials: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make(emulator.base_url, **credentials)
    shown = [repr(client), str(client), repr(client._sender._credentials), repr(client.rag("docs"))]
    with client.rag("docs").ai_search("llamas", stream=True) as stream:
        stream.read()
        shown.append(repr(stream))
    shown.append(repr(client.rag("docs").search("llamas")))
    emulator.faults.add(status=401)
    scripted.replies = [b""]
    for unlucky in (client, make(scripted.base_url, max_retries=0, **credentials)):
        with pytest.raises(APIError) as caught:
            unlucky.rag("docs").search("q")
        error: BaseException | None = caught.value
        while error is not None:
            shown += [repr(error), str(error), *traceback.format_exception(error)]
            error = error.__cause__
    shown.append(caplog.text)
    assert "ai-search" in caplog.text
    assert [secret for secret in SECRETS for text in shown if secret in text] == []


def test_credentials_go_with_our_requests_only(scripted: Scripted, make: Make) -> None:
    scripted.replies = [whole(SEARCHED)]
    with httpx.Client(auth=("someone", "else"), headers={"x-mine": "1"}) as given:
        make(scripted.base_url, http_client=given).rag("docs").search("q")
        given.get(scripted.base_url)
    ours, theirs = scripted.asked
    assert ours.headers["authorization"] == f"Bearer {TOKEN}"
    assert ours.headers["x-mine"] == "1"
    assert TOKEN not in str(theirs.headers)


# --- The client's life ----------------------------------------------------------------------------


def test_a_given_client_stays_open(make: Make, emulator: Emulator) -> None:
    with httpx.Client(timeout=7) as given:
        with make(emulator.base_url, http_client=given) as client:
            assert client.rag("docs").search("llamas").data
        assert not given.is_closed
        with pytest.raises(ConfigurationError, match="closed"):
            client.rag("docs").search("llamas")


@pytest.mark.anyio
async def test_a_given_client_stays_open_awaited(make_async: MakeAsync, emulator: Emulator) -> None:
    async with httpx.AsyncClient() as given:
        async with make_async(emulator.base_url, http_client=given) as client:
            assert (await client.rag("docs").search("llamas")).data
        assert not given.is_closed


def test_our_client_is_made_late_and_closed(make: Make, emulator: Emulator) -> None:
    client = make(emulator.base_url)
    assert client._sender._own is None
    client.rag("docs").search("llamas")
    own = client._sender._own
    assert own is not None
    assert own.timeout == httpx.Timeout(60)
    client.close()
    client.close()
    assert own.is_closed
    with pytest.raises(ConfigurationError, match="closed"):
        client.rag("docs").search("llamas")


@pytest.mark.anyio
async def test_a_client_that_was_never_used(make_async: MakeAsync) -> None:
    client = make_async("http://localhost:1")
    await client.aclose()
    with pytest.raises(ConfigurationError, match="closed"):
        await client.rag("docs").search("llamas")


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [(3, httpx.Timeout(3)), (None, httpx.Timeout(None)), ("default", httpx.Timeout(7))],
)
def test_timeouts(make: Make, emulator: Emulator, timeout: Any, expected: httpx.Timeout) -> None:
    seen: list[Any] = []
    hooks = {"request": [lambda request: seen.append(request.extensions["timeout"])]}
    with httpx.Client(timeout=7, event_hooks=hooks) as given:
        make(emulator.base_url, http_client=given, timeout=timeout).rag("docs").search("llamas")
    assert seen == [expected.as_dict()]


def test_all_of_ours_is_one_tree() -> None:
    for kind in (ConfigurationError, TranslationError, APIError, NoteError):
        assert issubclass(kind, AutoRAGError)
