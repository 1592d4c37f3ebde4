"""A whole run: files by their bytes, verdicts, and the report that every command shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .report.model import FileChange, Finding, Place, Report
from .scan import Problem, Source, candidates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .module import Outcome
    from .options import Options
    from .project import Project
    from .verdict import Surroundings

__all__ = ["run"]


def run(
    paths: Sequence[Path], options: Options, *, exclude: Sequence[str] = (), jobs: int = 1
) -> Report:
    """Judge every Python file and notebook below `paths`; nothing is written.

    Args:
        paths: Files and folders.
        options: How to rewrite.
        exclude: Patterns of what is not searched, as in a ``.gitignore``.
        jobs: Processes that files are judged in.

    Raises:
        FileNotFoundError: One of the paths does not exist.
    """
    report = Report()
    looked_at: list[str] = []
    sources: list[Source] = []
    for found in candidates(paths, exclude=exclude, looked_at=looked_at):
        if isinstance(found, Problem):
            report.findings.append(Finding(found.code, found.text, Place(str(found.path), 1, 1)))
        else:
            sources.append(found)
    report.searched, report.candidates = len(looked_at), len(sources)
    if sources:
        outcomes, changes = _judge(paths, sources, options, exclude, jobs)
        for source, outcome in zip(sources, outcomes, strict=True):
            _add(report, source, outcome)
        report.changes += changes
    report.findings = [each for each in report.findings if options.is_selected(each.code)]
    report.rows.sort(key=lambda row: row.place.order)
    report.findings.sort(key=lambda finding: finding.place.order)
    report.changes.sort(key=lambda change: change.shown)
    return report


def _judge(
    paths: Sequence[Path],
    sources: list[Source],
    options: Options,
    exclude: Sequence[str],
    jobs: int,
) -> tuple[list[Outcome], list[FileChange]]:
    """The outcome of each file, and the edits of files that are not judged by themselves."""
    from .doubles import plan_moves  # noqa: PLC0415 (libcst is loaded when a file can matter)

    around, projects = _surroundings(sources, exclude)
    moves = plan_moves(paths, sources, around, projects, options)
    work = [
        (source, str(source.path), options, around[index])
        for index, source in enumerate(sources)
        if index not in moves.outcomes
    ]
    if jobs > 1 and len(work) > 1:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (only where it is used)

        with ProcessPoolExecutor(min(jobs, len(work))) as pool:
            judged = iter(list(pool.map(_call, work)))
    else:
        judged = map(_call, work)
    outcomes = [
        moves.outcomes[index] if index in moves.outcomes else next(judged)
        for index in range(len(sources))
    ]
    return outcomes, moves.changes


def _call(work: tuple[Source, str, Options, Surroundings]) -> Outcome:
    from .module import judge_source  # noqa: PLC0415 (libcst is loaded when a file can matter)
    from .notebook import judge_notebook  # noqa: PLC0415 (it needs libcst as well)

    is_notebook = work[0].path.suffix == ".ipynb"
    return judge_source(*work, judge=judge_notebook if is_notebook else None)


def _surroundings(
    sources: list[Source], exclude: Sequence[str]
) -> tuple[list[Surroundings], list[Project]]:
    from .project import Project, root_of  # noqa: PLC0415 (libcst is loaded when a file can matter)

    projects: dict[Path, Project] = {}
    found = []
    owners = []
    for source in sources:
        root = root_of(source.path)
        if root not in projects:
            projects[root] = Project(root, exclude)
        found.append(projects[root].surroundings(source))
        owners.append(projects[root])
    return found, owners


def _add(report: Report, source: Source, outcome: Outcome) -> None:
    report.rows += outcome.rows
    report.findings += outcome.findings
    report.dependencies |= outcome.dependencies
    if outcome.text != source.text:
        report.changes.append(
            FileChange(
                source.path,
                str(source.path),
                source.raw,
                source.encode(outcome.text),
                source.encoding,
            )
        )
