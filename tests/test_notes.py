"""How a user hears of what a translation changed."""

import asyncio
import logging
import subprocess
import sys
import textwrap
import threading
import warnings

import pytest

from autorag_migrate import notes
from autorag_migrate.errors import NoteError
from autorag_migrate.mapping import NOTES
from autorag_migrate.notes import MigrationWarning, deliver, note
from autorag_migrate.settings import Settings
from autorag_migrate.translate import request_to_new

INFO, CHANGED, LOST = note("AR204", "a"), note("AR201", "b"), note("AR202", "c")


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch):
    monkeypatch.setattr(notes, "_seen", set())


@pytest.fixture
def run(tmp_path):
    """Run a script as a user does, and give back what it says."""

    def run_script(source, *flags):
        script = tmp_path / "app.py"
        script.write_text(textwrap.dedent(source), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *flags, str(script)], capture_output=True, text=True, check=False
        )
        return script, done

    return run_script


# --- a note ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", NOTES)
def test_a_note_is_the_row_of_its_code(code):
    made = note(code, "field")
    assert made == (code, NOTES[code].severity, "field", NOTES[code].text)
    assert str(made) == f"{code} field: {NOTES[code].text}"


def test_a_note_may_be_about_no_field_and_have_a_detail():
    assert str(note("AR231")) == f"AR231 {NOTES['AR231'].text}"
    assert note("AR230", "query", "it is required").text.endswith("translated (it is required)")


def test_a_code_that_is_none_is_an_error():
    with pytest.raises(KeyError):
        note("AR999")


def test_an_absent_threshold_only_informs():
    (owed,) = request_to_new("search", {"query": "q", "max_num_results": 1}).notes
    assert (owed.code, owed.severity) == ("AR204", "info")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deliver([owed], "warn")
    deliver([owed], "strict")


# --- the policies --------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["quiet", "warn", "strict"])
def test_the_listener_hears_all_whatever_the_policy(policy):
    heard = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            deliver([INFO, CHANGED, LOST], policy, heard.append)
    except NoteError:
        assert policy == "strict"
    assert heard == [INFO, CHANGED, LOST]


@pytest.mark.parametrize("policy", ["quiet", "warn", "strict"])
@pytest.mark.parametrize("nothing", [[], [INFO]])
def test_without_a_change_or_a_loss_nobody_is_disturbed(policy, nothing, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deliver(nothing, policy)
    assert caplog.records == []


def test_quiet_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deliver([CHANGED, LOST], "quiet")


def test_strict_raises_what_is_grave_and_only_that():
    with pytest.raises(NoteError) as caught:
        deliver(iter([INFO, CHANGED, LOST]), "strict")
    assert caught.value.notes == (CHANGED, LOST)
    assert str(caught.value) == f"{CHANGED}; {LOST}"


def test_warn_warns_of_each_change_and_loss():
    with pytest.warns(MigrationWarning) as caught:
        deliver([INFO, CHANGED, LOST], "warn")
    assert [str(each.message) for each in caught] == [str(CHANGED), str(LOST)]
    assert {each.filename for each in caught} == {__file__}


def test_warn_warns_once_for_each_call_site():
    def call_thrice():
        for _ in range(3):
            deliver([CHANGED], "warn")
            deliver([CHANGED, LOST], "warn")

    with pytest.warns(MigrationWarning) as caught:
        call_thrice()
    assert len(caught) == 3
    assert len({each.lineno for each in caught}) == 2


def test_the_memory_of_call_sites_is_bounded(monkeypatch):
    monkeypatch.setattr(notes, "_SEEN_LIMIT", 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for field in "abcde":
            deliver([note("AR201", field)], "warn")
            assert len(notes._seen) <= 2


def test_a_warning_that_would_raise_is_logged_instead(caplog):
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING, "autorag_migrate"):
        warnings.simplefilter("error")
        deliver([CHANGED, LOST], "warn")
    assert [record.name for record in caplog.records] == ["autorag_migrate"] * 2
    assert str(CHANGED) in caplog.records[0].getMessage()
    assert __file__ in caplog.records[0].getMessage()


def test_a_caller_that_cannot_be_found_does_not_matter(monkeypatch):
    monkeypatch.setattr(notes, "_LIBRARIES", _Everything())
    with pytest.warns(MigrationWarning) as caught:
        deliver([CHANGED], "warn")
    assert caught[0].filename == "<unknown>"


class _Everything:
    def __contains__(self, name):
        return True


# --- the caller's line -------------------------------------------------------------------------

APP = """
    from autorag_migrate.translate import Bridge

    bridge = Bridge()
    url = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/r/search"

    def ask():
        call = bridge.match("POST", url)
        return bridge.open(call, (), b'{"query": "q", "rewrite_query": true}')  # here

    ask()
    ask()
    print(ask().legacy)
"""


def test_the_warning_points_at_the_callers_line_once(run):
    script, done = run(APP)
    assert done.returncode == 0
    lines = script.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "# here" in text)
    assert done.stderr.count("MigrationWarning") == 1
    assert done.stderr.startswith(f"{script}:{line}: MigrationWarning: AR201 rewrite_query: ")
    assert lines[line - 1].strip() in done.stderr
    assert "autorag_migrate" not in done.stderr


@pytest.mark.parametrize("flag", ["error", "error::UserWarning"])
def test_a_note_does_not_break_a_program_that_turns_warnings_into_errors(run, flag):
    script, done = run(APP, "-W", flag)
    assert (done.returncode, done.stdout) == (0, "False\n")
    # Where no logging is set up, Python prints warnings as they are.
    assert done.stderr.count("AR201") == 1
    assert done.stderr.startswith(f"{script}:")


def test_warnings_can_be_switched_off(run):
    _, done = run(APP, "-W", "ignore::UserWarning")
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


def test_frames_of_libraries_in_between_are_passed_over(run):
    script, done = run(
        """
        import sys, types
        from autorag_migrate.notes import deliver, note

        library = types.ModuleType("httpx._client")
        exec(
            compile("def send(deliver, notes): deliver(notes, 'warn')", "httpx.py", "exec"),
            library.__dict__,
        )

        def mine():
            library.send(deliver, [note("AR201")])  # here

        mine()
        """
    )
    lines = script.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "# here" in text)
    assert done.stderr.startswith(f"{script}:{line}: MigrationWarning: AR201 ")


def test_a_module_whose_name_only_begins_like_a_library_is_a_caller(run):
    _, done = run(
        """
        import types
        from autorag_migrate.notes import deliver, note

        module = types.ModuleType("httpx_tools")
        exec(compile("def send(deliver, notes): deliver(notes, 'warn')", "tools.py", "exec"),
             module.__dict__)
        module.send(deliver, [note("AR201")])
        """
    )
    assert done.stderr.startswith("tools.py:1: MigrationWarning: AR201 ")


def test_the_default_policy_warns():
    assert Settings().notes == "warn"


def test_a_thread_or_a_task_of_its_own_has_no_line(monkeypatch):
    """The line of whoever waits for it would send a reader to the wrong place."""
    monkeypatch.setattr("autorag_migrate.notes._seen", set())

    library = {"__name__": "httpx", "deliver": deliver, "owed": CHANGED}
    exec("async def send():\n    deliver([owed], 'warn')", library)

    async def within_a_task():
        await asyncio.create_task(library["send"]())

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(within_a_task())
    assert [each.filename for each in caught] == ["<unknown>"]

    monkeypatch.setattr("autorag_migrate.notes._seen", set())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=deliver, args=([CHANGED], "warn"))
        thread.start()
        thread.join()
    assert [each.filename for each in caught] == ["<unknown>"]
