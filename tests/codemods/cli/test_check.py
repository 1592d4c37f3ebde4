"""`autorag-migrate check`: what it prints, and what it exits with."""

import json
from pathlib import Path

import pytest

from autorag_codemods.options import Options
from autorag_migrate.mapping import SETTINGS

ALL = ("native", "bridged", "done", "manual", "kept", "read", "file")


def test_nothing_found(engine, project, run):
    assert run("check") == (0, "no legacy calls in 7 Python files\n", "")
    (asked,) = engine.asked
    assert asked == ((Path(),), asked[1], (), None)
    assert asked[1].style == "auto"


def test_the_ledger_goes_to_standard_output(engine, report_of, run):
    engine.report = report_of(*ALL)
    code, out, err = run("check")
    assert (code, err) == (1, "")
    assert out.startswith("a.py\n  1:1  native")
    assert "5 sites: 1 native, 2 bridged (1 done), 1 manual, 1 kept\n" in out
    assert 'pip install "autorag-migrate[requests]"' in out
    assert "sent here" not in out


def test_every_format(engine, report_of, run):
    engine.report = report_of(*ALL)
    concise = run("check", "--output-format", "concise")
    assert len(concise[1].splitlines()) == 7
    assert "5 sites" in concise[2]
    assert run("check", "--output-format", "concise", "--quiet")[1:] == (concise[1], "")
    document = run("check", "--output-format", "json")
    assert json.loads(document[1])["summary"]["sites"] == 5
    assert document[2] == ""
    assert "| `a.py:1:1` | native |" in run("check", "--output-format=markdown")[1]


@pytest.mark.parametrize("form", ["terminal", "concise", "markdown"])
def test_the_evidence_is_shown_when_it_is_asked_for(engine, report_of, run, form):
    engine.report = report_of("native")
    assert "sent here" in run("check", "--explain-verdict", "--output-format", form)[1]


def test_quiet_leaves_the_summary_out(engine, report_of, run):
    assert run("check", "-q") == (0, "", "")
    engine.report = report_of("native")
    code, out, err = run("check", "-q")
    assert (code, err) == (1, "")
    assert "1 site" not in out


@pytest.mark.parametrize(
    ("found", "fail_on", "code"),
    [
        ("native", [], 1),
        ("bridged", [], 1),
        ("manual", [], 1),
        ("file", [], 1),
        ("done", [], 0),
        ("kept", [], 0),
        ("read", [], 0),
        ("native", ["native"], 1),
        ("native", ["manual,bridged"], 0),
        ("native", ["manual", "native"], 1),
        ("bridged", ["bridged"], 1),
        ("done", ["bridged"], 1),
        ("done", ["any"], 1),
        ("done", ["open"], 0),
        ("read", ["findings"], 1),
        ("file", ["findings"], 1),
        ("manual", ["findings"], 0),
        ("kept", ["any"], 0),
        ("read", ["any"], 1),
    ],
)
def test_what_makes_the_exit_code_1(engine, report_of, run, found, fail_on, code):
    engine.report = report_of(found)
    options = [f"--fail-on={each}" for each in fail_on]
    assert run("check", *options)[0] == code
    assert run("check", *options, "--exit-zero")[0] == 0


def test_every_option_reaches_the_engine(engine, project, run):
    (project / "src").mkdir()
    code, _, err = run(
        *("check", "src", "a.py", "--style", "bridge", "--policy", "adopt", "--route", "bare"),
        *("--namespace", "mine", "--select", "ar1,AR205", "--select", "AR150", "--ignore", "AR12"),
        *("--exclude", "tests/", "--exclude", "*.gen.py", "--jobs", "3"),
        *("--absent-max-num-results", "10", "--stream-done", "no", "--root-folder", "/"),
        "--with-configuration",
    )
    assert (code, err) == (0, "")
    paths, options, exclude, jobs = engine.asked[0]
    assert paths == (Path("src"), Path("a.py"))
    assert exclude == ("tests/", "*.gen.py")
    assert jobs == 3
    settings = {setting.name: setting.default for setting in SETTINGS}
    settings |= {"absent_max_num_results": 10, "stream_done": False, "root_folder": "/"}
    assert options == Options(
        *("bridge", "adopt", "bare", "mine", settings, ("AR1", "AR205", "AR150"), ("AR12",)),
        with_configuration=True,
    )


def test_every_value_of_every_setting_is_taken(engine, project, run):
    for setting in SETTINGS:
        for value in setting.values:
            shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
            code, _, err = run("check", f"--{setting.name.replace('_', '-')}", shown)
            assert (code, err) == (0, "")
            taken = engine.asked[-1][1].setting(setting.name)
            assert (type(taken), taken) == (type(value), value)
    assert run("check")[0] == 0
    assert engine.asked[-1][1].settings == {each.name: each.default for each in SETTINGS}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "Path 'nowhere' does not exist"),
        (["--style", "best"], "'best' is not one of"),
        (["--namespace", "a/b"], "'a/b' is not the name of a namespace"),
        (["--select", "AR999"], "no rule has the code 'AR999'"),
        (["--ignore", "E501"], "no rule has the code 'E501'"),
        (["--fail-on", "everything"], "'everything' is not one of open, native"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--absent-max-num-results", "11"], "'11' is not one of instance, 10"),
        (["--no-such-option"], "--no-such-option"),
        (["--output-format", "xml"], "'xml' is not one of"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(engine, project, run, arguments, sentence):
    code, out, err = run("check", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("autorag-migrate check: ")
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert not engine.asked


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied", "a.py"), "a.py: Permission denied"),
        (OSError("the disk is gone"), "the disk is gone"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_a_run_that_fails(engine, project, run, error, sentence):
    engine.report = error
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert err.strip().splitlines()[-1] == f"autorag-migrate check: {sentence}"


def test_an_error_of_our_own_is_not_a_finding_and_does_not_quote_the_program(engine, project, run):
    engine.report = KeyError("TOKEN = 'secret'")
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert "KeyError: this is an error of autorag-migrate's own" in err
    assert "conftest.py" in err  # where it happened
    assert "secret" not in err


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "colored"),
    [
        ("auto", {}, False, False),
        ("auto", {}, True, True),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("never", {}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
    ],
)
@pytest.mark.parametrize("command", ["check", "diff"])
def test_colours(
    engine, report_of, run, monkeypatch, choice, environment, terminal, colored, command
):
    engine.report = report_of("native")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    _, out, err = run(command, "--color", choice)
    assert ("\x1b[" in out) == colored
    assert "\x1b[" not in err


def test_a_terminal_gives_its_width(engine, report_of, run, monkeypatch):
    engine.report = report_of("manual")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    lines = run("check", "--color", "never")[1].splitlines()
    assert max(map(len, lines[:2])) <= 40
