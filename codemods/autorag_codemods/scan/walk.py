"""Which Python files and notebooks there are.

What git ignores, and what was installed or generated, is none of them.

Links are never followed. One that leads out of the tree is reported; one that stays inside leads
to what is found anyway.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .ignore import (
    DIRECTORY,
    Layer,
    Patterns,
    as_bytes,
    is_ignored,
    layers_above,
    layers_of,
    repository_layers,
)
from .kinds import kind_of
from .problem import Problem
from .source import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["SUFFIXES", "Found", "find"]

Found: TypeAlias = str
"""The path of a Python file, below the path that was given."""

SUFFIXES = (".py", ".pyw", ".ipynb")
_NEVER = frozenset(
    """
    .git .hg .svn .venv .tox .nox node_modules site-packages __pycache__ .eggs
    .mypy_cache .ruff_cache .pytest_cache .ipynb_checkpoints
    """.split()  # noqa: SIM905  # a list of words reads better as words
)
_ENVIRONMENT = "pyvenv.cfg"


def find(
    paths: Sequence[Path],
    *,
    exclude: Sequence[str] = (),
    others: list[str] | None = None,
    suffixes: tuple[str, ...] = SUFFIXES,
) -> Iterator[Found | Problem]:
    """Yield every Python file at or below `paths` once, sorted, and what is wrong with others.

    A file that is given by name is taken whatever it is called, and even when git ignores it; what
    stands in a directory that is given is judged by all files of its repository.

    Args:
        paths: Files and directories.
        exclude: Patterns as in ``.gitignore``, relative to a given directory or to the current one.
        others: Takes the path of every file that is not Python, as far as it was come, and of
            those that are given and whose name says that they are none.
        suffixes: What the names of files end in that are yielded in place of Python files.

    Raises:
        FileNotFoundError: One of `paths` does not exist; nothing was read yet.
    """
    given = [(path, _status(path)) for path in sorted(set(paths), key=str)]
    return _Walk(given, Patterns(os.fsencode("\n".join(exclude))), others, suffixes).run()


class _Directory(NamedTuple):
    shown: str  # what the names in it are appended to
    place: bytes  # its real path as `as_bytes` has it
    layers: tuple[Layer, ...]


_Entry: TypeAlias = "Found | Problem | _Directory"


class _Walk:
    def __init__(
        self,
        given: list[tuple[Path, os.stat_result | OSError]],
        exclude: Patterns,
        others: list[str] | None,
        suffixes: tuple[str, ...],
    ) -> None:
        self._suffixes = suffixes
        self._given = given
        self._others = others
        self._exclude = exclude
        self._excluding: tuple[Layer, ...] = ()
        self._trees = tuple(
            as_bytes(path.resolve())
            for path, status in given
            if isinstance(status, os.stat_result) and stat.S_ISDIR(status.st_mode)
        )
        self._seen: set[bytes] = set()
        self._links: list[str] = []

    def run(self) -> Iterator[Found | Problem]:
        for path, status in self._given:
            if isinstance(status, OSError):
                yield unreadable(path, status)
            elif stat.S_ISDIR(status.st_mode):
                yield from self._tree(path)
            elif stat.S_ISREG(status.st_mode):
                yield from self._named(path)
            else:
                yield _not_a_file(path)
        for link in self._links:
            if self._is_new(_real(link)):
                yield link

    def _named(self, path: Path) -> Iterator[Found | Problem]:
        """Take a file that was given; a link to one may stay beside it or in this directory."""
        real = _real(path)
        around = (*self._trees, as_bytes(Path.cwd().resolve()), as_bytes(path.parent.resolve()))
        if path.is_symlink() and not real.startswith(around):
            yield _leads_out(path)
        elif self._is_new(real):
            if self._others is not None and kind_of(path.name) is not None:
                self._others.append(str(path))
            else:
                yield str(path)

    def _tree(self, root: Path) -> Iterator[Found | Problem]:
        real = root.resolve()
        place = as_bytes(real)
        self._excluding = self._layers_excluding(place)
        shown = "" if root == Path() else os.path.join(root, "")  # noqa: PTH118 (keeps the end)
        # A loop and not recursion: directories may be nested deeper than Python's stack.
        first = _Directory(shown, place, layers_above(real))
        stack = [iter(self._entries(first, given=True))]
        while stack:
            for entry in stack[-1]:
                if isinstance(entry, _Directory):
                    stack.append(iter(self._entries(entry)))
                    break
                yield entry
            else:
                stack.pop()

    def _layers_excluding(self, place: bytes) -> tuple[Layer, ...]:
        if not self._exclude:
            return ()
        here = as_bytes(Path.cwd().resolve())
        starts = {len(place)} | ({len(here)} if place.startswith(here) else set())
        return tuple(Layer(start, self._exclude) for start in starts)

    def _entries(self, directory: _Directory, *, given: bool = False) -> list[_Entry]:
        """Read one directory: what is to be yielded, and the directories between, by name."""
        shown, place, layers = directory
        try:
            with os.scandir(shown or ".") as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError as error:
            return [unreadable(shown or ".", error)]
        if _ENVIRONMENT in entries and not given:
            return []
        if ".git" in entries:
            inner = repository_layers(Path(os.fsdecode(place)))
            layers = layers if inner is None else inner
        if ".gitignore" in entries and entries[".gitignore"].is_file(follow_symlinks=False):
            layers = layers_of(Path(shown, ".gitignore"), Path(os.fsdecode(place))) + layers
        inside = _Directory(shown, place, layers)
        found: list[_Entry] = []
        for name in sorted(entries):
            if name not in _NEVER:
                try:
                    found += self._entry(entries[name], inside)
                except OSError as error:
                    found.append(unreadable(shown + name, error))
        return found

    def _entry(self, entry: os.DirEntry[str], directory: _Directory) -> tuple[_Entry, ...]:
        name = entry.name
        is_python = name.endswith(self._suffixes)
        shown, path = directory.shown + name, directory.place + os.fsencode(name)
        if _is_link(entry):
            return self._link(shown, path, directory.layers)
        if entry.is_dir(follow_symlinks=False):
            if self._is_ignored(path + DIRECTORY, directory.layers):
                return ()
            inner = _Directory(shown + os.sep, path + b"/", directory.layers)
            return (_not_a_file(shown, "a directory"), inner) if is_python else (inner,)
        if not is_python:
            self._other(entry, shown, path, directory.layers)
            return ()
        if self._is_ignored(path, directory.layers):
            return ()
        if not entry.is_file(follow_symlinks=False):
            return (_not_a_file(shown),)
        return (shown,) if self._is_new(path) else ()

    def _other(
        self, entry: os.DirEntry[str], shown: str, path: bytes, layers: tuple[Layer, ...]
    ) -> None:
        if self._others is None or not entry.is_file(follow_symlinks=False):
            return
        if not self._is_ignored(path, layers) and self._is_new(path):
            self._others.append(shown)

    def _link(self, shown: str, path: bytes, layers: tuple[Layer, ...]) -> tuple[Problem, ...]:
        """Report a link, or keep it for later when it may be the only way to a file."""
        is_python = shown.endswith(self._suffixes)
        try:
            mode = os.stat(shown).st_mode  # noqa: PTH116 (no object for each path)
        except OSError as error:
            broken = is_python and not self._is_ignored(path, layers)
            return (unreadable(shown, error),) if broken else ()
        is_directory = stat.S_ISDIR(mode)
        if not (is_directory or is_python) or self._is_ignored(path, layers):
            return ()
        # To git a link is no directory, but who ignores ``data/`` does not ask about a link to it.
        if is_directory and self._is_ignored(path + DIRECTORY, layers):
            return ()
        if not (is_directory or stat.S_ISREG(mode)):
            return (_not_a_file(shown),)
        real = _real(shown)
        if not (real + b"/").startswith(self._trees):
            environment = is_directory and Path(shown, _ENVIRONMENT).exists()
            return () if environment else (_leads_out(shown),)
        if not is_directory and not os.fsdecode(real).endswith(self._suffixes):
            self._links.append(shown)
        return ()

    def _is_ignored(self, path: bytes, layers: tuple[Layer, ...]) -> bool:
        """What ``--exclude`` says is stronger than any file, in both directions."""
        if self._excluding:
            said = {layer.patterns.verdict(path[layer.start :]) for layer in self._excluding}
            if said != {None}:
                return True in said
        return bool(is_ignored(path, layers))

    def _is_new(self, path: bytes) -> bool:
        if path in self._seen:
            return False
        self._seen.add(path)
        return True


def _status(path: Path) -> os.stat_result | OSError:
    try:
        return path.stat()
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            raise FileNotFoundError(f"there is no file or directory {path}") from None
        return error


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Whether it leads elsewhere; Windows has junctions too."""
    return entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction())


def _real(path: str | Path) -> bytes:
    return as_bytes(os.path.realpath(path))[:-1]


def _leads_out(path: str | Path) -> Problem:
    leads = os.path.realpath(path)
    return Problem(Path(path), "AR152", f"it is a link that leads out of the tree, to {leads}")


def _not_a_file(path: str | Path, what: str = "no regular file") -> Problem:
    return Problem(Path(path), "AR153", f"it is {what}, not a Python file")
