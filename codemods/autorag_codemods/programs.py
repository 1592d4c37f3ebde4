"""The programs of a run: files that are judged together, grown until nothing else decides."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .configuration import Variables, as_module, changed, in_order, values_of
from .groups import MOST_FILES, Group, Imports, Tree
from .members import ANY_NAME, Surroundings
from .module import Outcome, Part, judge_parts
from .notebook import judge_notebook
from .project import Project, is_test
from .scan import root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .configuration import Setting, Variable
    from .options import Options
    from .report.model import FileChange
    from .scan import Source

__all__ = ["Programs"]

_MOST_TURNS = 4
_FEW = 10


class Programs:
    """The candidates of a run, in groups that import each other.

    Attributes:
        staying: Why variables stay as they are, after `judge`.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        looked_at: Iterable[str],
        options: Options,
        exclude: Sequence[str],
        given: Sequence[Path],
        processes: int = 1,
        readers: Mapping[str, Sequence[str]] | None = None,
        variables: Variables | None = None,
    ) -> None:
        self._options, self._exclude, self._given = options, exclude, given
        self._processes, self._variables = processes, variables or Variables()
        self._values: dict[Setting, str] = {}
        self.staying: dict[str, str] = dict(self._variables.staying)
        self._configured: dict[str, set[str]] = {}
        for key, names in (readers or {}).items():
            for name in names:
                self._configured.setdefault(_real(Path(name)), set()).add(key.lower())
        self._candidates = {_real(source.path): source for source in sources}
        self._tree = Tree([*looked_at, *(str(each.path) for each in self._candidates.values())])
        self._roots: dict[str, Path] = {}
        self._projects: dict[Path, Project] = {}
        self._groups: list[Group] = []
        self._moved: dict[str, Outcome] = {}

    def move_tests(self, paths: Sequence[Path]) -> list[FileChange]:
        """Take out the modules that move with their tests; the changes of the tests."""
        order = sorted(self._candidates)
        sources = [self._candidates[path] for path in order]
        self._prepare(order)
        projects = [self._project(path) for path in order]
        around = [
            project.surroundings(source) for project, source in zip(projects, sources, strict=True)
        ]
        if not any(each.doubles or each.patched for each in around):
            return []
        from .doubles import plan_moves  # noqa: PLC0415 (it takes long to load)

        moves = plan_moves(paths, sources, around, projects, self._options, self._is_alone)
        for project in projects:
            project.stay = moves.left
        for index, outcome in moves.outcomes.items():
            self._moved[order[index]] = outcome
        return list(moves.changes)

    def _is_alone(self, source: Source, outcome: Outcome) -> bool:
        """Whether a module becomes the same when the files are seen that get hold of its URLs."""
        path = _real(source.path)
        group = Group(str(self._root(path)), {path})
        for user in sorted(self._deciding(group, {path: outcome})):
            group.add(self._tree, user, self._candidates)
        if len(group.files) > MOST_FILES:
            return False
        found = {self._tree.shown[path]: outcome}
        if len(group.files) > 1:
            self._prepare(sorted(group.files))
            parts, options, imports = self._work(group)
            parts = [each._replace(around=_untested(each.around)) for each in parts]
            found = judge_parts(parts, options, imports.find)
        by_path = {each: found[self._tree.shown[each]] for each in group.files}
        others = (each for each in group.files - {path})
        return (
            by_path[path].text == outcome.text
            and all(by_path[each].text == self._source(each).text for each in others)
            and not self._lends(group, by_path)
        )

    def _prepare(self, paths: Iterable[str]) -> None:
        by_project: dict[int, tuple[Project, list[Source]]] = {}
        for path in paths:
            project = self._project(path)
            by_project.setdefault(id(project), (project, []))[1].append(self._source(path))
        for project, sources in by_project.values():
            project.prepare(sources, self._processes)

    def _group(self) -> None:
        for path in self._moved:
            self._tree.leave_out(path)
        for path in sorted(set(self._candidates) - set(self._moved)):
            self._place(path, str(self._root(path)))
        for variable in self._variables.moving:
            self._join_readers(variable)
        self._prepare(path for group in self._groups for path in sorted(group.files))

    def _join_readers(self, variable: Variable) -> None:
        """Make one program of the files that read a variable, unless that is too large a one."""
        readers = {_real(Path(reader)) for reader in variable.readers}
        groups = [group for group in self._groups if not readers.isdisjoint(group.files)]
        files = set[str]().union(*(group.files for group in groups))
        if len({group.root for group in groups}) == 1 and len(files) <= MOST_FILES:
            self._join(Group(groups[0].root, files))

    def _variables_of(self, group: Group) -> list[Variable]:
        """The variables that only files of a program read."""
        return [
            variable
            for variable in self._variables.moving
            if variable.name not in self.staying
            and group.files.issuperset(_real(Path(reader)) for reader in variable.readers)
        ]

    def judge(self, run_all: Callable[..., Iterable[Any]]) -> list[tuple[Source, Outcome]]:
        """Judge every group; one that other files decide about takes them in, and is judged again.

        Args:
            run_all: `map`, or that of a pool of processes.
        """
        self._group()
        outcomes = dict(self._moved)
        todo = list(self._groups)
        for turn in range(_MOST_TURNS + 1):
            for group, found in zip(todo, run_all(_call, map(self._work, todo)), strict=True):
                for path in group.files:
                    outcomes[path] = found[self._tree.shown[path]]
                self._take_values(group, found)
            if turn < _MOST_TURNS - 1:
                todo = self._grown(todo, outcomes)
            else:
                todo = [each for each in todo if self._lends(each, outcomes)]
            if not todo:
                break
        self._without_unmoved(run_all, outcomes)
        paths = sorted({*self._moved, *(path for group in self._groups for path in group.files)})
        return [(self._source(path), outcomes[path]) for path in paths]

    def _without_unmoved(
        self, run_all: Callable[..., Iterable[Any]], outcomes: dict[str, Outcome]
    ) -> None:
        """Judge programs again whose variables stay, as if nothing was known of these."""
        todo = []
        for group in self._groups:
            unmoved = [each for each in self._variables_of(group) if not self._has_moved(each)]
            for variable in unmoved:
                self.staying[variable.name] = self._why_not(variable, group, outcomes)
            todo += [group] if unmoved else []
        for group, found in zip(todo, run_all(_call, map(self._work, todo)), strict=True):
            for path in group.files:
                outcomes[path] = found[self._tree.shown[path]]
            self._take_values(group, found)

    def _has_moved(self, variable: Variable) -> bool:
        return any(self._is_new(setting) for setting in variable.settings)

    def _is_new(self, setting: Setting) -> bool:
        text = self._variables.files[setting.path].text
        old = text[setting.start : setting.end]
        return self._values.get(setting, old) != old

    def _why_not(self, variable: Variable, group: Group, outcomes: Mapping[str, Outcome]) -> str:
        """The first call that is not native and has its URL from a variable."""
        places = {(setting.path, setting.line) for setting in variable.settings}
        rows = [row for path in sorted(group.files) for row in outcomes[path].rows]
        for row in rows:
            reached = any((place.path, place.line) in places for place in row.pieces)
            if reached and row.verdict != "native":
                return f"{row.place.path}:{row.place.line} is {row.verdict}, as {row.reason}"
        return "no call that is understood has its URL from it"

    def is_bound(self, path: Path) -> bool:
        """Whether a file changes together with configuration."""
        if not self._values:
            return False
        real = _real(path)
        return any(
            real in group.files and any(map(self._has_moved, self._variables_of(group)))
            for group in self._groups
        )

    def _take_values(self, group: Group, found: Mapping[str, Outcome]) -> None:
        """Note what the variables of a program become: nothing where it was not judged as one."""
        for path in self._configuration_of(group):
            settings = [setting for setting, _ in in_order(path, self._variables_of(group))]
            if path in found:
                values = values_of(found[path].text)
                self._values |= dict(zip(settings, values, strict=True))
            else:
                self._values = {k: v for k, v in self._values.items() if k not in settings}

    def _configuration_of(self, group: Group) -> list[str]:
        """The files that set the variables of a program."""
        variables = self._variables_of(group)
        return sorted({setting.path for each in variables for setting in each.settings})

    def configured(self) -> tuple[list[FileChange], set[Setting]]:
        """The changes of configuration, after `judge`, and all the settings in them."""
        changes, moved = [], set()
        for path, file in self._variables.files.items():
            values = {each: new for each, new in self._values.items() if each.path == path}
            new = set(filter(self._is_new, values))
            if new:
                moved |= new
                changes.append(changed(file, values))
        return changes, moved

    def _source(self, path: str) -> Source:
        source = self._candidates.get(path) or self._tree.source(path)
        assert source is not None  # noqa: S101 (a file that cannot be read joins no group)
        return source

    def _root(self, path: str) -> Path:
        if path not in self._roots:
            self._roots[path] = root_of(Path(path), self._given)
        return self._roots[path]

    def _project(self, path: str) -> Project:
        root = self._root(path)
        if root not in self._projects:
            self._projects[root] = Project(
                root, self._exclude, self._walked(root), self._configured
            )
        return self._projects[root]

    def _walked(self, root: Path) -> list[str] | None:
        """The files of a project that was searched as a whole, else None."""
        if not any(each.is_dir() and _real(each) == str(root) for each in self._given):
            return None
        below = os.path.join(root, "")  # noqa: PTH118 (with a separator at its end)
        return [path for path in self._tree.shown if path.startswith(below)]

    # Groups

    def _place(self, path: str, root: str) -> Group:
        """The group of a file, made or joined from those that its imports belong to."""
        made = Group(root)
        made.add(self._tree, path, self._candidates)
        if len(made.files) > MOST_FILES or is_test(Path(path)) or _is_notebook(path):
            made.files = {path}  # what a test uses of a module, it may also stand in for
        return self._join(made)

    def _join(self, made: Group) -> Group:
        for group in [each for each in self._groups if each.files & made.files]:
            made.files |= group.files
            self._groups.remove(group)
        self._groups.append(made)
        return made

    def _grown(self, groups: Iterable[Group], outcomes: dict[str, Outcome]) -> list[Group]:
        """The groups that files join which decide about one of their sites."""
        again: list[Group] = []
        for group in groups:
            if group not in self._groups:
                continue
            new = self._deciding(group, outcomes)
            made = Group(group.root, set(group.files))
            for path in sorted(new):
                made.add(self._tree, path, self._candidates)
            if new and len(made.files) <= MOST_FILES:
                again.append(self._join(made))
            elif self._lends(group, outcomes):
                again.append(group)
        todo = [group for group in dict.fromkeys(again) if group in self._groups]
        self._prepare(path for group in todo for path in sorted(group.files))
        return todo

    def _deciding(self, group: Group, outcomes: dict[str, Outcome]) -> set[str]:
        """The files beside a group that use a name of it which decides about a site."""
        by_shown = {self._tree.shown[path]: path for path in group.files}
        found: set[str] = set()
        leading = {each for path in group.files for each in outcomes[path].leading}
        for shown, name in leading.union(*(outcomes[path].wanted for path in group.files)):
            path = by_shown[shown]
            uses = self._project(path).uses(self._source(path))
            users = {*uses.get(name, ()), *uses.get(ANY_NAME, ())}
            seen = group.users(self._tree, path)
            joining = {user for user in users if user in seen or self._may_join(user)}
            # Of an answer, one that stays outside decides alone; a URL may be sent by any.
            if joining == users or (shown, name) in leading:
                if len(joining) > _FEW:  # many modules of one name: those that import this one
                    by_import = self._tree.imported_by
                    joining = {u for u in joining if by_import(u, group.root) & group.files}
                found.update(joining)
        return {user for user in found - group.files if self._tree.source(user) is not None}

    def _lends(self, group: Group, outcomes: dict[str, Outcome]) -> bool:
        """Whether files beside a group name an attribute of an instance that it hands on."""
        by_shown = {self._tree.shown[path]: path for path in group.files}
        lent = {each for path in group.files for each in outcomes[path].lent}
        found = [
            self._project(by_shown[shown]).lend(self._source(by_shown[shown]), name, group.files)
            for shown, name in sorted(lent)
        ]
        return any(found)

    def _may_join(self, path: str) -> bool:
        is_program = not is_test(Path(path)) and not _is_notebook(path)
        return is_program and path in self._tree.shown and path not in self._moved

    # One group

    def _work(self, group: Group) -> tuple[list[Part], Options, Imports]:
        parts = []
        for path in sorted(group.files):
            source, project = self._source(path), self._project(path)
            users = group.users(self._tree, path)
            parts.append(
                Part(
                    self._tree.shown[path],
                    source.text,
                    project.surroundings(source, users),
                    project.surroundings(source),
                    frozenset(self._tree.shown[user] for user in users),
                    source,
                )
            )
        for path in self._configuration_of(group):
            sewn = as_module(self._variables.files[path], self._variables_of(group))
            parts.append(Part(path, sewn.text, Surroundings(whole=True), sewn=sewn))
        files = {path: self._tree.shown[path] for path in group.files}
        return parts, self._options, Imports(group.root, files)


def _call(work: tuple[list[Part], Options, Imports]) -> dict[str, Outcome]:
    parts, options, imports = work
    if _is_notebook(parts[0].path):
        (part,) = parts
        return {part.path: judge_notebook(part.text, part.path, options, part.around)}
    return judge_parts(parts, options, imports.find)


def _untested(around: Surroundings) -> Surroundings:
    """What a project says of a file whose tests move with it."""
    return replace(around, doubles="", patched="")


def _is_notebook(path: str) -> bool:
    return path.endswith(".ipynb")


def _real(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 (links are never followed)
