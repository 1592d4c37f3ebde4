"""A report's diff on standard output, without the credentials beside what changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autorag_codemods.report.text import plain

from . import output

if TYPE_CHECKING:
    from autorag_codemods.report.model import Report

__all__ = ["show_diff"]


def show_diff(report: Report, *, color: bool, quiet: bool) -> None:
    """Write the diff of every file; of recordings and configuration if it shows no credential."""
    from autorag_codemods.configuration import plain_diff  # noqa: PLC0415 (only where it is used)
    from autorag_codemods.recorded import SUFFIXES, safe_diff  # noqa: PLC0415 (only where it is used)
    from autorag_codemods.report import diff  # noqa: PLC0415

    base = diff.base_of(report.changes)
    hidden = []
    pieces = []
    settings = [each for each in report.changes if each.bound == "setting"]
    hides_settings = any(plain_diff(each, base, color=False) is None for each in settings)
    for change in report.changes:
        if change.bound and hides_settings:
            why = "it changes together with configuration whose diff may show a credential"
            hidden.append(f"{plain(change.shown)}: {why}, and is left out: apply writes it")
        elif change.bound == "setting":
            pieces.append(plain_diff(change, base, color=color) or b"")
        elif change.path.suffix.lower() not in SUFFIXES:
            pieces.append(diff.render([change], base=base, color=color))
        elif (shown := safe_diff(change, base, color=color)) is not None:
            pieces.append(shown)
        else:
            hidden.append(
                f"{plain(change.shown)}: its diff would show a credential, and is left out"
            )
    output.write(b"".join(pieces))
    output.talk(hidden)
    here = Path.cwd().resolve()
    if not quiet and not all(each.path.resolve().is_relative_to(here) for each in report.changes):
        # git apply leaves such files out, and says nothing.
        output.talk([f"some of the files are not below this directory: apply it in {base}"])
