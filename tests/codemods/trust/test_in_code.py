"""What is shown, and the same from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autorag_codemods import Options, migrate
from codemods.trust.trusting import PROGRAMS, PROGRAMS_BY_FILE, Done, wrote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover


def test_nothing_of_a_programs_values_is_shown(tree: Path, run: Callable[..., Done]) -> None:
    secret = "cfut_SECRET0123456789"
    text = (
        PROGRAMS["bridged"]
        .replace("os.environ['CLOUDFLARE_API_TOKEN']", f"'{secret}'")
        .replace('"é " + question', f'question, "token": "{secret}"')
    )
    wrote(tree, {"app.py": text})
    for form in ("terminal", "concise", "json", "markdown"):
        done = run("check", "--explain-verdict", "--output-format", form)
        assert secret not in done.out.decode() + done.err


def test_migrate_in_code_is_what_apply_writes(tree: Path, run: Callable[..., Done]) -> None:
    wrote(tree, PROGRAMS_BY_FILE)
    assert run("apply", "--policy", "adopt").code == 0
    for name, text in PROGRAMS_BY_FILE.items():
        assert (tree / name).read_text() == migrate(text, Options(policy="adopt")).source
