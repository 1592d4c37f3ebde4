"""Curl commands in docs and scripts: the least that must change, and a reason for what stays."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autorag_codemods.options import Options
from autorag_migrate.emulator import Document, Emulator

URL = "https://api.cloudflare.com/client/v4/accounts/$A/autorag/rags/docs/search"
NEW = "https://api.cloudflare.com/client/v4/accounts/$A/ai-search/namespaces/default/instances/docs/search"
BODY = (
    '{"messages": [{"role": "user", "content": "x"}], "ai_search_options": '
    '{"retrieval": {"retrieval_type": "vector", "return_on_failure": false}, '
    '"reranking": {"enabled": false}, "query_rewrite": {"enabled": false}}}'
)
CALL = f'curl "{URL}" -d \'{{"query": "x"}}\''
DONE = f"curl \"{NEW}\" -d '{BODY}'"


@pytest.mark.parametrize(
    "around",
    [
        "{}\n",
        "set -e\n{}\necho done\n",
        "{} | jq\n",
        "{} | jq '.' && echo ok\n",
        "{} >/dev/null 2>&1\n",
        "{} || exit 1\n",
        "if true; then\n  {}\nfi\n",
        "# {}\n",
        "ask() {{\n  date\n}}\n{}\n",
        "{} # why\n",
        "cat <<EOF\nx\nEOF\n{}\n",
        "{}",
    ],
)
def test_a_command_of_a_script(rewritten, around):
    new, said = rewritten("ask.sh", around.format(CALL))
    assert new == around.format(DONE)
    assert said == [
        "a curl command, rewritten by --docs; AR204 ranking_options.score_threshold; AR215 max_num_results"
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.sh", f"X=$({CALL})\n", "its answer is read by the script"),
        ("a.sh", f"X=$({CALL} )\n", "its answer is read by the script"),
        ("a.sh", f"X=$(\n  {CALL}\n)\n", "its answer is read by the script"),
        ("a.sh", f"X=`{CALL} `\n", "its answer is read by the script"),
        ("a.sh", f"{CALL} | jq .result\n", "its answer is read by what follows"),
        ("a.sh", f"{CALL} \\\n  | jq .result\n", "its answer is read by what follows"),
        ("a.sh", f"{CALL} > answer.json\n", "its answer is read by what follows"),
        ("a.sh", f"{CALL} -o answer.json\n", "its answer is kept in a file"),
        ("a.sh", f"{CALL}\njq .result.data answer.json\n", "the script reads answers"),
        ("a.sh", f"ask() {{\n  {CALL}\n}}\nask\n", "it is in a function, whose answer may be read"),
        ("a.sh", f"curl -G {URL} -d x=1\n", "it sends its body as a query"),
        ("a.sh", f"X=$(retry {CALL} )\n", "several URLs"),
        ("a.sh", f"X=$(retry {CALL}\n)\n", "its answer is read by the script"),
        ("a.sh", f"curl {URL} -d @body.json\n", "its body is in a file"),
        ("a.sh", f"curl {URL} -d '{{\"query\": \"'$Q'\"}}'\n", "a word of it mixes quotes"),
        ("a.sh", f"curl {URL} -d '{{\"query\": $Q}}'\n", "its body is no JSON"),
        ("a.sh", f"curl {URL} -d $'{{}}'\n", "it is quoted with $'…'"),
        ("a.sh", f"curl {URL} --data-urlencode x -d y\n", "several URLs"),
        ("a.sh", f"curl {URL}\n", "it is not understood as a curl command"),
        ("a.sh", f"curl {URL} -X POST\n", "it has no body"),
        (
            "a.sh",
            f'curl {URL} -d \'{{"query": "x"}}\' -H \'it is open\n',
            "an option that is not known",
        ),
        ("a.sh", f"curl {URL} -d '{{\"query\": 5}}'\n", "the new API cannot be asked this"),
        (
            "a.sh",
            f"curl {URL.removesuffix('/docs/search')}\n",
            "the shape of its answer is not public",
        ),
        ("a.sh", f"wget {URL}\n", "it is no part of a curl command"),
        ("a.sh", f"URL={URL}\ncurl $URL\n", "it is no part of a curl command"),
        ("a.sh", f"curl https://example.com; X={URL}\n", "it is not the URL of a curl command"),
        ("a.fish", f"{CALL}\n", "it is a script of another kind"),
        ("Makefile", f"x:\n\t{CALL}\n", "it is a script of another kind"),
        ("a.md", f"{CALL}\n", "it stands in no block of code"),
        ("a.md", f"```js\n{CALL}\n```\n", "it is in a block of another language"),
        ("a.md", f'```console\n$ {CALL}\n{{"success": true}}\n```\n', "the page shows its answer"),
        ("a.md", f"```console\n$ date\n{CALL}\n```\n", "it is output and no command"),
        ("a.sh", f"cat <<'EOF'\n{CALL}\nEOF\n", "it is text of a here-document"),
        ("a.sh", f"# autorag-migrate: keep -- why\n{CALL}\n", None),
        ("a.md", f"```sh\n{CALL}\n", "it stands in no block of code"),
        ("a.html", f"<pre>{CALL}</pre>\n", "it stands in no block of code"),
    ],
)
def test_what_is_left_and_why(rewritten, name, text, reason):
    new, said = rewritten(name, text)
    assert new == text
    if reason is None:
        assert said == []
    else:
        assert reason in said[0].partition("; left: ")[2], said


@pytest.mark.parametrize(
    "page",
    [
        "```bash\n{}\n```\n",
        "~~~sh\n{}\n~~~\n",
        "```console\n$ {}\n$ date\n```\n",
        "````\n{}\n````\n",
        '1. First\n\n   ```sh title="x"\n   {}\n   ```\n',
        "Do:\n\n    {}\n\nThen.\n",
        "Do `{}` now.\n",
        "Do ``{}`` now.\n",
        "> ```\n> x\n> ```\n\n```sh\n{}\n```",
    ],
)
def test_blocks_of_markdown(rewritten, page):
    new, _ = rewritten("a.md", page.format(CALL))
    assert new == page.format(DONE)


@pytest.mark.parametrize(
    "page",
    [
        "Do::\n\n  {}\n\nEnd.\n",
        ".. code-block:: bash\n   :linenos:\n\n   date\n   {}\n\nEnd.\n",
        ".. code:: sh\n\n\t{}\n",
        "Do ``{}`` now.\n",
    ],
)
def test_blocks_of_restructured_text(rewritten, page):
    new, _ = rewritten("a.rst", page.format(CALL))
    assert new == page.format(DONE)


def test_a_body_of_several_lines_keeps_its_layout(rewritten):
    text = f"""- item

  ```sh
  curl -X POST {URL} \\
    -H "Authorization: Bearer $T" \\
    --data '{{
        "query": "x"
    }}'
  ```
