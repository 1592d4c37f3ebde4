"""Counts, what to install, and texts that a terminal must not obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_codemods.report.model import Report
from autorag_codemods.report.text import (
    by_file,
    closing,
    counted,
    install_command,
    items,
    plain,
    requirement,
    sites,
)


def test_the_counts_are_one_sentence(report):
    assert sites(report) == "5 sites: 1 native, 2 bridged (1 done), 1 manual, 1 kept"
    assert sites(Report()) == "0 sites"
    assert sites(Report(report.rows[2:3])) == "1 site: 1 bridged (done)"
    assert counted(1, "file") == "1 file"


@pytest.mark.parametrize(
    ("extras", "wanted"),
    [
        (set(), None),
        ({""}, "autorag-migrate"),
        ({"requests"}, "autorag-migrate[requests]"),
        ({"requests", "aiohttp", ""}, "autorag-migrate[aiohttp,requests]"),
    ],
)
def test_what_must_be_installed(extras, wanted):
    report = Report(dependencies=extras)
    assert requirement(report) == wanted
    assert install_command(report) == (f'pip install "{wanted}"' if wanted else None)


def test_what_is_left_depends_on_whether_it_is_written(report):
    assert closing(report) == [
        "5 sites: 1 native, 2 bridged (1 done), 1 manual, 1 kept",
        "2 findings",
        "1 file to write",
        'the rewritten code needs: pip install "autorag-migrate[requests]"',
        "left to you: 1 site (AR130), 1 file (AR150)",
    ]
    written = closing(report, written=True)
    assert "1 file written" in written
    # Had they been written, they were done.
    assert written[-1] == "left to you: 3 sites (AR101, AR110, AR130), 1 file (AR150)"


def test_findings_stand_among_the_sites_of_their_file(report):
    assert [item.code for item in items(report)] == [
        *("AR101", "AR205", "AR110"),
        *("AR120", "AR130", "AR140"),
        "AR150",
    ]
    assert list(by_file(report)) == ["src/a.py", "src/b.py", "src/z.py"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("two\nlines\r", "two\\x0alines\\x0d"),
        ("caf\udce9.py", "caf\\xe9.py"),
        ("\u202etxt.py", "\\u202etxt.py"),
        ("\u2028", "\\u2028"),
        ("Größe 大", "Größe 大"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text, shown):
    assert plain(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_a_plain_text_is_one_line_that_can_be_encoded(text):
    assert len(plain(text).splitlines()) <= 1
    assert plain(text).encode().decode() == plain(text)
    assert "\x1b" not in plain(text)
