"""The files of a program from their texts to their rows and their new texts, verified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from .comments import Keep, keeps_in
from .garbage import collected_after
from .members import Judged, Member, Surroundings, alone
from .parse import UnparsableError, parse, still_parses
from .program import BudgetError, MisalignedError
from .report.model import Finding, Place, Row
from .scan import may_matter
from .splitting import judge_apart
from .verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .options import Options
    from .program import FindModule
    from .program.sewn import Sewn
    from .scan import Source

__all__ = ["Outcome", "Part", "judge_parts", "judge_text"]


class Part(NamedTuple):
    """A file of a program.

    Attributes:
        path: What reports call it.
        text: Its text.
        around: What the rest of the project says, the other files of the program left out.
        by_itself: What all of the project says.
        users: Paths of the program's files that import it, directly or not.
        source: The file, where there is one.
        sewn: How the text was made of a file that sets variables, None for a program.
    """

    path: str
    text: str
    around: Surroundings
    by_itself: Surroundings | None = None
    users: frozenset[str] = frozenset()
    source: Source | None = None
    sewn: Sewn | None = None


@dataclass
class Outcome:
    """A file's part of the report; `text` is what it would become.

    `wanted`, `leading` and `lent` are names of the whole program, as in `Judged`.
    """

    text: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dependencies: set[str] = field(default_factory=set)
    wanted: set[tuple[str, str]] = field(default_factory=set)
    leading: set[tuple[str, str]] = field(default_factory=set)
    lent: set[tuple[str, str]] = field(default_factory=set)


def judge_source(source: Source, shown: str, options: Options, around: Surroundings) -> Outcome:
    """Judge a file taken by itself."""
    return judge_parts([Part(shown, source.text, around, source=source)], options)[shown]


def judge_text(text: str, shown: str, options: Options, around: Surroundings) -> Outcome:
    """Judge the text of a module taken by itself."""
    return judge_parts([Part(shown, text, around)], options)[shown]


@collected_after()
def judge_parts(
    parts: Sequence[Part], options: Options, find_module: FindModule = alone
) -> dict[str, Outcome]:
    """Judge the modules of a program; whatever goes wrong leaves a file as it is, with a finding.

    Where they cannot be judged together, each is judged by itself.
    """
    outcomes: dict[str, Outcome] = {}
    parsed: list[tuple[Part, cst.Module]] = []
    for part in parts:
        try:
            parsed.append((part, parse(part.text)))
        except UnparsableError as error:  # noqa: PERF203 (one for each file)
            outcomes[part.path] = _left(part, error.code, str(error), line=error.line)
    if outcomes:
        # What is not understood may read what configuration says.
        parsed = [(part, module) for part, module in parsed if part.sewn is None]
    defect: Finding | None = None
    if len(parsed) > 1:
        together = _together(parsed, options, find_module)
        if isinstance(together, dict):
            return outcomes | together
        defect = together
    for part, module in parsed:
        if part.sewn is not None:
            continue
        by_itself = part._replace(around=part.by_itself or part.around, users=frozenset())
        outcomes[part.path] = _alone(by_itself, module, options)
    if defect is not None:
        outcomes[defect.place.path].findings.append(defect)
    return outcomes


def _together(
    parsed: list[tuple[Part, cst.Module]], options: Options, find_module: FindModule
) -> dict[str, Outcome] | Finding | None:
    """The outcome of each file; a defect, or None, where one stands in the way of the others."""
    try:
        return _judge(parsed, options, find_module)
    except (BudgetError, MisalignedError, RecursionError):
        return None  # too much at once, or one that says so when it is judged by itself
    except _UntrustedError as error:
        code, why = "AR156", str(error)
    except Exception as error:
        code, why = "AR158", f"{type(error).__name__} in autorag-migrate"
    paths = [part.path for part, _ in parsed]
    text = f"not judged with the files that belong to it, but by itself, as each of them: {why}"
    return Finding(code, text, Place(paths[0], 1, 1))


def _alone(part: Part, module: cst.Module, options: Options) -> Outcome:
    try:
        return _judge([(part, module)], options, alone)[part.path]
    except _UntrustedError as error:
        return _left(part, "AR156", str(error), error.rows)
    except MisalignedError:
        return _left(part, "AR155", "libcst does not give it back byte for byte")
    except RecursionError:
        return _left(part, "AR154", "it is nested too deep to be understood")
    except Exception as error:
        kind = type(error).__name__
        return _left(part, "AR158", f"it could not be judged: {kind} in autorag-migrate")


class _UntrustedError(Exception):
    """What a file would become cannot be written; `rows` are those of the program."""

    def __init__(self, text: str, rows: Iterable[Row]) -> None:
        super().__init__(text)
        self.rows = tuple(rows)


def _judge(
    parsed: list[tuple[Part, cst.Module]], options: Options, find_module: FindModule
) -> dict[str, Outcome]:
    keeps = {part.path: keeps_in(part.text) for part, _ in parsed}
    lines = {path: {keep.keeps for keep in found if keep.reason} for path, found in keeps.items()}
    judged = judge_apart(_members(parsed, lines), options, find_module)
    while _add_ignored(judged.rows, lines, options):
        judged = judge_apart(_members(parsed, lines), options, find_module)
    _check(parsed, judged, options, find_module)
    outcomes = {}
    for part, _ in parsed:
        outcome = Outcome(
            judged.texts[part.path],
            wanted=judged.wanted,
            leading=judged.leading,
            lent=judged.lent,
        )
        its = [row for row in judged.rows if row.place.path == part.path]
        by_comment = {keep.keeps for keep in keeps[part.path] if keep.reason}
        outcome.rows = [_named(row, by_comment) for row in its]
        outcome.findings = [each for each in judged.findings if each.place.path == part.path]
        outcome.findings += _about(keeps[part.path], its, part.path)
        outcome.dependencies = judged.dependencies if outcome.text != part.text else set()
        outcomes[part.path] = outcome
    return outcomes


def _members(
    parsed: Iterable[tuple[Part, cst.Module]], lines: Mapping[str, set[int]]
) -> list[Member]:
    return [
        _member(part, module, part.text, frozenset(lines[part.path])) for part, module in parsed
    ]


def _member(part: Part, module: cst.Module, text: str, keep: frozenset[int]) -> Member:
    return Member(
        *(part.path, module, text, part.around, keep, part.users),
        sewn=part.sewn,
        is_configuration=part.sewn is not None,
    )


def _add_ignored(rows: Iterable[Row], lines: Mapping[str, set[int]], options: Options) -> bool:
    """Keep the lines of the sites that are not selected; whether there are any new ones."""
    before = sum(map(len, lines.values()))
    for row in rows:
        if not _is_selected(row, options):
            lines[row.place.path].add(row.place.line)
    return sum(map(len, lines.values())) > before


def _check(
    parsed: list[tuple[Part, cst.Module]],
    judged: Judged,
    options: Options,
    find_module: FindModule,
) -> None:
    """Raise for what must not be written.

    Where nothing is native, imports are all that changes: no site needs to be looked at again.
    """
    changed = [part for part, _ in parsed if judged.texts[part.path] != part.text]
    for part in changed:
        text = judged.texts[part.path]
        if text.count("#") < part.text.count("#"):
            raise _UntrustedError("a comment would be lost", judged.rows)
        if part.source is not None:
            try:
                part.source.encode(text)
            except UnicodeEncodeError:
                why = "its encoding cannot hold what it would become"
                raise _UntrustedError(why, judged.rows) from None
        if not still_parses(text):
            raise _UntrustedError("what it would become does not parse", judged.rows)
    if any(row.verdict == "native" for row in judged.rows) and _have_traces(judged):
        problem = verify(_again(parsed, judged), options, find_module)
        if problem:
            raise _UntrustedError(problem, judged.rows)


def _have_traces(judged: Judged) -> bool:
    """Whether a second run would look at the files at all."""
    return any(may_matter(text.encode("utf-8", "replace")) for text in judged.texts.values())


def _again(parsed: Iterable[tuple[Part, cst.Module]], judged: Judged) -> list[Member]:
    """The files as they would be."""
    members = []
    for part, module in parsed:
        text = judged.texts[part.path]
        again = cst.parse_module(text) if text != part.text else module
        keep = frozenset(keep.keeps for keep in keeps_in(text) if keep.reason)
        members.append(_member(part, again, text, keep))
    return members


def _is_selected(row: Row, options: Options) -> bool:
    return row.verdict == "kept" or row.done or options.is_selected(row.code)


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


def _left(part: Part, code: str, sentence: str, rows: Iterable[Row] = (), line: int = 1) -> Outcome:
    """A file that is not touched: what would have been done in it is left to its owner."""
    kept = [
        replace(row, verdict="manual", code=code, reason=sentence, notes=())
        if row.verdict in {"native", "bridged"} and not row.done
        else row
        for row in rows
    ]
    return Outcome(part.text, kept, [Finding(code, sentence, Place(part.path, line, 1))])
