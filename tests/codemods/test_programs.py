"""Programs written at random, migrated and run: they do what they did, and ask what they asked.

``make fuzz`` runs this for longer: ``make fuzz FUZZ_EXAMPLES=20000``.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import difflib
import gc
import inspect
import io
import json
import os
import re
import sys
import tempfile
import tokenize
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings

from autorag_codemods import Options, migrate, migrate_tree
from fixture_runs import Run, differences
from in_process import emulated, module_at, run_tree
from programs import Program, programs
from trees import Tree, trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.emulator import Emulator

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

MESSAGE = re.compile(r"""(\\?["'](?:message|path)\\?["']: )(\\?"[^"]*"|'[^']*'|\[[^\]]*\])""")
ADDRESS = re.compile(" at 0x[0-9a-f]+")
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 0)

# Failures that are known and left out of what is tried: a pattern for the text of such programs, by
# the failure's name. Empty when all is well.
KNOWN: dict[str, str] = {}


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with emulated() as emulator:
        yield emulator
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


def run(emulator: Emulator, program: Program, source: str) -> Run:
    """Run a program and use it; what it prints and what it returns or raises is its output."""
    emulator.clear_log()
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        module_at("__main__" if "__main__" in source else "program") as names,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        asyncio.run(_use(names, program, source))
    return _ran(emulator, out.getvalue())


def _ran(emulator: Emulator, printed: str) -> Run:
    # Number and words of what is malformed are the emulator's own.
    printed = MESSAGE.sub(r"\1...", printed.replace("7039", "7400"))
    return Run(0, ADDRESS.sub("", printed), "", tuple(emulator.log))


def run_in(emulator: Emulator, folder: Path) -> Run:
    """Run the ``main.py`` of a folder."""
    emulator.clear_log()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = run_tree(folder)
    return _ran(emulator, f"{done.printed}{done.end}\n")


async def _use(names: dict[str, Any], program: Program, source: str) -> None:
    try:
        exec(compile(source, "program.py", "exec", dont_inherit=True), names)
    except (Exception, SystemExit) as error:
        sys.stdout.write(f"import {_shown(error)}\n")
    else:
        for call in program.calls:
            expression = f"{call.function}({', '.join(call.arguments)})"
            sys.stdout.write(f"{expression}: {await _outcome(expression, names)}\n")
    finally:
        await _close(names)


async def _outcome(expression: str, names: dict[str, Any]) -> str:
    try:
        value = eval(expression, names)
        if inspect.isawaitable(value):
            value = await value
        if inspect.isasyncgen(value):
            value = [each async for each in value]
        elif inspect.isgenerator(value):
            value = list(value)
    except (Exception, SystemExit) as error:
        return _shown(error)
    return json.dumps(value, default=repr, ensure_ascii=False, sort_keys=False)


def _shown(error: BaseException) -> str:
    code = f" {error.code!r}" if isinstance(error, SystemExit) else ""
    return f"raises {type(error).__module__}.{type(error).__qualname__}{code}"


async def _close(names: dict[str, Any]) -> None:
    clients = [
        *names.values(),
        *(each for value in names.values() for each in getattr(value, "__dict__", {}).values()),
    ]
    for each in clients:
        if type(each).__name__ == "AsyncClient":
            await each.aclose()
        elif type(each).__name__ in {"Client", "Session"} and hasattr(each, "close"):
            each.close()


def check(emulator: Emulator, program: Program) -> str:
    """Hold a program to the promise; returns its verdict."""
    source = program.text
    before = run(emulator, program, source)
    assert before.apis <= {"legacy"}
    assert before.log

    result = migrate(source)
    # The tool's own verification must not have to save it.
    assert [each.text for each in result.findings if each.code == "AR156"] == []
    places = [row.place for row in result.rows]
    # Every site has a row, and one only.
    assert len(places) == len(set(places)) == program.sites, result.rows
    verdicts = {row.verdict for row in result.rows}
    if verdicts == {"manual"}:
        assert result.source == source
        return "manual"

    ast.parse(result.source)
    again = migrate(result.source)
    assert again.source == result.source, "a second migration changes it"
    after = run(emulator, program, result.source)
    assert after.stdout == before.stdout, difference(before, after, source, result.source)
    assert differences(before, after) == [], result.source
    assert defects(after) == [], result.source
    if verdicts == {"native"}:
        assert after.apis == {"new"}, result.source
        assert statuses(after) == statuses(before), result.source
    assert comments(source) <= comments(result.source), f"a comment is lost\n{result.source}"
    return "+".join(sorted(verdicts))


def check_tree(emulator: Emulator, tree: Tree, folder: Path) -> str:
    """Hold a program of several modules to the promise; returns its verdict."""
    for path, text in tree.files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    before = run_in(emulator, folder)
    assert before.apis <= {"legacy"}, before.stdout

    options = Options(with_configuration=".env" in tree.files)
    report = migrate_tree(folder, options)
    assert [each for each in report.findings if each.code in {"AR156", "AR158"}] == []
    places = [row.place for row in report.rows]
    assert len(places) == len(set(places)) > 0, report.rows
    # A URL that is not followed to where it is sent has a row of its own.
    assert len(places) == tree.sites or {row.code for row in report.rows} >= {"AR130"}
    verdicts = {row.verdict for row in report.rows}
    became = dict(tree.files)
    for change in report.changes:
        change.path.write_bytes(change.after)
        became[change.path.relative_to(folder).as_posix()] = change.after.decode("utf-8")
    if verdicts == {"manual"}:
        assert became == tree.files
        return "manual"

    assert migrate_tree(folder, options).changes == [], "a second migration changes it"
    after = run_in(emulator, folder)
    texts = [each[path] for each in (tree.files, became) for path in tree.files]
    shown = ("\n".join(texts[: len(tree.files)]), "\n".join(texts[len(tree.files) :]))
    assert after.stdout == before.stdout, difference(before, after, *shown)
    assert differences(before, after) == [], shown[1]
    assert defects(after) == [], shown[1]
    if verdicts == {"native"}:
        assert after.apis == ({"new"} if before.log else set()), shown[1]
        assert statuses(after) == statuses(before), shown[1]
    return "+".join(sorted(verdicts))


def statuses(done: Run) -> list[int]:
    return [entry.status for entry in done.log]


def defects(done: Run) -> list[str]:
    """What is wrong with requests of the new API; a manual site goes on as it is."""
    return [
        each
        for entry in done.log
        for each in entry.defects
        if entry.api == "new" and entry.status < 400
    ]


def comments(source: str) -> Counter[str]:
    lines = io.StringIO(source).readline
    tokens = tokenize.generate_tokens(lines)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def difference(before: Run, after: Run, source: str, became: str) -> str:
    outputs = (before.stdout.splitlines(), after.stdout.splitlines())
    printed = difflib.unified_diff(*outputs, "printed before", "after", n=0, lineterm="")
    changed = difflib.unified_diff(
        source.splitlines(), became.splitlines(), "before", "after", lineterm=""
    )
    return "\n".join(["it does something else", *printed, *changed])


def is_known(*texts: str) -> bool:
    """Whether a program may run into a known failure."""
    text = "\n".join(texts)
    return any(re.search(pattern, text, re.DOTALL) for pattern in KNOWN.values())


quietly = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
tried = settings(
    max_examples=EXAMPLES or settings().max_examples,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@quietly
@tried
@given(program=programs())
def test_a_program_runs_as_before(account: Emulator, program: Program) -> None:
    assume(not is_known(program.text))
    event(f"verdict: {check(account, program)}")


@quietly
@tried
@given(tree=trees())
def test_a_program_of_several_modules_runs_as_before(account: Emulator, tree: Tree) -> None:
    assume(not is_known(*tree.files.values()))
    with tempfile.TemporaryDirectory(prefix="autorag-tree-") as folder:
        event(f"verdict: {check_tree(account, tree, Path(folder))}")
