"""A whole run: files by their bytes, verdicts, and the report that every command shows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .report.model import FileChange, Finding, Place, Report
from .scan import (
    Problem,
    Source,
    candidates,
    find,
    kind_of,
    pool_of,
    processes_for,
    project_of,
    read,
)
from .traces import account, readers_of, texts_with_traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from .configuration import Setting
    from .module import Outcome
    from .options import Options
    from .programs import Programs
    from .traces.others import TextFile

__all__ = ["run"]


def run(
    paths: Sequence[Path], options: Options, *, exclude: Sequence[str] = (), jobs: int | None = 1
) -> Report:
    """Judge every Python file and notebook below `paths`, and account for all traces.

    Nothing is written.

    Args:
        paths: Files and folders.
        options: How to rewrite.
        exclude: Patterns of what is not searched, as in a ``.gitignore``.
        jobs: Processes to work with; None for what the number of files is worth.

    Raises:
        FileNotFoundError: One of the paths does not exist.
    """
    report = Report()
    looked_at: list[str] = []
    others: list[str] = []
    sources: list[Source] = []
    problems: list[Problem] = []
    for found in candidates(paths, exclude=exclude, looked_at=looked_at, others=others, jobs=jobs):
        if isinstance(found, Problem):
            problems.append(found)
            report.findings.append(Finding(found.code, found.text, Place(str(found.path), 1, 1)))
        else:
            _programs()  # while other processes search on
            sources.append(found)
    texts = list(texts_with_traces(others, report))
    beside = list(_configuration_beside(paths, others, exclude))
    readers = readers_of([*texts, *beside], looked_at)
    variables = None
    if options.with_configuration and readers:
        from .configuration import variables_in  # noqa: PLC0415 (as below)

        variables = variables_in(texts, readers, looked_at, others, paths)
    sources += _naming_a_key(readers, sources)
    report.searched, report.candidates = len(looked_at), len(sources)
    judged: list[tuple[Source, list[Finding]]] = []
    moved: set[Setting] = set()
    staying: Mapping[str, str] = {} if variables is None else variables.staying
    if sources:
        processes = processes_for(len(looked_at), jobs)
        programs = _programs()(
            sources, looked_at, options, exclude, paths, processes, readers, variables
        )
        report.changes += programs.move_tests(paths)
        for source, outcome in _judge(programs, processes):
            _add(report, source, outcome, bound=programs.is_bound(source.path))
            judged.append((source, outcome.findings))
        changes, moved = programs.configured()
        staying = programs.staying
        report.changes += changes
    if judged or problems or texts:
        account(report, judged=judged, problems=problems, texts=texts, readers=readers)
    if variables is not None:
        from .configuration import set_anew, told  # noqa: PLC0415 (as above)

        report.traces = list(told(report.traces, staying, moved))
        report.findings += set_anew(variables, moved)
    report.findings = [each for each in report.findings if options.is_selected(each.code)]
    report.rows.sort(key=lambda row: row.place.order)
    report.findings.sort(key=lambda finding: finding.place.order)
    report.changes.sort(key=lambda change: change.shown)
    return report


def _programs() -> type[Programs]:
    from .programs import Programs  # noqa: PLC0415 (libcst is loaded when a file can matter)

    return Programs


def _configuration_beside(
    paths: Sequence[Path], others: Iterable[str], exclude: Sequence[str]
) -> Iterable[TextFile | str]:
    """The configuration of the projects of what was given, where that stands beside it.

    It is no part of the report: it tells which calls of what was given are legacy ones.
    """
    given = {path.resolve() for path in paths}
    projects = {project_of(path / "any" if path.is_dir() else path) for path in given}
    roots = {each for each in projects if each is not None} - given
    if not roots:
        return ()
    known = {os.path.realpath(other) for other in others}
    beside: list[str] = []
    for _ in find(sorted(roots), exclude=exclude, others=beside):
        pass  # what is Python is not asked for
    beside = [each for each in beside if os.path.realpath(each) not in known]
    configured = (each for each in beside if kind_of(each) == "configuration")
    return texts_with_traces(configured, Report())


def _naming_a_key(
    readers: Mapping[str, Iterable[str]], sources: Iterable[Source]
) -> Iterable[Source]:
    """The files that hold no trace, but name what has a legacy URL in the configuration."""
    known = {str(source.path) for source in sources}
    for path in sorted({path for paths in readers.values() for path in paths} - known):
        found = read(path)
        if isinstance(found, Source):
            yield found


def _judge(programs: Programs, processes: int) -> Iterable[tuple[Source, Outcome]]:
    if processes == 1:
        return programs.judge(map)
    with pool_of(processes) as pool:
        return programs.judge(pool.map)


def _add(report: Report, source: Source, outcome: Outcome, *, bound: bool) -> None:
    from .dependency import extras_in  # noqa: PLC0415 (as above)

    report.rows += outcome.rows
    report.findings += outcome.findings
    report.dependencies |= outcome.dependencies
    report.needs[source.path] = outcome.dependencies | extras_in(outcome.text)
    if outcome.text != source.text:
        report.changes.append(
            FileChange(
                source.path,
                str(source.path),
                source.raw,
                source.encode(outcome.text),
                source.encoding,
                "code" if bound else "",
            )
        )
