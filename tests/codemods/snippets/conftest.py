"""A page or a script through the whole tool with `--docs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autorag_codemods.engine import run
from autorag_codemods.options import DEFAULT_OPTIONS
from autorag_codemods.snippets import rewrite_snippets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def rewritten(tmp_path: Path) -> Callable[..., tuple[str, list[str]]]:
    """The new text of a file, and what is said of each of its open traces."""

    def rewrite(name: str, text: str, options=DEFAULT_OPTIONS):
        path = tmp_path / name
        path.write_bytes(text.encode())
        report = run([path], options)
        rewrite_snippets(report, options)
        (new,) = [change.after.decode() for change in report.changes] or [text]
        assert all(change.before == text.encode() for change in report.changes)
        path.write_bytes(new.encode())
        again = run([path], options)
        rewrite_snippets(again, options)
        assert again.changes == []
        return new, [trace.text for trace in report.open_traces]

    return rewrite
