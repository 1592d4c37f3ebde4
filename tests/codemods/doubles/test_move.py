"""Tests of users: moved where all of it is understood, else left as they are."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import Options, migrate_tree
from autorag_codemods.doubles.answers import NotUnderstoodError
from autorag_codemods.doubles.move import moved
from autorag_codemods.doubles.plan import _reads_more
from autorag_codemods.engine import run
from autorag_migrate.__main__ import main
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings
from fixture_runs import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs/search"
NEW = (
    "https://api.cloudflare.com/client/v4/accounts/acc/ai-search/namespaces/default/instances/docs"
)
ANSWER = '{"success": True, "result": {"data": []}}'
POST = f"responses.post(URL, json={ANSWER})"
IMPORTS = "import json\nimport app\nimport responses\nfrom unittest import mock\n\n"
HEAD = f'{IMPORTS}URL = "{URL}"\n'


def test_a_url_and_an_answer_move() -> None:
    text = HEAD + f"# autorag\n{POST}  # here\n"
    after = moved(text, {"search"}, DEFAULT_SETTINGS)
    new = 'responses.post(URL, json={"success": True, "result": {"chunks": []}})'
    assert after == f'{IMPORTS}URL = "{NEW}/search"\n# autorag\n{new}  # here\n'
    bare = moved(text, {"search"}, Settings(route="bare"))
    assert "/accounts/acc/ai-search/instances/docs/search" in bare


def test_lines_and_quotes_are_kept() -> None:
    text = (HEAD + f"é = 'x'; {POST}\n").replace("\n", "\r\n")
    after = moved(text, {"search"}, DEFAULT_SETTINGS)
    assert after.count("\r\n") == after.count("\n") == text.count("\n")
    assert "\r\né = 'x'; responses.post(URL, json={\"success\": True, " in after


@pytest.mark.parametrize(
    "line",
    [
        "assert app.titles('q') == [{'filename': 'a.md', 'score': 1}]",
        "assert responses.calls[0].request.url == '" + URL + "'",
        "assert len(responses.calls) == 1",
        "assert responses.calls[0].request.headers['Authorization'] == 'Bearer t'",
        "assert json.loads(responses.calls[0].request.body) == {'query': 'q'}",
        "post.assert_called_once_with('" + URL + "', json={'query': q}, timeout=mock.ANY)",
        "other = {'question': 'q'}; app.handle({'query': 'q'})",
        "responses.post('" + URL + "', body='<html>', status=502)",
        "responses.post('" + URL + "', body=json.dumps(" + ANSWER + "))",
        "post.side_effect = app.requests.ConnectionError('no')",
    ],
)
def test_what_is_understood(line: str) -> None:
    text = HEAD + POST + "\n" + line + "\n"
    after = moved(text, {"search"}, DEFAULT_SETTINGS)
    assert "autorag" not in after
    compile(after, "<test>", "exec")
    own = ("app.titles", "len(", "headers", "other", "side_effect")
    if any(word in line for word in own):
        assert line in after


@pytest.mark.parametrize(
    "line",
    [
        # answers that do not stand in the test
        "responses.post(url, json=answer)",
        "responses.post(url, json=app.load('x'))",
        "responses.post(url, json={**base, 'result': {'data': []}})",
        "responses.post(url, json={'result': {'data': rows}})",
        "responses.post(url, json={'result': {'data': [row for row in rows]}})",
        "RESULT = {'data': []}\nresponses.post(url, json={'success': True, 'result': RESULT})",
        "responses.post(url, json=dict(result=dict(data=[])))",
        "answer = {}\nanswer['result'] = {'data': []}",
        "def test(answer): responses.post(url, json=answer)\nanswer = {'errors': []}",
        "responses.post(url, body=b'{\"result\": {}}')",
        "responses.post(url, body='data: {}')",
        "responses.post(url, json={})",
        "responses.post(url, json={'result': {'response': 'hello'}})",
        "responses.post(url, json={'result': {'data': [{'filename': 'a'}]}})",
        "responses.post(url, json={'result': {'data': [], 'extra': 1}})",
        "responses.post(url, json={'result': {'response': 'x', 'data': []}})",
        # parts of answers
        "app.title({'filename': 'a.md', 'content': []})",
        "ROW = {'filename': 'a.md'}",
        "assert app.titles('q') == ANSWER['result']['data']",
        "ANSWER.get('result')",
        # what was sent
        "assert json.loads(responses.calls[0].request.body)['query'] == 'q'",
        "body = json.loads(responses.calls[0].request.body)",
        "assert json.loads(responses.calls[0].request.body) == EXPECTED",
        "assert json.loads(responses.calls[0].request.body) == {'query': 'q', 'top_k': 1}",
        "assert 'query' in responses.calls[0].request.body",
        "responses.post(url, match=[matchers.json_params_matcher(EXPECTED)])",
        "responses.post(url, match=[matchers.body_matcher('x')])",
        "post.assert_called_once_with(url, json=EXPECTED)",
        "post.assert_called_once_with(url, data=json.dumps({'query': 'q'}))",
        "post.assert_called_once_with(url, {'query': 'q'})",
        "post.assert_called_once_with(url, **expected)",
        "args, kwargs = post.call_args\nassert kwargs['json']['query'] == 'q'",
        "assert url.endswith('/ai-search')",
        "assert re.search('AutoRAG', url)",
        # doubles that are made otherwise
        "responses.add_callback(responses.POST, url, callback=f)",
        "post.side_effect = [one, two]",
        "post.side_effect = fake",
        "mock.patch('app.requests.post', fake)",
        "mock.patch('app.requests.post', new=fake)",
        "mock.patch.object(app.requests, 'post', fake)",
        "monkeypatch.setattr(app.requests, 'post', fake)",
        "app.requests = fake",
        "httpx.MockTransport(handler)",
        "httpx_mock.add_response(json={'errors': []})",
        # other routes and places
        "responses.post('https://x/accounts/a/autorag/rags/docs/ai-search')",
        "responses.patch('https://x/accounts/a/autorag/rags/docs/sync')",
        "URL = 'https://x/accounts/a/autorag/rags/docs'",
        "responses.post(url, json={'result': {'data': []}  # none\n})",
        "x = (",
    ],
)
def test_what_is_not_understood_leaves_all_of_it(line: str) -> None:
    moved(HEAD + POST, {"search"}, DEFAULT_SETTINGS)
    with pytest.raises(NotUnderstoodError):
        moved(HEAD + POST + "\n" + line + "\n", {"search"}, DEFAULT_SETTINGS)


def test_the_answers_of_other_urls_stay() -> None:
    line = 'responses.post("https://example.com/x", json={"result": {"data": [1]}})'
    after = moved(f"{HEAD}{POST}\n{line}\n", {"search"}, DEFAULT_SETTINGS)
    assert line in after


def test_the_route_is_told_by_the_url_beside() -> None:
    chat = URL.replace("/search", "/ai-search")
    told = f'responses.post("{chat}", json={{"result": {{"response": "x", "data": []}}}})'
    after = moved(f"{HEAD}{POST}\n{told}\n", {"search", "ai-search"}, DEFAULT_SETTINGS)
    assert '"content": "x"' in after
    with pytest.raises(NotUnderstoodError, match="which call"):
        moved(f"{HEAD}post.return_value = {ANSWER}", {"search", "ai-search"}, DEFAULT_SETTINGS)


# --- Projects -------------------------------------------------------------------------------------

APP = f"""\
import requests


