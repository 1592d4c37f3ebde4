"""What the codemod costs: beside libcst's parse of the same files, and beside grep over a tree."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
from _measure import Row

from autorag_codemods import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
CALLERS = sorted((ROOT / "tests" / "fixtures").glob("*/before.py"))
LARGE_TREE = 5_000
REPOSITORY_FILES, REPOSITORY_CALLERS, REPOSITORY_USERS = 10_000, 40, 400
ROUNDS = 7

_RAG = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs"
_READ = '.json()["result"]["data"][0]["filename"]'
VARIANTS = {
    "alias": f'import requests as rq\nx = rq.post("{_RAG}/search", json={{"query": "q"}}){_READ}\n',
    "from-alias": (
        "from requests import post as send\n"
        f'x = send("{_RAG}/search", json={{"query": "q"}}){_READ}\n'
    ),
    "constant": (
        f'import requests\nURL = "{_RAG}/search"\n\n\n'
        f'def f():\n    return requests.post(URL, json={{"query": "q"}}){_READ}\n'
    ),
    "+": (
        f'import requests\nBASE = "{_RAG}"\n'
        f'x = requests.post(BASE + "/search", json={{"query": "q"}}){_READ}\n'
    ),
    "f-string": (
        'import requests\nname = "docs"\nx = requests.post(\n'
        f'    f"{_RAG.removesuffix("docs")}{{name}}/search", json={{"query": "q"}}\n){_READ}\n'
    ),
    "local variable": (
        f'import requests\n\n\ndef f():\n    url = "{_RAG}/search"\n'
        f'    return requests.post(url, json={{"query": "q"}}){_READ}\n'
    ),
    "Session()": (
        "import requests\ns = requests.Session()\n"
        f'x = s.post("{_RAG}/search", json={{"query": "q"}}){_READ}\n'
    ),
    "attribute": (
        "import requests\n\n\nclass C:\n    def __init__(self):\n"
        f'        self.url = "{_RAG}/search"\n\n    def f(self):\n'
        f'        return requests.post(self.url, json={{"query": "q"}}){_READ}\n'
    ),
}


def rows() -> Iterator[Row]:
    """All figures of the codemod."""
    yield whole_files()
    yield from large_tree()
    yield mixed_tree()
    yield from repository()
    yield eight_variants()


def _cpu(function: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    function()
    return time.process_time() - start


def whole_files() -> Row:
    """Parse, plan, edit, parse and plan again, over a parse and the code of it."""
    texts = [path.read_bytes().decode() for path in CALLERS]
    base, ours = [], []
    for _ in range(ROUNDS):
        base.append(_cpu(lambda: [cst.parse_module(text).code for text in texts]))
        ours.append(_cpu(lambda: [migrate(text) for text in texts]))
    figure, below = min(ours), min(base)
    detail = f"{figure / len(texts) * 1e3:.1f} ms / {below / len(texts) * 1e3:.1f} ms a file"
    return Row(f"whole codemod, {len(texts)} caller files", figure / below, 3.0, "x", detail)


def large_tree() -> Iterator[Row]:
    """`check` where there is nothing to do, over grep."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        count = _copy_library(tree)
        grep = ["grep", "-rlai", "autorag", str(tree)]
        check = [sys.executable, "-m", "autorag_migrate", "check", "--quiet", str(tree)]
        base, ours, memory = [], [], 0.0
        for _ in range(ROUNDS):
            base.append(_wall(grep, 1)[0])
            took, peak = _wall(check, 0)
            ours.append(took)
            memory = max(memory, peak)
        figure, below = min(ours), min(base)
        detail = f"{figure * 1e3:.0f} ms / {below * 1e3:.0f} ms"
        yield Row(
            f"check of {count} files without a caller, over grep", figure / below, 6.0, "x", detail
        )
        yield Row("its peak memory", memory, 120.0, "MB", "")


