"""The commands themselves: plan, show, write."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import click

from autorag_codemods.report.model import Report
from autorag_codemods.report.text import closing, is_skipped_file, items, nothing
from autorag_migrate.mapping import NOTES

from . import output
from .diffs import show_diff
from .given import Given, for_docs, for_edits, for_explanations, for_reports, for_runs
from .parameters import Command

__all__ = ["commands", "write_changes"]

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_NAMED = 5


@click.group(context_settings=_CONTEXT)
def commands() -> None:
    """Find the legacy calls of a code base and move them to AI Search."""


@commands.command(
    cls=Command,
    examples="""\
  autorag-migrate check                            the current directory
  autorag-migrate check src/ --explain-verdict     with what led to each verdict
  autorag-migrate check --output-format concise | grep manual
  autorag-migrate check --fail-on any              in CI: no bridge may remain either
  autorag-migrate check --fail-on open,traces      nor a legacy URL in configuration or docs
  autorag-migrate check --all-traces               every place that grep -i autorag finds
  autorag-migrate check --docs                     and what diff --docs would do, or why not

Exit code: 0 nothing is left, 1 something is (see --fail-on), 2 it could not be done.
""",
)
@for_reports
@for_docs
@for_runs
def check(**values: Any) -> int:
    """Find every legacy call in PATH (by default the current directory) and say what can be done.

    Nothing is written. Each call is a site, with one verdict: native (it can be rewritten in
    place), bridged (an adapter can be put in front of it), manual (neither can be done safely) or
    kept.
    """
    given = Given.of(values)
    report = _plan(given)
    _show(report, given)
    if given.output_format == "concise" and not given.quiet:
        output.talk(_summary(report))
    return given.exit_code(report)


@commands.command(
    cls=Command,
    examples="""\
  autorag-migrate diff | less -R
  autorag-migrate diff src/ > migration.patch && git apply migration.patch
  autorag-migrate diff --style bridge | head
  autorag-migrate diff --explain-verdict           with the evidence on standard error
  autorag-migrate diff --docs                      docs, too; and why some of them stay
  autorag-migrate diff --add-dependency            with what pyproject.toml then requires

Exit code: 0 nothing is left to do, 1 something is (see --fail-on), 2 it could not be done.
""",
)
@for_explanations
@for_edits
@for_runs
def diff(**values: Any) -> int:
    """Show what apply would change in PATH (by default the current directory), as a unified diff.

    Nothing is written. The diff goes to standard output, for git apply; what it leaves out goes to
    standard error. Its paths start at the top of the repository.
    """
    given = Given.of(values)
    report = _plan(given)
    if report.changes:
        color = output.wants_color(given.color)
        report.findings += show_diff(report, color=color, quiet=given.quiet, writer="apply")
    if given.explain:
        from autorag_codemods.report import terminal  # noqa: PLC0415

        ledger = terminal.render(report, explain=True, summary=False)
        output.talk(ledger.rstrip("\n").split("\n"))
    elif given.docs and not given.quiet:
        from autorag_codemods.report import concise  # noqa: PLC0415

        left = [each for each in report.open_traces if each.kind == "snippet" and not each.edited]
        output.talk(concise.render(Report(traces=left)).splitlines())
    if not given.quiet:
        output.talk(_summary(report))
    return given.exit_code(report)


@commands.command(
    cls=Command,
    examples="""\
  autorag-migrate apply
  autorag-migrate apply src/ --select AR101        rewrite in place, leave the rest
  autorag-migrate apply --add-dependency           and require autorag-migrate where it is needed
  autorag-migrate apply --docs                     and curl commands and Python blocks in docs
  autorag-migrate apply --output-format markdown > pull-request.md

Exit code: 0 all is done, 1 something is left to do by hand (see --fail-on), 2 it could not be done.
""",
)
@for_reports
@for_edits
@click.option("--allow-dirty", is_flag=True, help="Write although the git tree is not clean.")
@for_runs
def apply(*, allow_dirty: bool, **values: Any) -> int:
    """Rewrite what can be rewritten in PATH (by default the current directory).

    All files are made ready first, then each is replaced at once. A git tree with changes that are
    not committed is refused, so that what is written can be told from them.
    """
    given = Given.of(values)
    report = _plan(given)
    if report.changes:
        write_changes(report, allow_dirty=allow_dirty)
        report = _written(report)
    _show(report, given, written=True)
    if given.output_format != "terminal" and not given.quiet:
        output.talk(_summary(report, written=True))
    return given.exit_code(report)


@commands.command(
    cls=Command,
    examples="""\
  autorag-migrate explain             every code
  autorag-migrate explain AR110       one of them
  autorag-migrate explain answer-escapes
