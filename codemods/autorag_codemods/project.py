"""What the rest of a project says about one of its modules: its tests, its pins, its names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .notebook.source import source_of
from .scan import Source, files_mentioning, find, may_matter
from .verdict import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Project", "root_of"]

_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git", ".hg")
_OUR_PYTHON = (3, 10)
_OURS = {"httpx": ((0, 25), (1,)), "pydantic": ((2,), (3,)), "requests": ((2, 28), (3,))}
"""The lowest version that the adapters take, and the first one that they do not."""

_AT_THE_WIRE = {
    "responses": re.compile(r"^\s*(?:import|from)\s+responses\b", re.MULTILINE),
    "respx": re.compile(r"^\s*(?:import|from)\s+respx\b|\brespx_mock\b", re.MULTILINE),
    "vcrpy": re.compile(r"^\s*(?:import|from)\s+vcr\b|\bpytest\.mark\.vcr\b", re.MULTILINE),
    "pytest-httpx": re.compile(r"\bhttpx_mock\b"),
    "httpx.MockTransport": re.compile(r"\bMockTransport\b"),
    "aioresponses": re.compile(r"^\s*(?:import|from)\s+aioresponses\b", re.MULTILINE),
    "requests_mock.Adapter": re.compile(r"\brequests_mock\.(?:Adapter|adapter)\b"),
}
_PATCHES = re.compile(
    r"\.\s*(?:requests|httpx)\s*=[^=]|\b(?:requests|httpx)\.\w+\s*=[^=]"
    r"|(?:\bpatch(?:\.object|\.dict)?|\bsetattr)\(\s*[^\n]*?"
    r"\b(?:requests|httpx|post|Session|Client)\b"
    r"|\brequests_mock\b"
)
_TEST = re.compile(r"^test_.*\.py$|_test\.py$|^conftest\.py$")
_WORDS = (
    b"responses",
    b"respx",
    b"respx_mock",
    b"vcr",
    b"httpx_mock",
    b"MockTransport",
    b"aioresponses",
)
_MOCKING = (b"requests_mock", b"patch", b"setattr", b"requests", b"httpx")


def root_of(path: Path) -> Path:
    """The nearest folder above a file that says it is a project, else the file's own."""
    for folder in path.resolve().parents:
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return path.resolve().parent


class Project:
    """A project on disk; its tests and its consumers are looked for once."""

    def __init__(self, root: Path, exclude: Sequence[str] = (), known: Iterable[str] = ()) -> None:
        self.root = root
        self._with_traces: list[str] | None = None
        self.excluded = _exclusion(root)
        files = [each for each in find([root], exclude=exclude) if isinstance(each, str)]
        self._files = sorted({*files, *known})
        mentioning = files_mentioning((*_WORDS, *_MOCKING), self._files)
        texts = ((name, _text(name)) for name in mentioning)
        patterns = (*_AT_THE_WIRE.values(), _PATCHES)
        self._doubles = {
            name: text for name, text in texts if any(pattern.search(text) for pattern in patterns)
        }

    def surroundings(self, source: Source) -> Surroundings:
        """What this project says about a file of its own."""
        stem = _stem(source.path)
        return Surroundings(
            doubles=self._double(source, stem),
            patched=self._patch(source, stem),
            excluded=self.excluded,
            names=self._names(source, stem),
            is_test=bool(_TEST.search(source.path.name)),
        )

    def tests_of(self, source: Source) -> list[str]:
        """The files that stand in for what a module sends."""
        return [name for name, _ in self._tests_of(source, _stem(source.path))]

    def legacy_subjects(self, test: Path) -> set[Path]:
        """The files with legacy traces that a test speaks of; a conftest.py of all."""
        text = _text(test)
        shared = test.name == "conftest.py"
        return {
            Path(name).resolve()
            for name in self._legacy()
            if (shared or _speaks_of(_stem(Path(name)), text)) and not _TEST.search(Path(name).name)
        }

    def _legacy(self) -> list[str]:
        if self._with_traces is None:
            self._with_traces = [name for name in self._files if may_matter(_bytes(name))]
        return self._with_traces

    def texts(self) -> Iterable[tuple[str, str]]:
        """The project's Python files and what they say."""
        return ((name, _text(name)) for name in self._files)

    def _tests_of(self, source: Source, stem: str) -> Iterable[tuple[str, str]]:
        for name, text in self._doubles.items():
            shared = Path(name).name == "conftest.py"
            if shared or _same(name, source.path) or _speaks_of(stem, text):
                yield name, text

    def _double(self, source: Source, stem: str) -> str:
        for name, text in self._tests_of(source, stem):
            if _is_moved(text):
                continue
            for library, pattern in _AT_THE_WIRE.items():
                if pattern.search(text):
                    return f"{Path(name).name} answers for the legacy URL with {library}"
        return ""

    def _patch(self, source: Source, stem: str) -> str:
        for name, text in self._tests_of(source, stem):
            if _PATCHES.search(text):
                return f"{Path(name).name} patches what sends it and gives a legacy answer"
        return ""

    def _names(self, source: Source, stem: str) -> dict[str, str]:
        """What other files take from this module: names, and a file that does."""
        names: dict[str, str] = {}
        todo, seen = [stem], {stem}
        while todo:
            for name, text in self._users(source, todo.pop()):
                passes_on = name.endswith("__init__.py") or re.search(r"\bimport\s+\*", text)
                further = _stem(Path(name))
                if passes_on and further not in seen:
                    seen.add(further)
                    todo.append(further)
                user = Path(name).name
                for word in _words_taken(text, seen):
                    if word not in names or _TEST.search(names[word]):
                        names[word] = user
        return names

    def _users(self, source: Source, stem: str) -> Iterable[tuple[str, str]]:
        """The files that import a module, or name it in a string."""
        if not re.fullmatch(r"\w+", stem):
            return
        used = re.compile(
            rf"""^\s*(?:from|import)\b[^\n#]*\b{stem}\b|["'](?:[\w.]+\.)?{stem}(?:\.\w+)*["']""",
            re.MULTILINE,
        )
        for name in files_mentioning((stem.encode(),), self._files):
            if not _same(name, source.path) and used.search(text := _text(name)):
                yield name, text


