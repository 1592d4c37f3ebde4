"""The command: a dry run that shows a diff, and a run that writes."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from autorag_migrate.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RAG = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs"
ANSWER = {"success": True, "result": {"search_query": "q", "data": [], "has_more": False}}
YAML = f"""\
interactions:
- request:
    body: '{{"query": "q"}}'
    headers:
      Accept:
      - '*/*'
      Authorization:
      - Bearer sesame
    method: POST
    uri: {RAG}/search
  response:
    body:
      string: '{json.dumps(ANSWER)}'
    headers:
      Set-Cookie:
      - sesame
    status:
      code: 200
      message: OK
version: 1
"""
Run = tuple[int, str, str]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Run]:
    def run(*arguments: str) -> Run:
        code = main(["cassettes", *arguments])
        out, err = capsysbinary.readouterr()
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes" / "one.yaml").write_bytes(YAML.encode())
    (tmp_path / "tapes" / "other.json").write_text('{"a": 1}')
    return tmp_path


def test_the_diff_is_what_is_written_and_git_takes_it(
    run: Callable[..., Run], folder: Path
) -> None:
    tape = folder / "tapes" / "one.yaml"
    code, diff, err = run("tapes")
    assert code == 1
    assert "1 file to write" in err
    assert "tapes/one.yaml:2:1: AR204 note ranking_options.score_threshold: " in err
    assert tape.read_bytes() == YAML.encode()

    code, out, err = run("--write", "tapes")
    assert (code, out) == (0, "")
    assert "1 file written" in err
    after = tape.read_bytes()
    assert b"/ai-search/namespaces/default/instances/docs/search" in after

    tape.write_bytes(YAML.encode())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "apply", "-"], input=diff.encode(), capture_output=True, check=False,
        env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert tape.read_bytes() == after
    assert run("--write", "tapes")[:2] == (0, "")
    assert run("tapes") == (0, "", "no legacy recordings in 2 files\n")


def test_no_credential_is_shown(run: Callable[..., Run], folder: Path) -> None:
    code, out, err = run("tapes")
    assert "sesame" not in out + err
    assert "@@" in out
    one = {"interactions": [
        {
            "request": {
                "body": '{"query": "q"}',
                "headers": {"authorization": "Bearer sesame"},
                "method": "POST",
                "uri": f"{RAG}/search",
            },
            "response": {
                "body": {"string": json.dumps(ANSWER)}, "headers": {}, "status": {"code": 200},
            },
        }
    ]}  # fmt: skip
    (folder / "tapes" / "line.json").write_text(json.dumps(one))
    code, out, err = run("tapes")
    assert code == 1
    assert "sesame" not in out + err
    assert "tapes/line.json:1:1: AR161 finding its diff would show a credential" in err
    assert "AR161" in run("-q", "tapes")[2]
    assert run("--write", "tapes")[0] == 0
    assert b"autorag" not in (folder / "tapes" / "line.json").read_bytes()


REDACTED = ["[REDACTED]", "REDACTED", "Bearer [REDACTED]", "<redacted>", "***", "Bearer XXXX"]


@pytest.mark.parametrize("value", REDACTED)
@pytest.mark.parametrize("listed", [False, True])
def test_a_header_that_was_taken_out_hides_no_diff(
    run: Callable[..., Run], folder: Path, value: str, listed: bool
) -> None:
    header = [value] if listed else value
    one = {"interactions": [
        {
            "request": {
                "body": '{"query": "q"}',
                "headers": {"Authorization": header},
                "method": "POST",
                "uri": f"{RAG}/search",
            },
            "response": {
                "body": {"string": json.dumps(ANSWER)}, "headers": {}, "status": {"code": 200},
            },
        }
    ]}  # fmt: skip
    tape = folder / "tapes" / "one.yaml"
    tape.unlink()
    for indent in (None, 1):
        (folder / "tapes" / "line.json").write_text(json.dumps(one, indent=indent))
        code, out, err = run("tapes")
        assert (code, "AR161" in err) == (1, False)
        assert "+++ b/tapes/line.json" in out or "+++ b/line.json" in out
    # Nothing but these two lines stands between the edits.
    quoted = f"'{value}'" if value[0] in "[*" else value
    lines = (
        f"      Authorization:\n      - {quoted}" if listed else f"      Authorization: {quoted}"
    )
    tape.write_text(
        f'interactions:\n- request:\n    body: \'{{"query": "q"}}\'\n    headers:\n{lines}\n'
        + YAML[YAML.index("    method:") :].replace("sesame", quoted)
    )
    code, out, err = run("tapes/one.yaml")
    assert (code, "AR161" in err) == (1, False)
    assert value in out


@pytest.mark.parametrize(
    "value", ["Bearer xxxsesame", "[REDACTED] sesame", "sesame ***", "redacted1"]
)
def test_what_only_begins_as_taken_out_is_a_credential(
    run: Callable[..., Run], folder: Path, value: str
) -> None:
    tape = folder / "tapes" / "one.yaml"
    near = YAML.replace("    method:", f"      X-Auth-Key: '{value}'\n    method:")
    near = near.replace("    uri:", f"    cookie: '{value}'\n    uri:")
    tape.write_text(near)
    code, out, _ = run("tapes")
    assert code == 1
    assert value not in out


def test_what_is_left_makes_the_exit_code(run: Callable[..., Run], folder: Path) -> None:
    (folder / "tapes" / "one.yaml").write_text(YAML.replace('{"query": "q"}', "-"))
    (folder / "tapes" / "broken.yml").write_text("autorag: [")
    code, out, err = run("--write", "tapes")
    assert (code, out) == (1, "")
    assert "tapes/one.yaml:2:1: AR160 finding its request is not JSON" in err
    assert "tapes/broken.yml:2:1: AR150 finding it is not YAML" in err
    assert "left to you: 2 recordings" in err
    assert run("--exit-zero", "-q", "tapes") == (0, "", "")
    assert run("--exclude", "*.y*ml", "tapes")[0] == 0


def test_settings_reach_the_translator(run: Callable[..., Run], folder: Path) -> None:
    assert run("--write", "--absent-max-num-results", "10", "--route", "bare", "tapes")[0] == 0
    text = (folder / "tapes" / "one.yaml").read_text()
    assert '"max_num_results": 10' in text
    assert f"{RAG.partition('/autorag')[0]}/ai-search/instances/docs/search" in text
    assert run("--namespace", "..", "tapes")[0] == 2
    assert run()[0] == 2
    assert run("nowhere")[0] == 2
