"""The options that check, diff and apply share, and what was given for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autorag_codemods.options import Options
from autorag_codemods.report.text import is_skipped_file
from autorag_migrate.mapping import SETTINGS

from .parameters import Chooser, Option, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autorag_codemods.report.model import Report

__all__ = [
    "Given",
    "for_docs",
    "for_edits",
    "for_explanations",
    "for_reports",
    "for_runs",
    "for_translations",
]

_REWRITE = "how to rewrite"
_SCOPE = "what to look at"
_QUESTIONS = "open questions about the service, and their answers"
_FAIL_ON = ("open", "native", "bridged", "manual", "findings", "traces", "any")


@dataclass(frozen=True)
class Given:
    """What a command was given."""

    paths: tuple[Path, ...]
    options: Options
    exclude: tuple[str, ...]
    jobs: int | None
    fail_on: tuple[str, ...]
    exit_zero: bool
    color: str
    quiet: bool
    output_format: str = "terminal"
    explain: bool = False
    all_traces: bool = False
    add_dependency: bool = False
    docs: bool = False

    @classmethod
    def of(cls, values: dict[str, Any]) -> Given:
        """Sort out click's values.

        Raises:
            click.UsageError: A value that is none of the allowed ones.
        """
        settings = {setting.name: values.pop(setting.name) for setting in SETTINGS}
        names = (
            *("style", "policy", "route", "namespace", "with_configuration", "select", "ignore"),
        )
        chosen = {name: values.pop(name) for name in names}
        try:
            options = Options(settings=settings, **chosen)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        return cls(options=options, **values)

    def exit_code(self, report: Report) -> int:
        """0 when nothing is left of what the run is to fail on."""
        left = any(_remains(name, report, self.options) for name in self.fail_on)
        return 1 if left and not self.exit_zero else 0


def _remains(name: str, report: Report, options: Options) -> bool:
    """Whether anything is left of one of `_FAIL_ON`."""
    if name == "any":
        return any(_remains(other, report, options) for other in _FAIL_ON if other != "any")
    if name == "traces":
        return any(options.is_selected(trace.code) for trace in report.open_traces)
    if name == "open":
        return bool(report.open_rows) or any(map(is_skipped_file, report.findings))
    if name == "findings":
        return bool(report.findings)
    rows = report.rows if name == "bridged" else report.open_rows
    return any(row.verdict == name for row in rows)


def for_runs(command: Callable[..., int]) -> Callable[..., int]:
    """Add the paths and the options that every run has."""
    for decorate in reversed(_parameters()):
        command = decorate(command)
    return command


def for_edits(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a command that shows or makes edits of other files."""
    command = for_docs(command)
    return _option(
        "--add-dependency",
        is_flag=True,
        help="Add autorag-migrate, with the extras that the bridged code needs, to pyproject.toml "
        "or requirements.txt of its project.",
    )(command)


def for_docs(command: Callable[..., int]) -> Callable[..., int]:
    """Add the option that takes docs and scripts in."""
    return _option(
        "--docs",
        is_flag=True,
        help="Rewrite curl commands and Python blocks in Markdown, reStructuredText and shell "
        "scripts as well, where they are understood, and say of the others why they are not.",
    )(command)


def for_explanations(command: Callable[..., int]) -> Callable[..., int]:
    """Add the option that shows the evidence."""
    return _option(
        "--explain-verdict",
        "explain",
        is_flag=True,
        help="Show the evidence for each verdict below its site: the pieces of the URL, the "
        "payload, the send, the reads, and what kept it from being native.",
    )(command)


