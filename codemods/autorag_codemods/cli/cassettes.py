"""The command cassettes: recorded traffic and stored answers in the new form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autorag_codemods.report.model import Finding, Place, Report
from autorag_codemods.report.text import counted, plain
from autorag_codemods.scan import Problem, find, read
from autorag_migrate.mapping import SETTINGS
from autorag_migrate.settings import Settings

from . import output
from .commands import write_changes
from .diffs import show_diff
from .given import for_translations
from .parameters import Command, Option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["cassettes"]

_EXAMPLES = """\
  autorag-migrate cassettes tests/cassettes
  autorag-migrate cassettes tests/cassettes | git apply
  autorag-migrate cassettes --write tests/cassettes/search.yaml tests/data
  autorag-migrate cassettes --write --absent-max-num-results 10 tests

Exit code: 0 nothing is left to do, 1 something is, 2 it could not be done.
"""


def _options(command: Callable[..., int]) -> Callable[..., int]:
    own: list[Callable[[Callable[..., int]], Callable[..., int]]] = [
        click.argument(
            "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
        ),
        click.option("--write", cls=Option, is_flag=True, help="Write the files."),
        click.option(
            "--allow-dirty",
            cls=Option,
            is_flag=True,
            help="Write although the git tree is not clean.",
        ),
        click.option(
            "--exclude",
            cls=Option,
            multiple=True,
            metavar="PATTERN",
            help="Leave out what matches, as .gitignore writes it. Repeat it for several.",
        ),
        click.option("--exit-zero", cls=Option, is_flag=True, help="Exit with 0 whatever is left."),
        click.option(
            "--color",
            cls=Option,
            type=click.Choice(("auto", "always", "never")),
            default="auto",
            help="Colours on standard output (default: auto, on a terminal only).",
        ),
        click.option("--quiet", "-q", cls=Option, is_flag=True, help="Only errors on stderr."),
    ]
    for decorate in reversed([*own, *for_translations()]):
        command = decorate(command)
    return command


@click.command(cls=Command, examples=_EXAMPLES)
@_options
def cassettes(
    *,
    paths: Sequence[Path],
    write: bool,
    allow_dirty: bool,
    exclude: Sequence[str],
    exit_zero: bool,
    color: str,
    quiet: bool,
    **values: Any,
) -> int:
    """Convert recorded legacy traffic and stored legacy answers in PATH to the new API.

    Taken are cassettes of vcrpy (YAML and JSON), recordings of responses (YAML), and JSON files
    that hold legacy answers, alone or beside their request. Only the values that change are
    written anew. Without --write nothing is written: the diff goes to standard output, for git
    apply. What cannot be converted, and what a conversion loses, goes to standard error.
    """
    names = ("policy", "route", "namespace", *(setting.name for setting in SETTINGS))
    try:
        settings = Settings(**{name: values[name] for name in names})
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    report, notes = _plan(paths, exclude, settings)
    if report.changes and write:
        write_changes(report, allow_dirty=allow_dirty)
    elif report.changes:
        show_diff(report, color=output.wants_color(color), quiet=quiet, writer="--write")
    if not quiet:
        _talk(report, notes, written=write)
    left = bool(report.findings) or bool(report.changes and not write)
    return 1 if left and not exit_zero else 0


def _plan(
    paths: Sequence[Path], exclude: Sequence[str], settings: Settings
) -> tuple[Report, list[Finding]]:
    from autorag_codemods.recorded import SUFFIXES, convert_file, matters  # noqa: PLC0415 (late)

    report, notes = Report(), list[Finding]()
    for path in find(paths, exclude=exclude, suffixes=SUFFIXES):
        found = path if isinstance(path, Problem) else _source(path, matters)
        if isinstance(found, Problem):
            report.findings.append(Finding(found.code, found.text, Place(str(found.path), 1, 1)))
        elif found is not None:
            report.candidates += 1
            change, converted = convert_file(found, settings)
            report.findings += converted.left
            notes += converted.notes
            if change is not None:
                report.changes.append(change)
        report.searched += 1
    report.findings.sort(key=lambda finding: finding.place.order)
    return report, notes


def _source(path: str, matters: Callable[[bytes], bool]) -> Any:
    try:
        if not matters(Path(path).read_bytes()):
            return None
    except OSError:
        pass  # what cannot be read is said below
    return read(path)


def _talk(report: Report, notes: list[Finding], *, written: bool) -> None:
    from autorag_codemods.report import concise  # noqa: PLC0415 (only where it is used)

    output.talk(concise.render(Report(findings=report.findings)).splitlines())
    output.talk(
        f"{plain(note.place.path)}:{note.place.within}: {note.code} note {plain(note.text)}"
        for note in notes
    )
    if not report.changes and not report.findings:
        output.talk([f"no legacy recordings in {counted(report.searched, 'file')}"])
        return
    if report.changes:
        done = "written" if written else "to write"
        output.talk([f"{counted(len(report.changes), 'file')} {done}"])
    if report.findings:
        output.talk([f"left to you: {counted(len(report.findings), 'recording')}"])
