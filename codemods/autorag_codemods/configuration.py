"""Variables that hold a legacy URL, and which of them move with the code that reads them.

A deployment may set a variable where no file says so. So nothing moves unless it is asked for; then
the files that were searched are taken for the only places that set it.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from autorag_migrate.mapping import MARKER

from .program.sewn import Change, Part, Sewn
from .project import is_test
from .report.model import FileChange, Finding, Place
from .scan import blocks, files_mentioning, kind_of, project_of
from .traces.others import TextFile, is_telling, keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from .report.model import Trace

__all__ = [
    "Setting",
    "Variable",
    "Variables",
    "as_module",
    "changed",
    "in_order",
    "told",
    "values_of",
    "variables_in",
]

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_SET = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?["']?(?:(?:export|ENV|ARG)[ \t]+)?["']?"""
    r"""(?P<name>[A-Z][A-Z0-9_]*)["']?(?:[ \t]*[:=][ \t]*|(?<=\w)[ \t]+)"""
    r"""["']?(?P<value>(?:https?://|/?(?:client/v4/)?accounts/)[^\s"'\\,;]+)"""
    r"""["']?[ \t]*,?[ \t]*(?:#.*)?\r?$""",
    re.MULTILINE,
)
_COMMENT = re.compile(r"^[ \t]*(?:#|//)")
_KEEP = re.compile(r"autorag-migrate:\s*keep\b")
_ENVIRONMENT = re.compile(r"\.env(?:\..*)?|.*\.env")


class Setting(NamedTuple):
    """A URL that a file gives a variable: from `start` to `end` in its text."""

    path: str
    line: int
    start: int
    end: int


class Variable(NamedTuple):
    """A variable, all that sets it, and the Python files that read it, as reports show them."""

    name: str
    settings: tuple[Setting, ...]
    readers: tuple[str, ...]


class Variables(NamedTuple):
    """The variables that may move, why others stay, and the files that set them by their paths."""

    moving: tuple[Variable, ...] = ()
    staying: Mapping[str, str] = {}
    files: Mapping[str, TextFile] = {}


def variables_in(
    texts: Iterable[TextFile | str],
    readers: Mapping[str, Sequence[str]],
    others: Sequence[str],
    given: Sequence[Path],
) -> Variables:
    """The variables that hold a legacy URL in what was searched.

    Args:
        texts: The files beside Python that hold a trace.
        readers: For each key with a legacy URL the Python files that name it.
        others: Every file beside Python that was searched.
        given: What the run was asked to look at.
    """
    files = {text.path: text for text in texts if isinstance(text, TextFile)}
    settings: dict[str, list[Setting]] = {}
    for name in sorted({key for file in files.values() for key in keys_of(file)}):
        if _NAME.fullmatch(name) and is_telling(name):
            settings[name] = []
    for file in files.values():
        for name, setting in _settings_of(file, settings):
            settings[name].append(setting)
    moving, staying = [], {}
    for name, found in settings.items():
        why = next(_in_the_way(name, found, files, readers.get(name, ()), others, given), "")
        if why:
            staying[name] = why
        else:
            moving.append(Variable(name, tuple(found), tuple(readers[name])))
    return Variables(tuple(moving), staying, files)


def _settings_of(file: TextFile, names: Mapping[str, object]) -> Iterator[tuple[str, Setting]]:
    for found in _SET.finditer(file.text) if names.keys() & keys_of(file) else ():
        if found["name"] in names and MARKER in found["value"]:
            line = file.text.count("\n", 0, found.start("value")) + 1
            yield found["name"], Setting(file.path, line, *found.span("value"))


def _in_the_way(
    name: str,
    settings: Sequence[Setting],
    files: Mapping[str, TextFile],
    readers: Sequence[str],
    others: Sequence[str],
    given: Sequence[Path],
) -> Iterator[str]:
    """Why a variable stays as it is."""
    if not readers:
        yield "no Python that was searched reads it"
    for reader in readers:
        if is_test(Path(reader)) or reader.endswith(".ipynb"):
            yield f"{PurePath(reader).name} names it as well"
    if not all(_is_whole(setting.path, given) for setting in settings):
        yield "its project was not searched as a whole"
    searched = {os.path.abspath(path) for path in others}  # noqa: PTH100 (links are not followed)
    for path in _environments(settings):
        if os.path.abspath(path) not in searched and any(files_mentioning([name.encode()], [path])):  # noqa: PTH100
            yield f"{PurePath(path).name}, which was not searched, names it as well"
    for path in files_mentioning([name.encode()], others):
        if kind_of(path) != "documentation":
            text = files[path].text if path in files else _read(path)
            lines = {setting.line for setting in settings if setting.path == path}
            yield from _in_the_way_in(name, path, text.split("\n"), lines)


