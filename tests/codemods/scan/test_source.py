from __future__ import annotations

import codecs
import os
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autorag_codemods.scan import Problem, Source, read
from autorag_codemods.scan.source import blocks

AS_THEY_ARE = {
    "nothing": b"",
    "no last line end": b"x = 1",
    "Windows": b"x = 1\r\ny = 2\r\n",
    "old Mac": b"x = 1\ry = 2\r",
    "mixed": b"x = 1\r\ny = 2\nz = 3\r\n\rw = 4",
    "a mark": codecs.BOM_UTF8 + b"x = 1\n",
    "a mark and Windows": codecs.BOM_UTF8 + b"x = 'caf\xc3\xa9'\r\n",
    "only a mark": codecs.BOM_UTF8,
    "two marks": codecs.BOM_UTF8 * 2 + b"x = 1\n",
    "a mark and its cookie": codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1\n",
    "form feeds and tabs": b"\x0cif x:\n\ty = 1\n\x0c\n\x0b\n\x1a",
    "separators": "x = '\u2028\u2029\x85'\n".encode(),
    "latin-1": b"# -*- coding: latin-1 -*-\nx = 'caf\xe9'\n",
    "latin-1 in the second line": b"#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :\n'\xff'",
    "latin-1 in the cookie's own line": b"# Jos\xe9, coding: latin-1\nx = '\xe9'\n",
    "cp1252": b"# coding: cp1252\r\nx = '\x80'\r\n",
    "koi8-r": b"# coding: koi8-r\nx = '\xd0\xd2\xc9'\n",
    "shift_jis": "# coding: shift_jis\nx = '\u65e5\u672c \\\\n'\n".encode("shift_jis"),
    "gbk": "# coding: gbk\nx = '\u4e2d\u6587'\n".encode("gbk"),
    "euc-jp": "# coding: euc-jp\nx = '\u65e5'\n".encode("euc-jp"),
    "iso-2022-jp": "# coding: iso-2022-jp\nx = '\u65e5'\n".encode("iso-2022-jp"),
    "utf-8 by many names": b"# coding: UTF_8\nx = '\xc3\xa9'\n",
    "a cookie for editors": b"# coding: utf-8-unix\nx = 1\n",
    "a cookie too late": b"\nx = 1\n# coding: nothing\n",
}


@pytest.mark.parametrize("raw", AS_THEY_ARE.values(), ids=AS_THEY_ARE)
def test_every_byte_comes_back(tmp_path, raw):
    path = tmp_path / "x.py"
    path.write_bytes(raw)
    source = read(path)
    assert isinstance(source, Source)
    assert source.raw == source.encode(source.text) == raw
    assert source.bom == raw.startswith(codecs.BOM_UTF8)
    assert source.path == path
    # What was added comes out in the file's own encoding.
    assert source.encode(source.text + "\n# more\n") == raw + b"\n# more\n"


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        (b"x\r\ny", "utf-8", "x\r\ny"),
        (codecs.BOM_UTF8 + b"x", "utf-8", "x"),
        (b"# coding: latin-1\n'\xe9'", "iso-8859-1", "# coding: latin-1\n'\xe9'"),
        (b"# coding: ascii\n", "ascii", "# coding: ascii\n"),
    ],
)
def test_the_text_is_what_python_reads(tmp_path, raw, encoding, text):
    (tmp_path / "x.py").write_bytes(raw)
    source = read(str(tmp_path / "x.py"))
    assert (source.encoding, source.text) == (encoding, text)


NO_TEXT = {
    "NUL": (b"x = 1\n\0", "it is not text: byte 6 is NUL"),
    "utf-16": ("x = 1\n".encode("utf-16"), "it is not text"),
    "utf-16 with no NUL": (codecs.BOM_UTF16 + "\u3434\u3434".encode("utf-16-le"), "it is not text"),
    "not utf-8": (b"x = '\xe9'\n", "it is not text: 'utf-8' codec"),
    "not utf-8 after a mark": (codecs.BOM_UTF8 + b"'\xe9'", "it is not text"),
    "a lone surrogate": (b"'\xed\xa0\x80'", "it is not text"),
    "not what the cookie says": (b"# coding: ascii\n'\xe9'\n", "it is not text: 'ascii' codec"),
    "no such byte in cp1252": (b"# coding: cp1252\n'\x81'\n", "it is not text"),
    "an unknown cookie": (b"# coding: klingon\n", "its encoding is not known"),
    "a mark against its cookie": (
        codecs.BOM_UTF8 + b"# coding: latin-1\n",
        "its encoding is not known",
    ),
    "no encoding of text": (b"# coding: rot13\nx\n", "its encoding is not known"),
    "a codec of bytes": (b"# coding: hex\nx\n", "its encoding is not known"),
    "an encoding without ASCII": (b"# coding: utf-16\nxx", "no Python file can be written in"),
    "an encoding of another world": (b"# coding: cp037\nx\n", "no Python file can be written in"),
    "escapes": (b"# coding: unicode_escape\n'\\d'\n", "no Python file can be written in"),
    "raw escapes": (b"# coding: raw_unicode_escape\n'\\u0041'\n", "no Python file can be written"),
    "undefined": (b"# coding: undefined\n", "no Python file can be written in"),
}


