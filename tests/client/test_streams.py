"""Streamed answers: tokens, sources, the end, and every way of not reaching it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.client import AnswerStream, AsyncAnswerStream, AutoRAG
from autorag_migrate.client._reading import Reading
from autorag_migrate.errors import NoteError, RateLimitedError, StreamError
from autorag_migrate.models import SearchRow
from autorag_migrate.settings import Settings
from client.replies import (
    DONE,
    STREAM_END,
    STREAM_HEAD,
    Scripted,
    cancelled,
    chunks,
    piece,
    streamed,
    token,
    whole,
)
from strategies import Stream, new_stream_events, sse_splits

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator
    from client.replies import Make, MakeAsync


def test_tokens_add_up_to_the_answer(client: AutoRAG, emulator: Emulator) -> None:
    rag = client.rag("docs")
    answer = rag.ai_search("Llamas carry drinks")
    with rag.ai_search("Llamas carry drinks", stream=True) as stream:
        assert isinstance(stream, AnswerStream)
        assert stream.text == ""
        assert [row.filename for row in stream.sources] == [row.filename for row in answer.data]
        assert type(stream.sources[0]) is SearchRow
        tokens = list(stream)
    assert len(tokens) > 3
    assert "".join(tokens) == stream.text == answer.response
    assert stream.sources == answer.data
    assert stream.usage is not None
    assert stream.usage["completion_tokens"] > 0
    assert stream.tool_calls == []
    meaning = emulator.log[1].meaning
    assert meaning is not None
    assert meaning.stream


def test_read_gives_the_rest(client: AutoRAG) -> None:
    rag = client.rag("docs")
    stream = rag.ai_search("Llamas carry drinks", stream=True)
    next(stream)
    assert stream.read() == rag.ai_search("Llamas carry drinks").response
    assert stream.read() == stream.text


@pytest.mark.anyio
async def test_the_same_awaited(make_async: MakeAsync, emulator: Emulator) -> None:
    async with make_async(emulator.base_url) as client:
        rag = client.rag("docs")
        answer = await rag.ai_search("Llamas carry drinks")
        async with await rag.ai_search("Llamas carry drinks", stream=True) as stream:
            assert isinstance(stream, AsyncAnswerStream)
            assert stream.sources == answer.data
            tokens = [each async for each in stream]
        assert "".join(tokens) == stream.text == answer.response
        another = await rag.ai_search("Llamas carry drinks", stream=True)
        assert await another.read() == answer.response


def test_what_tokens_may_be(make: Make, scripted: Scripted) -> None:
    calls = [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]
    frame = {"choices": [{"index": 0, "delta": {"tool_calls": calls}}]}
    scripted.replies = [
        streamed(
            b": hello\n\n",
            chunks("a/b.md"),
            token(None),
            token(""),
            token("one "),
            token(2),
            token("\u2028"),
            b"data: no JSON\n\n",
            b"data: [1]\n\n",
            f"data: {json.dumps(frame)}\n\n".encode(),
            b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n',
            DONE,
        )
    ]
    with (
        make(scripted.base_url, settings=Settings(notes="quiet"))
        .rag("docs")
        .ai_search("q", stream=True) as stream
    ):
        assert list(stream) == ["one ", "2", "\u2028"]
    assert stream.tool_calls == calls
    assert stream.usage == {"total_tokens": 9}
    assert [row.attributes.folder for row in stream.sources] == ["a/"]


def test_an_answer_of_nothing(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(b"event: chunks\ndata: []\n\n", DONE)]
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        assert (list(stream), stream.sources, stream.usage) == ([], [], None)


def test_a_stream_in_the_legacy_form(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(b'data: {"response":"a","p":"xyz"}\n\n', DONE)]
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        assert list(stream) == ["a"]


def test_a_whole_answer_in_place_of_a_stream(client: AutoRAG, emulator: Emulator) -> None:
    answer = client.rag("docs").ai_search("Llamas carry drinks")
    emulator.faults.add(json_for_stream=True)
    with client.rag("docs").ai_search("Llamas carry drinks", stream=True) as stream:
        assert stream.sources == answer.data
        assert list(stream) == [answer.response]


def test_a_whole_answer_of_nothing(make: Make, scripted: Scripted) -> None:
    scripted.replies = [whole({"choices": [{"message": {"content": ""}}], "chunks": []})]
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        assert (list(stream), stream.sources) == ([], [])


@pytest.mark.anyio
async def test_a_whole_answer_in_place_of_a_stream_awaited(
    make_async: MakeAsync, emulator: Emulator
) -> None:
    emulator.faults.add(json_for_stream=True)
    async with (
        make_async(emulator.base_url) as client,
        await client.rag("docs").ai_search("llamas", stream=True) as stream,
    ):
        assert len([each async for each in stream]) == 1


def test_a_compressed_stream(client: AutoRAG, emulator: Emulator) -> None:
    emulator.faults.add(gzip=True)
    assert client.rag("docs").ai_search("llamas", stream=True).read()


# --- Ends that are none ---------------------------------------------------------------------------

ERROR = b'event: error\ndata: {"error": {"code": 7017, "message": "unable_to_connect"}}\n\n'
ENVELOPE = (
    b'data: {"success": false, "errors": [{"code": 7017, '
    b'"message": "unable_to_connect_to_ai_search"}]}\n\n'
)
BAD_ENDS = {
    "closed without [DONE]": (streamed(chunks("a"), token("one")), "without", None),
    "connection lost": (streamed(chunks("a"), token("one"), end=b""), "broke off", None),
    "half an event": (
        streamed(chunks("a"), token("one"), b'data: {"choi', end=b""),
        "broke off",
        None,
    ),
    "error event": (streamed(chunks("a"), token("one"), ERROR), "unable_to_connect", 7017),
    "error envelope": (
        streamed(chunks("a"), token("one"), ENVELOPE),
        "unable_to_connect_to_autorag",
        7017,
    ),
    "unterminated error event": (
        streamed(chunks("a"), token("one"), ERROR.rstrip()),
        "unable_to_connect",
        7017,
    ),
    "error as text": (
        streamed(chunks("a"), token("one"), b'data: {"error": "boom"}\n\n'),
        "boom",
        None,
    ),
    "error without a word": (
        streamed(chunks("a"), token("one"), b"event: error\ndata: {}\n\n"),
        "no reason",
        None,
    ),
}


@pytest.mark.parametrize("reply", BAD_ENDS.values(), ids=BAD_ENDS.keys())
def test_a_bad_end_is_an_error(
    make: Make, scripted: Scripted, reply: tuple[bytes, str, int | None]
) -> None:
    scripted.replies, (_, words, code) = [reply[0]], reply
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        assert next(stream) == "one"
        with pytest.raises(StreamError, match=words) as caught:
            list(stream)
        assert caught.value.code == code
        assert stream.text == "one"
        assert list(stream) == []  # told once
    assert len(scripted.asked) == 1  # never sent again


@pytest.mark.anyio
@pytest.mark.parametrize("reply", BAD_ENDS.values(), ids=BAD_ENDS.keys())
async def test_a_bad_end_is_an_error_awaited(
    make_async: MakeAsync, scripted: Scripted, reply: tuple[bytes, str, int | None]
) -> None:
    scripted.replies, (_, words, code) = [reply[0]], reply
    async with make_async(scripted.base_url) as client:
        stream = await client.rag("docs").ai_search("q", stream=True)
        assert await anext(stream) == "one"
        with pytest.raises(StreamError, match=words) as caught:
            await stream.read()
        assert caught.value.code == code
    assert len(scripted.asked) == 1


def test_an_error_in_place_of_the_first_event(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(ERROR)]
    rag = make(scripted.base_url).rag("docs")
    with pytest.raises(StreamError, match="unable_to_connect"):
        rag.ai_search("q", stream=True).read()
    assert len(scripted.asked) == 1


def test_the_cause_is_kept(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(token("one"), end=b"")]
    with pytest.raises(StreamError) as caught:
        make(scripted.base_url).rag("docs").ai_search("q", stream=True).read()
    assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)


def test_an_event_without_an_end(
    make: Make, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autorag_migrate.translate import EventReader

    monkeypatch.setattr(EventReader.__init__, "__defaults__", (100,))
    scripted.replies, scripted.hold = [streamed(b"data: " + b"x" * 200, end=b"")], True
    with pytest.raises(StreamError, match="larger than 100"):
        make(scripted.base_url).rag("docs").ai_search("q", stream=True)
    assert scripted.hung_up.wait(10)


def test_what_comes_after_the_end_does_not_matter(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(token("one"), DONE, end=b"")]
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        assert list(stream) == ["one"]


@pytest.mark.anyio
async def test_what_comes_after_the_end_does_not_matter_awaited(
    make_async: MakeAsync, scripted: Scripted
) -> None:
    scripted.replies = [streamed(token("one"), DONE, end=b"")]
    async with make_async(scripted.base_url) as client:
        assert await (await client.rag("docs").ai_search("q", stream=True)).read() == "one"


def test_a_slow_token_is_a_broken_stream(make: Make, scripted: Scripted) -> None:
    scripted.replies, scripted.hold = [streamed(chunks("a"), end=b"")], True
    stream = (
        make(scripted.base_url, timeout=httpx.Timeout(10, read=0.5))
        .rag("docs")
        .ai_search("q", stream=True)
    )
    with pytest.raises(StreamError, match=r"timed out|ReadTimeout"):
        next(stream)
    assert scripted.hung_up.wait(10)


def test_an_error_before_the_stream_has_its_own_class(make: Make, emulator: Emulator) -> None:
    emulator.faults.add(status=429, retry_after=7)
    with pytest.raises(RateLimitedError) as caught:
        make(emulator.base_url, max_retries=0).rag("docs").ai_search("q", stream=True)
    assert caught.value.retry_after == 7


def test_retried_until_the_stream_begins(
    client: AutoRAG, emulator: Emulator, naps: list[float]
) -> None:
    emulator.faults.add(status=503, times=2)
    assert client.rag("docs").ai_search("llamas", stream=True).read()
    assert len(emulator.log) == 3
    assert len(naps) == 2


def test_strict_notes_are_raised_at_the_end(make: Make, scripted: Scripted) -> None:
    scripted.replies = [streamed(token("one"), b"data: {}\n\n", DONE)]
    stream = (
        make(scripted.base_url, settings=Settings(notes="strict"))
        .rag("docs")
        .ai_search("q", stream=True)
    )
    assert next(stream) == "one"
    with pytest.raises(NoteError, match="AR223"):
        next(stream)
    assert list(stream) == []


# --- Connections ----------------------------------------------------------------------------------


def test_leaving_early_closes_the_connection(make: Make, scripted: Scripted) -> None:
    scripted.replies, scripted.hold = [streamed(chunks("a"), token("one"), end=b"")], True
    with make(scripted.base_url).rag("docs").ai_search("q", stream=True) as stream:
        for each in stream:
            assert each == "one"
            break
        assert "open, 1 tokens" in repr(stream)
    assert scripted.hung_up.wait(10)
    assert "ended" in repr(stream)
    assert list(stream) == []
    stream.close()


def test_an_exception_of_the_caller_closes_the_connection(make: Make, scripted: Scripted) -> None:
    scripted.replies, scripted.hold = [streamed(chunks("a"), token("one"), end=b"")], True
    stream = make(scripted.base_url).rag("docs").ai_search("q", stream=True)
    with pytest.raises(ZeroDivisionError), stream:
        raise ZeroDivisionError
    assert scripted.hung_up.wait(10)


@pytest.mark.anyio
async def test_leaving_early_closes_the_connection_awaited(
    make_async: MakeAsync, scripted: Scripted
) -> None:
    scripted.replies, scripted.hold = [streamed(chunks("a"), token("one"), end=b"")], True
    async with make_async(scripted.base_url) as client:
        async with await client.rag("docs").ai_search("q", stream=True) as stream:
            assert await anext(stream) == "one"
        assert await anyio.to_thread.run_sync(scripted.hung_up.wait, 10)
        assert [each async for each in stream] == []


@pytest.mark.anyio
async def test_cancellation_closes_the_connection(
    make_async: MakeAsync, scripted: Scripted
) -> None:
    scripted.replies, scripted.hold = [streamed(chunks("a"), token("one"), end=b"")], True
    async with make_async(scripted.base_url) as client:
        stream = await client.rag("docs").ai_search("q", stream=True)
        assert await cancelled(scripted, stream.read)
        assert stream.text == "one"


@pytest.mark.anyio
async def test_cancellation_while_it_begins(make_async: MakeAsync, scripted: Scripted) -> None:
    scripted.replies, scripted.hold = [STREAM_HEAD], True
    async with make_async(scripted.base_url) as client:
        rag = client.rag("docs")
        assert await cancelled(scripted, lambda: rag.ai_search("q", stream=True))


@pytest.mark.parametrize("early", [True, False])
def test_closed_exactly_once(early: bool) -> None:
    closed: list[int] = []
    reading = Reading(Settings(), lambda notes: None)
    stream = AnswerStream(
        reading, iter([token("one"), token("two") + DONE]), lambda: closed.append(1)
    )
    assert next(stream) == "one"
    if early:
        stream.close()
    else:
        assert list(stream) == ["two"]
    stream.close()
    assert closed == [1]


@given(new_stream_events(), st.data())
def test_whatever_a_stream_is_like(said: Stream, data: st.DataObject) -> None:
    pieces = data.draw(sse_splits(b"".join(said.events)))
    reading = Reading(Settings(notes="quiet"), lambda notes: None)
    stream = AnswerStream(reading, iter(pieces), lambda: None)
    if said.done:
        assert stream.read() == said.text
    else:
        with pytest.raises(StreamError):
            stream.read()
    assert len(stream.sources) == len(said.chunks or ())


def test_a_stream_that_is_no_gzip(make: Make, scripted: Scripted) -> None:
    head = STREAM_HEAD.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\n")
    scripted.replies = [head + piece(b"not gzip at all") + STREAM_END]
    with pytest.raises(StreamError, match="broke off") as caught:
        make(scripted.base_url).rag("docs").ai_search("q", stream=True)
    assert isinstance(caught.value.__cause__, httpx.DecodingError)
