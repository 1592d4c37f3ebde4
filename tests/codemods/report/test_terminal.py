"""The ledger for people."""

import re

import pytest

from autorag_codemods.report import terminal
from autorag_codemods.report.model import Report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_the_whole_ledger(report):
    assert terminal.render(report) == (
        """\
src/a.py
  12:10  native   AR101  session.post: the URL, the payload and 2 reads are understood
                         AR204 ranking_options.score_threshold: no threshold is given
  13:2   finding  AR205  `answer` was never part of an answer
  140:5  bridged  AR110  requests.post: answer returned from `search()`; 2 callers read it
                         try: return plain values

src/b.py
  1:1   bridged (done)  AR120  post: an adapter sends it
  9:1   manual          AR130  run: the URL ends in `subprocess.run`
  20:1  kept            AR140  post: compares both APIs

src/z.py
  3:1  finding  AR150  it does not parse

5 sites: 1 native, 2 bridged (1 done), 1 manual, 1 kept
2 findings
1 file to write
the rewritten code needs: pip install "autorag-migrate[requests]"
left to you: 1 site (AR130), 1 file (AR150)
"""
    )


def test_the_evidence_and_no_summary(report):
    shown = terminal.render(report, explain=True, summary=False)
    assert "line 139: sent here\n" in shown
    assert "5 sites" not in shown


@pytest.mark.parametrize("name", ["NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"])
def test_colours_only_when_they_are_asked_for(report, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert not ANSI.search(terminal.render(report))
    colored = terminal.render(report, color=True)
    assert ANSI.search(colored)
    lines = [line.rstrip() for line in ANSI.sub("", colored).splitlines()]
    assert lines == terminal.render(report).splitlines()


def test_long_texts_are_wrapped_in_their_column(make_row):
    shown = terminal.render(Report([make_row("word " * 40)]), width=60, summary=False)
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.split().count("word") == 40


def test_nothing_in_a_text_is_markup(make_row):
    reason = "[bold]x[/bold] :smile: [link=http://x]y[/link] \x1b[2J"
    shown = terminal.render(Report([make_row(reason, path="[red]a.py", call="[x]")]))
    assert "[x]: [bold]x[/bold] :smile: [link=http://x]y[/link] \\x1b[2J" in shown
    assert shown.startswith("[red]a.py\n")
