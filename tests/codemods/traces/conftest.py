"""A tree with a trace of every kind, and the whole tool over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autorag_codemods.engine import run
from autorag_codemods.options import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autorag_codemods.report.model import Report

BASE = "https://api.cloudflare.com/client/v4/accounts/s3cr3t-account"

MIXED: dict[str, str | bytes] = {
    "app/client.py": f'''"""Asks AutoRAG."""
import os

import requests

from autorag_migrate.adapters import httpx

RAG = f"{BASE}/autorag/rags/{{os.environ['RAG_NAME']}}"
SPLIT = "{BASE}/auto" "rag/rags/docs/search"
AUTORAG_TIMEOUT = 30  # AutoRAG is slow, autorag is slow


def search(question):
    answer = requests.post(f"{{RAG}}/search", json={{"query": question}}, timeout=AUTORAG_TIMEOUT)
    print(f"AutoRAG said {{AUTORAG_TIMEOUT}}")
    for row in answer.json()["result"]["data"]:
        print(row["filename"])


def whole(question):
    return requests.post(SPLIT, json={{"query": question}}).json()


def kept(question):
    # autorag-migrate: keep -- compares both APIs
    return requests.post("{BASE}/autorag/rags/docs/ai-search", json={{"query": question}}).json()
''',
    "app/other.py": "import autorag\nfrom autorag.deploy import Runner\n\nprint(autorag.__version__)\n",
    "app/broken.py": "def autorag(:\n    '/autorag/rags/'\n",
    "app/latin.py": b"# -*- coding: latin-1 -*-\r\n# caf\xe9 AutoRAG\r\nNAME = '\xe9\xe9 autorag'\r\n",
    "app/no_text.py": b"NAME = 'autorag \xe9'\n# autorag\n",
    "app/nul.py": b"autorag\0autorag",
    "app/settings.py": "import os\n\nURL = os.environ['RAG_URL']\n",
    "worker/index.ts": 'const found = await env.AI.autorag("docs").aiSearch({ query });\n// AutoRAG\n',
    "worker/ask.go": f'url := "{BASE}/autorag/rags/docs/ai-search"\n',
    ".env": f"RAG_URL={BASE}/autorag/rags/s3cr3t-docs\nAUTORAG_TOKEN=s3cr3t-token\n",
    "deploy/compose.yaml": f"services:\n  web:\n    environment:\n      - RAG_URL={BASE}/autorag/rags/x\n",
    "README.md": f"# Uses AutoRAG\n\n    curl {BASE}/autorag/rags/docs/sync -X PATCH\n",
    "ask": f"#!/bin/sh\ncurl {BASE}/autorag/rags/docs/search -d '{{}}'\n",
    "tests/cassettes/a.yaml": f"interactions:\n- request:\n    uri: {BASE}/autorag/rags/docs/search\n",
    "requirements.txt": "autorag==0.3\nautorag-migrate[requests]\n",
    "model.bin": b"\0\1AutoRAG autorag",
    "odd.txt": b"caf\xe9 autorag\nand ag/rags/ alone, AUTORAG/RAGS/ in capitals",
    "empty.md": "",
    ".gitignore": "build/\n*.log\n",
    "build/page.md": "autorag\n",
    "x.log": "autorag\n",
    ".venv/lib/a.py": "import autorag\n",
}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for name, content in MIXED.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., Report]:
    """The report about some files, given by name and content."""

    def judge(files: dict[str, str | bytes]) -> Report:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return run([tmp_path], DEFAULT_OPTIONS)

    return judge