def _stem(path: Path) -> str:
    return path.stem if path.stem != "__init__" else path.resolve().parent.name


def _words_taken(text: str, stems: Iterable[str]) -> Iterable[str]:
    """Names that a file imports from modules, its attributes, and what it defines anew."""
    for stem in stems:
        pattern = rf"^\s*from\s+[\w.]*\b{stem}\s+import\s+(\([^)]*\)|[^\n#]*)"
        for found in re.findall(pattern, text, re.MULTILINE):
            yield from re.findall(r"\w+", found)
            if "*" in found:
                yield from re.findall(r"[^\W\d]\w*", text)
    yield from re.findall(r"\.\s*([^\W\d]\w*)", text)
    if re.search(r"^class\s+\w+\(", text, re.MULTILINE):
        # A subclass may have attributes and methods of the same name.
        own = r"\bdef\s+(\w+)|^\s+(\w+)\s*(?::[^\n=]*)?=(?!=)"
        for method, attribute in re.findall(own, text, re.MULTILINE):
            yield method or attribute


def _is_moved(text: str) -> bool:
    """Whether a test speaks of the new URLs only."""
    return "ai-search/" in text and not may_matter(text.encode("utf-8", "replace"))


def _speaks_of(stem: str, text: str) -> bool:
    """Whether a file imports a module, or names something of it in a string (a patch)."""
    name = re.escape(stem)
    return bool(
        re.search(rf"^\s*(?:from|import)\b[^\n#]*\b{name}\b", text, re.MULTILINE)
        or re.search(rf"""["'](?:[\w.]+\.)?{name}\.(?!py["'])[\w.]+["']""", text)
    )


def _same(name: str, path: Path) -> bool:
    return Path(name).resolve() == path.resolve()


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError:
        return b""


def _text(name: str | Path) -> str:
    try:
        text = Path(name).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
    return source_of(text) if str(name).endswith(".ipynb") else text


# What a project requires


def _exclusion(root: Path) -> str:
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
    lists = [*root.glob("requirements*.txt"), *root.glob("requirements/*.txt")]
    texts = (pyproject, setup, script, *map(_text, sorted(lists)))
    for name, (low, high) in _OURS.items():
        for text in texts:
            for required in _requirements(text, name):
                if _excludes(required, low, high):
                    return f"the project pins {name}{required}"
    return ""


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
