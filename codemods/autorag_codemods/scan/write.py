"""Write several files, all or none.

Each file is replaced by one that was completed beside it, so a reader sees the old or the new one
and never a part. A file with several names (hard links) keeps its old content under the others.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Change", "ChangedMeanwhileError", "write_all"]


class Change(NamedTuple):
    """The bytes that a file is known to hold, and those that it shall hold."""

    path: Path
    before: bytes
    after: bytes


class ChangedMeanwhileError(OSError):
    """A file no longer holds what it held when it was read; `path` says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} was changed by someone else meanwhile; nothing was written"


class _Staged(NamedTuple):
    target: Path
    temporary: Path
    before: bytes
    status: os.stat_result


def write_all(changes: Sequence[Change]) -> None:
    """Write every change, or none and raise. The mode stays; a link stays one.

    Raises:
        ChangedMeanwhileError: A file does not hold `before` any more.
        PermissionError: A file is read-only, also for who could write it all the same.
        OSError: Writing failed; what had been replaced already holds `before` again.
        ValueError: Two changes are for the same file.
    """
    targets = [Path(os.path.realpath(change.path)) for change in changes]
    if len(set(targets)) != len(targets):
        raise ValueError("two changes are for the same file")
    found = [_check(change, target) for change, target in zip(changes, targets, strict=True)]
    staged: list[_Staged] = []
    replaced: list[_Staged] = []
    try:
        for change, target, status in zip(changes, targets, found, strict=True):
            if change.before != change.after:
                temporary = _stage(target, change.after, status)
                staged.append(_Staged(target, temporary, change.before, status))
        for one in staged:
            # Noted before: an interrupt may come between the two, and restoring twice is harmless.
            replaced.append(one)
            one.temporary.replace(one.target)
    except BaseException as error:
        for one in staged:
            with suppress(OSError):
                one.temporary.unlink(missing_ok=True)
        _restore(replaced, error)
        raise


def _check(change: Change, target: Path) -> os.stat_result:
    try:
        status = target.stat()
        same = target.read_bytes() == change.before
    except FileNotFoundError:
        raise ChangedMeanwhileError(change.path) from None
    if not same:
        raise ChangedMeanwhileError(change.path)
    # The administrator may write anything, but who made a file read-only meant it.
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(f"{change.path} is read-only; nothing was written")
    return status


def _stage(target: Path, content: bytes, status: os.stat_result) -> Path:
    """Write a file beside `target` that can take its place; nothing is left when that fails."""
    temporary = target.with_name(f".autorag-migrate-{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, 0o600), "wb") as file:  # noqa: PTH123 (a descriptor)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _dress(temporary, status)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # The name of the temporary file tells nobody anything.
            raise OSError(error.errno, error.strerror, str(target)) from error
        raise
    return temporary


def _dress(file: Path, status: os.stat_result) -> None:
    """Give `file` the owner, where that is allowed, and the mode; a new owner clears bits of it."""
    if hasattr(os, "chown"):
        own = file.stat()
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(PermissionError):
                os.chown(file, status.st_uid, status.st_gid)
    file.chmod(stat.S_IMODE(status.st_mode))


def _restore(replaced: Sequence[_Staged], error: BaseException) -> None:
    """Put back what was replaced; what cannot be put back is said, as the user has to."""
    lost = [str(one.target) for one in replaced if not _is_restored(one)]
    if lost:
        names = ", ".join(lost)
        raise OSError(f"writing failed ({error}), and these hold the new content: {names}")


def _is_restored(one: _Staged) -> bool:
    try:
        if one.target.read_bytes() == one.before:
            return True
        temporary = _stage(one.target, one.before, one.status)
    except OSError:
        return False
    try:
        temporary.replace(one.target)
    except OSError:
        temporary.unlink(missing_ok=True)
        return False
    return True
