"""The evidence of a verdict: from the URL's pieces to the send, to the reads, to what blocked."""

from __future__ import annotations

from autorag_codemods import migrate
from autorag_migrate.__main__ import main

PROGRAM = """\
import os, requests

HOST = "https://api.cloudflare.com/client/v4"
BASE = f"{HOST}/accounts/{os.environ['A']}/autorag/rags"


class Client:
    def __init__(self, name):
        self.url = BASE + "/" + name

    def names(self, question):
        payload = {"query": question}
        payload["max_num_results"] = 5
        payload["s3cr3t"] = "s3cr3t-value"
        found = requests.post(f"{self.url}/search", json=payload).json()
        return [row["filename"] for row in found["result"]["data"]]

    def answer(self, question):
        return requests.post(self.url + "/ai-search", json=make(question)).json()
"""


def steps(row):
    return [(step.line, step.text) for step in row.evidence]


def test_every_step_has_its_line():
    names, answer = migrate(PROGRAM).rows
    assert steps(names)[:10] == [
        (3, "of its URL: the API's host"),
        (4, "of its URL: …/autorag/rags/…, a value that is known at run time"),
        (9, "of its URL: a value that is known at run time"),
        (15, "of its URL: /search"),
        (12, "its payload is made here"),
        (13, "max_num_results is put into its payload"),
        (14, "a key that the API does not have is put into its payload"),
        (15, "requests.post() sends it"),
        (16, "its answer is read: $.result.data[].filename"),
        (16, "its answer is read: $.result.data"),
    ]
    assert (19, "requests.post() sends it") in steps(answer)


def test_the_first_cause_is_the_one_of_the_row():
    for row in migrate(PROGRAM).rows:
        first = next(step.text for step in row.evidence if step.text.startswith("not native: "))
        assert first == f"not native: {row.reason}"
        behind = row.evidence[[step.text for step in row.evidence].index(first) + 1 :]
        assert all(step.text.startswith("nor for this: ") for step in behind)


def test_what_is_native_has_no_cause():
    text = PROGRAM.partition("    def answer")[0].replace(
        'payload["s3cr3t"] = "s3cr3t-value"', "pass"
    )
    (row,) = migrate(text).rows
    assert row.verdict == "native"
    assert not [step for step in row.evidence if "nor" in step.text or "not native" in step.text]


def test_no_value_of_the_program_is_quoted():
    text = "".join(step.text for row in migrate(PROGRAM).rows for step in row.evidence)
    assert "s3cr3t-value" not in text


def test_a_url_that_nothing_sends():
    text = 'import x\nURL = "/accounts/a/autorag/rags/d/search"\n\n\nx.call(\n    URL,\n)\n'
    (row,) = migrate(text).rows
    assert steps(row) == [
        (2, "…/autorag/rags/… stands here"),
        (5, "not native: it is passed to x.call()"),
    ]


def test_diff_shows_it_beside_the_diff(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(PROGRAM)
    assert main(["diff", "--explain-verdict"]) == 1
    out, err = capsys.readouterr()
    assert "line 12: its payload is made here" in err
    assert "its payload" not in out
    assert out.startswith("diff --git a/a.py b/a.py\n")
