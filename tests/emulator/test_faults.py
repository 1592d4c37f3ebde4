from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from autorag_migrate.emulator import Faults

BOTH = ["legacy_answer", "chat"]


@pytest.mark.parametrize("kind", BOTH)
def test_a_status_with_retry_after(ask, kind):
    ask.emulator.faults.add(status=429, retry_after=1)
    answer = getattr(ask, kind)()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["errors"][0]["code"] == 2003
    assert ask.last.status == 429
    assert ask.last.error_code == 2003
    assert ask.last.faults == ("status", "retry_after")
    assert getattr(ask, kind)().status_code == 200


def test_an_error_is_spelled_as_its_api_spells_it(ask):
    ask.emulator.faults.add(error=7017, times=2)
    old, new = ask.legacy(), ask.new()
    assert old.status_code == new.status_code == 503
    assert old.json() == {
        "success": False,
        "errors": [{"code": 7017, "message": "unable_to_connect_to_autorag"}],
        "messages": [],
        "result": {},
    }
    assert new.json()["errors"] == [{"code": 7017, "message": "unable_to_connect_to_ai_search"}]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (2016, 424),
        (2017, 424),
        (7001, 500),
        (7012, 400),
        (7018, 400),
        (7019, 400),
        (7030, 400),
        (7031, 400),
        (7033, 502),
        (7049, 500),
        (7071, 401),
        (7078, 402),
        (7079, 413),
        (7080, 400),
    ],
)
def test_errors_that_no_request_provokes(ask, code, status):
    ask.emulator.faults.add(error=code)
    answer = ask.new()
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code


def test_an_error_can_have_another_status(ask):
    ask.emulator.faults.add(error=7001, status=503)
    assert ask.new().status_code == 503


def test_a_failed_retrieval_looks_empty_unless_asked_not_to(ask):
    ask.emulator.faults.add(retrieval_error=7017, times=4)
    assert ask.legacy().status_code == 503
    empty = ask.new()
    assert empty.status_code == 200
    assert empty.json()["result"]["chunks"] == []
    chat = ask.chat().json()
    assert chat["chunks"] == []
    assert chat["choices"][0]["message"]["content"].startswith("Nothing was found")
    assert ask.retrieve(return_on_failure=False).status_code == 503
    assert ask.emulator.faults.waiting == []


@pytest.mark.parametrize("kind", BOTH)
def test_a_page_of_html(ask, kind):
    ask.emulator.faults.add(html=True)
    answer = getattr(ask, kind)()
    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert ask.last.error_code is None


def test_nothing_at_all(ask):
    ask.emulator.faults.add(no_content=True)
    answer = ask.legacy()
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


def test_success_false_with_200(ask):
    ask.emulator.faults.add(success_false=True)
    answer = ask.legacy()
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert ask.last.error_code == 7001


def test_json_that_ends_too_soon(ask):
    ask.emulator.faults.add(invalid_json=True)
    with pytest.raises(json.JSONDecodeError):
        ask.legacy().json()


@pytest.mark.parametrize("kind", BOTH)
def test_json_in_place_of_a_stream(ask, kind):
    ask.emulator.faults.add(json_for_stream=True)
    answer = getattr(ask, kind)(stream=True)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == getattr(ask, kind)().json()
    assert ask.emulator.log[0].meaning.stream


def test_the_legacy_shape_on_the_new_route(ask):
    ask.emulator.faults.add(legacy_shape=True)
    answer = ask.chat().json()
    assert answer["result"]["object"] == "vector_store.search_results.page"
    assert "response" in answer["result"]


@pytest.mark.parametrize("kind", BOTH)
def test_a_redirect_leads_to_the_same_answer(ask, kind):
    ask.http.follow_redirects = True
    ask.emulator.faults.add(redirect=True)
    answer = getattr(ask, kind)()
    assert answer.status_code == 200
    assert answer.history[0].status_code == 307
    assert "/moved/" in answer.url.path
    assert [entry.status for entry in ask.emulator.log] == [307, 200]
    assert ask.last.meaning is not None


