"""The cassettes replay below the adapter, match bodies, and hold no secret."""

import json
import re
import sys
from pathlib import Path

import pytest

vcr = pytest.importorskip("vcr", reason="vcrpy 9 needs Python 3.11")

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import record  # noqa: E402
import yaml  # noqa: E402
from vcr.errors import CannotOverwriteExistingCassetteException  # noqa: E402

from autorag_migrate.emulator import Emulator  # noqa: E402

NAMES = sorted(record.SCENARIOS)
TOKEN = "a-token-of-this-test"


def replay(name):
    return record.recorder(
        record.CASSETTES, record.BASE, record.ACCOUNT, record.INSTANCE, TOKEN
    ).use_cassette(name, record_mode="none")


def interactions(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_gives_what_the_emulator_answers_now(name):
    with replay(name) as cassette:
        replayed = record.play(name, record.BASE, record.ACCOUNT, record.INSTANCE, TOKEN)
    assert cassette.all_played
    with Emulator(record.DOCUMENTS, instance=record.INSTANCE) as emulator:
        fresh = record.play(
            name, emulator.base_url, emulator.account_id, record.INSTANCE, emulator.api_token
        )
        assert [entry.api for entry in emulator.log] == ["new"]
    assert (replayed.status_code, replayed.content) == (fresh.status_code, fresh.content)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in {"answer-stream", "refused"}]
)
def test_a_replayed_answer_is_legacy(name):
    with replay(name):
        answer = record.play(name, record.BASE, record.ACCOUNT, record.INSTANCE, TOKEN).json()
    assert answer["result"]["object"] == "vector_store.search_results.page"


def test_a_replayed_stream_is_legacy():
    with replay("answer-stream"):
        text = record.play(
            "answer-stream", record.BASE, record.ACCOUNT, record.INSTANCE, TOKEN
        ).text
    events = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    assert "".join(json.loads(event)["response"] for event in events[:-1]).startswith("About")


@pytest.mark.parametrize("name", NAMES)
def test_requests_are_new_and_hold_no_secret(name):
    path = record.CASSETTES / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Recorded from the emulator of autorag-migrate")
    assert not re.search("authorization|bearer|cookie|x-auth|127.0.0.1", text, re.IGNORECASE)
    (interaction,) = interactions(path)
    body = json.loads(interaction["request"]["body"])
    assert body.keys() <= {"messages", "model", "stream", "ai_search_options"}
    assert "/ai-search/namespaces/default/instances/docs/" in interaction["request"]["uri"]


def test_every_file_is_a_scenario():
    assert sorted(path.stem for path in record.CASSETTES.glob("*.yaml")) == NAMES


def test_another_body_does_not_match(monkeypatch):
    monkeypatch.setitem(record.SCENARIOS, "search", ("search", {"query": "something else"}))
    with replay("search"), pytest.raises(CannotOverwriteExistingCassetteException):
        record.play("search", record.BASE, record.ACCOUNT, record.INSTANCE, TOKEN)


def test_recording_again_gives_the_same_files(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(record, "CASSETTES", tmp_path)
    monkeypatch.setattr(record, "ROOT", tmp_path)
    assert record.main([]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(NAMES)
    kept = Path(__file__).parent.parent / "cassettes"
    for name in NAMES:
        assert interactions(tmp_path / f"{name}.yaml") == interactions(kept / f"{name}.yaml")


def test_recording_live_filters_account_and_instance(tmp_path, monkeypatch):
    """Against the emulator in the place of the live service, with names of its own."""
    monkeypatch.setattr(record, "CASSETTES", tmp_path)
    monkeypatch.setattr(record, "ROOT", tmp_path)
    secret = {"CLOUDFLARE_ACCOUNT_ID": "f" * 32, "CLOUDFLARE_API_TOKEN": TOKEN, "RAG_NAME": "mine"}
    with Emulator(
        record.DOCUMENTS, instance="mine", account_id="f" * 32, api_token=TOKEN
    ) as emulator:
        monkeypatch.setattr(record, "BASE", emulator.base_url)
        assert record.main(["--live"], secret.get) == 0
    for name in NAMES:
        text = (tmp_path / "live" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# Recorded from the live service on ")
        assert "f" * 32 not in text
        assert TOKEN not in text
        assert "/instances/mine" not in text


def test_recording_live_asks_for_what_it_needs(capsys):
    assert record.main(["--live"], {}.get) == 2
    assert "CLOUDFLARE_API_TOKEN" in capsys.readouterr().err
