"""Every command and every program that README and MIGRATION.md show is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autorag_migrate.emulator import Document, Emulator

ROOT = Path(__file__).parent.parent.parent
PAGES = ("README.md", "MIGRATION.md", "CONTRIBUTING.md", "CHANGELOG.md", "cassettes/README.md")
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


@pytest.fixture(scope="module")
def emulator():
    with Emulator(DOCUMENTS, instance="docs") as running:
        yield running


def run(command, environment, tmp_path, **arguments):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        env={**os.environ, **environment, "PATH": path, "NO_PROXY": "127.0.0.1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **arguments,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("text", blocks("sh", "README.md", "MIGRATION.md"))
def test_a_shell_block_runs(text, emulator, tmp_path):
    if re.search(r"^make ", text, re.MULTILINE):
        # Each is a whole set-up of its own: the demo and this suite itself run them.
        for line in text.splitlines():
            done = subprocess.run(
                ["make", "-n", *line.split()[1:]], cwd=ROOT, capture_output=True, check=False
            )
            assert done.returncode == 0, line
        return
    assert run(["sh", "-ec", text], emulator.environment(), tmp_path).stdout


PRELUDE = """
import os
RAG = f"{os.environ['CLOUDFLARE_API_BASE_URL']}/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs"
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
from autorag_migrate import AutoRAG
"""


@pytest.mark.parametrize("text", blocks("python", "README.md", "MIGRATION.md"))
def test_a_program_runs_and_sends_new_requests_only(text, emulator, tmp_path):
    emulator.clear_log()
    program = tmp_path / "program.py"
    program.write_text(PRELUDE + text, encoding="utf-8")
    done = run([sys.executable, str(program)], emulator.environment(), tmp_path)
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
