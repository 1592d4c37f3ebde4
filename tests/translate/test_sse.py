"""The reader of server-sent events, held against the HTML standard's rules written plainly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.errors import StreamError
from autorag_migrate.translate import EventReader
from strategies import legacy_stream_events, new_stream_events, sse_splits

BOM = b"\xef\xbb\xbf"


def read(*pieces, limit=None):
    reader = EventReader() if limit is None else EventReader(limit)
    events = []
    for piece in pieces:
        events += reader.feed(piece)
    return events + reader.close()


def said(events):
    """What is dispatched: data, name and id."""
    return [(each.data, each.name, each.id) for each in events if each.data is not None]


def reference(whole):
    """Events and comments of a stream that is there as a whole, line by line."""
    text = whole.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events, comments = [], []
    data, name, last_id = [], b"", b""
    # The last event may lack its end: it is taken as it is.
    for line in [*text.split(b"\n"), b""]:
        if not line:
            if data:
                events.append((b"\n".join(data), name, last_id))
            data, name = [], b""
        elif line.startswith(b":"):
            comments.append(line)
        else:
            field, _, value = line.partition(b":")
            value = value[1:] if value.startswith(b" ") else value
            if field == b"data":
                data.append(value)
            elif field == b"event":
                name = value
            elif field == b"id" and b"\0" not in value:
                last_id = value
    return events, comments


# --- lines ------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_ends_a_line(end):
    stream = end.join([b"event: e", b"data: a", b"data: b", b"", b"data: c", b"", b""])
    assert said(read(stream)) == [(b"a\nb", b"e", b""), (b"c", b"", b"")]


def test_a_line_end_may_be_split_across_reads():
    stream = b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"
    whole = said(read(stream))
    assert whole == [(b"a\nb", b"", b""), (b"c", b"", b"")]
    for cut in range(len(stream) + 1):
        events = read(stream[:cut], stream[cut:])
        assert said(events) == whole
        assert b"".join(each.raw for each in events) == stream


def test_an_event_is_there_as_soon_as_its_cr_is():
    reader = EventReader()
    assert said(reader.feed(b"data: a\r\r")) == [(b"a", b"", b"")]
    # The pair may still be completed; what follows is not an event.
    assert [(each.data, each.raw) for each in reader.feed(b"\n")] == [(None, b"\n")]
    assert reader.pending() == b""


def test_other_characters_end_no_line():
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg".encode()
    assert said(read(b"data: " + text + b"\n\n")) == [(text, b"", b"")]


def test_a_character_may_be_split_across_reads():
    stream = "data: 🦙é\n\n".encode()
    for cut in range(len(stream)):
        assert said(read(stream[:cut], stream[cut:])) == [("🦙é".encode(), b"", b"")]


# --- fields ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (b"data: a", b"a"),
        (b"data:a", b"a"),
        (b"data:  a", b" a"),
        (b"data:\ta", b"\ta"),
        (b"data: a: b", b"a: b"),
        (b"data:", b""),
        (b"data", b""),
        (b"data:[DONE]", b"[DONE]"),
    ],
)
def test_one_space_after_the_colon_is_no_part_of_the_value(line, data):
    assert said(read(line + b"\n\n")) == [(data, b"", b"")]


@pytest.mark.parametrize("line", [b"Data: a", b" data: a", b"datas: a", b"retry: 10", b"x"])
def test_another_field_is_no_data(line):
    events = read(line + b"\n\n")
    assert [(each.data, each.raw) for each in events] == [(None, line + b"\n\n")]


def test_an_event_without_data_is_not_dispatched_and_its_name_is_forgotten():
    assert said(read(b"event: e\n\ndata: a\n\n")) == [(b"a", b"", b"")]


def test_an_id_holds_until_the_next_one():
    stream = b"id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\n"
    assert [each[2] for each in said(read(stream))] == [b"1", b"1", b"2", b""]


def test_an_id_with_a_nul_is_ignored():
    assert said(read(b"id: 1\nid: 2\x003\ndata: a\n\n")) == [(b"a", b"", b"1")]


def test_the_last_name_counts():
    assert said(read(b"event: a\nevent: b\ndata: c\n\n")) == [(b"c", b"b", b"")]


# --- the beginning and the end -------------------------------------------------------


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        (BOM + b"data: a\n\n", [b"a"]),
        (BOM + BOM + b"data: a\n\n", []),
        (b"data: x\n\n" + BOM + b"data: a\n\n", [b"x"]),
        (b"\n" + BOM + b"data: a\n\n", []),
        (BOM + b": c\n\ndata: a\n\n", [b"a"]),
    ],
)
def test_one_byte_order_mark_may_come_first(stream, data):
    for cut in range(5):
        assert [each[0] for each in said(read(stream[:cut], stream[cut:]))] == data
    assert [each[0] for each in said(read(*[bytes([byte]) for byte in stream]))] == data


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n"])
def test_the_last_event_may_be_unterminated(end):
    assert said(read(b"data: a\n\ndata: b" + end)) == [(b"a", b"", b""), (b"b", b"", b"")]


@pytest.mark.parametrize("stream", [b"", b"\n", b"event: e", b"id: 1\n", b": c"])
def test_an_end_that_leaves_no_data_dispatches_nothing(stream):
    assert said(read(stream)) == []
    assert b"".join(each.raw for each in read(stream)) == stream


def test_a_reader_is_empty_after_its_end():
    reader = EventReader()
    reader.feed(b"event: e\ndata: a")
    assert said(reader.close()) == [(b"a", b"e", b"")]
    assert reader.close() == []
    assert reader.pending() == b""


# --- comments --------------------------------------------------------------------------


def test_a_comment_is_passed_on_at_once():
    reader = EventReader()
    assert [(each.data, each.raw) for each in reader.feed(b": ping\n")] == [(None, b": ping\n")]


def test_a_comment_within_an_event_is_passed_on_at_once_too():
    reader = EventReader()
    assert reader.feed(b"data: a\n") == []
    assert [each.raw for each in reader.feed(b": ping\n")] == [b": ping\n"]
    assert reader.pending() == b"data: a\n"
    assert said(reader.feed(b"data: b\n\n")) == [(b"a\nb", b"", b"")]


def test_the_second_half_of_a_comments_line_end_follows_it():
    reader = EventReader()
    raws = [each.raw for piece in (b"data: a\n: c\r", b"\n") for each in reader.feed(piece)]
    assert raws == [b": c\r", b"\n"]
    assert reader.pending() == b"data: a\n"


def test_the_second_half_of_a_line_end_within_an_event_belongs_to_it():
    reader = EventReader()
    assert reader.feed(b"data: a\r") == []
    assert reader.feed(b"\n") == []
    assert [each.raw for each in reader.feed(b"\n")] == [b"data: a\r\n\n"]


def test_what_is_in_no_event_yet_is_pending():
    reader = EventReader()
    reader.feed(b"data: a\n\ndata: b\nda")
    assert reader.pending() == b"data: b\nda"


# --- size -----------------------------------------------------------------------------


def test_an_event_has_a_largest_size():
    event = b"data: " + b"x" * 92 + b"\n\n"
    assert len(said(read(event, limit=100))) == 1
    assert len(said(read(event * 5, limit=100))) == 5
    for pieces in ([b"data: x" + event[6:]], [event[:50], b"x", event[50:]]):
        with pytest.raises(StreamError, match="larger than 100 bytes"):
            read(*pieces, limit=100)


def test_a_line_that_never_ends_is_stopped_while_it_comes():
    reader = EventReader(1000)
    for _ in range(10):
        assert reader.feed(b"x" * 100) == []
    with pytest.raises(StreamError):
        reader.feed(b"x")


def test_comments_between_events_do_not_add_up():
    assert len(said(read(*[b": ping\n"] * 100, b"data: a\n\n", limit=20))) == 1


def test_a_large_event_in_small_pieces_is_not_copied_again_and_again():
    """Pieces wait in a list until the line ends; every byte is joined once for its line."""
    reader = EventReader()
    piece = b"x" * 64
    reader.feed(b"data: ")
    for _ in range(2**15):
        assert reader.feed(piece) == []
    events = reader.feed(b"\n\n")
    assert len(events[0].data) == 2**21
    assert events[0].raw == b"data: " + events[0].data + b"\n\n"


# --- properties ------------------------------------------------------------------------

_FIELDS = (b"data: a", b"data:b", b"data", b"data:  c", b"event: e", b"id: 1", b"id", b"id: \0")
_OTHERS = (b": k", b":", b"retry: 1", b"x", BOM, b"", b"", b"", "data: é\u2028🦙".encode())
_LINES = st.sampled_from((*_FIELDS, *_OTHERS))
_ODD = st.lists(
    st.tuples(_LINES, st.sampled_from((b"\n", b"\r", b"\r\n"))).map(b"".join), max_size=12
).map(b"".join)
_STREAMS = st.one_of(
    st.binary(max_size=80),
    _ODD,
    _ODD.map(lambda stream: BOM + stream),
    _ODD.map(lambda stream: stream.rstrip(b"\r\n")),
    new_stream_events().map(lambda stream: b"".join(stream.events)),
    legacy_stream_events().map(lambda stream: b"".join(stream.events)),
)


@given(stream=_STREAMS, data=st.data())
def test_any_split_of_the_bytes_gives_the_same_events(stream, data):
    pieces = data.draw(sse_splits(stream))
    events = read(*pieces)
    expected, comments = reference(stream)
    assert said(events) == expected
    raws = [each.raw for each in events]
    found = [raw.removeprefix(BOM).rstrip(b"\r\n") for raw in raws if b":" in raw[:4]]
    assert [raw for raw in found if raw.startswith(b":")] == comments
    if comments:
        # One within an event comes before it: nothing is lost, nothing is held back.
        assert sorted(b"".join(raws)) == sorted(stream)
    else:
        assert b"".join(raws) == stream


@given(stream=_STREAMS, data=st.data())
def test_what_was_fed_is_in_an_event_or_pending(stream, data):
    reader = EventReader()
    fed, out = b"", b""
    for piece in data.draw(sse_splits(stream)):
        fed += piece
        out += b"".join(each.raw for each in reader.feed(piece))
        assert sorted(out + reader.pending()) == sorted(fed)


@given(stream=_ODD, data=st.data())
def test_an_event_is_dispatched_by_the_read_that_ends_it(stream, data):
    reader = EventReader()
    fed, events = b"", []
    for piece in data.draw(sse_splits(stream)):
        fed += piece
        events += reader.feed(piece)
        # What the bytes so far hold, without an event that they leave open.
        text = fed.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        closed = text[: text.rindex(b"\n\n") + 2] if b"\n\n" in text else b""
        assert said(events) == reference(closed)[0]
