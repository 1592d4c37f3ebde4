"""Which modules and tests move together: all of what they share, or none of it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autorag_codemods.module import Outcome, judge_source
from autorag_codemods.recorded import SUFFIXES, convert_file, matters
from autorag_codemods.report.model import Evidence, FileChange
from autorag_codemods.scan import Problem, Source, find, read
from autorag_migrate.settings import Settings
from autorag_migrate.translate import ENDPOINTS

from .answers import NotUnderstoodError
from .move import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autorag_codemods.members import Surroundings
    from autorag_codemods.options import Options
    from autorag_codemods.project import Project

__all__ = ["Moves", "plan_moves"]

_ATTRIBUTE = re.compile(r"\.\s*([^\W\d]\w*)")
_PLAYS = re.compile(r"^\s*(?:import|from)\s+vcr\b|\bpytest\.mark\.vcr\b", re.MULTILINE)


@dataclass
class Moves:
    """What moves together: outcomes of files that are judged anyway, and edits of others.

    Attributes:
        outcomes: By the place of a file among those that are judged.
        changes: The edits of other files.
        left: Why a test cannot move, by its real path.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    changes: list[FileChange] = field(default_factory=list)
    left: dict[Path, str] = field(default_factory=dict)


@dataclass
class _Module:
    source: Source
    outcome: Outcome
    tests: set[Path]
    endpoints: set[str]


@dataclass
class _Test:
    source: Source
    text: str
    recordings: list[FileChange]


def plan_moves(
    paths: Sequence[Path],
    sources: Sequence[Source],
    around: Sequence[Surroundings],
    projects: Sequence[Project],
    options: Options,
    is_alone: Callable[[Source, Outcome], bool],
) -> Moves:
    """Find the modules whose tests can be moved with them.

    Args:
        paths: What the run was given: no other file is edited.
        sources: The files that are judged.
        around: What their projects say about each.
        projects: The project of each.
        options: How to rewrite.
        is_alone: Whether nothing else has to change where a module does.
    """
    settings = Settings(
        policy=options.policy,
        route=options.route,
        namespace=options.namespace,
        **options.settings,  # type: ignore[arg-type]  # the options have checked them
    )
    modules: dict[int, _Module] = {}
    claimed: dict[Path, set[int]] = {}
    for index, (source, said) in enumerate(zip(sources, around, strict=True)):
        if said.is_test or not (said.doubles or said.patched) or source.path.suffix == ".ipynb":
            continue
        tests = {Path(name).resolve() for name in projects[index].tests_of(source)}
        for test in tests:
            claimed.setdefault(test, set()).add(index)
        module = _judged(source, said, options, tests)
        if module is None or not all(_is_below(test, paths) for test in tests):
            continue
        if is_alone(source, module.outcome):
            modules[index] = module
    return _together(modules, claimed, sources, projects, settings)


def _judged(
    source: Source, said: Surroundings, options: Options, tests: set[Path]
) -> _Module | None:
    """A module that becomes native as a whole once its tests are no reason against it."""
    alone = replace(said, doubles="", patched="")
    outcome = judge_source(source, str(source.path), options, alone)
    endpoints = {row.endpoint for row in outcome.rows}
    if not outcome.rows or any(row.verdict != "native" for row in outcome.rows):
        return None
    if outcome.text == source.text or not endpoints <= ENDPOINTS.keys():
        return None
    if said.patched and _reads_more(source.text, outcome.text):
        return None
    return _Module(source, outcome, tests, {each for each in endpoints if each})


def _reads_more(before: str, after: str) -> bool:
    """Whether a module reads an attribute that it did not: a mock need not have that."""
    return not set(_ATTRIBUTE.findall(after)) <= set(_ATTRIBUTE.findall(before))


def _together(
    modules: dict[int, _Module],
    claimed: dict[Path, set[int]],
    sources: Sequence[Source],
    projects: Sequence[Project],
    settings: Settings,
) -> Moves:
    made: dict[Path, _Test | str] = {}
    left = set(modules)
    while True:
        stuck = {
            index
            for index in left
            if any(
                not claimed[test] <= left
                or not projects[index].legacy_subjects(test)
                <= {modules[each].source.path.resolve() for each in left}
                or isinstance(
                    _test(test, claimed[test], modules, projects[index], settings, made), str
                )
                for test in modules[index].tests
            )
        }
        left -= stuck
        if not stuck:
            break
    tests = {test for index in left for test in modules[index].tests}
    moving = [each for test in tests if isinstance(each := made[test], _Test)]
    reasons = {test: each for test, each in made.items() if isinstance(each, str)}
    shared = _shared(moving, tests, [projects[index] for index in left])
    if shared:
        return Moves(left=reasons)
    moves = Moves({index: _told(modules[index]) for index in left}, left=reasons)
    _add(moves, moving, sources)
    return moves


