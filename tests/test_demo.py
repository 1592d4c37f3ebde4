"""`make demo`: both runs agree, and a program that is half migrated is noticed."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(script):
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )


def test_the_demo_shows_the_same_outcome_twice():
    done = run(EXAMPLES / "demo.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "+ from autorag_migrate.adapters import requests" in done.stdout
    assert "AR201" in done.stdout
    assert "Same outcome" in done.stdout


def test_the_output_that_the_readme_shows_is_the_demos():
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("```console\n")[2].partition("```")[0]
    lines = [line for line in shown.splitlines() if line not in {"", "…"}]
    printed = run(EXAMPLES / "demo.py").stdout.splitlines()
    assert lines
    assert [line for line in lines if line not in printed] == []


def test_the_demo_fails_when_nothing_is_adapted(tmp_path):
    import shutil

    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    script = tmp_path / "examples" / "demo.py"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("lines[number] = AFTER", "pass"), encoding="utf-8")
    done = run(script)
    assert done.returncode == 1
    assert "The outcomes differ" in done.stdout