def _in_the_way_in(
    name: str, path: str, lines: Sequence[str], settings: Collection[int]
) -> Iterator[str]:
    is_configuration = kind_of(path) == "configuration"
    for number, line in enumerate(lines, 1):
        if number in settings:
            if any(map(_KEEP.search, lines[max(number - 2, 0) : number])):
                yield "it is kept by a comment"
        elif re.search(rf"(?<!\w){name}(?!\w)", line):
            harmless = is_configuration and (_COMMENT.match(line) or _passes_on(name, line))
            if not harmless:
                yield f"{PurePath(path).name} names it in another way"


def _passes_on(name: str, line: str) -> bool:
    """Whether a line gives a variable on under its own name: ``- URL``, ``URL: ${URL}``."""
    return bool(
        re.fullmatch(
            rf"""\s*(?:-\s+)?["']?{name}["']?(?:\s*[:=]\s*["']?\$(?:{name}|\{{{name}(?::?\?[^{{}}]*)?\}})["']?)?"""
            r"\s*,?\s*(?:#.*)?",
            line,
        )
    )


def _is_whole(path: str, given: Sequence[Path]) -> bool:
    """Whether the project of a file was searched as a whole."""
    root = project_of(Path(path)) or Path(path).resolve().parent
    return any(each.is_dir() and root.is_relative_to(each.resolve()) for each in given)


def _environments(settings: Iterable[Setting]) -> Iterator[str]:
    """The files of variables beside those that set one, also those that git ignores."""
    folders = {Path(setting.path).resolve().parent for setting in settings}
    folders |= {root for each in settings if (root := project_of(Path(each.path))) is not None}
    for folder in sorted(folders):
        for each in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if _ENVIRONMENT.fullmatch(each.name) and each.is_file():
                yield each.path


def _read(path: str) -> str:
    try:
        return b"".join(blocks(path)).decode("latin-1")
    except OSError:
        return ""


def in_order(path: str, variables: Iterable[Variable]) -> list[tuple[Setting, str]]:
    """What a file sets, with the names of the variables, as it stands there."""
    found = [
        (setting, variable.name)
        for variable in variables
        for setting in variable.settings
        if setting.path == path
    ]
    return sorted(found, key=lambda each: each[0].start)


def as_module(file: TextFile, variables: Iterable[Variable]) -> Sewn:
    """What a file sets, as a module: ``NAME = "…"`` for each value, in the order of the file."""
    changes, at, closing = [], 0, ""
    for setting, name in in_order(file.path, variables):
        opening = Part(f'{closing}{name} = "', setting.start)
        changes.append(Change(at, setting.start, (opening,)))
        at, closing = setting.end, '"\n'
    return Sewn(file.text, [*changes, Change(at, len(file.text), (Part(closing, at),))])


def values_of(module: str) -> list[str]:
    """The values in the text of such a module, in its order."""
    return [line.partition(' = "')[2].removesuffix('"') for line in module.splitlines()]


def changed(file: TextFile, values: Mapping[Setting, str]) -> FileChange:
    """The change of a file that gets new values."""
    parts, at = [], 0
    for setting in sorted(values, key=lambda each: each.start):
        parts += [file.text[at : setting.start], values[setting]]
        at = setting.end
    before = b"".join(blocks(file.path))
    mark = before[: len(before) - len(file.raw)]
    after = mark + "".join((*parts, file.text[at:])).encode(file.encoding)
    return FileChange(Path(file.path), file.path, before, after, file.encoding)


def set_anew(variables: Variables, moved: AbstractSet[Setting]) -> Iterator[Finding]:
    """What the owner of the configuration has to do for each value that changes."""
    for variable in variables.moving:
        for setting in variable.settings:
            if setting in moved:
                text = f"{variable.name} gets a new URL: set it anew wherever else it is set"
                column = setting.start - variables.files[setting.path].text.rfind(
                    "\n", 0, setting.start
                )
                yield Finding("AR145", text, Place(setting.path, setting.line, column))


def told(
    traces: Iterable[Trace], variables: Variables, moved: AbstractSet[Setting]
) -> Iterator[Trace]:
    """The traces of a run, with what becomes of those that are values of variables."""
    lines = {(setting.path, setting.line) for setting in moved}
    why = dict(variables.staying)
    for variable in variables.moving:
        if moved.isdisjoint(variable.settings):
            why[variable.name] = "a call that it leads to is not native"
    for trace in traces:
        if trace.code == "AR174" and (trace.place.path, trace.place.line) in lines:
            text = "a part of a call's URL: it changes with the code that reads it"
            yield replace(trace, kind="site", code="AR101", text=text, open=False, edited=True)
            continue
        found = re.search(r" \((\w+)[,)]", trace.text) if trace.code == "AR174" else None
        reason = why.get(found[1]) if found is not None else None
        yield replace(trace, text=f"{trace.text}; it stays: {reason}") if reason else trace