def repository() -> Iterator[Row]:
    """`check` of a large repository with callers and their users, over grep and a parse."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        package = tree / "app" / "callers"
        package.mkdir(parents=True)
        (tree / "pyproject.toml").write_text('[project]\nname = "app"\n', encoding="utf-8")
        for place in (package, package.parent):
            (place / "__init__.py").write_text("", encoding="utf-8")
        chosen = CALLERS[:: max(1, len(CALLERS) // REPOSITORY_CALLERS)][:REPOSITORY_CALLERS]
        callers = []
        for number, source in enumerate(chosen):
            callers.append(str(package / f"caller{number}.py"))
            shutil.copyfile(source, callers[-1])
        for number in range(REPOSITORY_USERS):
            user = _USER.format(number=number % len(callers))
            (tree / "app" / f"user{number}.py").write_text(user, encoding="utf-8")
        count = _copy_library(tree, REPOSITORY_FILES - len(callers) - REPOSITORY_USERS)
        grep = ["grep", "-rla", "autorag", str(tree)]
        parse = [sys.executable, "-c", _PARSE, *callers]
        check = [sys.executable, "-m", "autorag_migrate", "check", "--quiet", "--exit-zero"]
        base, ours, memory = [], [], 0.0
        for _ in range(5):
            base.append(_wall(grep, 0)[0] + _wall(parse, 0)[0])
            took, peak = _wall([*check, str(tree)], 0)
            ours.append(took)
            memory = max(memory, peak)
        figure, below = min(ours), min(base)
        total = count + len(callers) + REPOSITORY_USERS
        what = f"check of {total} files, {len(callers)} callers, {REPOSITORY_USERS} users of them"
        detail = f"{figure * 1e3:.0f} ms / {below * 1e3:.0f} ms"
        yield Row(f"{what}, over grep and a parse of those", figure / below, 3.0, "x", detail)
        yield Row("its peak memory", memory, 250.0, "MB", "")


_PARSE = """
import sys, libcst
for name in sys.argv[1:]:
    libcst.parse_module(open(name, "rb").read())
"""
_USER = """\
from app.callers import caller{number}
from app.callers.caller{number} import ask


def page(request):
    text = ask(request.question) or caller{number}.ask(request.other)
    return {{"text": text, "words": len(text.split())}}
"""


def mixed_tree() -> Row:
    """The account of traces over files of every kind, each third with one, over grep."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        filler = "".join(f"word {number} of a line that says nothing\n" for number in range(100))
        for number in range(3_000):
            suffix = ("md", "yaml", "ts", "json", "txt", "sh")[number % 6]
            trace = f"RAG_URL: {_RAG}\n" if number % 3 == 0 else ""
            (tree / f"file{number}.{suffix}").write_text(filler + trace, encoding="utf-8")
        grep = ["grep", "-rnai", "autorag", folder]
        check = [sys.executable, "-m", "autorag_migrate", "check", "--quiet", "--exit-zero"]
        command = [*check, "--output-format", "concise", folder]
        base = min(_wall(grep, 0)[0] for _ in range(ROUNDS))
        ours = min(_wall(command, 0)[0] for _ in range(ROUNDS))
    detail = f"{ours * 1e3:.0f} ms / {base * 1e3:.0f} ms"
    return Row("account of 1000 traces in 3000 files, over grep", ours / base, 12.0, "x", detail)


def _copy_library(tree: Path, wanted: int = LARGE_TREE) -> int:
    """The standard library, as often as it takes; none of it calls anything of ours."""
    library = Path(sysconfig.get_path("stdlib"))
    count = copies = 0
    while count < wanted:
        copies += 1
        for source in library.rglob("*.py"):
            below = source.relative_to(library)
            if "site-packages" in below.parts or "__pycache__" in below.parts:
                continue
            target = tree / f"copy{copies}" / below
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            count += 1
    return count


# An installed package has its bytecode; the first of several rounds makes it here.
_INSTALLED = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
_INSTALLED["PYTHONPYCACHEPREFIX"] = str(ROOT / ".venv" / "bytecode")


def _wall(command: list[str], expected: int) -> tuple[float, float]:
    """Seconds and megabytes of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_INSTALLED
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code != expected:
        raise RuntimeError(f"{command[0]} ended with {code}")
    return took, usage.ru_maxrss / 1024 if sys.platform == "linux" else _children()


def _children() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 / 1024


def eight_variants() -> Row:
    """One call written in eight ways: how many become native."""
    verdicts = {
        name: [row.verdict for row in migrate(text).rows] for name, text in VARIANTS.items()
    }
    native = [name for name, found in verdicts.items() if found == ["native"]]
    missing = ", ".join(sorted(set(VARIANTS) - set(native))) or "all of them"
    return Row(
        "variants of one call that become native", len(native), 8.0, "", missing, at_least=True
    )
