"""One legacy call over the new API, without IO."""

import json
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.errors import NoteError
from autorag_migrate.mapping import BASE_URL, NOTES
from autorag_migrate.notes import MigrationWarning
from autorag_migrate.settings import Settings
from autorag_migrate.translate import (
    STANDARD_CODEC,
    Bridge,
    Codec,
    StreamToLegacy,
    is_legacy_answer,
    request_to_new,
    response_to_legacy,
)
from strategies import json_values, messy_legacy_requests, new_chat_answers, new_search_answers

LEGACY = f"{BASE_URL}/accounts/acc/autorag/rags"
NEW = f"{BASE_URL}/accounts/acc/ai-search/namespaces/default/instances"
QUIET = Settings(notes="quiet")
STRICT = Settings(notes="strict")
METHODS = {"sync": "PATCH", "files": "GET", "jobs": "GET", "": "GET"}

CHUNK = {"id": "1", "type": "text", "score": 0.5, "text": "t", "item": {"key": "a/b.md"}}
SEARCH = {"success": True, "result": {"search_query": "q", "chunks": [CHUNK]}}
CHAT = {"choices": [{"message": {"content": "Three."}}], "chunks": [CHUNK]}
LEGACY_ANSWER = {"success": True, "result": {"object": "vector_store.search_results.page"}}


class Heard(list):
    """A listener for notes."""

    @property
    def codes(self):
        return [each.code for each in self]


def opened(route="search", body=b'{"query":"q"}', headers=(), settings=QUIET, **more):
    """An exchange that has begun, and what its listener hears."""
    heard = Heard()
    bridge = Bridge(settings, on_note=heard.append, **more)
    path = f"/docs/{route}" if route else ""
    call = bridge.match(METHODS.get(route, "POST"), LEGACY + path)
    return bridge.open(call, headers, body), heard


def dumped(value):
    return json.dumps(value).encode()


def answered(body, route="search", status=200):
    exchange, heard = opened(route)
    heard.clear()
    return exchange.answer(status, body), heard


# --- what goes out -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "path"), [("search", "search"), ("ai-search", "chat/completions")]
)
def test_a_question_goes_out_in_the_new_form(route, path):
    exchange, heard = opened(route)
    assert (exchange.legacy, exchange.refusal) == (False, None)
    assert (exchange.method, exchange.url) == ("POST", f"{NEW}/docs/{path}")
    assert json.loads(exchange.body) == request_to_new(route, {"query": "q"}).body
    assert heard.codes == ["AR215", "AR204"]


def test_the_settings_reach_the_url_and_the_body():
    exchange, _ = opened(settings=Settings(policy="adopt", route="bare", notes="quiet"))
    assert exchange.url == f"{BASE_URL}/accounts/acc/ai-search/instances/docs/search"
    assert json.loads(exchange.body) == {"messages": [{"role": "user", "content": "q"}]}


@pytest.mark.parametrize(
    ("route", "method", "path"),
    [("sync", "POST", "jobs"), ("files", "GET", "items"), ("jobs", "GET", "jobs")],
)
def test_a_management_call_goes_out_without_a_body(route, method, path):
    exchange, heard = opened(route, body=None)
    assert (exchange.method, exchange.url) == (method, f"{NEW}/docs/{path}")
    assert (exchange.legacy, exchange.body, heard.codes) == (False, None, [])


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ([{"type": "ne", "key": "a", "value": 1}], 7015),
        ([{"type": "eq", "key": "a", "value": 1}, {"type": "eq", "key": "b", "value": 1}], 7016),
    ],
)
def test_what_the_legacy_api_refuses_is_answered_as_it_would(filters, code):
    body = dumped({"query": "q", "filters": {"type": "or", "filters": filters}})
    exchange, heard = opened(body=body)
    assert exchange.refusal_status == 400
    answer = json.loads(exchange.refusal)
    assert (answer["success"], answer["result"], answer["messages"]) == (False, {}, [])
    (error,) = answer["errors"]
    assert (error["code"], error["path"][0]) == (code, "filters")
    assert "or" in error["message"]
    assert (exchange.legacy, exchange.body, heard.codes) == (False, None, ["AR237"])


