"""What ``pyproject.toml`` requires: edited in its text, and read again to be sure of it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from .requirement import NAME, UnsureError, is_ours, requirement_for, with_extras

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["add_to_pyproject", "requires_in_pyproject"]

_STRING = r'"""(?:\\.|[^\\])*?"""|' + r"'''.*?'''|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'"
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<comment>\#[^\n]*)|(?P<mark>[\[\]{{}},])", re.DOTALL
)
_HEADER = re.compile(r"^[ \t]*\[\[?[\w\"'. -]+\]\]?[ \t\r]*(?:#[^\n]*)?$", re.MULTILINE)
_DEPENDENCIES = re.compile(r"^[ \t]*dependencies[ \t]*=[ \t]*(?=\[)", re.MULTILINE)
_KEY = re.compile(
    r"""^[ \t]*["']?autorag[-_.]migrate["']?[ \t]*=[ \t]*(?P<value>[^\n#]*?)[ \t]*(?:#|\r?$)""",
    re.MULTILINE | re.IGNORECASE,
)
_ODD = "it is written in a way that is not understood"


class _Array(NamedTuple):
    """An array of strings: where it opens and closes, its strings, and its last comma."""

    start: int
    end: int
    strings: list[tuple[int, int]]
    comma: int


def requires_in_pyproject(text: str) -> bool:
    """Whether this file is where a project says what it requires."""
    try:
        document = _read(text)
    except UnsureError:
        return True  # and it will be said why it cannot be edited
    project = document.get("project")
    poetry = document.get("tool", {}).get("poetry")
    if isinstance(project, dict) and "dependencies" in project:
        return True
    return isinstance(poetry, dict) and isinstance(poetry.get("dependencies"), dict)


def add_to_pyproject(text: str, extras: Collection[str]) -> str:
    """The text with the requirement in it, once; every other byte as it was.

    Raises:
        UnsureError: It cannot be told where it belongs, or reading it again shows something else.
    """
    document = _read(text)
    project = document.get("project")
    poetry = document.get("tool", {}).get("poetry", {})
    if isinstance(project, dict) and "dependencies" in project.get("dynamic", ()):
        raise UnsureError("its dependencies are dynamic")
    if isinstance(project, dict) and ("dependencies" in project or "dependencies" not in poetry):
        new = _in_project(text, project, extras)
        wanted = _wanted(project.get("dependencies", []), extras)
        document["project"] = {**project, "dependencies": wanted}
    elif isinstance(poetry.get("dependencies"), dict):
        new = _in_poetry(text, poetry["dependencies"], extras)
        key = next((name for name in poetry["dependencies"] if is_ours(name)), NAME)
        document["tool"]["poetry"]["dependencies"][key] = _poetry_value(
            poetry["dependencies"].get(key), extras
        )
    else:
        raise UnsureError("it does not say what the project requires")
    if _read(new) != document:
        raise UnsureError(_ODD)
    return new


def _read(text: str) -> dict[str, Any]:
    try:
        # Not in every Python that this runs on.
        toml: Any = import_module("tomllib")
    except ImportError:
        raise UnsureError("to read it takes Python 3.11") from None
    try:
        document: dict[str, Any] = toml.loads(text)
    except ValueError:
        raise UnsureError("it is no valid TOML") from None
    return document


def _wanted(known: list[str], extras: Collection[str]) -> list[str]:
    if any(map(is_ours, known)):
        return [with_extras(each, extras) if is_ours(each) else each for each in known]
    return [*known, requirement_for(extras)]


# The table project


def _in_project(text: str, project: dict[str, Any], extras: Collection[str]) -> str:
    start, end = _table(text, "project")
    found = _DEPENDENCIES.search(text, start, end)
    if found is None:
        if "dependencies" in project:
            raise UnsureError(_ODD)
        newline = "\r\n" if "\r\n" in text else "\n"
        return f'{text[:start]}dependencies = ["{requirement_for(extras)}"]{newline}{text[start:]}'
    array = _array(text, found.end())
    for first, last in array.strings:
        value = text[first + 1 : last - 1]
        if is_ours(value):
            return text[: first + 1] + with_extras(value, extras) + text[last - 1 :]
    return _appended(text, array, requirement_for(extras))


