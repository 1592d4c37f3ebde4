"""`--docs` on the command line."""

from __future__ import annotations

import json

import pytest

from autorag_migrate.__main__ import main

PAGE = """\
# Ask

```sh
curl "$BASE/accounts/$A/autorag/rags/docs/sync" -X PATCH
```

See /autorag/rags/docs/search.
"""
NEW = PAGE.replace(
    "autorag/rags/docs/sync", "ai-search/namespaces/default/instances/docs/jobs"
).replace("PATCH", "POST")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_bytes(b"\xef\xbb\xbf" + PAGE.encode())
    return tmp_path


def test_without_it_docs_are_listed_and_not_touched(folder, capsys):
    assert main(["apply"]) == 0
    out = capsys.readouterr().out
    assert "README.md\n  4:25  trace  AR175" in out
    assert "left to you: 2 traces (AR175)\n" in out
    assert (folder / "README.md").read_bytes() == b"\xef\xbb\xbf" + PAGE.encode()


def test_it_is_shown_then_written(folder, capsys):
    assert main(["diff", "--docs"]) == 0
    out, err = capsys.readouterr()
    assert "+++ b/README.md\n" in out
    assert "1 file to write\n" in err
    assert "left to you: 1 trace (AR175)\n" in err
    assert (folder / "README.md").read_bytes() == b"\xef\xbb\xbf" + PAGE.encode()
    assert main(["apply", "--docs", "--output-format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["changes"] == [{"path": "README.md", "written": True}]
    assert [trace["open"] for trace in document["traces"]] == [False, True]
    assert (folder / "README.md").read_bytes() == b"\xef\xbb\xbf" + NEW.encode()
    assert main(["diff", "--docs"]) == 0
    assert capsys.readouterr().out == ""


def test_what_is_left_is_said_before_anything_is_written(folder, capsys):
    reason = "left: it stands in no block of code that is understood"
    assert main(["diff", "--docs"]) == 0
    out, err = capsys.readouterr()
    assert reason not in out
    (line,) = (line for line in err.splitlines() if "; left: " in line)
    assert line.startswith("README.md:7:6: AR175 trace ")
    assert line.endswith(reason)
    assert main(["check", "--docs", "--output-format", "concise"]) == 0
    out, err = capsys.readouterr()
    rewritten, left = out.splitlines()
    assert rewritten.startswith("README.md:4:25: AR175 trace a curl command, rewritten by --docs")
    assert left == line
    assert "1 file to write" in err
    assert main(["diff", "--docs", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["diff", "--docs", "--explain-verdict"]) == 0
    assert " ".join(capsys.readouterr().err.split()).count("; left: ") == 1
    assert (folder / "README.md").read_bytes() == b"\xef\xbb\xbf" + PAGE.encode()


@pytest.mark.parametrize(("docs", "code"), [(["--docs"], 0), ([], 1)])
def test_what_is_written_is_not_left(folder, docs, code):
    (folder / "README.md").write_text(PAGE.partition("See")[0])
    assert main(["apply", *docs, "--fail-on", "traces"]) == code
