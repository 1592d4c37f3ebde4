"""Streams of answers, in both directions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.settings import Settings
from autorag_migrate.translate import StreamToLegacy, StreamToNew, chunk_to_row
from strategies import (
    json_values,
    legacy_stream_events,
    new_stream_events,
    sse_splits,
)

BOM = b"\xef\xbb\xbf"
CHUNK = {
    "id": "chunk-001",
    "type": "text",
    "score": 0.85,
    "text": "Llamas.",
    "item": {"key": "a/about.md", "timestamp": 1775925540000},
}
SOURCES = b"event: chunks\ndata: " + json.dumps([CHUNK]).encode() + b"\n\n"
DONE = b"data: [DONE]\n\n"


def frame(delta, **more):
    body = {
        "id": "id-1",
        "created": 1776072781,
        "model": "@cf/x",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": delta, **more}],
    }
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def token(text, **more):
    return b"data: " + json.dumps({"response": text, "p": "", **more}).encode() + b"\n\n"


def translate(transformer, *pieces):
    """All that comes out, and the transformer."""
    out = b"".join([transformer.feed(piece) for piece in pieces])
    return out + transformer.close(), transformer


def to_legacy(*pieces, settings=None):
    return translate(StreamToLegacy(settings or Settings()), *pieces)


def to_new(*pieces, settings=None, chunks=None):
    return translate(StreamToNew(settings or Settings(), chunks), *pieces)


def data(out):
    """The decoded data of each event, as a plain reader finds it."""
    lines = out.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n")
    found = [
        "\n".join(
            line.removeprefix("data:").removeprefix(" ")
            for line in block.decode().split("\n")
            if line.startswith("data:")
        )
        for block in lines
    ]
    return [text if text == "[DONE]" else json.loads(text) for text in found if text]


def loaded(out):
    """JSON of what a stream's writer here made, none of whose lines needs care."""
    return [each for each in data(out) if each != "[DONE]"]


def legacy_text(out):
    return "".join(
        str(each["response"]) for each in loaded(out) if each.get("response") is not None
    )


def new_text(out):
    deltas = [
        each["choices"][0]["delta"]
        for each in loaded(out)
        if isinstance(each, dict) and each.get("choices")
    ]
    return "".join(delta.get("content") or "" for delta in deltas)


# --- new into legacy ----------------------------------------------------------------


def test_a_new_stream_becomes_a_legacy_one():
    out, stream = to_legacy(
        SOURCES
        + frame({"role": "assistant", "content": ""})
        + frame({"content": "Three"})
        + frame({"content": " drinks."})
        + frame({}, finish_reason="stop")
        + DONE
    )
    assert out == (
        b'data: {"response":"Three","p":""}\n\n'
        b'data: {"response":" drinks.","p":""}\n\n'
        b"data: [DONE]\n\n"
    )
    assert stream.sources == [chunk_to_row(CHUNK)]
    assert (stream.done, stream.error, stream.usage, stream.notes) == (True, None, None, [])


@pytest.mark.parametrize(
    "silent",
    [
        SOURCES,
        b'data: {"chunks":[]}\n\n',
        frame({"role": "assistant"}),
        frame({"role": "assistant", "content": None}),
        frame({"content": ""}),
        frame({}, finish_reason="stop"),
        frame(None),
        b'data: {"choices":[]}\n\n',
        b'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n',
        b'data: {"usage":{"prompt_tokens":1}}\n\n',
        frame({"content": "", "tool_calls": []}),
    ],
)
def test_what_has_no_legacy_event_is_left_out_without_a_note(silent):
    out, stream = to_legacy(frame({"content": "a"}) + silent + frame({"content": "b"}))
    assert out == b'data: {"response":"a","p":""}\n\ndata: {"response":"b","p":""}\n\n'
    assert stream.notes == []


@pytest.mark.parametrize("odd", [frame([]), frame("x"), b'data: {"choices":[5]}\n\n'])
def test_a_frame_of_another_shape_is_passed_on_with_a_note(odd):
    out, stream = to_legacy(odd)
    assert out == odd
    assert [each.code for each in stream.notes] == ["AR223"]


def test_parts_of_a_delta_that_have_no_place_are_noted_once():
    event = frame({"content": "a", "refusal": "no", "role": "assistant", "extra": None})
    out, stream = to_legacy(event + event)
    assert legacy_text(out) == "aa"
    assert [each.field for each in stream.notes] == ["$.choices[0].delta.refusal"]


