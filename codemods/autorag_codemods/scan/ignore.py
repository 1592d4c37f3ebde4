"""What git ignores: patterns of ``.gitignore`` and ``.git/info/exclude``, the nearest file first.

Not read: the setting ``core.excludesFile`` (only the file that git takes without it is), and the
index, so a file that was added although a pattern fits it counts as ignored.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .wildmatch import DIRECTORY, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DIRECTORY",
    "Layer",
    "Patterns",
    "as_bytes",
    "is_ignored",
    "layers_above",
    "layers_of",
    "repository_layers",
]

_FLAGS = re.IGNORECASE if sys.platform in {"win32", "darwin"} else 0
_BOM = b"\xef\xbb\xbf"


class Patterns:
    """The patterns of one file; the last one that matches decides.

    Patterns for names and patterns for paths are one regular expression each, in which the last
    pattern comes first, so that a name is tried once and not once for each pattern.
    """

    __slots__ = ("_names", "_paths")

    def __init__(self, content: bytes) -> None:
        patterns = [Pattern(line) for line in _lines(content)]
        numbered = list(enumerate(patterns))[::-1]
        self._names = _Last.of((at, p) for at, p in numbered if p.of_name)
        self._paths = _Last.of((at, p) for at, p in numbered if not p.of_name)

    def __bool__(self) -> bool:
        return self._names is not None or self._paths is not None

    def verdict(self, path: bytes) -> bool | None:
        """Whether `path` is ignored (True) or kept by ``!`` (False); None when nothing matches.

        `path` starts at the directory of the file, and ends in `DIRECTORY` when it is one.
        """
        found = -1, False
        if self._names:
            found = self._names.match(path[path.rfind(b"/") + 1 :])
        if self._paths:
            found = max(found, self._paths.match(path))
        return found[1] if found[0] >= 0 else None


class _Last(NamedTuple):
    """Several patterns, and for each its number and whether it ignores what it matches."""

    expression: re.Pattern[bytes]
    meanings: list[tuple[int, bool]]

    @staticmethod
    def of(patterns: Iterable[tuple[int, Pattern]]) -> _Last | None:
        alternatives, meanings = [], []
        for number, pattern in patterns:
            if pattern.expression is not None:
                alternatives.append(b"(%s)" % pattern.expression)
                meanings.append((number, not pattern.negated))
        if not alternatives:
            return None
        return _Last(re.compile(b"|".join(alternatives), _FLAGS), meanings)

    def match(self, text: bytes) -> tuple[int, bool]:
        found = self.expression.fullmatch(text)
        return self.meanings[(found.lastindex or 1) - 1] if found else (-1, False)


class Layer(NamedTuple):
    """Patterns, and how long the path of the directory is that they are relative to."""

    start: int
    patterns: Patterns


def is_ignored(path: bytes, layers: Iterable[Layer]) -> bool | None:
    """What the first layer says that says anything about `path`, which is a whole path."""
    for start, patterns in layers:
        verdict = patterns.verdict(path[start:])
        if verdict is not None:
            return verdict
    return None


def layers_above(directory: Path) -> tuple[Layer, ...]:
    """Return what the repository around `directory` (a real path) says, without its own file."""
    between: list[Layer] = []
    for place in (directory, *directory.parents):
        if place != directory and not (place / ".gitignore").is_symlink():
            between += layers_of(place / ".gitignore", place)
        if (place / ".git").exists():
            repository = repository_layers(place)
            if repository is not None:
                return (*between, *repository)
    return ()


def repository_layers(root: Path) -> tuple[Layer, ...] | None:
    """Return the patterns of the repository itself and the user's; None when it is none."""
    data = _git_directory(root / ".git")
    if data is None:
        return None
    return layers_of(data / "info" / "exclude", root) + layers_of(_users_file(), root)


def layers_of(file: Path, directory: Path) -> tuple[Layer, ...]:
    """Return the patterns of `file`, relative to `directory`; nothing when it has none."""
    try:
        patterns = Patterns(file.read_bytes())
    except (OSError, ValueError):
        return ()  # nor does git read it
    return (Layer(len(as_bytes(directory)), patterns),) if patterns else ()


def as_bytes(directory: str | Path) -> bytes:
    """The path of a directory as layers count it: with ``/``, and one at its end."""
    path = os.fsencode(directory)
    if os.sep != "/":
        path = path.replace(os.fsencode(os.sep), b"/")
    return path if path.endswith(b"/") else path + b"/"


def _git_directory(git: Path) -> Path | None:
    """Find where a repository keeps ``info``; a worktree or submodule has a file that says it."""
    try:
        if git.is_file():
            said = os.fsdecode(git.read_bytes()).strip()
            git = git.parent / said.removeprefix("gitdir:").strip()
        if not (git / "HEAD").is_file() and not (git / "HEAD").is_symlink():
            return None
        common = git / "commondir"
        return git / os.fsdecode(common.read_bytes()).strip() if common.is_file() else git
    except (OSError, ValueError):  # NUL in a path
        return None


def _users_file() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    # Without a home directory, the tilde stays and no file is found.
    return Path(os.path.expanduser(home)) / "git" / "ignore"  # noqa: PTH111


def _lines(content: bytes) -> Iterable[bytes]:
    for raw in content.removeprefix(_BOM).split(b"\n"):
        line = _without_trailing_spaces(raw.removesuffix(b"\r"))
        if line and not line.startswith(b"#"):
            yield line


def _without_trailing_spaces(line: bytes) -> bytes:
    """Drop spaces at the end, but for one with a backslash before it."""
    stripped = line.rstrip(b" ")
    backslashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return stripped + b" " if backslashes % 2 and len(stripped) < len(line) else stripped
