"""Programs run in this process against an emulator that answers for https://api.cloudflare.com."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

import trustme

from autorag_migrate.emulator import Emulator
from autorag_migrate.emulator.intercept import intercept
from fixture_runs import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PRELUDE", "Outcome", "emulated", "run_source"]

PRELUDE = """\
import json
import os
import requests
ACC = os.environ["CLOUDFLARE_ACCOUNT_ID"]
TOK = os.environ["CLOUDFLARE_API_TOKEN"]
B = f"https://api.cloudflare.com/client/v4/accounts/{ACC}/autorag/rags/docs"
H = {"Authorization": f"Bearer {TOK}"}
"""
"""How programs begin that are kept without it."""


class Outcome(NamedTuple):
    """What a program printed, and the kind of what ended it."""

    end: str
    printed: str


@contextlib.contextmanager
def emulated(**settings: object) -> Iterator[Emulator]:
    """One account for all programs."""
    with (
        tempfile.NamedTemporaryFile(suffix=".pem") as bundle,
        Emulator(DOCUMENTS, instance="docs", **settings) as emulator,
    ):
        # Every client reads a bundle; one of a hundred authorities takes longer than all the rest.
        trustme.CA().cert_pem.write_to_path(bundle.name)
        variables = {**emulator.environment(), "SSL_CERT_FILE": bundle.name}
        variables["REQUESTS_CA_BUNDLE"] = bundle.name
        del variables["CLOUDFLARE_API_BASE_URL"]
        with mock.patch.dict(os.environ, variables), intercept(emulator):
            yield emulator


def run_source(source: str) -> Outcome:
    """Run the text of a program as the main module."""
    out = io.StringIO()
    end = "done"
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
        except SystemExit as stopped:
            end = f"exit {stopped.code}"
        except Exception as error:
            end = type(error).__name__
    return Outcome(end, out.getvalue())