def test_sources_may_stand_in_a_frame_with_a_token():
    body = {"choices": [{"index": 0, "delta": {"content": "a"}}], "chunks": [CHUNK]}
    out, stream = to_legacy(b"data: " + json.dumps(body).encode() + b"\n\n")
    assert legacy_text(out) == "a"
    assert stream.sources == [chunk_to_row(CHUNK)]


@pytest.mark.parametrize("name", [b"", b"event: error\n"])
def test_an_error_beside_choices_is_an_error(name):
    body = {"error": {"message": "died"}, "choices": [{"index": 0, "delta": {"content": ""}}]}
    event = name + b"data: " + json.dumps(body).encode() + b"\n\n"
    out, stream = to_legacy(event + DONE)
    assert out == event + DONE
    assert stream.error == body


def test_sources_may_come_without_the_name_of_an_event():
    named = to_legacy(SOURCES + DONE)[1].sources
    unnamed = to_legacy(b"data: " + json.dumps({"chunks": [CHUNK]}).encode() + b"\n\n" + DONE)
    assert unnamed[1].sources == named == [chunk_to_row(CHUNK)]
    assert unnamed[0] == DONE


def test_sources_obey_the_settings():
    chunk = {**CHUNK, "item": {"key": "a.md"}, "scoring_details": {"vector_score": 0.1}}
    event = b"event: chunks\ndata: " + json.dumps([chunk, "no chunk"]).encode() + b"\n\n"
    chosen = Settings(policy="adopt", root_folder="/")
    stream = to_legacy(event, settings=chosen)[1]
    assert stream.sources == [chunk_to_row(chunk, chosen)]
    assert stream.sources[0]["score"] == 0.1
    assert stream.sources[0]["attributes"]["folder"] == "/"


@pytest.mark.parametrize(
    "event",
    [
        b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n',
        b'data: {"choices":[{"delta":{}}],"usage":{"total_tokens":3}}\n\n',
        b'data: {"usage":{"total_tokens":3}}\n\n',
    ],
)
def test_the_usage_is_kept_aside(event):
    later = b'data: {"choices":[],"usage":null}\n\n'
    out, stream = to_legacy(event + later + DONE)
    assert out == DONE
    assert stream.usage == {"total_tokens": 3}


def test_tool_calls_go_along():
    calls = [{"index": 0, "function": {"name": "f"}}]
    out = to_legacy(frame({"tool_calls": calls}) + frame({"content": "a", "tool_calls": calls}))[0]
    assert data(out) == [
        {"response": "", "tool_calls": calls, "p": ""},
        {"response": "a", "tool_calls": calls, "p": ""},
    ]


@pytest.mark.parametrize(
    "text", ['"', "\\", "\n", "é", "\u2028", "🦙", "\ud83e", "data: x", "[DONE]", 5, 0, True]
)
def test_every_token_is_carried_as_it_is(text):
    out = to_legacy(frame({"content": text}))[0]
    assert data(out) == [{"response": text, "p": ""}]
    assert out.count(b"\n") == 2
    assert out.isascii()


@pytest.mark.parametrize(
    "event",
    [
        b"data:  " + frame({"content": "a"})[6:],
        b"data:" + frame({"content": "a"})[6:],
        b"data:\ndata: " + frame({"content": "a"})[6:],
        b"data: " + frame({"content": "a"})[6:-2] + b" \n\n",
        b"id: 7\r\n" + frame({"content": "a"}).replace(b"\n", b"\r\n"),
        b'data: {"choices":\ndata: [{"delta":{"content":"a"}}]}\n\n',
    ],
)
def test_odd_spacing_is_read(event):
    out, stream = to_legacy(event)
    assert out == b'data: {"response":"a","p":""}\n\n'
    assert stream.notes == []


