"""The first step of the funnel: of all Python files, those whose bytes can matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .needles import may_matter
from .problem import Problem
from .source import Source, blocks, read, unreadable
from .spread import processes_for, spread
from .walk import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["candidates", "files_mentioning", "words_in"]

# All that cannot stand in a name, replaced by a space. Bytes above ASCII belong to letters.
_WORDS_ALONE = bytes(
    byte if bytes((byte,)).isalnum() or byte == ord("_") or byte > 127 else ord(" ")  # noqa: PLR2004
    for byte in range(256)
)
# Looking for a word is 16 times faster than taking a file apart.
_FEW = 12


def candidates(
    paths: Sequence[Path],
    *,
    exclude: Sequence[str] = (),
    looked_at: list[str] | None = None,
    others: list[str] | None = None,
    jobs: int | None = 1,
) -> Iterator[Source | Problem]:
    """Yield the files at or below `paths` that hold a needle, and what cannot be looked at.

    A file without a needle is never decoded, so it may be no text and that is no problem.

    Args:
        paths: Files and directories.
        exclude: Patterns as in ``.gitignore``.
        looked_at: Takes the path of every Python file that there is, as far as it was come.
        others: Takes the path of every other file, likewise.
        jobs: Processes to work with; None for what the number of files is worth.

    Raises:
        FileNotFoundError: One of `paths` does not exist; nothing was read yet.
    """
    found = find(paths, exclude=exclude, others=others)
    taken = [] if looked_at is None else looked_at
    return _candidates(found, taken) if jobs == 1 else _spread(list(found), taken, jobs)


def _spread(
    found: Sequence[str | Problem], looked_at: list[str], jobs: int | None
) -> Iterator[Source | Problem]:
    looked_at += [path for path in found if isinstance(path, str)]
    for part in spread(_looked, found, processes_for(len(found), jobs)):
        yield from part


def _looked(found: Sequence[str | Problem]) -> list[Source | Problem]:
    return list(_candidates(found, []))


def _candidates(found: Iterable[str | Problem], looked_at: list[str]) -> Iterator[Source | Problem]:
    for path in found:
        if isinstance(path, Problem):
            yield path
        else:
            looked_at.append(path)
            result = _look(path)
            if result is not None:
                yield result


def _look(path: str) -> Source | Problem | None:
    try:
        if not any(map(may_matter, blocks(path))):
            return None
    except OSError as error:
        return unreadable(path, error)
    return read(path)


def files_mentioning(words: Iterable[bytes], files: Iterable[str]) -> Iterator[str]:
    """Yield those of `files` that hold one of `words` as a whole word, case and all.

    A file that cannot be read mentions nothing: `candidates` or `read` reports it.

    Raises:
        ValueError: One of `words` is no word, such as a dotted name.
    """
    wanted = frozenset(words)
    for word in wanted:
        if words_in(word) != {word}:
            raise ValueError(f"{word!r} is not one word")
    return (path for path in files if wanted and _mentions(path, wanted))


def _mentions(path: str, wanted: frozenset[bytes]) -> bool:
    try:
        return any(_holds(block, wanted) for block in blocks(path))
    except OSError:
        return False


def _holds(block: bytes, wanted: frozenset[bytes]) -> bool:
    if len(wanted) <= _FEW and not any(word in block for word in wanted):
        return False
    return not wanted.isdisjoint(words_in(block))


def words_in(raw: bytes) -> set[bytes]:
    """The words of a text, without what stands between them."""
    return set(raw.translate(_WORDS_ALONE).split())
