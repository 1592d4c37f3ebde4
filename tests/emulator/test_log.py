from __future__ import annotations

import json

SECRETS = ("emulator-token", "emulator-key", "someone@example.com")


def test_an_entry_tells_what_was_asked_and_answered(ask):
    ask.legacy("llamas", max_num_results=3)
    (entry,) = ask.emulator.log
    assert (entry.api, entry.endpoint, entry.method) == ("legacy", "search", "POST")
    assert entry.path == (f"/client/v4/accounts/{ask.emulator.account_id}/autorag/rags/docs/search")
    assert entry.body == {"query": "llamas", "max_num_results": 3}
    assert (entry.status, entry.error_code, entry.defects) == (200, None, [])
    assert entry.user_agent.startswith("python-httpx/")
    assert entry.meaning.operation == "search"
    assert entry.meaning.max_num_results == 3


def test_endpoints_have_names(ask):
    ask.legacy()
    ask.legacy_answer()
    ask.new()
    ask.chat()
    ask.http.get("autorag/rags")
    assert [(entry.api, entry.endpoint) for entry in ask.emulator.log] == [
        ("legacy", "search"),
        ("legacy", "ai-search"),
        ("new", "search"),
        ("new", "chat"),
        ("legacy", "list"),
    ]
    assert ask.last.body is None
    ask.emulator.clear_log()
    assert ask.emulator.log == []


def test_an_error_is_logged_with_its_code(ask):
    ask.legacy(max_num_results=99)
    assert ask.last.status == 400
    assert ask.last.error_code == 7400
    assert ask.last.defects == ["max_num_results must be from 1 to 50"]
    assert ask.last.meaning is None


def test_a_refused_request_has_its_defects_once(ask):
    ask.new(limit=3)
    assert ask.last.defects == ["unknown key limit"]


def test_credentials_show_nowhere(ask):
    ask.http.headers.update(
        {
            "X-Auth-Key": "emulator-key",
            "X-Auth-Email": "someone@example.com",
            "Cookie": "a=emulator-token",
            "X-Debug": "whatever",
            "User-Agent": "sent with emulator-token",
        }
    )
    ask.legacy()
    ask.chat()
    ask.http.get("nowhere", headers={"authorization": "Bearer not-ours"})
    shown = repr(ask.emulator.log) + repr(ask.emulator) + repr(ask.emulator.service.settings)
    assert not [secret for secret in (*SECRETS, "not-ours") if secret in shown]
    assert ask.emulator.log[0].user_agent == "sent with [hidden]"
    assert "x-debug" not in ask.emulator.log[0].headers
    assert "authorization" not in ask.emulator.log[0].headers


def test_what_is_logged_is_what_was_sent(ask):
    body = {"query": "ä\u2028", "filters": {"type": "eq", "key": "folder", "value": "x"}}
    ask.http.post("autorag/rags/docs/search", content=json.dumps(body))
    assert ask.last.body == body