def test_a_redirect_to_a_given_place(ask):
    ask.emulator.faults.add(redirect="/elsewhere")
    assert ask.legacy().headers["location"] == "/elsewhere"


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("stream", [False, True])
def test_gzip(ask, kind, stream):
    plain = getattr(ask, kind)(stream=stream)
    ask.emulator.faults.add(gzip=True)
    packed = getattr(ask, kind)(stream=stream)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


def test_compression_only_for_those_who_accept_it(asking):
    ask = asking(compress=True)
    assert ask.legacy().headers["content-encoding"] == "gzip"
    ask.http.headers["accept-encoding"] = "identity"
    assert "content-encoding" not in ask.legacy().headers


def test_a_compressed_request_is_read(ask):
    body = gzip.compress(b'{"query": "llamas"}')
    headers = {"content-encoding": "gzip"}
    answer = ask.http.post("autorag/rags/docs/search", content=body, headers=headers)
    assert answer.json()["result"]["search_query"] == "llamas"
    broken = ask.http.post("autorag/rags/docs/search", content=body[:9], headers=headers)
    assert broken.status_code == 400


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("stream", [False, True])
def test_byte_by_byte(ask, kind, stream):
    plain = getattr(ask, kind)(stream=stream)
    ask.emulator.faults.add(slow_bytes=True)
    assert getattr(ask, kind)(stream=stream).content == plain.content


@pytest.mark.parametrize("mid_event", [False, True])
def test_a_stream_that_is_cut(ask, mid_event):
    whole = ask.legacy_answer(stream=True).content
    ask.emulator.faults.add(cut_stream_after=3, cut_mid_event=mid_event)
    received = b""
    body = {"query": "what do llamas eat", "stream": True}
    with ask.http.stream("POST", "autorag/rags/docs/ai-search", json=body) as answer:
        pieces = answer.iter_bytes()
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012  # it may come with any piece
            for piece in pieces:
                received += piece
    assert whole.startswith(received)
    assert received.count(b"\n\n") == 3
    assert received.endswith(b"\n\n") is not mid_event


def test_a_stream_that_ends_early_as_if_it_were_whole(ask):
    ask.emulator.faults.add(cut_stream_after=2, end_stream_early=True)
    answer = ask.legacy_answer(stream=True)
    assert answer.text.count("\n\n") == 2
    assert "[DONE]" not in answer.text


def test_a_body_that_is_cut(ask):
    ask.emulator.faults.add(cut_body=20)
    with pytest.raises(httpx.RemoteProtocolError):
        ask.legacy()
    assert ask.legacy().status_code == 200


def test_delays(ask):
    ask.emulator.faults.add(delay=0.05)
    ask.emulator.faults.add(first_event_delay=0.05)
    started = time.monotonic()
    ask.legacy()
    assert time.monotonic() - started >= 0.05
    body = {"query": "llamas", "stream": True}
    with ask.http.stream("POST", "autorag/rags/docs/ai-search", json=body) as answer:
        opened = time.monotonic()
        pieces = answer.iter_bytes()
        assert b"data: " in next(pieces)
        assert time.monotonic() - opened >= 0.04
        assert b"[DONE]" in b"".join(pieces)


def test_faults_wait_for_the_requests_that_they_concern(ask):
    fault = ask.emulator.faults.add(status=500, path_contains="/chat/", times=2)
    ask.emulator.faults.add(status=503, method="GET", times=None)
    assert ask.legacy().status_code == 200
    assert ask.chat().status_code == 500
    assert fault in ask.emulator.faults.waiting
    assert ask.chat().status_code == 500
    assert ask.chat().status_code == 200
    assert [ask.http.get("autorag/rags").status_code for _ in range(3)] == [503] * 3
    ask.emulator.faults.clear()
    assert ask.http.get("autorag/rags").status_code == 200


def test_no_fault_is_used_twice():
    faults = Faults()
    faults.add(status=500, times=50)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: faults.take("GET", "/").status, range(200)))
    assert taken.count(500) == 50
