from __future__ import annotations

import json

import pytest


def events_of(text, newline="\n"):
    assert text.endswith(newline * 2)
    return [block.split(newline) for block in text.removesuffix(newline * 2).split(newline * 2)]


def data_of(text, newline="\n"):
    """The JSON of every event that has no name and is not the end."""
    lines = [event[0] for event in events_of(text, newline) if len(event) == 1]
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line[6:]) for line in lines if line != "data: [DONE]"]


def legacy_text(text, newline="\n"):
    return "".join(frame["response"] for frame in data_of(text, newline))


def new_text(text, newline="\n"):
    return "".join(
        choice["delta"].get("content", "")
        for frame in data_of(text, newline)
        for choice in frame.get("choices", ())
    )


def test_a_legacy_stream(ask):
    answer = ask.legacy_answer(stream=True)
    assert answer.headers["content-type"] == "text/event-stream"
    events = events_of(answer.text)
    assert events[-1] == ["data: [DONE]"]
    assert all(len(event) == 1 for event in events)
    frames = data_of(answer.text)
    assert all(list(frame) == ["response", "p"] for frame in frames)
    assert all(1 <= len(frame["p"]) <= 26 and frame["p"].isalpha() for frame in frames)
    assert legacy_text(answer.text) == ask.legacy_answer().json()["result"]["response"]
    assert ask.legacy_answer(stream=True).content == answer.content


def test_a_new_stream(ask):
    answer = ask.chat(stream=True)
    assert answer.headers["content-type"] == "text/event-stream"
    first, *rest = events_of(answer.text)
    whole = ask.chat().json()
    assert first[0] == "event: chunks"
    assert json.loads(first[1].removeprefix("data: ")) == whole["chunks"]
    assert rest[-1] == ["data: [DONE]"]
    assert not any(event[0].startswith("event:") for event in rest)
    frames = data_of(answer.text)
    assert {frame["object"] for frame in frames} == {"chat.completion.chunk"}
    assert frames[0]["choices"] == [{"index": 0, "delta": {"role": "assistant"}}]
    assert frames[-1]["choices"] == [{"index": 0, "delta": {}, "finish_reason": "stop"}]
    assert len({(frame["id"], frame["created"], frame["model"]) for frame in frames}) == 1
    assert new_text(answer.text) == whole["choices"][0]["message"]["content"]


def test_both_streams_say_the_same(ask):
    retrieval = {"retrieval_type": "vector", "match_threshold": 0, "return_on_failure": False}
    old = ask.legacy_answer(stream=True)
    new = ask.chat(stream=True, ai_search_options={"retrieval": retrieval})
    assert legacy_text(old.text) == new_text(new.text) != ""
    assert ask.emulator.log[0].meaning == ask.emulator.log[1].meaning


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_are_a_setting(asking, newline):
    ask = asking(newline=newline)
    for text, read in (
        (ask.legacy_answer(stream=True).text, legacy_text),
        (ask.chat(stream=True).text, new_text),
    ):
        assert "llamas" in read(text, newline)


def test_forms_that_were_met_elsewhere_are_settings(asking):
    ask = asking(chunks_event="unnamed", usage_frame=True, legacy_done=False, new_done=False)
    frames = data_of(ask.chat(stream=True).text)
    assert list(frames[0]) == ["chunks"]
    assert frames[-1]["choices"] == []
    assert frames[-1]["usage"]["total_tokens"] > 0
    assert "[DONE]" not in ask.chat(stream=True).text
    assert "[DONE]" not in ask.legacy_answer(stream=True).text


def test_text_beyond_ascii_is_sent_as_it_is(ask):
    query = 'Größe\u2028日本 🦙 „quoted“ \\ "'
    old, new = ask.legacy_answer(query, stream=True), ask.chat(query, stream=True)
    assert query in legacy_text(old.text)
    assert query in new_text(new.text)
    assert "🦙".encode() in old.content


def test_a_lone_surrogate_survives(ask):
    answer = ask.http.post(
        "autorag/rags/docs/ai-search",
        content=b'{"query": "a \\ud800 b", "stream": true}',
    )
    assert "a \ud800 b" in legacy_text(answer.text)


def test_errors_before_a_stream_are_json(ask):
    answer = ask.legacy_answer(stream=True, max_num_results=99)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"


def test_events_arrive_one_by_one(ask):
    ask.emulator.faults.add(event_delay=0.003)
    body = {"query": "llamas", "stream": True}
    with ask.http.stream("POST", "autorag/rags/docs/ai-search", json=body) as answer:
        pieces = [piece for piece in answer.iter_bytes() if piece]
    assert len(pieces) > 5
