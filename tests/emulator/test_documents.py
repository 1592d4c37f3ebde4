from __future__ import annotations

import os

import pytest

from autorag_migrate.emulator import Document
from autorag_migrate.emulator.documents import chunks_of, front_matter, load


def test_a_folder_is_read_through_all_levels_by_key(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "deep.MD").write_text("deep")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfwith a BOM")
    (tmp_path / "ignored.py").write_text("no")
    os.utime(tmp_path / "a.txt", (1_700_000_000, 1_700_000_000))
    documents = load(tmp_path)
    assert [each.key for each in documents] == ["a.txt", "b/c/deep.MD"]
    assert documents[0].text == "with a BOM"
    assert documents[0].timestamp_ms == 1_700_000_000_000
    assert load(str(tmp_path)) == documents


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere"):
        load(tmp_path / "nowhere")


def test_keys_are_unique():
    with pytest.raises(ValueError, match="two documents have the key 'a'"):
        load([Document("a", "1"), Document("a", "2")])


@pytest.mark.parametrize(
    ("key", "folder", "filename"),
    [
        ("a/b/c.md", "a/b/", "c.md"),
        ("root.md", "", "root.md"),
        ("https://example.com/x/y", "https://example.com/x/", "y"),
    ],
)
def test_folder_and_filename_come_from_the_key(key, folder, filename):
    document = Document(key, "text", timestamp_ms=1999, metadata={"a": 1})
    assert document.folder == folder
    assert document.filename == filename
    assert document.attributes == {"folder": folder, "filename": filename, "timestamp": 1, "a": 1}


def test_front_matter_becomes_metadata():
    text = (
        '---\ntitle: "12"\nyear: 2024\nratio: -0.5\npublic: true\n# no: 1\nword: a: b\n---\nBody\n'
    )
    pairs, body = front_matter(text)
    assert pairs == {"title": "12", "year": 2024, "ratio": -0.5, "public": True, "word": "a: b"}
    assert body == "Body\n"


@pytest.mark.parametrize("text", ["no fence", "---\nnever closed: 1\n", "text\n---\na: 1\n---\n"])
def test_without_front_matter_the_text_stays(text):
    assert front_matter(text) == ({}, text)


@pytest.mark.parametrize("line", ["timestamp: 1700000000", "modified_date: 1700000000000"])
def test_front_matter_sets_the_timestamp_in_either_unit(tmp_path, line):
    (tmp_path / "a.md").write_text(f"---\n{line}\n---\ntext")
    (document,) = load(tmp_path)
    assert document.timestamp_ms == 1_700_000_000_000
    assert document.metadata == {}


def test_chunks_are_cut_at_blank_lines_then_at_words():
    document = Document("a", "one two\n\nthree\r\n\r\n" + "word " * 10)
    texts = [chunk.text for chunk in chunks_of(document, 20)]
    assert texts == ["one two\n\nthree", "word word word word", "word word word word", "word word"]


def test_chunk_ids_depend_on_key_and_position_only():
    first = chunks_of(Document("a", "x" * 30 + " y"), 20)
    again = chunks_of(Document("a", "other words and more of them"), 20)
    assert [chunk.id for chunk in first] == [chunk.id for chunk in again]
    assert first[0].id != first[1].id
    assert first[0].id != chunks_of(Document("b", "x"), 20)[0].id


def test_a_blank_document_has_no_chunks():
    assert chunks_of(Document("a", " \n\n "), 20) == []