"""
    new, _ = rewritten("a.md", text)
    lines = new.split("\n")
    assert lines[3:7] == [
        f"  curl -X POST {NEW} \\",
        '    -H "Authorization: Bearer $T" \\',
        "    --data '{",
        '        "messages": [',
    ]
    assert lines[-3:] == ["    }'", "  ```", ""]


def test_newlines_stay(rewritten):
    text = f'```sh\ncurl {URL} -d \'{{\n  "query": "x"\n}}\'\n```\n'.replace("\n", "\r\n")
    new, _ = rewritten("a.md", text)
    assert new.startswith(f'```sh\r\ncurl {NEW} -d \'{{\r\n  "messages": [\r\n    {{\r\n')
    assert "\n" not in new.replace("\r\n", "")


def test_variables_and_quotes_stay(rewritten):
    text = f'curl -XPOST "{URL}" -d "{{\\"query\\": \\"$Q ${{R}}\\"}}"\n'
    new, _ = rewritten("a.sh", text)
    assert new.startswith(f'curl -XPOST "{NEW}" -d "{{\\"messages\\"')
    assert '\\"content\\": \\"$Q ${R}\\"' in new


def test_letters_stay_and_what_is_no_letter_stays_an_escape(rewritten):
    for query, written in (("ü\u2028", "ü\u2028"), ("\\ud800", "\\ud800")):
        new, _ = rewritten("a.sh", f'curl {URL} -d \'{{"query": "{query}"}}\'\n')
        assert f'"content": "{written}"' in new


def test_the_options_are_those_of_the_run(rewritten):
    new, _ = rewritten("a.sh", f"{CALL}\n", Options(policy="adopt", route="bare"))
    bare = "https://api.cloudflare.com/client/v4/accounts/$A/ai-search/instances/docs/search"
    body = '{"messages": [{"role": "user", "content": "x"}]}'
    assert new == f"curl \"{bare}\" -d '{body}'\n"


def test_a_file_that_is_not_utf_8_is_left(tmp_path):
    from autorag_codemods.engine import run
    from autorag_codemods.options import DEFAULT_OPTIONS
    from autorag_codemods.snippets import rewrite_snippets

    (tmp_path / "a.sh").write_bytes(b"# caf\xe9\n" + CALL.encode())
    report = run([tmp_path], DEFAULT_OPTIONS)
    rewrite_snippets(report, DEFAULT_OPTIONS)
    assert report.changes == []
    assert report.open_traces[0].text.endswith("left: the file is not UTF-8")


# Against the emulator, with the curl that people have

SCRIPT = """\
#!/bin/sh
curl -sS -X POST "$CLOUDFLARE_API_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID/autorag/rags/docs/search" \\
  -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d "{
    \\"query\\": \\"$QUESTION\\",
    \\"max_num_results\\": 2,
    \\"filters\\": {\\"type\\": \\"eq\\", \\"key\\": \\"folder\\", \\"value\\": \\"animals/\\"}
  }"