def _told(module: _Module) -> Outcome:
    """The outcome of a module, with its tests among the evidence."""
    names = ", ".join(sorted(test.name for test in module.tests))
    rows = [
        replace(
            row,
            evidence=(*row.evidence, Evidence(row.place.line, f"{names} is understood, and moves")),
        )
        for row in module.outcome.rows
    ]
    return replace(module.outcome, rows=rows)


def _test(
    path: Path,
    users: Iterable[int],
    modules: dict[int, _Module],
    project: Project,
    settings: Settings,
    made: dict[Path, _Test | str],
) -> _Test | str:
    """A test with its new text and its recordings; why not, for one that is not understood."""
    if path not in made:
        endpoints = {name for index in users for name in modules[index].endpoints}
        found = read(path)
        made[path] = "it cannot be read"
        if isinstance(found, Source):
            try:
                text = moved(found.text, endpoints, settings)
                found.encode(text)
                made[path] = _Test(found, text, _recordings(found, project, settings))
            except NotUnderstoodError as error:
                made[path] = str(error)
            except (UnicodeEncodeError, RecursionError):
                made[path] = "it cannot be written"
    return made[path]


def _recordings(test: Source, project: Project, settings: Settings) -> list[FileChange]:
    """The cassettes and stored answers that a test names, converted.

    Raises:
        NotUnderstoodError: One cannot be converted, or a test plays none that is found.
    """
    words, plays = _words(test.text), _PLAYS.search(test.text) is not None
    changes = []
    for name in find([project.root], suffixes=SUFFIXES):
        if isinstance(name, Problem):
            continue
        path = Path(name)
        # Only who plays recordings finds them by less than their name.
        names = {path.name, *((path.stem, path.parent.name) if plays else ())}
        if not words & names or not matters(path.read_bytes()):
            continue
        found = read(path)
        if isinstance(found, Problem):
            raise NotUnderstoodError("a recording cannot be read")
        change, converted = convert_file(found, settings)
        if converted.left or change is None:
            raise NotUnderstoodError("a recording cannot be converted")
        changes.append(change)
    if plays and not changes:
        raise NotUnderstoodError("its recordings are not found")
    return changes


def _words(text: str) -> set[str]:
    """Names that a test may have for a recording: what it says, and those of its functions."""
    words = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value.rpartition("/")[2])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words.add(node.name)
    return words


def _shared(moving: Iterable[_Test], tests: set[Path], projects: Iterable[Project]) -> bool:
    """Whether a recording is named by a file that does not move."""
    names = {change.path.name for test in moving for change in test.recordings}
    stems = {Path(name).stem for name in names}
    if not names:
        return False
    for project in {id(each): each for each in projects}.values():
        for name, text in project.texts():
            if Path(name).resolve() in tests:
                continue
            # Who plays a recording may name it after a function alone.
            said = names | stems if _PLAYS.search(text) else names
            if any(re.search(rf"\b{re.escape(each)}\b", text) for each in said):
                return True
    return False


def _add(moves: Moves, moving: Iterable[_Test], sources: Sequence[Source]) -> None:
    places = {source.path.resolve(): index for index, source in enumerate(sources)}
    seen: set[Path] = set()
    for test in moving:
        place = places.get(test.source.path.resolve())
        if place is not None:
            moves.outcomes[place] = Outcome(test.text)
        elif test.text != test.source.text:
            after = test.source.encode(test.text)
            change = FileChange(
                test.source.path, _shown(test.source.path), test.source.raw, after,
                test.source.encoding,
            )  # fmt: skip
            moves.changes.append(change)
        for change in test.recordings:
            if change.path.resolve() not in seen:
                seen.add(change.path.resolve())
                moves.changes.append(replace(change, shown=_shown(change.path)))


def _shown(path: Path) -> str:
    here = Path.cwd().resolve()
    real = path.resolve()
    return str(real.relative_to(here)) if real.is_relative_to(here) else str(real)


def _is_below(path: Path, paths: Sequence[Path]) -> bool:
    return any(path.is_relative_to(each.resolve()) for each in paths)
