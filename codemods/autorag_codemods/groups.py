"""Which files make a program: those that import each other and decide about the same calls."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from autorag_migrate.mapping import REQUEST_FIELDS, RESPONSE_FIELDS

from .scan import Problem, Source, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MOST_FILES", "Group", "Imports", "Tree"]

MOST_FILES = 40
"""A program of more files is not judged as one: its files are, each by itself."""

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<dots>\.*)[ \t]*(?P<module>[\w.]*)[ \t]+import[ \t]*"
    r"(?P<names>\([^)]*\)|[^\n#;]+)|import[ \t]+(?P<modules>[^\n#;]+))",
    re.MULTILINE,
)
_SENDS = r"requests|httpx|aiohttp|urllib3?|cloudflare|https?://|environ|getenv|BaseSettings"
_COMMON = {"file", "id", "object", "success", "text", "type"}
_KEYS = {
    word
    for row in (*REQUEST_FIELDS, *RESPONSE_FIELDS)
    for word in re.findall(r"\w+", row.legacy or "")
} - _COMMON
_RELEVANT = re.compile(
    rf"{_SENDS}|autorag|account_id|(?:base|api)_url|[\"'](?:{'|'.join(sorted(_KEYS))})[\"']",
    re.IGNORECASE,
)
"""What a module says that sends, holds a part of a URL, or takes part of a request or an answer."""


class Tree:
    """The files that a run looks at, found by what imports call them.

    Attributes:
        shown: For each file's real path the one that reports show.
    """

    def __init__(self, looked_at: Iterable[str]) -> None:
        self.shown = {os.path.abspath(path): path for path in looked_at}  # noqa: PTH100 (10,000 files)
        self._sources: dict[str, Source | None] = {}
        self._imported: dict[tuple[str, str], frozenset[str]] = {}
        self._relevant: dict[str, bool] = {}
        self._left: set[str] = set()

    def leave_out(self, path: str) -> None:
        """Let a file belong to no program."""
        self._left.add(path)
        self._imported.clear()

    def source(self, path: str) -> Source | None:
        """A file by its real path, None where it cannot be read."""
        if path not in self._sources:
            found = read(self.shown[path])
            self._sources[path] = None if isinstance(found, Problem) else found
        return self._sources[path]

    def imported_by(self, path: str, root: str) -> frozenset[str]:
        """The files that a file imports, by their real paths."""
        if (path, root) not in self._imported:
            source = self.source(path)
            imports = _imports(source.text) if source is not None else ()
            found = {_resolve(path, root, name, level) for name, level in imports}
            found -= {path, None, *self._left}
            shown = frozenset(each for each in found if each is not None and each in self.shown)
            self._imported[path, root] = shown
        return self._imported[path, root]

    def is_relevant(self, path: str) -> bool:
        """Whether what a file says may decide about a call in another one."""
        if path not in self._relevant:
            source = self.source(path)
            self._relevant[path] = source is not None and bool(_RELEVANT.search(source.text))
        return self._relevant[path]


def _imports(text: str) -> Iterator[tuple[str, int]]:
    for match in _IMPORT.finditer(text):
        if match["modules"] is not None:
            for part in match["modules"].split(","):
                yield from _with_packages(part.split(" as ")[0].strip(), 0)
            continue
        module, level = match["module"], len(match["dots"])
        yield from _with_packages(module, level)
        for name in re.findall(r"(\w+)(?:\s+as\s+\w+)?", match["names"]):
            yield f"{module}.{name}".lstrip("."), level


def _with_packages(module: str, level: int) -> Iterator[tuple[str, int]]:
    """A module and the packages above it, which are imported as well."""
    yield module, level
    while "." in module:
        module = module.rpartition(".")[0]
        yield module, level


class Imports(NamedTuple):
    """What the imports of a program's files mean; `files` are shown paths by real ones."""

    root: str
    files: dict[str, str]

    def find(self, path: str, name: str, level: int) -> str | None:
        """The file of the program that an import in one means, both as reports show them.

        It is "" for a file of the project that does not belong to the program.
        """
        real = os.path.abspath(path)  # noqa: PTH100 (links are never followed)
        found = _resolve(real, self.root, name, level)
        return self.files.get(found, "") if found is not None else None


def _resolve(path: str, root: str, name: str, level: int) -> str | None:
    """The file that an import means, None where there is none or more than one."""
    parts = [part for part in name.split(".") if part]
    folder = os.path.dirname(path)  # noqa: PTH120 (strings all along)
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120
        return _file(folder, tuple(parts))
    if not parts:
        return None
    found = {file for base in _bases(folder, root) if (file := _file(base, tuple(parts)))}
    return found.pop() if len(found) == 1 else None


def _bases(folder: str, root: str) -> tuple[str, ...]:
    """Where absolute imports may begin: the folders from the file's package up to the project."""
    while os.path.exists(os.path.join(folder, "__init__.py")):  # noqa: PTH110, PTH118
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            break
        folder = above
    found = [folder]
    while folder != root and folder.startswith(root):
        folder = os.path.dirname(folder)  # noqa: PTH120
        found.append(folder)
    return (*found, os.path.join(root, "src"))  # noqa: PTH118


def _file(folder: str, parts: tuple[str, ...]) -> str | None:
    below = os.path.join(folder, *parts)  # noqa: PTH118
    for found in (f"{below}.py", os.path.join(below, "__init__.py")):  # noqa: PTH118
        if (parts or found.endswith("__init__.py")) and os.path.isfile(found):  # noqa: PTH113
            return found
    return None


@dataclass(eq=False)
class Group:
    """The files of one program, by their real paths.

    Attributes:
        root: The project's folder.
        files: The files.
    """

    root: str
    files: set[str] = field(default_factory=set)

    def add(self, tree: Tree, path: str, candidates: Iterable[str]) -> None:
        """Add a file and all that it imports and that may decide something."""
        todo = [path]
        wanted = {*candidates, *self.files, path}
        while todo:
            each = todo.pop()
            if each in self.files:
                continue
            self.files.add(each)
            for found in tree.imported_by(each, self.root):
                passes_on = not wanted.isdisjoint(tree.imported_by(found, self.root))
                if found in wanted or passes_on or tree.is_relevant(found):
                    todo.append(found)

    def users(self, tree: Tree, path: str) -> frozenset[str]:
        """The files of the program that import one of it, directly or not."""
        using = {each: tree.imported_by(each, self.root) for each in self.files}
        found: set[str] = set()
        todo = [path]
        while todo:
            one = todo.pop()
            new = {each for each, imported in using.items() if one in imported} - found - {path}
            found |= new
            todo += new
        return frozenset(found)
