"""`autorag-migrate translate`: bodies and curl commands from standard input."""

import io
import json
import re
import subprocess

import pytest

from autorag_migrate.__main__ import main
from autorag_migrate.mapping import SETTINGS
from sdk_types import check

LEGACY_URL = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs/ai-search"


@pytest.fixture
def translate(monkeypatch, capsys):
    def run(text, *arguments):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        code = main(["translate", *arguments])
        return (code, *capsys.readouterr())

    return run


def test_a_body_becomes_the_new_one_and_notes_go_to_standard_error(translate):
    code, out, err = translate('{"query": "llamas", "rewrite_query": true}')
    assert code == 0
    assert check(json.loads(out), "chat") == []
    assert err.splitlines()[0].startswith("changed: AR201 rewrite_query")


def test_the_endpoint_and_the_policy_are_options(translate):
    _, out, _ = translate(
        '{"query": "llamas", "system_prompt": "x"}', "--endpoint", "search", "--policy", "adopt"
    )
    assert json.loads(out) == {"messages": [{"role": "user", "content": "llamas"}]}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_open_question_is_an_option(translate, setting):
    option = f"--{setting.name.replace('_', '-')}"
    for value in setting.values:
        shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        assert translate('{"query": "llamas"}', option, shown)[0] == 0
    with pytest.raises(SystemExit) as stopped:
        translate('{"query": "llamas"}', option, "none of these")
    assert stopped.value.code == 2


