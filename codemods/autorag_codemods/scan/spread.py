"""Work on many files in several processes, where that is safe and worth it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor

__all__ = ["pool_of", "processes_for", "spread"]

_T = TypeVar("_T")
_R = TypeVar("_R")

_WORTH_IT = 2_000
_MOST = 8
_CHUNKS_EACH = 4


def processes_for(files: int, asked: int | None) -> int:
    """The processes to work with: as many as were asked for, else as the number of files is worth.

    Unasked there is more than one only where a process can be forked safely: on Linux, and as long
    as no thread was started. To start a new interpreter takes longer than the work.
    """
    if asked is not None:
        return asked
    if files < _WORTH_IT or not _may_fork():
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def pool_of(processes: int) -> ProcessPoolExecutor:
    """Processes that are forked where that is safe."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (only where it is used)

    context = multiprocessing.get_context("fork" if _may_fork() else "spawn")
    return ProcessPoolExecutor(processes, mp_context=context)


def _may_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


def spread(
    function: Callable[[Sequence[_T]], _R], items: Sequence[_T], processes: int
) -> Iterator[_R]:
    """Yield what a function makes of parts of `items`, in their order; by one process of all.

    What is done between two of them is done while the other processes go on.
    """
    if processes == 1 or len(items) < _WORTH_IT:
        yield function(items)
        return
    size = -(-len(items) // (processes * _CHUNKS_EACH))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with pool_of(processes) as pool:
        yield from pool.map(function, chunks)
