"""`make demo`: all runs agree, and a program that is half migrated is noticed."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
CALLS = ["guides", "answer", "live", "search", "filtered", "asked", "refused", "nightly"]


def run(script):
    return subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@cache
def demo():
    return run(EXAMPLES / "demo.py")


def cells(printed):
    """The rows of the table, by the call."""
    table = printed.partition("  call  ")[2].splitlines()[1:]
    rows = (line.split() for line in table[: table.index("")])
    return {name: " ".join(rest) for name, *rest in rows}


def test_the_demo_shows_the_same_outcome_three_times():
    done = demo()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n+ from autorag_migrate.adapters import requests\n") == 2
    assert "\n+from autorag_migrate.adapters import requests\n" in done.stdout
    assert "AR201" in done.stdout
    assert "\nSame outcomes. " in done.stdout


def test_the_table_says_which_api_each_call_asked():
    rows = cells(demo().stdout)
    assert list(rows) == CALLS
    assert rows.pop("refused") == "legacy not sent ✓ same not sent ✓ same"
    assert rows.pop("nightly") == "legacy legacy ✓ same legacy ✓ same"
    assert set(rows.values()) == {"legacy new ✓ same new ✓ same"}


def test_the_commands_find_each_kind_of_verdict():
    printed = demo().stdout
    for command in ("check", "diff", "apply"):
        assert f"$ autorag-migrate {command} office" in printed
    assert "5 sites: 3 native, 1 bridged, 1 manual" in printed
    assert "5 sites: 3 native (done), 1 bridged (done), 1 manual" in printed


def test_the_output_that_the_readme_shows_is_the_demos():
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("```console\n$ make demo\n")[2].partition("```")[0]
    parts = [part.strip("\n") for part in shown.split("…\n")]
    assert len("".join(parts)) > 200
    printed, at = demo().stdout, 0
    for part in filter(None, parts):
        at = printed.find(f"\n{part}\n", at)
        assert at >= 0, part


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        # Nothing is adapted.
        ("demo.py", "lines[number] = AFTER", "pass", "with the adapter: search: legacy"),
        # Nothing is rewritten.
        ("demo.py", '("apply", "office",', '("check", "office",', "rewritten: guides: legacy"),
        # Only what can be rewritten in place is.
        (
            "demo.py",
            '("apply", "office",',
            '("apply", "office", "--select", "AR101",',
            "rewritten: search: legacy",
        ),
        # The program does something else when it is adapted.
        (
            "legacy_app/client.py",
            "limit=5",
            "limit=5 if requests.__name__ == 'requests' else 1",
            "rewritten: search: '",
        ),
    ],
)
def test_the_demo_fails_when(name, before, after, says, tmp_path):
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "examples" / name
    text = script.read_text(encoding="utf-8")
    assert before in text
    script.write_text(text.replace(before, after), encoding="utf-8")
    done = run(tmp_path / "examples" / "demo.py")
    assert done.returncode == 1
    assert "The outcomes are not the same" in done.stdout
    assert says in done.stdout


def test_a_call_that_was_moved_halfway_is_noticed(tmp_path):
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "examples" / "demo.py"
    text = script.read_text(encoding="utf-8")
    # After apply, the new URL is kept and the payload taken back to the legacy words.
    undone = """\
        module = office / "helpdesk.py"
        moved = module.read_text(encoding="utf-8").replace('"ai_search_options"', '"filters"')
        module.write_text(moved, encoding="utf-8")
        migrated = run("""
    script.write_text(text.replace("        migrated = run(", undone), encoding="utf-8")
    done = run(script)
    assert done.returncode == 1
    assert "The outcomes are not the same" in done.stdout
    assert "rewritten: guides: ''" in done.stdout