# --- the end --------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"data: [DONE]\n\n", b"data:[DONE]\r\n\r\n", b"data: [DONE]"])
def test_the_end_is_said_however_it_is_spelled(end):
    out, stream = to_legacy(frame({"content": "a"}) + end)
    assert out.endswith(b"\n\ndata: [DONE]\n\n")
    assert stream.done


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("\u201cwarm\u201d", "\u201cwarm\u201d".encode()),
        ("\\u201cwarm\\u201d", b"\\u201cwarm\\u201d"),
        ("\u201cwarm \\ud800", b"\\u201cwarm \\ud800"),
    ],
)
def test_text_is_spelled_as_the_service_spells_it(spelled, expected):
    """In UTF-8 or escaped: a caller that guesses the encoding wrongly sees what it saw before."""
    event = f'{{"choices": [{{"index": 0, "delta": {{"content": "{spelled}"}}}}]}}'
    out = StreamToLegacy().feed(b"data: " + event.encode() + b"\n\n")
    assert out == b'data: {"response":"' + expected + b'","p":""}\n\n'


def test_a_stream_that_was_cut_does_not_say_that_it_ended():
    out, stream = to_legacy(frame({"content": "a"}))
    assert not stream.done
    assert b"DONE" not in out


def test_whether_a_legacy_stream_says_that_it_ended_is_a_setting():
    out, stream = to_legacy(frame({"content": "a"}) + DONE, settings=Settings(stream_done=False))
    assert stream.done
    assert data(out) == [{"response": "a", "p": ""}]


def test_an_unterminated_last_event_is_read():
    out = to_legacy(frame({"content": "a"}).rstrip())[0]
    assert data(out) == [{"response": "a", "p": ""}]


# --- errors and what is not understood -------------------------------------------------


@pytest.mark.parametrize("transform", [to_legacy, to_new])
@pytest.mark.parametrize(
    ("event", "error"),
    [
        (b'event: error\ndata: {"message":"m"}\n\n', {"message": "m"}),
        (b'data: {"error":{"message":"m"}}\n\n', {"error": {"message": "m"}}),
        (
            b'data: {"success":false,"errors":[{"code":7001}]}\r\n\r\n',
            {"success": False, "errors": [{"code": 7001}]},
        ),
        (b"event: error\ndata: over\n\n", {"error": "over"}),
        (b"event: error\ndata: \xff\n\n", {"error": "\ufffd"}),
    ],
)
def test_an_error_in_the_middle_is_passed_on_and_kept(transform, event, error):
    first = frame({"content": "a"}) if transform is to_legacy else token("a")
    out, stream = transform(first + event)
    assert out.endswith(event)
    assert stream.error == error
    assert stream.notes == []
    assert not stream.done


@pytest.mark.parametrize("transform", [to_legacy, to_new])
@pytest.mark.parametrize(
    "event",
    [
        b"data: hello\n\n",
        b"data: {\n\n",
        b"data: 5\n\n",
        b"data: []\n\n",
        b"data: {}\n\n",
        b'data: {"x":1} {"y":2}\n\n',
        b"event: other\r\ndata: \xff\r\n\r\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
    ],
)
def test_what_is_not_understood_is_passed_on_with_a_note(transform, event):
    first = frame({"content": "a"}) if transform is to_legacy else token("a")
    out, stream = transform(first + event)
    assert event in out
    assert [each.code for each in stream.notes] == ["AR223"]
    assert stream.error is None


def test_the_note_names_the_event():
    stream = to_legacy(b"event: other\ndata: 5\n\n")[1]
    assert [each.field for each in stream.notes] == ["other"]


# --- comments ---------------------------------------------------------------------------


@pytest.mark.parametrize("transformer", [StreamToLegacy, StreamToNew])
def test_comments_are_passed_on_at_once(transformer):
    event = frame({"content": "a"}) if transformer is StreamToLegacy else token("a")
    stream = transformer()
    assert stream.feed(b": ping\n\n") == b": ping\n\n"
    stream.feed(event)
    assert stream.feed(b": ping\n") == b": ping\n"
    half = len(event) // 2
    assert stream.feed(event[:half]) == b""
    stream.feed(event[half:-1])
    assert stream.feed(b": within\n") == b": within\n"
    assert b'"a"' in stream.feed(b"\n")


def test_a_byte_order_mark_before_a_comment_stays():
    assert to_legacy(BOM + b": ping\n\n" + DONE)[0] == BOM + b": ping\n\n" + DONE


# --- nothing is held back ------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_an_event_is_out_with_its_blank_line(end):
    for transformer, event in (
        (StreamToLegacy(), frame({"content": "a"})),
        (StreamToNew(), token("a")),
    ):
        spelled = event.replace(b"\n", end)
        assert transformer.feed(spelled[: -len(end)]) == b""
        assert b'"a"' in transformer.feed(spelled[-len(end) :])


