"""The command's entry: what it prints, and what it exits with."""

import subprocess
import sys

import pytest

import autorag_migrate
from autorag_migrate.__main__ import _CODEMODS, _COMMANDS, main


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"autorag-migrate {autorag_migrate.__version__}\n"


def test_help_teaches_by_example(capsys):
    assert main(["--help"]) == 0
    assert "examples:" in capsys.readouterr().out


def test_no_command_is_a_failure(capsys):
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("usage:")


def test_an_unknown_command(capsys):
    assert main(["migrate"]) == 2
    assert capsys.readouterr().err == (
        "autorag-migrate: there is no command 'migrate'; see autorag-migrate --help\n"
    )


@pytest.mark.parametrize(
    ("missing", "arguments", "extra"),
    [
        ("uvicorn", ["emulate"], "autorag-migrate[server]"),
        ("starlette", ["emulate"], "autorag-migrate[server]"),
    ],
)
def test_a_missing_part_is_one_sentence_that_names_the_extra(missing, arguments, extra):
    program = (
        f"import sys; sys.modules[{missing!r}] = None; "
        f"from autorag_migrate.__main__ import main; sys.exit(main({arguments!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert extra in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_codemods_without_their_extra(monkeypatch, capsys):
    monkeypatch.setattr("autorag_codemods.find_spec", lambda name: None)
    assert main(["check", "."]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("autorag-migrate: check needs")
    assert "autorag-migrate[codemods]" in line


@pytest.mark.parametrize("missing", ["libcst", "click", "rich"])
def test_the_codemods_name_their_extra_whatever_is_missing(missing, monkeypatch, capsys):
    monkeypatch.setattr("autorag_codemods.find_spec", lambda name: name != missing or None)
    assert main(["explain"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "autorag-migrate: explain needs the codemods: pip install 'autorag-migrate[codemods]'"
    )


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in (*_COMMANDS, *_CODEMODS):
        assert f"\n  {name} " in text


def test_the_entry_loads_the_standard_library_only():
    program = (
        "import sys; before = set(sys.modules); from autorag_migrate.__main__ import main; "
        "main(['--version']); "
        "print({n.partition('.')[0] for n in set(sys.modules) - before} "
        "- set(sys.stdlib_module_names) - {'autorag_migrate'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1] == "set()"
