"""A whole run: files by their bytes, verdicts, and the report that every command shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .report.model import FileChange, Finding, Place, Report
from .scan import Problem, Source, candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .module import Outcome
    from .options import Options
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
        for source, outcome in zip(sources, _judge(sources, options, exclude, jobs), strict=True):
            _add(report, source, outcome)
    report.findings = [each for each in report.findings if options.is_selected(each.code)]
    report.rows.sort(key=lambda row: row.place.order)
    report.findings.sort(key=lambda finding: finding.place.order)
    report.changes.sort(key=lambda change: change.shown)
    return report


def _judge(
    sources: list[Source], options: Options, exclude: Sequence[str], jobs: int
) -> Iterable[Outcome]:
    around = _surroundings(sources, exclude)
    shown = [str(source.path) for source in sources]
    work = zip(sources, shown, [options] * len(sources), around, strict=True)
    if jobs > 1 and len(sources) > 1:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (only where it is used)

        with ProcessPoolExecutor(min(jobs, len(sources))) as pool:
            return list(pool.map(_call, work))
    return [_call(each) for each in work]


def _call(work: tuple[Source, str, Options, Surroundings]) -> Outcome:
    from .module import judge_source  # noqa: PLC0415 (libcst is loaded when a file can matter)
    from .notebook import judge_notebook  # noqa: PLC0415 (it needs libcst as well)

    is_notebook = work[0].path.suffix == ".ipynb"
    return judge_source(*work, judge=judge_notebook if is_notebook else None)


def _surroundings(sources: list[Source], exclude: Sequence[str]) -> list[Surroundings]:
    from .project import Project, root_of  # noqa: PLC0415 (libcst is loaded when a file can matter)

    projects: dict[Path, Project] = {}
    found = []
    for source in sources:
        root = root_of(source.path)
        if root not in projects:
            projects[root] = Project(root, exclude)
        found.append(projects[root].surroundings(source))
    return found


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
