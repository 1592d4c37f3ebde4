"""Timing side by side: what is compared is measured in turns, so that noise falls on both."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Row", "side_by_side"]


class Row(NamedTuple):
    """One line of the table: what was measured, the figure, the bound that it should keep."""

    what: str
    figure: float
    bound: float
    unit: str
    detail: str
    at_least: bool = False


def side_by_side(
    *functions: Callable[[], object], seconds: float = 0.6, rounds: int = 15
) -> list[float]:
    """Seconds of CPU time for one call of each function: the median of the best third of rounds."""
    numbers = []
    for function in functions:
        start = time.process_time()
        calls = 0
        while time.process_time() - start < 0.01:
            function()
            calls += 1
        numbers.append(max(1, round(calls * seconds / rounds / 0.01 / len(functions))))
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for index, function in enumerate(functions):
            number = numbers[index]
            start = time.process_time()
            for _ in range(number):
                function()
            times[index].append((time.process_time() - start) / number)
    return [statistics.median(sorted(each)[: max(1, rounds // 3)]) for each in times]
