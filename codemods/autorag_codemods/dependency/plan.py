"""Where a project says what it requires, and the edit of that file."""

from __future__ import annotations

import codecs
import re
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from autorag_codemods.report.model import FileChange
from autorag_codemods.scan import root_of

from .listing import add_to_list, holds_ours
from .pyproject import add_to_pyproject, requires_in_pyproject
from .requirement import NAME, UnsureError, requirement_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from autorag_codemods.report.model import Report

__all__ = ["add_dependencies", "extras_in"]

_ADAPTERS = re.compile(
    r"^[ \t]*(?:from[ \t]+autorag_migrate\.adapters(?:\.(?P<module>\w+))?[ \t]+import[ \t]+"
    r"(?P<names>\([^)]*\)|[^\n#]*)|import[ \t]+autorag_migrate\.adapters\.(?P<plain>\w+))",
    re.MULTILINE,
)
_LOCKS = {
    "uv.lock": "uv lock",
    "poetry.lock": "poetry lock",
    "pdm.lock": "pdm lock",
}


def extras_in(text: str) -> set[str]:
    """The extras of the adapters that a program imports; "" for one that needs none."""
    names: set[str] = set()
    for found in _ADAPTERS.finditer(text):
        single = found["module"] or found["plain"]
        listed = re.findall(r"(\w+)(?:\s+as\s+\w+)?\s*(?:,|$|\))", found["names"] or "")
        names.update([single] if single else listed)
    known = _extras()
    return {name if name in known else "" for name in names}


def _extras() -> frozenset[str]:
    try:
        return frozenset(metadata.metadata(NAME).get_all("Provides-Extra") or ())
    except metadata.PackageNotFoundError:  # run from a folder of sources
        return frozenset(("requests", "aiohttp"))


def add_dependencies(report: Report) -> None:
    """Put the edits of what projects require into a report's changes, and say what cannot be."""
    needs: dict[Path, set[str]] = {}
    for path, extras in report.needs.items():
        if extras:
            needs.setdefault(_home(path), set()).update(extras)
    for home, extras in sorted(needs.items()):
        _add(report, home, extras)
    report.changes.sort(key=lambda change: change.shown)


def _home(path: Path) -> Path:
    """The nearest folder, up to the project's, in which a file says what is required."""
    root, place = root_of(path), path.resolve().parent
    while place != root:
        if _files(place):
            return place
        place = place.parent
    return root


def _files(home: Path) -> list[Path]:
    names = ("pyproject.toml", "requirements.in", "requirements.txt")
    return [home / name for name in names if (home / name).is_file()]


def _add(report: Report, home: Path, extras: Collection[str]) -> None:
    wanted = requirement_for(extras)
    shown = _shown(home)
    try:
        file = _chosen(home)
        shown = _shown(file)
        raw = file.read_bytes()
        bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
        text = raw.removeprefix(bom).decode()
        edit = add_to_pyproject if file.name == "pyproject.toml" else add_to_list
        after = bom + edit(text, extras).encode()
    except UnsureError as error:
        report.notices.append(f"add {wanted} to what {shown} requires: {error}")
        return
    except (OSError, UnicodeDecodeError):
        report.notices.append(f"add {wanted} to what {shown} requires: it cannot be read")
        return
    if after != raw:
        report.changes.append(FileChange(file, shown, raw, after))
        report.notices.append(f"{wanted} is added to {shown}{_then(file)}")


def _then(file: Path) -> str:
    """What has to be run afterwards."""
    if file.name == "requirements.in":
        return "; then compile it"
    commands = [command for lock, command in _LOCKS.items() if (file.parent / lock).exists()]
    return f"; then run {' and '.join(commands)}" if commands else ""


def _chosen(home: Path) -> Path:
    lists = [*sorted(home.glob("requirements*.txt")), *sorted(home.glob("requirements/*.txt"))]
    for path in lists:
        if holds_ours(_text(path)):
            return path
    pyproject = home / "pyproject.toml"
    if pyproject.is_file() and requires_in_pyproject(_text(pyproject)):
        return pyproject
    for path in _files(home):
        if path != pyproject:
            return path
    if len(lists) == 1:
        return lists[0]
    if lists:
        raise UnsureError("several files list requirements")
    if pyproject.is_file():
        return pyproject
    raise UnsureError("no pyproject.toml and no requirements.txt is there")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _shown(path: Path) -> str:
    here = Path.cwd().resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
