"""Variables of the environment that hold a legacy URL, and the files that set them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autorag_codemods.program.sewn import Change, Part, Sewn
from autorag_codemods.report.model import FileChange
from autorag_codemods.scan import blocks
from autorag_codemods.traces.others import TextFile, is_telling, keys_of
from autorag_migrate.mapping import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "Setting",
    "Variable",
    "Variables",
    "as_module",
    "changed",
    "in_order",
    "settings_in",
    "values_of",
]

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_SET = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?["']?(?:(?:export|ENV|ARG)[ \t]+)?["']?"""
    r"""(?P<name>[A-Z][A-Z0-9_]*)["']?(?:[ \t]*[:=][ \t]*|(?<=\w)[ \t]+)"""
    r"""["']?(?P<value>(?:https?://|/?(?:client/v4/)?accounts/)[^\s"'\\,;]+)"""
    r"""["']?[ \t]*,?[ \t]*(?:#.*)?\r?$""",
    re.MULTILINE,
)


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


def settings_in(files: Iterable[TextFile]) -> dict[str, list[Setting]]:
    """What files set, by the variables that have a legacy URL somewhere."""
    files = list(files)
    settings: dict[str, list[Setting]] = {}
    for name in sorted({key for file in files for key in keys_of(file)}):
        if _NAME.fullmatch(name) and is_telling(name):
            settings[name] = []
    for file in files:
        for name, setting in _settings_of(file, settings):
            settings[name].append(setting)
    return settings


def _settings_of(file: TextFile, names: Mapping[str, object]) -> Iterator[tuple[str, Setting]]:
    for found in _SET.finditer(file.text) if names.keys() & keys_of(file) else ():
        if found["name"] in names and MARKER in found["value"]:
            line = file.text.count("\n", 0, found.start("value")) + 1
            yield found["name"], Setting(file.path, line, *found.span("value"))


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
    return FileChange(Path(file.path), file.path, before, after, file.encoding, bound="setting")