@pytest.mark.parametrize(
    "body", [b"", b"query=q", b"{", b"\xff", b"[" * 100_000, None], ids=lambda body: repr(body)[:12]
)
def test_a_body_that_cannot_be_read_stays_on_the_legacy_api(body):
    exchange, heard = opened(body=body)
    assert exchange.legacy
    assert (exchange.refusal, exchange.body) == (None, None)
    assert heard.codes == ["AR231"]


@pytest.mark.parametrize(
    "header",
    ["signature", "digest", "content-digest", "content-md5", "x-amz-content-sha256"],
)
def test_a_signed_body_stays_on_the_legacy_api(header):
    exchange, heard = opened(headers=["authorization", header])
    assert exchange.legacy
    assert heard.codes == ["AR231"]


def test_other_headers_sign_nothing():
    assert not opened(headers=["authorization", "content-type", "content-length"])[0].legacy


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ([], ""),
        ({"query": "q", "max_num_results": "ten"}, "max_num_results"),
        (
            {
                "query": "q",
                "filters": {
                    "type": "and",
                    "filters": [
                        {"type": "eq", "key": "k", "value": 1},
                        {"type": "eq", "key": "k", "value": 2},
                    ],
                },
            },
            "filters.filters.1",
        ),
    ],
)
def test_what_the_new_api_cannot_be_asked_stays_on_the_legacy_api(body, field):
    exchange, heard = opened(body=dumped(body))
    assert exchange.legacy
    assert (exchange.refusal, exchange.body) == (None, None)
    assert [(each.code, each.field) for each in heard] == [("AR230", field)]
    assert "(" in heard[0].text


def test_the_list_of_instances_owes_a_note_for_a_shape_that_is_not_public():
    exchange, heard = opened("", body=None)
    assert (exchange.legacy, exchange.method, exchange.url) == (False, "GET", NEW)
    assert [(each.code, each.field) for each in heard] == [("AR238", "list")]
    with pytest.raises(NoteError, match="AR238"):
        opened("", body=None, settings=STRICT)


def test_the_list_of_instances_may_stay_on_the_legacy_api():
    settings = Settings(notes="strict", instance_list="legacy")
    exchange, heard = opened("", body=None, settings=settings)
    assert exchange.legacy
    assert [(each.code, each.field) for each in heard] == [("AR232", "list")]


# --- notes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"query":"q","rewrite_query":true}', "AR201"),
        (b"{}", "AR230"),
        (b"{", "AR231"),
    ],
)
def test_the_policy_strict_raises_while_the_request_is_made(body, code):
    with pytest.raises(NoteError) as caught:
        opened(body=body, settings=STRICT)
    assert [each.code for each in caught.value.notes] == [code]


def test_the_policy_strict_lets_pass_what_only_informs():
    assert opened(settings=STRICT)[0].body is not None


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, b"[]"), (500, b"<html>")])
def test_the_policy_strict_raises_while_the_answer_is_read(status, body):
    exchange, _ = opened(settings=STRICT)
    with pytest.raises(NoteError):
        exchange.answer(status, body)


def test_the_policy_strict_leaves_a_refusal_of_credentials_to_the_caller():
    exchange, heard = opened(settings=STRICT)
    with pytest.warns(MigrationWarning, match="AR233"):
        assert exchange.answer(401, b'{"success":false}') == b'{"success":false}'
    assert heard.codes[-1] == "AR233"


@pytest.mark.parametrize(
    ("status", "kind", "owed"),
    [
        (200, "text/plain", ["AR223"]),
        (200, "text/html; charset=utf-8", ["AR223"]),
        (204, "text/html", []),
        (307, "text/html", []),
        (502, "text/html", []),
        (200, "application/json", []),
    ],
)
def test_a_success_of_another_type_is_noted(status, kind, owed):
    exchange, heard = opened()
    before = len(heard)
    exchange.form(status, kind)
    assert heard.codes[before:] == owed


