from __future__ import annotations

import gc
import weakref

import libcst as cst
import pytest

from autorag_codemods import migrate
from autorag_codemods.garbage import collected_after


class Knot:
    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def enabled():
    assert gc.isenabled()
    yield
    gc.enable()


def test_what_was_left_behind_is_collected_at_the_end():
    gc.collect()
    with collected_after():
        assert not gc.isenabled()
        left = weakref.ref(Knot())
        assert left() is not None
    assert gc.isenabled()
    assert left() is None


def test_it_is_enabled_again_after_an_error():
    with pytest.raises(KeyError), collected_after():
        raise KeyError
    assert gc.isenabled()


def test_where_the_collector_is_off_it_stays_off():
    gc.disable()
    with collected_after():
        left = weakref.ref(Knot())
    assert not gc.isenabled()
    assert left() is not None


def test_a_judged_text_leaves_no_tree_behind():
    source = 'import requests\nrequests.post("https://x/autorag/rags/a/search", json={})\n'
    gc.collect()
    before = trees()
    assert migrate(source).rows
    assert trees() == before


def trees():
    return sum(type(each) is cst.Module for each in gc.get_objects())