def titles(query):
    reply = requests.post("{URL}", json={{"query": query}})
    return [row["filename"] for row in reply.json()["result"]["data"]]
"""
TEST = f"""\
import app
import responses

URL = "{URL}"


@responses.activate
def test_titles():
    {POST}
    assert app.titles("q") == []
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "tests").mkdir()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "tests" / "test_app.py").write_text(TEST)
    return tmp_path


def verdicts(path: Path, **options: str) -> tuple[list[str], list[str]]:
    report = migrate_tree(path, Options(**options))  # type: ignore[arg-type]
    return [row.code for row in report.rows], [change.path.name for change in report.changes]


def test_a_module_and_its_test_move_together(project: Path) -> None:
    assert verdicts(project) == (["AR101"], ["app.py", "test_app.py"])


def test_a_test_that_is_not_below_the_given_paths_is_not_edited(project: Path) -> None:
    assert verdicts(project / "app.py") == (["AR132"], [])


def test_a_module_that_does_not_become_native_keeps_its_tests(project: Path) -> None:
    assert verdicts(project, style="bridge") == (["AR132"], [])
    (project / "app.py").write_text(APP + "\n\ndef raw(url, query):\n    return requests.post("
                                    f'"{URL}", json={{"query": query}}).json()\n')  # fmt: skip
    assert verdicts(project)[0] == ["AR132", "AR132"]


