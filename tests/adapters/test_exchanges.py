"""What goes out and what comes back, the same for every library."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import brotli
import pytest

from adapters.libraries import SEARCH, Library
from adapters.servers import (
    BARE,
    LEGACY,
    LEGACY_SEARCH,
    NEW,
    NEW_CHAT,
    NEW_SEARCH,
    Peer,
    Received,
    Server,
)
from autorag_migrate.emulator.intercept import intercept
from autorag_migrate.notes import Note
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator

HOW_MANY = {"query": "how many drinks can llamas carry", "ranking_options": {"score_threshold": 0}}


@pytest.mark.parametrize("route", ["search", "ai-search"])
def test_the_answer_is_the_legacy_one(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str], route: str
) -> None:
    body = {
        **HOW_MANY,
        "max_num_results": 3,
        "filters": {"type": "eq", "key": "folder", "value": "a/"},
    }
    plain = library.post(f"{rags}/{route}", body, adapted=False, headers=bearer)
    adapted = library.post(f"{rags}/{route}", body, base=emulator.base_url, headers=bearer)
    assert plain.status == adapted.status == 200
    assert len(plain.json()["result"]["data"]) > 0
    assert adapted.json() == plain.json()
    first, second = emulator.log
    assert (first.api, second.api) == ("legacy", "new")
    assert second.defects == []
    assert first.meaning == second.meaning


def test_the_host_of_the_service_itself(
    library: Library, emulator: Emulator, bearer: dict[str, str]
) -> None:
    url = f"https://API.cloudflare.com:443/client/v4/accounts/{emulator.account_id}"
    with intercept(emulator):
        answer = library.post(f"{url}/autorag/rags/docs/search", headers=bearer)
    assert (answer.status, emulator.log[-1].api) == (200, "new")


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (Settings(), f"{NEW}/search"),
        (Settings(route="bare"), f"{BARE}/search"),
        (Settings(namespace="team a"), f"{NEW}/search".replace("default", "team%20a")),
    ],
)
def test_the_route_is_a_setting(
    library: Library, server: Server, settings: Settings, path: str
) -> None:
    library.post(server.legacy(), base=server.base, ours={"settings": settings})
    assert server.paths == [path]


def test_the_base_url_may_stand_in_the_environment(
    library: Library, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_BASE_URL", server.base)
    library.post(server.legacy())
    assert server.paths == [f"{NEW}/search"]


def test_the_argument_goes_before_the_environment(
    library: Library, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_BASE_URL", "http://127.0.0.1:1/other")
    library.post(server.legacy(), base=server.base)
    assert server.paths == [f"{NEW}/search"]


def test_a_foreign_host_gets_the_call_as_it_is(library: Library, server: Server) -> None:
    answer = library.post(server.legacy(), base="http://127.0.0.1:1/client/v4")
    assert server.paths == [f"{LEGACY}/search"]
    assert server.requests[0].json == SEARCH
    assert answer.json() == LEGACY_SEARCH


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{LEGACY}/search"),
        ("PUT", f"{LEGACY}/ai-search"),
        ("POST", f"{LEGACY}/sync"),
        ("POST", f"{LEGACY}/search/more"),
        ("POST", f"{NEW}/search"),
        ("POST", "/client/v4/accounts/acc0/d1/database"),
        ("POST", "/other/accounts/acc0/autorag/rags/docs/search"),
    ],
)
def test_every_other_request_passes(
    library: Library, server: Server, method: str, path: str
) -> None:
    content = b'{"query":  "spaces stay"}'
    plain = library.call(method, server.origin + path, content=content, adapted=False)
    adapted = library.call(method, server.origin + path, content=content, base=server.base)
    first, second = server.requests
    assert (second.method, second.target, second.body) == (method, path, content)
    assert [pair for pair in first.headers if pair != ("Host", "")] == second.headers
    assert (adapted.status, adapted.content, adapted.headers) == (
        plain.status,
        plain.content,
        plain.headers,
    )


def test_the_callers_headers_go_along(library: Library, server: Server) -> None:
    headers = {"X-Auth-Email": "a@b.c", "X-Auth-Key": "k", "User-Agent": "mine/1", "X-Trace": "t"}
    library.post(server.legacy(), base=server.base, headers=headers)
    (request,) = server.requests
    assert {name: request.header(name.lower()) for name in headers} == headers
    assert request.header("content-type") == "application/json"
    assert [name.lower() for name, _ in request.headers].count("content-length") == 1
    assert request.header("transfer-encoding") is None
    assert request.header("host") == f"127.0.0.1:{server.port}"


# --- Management -------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?page=1&per_page=2"])
def test_management_calls(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str], query: str
) -> None:
    def both(method: str, path: str) -> Any:
        plain = library.call(method, rags + path, headers=bearer, adapted=False).json()
        adapted = library.call(method, rags + path, headers=bearer, base=emulator.base_url).json()
        assert emulator.log[-1].api == "new"
        assert emulator.log[-1].defects == []
        assert plain["success"] is adapted["success"] is True
        return plain, adapted

    plain, adapted = both("PATCH", "/sync")
    assert plain["result"].keys() == adapted["result"].keys() == {"job_id"}
    job = adapted["result"]["job_id"]
    for path in (f"/files{query}", f"/jobs{query}", f"/jobs/{job}", f"/jobs/{job}/logs"):
        plain, adapted = both("GET", path)
        assert adapted["result"] == plain["result"]
        assert adapted.get("result_info") == plain.get("result_info")


def test_a_call_without_a_body_says_so(library: Library, server: Server) -> None:
    server.script = lambda peer, _: peer.json({"success": True, "result": {"id": "j"}})
    headers = {"Content-Type": "application/json"}
    library.call("PATCH", server.legacy("sync"), base=server.base, headers=headers)
    library.call("GET", server.legacy("files"), base=server.base, headers=headers)
    sync, files = server.requests
    assert (sync.method, sync.target) == ("POST", f"{NEW}/jobs")
    assert (sync.body, sync.header("content-length")) == (b"", "0")
    # aiohttp says so of every body that has no type, and of none at all.
    default = "application/octet-stream" if library.name == "aiohttp" else None
    assert sync.header("content-type") == default
    assert (files.header("content-length"), files.header("content-type")) == (None, None)


@pytest.mark.parametrize("query", ["", "?page=1&per_page=1", "?page=2&per_page=1"])
def test_the_list_of_instances(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str], query: str
) -> None:
    notes: list[Note] = []
    url = rags.rpartition("/")[0] + query
    plain = library.call("GET", url, headers=bearer, adapted=False).json()
    with pytest.warns(UserWarning, match="AR238"):
        adapted = library.call(
            "GET", url, base=emulator.base_url, headers=bearer, ours={"on_note": notes.append}
        ).json()
    assert (emulator.log[-1].api, emulator.log[-1].defects) == ("new", [])
    assert [note.code for note in notes] == ["AR238"]
    assert adapted["result_info"] == plain["result_info"]
    for theirs, ours in zip(plain["result"], adapted["result"], strict=True):
        # The new API does not tell the index; what it tells beside is kept.
        assert theirs == {
            **{name: ours[name] for name in theirs},
            "vectorize_name": "ai-search-docs",
        }
        assert ours["vectorize_name"] is None
    assert len(plain["result"]) == (0 if "page=2" in query else 1)


def test_the_list_of_instances_may_stay_legacy(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    notes: list[Note] = []
    url = rags.rpartition("/")[0]
    ours = {"on_note": notes.append, "settings": Settings(instance_list="legacy")}
    answer = library.call("GET", url, base=emulator.base_url, headers=bearer, ours=ours)
    assert (answer.status, emulator.log[-1].api) == (200, "legacy")
    assert [note.code for note in notes] == ["AR232"]


# --- Refused, and failed ----------------------------------------------------------------------

OR_WITH_GT = {"type": "or", "filters": [{"type": "gt", "key": "folder", "value": "a"}]}
OR_OVER_KEYS = {
    "type": "or",
    "filters": [
        {"type": "eq", "key": "folder", "value": "a/"},
        {"type": "eq", "key": "filename", "value": "b"},
    ],
}


@pytest.mark.parametrize(("filters", "code"), [(OR_WITH_GT, 7015), (OR_OVER_KEYS, 7016)])
def test_what_legacy_refuses_is_refused_without_being_sent(
    library: Library, server: Server, filters: dict[str, Any], code: int
) -> None:
    body = {**SEARCH, "filters": filters}
    answer = library.post(server.legacy(), body, base=server.base, ours=STRICT)
    assert server.requests == []
    assert answer.status == 400
    assert answer.header("content-type") == "application/json"
    assert answer.header("content-length") == str(len(answer.content))
    envelope = answer.json()
    assert (envelope["success"], envelope["errors"][0]["code"]) == (False, code)
    assert (envelope["messages"], envelope["result"]) == ([], {})
    if library.shows_request:
        assert answer.response.request.method == "POST"
    if library.raises_for_status:
        with pytest.raises(library.error, match="400"):
            answer.response.raise_for_status()


STRICT = {"settings": Settings(notes="strict")}


@pytest.mark.parametrize("filters", [OR_WITH_GT, OR_OVER_KEYS])
def test_a_refusal_says_what_the_legacy_service_says(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str], filters: Any
) -> None:
    body = {**SEARCH, "filters": filters}
    plain = library.post(f"{rags}/search", body, adapted=False, headers=bearer)
    adapted = library.post(f"{rags}/search", body, base=emulator.base_url, headers=bearer)
    assert (plain.status, plain.json()["errors"][0]["code"]) == (
        adapted.status,
        adapted.json()["errors"][0]["code"],
    )


def test_errors_have_the_legacy_words(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    url = rags.replace("/docs", "/nowhere") + "/search"
    plain = library.post(url, adapted=False, headers=bearer)
    adapted = library.post(url, base=emulator.base_url, headers=bearer)
    assert emulator.log[-1].api == "new"
    assert (adapted.status, adapted.json()) == (404, plain.json())
    assert "autorag_not_found" in adapted.content.decode()


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_come_with_a_hint(
    library: Library, emulator: Emulator, rags: str, status: int
) -> None:
    notes: list[Note] = []
    emulator.faults.add(status=status)
    with pytest.warns(UserWarning, match=r"AR233 .*AI Search:Run"):
        answer = library.post(
            f"{rags}/search", base=emulator.base_url, ours={"on_note": notes.append}
        )
    assert (answer.status, answer.json()["errors"][0]["code"]) == (status, 10000)
    assert [note.code for note in notes] == ["AR215", "AR233"]


def test_rate_limits_keep_their_header(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    emulator.faults.add(status=429, retry_after=7)
    answer = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer)
    assert (answer.status, answer.header("retry-after")) == (429, "7")


def test_success_false_with_200(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    emulator.faults.add(success_false=True, error=7032, times=2)
    plain = library.post(f"{rags}/search", adapted=False, headers=bearer)
    adapted = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer)
    assert (adapted.status, adapted.json()) == (200, plain.json())
    assert "autorag_is_paused" in adapted.content.decode()


@pytest.mark.parametrize("fault", [{"html": True}, {"html": True, "status": 503}])
def test_pages_of_the_edge_pass(
    library: Library,
    emulator: Emulator,
    rags: str,
    bearer: dict[str, str],
    fault: dict[str, Any],
) -> None:
    emulator.faults.add(**fault, times=2)
    plain = library.post(f"{rags}/search", adapted=False, headers=bearer)
    adapted = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer)
    assert (adapted.status, adapted.content) == (plain.status, plain.content)
    assert adapted.header("content-length") == plain.header("content-length")
    assert adapted.header("content-type") == plain.header("content-type")


def test_an_answer_without_content(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    emulator.faults.add(no_content=True)
    answer = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer)
    assert (answer.status, answer.content) == (204, b"")


def test_json_that_is_none_passes_with_a_note(
    library: Library, emulator: Emulator, rags: str, bearer: dict[str, str]
) -> None:
    emulator.faults.add(invalid_json=True)
    with pytest.warns(UserWarning, match="AR223"):
        answer = library.post(f"{rags}/search", base=emulator.base_url, headers=bearer)
    assert answer.content == b'{"success": true, "result": {"da'


# --- How answers come -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("br", brotli.compress)]
)
def test_compressed_answers(library: Library, server: Server, encoding: str, compress: Any) -> None:
    if not library.decodes:
        pytest.skip("it leaves that to the caller: test_urllib.py")
    packed = compress(json.dumps(NEW_SEARCH).encode())
    headers = [("Content-Encoding", encoding), ("ETag", '"new"'), ("Vary", "accept-encoding")]
    server.script = lambda peer, _: peer.answer(packed, headers=headers)
    answer = library.post(server.legacy(), base=server.base)
    assert answer.json()["result"]["data"][0]["filename"] == "a/llama.md"
    assert answer.json() == json.loads(answer.content)
    assert answer.header("vary") == "accept-encoding"
    for stale in ("content-encoding", "content-length", "etag"):
        assert answer.header(stale) is None


def test_an_answer_in_single_bytes(library: Library, server: Server) -> None:
    def script(peer: Peer, _: Received) -> None:
        peer.head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
        for byte in json.dumps(NEW_CHAT).encode():
            peer.chunk(bytes([byte]))
        peer.end()

    server.script = script
    answer = library.post(server.legacy("ai-search"), base=server.base)
    assert answer.json()["result"]["response"] == "Three."


def test_an_answer_without_a_type(library: Library, server: Server) -> None:
    server.script = lambda peer, _: peer.json(NEW_SEARCH, content_type=None)
    answer = library.post(server.legacy(), base=server.base)
    assert len(answer.json()["result"]["data"]) == 1


@pytest.mark.parametrize("content_type", ["application/problem+json", "APPLICATION/JSON; a=b"])
def test_other_spellings_of_json(library: Library, server: Server, content_type: str) -> None:
    server.script = lambda peer, _: peer.json(NEW_SEARCH, content_type=content_type)
    answer = library.post(server.legacy(), base=server.base)
    assert len(answer.json()["result"]["data"]) == 1
    assert answer.header("content-type") == content_type


@pytest.mark.parametrize("text", ["\ud800", "\u2028", "é", "\x00", "a\\/b"])
def test_text_survives(library: Library, server: Server, text: str) -> None:
    chunk = {**NEW_SEARCH["result"]["chunks"][0], "text": text}
    answer = {"success": True, "result": {"search_query": text, "chunks": [chunk]}}
    server.script = lambda peer, _: peer.json(answer)
    body = json.dumps({**SEARCH, "query": text}).encode()
    got = library.call("POST", server.legacy(), content=body, base=server.base)
    assert server.requests[0].json["messages"][0]["content"] == text
    assert json.loads(got.content)["result"]["data"][0]["content"][0]["text"] == text


def test_a_body_with_a_byte_order_mark(library: Library, server: Server) -> None:
    server.script = lambda peer, _: peer.answer(b"\xef\xbb\xbf" + json.dumps(NEW_SEARCH).encode())
    answer = library.post(server.legacy(), base=server.base)
    assert len(json.loads(answer.content)["result"]["data"]) == 1


# --- Redirects --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("absolute", [True, False])
def test_a_followed_redirect_is_translated_again(
    library: Library, server: Server, status: int, absolute: bool
) -> None:
    if not library.follows_post:
        pytest.skip("it follows no redirect of a POST")

    def script(peer: Peer, request: Received) -> None:
        if "/docs/" in request.target:
            target = request.target.replace("/docs/", "/other/")
            location = server.origin + target if absolute else target
            peer.answer(status=status, headers=[("Location", location)])
        else:
            peer.json(NEW_SEARCH)

    server.script = script
    answer = library.post(server.legacy(), base=server.base, follow=True)
    assert server.paths == [f"{NEW}/search", f"{NEW}/search".replace("/docs/", "/other/")]
    assert server.requests[0].json == server.requests[1].json
    assert len(answer.json()["result"]["data"]) == 1
    assert library.shows(answer.response.url, server.legacy().replace("/docs/", "/other/"))
    (before,) = answer.response.history
    assert library.shows(before.url, server.legacy())
    assert before.status_code == status


def test_a_redirect_that_is_not_followed_leads_to_the_legacy_path(
    library: Library, server: Server
) -> None:
    headers = [("Location", f"{NEW}/search?a=b"), ("Content-Location", "/x")]
    server.script = lambda peer, _: peer.answer(status=307, headers=headers)
    answer = library.post(server.legacy(), base=server.base)
    assert (answer.status, answer.header("location")) == (307, f"{LEGACY}/search?a=b")
    assert answer.header("content-location") == "/x"


def test_a_redirect_to_a_page_leads_there(library: Library, server: Server) -> None:
    if not library.follows_post:
        pytest.skip("it follows some redirects whether or not it is told to")
    headers = [("Location", "https://www.example.com/x")]
    server.script = lambda peer, _: peer.answer(
        b"<p>", status=302, headers=headers, content_type="text/html"
    )
    answer = library.post(server.legacy(), base=server.base)
    assert answer.header("location") == "https://www.example.com/x"
    assert (answer.content, answer.header("content-length")) == (b"<p>", "3")


def test_a_redirect_elsewhere_takes_the_callers_own_request_there(
    library: Library, server: Server
) -> None:
    if not library.follows_post:
        pytest.skip("it follows no redirect of a POST")
    with Server(lambda peer, _: peer.json(LEGACY_SEARCH)) as elsewhere:
        target = f"{elsewhere.origin}{LEGACY}/search"
        server.script = lambda peer, _: peer.answer(status=307, headers=[("Location", target)])
        answer = library.post(server.legacy(), base=server.base, follow=True)
        assert elsewhere.paths == [f"{LEGACY}/search"]
        assert elsewhere.requests[0].json == SEARCH
        assert answer.json() == LEGACY_SEARCH


def test_headers_keep_their_order_and_duplicates(library: Library, server: Server) -> None:
    headers = [("Set-Cookie", "a=1"), ("X-A", "1"), ("Set-Cookie", "b=2; Path=/"), ("X-A", "2")]
    server.script = lambda peer, _: peer.json(NEW_SEARCH, headers=headers)
    plain = library.post(server.legacy(), adapted=False)
    adapted = library.post(server.legacy(), base=server.base)
    kept = [pair for pair in plain.headers if pair[0].lower() != "content-length"]
    assert adapted.headers == kept
    assert library.cookies_of(adapted.response) in ({"a": ("1", LEGACY), "b": ("2", "/")}, None)


def test_an_answer_that_no_library_decodes_passes_with_its_header(
    library: Library, server: Server
) -> None:
    notes: list[Note] = []
    server.script = lambda peer, _: peer.answer(b"?", headers=[("Content-Encoding", "compress")])
    with pytest.warns(UserWarning, match="AR223"):
        answer = library.post(server.legacy(), base=server.base, ours={"on_note": notes.append})
    assert (answer.content, answer.header("content-encoding")) == (b"?", "compress")
    assert [note.code for note in notes] == ["AR215", "AR223"]
