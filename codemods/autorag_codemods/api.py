"""The tool in code: a text in, a text and its verdicts out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .engine import run
from .members import Surroundings
from .module import judge_text
from .options import DEFAULT_OPTIONS, Options
from .scan import may_matter

if TYPE_CHECKING:
    from .report.model import Finding, Report, Row

__all__ = ["Result", "migrate", "migrate_tree"]


@dataclass(frozen=True)
class Result:
    """What becomes of one module.

    Attributes:
        source: The new text; the given one where nothing changes.
        rows: The ledger, sorted by place.
        findings: What is reported beside the sites.
        dependencies: Extras of ``autorag-migrate`` that the new text needs, "" for the plain one.
    """

    source: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    dependencies: frozenset[str]


def migrate(
    source: str, options: Options = DEFAULT_OPTIONS, *, filename: str = "<string>"
) -> Result:
    """Rewrite the text of one module, taken by itself: other files of its project are not seen.

    Args:
        source: The text; its newlines are kept as they are.
        options: How to rewrite.
        filename: What rows and findings call it.

    Example:
        >>> migrate("print(1)").source
        'print(1)'
    """
    if not may_matter(source.encode("utf-8", "replace")):
        return Result(source, (), (), frozenset())
    outcome = judge_text(source, filename, options, Surroundings())
    findings = [finding for finding in outcome.findings if options.is_selected(finding.code)]
    return Result(
        outcome.text, tuple(outcome.rows), tuple(findings), frozenset(outcome.dependencies)
    )


def migrate_tree(path: str | Path, options: Options = DEFAULT_OPTIONS) -> Report:
    """Judge all that is below a folder, as ``check`` does; nothing is written.

    Raises:
        FileNotFoundError: The path does not exist.
    """
    return run([Path(path)], options)