@given(drawn=new_stream_events())
def test_after_each_event_all_its_output_is_there(drawn):
    stream = StreamToLegacy()
    out = b""
    for index, event in enumerate(drawn.events, 1):
        out += stream.feed(event)
        whole = StreamToLegacy()
        expected = whole.feed(b"".join(drawn.events[:index]))
        assert out == expected
        assert stream.sources == whole.sources


# --- every split gives the same ---------------------------------------------------------------

_NEW = (
    BOM
    + b": hi\r\n\r\n"
    + SOURCES.replace(b"\n", b"\r\n")
    + frame({"content": "é🦙\u2028"}).replace(b"\\u00e9", "é".encode())
    + b": within\r"
    + frame({"content": "b"}).replace(b"\n", b"\r")
    + b"event: error\r\ndata: {}\r\n\r\n"
    + b"data: ?\r\n\r\n\r\n"
    + b"id: 5\n\n"
    + b"data: [DONE]"
)
_LEGACY = (
    BOM
    + b"\r\nretry: 5\r\n\r\n: hi\r\n\r\n"
    + b'data:{"response" : "\xc3\xa9"}\r\n\r\n'
    + b'id: 1\r\ndata:  {"response":5}\r\r'
    + b": c\n\n\n"
    + b'data: {"response":null,"p":"x"}\n\ndata:[DONE]\r\n\r\n'
)


def state(stream):
    return (
        stream.done,
        stream.error,
        stream.notes,
        getattr(stream, "sources", None),
        getattr(stream, "usage", None),
    )


@pytest.mark.parametrize("whole", [_NEW, _LEGACY], ids=["new", "legacy"])
@pytest.mark.parametrize("transform", [to_legacy, to_new])
def test_a_stream_may_be_cut_at_every_byte(transform, whole):
    expected, stream = transform(whole)
    for cut in range(len(whole) + 1):
        out, other = transform(whole[:cut], whole[cut:])
        assert out == expected
        assert state(other) == state(stream)
    out, other = transform(*[bytes([byte]) for byte in whole])
    assert (out, state(other)) == (expected, state(stream))


@given(stream=new_stream_events() | legacy_stream_events(), picked=st.data())
def test_any_split_gives_the_same_stream(stream, picked):
    whole = b"".join(stream.events)
    pieces = picked.draw(sse_splits(whole))
    for transform in (to_legacy, to_new):
        expected, once = transform(whole)
        out, often = transform(*pieces)
        assert out == expected
        assert state(often) == state(once)


# --- a stream that has the wanted form already -----------------------------------------------


def test_a_legacy_stream_passes_byte_for_byte():
    out, stream = to_legacy(_LEGACY)
    assert out == _LEGACY
    assert stream.done
    assert stream.notes == []


def test_bytes_of_a_known_legacy_stream_are_not_held_back():
    stream = StreamToLegacy()
    first = token("a")
    assert stream.feed(first + b"data: {") == first + b"data: {"
    piece = b'"response"'
    assert stream.feed(piece) is piece
    assert stream.feed(b':"b"}') == b':"b"}'
    assert stream.close() == b""


def test_a_new_stream_passes_byte_for_byte():
    whole = SOURCES.replace(b"\n", b"\r\n") + frame({"content": "a"}) + b"data: x\n\n" + DONE
    out, stream = to_new(whole)
    assert out == whole
    assert stream.done
    assert stream.notes == []
    unnamed = b'data: {"chunks":[]}\n\n' + DONE
    assert to_new(unnamed)[0] == unnamed


@given(stream=legacy_stream_events(), picked=st.data())
def test_every_legacy_stream_passes_byte_for_byte(stream, picked):
    whole = b"".join(stream.events)
    if b'"response"' not in whole:
        return  # no event tells which form it has
    out, transformer = to_legacy(*picked.draw(sse_splits(whole)))
    if b"\n:" in whole or b"\r:" in whole:
        # Until the form is known, a comment within an event goes before it.
        assert sorted(out) == sorted(whole)
    else:
        assert out == whole
    assert transformer.done is stream.done
    assert transformer.notes == []


@given(stream=new_stream_events())
def test_every_new_stream_passes_byte_for_byte(stream):
    whole = b"".join(stream.events)
    out, transformer = to_new(whole)
    if b"choices" in whole or b"chunks" in whole:
        assert sorted(out) == sorted(whole)
        assert transformer.done is stream.done


