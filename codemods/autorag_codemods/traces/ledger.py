"""The account of a whole tree: each trace in each file, once."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from autorag_codemods.report.model import Place, Trace
from autorag_codemods.scan import Source, blocks, files_mentioning, may_matter

from .others import TextFile, is_telling, keys_of, text_of, traces_of_text
from .python import traces_of_python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autorag_codemods.report.model import Finding, Report
    from autorag_codemods.scan import Problem

__all__ = ["LARGEST", "account", "readers_of", "texts_with_traces"]

LARGEST = 8 << 20
"""Bytes of the largest file beside Python that is looked at."""

_NOTEBOOK = ".ipynb"


def account(
    report: Report,
    *,
    judged: Iterable[tuple[Source, Sequence[Finding]]],
    problems: Iterable[Problem],
    texts: Iterable[TextFile | str],
    readers: Mapping[str, Sequence[str]],
) -> None:
    """Put every trace into a report.

    Args:
        report: The report; its rows are known.
        judged: Python files that hold a trace, and what was found beside their sites.
        problems: Python files that could not be read as text.
        texts: Other files that hold a trace, the path alone for one that is no text.
        readers: For each key of a configuration the Python files that name it.
    """
    found: list[Trace] = []
    for source, findings in judged:
        if source.path.suffix == _NOTEBOOK:
            found += _in_notebook(source, report)
        else:
            found += traces_of_python(source, str(source.path), report.rows, findings)
    for problem in problems:
        found += _in_no_text(problem)
    for text in texts:
        if isinstance(text, str):
            found.append(Trace("binary", "AR179", "a file that is no text", Place(text, 1, 1)))
        else:
            found += traces_of_text(text, readers)
    report.traces = sorted(found, key=lambda trace: trace.place)


def _in_notebook(source: Source, report: Report) -> Iterator[Trace]:
    """A legacy URL in a notebook is what its rows speak of, by their cells and not by its lines."""
    path = str(source.path)
    codes = [row.code for row in report.rows if row.place.path == path]
    raw = source.raw.removeprefix(codecs.BOM_UTF8)
    for trace in traces_of_text(TextFile(path, raw, source.text, source.encoding), {}):
        if trace.open and codes:
            yield Trace("site", codes[0], "a legacy URL in a notebook: see its rows", trace.place)
        else:
            yield trace


def texts_with_traces(paths: Iterable[str], report: Report) -> Iterator[TextFile | str]:
    """Read the files that are not Python, and give those that hold a trace; counted in `report`."""
    for path in paths:
        try:
            if os.stat(path).st_size > LARGEST:  # noqa: PTH116 (no object for each path)
                report.unread.append(path)
                continue
            raw = b"".join(blocks(path))
        except OSError:
            report.unread.append(path)
            continue
        report.texts += 1
        if may_matter(raw):
            yield text_of(path, raw) or path


def _in_no_text(problem: Problem) -> Iterator[Trace]:
    """A Python file that is no text: the search finds it, as one place."""
    try:
        raw = b"".join(blocks(problem.path))
    except OSError:
        return
    if not may_matter(raw):
        return
    path, text = str(problem.path), f"in a file that was left: {problem.text}"
    if b"\0" in raw:
        yield Trace("skipped", problem.code, text, Place(path, 1, 1))
        return
    decoded = text_of(path, raw)
    if decoded is not None:
        for trace in traces_of_text(decoded, {}):
            yield Trace("skipped", problem.code, text, trace.place)


def readers_of(texts: Iterable[TextFile | str], python: Sequence[str]) -> dict[str, list[str]]:
    """For each key of a configuration that has a legacy URL, the Python files that read it.

    They name the key, in its case, in lower case as a settings class does, or in upper case, or a
    beginning of it such as ``KB_``, the prefix of a settings class; for a key that says little,
    such as ``url``, the file that it stands in. All are searched for at once.
    """
    found: dict[str, list[str]] = {}
    words: dict[bytes, set[str]] = {}
    files: dict[bytes, set[str]] = {}
    for text in texts:
        if isinstance(text, str):
            continue
        for key in sorted(keys_of(text, scripts=True)):
            found[key] = []
            if is_telling(key):
                prefixes = (key[: found.end()] for found in re.finditer(r"(?<=[^\W_])_", key))
                for form in (key, key.lower(), key.upper(), *prefixes):
                    words.setdefault(form.encode(), set()).add(key)
            else:
                files.setdefault(PurePath(text.path).name.encode(), set()).add(key)
    for path in files_mentioning(words, python) if words else ():
        for key in sorted({key for word in words if _mentions(path, word) for key in words[word]}):
            found[key].append(path)
    for path in python if files else ():
        for key in sorted({key for name in _held(path, files) for key in files[name]}):
            found[key].append(path)
    return found


def _mentions(path: str, word: bytes) -> bool:
    return any(files_mentioning([word], [path]))


def _held(path: str, names: Iterable[bytes]) -> list[bytes]:
    """Those of some names that a file holds."""
    try:
        raw = b"".join(blocks(path))
    except OSError:
        return []
    return [name for name in names if name in raw]
