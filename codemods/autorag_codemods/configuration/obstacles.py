"""What stands in the way of a variable: something else may read it, or set it.

The files that were searched are compared with all that there are, in the whole repository.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from autorag_codemods.project import is_test
from autorag_codemods.scan import Problem, contents, files_mentioning, find, kind_of, project_of

from .settings import Variable, Variables, settings_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from autorag_codemods.traces.others import TextFile

    from .settings import Setting

__all__ = ["variables_in"]

_COMMENT = re.compile(r"^[ \t]*(?:#|//)")
_KEEP = re.compile(r"autorag-migrate:\s*keep\b")
_ENVIRONMENT = re.compile(r"\.env(?:\..*)?|.*\.env|(?:docker-)?compose.*\.ya?ml|Dockerfile.*")
_PROSE = (".md", ".markdown", ".rst", ".adoc", ".org")
_BY_PREFIX = (b"prefix", b"env_nested_delimiter", b"Dynaconf")
_REPOSITORIES = (".git", ".hg")


class _Searched:
    """What a run has looked at, and what stands beside that."""

    def __init__(self, given: Sequence[Path], python: Sequence[str], others: Sequence[str]) -> None:
        self._given, self.python, self.others = given, python, others
        self._known = {os.path.realpath(path) for path in (*python, *others)}
        self._beyond: dict[tuple[frozenset[Path], frozenset[Path]], list[str]] = {}

    @cached_property
    def by_prefix(self) -> dict[str, bytes]:
        """The Python files that may read variables by the beginnings of their names."""
        found = ((path, contents(path)) for path in self.python)
        return {path: raw for path, raw in found if any(word in raw for word in _BY_PREFIX)}

    def beyond(self, settings: Iterable[Setting]) -> list[str]:
        """The files of the repositories that were left out, and what git ignores of a kind."""
        roots = {self._root(Path(setting.path)) for setting in settings}
        folders = {Path(setting.path).resolve().parent for setting in settings} | roots
        asked = frozenset(roots), frozenset(folders)
        if asked not in self._beyond:
            self._beyond[asked] = self._find_beyond(*asked)
        return self._beyond[asked]

    def _find_beyond(self, roots: Iterable[Path], folders: Iterable[Path]) -> list[str]:
        more: list[str] = []
        python = find(sorted(roots), others=more)
        more += [str(each.path) if isinstance(each, Problem) else each for each in python]
        for folder in sorted(folders):
            names = (each.path for each in os.scandir(folder) if each.is_file())
            more += (each for each in names if _ENVIRONMENT.fullmatch(PurePath(each).name))
        return sorted({path for path in more if os.path.realpath(path) not in self._known})

    def _root(self, path: Path) -> Path:
        above = path.resolve().parents
        repository = (
            each for each in above if any((each / mark).exists() for mark in _REPOSITORIES)
        )
        found = next(repository, None) or project_of(path)
        if found is None:
            folders = [
                each if each.is_dir() else each.parent for each in map(Path.resolve, self._given)
            ]
            found = Path(os.path.commonpath([*folders, above[0]]))
        return found


def variables_in(
    texts: Iterable[TextFile | str],
    readers: Mapping[str, Sequence[str]],
    python: Sequence[str],
    others: Sequence[str],
    given: Sequence[Path],
) -> Variables:
    """The variables that hold a legacy URL in what was searched.

    Args:
        texts: The files beside Python that hold a trace.
        readers: For each key with a legacy URL the Python files that name it.
        python: Every Python file that was searched.
        others: Every file beside Python that was searched.
        given: What the run was asked to look at.
    """
    files = {text.path: text for text in texts if not isinstance(text, str)}
    searched = _Searched(given, python, others)
    moving, staying = [], {}
    for name, settings in settings_in(files.values()).items():
        named = readers.get(name, ())
        why = next(_in_the_way(name, settings, files, named, searched), "")
        if why:
            staying[name] = why
        else:
            moving.append(Variable(name, tuple(settings), tuple(named)))
    return Variables(tuple(moving), staying, files)


def _in_the_way(
    name: str,
    settings: Sequence[Setting],
    files: Mapping[str, TextFile],
    readers: Sequence[str],
    searched: _Searched,
) -> Iterator[str]:
    """Why a variable stays as it is."""
    if not readers:
        yield "no Python that was searched reads it"
    for reader in readers:
        if is_test(Path(reader)) or reader.endswith(".ipynb"):
            yield f"{PurePath(reader).name} names it as well"
    # Settings classes read either case.
    words = {name.encode(), name.lower().encode()}
    for path in searched.beyond(settings):
        if not _is_prose(path) and (_is_wide(path) or any(files_mentioning(words, [path]))):
            yield f"{PurePath(path).name}, which was not searched, names it as well"
    yield from _in_others(name, settings, files, searched.others)
    for path, raw in searched.by_prefix.items():
        if _is_in_prefix(name, raw):
            yield f"{PurePath(path).name} reads variables by a prefix"


def _in_others(
    name: str, settings: Sequence[Setting], files: Mapping[str, TextFile], others: Sequence[str]
) -> Iterator[str]:
    for path in filter(_is_wide, others):
        yield f"{PurePath(path).name} is no text that is understood"
    for path in files_mentioning({name.encode(), name.lower().encode()}, others):
        if not _is_prose(path):
            text = files[path].text if path in files else contents(path).decode("latin-1")
            lines = {setting.line for setting in settings if setting.path == path}
            yield from _in_the_way_in(name, path, text.split("\n"), lines)


def _is_wide(path: str) -> bool:
    """Whether an environment file is written in two bytes a letter, and so not understood."""
    return bool(_ENVIRONMENT.fullmatch(PurePath(path).name)) and b"\0" in contents(path)


def _in_the_way_in(
    name: str, path: str, lines: Sequence[str], settings: Collection[int]
) -> Iterator[str]:
    is_configuration = kind_of(path) == "configuration"
    for number, line in enumerate(lines, 1):
        if number in settings:
            if any(map(_KEEP.search, lines[max(number - 2, 0) : number])):
                yield "it is kept by a comment"
        elif re.search(rf"(?<!\w)(?:{name}|{name.lower()})(?!\w)", line):
            harmless = is_configuration and (_COMMENT.match(line) or _passes_on(name, line))
            if not harmless:
                yield f"{PurePath(path).name} names it in another way"


def _passes_on(name: str, line: str) -> bool:
    """Whether a line gives a variable on under its own name: ``- URL``, ``URL: ${URL}``."""
    return bool(
        re.fullmatch(
            rf"""\s*(?:(?:ENV|ARG)\s+|-\s+)?["']?{name}["']?"""
            rf"""(?:\s*[:=]\s*["']?\$(?:{name}|\{{{name}(?::?\?[^{{}}]*)?\}})["']?)?"""
            r"\s*,?\s*(?:#.*)?",
            line,
        )
    )


def _is_in_prefix(name: str, raw: bytes) -> bool:
    """Whether a file may read a variable by the beginning of its name: ``env_prefix="KB_"``."""
    words = name.split("_")
    prefixes = ["_".join(words[:count]) for count in range(1, len(words))]
    quoted = "|".join(map(re.escape, prefixes))
    pattern = rf"""["'](?:{quoted})_?["']""" if prefixes else r"(?!)"
    return b"env_nested_delimiter" in raw or bool(re.search(pattern.encode(), raw, re.IGNORECASE))


def _is_prose(path: str) -> bool:
    return path.lower().endswith(_PROSE)