def test_a_module_beside_the_given_paths_keeps_what_shares_its_test(project: Path) -> None:
    (project / "tests" / "test_app.py").write_text(TEST.replace("import app", "import app, other"))
    assert verdicts(project)[0] == ["AR101"]
    (project / "src").mkdir()
    (project / "src" / "app.py").write_text(APP)
    (project / "other.py").write_text(APP)
    (project / "app.py").unlink()
    for path in (project / "src", project / "tests"):
        path.joinpath("pyproject.toml").unlink(missing_ok=True)
    report = run([project / "src", project / "tests"], Options())
    assert [row.code for row in report.rows] == ["AR132"]
    assert report.changes == []


def test_one_test_that_is_not_understood_keeps_all(project: Path) -> None:
    (project / "tests" / "test_more.py").write_text(TEST.replace("[]}}", "rows}}"))
    assert verdicts(project) == (["AR132"], [])


@pytest.mark.parametrize("own", ["app.py", "src/app.py", "app/__init__.py", "src/app/__init__.py"])
@pytest.mark.parametrize("test", ["test_app.py", "conftest.py"])
def test_a_test_of_another_project_means_its_own_package(
    project: Path, own: str, test: str
) -> None:
    (project / "tests" / "test_app.py").unlink()
    inner = project / "tools" / "other"
    (inner / "tests").mkdir(parents=True)
    (inner / "tests" / test).write_text(TEST.replace("[]}}", "rows}}"))
    # Its tests have no package of this name, and then it is ours that they import.
    (inner / "setup.py").write_text("")
    assert verdicts(project) == (["AR132"], [])
    (inner / own).parent.mkdir(parents=True, exist_ok=True)
    (inner / own).write_text("")
    assert verdicts(project) == (["AR101"], ["app.py"])
    (inner / "setup.py").unlink()
    assert verdicts(project) == (["AR132"], [])


def test_one_module_keeps_what_shares_its_test(project: Path) -> None:
    (project / "other.py").write_text(APP.replace("return [", "print(reply.text)\n    return ["))
    (project / "tests" / "test_app.py").write_text(TEST.replace("import app", "import app, other"))
    assert verdicts(project) == (["AR132", "AR132"], [])


def test_the_diff_of_a_cassette_shows_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = shutil.copytree(FIXTURES / "doubles" / "wire_vcr", tmp_path / "project")
    (folder / "pyproject.toml").write_text("")
    tape = folder / "cassettes" / "ask.yaml"
    secret = "    headers:\n      Authorization:\n      - sesame\n"
    tape.write_text(tape.read_text().replace("    headers:\n", secret))
    monkeypatch.chdir(folder)
    assert main(["diff"]) == 1
    out, err = capsysbinary.readouterr()
    assert b"+++ b/cassettes/ask.yaml" in out
    assert b"sesame" not in out + err
    tape.write_text(tape.read_text().replace("    body: '{", "    body:   # bearer x\n      '{"))
    assert main(["diff"]) == 1
    out, err = capsysbinary.readouterr()
    assert b"+++ b/app.py" in out
    assert b"ask.yaml" not in out
    assert b"its diff would show a credential, and is left out" in err


