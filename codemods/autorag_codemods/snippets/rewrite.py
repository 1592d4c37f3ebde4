"""The snippets of a run: those that are understood get a new text, the others a reason."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autorag_codemods.report.model import FileChange, Trace
from autorag_codemods.scan import kind_of
from autorag_codemods.traces.search import Lines

from .blocks import Block, blocks_of
from .curl import check_script, check_shown, rewrite_curl
from .snippet import Edit, LeftError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autorag_codemods.options import Options
    from autorag_codemods.report.model import Report

__all__ = ["rewrite_snippets"]

_PYTHON = frozenset(("python", "python3", "py", ""))
_SHELL = frozenset(("sh", "bash", "shell", "zsh", "curl"))
_SESSION = frozenset(("console", "shell-session", "text", "terminal", ""))
_SCRIPTS = frozenset((".sh", ".bash", ".zsh", ".ksh"))
_PAGES = {".md": False, ".markdown": False, ".mdx": False, ".rst": True}


def rewrite_snippets(report: Report, options: Options) -> None:
    """Put the edits of docs and scripts into a report's changes; traces say what they become."""
    by_path: dict[str, list[Trace]] = {}
    for trace in report.open_traces:
        if trace.kind == "snippet":
            by_path.setdefault(trace.place.path, []).append(trace)
    told: dict[Trace, Trace] = {}
    for path, traces in by_path.items():
        told.update(_rewrite(report, path, traces, options))
    report.traces = [told.get(trace, trace) for trace in report.traces]
    report.changes.sort(key=lambda change: change.shown)


def _rewrite(
    report: Report, path: str, traces: list[Trace], options: Options
) -> dict[Trace, Trace]:
    """Rewrite a file; what is told of each of its traces."""
    try:
        raw = Path(path).read_bytes()
        bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
        text = raw.removeprefix(bom).decode()
    except (OSError, UnicodeDecodeError):
        return {trace: _left(trace, "the file is not UTF-8") for trace in traces}
    page = _Page(path, text, options)
    told: dict[Trace, Trace] = {}
    for trace in traces:
        edit = page.edit_at(trace.place.line, trace.place.column)
        if isinstance(edit, LeftError):
            told[trace] = _left(trace, str(edit))
        else:
            said = f"{edit.what}, rewritten by --docs" + "".join(f"; {note}" for note in edit.notes)
            told[trace] = replace(trace, text=said, edited=True)
    new = page.text_with_edits()
    if new != text:
        report.changes.append(FileChange(Path(path), path, raw, bom + new.encode()))
    return told


def _left(trace: Trace, reason: str) -> Trace:
    return replace(trace, text=f"{trace.text}; left: {reason}")


class _Page:
    """A text with snippets, and the edits of them."""

    def __init__(self, path: str, text: str, options: Options) -> None:
        self._text, self._options = text, options
        self._lines = Lines(text)
        self._path, self._suffix = path, Path(path).suffix.lower()
        self._is_script = kind_of(path) in {"script", None}
        self._blocks: Sequence[Block] = ()
        if self._suffix in _PAGES:
            self._blocks = list(blocks_of(text, rest=_PAGES[self._suffix]))
        self._edits: dict[int, Edit] = {}

    def edit_at(self, line: int, column: int) -> Edit | LeftError:
        """The edit of the snippet around a place, made once; or why there is none."""
        at = self._lines.offset(line, column)
        for known in self._edits.values():
            if known.start <= at < known.end:
                return known
        try:
            edit = self._in_script(at) if self._is_script else self._in_page(at)
        except LeftError as error:
            return error
        self._edits[edit.start] = edit
        return edit

    def _in_script(self, at: int) -> Edit:
        by_its_first_line = not self._suffix and kind_of(self._path) is None
        if self._suffix not in _SCRIPTS and not by_its_first_line:
            raise LeftError("it is a script of another kind")
        edit = rewrite_curl(self._text, 0, len(self._text), at, self._options)
        check_script(self._text, edit.start, edit.end)
        return edit

    def _in_page(self, at: int) -> Edit:
        block = next((each for each in self._blocks if each.start <= at < each.end), None)
        if block is None:
            raise LeftError("it stands in no block of code that is understood")
        if block.language in _SHELL | _SESSION:
            has_curl = "curl" in self._text[block.start : at]
            if block.language or block.inline or has_curl:
                return self._command(block, at)
        if block.language in _PYTHON:
            from .python import rewrite_python  # noqa: PLC0415 (it loads libcst)

            others = [each for each in self._blocks if each is not block]
            return rewrite_python(self._text, block, others, self._options)
        raise LeftError("it is in a block of another language")

    def _command(self, block: Block, at: int) -> Edit:
        edit = rewrite_curl(self._text, block.start, block.end, at, self._options)
        if block.language in _SESSION and not block.inline:
            check_shown(self._text, block.start, edit.start, edit.end, block.end)
        return edit

    def text_with_edits(self) -> str:
        """The text with all edits made."""
        text = self._text
        for edit in sorted(self._edits.values(), reverse=True):
            text = text[: edit.start] + edit.new + text[edit.end :]
        return text