def test_a_setting_changes_the_body(translate):
    _, out, _ = translate('{"query": "llamas"}', "--absent-score-threshold", "0.4")
    assert json.loads(out)["ai_search_options"]["retrieval"]["match_threshold"] == 0.4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "the body is not JSON"),
        ('{"max_num_results": 5}', "query: it is required"),
        (
            '{"query": "x", "filters": {"type": "or", "filters": [{"type": "gt", "key": "a", "value": 1}]}}',
            "`or`",
        ),
        ("", "it is not a curl command"),
        ("wget https://example.com", "it is not a curl command"),
        ("curl -s", "it has no URL"),
        ("curl https://example.com", "is not a legacy AutoRAG call"),
        (f"curl {LEGACY_URL} -d @body.json", "body.json: give the JSON itself"),
        (f"curl {LEGACY_URL} -d a -d b", "it has several bodies"),
        (f"curl {LEGACY_URL} {LEGACY_URL}", "it has several URLs"),
        (f"curl {LEGACY_URL} --data=x", "as two words"),
        (f"curl -X POST {LEGACY_URL}", "the command has no body"),
        (f"curl {LEGACY_URL} -d", "-d has no value"),
        (f"curl {LEGACY_URL} -d $'{{}}'", "which is not read"),
        (f"""curl {LEGACY_URL} -d '{{"query": "'"$Q"'"}}'""", "mixes quotes"),
        (
            "curl 'https://api.cloudflare.com/client/v4/accounts/'$A'/autorag/rags/d/search' -d x",
            "mixes",
        ),
        ('{"query": "x", "filters": ' + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(translate, text, sentence):
    code, out, err = translate(text)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_namespace_that_is_none(translate):
    assert translate('{"query": "x"}', "--namespace", "a/b")[0] == 2


def test_a_curl_command_keeps_all_but_url_and_body(translate):
    command = (
        'curl -sS -X POST "https://api.cloudflare.com/client/v4/accounts/$ACCOUNT/autorag/rags/docs/search" \\\n'
        '  -H "Authorization: Bearer $TOKEN" -o out.json \\\n'
        "  --data '{\"query\": \"it'\\''s\"}'  # a comment\n"
    )
    code, out, _ = translate(command)
    assert code == 0
    first, second, third = out.split("\\\n")
    assert first == (
        'curl -sS -X POST "https://api.cloudflare.com/client/v4/accounts/$ACCOUNT'
        '/ai-search/namespaces/default/instances/docs/search" '
    )
    assert second == '  -H "Authorization: Bearer $TOKEN" -o out.json '
    assert third.startswith('  --data \'{"messages": [{"role": "user", "content": "it\'\\\'\'s"}]')
    assert third.endswith("  # a comment\n")


def test_the_new_command_works_in_a_shell(translate, tmp_path):
    """A shell hands curl the URL and the body that were meant."""
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    curl.chmod(0o755)
    body = {"query": 'it\'s $5 \\ "quoted" `x` é', "stream": False}
    quoted = "'" + json.dumps(body, ensure_ascii=False).replace("'", "'\\''") + "'"
    _, out, _ = translate(f"curl {LEGACY_URL} -d {quoted}\n")
    done = subprocess.run(
        ["sh", "-c", out],
        env={"PATH": f"{tmp_path}:/bin:/usr/bin"},
        capture_output=True,
        check=True,
    )
    url, flag, sent, _ = done.stdout.decode().split("\0")
    assert url.endswith(
        "/accounts/acc/ai-search/namespaces/default/instances/docs/chat/completions"
    )
    assert flag == "-d"
    assert json.loads(sent)["messages"] == [{"role": "user", "content": body["query"]}]


def test_what_follows_the_command_stays(translate):
    _, out, _ = translate(f'curl {LEGACY_URL} -d \'{{"query": "a; b | c"}}\' | jq . > out.json\n')
    assert out.endswith(" | jq . > out.json\n")
    assert '"content": "a; b | c"' in out


def test_double_quotes_and_variables_stay(translate):
    command = f'curl --url "{LEGACY_URL}" --json "{{\\"query\\": \\"$QUESTION\\"}}"'
    _, out, _ = translate(command, "--route", "bare", "--policy", "adopt")
    assert (
        '"https://api.cloudflare.com/client/v4/accounts/acc/ai-search/instances/docs/chat/completions"'
        in out
    )
    assert '\\"content\\": \\"$QUESTION\\"' in out


def shell(command, tmp_path, **environment):
    """The words that a shell hands to curl."""
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    curl.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", command],
        env={"PATH": f"{tmp_path}:/bin:/usr/bin", **environment},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\0")[:-1]


def test_operators_in_double_quotes_are_no_variables(translate, tmp_path):
    body = r"{\"query\": \"$Q\", \"filters\": {\"type\": \"gte\", \"key\": \"folder\", \"value\": \"${F}\"}}"
    _, out, _ = translate(f'curl {LEGACY_URL} -d "{body}"')
    sent = json.loads(shell(out, tmp_path, Q="llamas", F="guides/")[-1])
    assert sent["messages"][0]["content"] == "llamas"
    assert sent["ai_search_options"]["retrieval"]["filters"] == {"folder": {"$gte": "guides/"}}


@pytest.mark.parametrize(
    "options", ["-XPOST -d{body}", "-sSX POST -d {body}", "-sd {body}", "-X POST --json {body}"]
)
def test_short_options_may_be_joined(translate, tmp_path, options):
    quoted = """'{"query": "llamas"}'"""
    _, out, _ = translate(f"curl {options.format(body=quoted)} {LEGACY_URL}\necho done\n")
    assert out.endswith("\necho done\n")
    *_, url = shell(out.removesuffix("\necho done\n"), tmp_path)
    assert url.endswith("/chat/completions")
    assert '"messages": [{"role": "user", "content": "llamas"}]' in out


def test_a_joined_method_changes(translate):
    _, out, _ = translate(f"curl -sXPATCH {LEGACY_URL.removesuffix('ai-search')}sync")
    assert out.startswith("curl -sXPOST ")
    assert out.endswith("/jobs")


def test_the_list_is_translated_with_its_note(translate):
    _, out, err = translate("curl https://api.cloudflare.com/client/v4/accounts/a/autorag/rags")
    assert out.endswith("/ai-search/namespaces/default/instances")
    assert err.startswith("changed: AR238 list: ")


def test_what_cannot_be_written_in_utf_8_is_escaped(translate):
    _, out, _ = translate('{"query": "\\ud800"}')
    assert json.loads(out)["messages"][0]["content"] == "\ud800"


def test_nothing_on_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", None)
    assert main(["translate"]) == 2
    assert "not a curl command" in capsys.readouterr().err


def test_a_url_that_is_not_ours_is_not_shown_whole(translate):
    _, _, err = translate("curl 'https://user:secret@example.com/accounts/a/x?token=hidden' -d x")
    assert "/accounts/a/x" in err
    assert not {"secret", "hidden", "user"} & set(re.findall(r"\w+", err))


def test_a_bare_url_with_a_variable_stays_bare(translate):
    _, out, _ = translate(
        'curl $BASE/accounts/${ACC}/autorag/rags/docs/search -d \'{"query": "x"}\''
    )
    assert out.startswith(
        "curl $BASE/accounts/${ACC}/ai-search/namespaces/default/instances/docs/search -d '"
    )


def test_a_management_call_changes_its_method(translate):
    _, out, _ = translate(
        "curl -X PATCH https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/sync"
    )
    assert out == (
        "curl -X POST https://api.cloudflare.com/client/v4/accounts/a/ai-search/namespaces/default/instances/docs/jobs"
    )
