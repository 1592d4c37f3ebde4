"""Help that teaches by example, `explain`, and what is loaded for it."""

import re
import shlex
import subprocess
import sys

import pytest

from autorag_codemods.rules import RULES, codes, explanation
from autorag_migrate.mapping import SETTINGS

COMMANDS = ("check", "diff", "apply", "explain", "cassettes")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_has_examples(run, command, flag):
    code, out, err = run(command, flag)
    assert (code, err) == (0, "")
    assert f"Usage: autorag-migrate {command}" in out
    assert f"\nexamples:\n  autorag-migrate {command}" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_help_explains_the_exit_codes_and_every_setting(run, command):
    out = run(command, "--help")[1]
    assert "Exit code: 0 " in out
    for setting in SETTINGS:
        assert f"--{setting.name.replace('_', '-')} " in out
    assert ("--output-format" in out) == (command != "diff")
    assert ("--allow-dirty" in out) == (command == "apply")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_are_taken(engine, project, run, command):
    (project / "src").mkdir()
    for name in ("tests/cassettes/search.yaml", "tests/data/answer.json"):
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text("{}")
    examples = re.findall(r"^  autorag-migrate (.*)$", run(command, "--help")[1], re.MULTILINE)
    assert len(examples) >= 3
    for example in examples:
        arguments = shlex.split(re.split(r"\s{2,}|[|>&]", example)[0])
        code, _, err = run(*arguments)
        assert code == 0, err


@pytest.mark.parametrize("code", codes())
def test_every_code_is_explained(run, code):
    assert run("explain", code) == (0, explanation(code), "")


def test_a_rule_is_found_by_its_name_and_in_any_case(run):
    assert run("explain", "Answer-Escapes") == run("explain", "ar110")


def test_all_codes_are_listed(run):
    code, out, err = run("explain")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == codes()
    assert all(rule.summary in out for rule in RULES.values())


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AR1100", "did you mean AR"),
        ("answer-escape", "did you mean answer-escapes?"),
        ("???", "autorag-migrate explain lists them"),
    ],
)
def test_no_such_code(run, code, hint):
    status, out, err = run("explain", code)
    assert (status, out) == (2, "")
    assert f"there is no rule {code!r}; " in err
    assert hint in err


def loaded(cwd, *arguments, engine=""):
    program = (
        "import sys, types\n"
        f"{engine}\n"
        "from autorag_migrate.__main__ import main\n"
        f"code = main({list(arguments)!r})\n"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    return int(code), set(modules), done.stdout


STUB = (
    "from autorag_codemods.report.model import Report\n"
    "engine = sys.modules['autorag_codemods.engine'] = types.ModuleType('engine')\n"
    "engine.run = lambda *a, **k: Report(searched=1)"
)
HEAVY = {"libcst", "rich", "httpx", "pydantic", "asyncio"}


@pytest.mark.parametrize("arguments", [["check"], ["diff"], ["apply"], ["explain", "AR110"]])
def test_finding_nothing_loads_nothing_heavy(tmp_path, arguments):
    code, modules, _ = loaded(tmp_path, *arguments, engine=STUB)
    assert code == 0
    assert not HEAVY & modules


@pytest.mark.parametrize("command", ["check", "diff", "apply"])
def test_a_tree_with_nothing_loads_nothing_heavy(tmp_path, command):
    (tmp_path / "a.py").write_text("print('hello')\n")
    code, modules, _ = loaded(tmp_path, command)
    assert code == 0
    assert not HEAVY & modules
