"""One file from its text to its rows and its new text, verified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .comments import Keep, keeps_in
from .parse import UnparsableError, parse
from .program import MisalignedError
from .report.model import Finding, Place, Row
from .verdict import Judged, Surroundings, judge
from .verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .options import Options
    from .scan import Source

__all__ = ["Outcome", "judge_source", "judge_text"]


@dataclass
class Outcome:
    """A file's part of the report; `text` is what it would become."""

    text: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dependencies: set[str] = field(default_factory=set)


def judge_source(
    source: Source,
    shown: str,
    options: Options,
    around: Surroundings,
    judge: Callable[[str, str, Options, Surroundings], Outcome] | None = None,
) -> Outcome:
    """Judge a file, as a module or as `judge` does; what its encoding lacks leaves it as it is."""
    outcome = (judge or judge_text)(source.text, shown, options, around)
    try:
        source.encode(outcome.text)
    except UnicodeEncodeError:
        return _left(
            source.text,
            shown,
            "AR156",
            "its encoding cannot hold what it would become",
            outcome.rows,
        )
    return outcome


def judge_text(text: str, shown: str, options: Options, around: Surroundings) -> Outcome:
    """Judge the text of a module; whatever goes wrong leaves it as it is, with a finding."""
    try:
        module = parse(text)
        keeps = keeps_in(text)
        lines = {keep.keeps for keep in keeps if keep.reason}
        judged = judge(module, text, shown, options, around, lines)
        ignored = {row.place.line for row in judged.rows if not _is_selected(row, options)}
        while ignored - lines:
            lines |= ignored
            judged = judge(module, text, shown, options, around, lines)
            ignored = {row.place.line for row in judged.rows if not _is_selected(row, options)}
        if judged.text != text:
            if judged.text.count("#") < text.count("#"):
                return _left(text, shown, "AR156", "a comment would be lost", judged.rows)
            problem = verify(judged.text, shown, options, around)
            if problem:
                return _left(text, shown, "AR156", problem, judged.rows)
    except UnparsableError as error:
        return _left(text, shown, error.code, str(error), line=error.line)
    except MisalignedError:
        return _left(text, shown, "AR155", "libcst does not give it back byte for byte")
    except RecursionError:
        return _left(text, shown, "AR154", "it is nested too deep to be understood")
    except Exception as error:
        kind = type(error).__name__
        return _left(text, shown, "AR158", f"it could not be judged: {kind} in autorag-migrate")
    return _outcome(judged, keeps, shown)


def _is_selected(row: Row, options: Options) -> bool:
    return row.verdict == "kept" or row.done or options.is_selected(row.code)


def _outcome(judged: Judged, keeps: list[Keep], shown: str) -> Outcome:
    by_comment = {keep.keeps for keep in keeps if keep.reason}
    rows = [_named(row, by_comment) for row in judged.rows]
    findings = [*judged.findings, *_about(keeps, judged.rows, shown)]
    return Outcome(judged.text, rows, findings, judged.dependencies)


def _named(row: Row, by_comment: set[int]) -> Row:
    """A site that `--select` or `--ignore` keeps says so."""
    if row.verdict != "kept" or row.code != "AR140" or row.kept_by & by_comment:
        return row
    return replace(row, code="AR142", reason="it is not selected")


def _about(keeps: list[Keep], rows: Iterable[Row], shown: str) -> Iterable[Finding]:
    used: set[int] = set()
    for row in rows:
        used |= row.kept_by
    for keep in keeps:
        place = Place(shown, keep.line, 1)
        if not keep.reason:
            yield Finding(
                "AR143", "a keep comment needs a reason: # autorag-migrate: keep -- why", place
            )
        elif keep.keeps not in used:
            yield Finding("AR141", "this keep comment keeps nothing", place)


def _left(
    text: str, shown: str, code: str, sentence: str, rows: Iterable[Row] = (), line: int = 1
) -> Outcome:
    """A file that is not touched: what would have been done in it is left to its owner."""
    kept = [
        replace(row, verdict="manual", code=code, reason=sentence, notes=())
        if row.verdict in {"native", "bridged"} and not row.done
        else row
        for row in rows
    ]
    return Outcome(text, kept, [Finding(code, sentence, Place(shown, line, 1))])
