"""Projects of several files below `tests/fixtures/trees`, judged and run as a whole.

Each folder is a project:

- ``before/``: the project, a caller of the legacy API;
- ``after/``: those files that the codemod changes, as they become, read over by hand; missing where
  nothing changes;
- ``drive.py``: imports the project's modules by their own names and prints the outcomes;
- ``expect.toml``: ``idiom`` and ``frequency`` in words, ``ledger`` (``file:line verdict code`` for
  each site), ``requires`` and ``legacy_defects`` as for the idioms, and ``with_configuration`` for
  what that option does.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from autorag_codemods import Options, migrate_tree
from autorag_codemods.options import DEFAULT_OPTIONS
from fixture_runs import FIXTURES, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

Files = dict[str, bytes]


@dataclass(frozen=True)
class Tree:
    """A project: its folder and what `expect.toml` says."""

    folder: Path
    expect: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def drive(self) -> Path:
        return self.folder / "drive.py"

    @property
    def ledger(self) -> list[str]:
        return list(self.expect["ledger"])

    @property
    def verdicts(self) -> list[str]:
        return [row.split()[1] for row in self.ledger]

    @property
    def options(self) -> Options:
        return Options(with_configuration=self.expect.get("with_configuration", False))

    @property
    def legacy_defects(self) -> set[str]:
        return set(self.expect.get("legacy_defects", ()))

    @property
    def missing(self) -> list[str]:
        """Modules that it needs to run and that are not installed."""
        return [name for name in self.expect.get("requires", ()) if find_spec(name) is None]

    @property
    def before(self) -> Files:
        return files_in(self.folder / "before")

    @property
    def changed(self) -> Files:
        """What stands in `after/`."""
        return files_in(self.folder / "after")

    @property
    def after(self) -> Files:
        return {**self.before, **self.changed}


class Judged(NamedTuple):
    """What became of a project: its rows, and the files that changed."""

    ledger: list[str]
    open: list[str]
    changed: Files


def files_in(folder: Path) -> Files:
    """The files of a folder by their paths within it; none where there is no folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def judge(folder: Path, options: Options = DEFAULT_OPTIONS) -> Judged:
    """Judge a project that stands in a folder of its own; nothing is written."""
    report = migrate_tree(folder, options)
    rows = [
        (f"{Path(row.place.path).relative_to(folder).as_posix()}:{row.place.line}", row)
        for row in report.rows
    ]
    return Judged(
        [f"{place} {row.verdict} {row.code}" for place, row in rows],
        [place for place, row in rows if not row.done and row.verdict not in {"manual", "kept"}],
        {
            change.path.relative_to(folder).as_posix(): change.after
            for change in report.changes
            if change.before != change.after
        },
    )


def trees() -> list[Tree]:
    """Every project, by name."""
    found = sorted(FIXTURES.glob("trees/*/expect.toml"))
    return [Tree(path.parent, read_toml(path)) for path in found]


def negative_trees() -> list[Path]:
    """Projects of which not one byte may change."""
    return sorted(path for path in (FIXTURES / "negatives").iterdir() if path.is_dir())