def _table(text: str, name: str) -> tuple[int, int]:
    """Where the lines of a table begin and end."""
    pattern = rf"^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\][ \t]*(?:#[^\n]*)?\r?\n"
    head = re.compile(pattern, re.MULTILINE).search(text if text.endswith("\n") else text + "\n")
    if head is None:
        raise UnsureError(_ODD)
    behind = _HEADER.search(text, head.end())
    return min(head.end(), len(text)), behind.start() if behind else len(text)


def _array(text: str, start: int) -> _Array:
    strings: list[tuple[int, int]] = []
    comma = -1
    for kind, first, last in _tokens(text, start + 1):
        if kind == "string":
            strings.append((first, last))
            comma = -1
        elif kind == ",":
            comma = first
        elif kind == "]":
            return _Array(start, first, strings, comma)
        elif kind != "comment":
            break
    raise UnsureError(_ODD)


def _tokens(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    for found in _TOKEN.finditer(text, start):
        kind = found["mark"] or ("string" if found["string"] else "comment")
        yield kind, *found.span()


def _appended(text: str, array: _Array, requirement: str) -> str:
    """The text with one more string at the end of an array, written as the last one is."""
    if not array.strings:
        return f'{text[: array.start]}["{requirement}"]{text[array.end + 1 :]}'
    first, last = array.strings[-1]
    quote = text[first] if text[first : first + 3] not in {'"""', "'''"} else '"'
    new = f"{quote}{requirement}{quote}"
    line_start = text.rfind("\n", 0, first) + 1
    indent = text[line_start:first]
    if indent.strip() or line_start <= array.start:
        # On a line with others.
        if array.comma >= 0:
            return f"{text[: array.comma + 1]} {new},{text[array.comma + 1 :]}"
        return f"{text[:last]}, {new}{text[last:]}"
    end = text.find("\n", max(last, array.comma))
    if end == -1 or end > array.end:
        return f"{text[:last]}, {new}{text[last:]}"
    newline = "\r\n" if text[end - 1] == "\r" else "\n"
    if array.comma >= 0:
        return f"{text[: end + 1]}{indent}{new},{newline}{text[end + 1 :]}"
    return f"{text[:last]},{text[last : end + 1]}{indent}{new}{newline}{text[end + 1 :]}"


# Poetry's own table


def _poetry_value(known: object, extras: Collection[str]) -> object:
    wanted = sorted(filter(None, extras))
    if known is None:
        known = "*"
    if isinstance(known, str):
        return {"version": known, "extras": wanted} if wanted else known
    if isinstance(known, dict) and set(wanted) <= set(known.get("extras", ())):
        return known
    raise UnsureError(f"{NAME} stands in it without the extra {', '.join(wanted)}")


def _in_poetry(text: str, known: dict[str, Any], extras: Collection[str]) -> str:
    start, end = _table(text, "tool.poetry.dependencies")
    ours = next((name for name in known if is_ours(name)), None)
    value = _poetry_value(known[ours] if ours is not None else None, extras)
    if ours is not None:
        if value == known[ours]:
            return text
        found = _KEY.search(text, start, end)
        if found is None:
            raise UnsureError(_ODD)
        return text[: found.start("value")] + _toml(value) + text[found.end("value") :]
    body = text[start:end].rstrip()
    newline = "\r\n" if "\r\n" in text else "\n"
    at = start + len(body)
    before, behind = (newline, "") if body else ("", newline)
    return f"{text[:at]}{before}{NAME} = {_toml(value)}{behind}{text[at:]}"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        extras = ", ".join(f'"{extra}"' for extra in value["extras"])
        return f'{{version = "{value["version"]}", extras = [{extras}]}}'
    return f'"{value}"'