@pytest.mark.parametrize(
    ("target", "owed"),
    [
        ("/client/v4/accounts/a/ai-search/instances/docs/search", []),
        (f"{BASE_URL}/accounts/a/ai-search/instances/docs/search", []),
        ("https://elsewhere.example/accounts/a/ai-search/instances/docs/search", ["AR236"]),
        ("https://elsewhere.example/", []),
    ],
)
def test_a_redirect_to_another_address_is_noted(target, owed):
    exchange, heard = opened()
    before = len(heard)
    assert "/ai-search/" not in exchange.location(307, target)
    assert heard.codes[before:] == owed


@pytest.mark.parametrize(
    ("method", "url", "owed"),
    [
        ("POST", f"{BASE_URL}/accounts/a/autorag/rags/docs/search/", ["AR235"]),
        ("POST", f"{BASE_URL}/accounts/a/autorag/rags/docs/reindex", ["AR235"]),
        ("GET", f"{BASE_URL}/accounts/a/autorag/rags/docs/search", ["AR235"]),
        ("POST", "http://127.0.0.1:9/accounts/a/autorag/rags/docs/search", ["AR235"]),
        (
            "POST",
            "https://u:p@api.cloudflare.com/client/v4/accounts/a/autorag/rags/d/search",
            ["AR235"],
        ),
        ("POST", "https://example.com/autorag/rags/docs", []),
        ("POST", f"{BASE_URL}/accounts/a/ai-search/instances/docs/search", []),
    ],
)
def test_a_legacy_address_that_is_no_known_route_is_noted(method, url, owed):
    heard = []
    bridge = Bridge(Settings(notes="quiet"), on_note=heard.append)
    assert bridge.match(method, url) is None
    assert [each.code for each in heard] == owed


def test_the_policy_strict_raises_when_a_stream_was_not_understood():
    exchange, heard = opened("ai-search", settings=STRICT)
    stream = exchange.stream()
    assert isinstance(stream, StreamToLegacy)
    stream.feed(b"data: ?\n\n")
    with pytest.raises(NoteError):
        exchange.close_stream(stream)
    assert heard.codes[-1] == "AR223"


def test_a_stream_obeys_the_settings():
    exchange, _ = opened("ai-search", settings=Settings(stream_done=False))
    assert exchange.stream().feed(b"data: [DONE]\n\n") == b""


def test_every_note_reaches_the_listener_under_every_policy():
    body = dumped({"query": "q", "rewrite_query": True, "limit": 1, "system_prompt": "s"})
    for policy in ("quiet", "warn"):
        with pytest.warns(MigrationWarning) if policy == "warn" else nullcontext():
            heard = opened("ai-search", body, settings=Settings(notes=policy))[1]
        assert heard.codes == ["AR201", "AR203", "AR207", "AR215", "AR204"]
    heard = Heard()
    bridge = Bridge(STRICT, on_note=heard.append)
    with pytest.raises(NoteError):
        bridge.open(bridge.match("POST", f"{LEGACY}/docs/ai-search"), (), body)
    assert heard.codes == ["AR201", "AR203", "AR207", "AR215", "AR204"]


# --- how an answer is read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "content_type", "form"),
    [
        (200, "application/json", "json"),
        (200, "Application/JSON; charset=utf-8", "json"),
        (200, "application/problem+json", "json"),
        (404, "application/json", "json"),
        (200, "", "json"),
        (200, "text/event-stream", "stream"),
        (200, "text/event-stream;charset=utf-8", "stream"),
        (500, "text/event-stream", "other"),
        (200, "text/html", "other"),
        (502, "text/html; charset=UTF-8", "other"),
        (200, "application/jsonp", "other"),
        (200, "application/octet-stream", "other"),
    ],
)
def test_an_answer_is_read_by_its_type(status, content_type, form):
    assert opened()[0].form(status, content_type) == form


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_back_to_the_legacy_path(status):
    exchange, _ = opened()
    assert exchange.location(status, f"{NEW}/docs/search") == f"{LEGACY}/docs/search"
    assert exchange.location(status, "https://example.com/") == "https://example.com/"


