"""A report's diff on standard output, without the credentials beside what changes."""

from __future__ import annotations

from pathlib import Path

from autorag_codemods.report.model import Finding, Place, Report

from . import output

__all__ = ["show_diff"]


def show_diff(report: Report, *, color: bool, quiet: bool, writer: str) -> list[Finding]:
    """Write the diff of every file; of recordings and configuration if it shows no credential.

    What is left out is a finding, and is said even where little is wanted: who pipes the diff to
    git would take it for complete.

    Args:
        report: What was found.
        color: Write ANSI colours.
        quiet: Say nothing but that.
        writer: What converts the files that are left out.
    """
    from autorag_codemods.configuration import plain_diff  # noqa: PLC0415 (only where it is used)
    from autorag_codemods.recorded import SUFFIXES, safe_diff  # noqa: PLC0415 (only where it is used)
    from autorag_codemods.report import concise, diff  # noqa: PLC0415

    base = diff.base_of(report.changes)
    hidden = []
    pieces = []
    settings = {
        each.path: plain_diff(each, base, color=color)
        for each in report.changes
        if each.bound == "setting"
    }
    hides_settings = None in settings.values()
    for change in report.changes:
        if change.bound and hides_settings:
            why = "it changes together with configuration whose diff may show a credential"
            said = f"{why}, and is left out: {writer} writes it"
            hidden.append(Finding("AR161", said, Place(change.shown, 1, 1)))
        elif change.bound == "setting":
            pieces.append(settings[change.path] or b"")
        elif change.path.suffix.lower() not in SUFFIXES:
            pieces.append(diff.render([change], base=base, color=color))
        elif (shown := safe_diff(change, base, color=color)) is not None:
            pieces.append(shown)
        else:
            said = f"its diff would show a credential, and is left out: {writer} converts it"
            hidden.append(Finding("AR161", said, Place(change.shown, 1, 1)))
    output.write(b"".join(pieces))
    output.talk(concise.render(Report(findings=hidden)).splitlines())
    here = Path.cwd().resolve()
    if not quiet and not all(each.path.resolve().is_relative_to(here) for each in report.changes):
        # git apply leaves such files out, and says nothing.
        output.talk([f"some of the files are not below this directory: apply it in {base}"])
    return hidden