@pytest.mark.parametrize(("raw", "sentence"), NO_TEXT.values(), ids=NO_TEXT)
def test_what_is_no_text_is_said_to_be_none(tmp_path, raw, sentence):
    path = tmp_path / "x.py"
    path.write_bytes(raw)
    problem = read(path)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.code) == (path, "AR151")
    assert sentence in problem.text


@pytest.mark.parametrize(
    "raw",
    [
        b"# coding: iso-2022-jp\n'\x1b$B\x1b(B'\n",  # in and out again, for nothing
        b"# coding: utf-7\n'+AGE-'\n",  # the letter a, written in a roundabout way
    ],
)
def test_what_would_come_back_otherwise_is_not_touched(tmp_path, raw):
    (tmp_path / "x.py").write_bytes(raw)
    assert read(tmp_path / "x.py").code == "AR155"


def test_a_character_that_the_encoding_lacks_is_an_error(tmp_path):
    (tmp_path / "x.py").write_bytes(b"# coding: latin-1\n")
    with pytest.raises(UnicodeEncodeError):
        read(tmp_path / "x.py").encode("# \u20ac")


def test_what_is_no_file_is_not_read(tmp_path):
    (tmp_path / "x.py").mkdir()
    assert read(tmp_path / "x.py").code == "AR153"
    assert read(tmp_path / "y.py").code == "AR157"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "z.py")
        assert read(tmp_path / "z.py").code == "AR153"


def test_a_link_in_a_circle_cannot_be_read(tmp_path):
    (tmp_path / "x.py").symlink_to("x.py")
    problem = read(tmp_path / "x.py")
    assert problem.code == "AR157"
    assert problem.text.startswith("it cannot be read: ")


COOKIES = {
    "utf-8": "",
    "utf-8-sig": "",
    "latin-1": "# coding: latin-1",
    "cp1252": "#!python\n# -*- coding: cp1252 -*-",
    "koi8-r": "# vim: fileencoding=koi8-r",
    "gbk": "# coding=gbk",
    "ascii": "# coding: ascii",
}
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\x0c", "\r\n\r\n", ""])


@given(st.data(), st.sampled_from(list(COOKIES)))
def test_any_text_in_any_encoding_comes_back(tmp_path_factory, data, encoding):
    name = encoding.removesuffix("-sig")
    letters = st.text(st.characters(codec=name, exclude_characters="\0"))
    lines = data.draw(st.lists(st.tuples(letters, ENDS)))
    text = COOKIES[encoding] + "\n" + "".join(map("".join, lines))
    raw = text.encode(encoding)
    path = tmp_path_factory.getbasetemp() / "random.py"
    path.write_bytes(raw)
    source = read(path)
    if isinstance(source, Problem):  # another cookie by chance, or bytes that only look like text
        assert source.code in {"AR151", "AR155"}
    else:
        assert source.encode(source.text) == source.raw == raw


@given(st.binary())
@example(b"# coding: \xff")
@example(b"\xef\xbb")
def test_any_bytes_come_back_or_are_reported(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "bytes.py"
    path.write_bytes(raw)
    source = read(path)
    if isinstance(source, Problem):
        assert source.code in {"AR151", "AR155"}
    else:
        assert source.encode(source.text) == raw


@pytest.mark.parametrize("name", sorted(set(sys.modules["encodings.aliases"].aliases.values())))
def test_no_codec_of_python_ends_the_run(tmp_path, name):
    (tmp_path / "x.py").write_bytes(b"# coding: %s\nx = '\\d+ \xe9\xff'\n" % name.encode())
    result = read(tmp_path / "x.py")
    assert isinstance(result, Source) or result.code in {"AR151", "AR155"}


@given(st.lists(st.sampled_from([b"a", b"autorag", b"\n", b"\r\n", b"\xff"])), st.integers(1, 9))
def test_blocks_are_whole_lines_and_lose_nothing(tmp_path_factory, parts, size):
    raw = b"".join(parts)
    path = tmp_path_factory.getbasetemp() / "blocks.py"
    path.write_bytes(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autorag_codemods.scan.source._BLOCK", size)
        read_blocks = list(blocks(path))
    assert b"".join(read_blocks) == raw
    assert all(block.endswith(b"\n") for block in read_blocks[:-1])


def test_a_file_that_says_a_wrong_size_is_read_to_its_end():
    try:
        raw = b"".join(blocks("/proc/self/status"))
    except OSError:
        pytest.skip("no such files here")
    assert raw.startswith(b"Name:")
    assert raw.endswith(b"\n")