def test_a_redirect_of_a_listing_is_not_taken_for_a_sync():
    exchange, _ = opened("jobs", body=None)
    assert exchange.location(302, f"{NEW}/docs/jobs?page=2") == f"{LEGACY}/docs/jobs?page=2"


@pytest.mark.parametrize("status", [200, 201, 304, 404])
def test_a_location_that_is_no_redirect_stays(status):
    assert opened()[0].location(status, f"{NEW}/docs/search") == f"{NEW}/docs/search"


# --- what comes back --------------------------------------------------------------------------


def test_an_answer_comes_back_in_the_legacy_form():
    body, heard = answered(dumped(SEARCH))
    assert json.loads(body) == response_to_legacy("search", SEARCH).body
    assert heard == []


def test_a_chat_answer_echoes_the_question():
    exchange, heard = opened("ai-search", b'{"query":"How many?"}')
    answer = json.loads(exchange.answer(200, dumped(CHAT)))
    assert answer == response_to_legacy("ai-search", CHAT, query="How many?").body
    assert answer["result"]["search_query"] == "How many?"
    assert heard.codes == ["AR215", "AR204"]


def test_the_settings_reach_the_answer():
    exchange, _ = opened(settings=Settings(root_folder="/", notes="quiet"))
    answer = {"result": {"chunks": [{**CHUNK, "item": {"key": "b.md"}}]}}
    row = json.loads(exchange.answer(200, dumped(answer)))["result"]["data"][0]
    assert row["attributes"]["folder"] == "/"


def test_what_an_answer_loses_is_told():
    _, heard = answered(dumped({"result": {"chunks": [], "query_kind": "text"}}))
    assert heard.codes == ["AR220"]


@pytest.mark.parametrize(
    ("route", "result", "legacy"),
    [
        ("sync", {"id": "job-1"}, {"job_id": "job-1"}),
        ("files", [{"key": "a.md", "id": "1"}], [{"key": "a.md", "error": None}]),
        ("jobs", [{"id": "job-1", "description": ""}], [{"id": "job-1"}]),
    ],
)
def test_a_management_answer_comes_back_in_the_legacy_form(route, result, legacy):
    exchange, _ = opened(route, body=None)
    answer = json.loads(exchange.answer(200, dumped({"success": True, "result": result})))
    assert answer == {"success": True, "result": legacy}