"""


def asked(script, emulator):
    emulator.clear_log()
    environment = {
        **os.environ,
        **emulator.environment(),
        "NO_PROXY": "127.0.0.1",
        "QUESTION": "What can llamas carry?",
    }
    done = subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, check=True, timeout=60
    )
    (entry,) = emulator.log
    return done.stdout, entry


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize("name", ["ask.sh", "page.md"])
def test_a_command_is_answered_the_same_before_and_after(rewritten, name):
    wrapped = "```sh\n{}```\n" if name == "page.md" else "{}"
    documents = [
        Document("animals/llama.md", "Llamas can carry three drinks."),
        Document("guides/llama.md", "What can llamas carry? Ask the office."),
    ]
    with Emulator(documents, instance="docs") as emulator:
        before, legacy = asked(SCRIPT, emulator)
        new, _ = rewritten(name, wrapped.format(SCRIPT))
        script = new.removeprefix("```sh\n").removesuffix("```\n")
        assert script != SCRIPT
        after, entry = asked(script, emulator)
    assert (legacy.api, entry.api, entry.defects) == ("legacy", "new", [])
    old, new_answer = json.loads(before), json.loads(after)
    rows = [(row["filename"], row["score"]) for row in old["result"]["data"]]
    assert rows
    assert [
        (chunk["item"]["key"], chunk["score"]) for chunk in new_answer["result"]["chunks"]
    ] == rows


WORDS = st.sampled_from(
    ["-s", "-sS", "-H 'A: b c'", '-H "A: $B"', "--retry 2", "-m 5", "\\\n ", "--fail", "-X POST"]
)
BODIES = st.sampled_from(
    [
        '-d \'{"query": "it is"}\'',
        '--data "{\\"query\\": \\"$Q\\"}"',
        '--data-raw \'{\n  "query": "x"\n}\'',
        "-d{}",
        '--json \'{"query":"ü"}\'',
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(WORDS, max_size=4, unique=True), BODIES, st.sampled_from(["'", '"', ""]))
def test_every_other_word_stays(rewritten, words, body, quote):
    text = f"curl {' '.join(words)} {quote}{URL}{quote} {body}\n"
    new, said = rewritten("a.sh", text)
    if not said[0].startswith("a curl command, rewritten"):
        assert new == text
        assert body == "-d{}"
        return
    before, after = (shlex.split(each.replace("\\\n", "")) for each in (text, new))
    assert len(before) == len(after)
    changed = [old for old, each in zip(before, after, strict=True) if old != each]
    assert len(changed) == 2
    assert changed[0] == URL
    assert "query" in changed[1]