def for_reports(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a command that prints a report."""
    command = _option(
        "--all-traces",
        is_flag=True,
        help="List every place where a plain search finds the legacy name, with what it is; "
        "else only legacy calls and URLs outside of Python programs are listed.",
    )(command)
    command = for_explanations(command)
    return _option(
        "--output-format",
        type=click.Choice(("terminal", "concise", "json", "markdown")),
        default="terminal",
        show_default=True,
        help="For people, for editors and grep, for programs, for a pull request.",
    )(command)


def _option(*names: str, **keywords: Any) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.option(*names, cls=Option, **keywords)


def _parameters() -> list[Callable[[Callable[..., int]], Callable[..., int]]]:
    return [
        click.argument(
            "paths",
            nargs=-1,
            metavar="[PATH]...",
            type=click.Path(exists=True, path_type=Path),
            callback=lambda context, parameter, value: value or (Path(),),  # noqa: ARG005 (click's)
        ),
        _option(
            "--fail-on",
            multiple=True,
            metavar="WHAT",
            callback=_fail_on,
            help="What makes the exit code 1: "
            f"{', '.join(_FAIL_ON)} (default: open, that is every site that is neither kept nor "
            "done, and every file that could not be looked at). Repeat it, or use commas. "
            "bridged means the sites that are done, too; traces the legacy calls and URLs in other "
            "languages, configuration, docs and recorded data.",
        ),
        _option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
        _option(
            "--color",
            type=click.Choice(("auto", "always", "never")),
            default="auto",
            help="Colours on standard output (default: auto, on a terminal only).",
        ),
        _option("--quiet", "-q", is_flag=True, help="No summary, and only errors on stderr."),
        _option(
            "--select",
            multiple=True,
            metavar="CODES",
            section=_SCOPE,
            callback=_codes,
            help="Only these codes, or beginnings of codes: AR101,AR11.",
        ),
        _option(
            "--ignore",
            multiple=True,
            metavar="CODES",
            section=_SCOPE,
            callback=_codes,
            help="Not these codes; stronger than --select.",
        ),
        _option(
            "--exclude",
            multiple=True,
            metavar="PATTERN",
            section=_SCOPE,
            help="Leave out what matches, as .gitignore writes it. Repeat it for several.",
        ),
        _option(
            "--jobs",
            type=click.IntRange(min=1),
            metavar="N",
            section=_SCOPE,
            help="Processes to work with (default: as many as a tree of this size is worth).",
        ),
        _option(
            "--style",
            type=click.Choice(("auto", "native", "bridge")),
            default="auto",
            section=_REWRITE,
            help="Rewrite in place where it can be proved, else through an adapter (default: auto);"
            " only in place; only through an adapter.",
        ),
        _option(
            "--with-configuration",
            is_flag=True,
            section=_REWRITE,
            help="Change a legacy URL in an environment file, compose file or the like together "
            "with the code that reads its variable; else such code goes through an adapter. What "
            "is searched then counts as the only place that sets the variable.",
        ),
        *for_translations(),
    ]


def for_translations() -> list[Callable[[Callable[..., int]], Callable[..., int]]]:
    """The options that say how a request is translated."""
    return [
        _option(
            "--policy",
            type=click.Choice(("pin", "adopt")),
            default="pin",
            section=_REWRITE,
            help="Keep what the legacy API documented (default: pin), or take the new defaults.",
        ),
        _option(
            "--route",
            type=click.Choice(("namespaced", "bare")),
            default="namespaced",
            section=_REWRITE,
            help="The path with a namespace (default: namespaced), or the deprecated one without.",
        ),
        _option(
            "--namespace",
            default="default",
            metavar="NAME",
            section=_REWRITE,
            help="Where the instances live (default: default, as all legacy ones do).",
        ),
        *(
            _option(
                f"--{setting.name.replace('_', '-')}",
                setting.name,
                type=Chooser(setting.values),
                default=Chooser.shown(setting.default),
                metavar="|".join(map(Chooser.shown, setting.values)),
                section=_QUESTIONS,
                help=f"{setting.doubt} (default: {Chooser.shown(setting.default)})",
            )
            for setting in SETTINGS
        ),
    ]


def _codes(
    context: click.Context, parameter: click.Parameter, given: Sequence[str]
) -> tuple[str, ...]:
    wanted = tuple(code.upper() for code in split(given))
    if not wanted:
        return ()
    from autorag_codemods.rules import codes  # noqa: PLC0415 (fifty files)

    for code in wanted:
        if not any(known.startswith(code) for known in codes()):
            message = f"no rule has the code {code!r}; autorag-migrate explain lists them."
            raise click.BadParameter(message, context, parameter)
    return wanted


def _fail_on(
    context: click.Context, parameter: click.Parameter, given: Sequence[str]
) -> tuple[str, ...]:
    wanted = split(given) or ("open",)
    for name in wanted:
        if name not in _FAIL_ON:
            message = f"{name!r} is not one of {', '.join(_FAIL_ON)}."
            raise click.BadParameter(message, context, parameter)
    return wanted