@pytest.mark.parametrize(
    ("status", "body", "codes"),
    [
        (200, b"", []),
        (204, b"", []),
        (200, b"<html>502 Bad Gateway</html>", ["AR223"]),
        (502, b"<html>502 Bad Gateway</html>", ["AR223"]),
        (200, b"\xff\xfe", ["AR223"]),
        (200, b"[" * 100_000, ["AR223"]),
        (200, b"[]", ["AR223"]),
        (200, b"null", ["AR223"]),
        (200, b'"text"', ["AR223"]),
        (200, b"{}", ["AR223"]),
        (200, b'{"success":true,"result":{"chunks":[5]}}', ["AR223"]),
        (200, dumped(LEGACY_ANSWER), []),
        (200, b'{"success": true, "result": {"data": [ ]}}', []),
        (404, b'{ "success": false, "errors": [{"code": 7021, "message": "m"}] }', []),
        (500, b'{"unknown": 1}', []),
        (429, b'{"success":false,"errors":[]}', []),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_where_nothing_changes_the_very_same_bytes_come_back(status, body, codes):
    answer, heard = answered(body, status=status)
    assert answer is body
    assert heard.codes == codes


def test_a_management_answer_of_another_shape_passes():
    exchange, heard = opened("files", body=None)
    body = b'{"success": true, "result": "?"}'
    assert exchange.answer(200, body) is body
    assert heard.codes == ["AR223"]


@pytest.mark.parametrize("status", [200, 404])
def test_an_error_comes_back_in_the_legacy_words_whatever_its_status(status):
    error = {"code": 7002, "message": "ai_search_not_found"}
    body = dumped({"success": False, "errors": [error], "messages": [], "result": {}})
    answer, heard = answered(body, status=status)
    assert json.loads(answer) == {
        "success": False,
        "errors": [{"code": 7002, "message": "autorag_not_found"}],
        "messages": [],
        "result": {},
    }
    assert heard == []


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_told_with_the_scopes_that_are_asked_for(status):
    body = dumped(
        {"success": False, "errors": [{"code": 10000, "message": "Authentication error"}]}
    )
    answer, heard = answered(body, status=status)
    assert answer is body
    assert [(each.code, each.severity) for each in heard] == [("AR233", "changed")]
    assert "AI Search:Run" in heard[0].text


def test_other_errors_owe_nothing_about_credentials():
    assert answered(b'{"success":false}', status=400)[1] == []


def test_the_codec_is_the_one_that_was_handed_in():
    seen = []

    def loads(data):
        seen.append("loads")
        return json.loads(data)

    def dumps(value):
        seen.append("dumps")
        return json.dumps(value, indent=1).encode()

    exchange, _ = opened(codec=Codec(loads, dumps))
    assert b"\n" in exchange.body
    assert b"\n" in exchange.answer(200, dumped(SEARCH))
    assert seen == ["loads", "dumps"] * 2


@pytest.mark.parametrize("error", [ValueError, RecursionError])
def test_an_answer_that_cannot_be_written_passes(error):
    def dumps(value):
        if "result" in value:
            raise error
        return json.dumps(value).encode()

    exchange, heard = opened(codec=Codec(json.loads, dumps))
    body = dumped(SEARCH)
    assert exchange.answer(200, body) is body
    assert heard.codes == ["AR215", "AR204", "AR223"]


def test_the_standard_codec_writes_compact_ascii():
    assert STANDARD_CODEC.dumps({"a": ["é\ud800", 1]}) == b'{"a":["\\u00e9\\ud800",1]}'
    assert STANDARD_CODEC.loads(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_another_base_is_served_beside_the_public_one():
    bridge = Bridge(base_url="http://localhost:8787/v4")
    for base in (BASE_URL, "http://localhost:8787/v4"):
        call = bridge.match("POST", f"{base}/accounts/acc/autorag/rags/docs/search")
        assert call.new_url(bridge.settings).startswith(f"{base}/accounts/acc/ai-search/")
    assert bridge.match("POST", "https://example.com/accounts/a/autorag/rags/d/search") is None


# --- properties -------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["search", "ai-search"])
@given(picked=st.data())
def test_every_request_goes_out_in_one_way(route, picked):
    body = dumped(picked.draw(messy_legacy_requests(route)))
    exchange, heard = opened(route, body)
    ways = [exchange.legacy, exchange.refusal is not None, exchange.body is not None]
    assert sum(ways) == 1
    assert set(heard.codes) <= set(NOTES)


@given(answer=new_search_answers() | new_chat_answers())
def test_every_answer_becomes_a_legacy_one_and_that_one_stays(answer):
    route = "ai-search" if "choices" in answer else "search"
    exchange, heard = opened(route)
    body = exchange.answer(200, dumped(answer))
    assert is_legacy_answer(json.loads(body))
    assert exchange.answer(200, body) is body
    assert "AR223" not in heard.codes


@given(
    route=st.sampled_from(("search", "ai-search", "sync", "files", "jobs")),
    status=st.sampled_from((200, 302, 401, 404, 500)),
    body=json_values().map(dumped) | st.binary(max_size=30),
)
def test_no_answer_raises(route, status, body):
    exchange, heard = opened(route)
    assert isinstance(exchange.answer(status, body), bytes)
    assert set(heard.codes) <= set(NOTES)
