"""Write each fixture's after.py from the tool and show what it made of before.py.

    fixtures.py [--dry-run] [NAME …]

Names are those of folders below tests/fixtures, or beginnings of them; all without one. Of a
project in trees/ the files that change are written into after/. What is written is to be read over
critically by hand: the tests compare with it from then on. Exit code 1 if a ledger is not what
expect.toml says.
"""

from __future__ import annotations

import argparse
import difflib
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autorag_codemods

if TYPE_CHECKING:
    from collections.abc import Sequence

# pytest brings tomli along where Python has no tomllib.
_toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"


def chosen(names: Sequence[str]) -> list[Path]:
    """Return the folders of idioms that were asked for."""
    folders = sorted(path.parent for path in FIXTURES.glob("*/before.py"))
    known = [*folders, *FIXTURES.glob("notebooks/*"), *FIXTURES.glob("trees/*")]
    unknown = [name for name in names if not any(each.name.startswith(name) for each in known)]
    if unknown:
        raise SystemExit(f"there is no fixture {', '.join(unknown)} in {FIXTURES}")
    return [each for each in folders if not names or each.name.startswith(tuple(names))]


def update(folder: Path, migrate: Any, *, dry_run: bool) -> bool:
    """Show what became of one fixture and write it; False if its ledger is not as expected."""
    before = (folder / "before.py").read_bytes().decode("utf-8")
    expect = _toml.loads((folder / "expect.toml").read_text("utf-8"))
    result = migrate(before)
    rows = sorted(result.rows, key=lambda row: (row.place.line, row.place.column))
    found = [(row.verdict, row.code) for row in rows]
    expected = list(zip(expect["verdicts"], expect["codes"], strict=True))

    print(f"=== {folder.name}: {expect['idiom']}")
    for row in rows:
        print(f"    {row.place.line}: {row.verdict} {row.code} {row.reason}")
    if found != expected:
        print(f"    NOT AS EXPECTED: {expected}")
    show(before, result.source, f"{folder.name}/before.py", f"{folder.name}/after.py")
    if not dry_run:
        write(folder / "after.py", before, result.source)
    return found == expected


def show(before: str, after: str, before_name: str, after_name: str) -> None:
    """Print what became of a text."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, before_name, after_name):
        print(line, end="" if line.endswith("\n") else "\n\\ No newline at end of file\n")


def write(path: Path, before: str, after: str) -> None:
    """Write after.py, or remove it where the tool left the program as it was."""
    if after == before:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != after.encode("utf-8"):
        path.write_bytes(after.encode("utf-8"))
        print(f"    written: {path}")


def update_notebook(before: Path, *, dry_run: bool) -> None:
    """Write after.ipynb, judged where nothing else is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, before.name)
        shutil.copy(before, copy)
        report = autorag_codemods.migrate_tree(folder)
    print(f"=== notebooks/{before.parent.name}")
    for row in report.rows:
        print(f"    {row.place.within}: {row.verdict} {row.code} {row.reason}")
    for change in report.changes if not dry_run else ():
        after = before.with_name("after.ipynb")
        if not after.is_file() or after.read_bytes() != change.after:
            after.write_bytes(change.after)
            print(f"    written: {after}")


def update_tree(folder: Path, *, dry_run: bool) -> bool:
    """Show what became of a project and write after/; False if its ledger is not as expected."""
    expect = _toml.loads((folder / "expect.toml").read_text("utf-8"))
    print(f"=== trees/{folder.name}: {expect['idiom']}")
    found: list[str] = []
    changed: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        # By itself: this repository would be its project.
        copy = Path(name, folder.name)
        shutil.copytree(folder / "before", copy, ignore=shutil.ignore_patterns("__pycache__"))
        options = autorag_codemods.Options(
            with_configuration=expect.get("with_configuration", False)
        )
        report = autorag_codemods.migrate_tree(copy, options)
        for row in report.rows:
            place = f"{Path(row.place.path).relative_to(copy).as_posix()}:{row.place.line}"
            found.append(f"{place} {row.verdict} {row.code}")
            print(f"    {found[-1]} {row.reason}")
        for change in report.changes:
            path = change.path.relative_to(copy).as_posix()
            changed[path] = change.after
            before, after = (text.decode(change.encoding) for text in (change.before, change.after))
            show(before, after, f"before/{path}", f"after/{path}")
    if found != expect["ledger"]:
        print(f"    NOT AS EXPECTED: {expect['ledger']}")
    if not dry_run:
        shutil.rmtree(folder / "after", ignore_errors=True)
        for path, content in changed.items():
            (folder / "after" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "after" / path).write_bytes(content)
    return found == list(expect["ledger"])


def main() -> int:
    """Update what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dry-run", action="store_true", help="show, write nothing")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    migrate = getattr(autorag_codemods, "migrate", None)
    if migrate is None:
        raise SystemExit("autorag_codemods.migrate is not there yet")
    for book in sorted(FIXTURES.glob("notebooks/*/before.ipynb")):
        if not options.names or book.parent.name.startswith(tuple(options.names)):
            update_notebook(book, dry_run=options.dry_run)
    good = [update(each, migrate, dry_run=options.dry_run) for each in chosen(options.names)]
    good += [
        update_tree(path.parent, dry_run=options.dry_run)
        for path in sorted(FIXTURES.glob("trees/*/expect.toml"))
        if not options.names or path.parent.name.startswith(tuple(options.names))
    ]
    print(f"\n{good.count(True)} of {len(good)} ledgers are as expected")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
