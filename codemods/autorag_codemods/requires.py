"""What a project requires, and whether that leaves room for the adapters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["excluded_extras", "exclusion"]

_OUR_PYTHON = (3, 10)
_OURS = {"httpx": ((0, 25), (1,)), "pydantic": ((2,), (3,)), "requests": ((2, 28), (3,))}
"""The lowest version that the adapters take, and the first one that they do not."""
_EXTRAS = {"aiohttp": ((3, 12), (4,)), "cloudflare": ((4,), (6,)), "urllib3": ((1, 26), (3,))}
"""The same for what only a call through the library itself needs."""


def exclusion(root: Path) -> str:
    """Why a project cannot depend on the adapters, "" when it can."""
    pyproject, setup = _text(root / "pyproject.toml"), _text(root / "setup.cfg")
    script = _text(root / "setup.py")
    for text, pattern in (
        (pyproject, r"""(?m)^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']"""),
        (setup, r"""(?m)^\s*python_requires\s*=\s*["']?([^"'\n]+)"""),
        (script, r"""\bpython_requires\s*=\s*["']([^"']+)["']"""),
    ):
        found = re.search(pattern, text)
        if found is not None and (low := _lowest(found[1])) is not None and low < _OUR_PYTHON:
            return f"the project supports Python {found[1].strip()}, the adapter needs 3.10"
    return next(iter(_pinned(root, _OURS).values()), "")


def excluded_extras(root: Path) -> dict[str, str]:
    """Libraries whose adapters a project cannot depend on, each with the reason."""
    return _pinned(root, _EXTRAS)


Bounds = Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]


def _pinned(root: Path, bounds: Bounds) -> dict[str, str]:
    """The libraries that a project pins to versions outside of some bounds."""
    lists = [*root.glob("requirements*.txt"), *root.glob("requirements/*.txt")]
    names = (root / "pyproject.toml", root / "setup.cfg", root / "setup.py", *sorted(lists))
    texts = [_text(name) for name in names]
    return {
        name: f"the project pins {name}{required}"
        for name, (low, high) in bounds.items()
        for text in reversed(texts)
        for required in _requirements(text, name)
        if _excludes(required, low, high)
    }


def _requirements(text: str, name: str) -> Iterable[str]:
    """What is said of a package's versions, in any of the files that say it."""
    for match in re.finditer(
        rf"""(?mi)(?:^\s*|["'])(?P<name>{name})(?:\[[^\]]*\])?\s*(?P<spec>(?:[<>=!~]=?=?\s*[\w.*]+\s*,?\s*)+)""",
        text,
    ):
        yield match["spec"].strip().rstrip(",")
    poetry = (
        rf"""(?mi)^\s*{name}\s*=\s*(?:\{{[^\n]*?version\s*=\s*)?["'](?P<spec>[\^~]?[\d.]+)["']"""
    )
    for match in re.finditer(poetry, text):
        yield match["spec"]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.replace("*", ""))[:3])


def _clauses(spec: str) -> Iterable[tuple[str, tuple[int, ...]]]:
    for operator, version in re.findall(r"([<>=!~^]*)\s*([\d.*]+)", spec):
        yield operator or "==", _version(version)


def _lowest(spec: str) -> tuple[int, ...] | None:
    """The lowest version that a specification allows, None where it names none."""
    lows = [
        version
        for operator, version in _clauses(spec)
        if operator in {">=", ">", "~=", "^", "~", "=="}
    ]
    return max(lows) if lows else None


def _excludes(spec: str, low: tuple[int, ...], high: tuple[int, ...]) -> bool:
    for operator, version in _clauses(spec):
        if operator in {"<", "<="} and (version <= low if operator == "<" else version < low):
            return True
        if operator in {"==", "~=", "^", "~"} and (
            _padded(version) < _padded(low) and not _reaches(operator, version, low)
        ):
            return True
        if operator in {">=", ">", "==", "~=", "^", "~"} and version >= high:
            return True
    return False


def _reaches(operator: str, version: tuple[int, ...], low: tuple[int, ...]) -> bool:
    """Whether a compatible release of a version can be as high as `low`."""
    if operator == "==" or not version:
        return False
    same = 1 if version[0] or operator != "^" else 2
    if operator in {"~=", "~"}:
        same = max(1, len(version) - 1)
    return version[:same] == low[:same]


def _padded(version: tuple[int, ...]) -> tuple[int, ...]:
    return (*version, 0, 0, 0)[:3]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
