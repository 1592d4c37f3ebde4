from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from autorag_codemods.scan import processes_for, spread


def pairs(numbers):
    return [(number, os.getpid()) for number in numbers]


def test_parts_come_back_in_order_from_other_processes():
    (alone,) = spread(pairs, range(3_000), 1)
    assert {process for _, process in alone} == {os.getpid()}
    found = [pair for part in spread(pairs, range(3_000), 2) for pair in part]
    assert [number for number, _ in found] == list(range(3_000))
    assert os.getpid() not in {process for _, process in found}


def test_a_few_items_are_worth_no_process():
    assert list(spread(pairs, range(5), 4)) == [[(number, os.getpid()) for number in range(5)]]


def test_what_was_asked_for_is_given():
    assert processes_for(1, 3) == 3
    assert processes_for(1_000_000, 1) == 1
    assert processes_for(10, None) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_large_tree_is_worth_all_processors_but_not_beside_threads():
    program = "from autorag_codemods.scan import processes_for; print(processes_for(10_000, None))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == min(len(os.sched_getaffinity(0)), 8)
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        assert processes_for(10_000, None) == 1
    finally:
        release.set()
        thread.join()
