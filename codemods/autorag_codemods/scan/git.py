"""Whether git could bring back what is about to be overwritten."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GitError", "dirty"]


class GitError(Exception):
    """Git could not say what is changed; the message is git's own sentence."""


def dirty(paths: Iterable[Path]) -> list[str]:
    """Return the uncommitted changes around the files in `paths`, sorted; [] where git is not.

    Those are all changes, staged or not, of files that git knows in the repositories of `paths`,
    and those of `paths` that git does not know. Other unknown files can lie where they are.

    Raises:
        GitError: There is a repository, but git refuses to read it.
    """
    repositories: dict[Path, list[Path]] = {}
    for path in map(_absolute, paths):
        near = next((place for place in path.parents if (place / ".git").exists()), None)
        if near is not None:
            repositories.setdefault(near, []).append(path)
    changed: set[Path] = set()
    for near, files in repositories.items():
        top = _git(near, "rev-parse", "--show-toplevel")
        if top is None:
            continue
        root = Path(os.fsdecode(top.removesuffix(b"\n")))
        changed.update(_changes(root))
        changed.update(set(files) - _known(root))
    return sorted(map(_shown, changed))


def _changes(root: Path) -> set[Path]:
    options = "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=untracked"
    lines = _git(root, "status", "--no-renames", *options) or b""
    return {root / os.fsdecode(line[3:]) for line in lines.split(b"\0") if line}


def _known(root: Path) -> set[Path]:
    lines = _git(root, "ls-files", "-z") or b""
    return {root / os.fsdecode(line) for line in lines.split(b"\0") if line}


def _git(directory: Path, *arguments: str) -> bytes | None:
    """Run git; None where it is not installed, or there is no repository after all."""
    import subprocess  # noqa: PLC0415 (only apply needs it)

    # What a hook is told of its own repository must not answer for another one.
    environment = {k: v for k, v in os.environ.items() if k not in _OF_A_HOOK}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    # A repository may name a program of its own to run at each status.
    command = ["git", "-C", str(directory), "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and no argument is anybody's but ours)
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except FileNotFoundError:
        return None
    if done.returncode == 0:
        return done.stdout
    sentence = done.stderr.decode(errors="replace").strip()
    if "not a git repository" in sentence:
        return None
    raise GitError(sentence or f"git ended with {done.returncode}")


_OF_A_HOOK = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE")
)


def _absolute(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _shown(path: Path) -> str:
    """The path as someone here would write it."""
    here = Path.cwd().resolve()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