# --- properties of new into legacy ---------------------------------------------------------------


@given(stream=new_stream_events())
def test_every_new_stream_becomes_a_legacy_one_with_the_same_text(stream):
    out, transformer = to_legacy(b"".join(stream.events))
    assert transformer.done is stream.done
    assert transformer.sources == [chunk_to_row(each) for each in stream.chunks or []]
    assert (transformer.error, transformer.notes) == (None, [])
    assert legacy_text(out) == stream.text
    assert out.count(b"data: [DONE]\n\n") == stream.done


# --- legacy into new --------------------------------------------------------------------------------


def test_a_stored_legacy_stream_becomes_a_new_one():
    out, stream = to_new(token("Three") + token(" drinks.") + DONE)
    head, first, second, last, end = out.split(b"\n\n")[:-1]
    assert head == b"event: chunks\ndata: []"
    empty = {"id": "", "created": 0, "model": "", "object": "chat.completion.chunk"}
    for written, delta, more in (
        (first, {"content": "Three"}, {}),
        (second, {"content": " drinks."}, {}),
        (last, {}, {"finish_reason": "stop"}),
    ):
        assert json.loads(written.removeprefix(b"data: ")) == {
            **empty,
            "choices": [{"index": 0, "delta": delta, **more}],
        }
    assert end == b"data: [DONE]"
    assert stream.done


def test_the_sources_of_a_stored_stream_can_be_given():
    out = to_new(token("a") + DONE, chunks=[CHUNK])[0]
    assert out.startswith(SOURCES)


@pytest.mark.parametrize(
    ("text", "content"), [(5, "5"), (0, "0"), (1.5, "1.5"), (True, "true"), ("5", "5")]
)
def test_a_token_that_is_no_string_becomes_one(text, content):
    assert new_text(to_new(token(text))[0]) == content


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_token_that_is_nothing_has_no_frame(nothing):
    out = to_new(token("a") + token(nothing) + token("b") + DONE)[0]
    assert out.count(b'"content"') == 2


def test_tool_calls_of_a_stored_stream_go_along():
    calls = [{"index": 0}]
    frames = loaded(to_new(token(None, tool_calls=calls) + token("a", tool_calls=[]))[0])
    deltas = [each["choices"][0]["delta"] for each in frames[1:]]
    assert deltas == [{"tool_calls": calls}, {"content": "a"}, {}]


@pytest.mark.parametrize("end", [b"", DONE])
def test_a_stored_stream_ends_whether_it_said_so_or_not(end):
    out, stream = to_new(token("a") + end)
    assert out.endswith(b"\n\n" + DONE)
    assert out.count(b'"finish_reason": "stop"') == 1
    assert stream.done is bool(end)


def test_an_empty_stored_stream_stays_empty():
    assert to_new(b"")[0] == b""
    assert data(to_new(DONE)[0])[-1] == "[DONE]"


@given(stream=legacy_stream_events(plain=True))
def test_there_and_back_the_text_is_the_same(stream):
    whole = b"".join(stream.events)
    new = to_new(whole)[0]
    assert new_text(new) == stream.text
    out, transformer = to_legacy(new)
    assert legacy_text(out) == stream.text
    assert transformer.done is stream.done
    assert transformer.notes == []


@given(stream=new_stream_events(plain=True))
def test_back_and_there_the_text_and_the_sources_are_the_same(stream):
    out = to_legacy(b"".join(stream.events))[0]
    again = to_legacy(to_new(out, chunks=stream.chunks)[0])[1]
    assert again.sources == [chunk_to_row(each) for each in stream.chunks]
    assert new_text(to_new(out)[0]) == stream.text


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from((b"", b"event: chunks\n", b"event: error\n")),
            json_values(max_leaves=4)
            | st.dictionaries(
                st.sampled_from(("choices", "chunks", "usage", "response", "error", "tool_calls")),
                json_values(max_leaves=3)
                | st.lists(st.fixed_dictionaries({"delta": json_values(max_leaves=3)})),
            ),
        ),
        max_size=4,
    )
)
def test_no_event_raises(events):
    whole = b"".join(
        name + b"data: " + json.dumps(body).encode() + b"\n\n" for name, body in events
    )
    for transform in (to_legacy, to_new):
        out = transform(whole)[0]
        assert out.isascii()
