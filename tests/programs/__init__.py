"""Hypothesis strategies for programs that call the legacy API, written as people write them.

A program is put together from independent choices: what sends, how the URL, the payload and the
headers come about, how the answer is read, and where in a module all of it stands. Each is valid
on the legacy API, and shows what it did by what its functions print, return or raise. What is first
among some choices is what a failing example shrinks to.

The forms are templates, which `writer` explains.
"""

from .answer_forms import ANSWERS
from .answers import read_of, rows_of
from .asked import asked_of, payload_of
from .functions import programs
from .places import ACCOUNTS, BEARER, TOKEN, Place
from .streams import stream_of
from .writer import ACCOUNT, QUERIES, Program, Writer

__all__ = [
    "ACCOUNT",
    "ACCOUNTS",
    "ANSWERS",
    "BEARER",
    "QUERIES",
    "TOKEN",
    "Place",
    "Program",
    "Writer",
    "asked_of",
    "payload_of",
    "programs",
    "read_of",
    "rows_of",
    "stream_of",
]
