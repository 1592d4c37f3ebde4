"""What a trace in a Python file is."""

from __future__ import annotations

import pytest

from autorag_codemods.traces.lexer import Lexed


def kinds(report):
    return [(trace.kind, trace.code, trace.place.line) for trace in report.traces]


URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/d/search"
CALL = f'import requests\n\nx = requests.post("{URL}", json={{"query": "q"}})'


def test_a_part_of_a_site_has_its_code_and_says_where_it_is_sent(judged):
    (trace,) = judged(
        {"a.py": f"import requests\n\n\ndef f():\n    return {CALL[21:]}.json()\n"}
    ).traces
    assert (trace.kind, trace.code) == ("site", "AR110")
    assert trace.text == "a part of the bridged call at 5:12"
    assert (trace.place.line, trace.place.column) == (5, 75)


def test_a_url_that_was_split_within_the_word(judged):
    text = CALL.replace("autorag/", 'auto" "rag/') + '.json()["result"]["data"][0]["score"]\n'
    assert kinds(judged({"a.py": text})) == [("site", "AR101", 3)]


def test_a_constant_of_a_kept_and_of_another_call_is_not_kept(judged):
    text = f"""
import requests
URL = "{URL}"
def a():
    return requests.post(URL, json={{"query": "q"}}).json()  # autorag-migrate: keep -- why
def b():
    return requests.post(URL, json={{"query": "q"}}).json()
"""
    assert [kind for kind, *_ in kinds(judged({"a.py": text}))] == ["site", "adapter"]


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("# AutoRAG", "words", "AR170"),
        ("'''AutoRAG'''", "words", "AR170"),
        ('print(r"autorag")', "words", "AR170"),
        ('print(f"autorag {x}")', "words", "AR170"),
        ("""print(f"{x['autorag']}")""", "words", "AR170"),
        ('print(f"{autorag_url}")', "name", "AR171"),
        ('print(f"{{autorag}}")', "words", "AR170"),
        ("autorag_url = 1", "name", "AR171"),
        ("import app.autorag_client", "name", "AR171"),
        ("import autorag", "not ours", "AR177"),
        ("from autorag.x import y", "not ours", "AR177"),
        ("import autorag_migrate", "adapter", "AR178"),
        (f'# requests.post("{URL}")', "words", "AR170"),
    ],
)
def test_what_is_no_part_of_a_site(judged, line, kind, code):
    assert kinds(judged({"a.py": f"x = 1\n{line}\n"})) == [(kind, code, 2)]


def test_only_what_is_the_other_library_is_not_ours(judged):
    text = "import autorag\n\nautorag.run()\nself.autorag = 'autorag'\nAutoRAG = 1\n"
    assert [kind for kind, *_ in kinds(judged({"a.py": text}))] == [
        *("not ours", "not ours", "name", "words", "name")
    ]


def test_a_url_in_a_test(judged):
    text = f'def test_x(client):\n    client.calls("{URL}")\n'
    assert kinds(judged({"test_a.py": text})) == [("test", "AR144", 2)]


def test_a_file_that_does_not_parse(judged):
    report = judged({"a.py": f"x = (\nURL = '{URL}'\n# autorag\n"})
    assert kinds(report) == [("skipped", "AR150", 2), ("skipped", "AR150", 3)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a = 'x' # y", ["'x'", "# y"]),
        ("'''a'b\n''' 'c'", ["'''a'b\n'''", "'c'"]),
        (r"'a\'b' 'c'", [r"'a\'b'", "'c'"]),
        ("'open\n'next'", ["'open", "'next'"]),
        ("rb'a' Rb'b'", ["rb'a'", "Rb'b'"]),
        ("'''never closed # x", ["'''never closed # x"]),
        ("'#' # '", ["'#'", "# '"]),
        ("'a\\\nb' c", ["'a\\\nb'"]),
    ],
)
def test_comments_and_strings(text, tokens):
    lexed = Lexed(text)
    found = {lexed.around(at) for at in range(len(text))} - {None}
    assert [
        text[token.start : token.end] for token in sorted(found, key=lambda t: t.start)
    ] == tokens
