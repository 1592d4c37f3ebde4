"""Every command and every program that README, MIGRATION.md and docs/ show is run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autorag_migrate.emulator import Document, Emulator

ROOT = Path(__file__).parent.parent.parent
GUIDES = ("README.md", "MIGRATION.md", "docs/codemods.md")
PAGES = (
    *GUIDES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "cassettes/README.md",
    "docs/rules/README.md",
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DOCUMENTS = [
    Document("guides/login.md", "How do I log in? Open the portal and enter your key."),
    Document("animals/llama.md", "Llamas can carry three drinks."),
]


def blocks(language, *pages):
    return [
        pytest.param(text, id=f"{page}:{index}")
        for page in pages or PAGES
        for index, (kind, text) in enumerate(
            BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
        )
        if kind == language
    ]


@pytest.fixture
def folder(tmp_path):
    """Where a reader stands: beside a copy of the demo's program."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "examples" / "legacy_app", tmp_path / "office", ignore=ignored)
    return tmp_path


@pytest.fixture(scope="module")
def emulator():
    with Emulator(DOCUMENTS, instance="docs") as running:
        yield running


def start(command, environment, folder, **arguments):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ours = {"PATH": path, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"}
    return subprocess.run(
        command,
        env={**os.environ, **environment, **ours},
        cwd=folder,
        encoding="utf-8",
        timeout=120,
        check=False,
        **arguments,
    )


def run(command, environment, folder):
    done = start(command, environment, folder, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("text", blocks("sh", *GUIDES))
def test_a_shell_block_runs(text, emulator, folder):
    if re.search(r"^make ", text, re.MULTILINE):
        # Each is a whole set-up of its own: the demo and this suite itself run them.
        for line in text.splitlines():
            done = subprocess.run(
                ["make", "-n", *line.split()[1:]], cwd=ROOT, capture_output=True, check=False
            )
            assert done.returncode == 0, line
        return
    done = run(["sh", "-ec", text], emulator.environment(), folder)
    assert done.stdout or done.stderr


def is_shown(shown, printed):
    """Whether `shown` is what was printed; a line with … alone stands for any lines."""
    pattern = "".join(
        "(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


def test_what_is_left_out_is_marked():
    assert is_shown("a\n…\nd\n", "a\nb\nc\nd\n")
    assert is_shown("a\n…\n", "a\n")
    assert not is_shown("a\nd\n", "a\nb\nc\nd\n")
    assert not is_shown("…\nb\n…\na\n…\n", "a\nb\nc\n")
    assert not is_shown("a…\n", "ab\n")


SESSIONS = [block for block in blocks("console", *GUIDES) if "$ make demo\n" not in block.values[0]]


@pytest.mark.parametrize("text", SESSIONS)
def test_a_command_prints_what_is_shown(text, emulator, folder):
    for each in text.removeprefix("$ ").split("\n$ "):
        command, _, shown = each.partition("\n")
        merged = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = start(["sh", "-c", command], emulator.environment(), folder, **merged)
        assert done.returncode in {0, 1}, done.stdout
        assert shown.strip("…\n")
        assert is_shown(shown, done.stdout), f"{command}\n{done.stdout}"


def test_the_three_commands_of_the_codemods_are_shown():
    shown = "".join(block.values[0] for block in SESSIONS)
    for name in ("check", "diff", "apply"):
        assert f"$ autorag-migrate {name} office\n" in shown


PRELUDE = """
import os
RAG = f"{os.environ['CLOUDFLARE_API_BASE_URL']}/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs"
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
from autorag_migrate import AutoRAG
"""


@pytest.mark.parametrize("text", blocks("python", *GUIDES))
def test_a_program_runs_and_sends_new_requests_only(text, emulator, folder):
    emulator.clear_log()
    program = folder / "program.py"
    program.write_text(PRELUDE + text, encoding="utf-8")
    done = run([sys.executable, str(program)], emulator.environment(), folder)
    assert done.stdout.strip()
    assert {entry.api for entry in emulator.log} <= {"new"}
    assert [defect for entry in emulator.log for defect in entry.defects] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^\s*make ([a-z-]+)|`make (?:PYTHON=\S+ )?([a-z-]+)", text, re.MULTILINE)
    )
    named = {name for pair in targets for name in pair if name}
    known = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert named <= known
    if page in {"README.md", "CONTRIBUTING.md"}:
        assert {"demo", "test"} <= named


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_project_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        linked = (ROOT / page).parent / name if name else ROOT / page
        assert linked.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
            assert anchor in slugs, target