""",
)
@click.argument("code", required=False)
def explain(code: str | None) -> int:
    """Explain a CODE of a report, or list all of them."""
    from autorag_codemods.rules import RULES, codes, explanation  # noqa: PLC0415 (fifty files)

    if code is None:
        output.write("".join(f"{line}\n" for line in _index()))
        return 0
    try:
        text = explanation(code)
    except KeyError:
        names = [*codes(), *(rule.name for rule in RULES.values())]
        near = get_close_matches(code.upper(), names) or get_close_matches(code.lower(), names)
        hint = f"did you mean {near[0]}?" if near else "autorag-migrate explain lists them"
        raise click.UsageError(f"there is no rule {code!r}; {hint}") from None
    output.write(text)
    return 0


def _index() -> list[str]:
    from autorag_codemods.rules import RULES, codes  # noqa: PLC0415 (as above)

    width = max(len(rule.name) for rule in RULES.values())
    lines = []
    for code in codes():
        if code in RULES:
            rule = RULES[code]
            lines.append(f"{code}  {rule.kind:7}  {rule.name:{width}}  {rule.summary}")
        else:
            lines.append(f"{code}  {'note':7}  {NOTES[code].severity:{width}}  {NOTES[code].text}")
    return lines


def _plan(given: Given) -> Report:
    from autorag_codemods.engine import run  # noqa: PLC0415 (it decides itself what to load)

    report = run(given.paths, given.options, exclude=given.exclude, jobs=given.jobs)
    if given.docs:
        from autorag_codemods.snippets import rewrite_snippets  # noqa: PLC0415

        rewrite_snippets(report, given.options)
    if given.add_dependency:
        from autorag_codemods.dependency import add_dependencies  # noqa: PLC0415

        add_dependencies(report)
    return report


def _summary(report: Report, *, written: bool = False) -> list[str]:
    if not report.rows and not report.findings:
        return [nothing(report), *closing(report, written=written)[1:]]
    return closing(report, written=written)


def _show(report: Report, given: Given, *, written: bool = False) -> None:
    """Write the report in the form that was asked for."""
    output.write(_rendered(report, given, written=written))


def _rendered(report: Report, given: Given, *, written: bool) -> str:
    # Each view is loaded where it is used: rich alone takes longer than to find nothing.
    if given.output_format == "json":
        from autorag_codemods.report import json_view  # noqa: PLC0415

        return json_view.render(report, written=written)
    if given.output_format == "markdown":
        from autorag_codemods.report import markdown  # noqa: PLC0415

        return markdown.render(
            report, explain=given.explain, written=written, all_traces=given.all_traces
        )
    if given.output_format == "concise":
        from autorag_codemods.report import concise  # noqa: PLC0415

        return concise.render(report, explain=given.explain, all_traces=given.all_traces)
    if not items(report, all_traces=given.all_traces):
        return "" if given.quiet else "".join(f"{line}\n" for line in _summary(report))
    from autorag_codemods.report import terminal  # noqa: PLC0415

    return terminal.render(
        report,
        explain=given.explain,
        color=output.wants_color(given.color),
        width=output.width(),
        summary=not given.quiet,
        written=written,
        all_traces=given.all_traces,
    )


def write_changes(report: Report, *, allow_dirty: bool) -> None:
    """Write all changes, or none.

    Raises:
        click.ClickException: There is something in the git tree that is not committed.
        OSError: Writing failed.
    """
    from autorag_codemods.scan import Change, GitError, dirty, write_all  # noqa: PLC0415

    if not allow_dirty:
        try:
            files = dirty(change.path for change in report.changes)
        except GitError as error:
            sentence = f"git does not say what is committed: {error}; --allow-dirty writes anyway"
            raise click.ClickException(sentence) from error
        if files:
            named = ", ".join(files[:_NAMED])
            more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
            sentence = f"the git tree is not clean: {named}{more}; commit first, or --allow-dirty"
            raise click.ClickException(sentence)
    write_all([Change(each.path, each.before, each.after) for each in report.changes])


def _written(report: Report) -> Report:
    """The report after the changes are on disk: what they were for is done.

    That need not be in a file of its own: a site can be moved by an edit of another file. Only the
    sites of a file that was left are still open.
    """
    left = {finding.place.path for finding in report.findings if is_skipped_file(finding)}
    rows = [
        replace(row, done=True)
        if row.verdict in {"native", "bridged"} and row.place.path not in left
        else row
        for row in report.rows
    ]
    traces = [replace(each, open=False) if each.edited else each for each in report.traces]
    return replace(report, rows=rows, traces=traces)