def test_a_mock_need_not_have_what_the_new_code_reads() -> None:
    assert not _reads_more("reply.json().get('result')", "reply.json().get('a').get('b')")
    assert _reads_more("reply.json()", "reply.json() if reply.ok else None")


@pytest.mark.parametrize("guard", ["if not data['success']:", "if reply.status_code != 200:"])
def test_a_patched_sender_moves_with_its_answer(project: Path, guard: str) -> None:
    lines = f"    data = reply.json()\n    {guard}\n        return None\n"
    app = APP.replace("    return [", f"{lines}    return [").replace("reply.json()[", "data[")
    (project / "app.py").write_text(app)
    test = f"""\
from unittest import mock
import app


@mock.patch("app.requests.post")
def test_titles(post):
    post.return_value.status_code = 200
    post.return_value.json.return_value = {ANSWER}
    assert app.titles("q") == []
"""
    (project / "tests" / "test_app.py").write_text(test)
    assert verdicts(project) == (["AR101"], ["app.py", "test_app.py"])


def test_what_conftest_does_is_about_every_module(project: Path) -> None:
    (project / "tests" / "conftest.py").write_text("import responses\n\nrows = responses.calls\n")
    assert verdicts(project) == (["AR132"], [])


def test_a_recording_of_two_tests_moves_with_both(project: Path) -> None:
    text = '{"success": true, "result": {"object": "vector_store.search_results.page", "data": []}}'
    (project / "tests" / "data.json").write_text(text)
    named = TEST.replace("import app\n", "import app\n\nNAME = 'tests/data.json'\n", 1)
    (project / "tests" / "test_app.py").write_text(named)
    assert verdicts(project) == (["AR101"], ["app.py", "data.json", "test_app.py"])
    (project / "elsewhere.py").write_text("open('tests/data.json')\n")
    assert verdicts(project) == (["AR132"], [])


BASE = URL.removesuffix("/search")
BOTH = f"""{IMPORTS}BASE = "{BASE}"
FOUND = {{"success": True, "result": {{"data": []}}}}
responses.post(f"{{BASE}}/search", json=FOUND)
responses.post(BASE + "/ai-search", json={{"success": True, "result": {{"response": "x", "data": []}}}})
"""


def test_a_base_and_the_ends_move_and_a_constant_is_for_the_route_that_it_is_used_for() -> None:
    after = moved(BOTH, {"search", "ai-search"}, DEFAULT_SETTINGS)
    assert f'BASE = "{NEW}"\n' in after
    assert 'FOUND = {"success": True, "result": {"chunks": []}}\n' in after
    assert 'f"{BASE}/search", json=FOUND' in after
    assert 'BASE + "/chat/completions"' in after
    assert "autorag" not in after
    compile(after, "<test>", "exec")


@pytest.mark.parametrize(
    "line",
    [
        "print(BASE)",
        "BASE = 'http://other'",
        "responses.post(f'{BASE}/files', json={})",
        "responses.post(f'{BASE}/search/{x}', json=FOUND)",
        "responses.post(BASE + end, json=FOUND)",
    ],
)
def test_a_base_that_is_used_otherwise_does_not_move(line: str) -> None:
    with pytest.raises(NotUnderstoodError):
        moved(f"{BOTH}{line}\n", {"search", "ai-search"}, DEFAULT_SETTINGS)


def test_why_a_test_stays_is_said(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "app.py").write_text(
        f"import requests\n\n\ndef titles(q):\n    answer = requests.post('{URL}', json={{'query': q}})\n"
        "    return [row['filename'] for row in answer.json()['result']['data']]\n"
    )
    (tmp_path / "test_app.py").write_text(
        f"{HEAD}\n\ndef test():\n    responses.post(URL, json=answer)\n"
    )
    (row,) = migrate_tree(tmp_path).rows
    assert row.code == "AR132"
    assert "with responses, and does not move along: " in row.reason
