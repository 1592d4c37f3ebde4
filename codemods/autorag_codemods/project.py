"""What the rest of a project says about one of its modules: its tests, its pins, its names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from .notebook.source import source_of
from .scan import Source, files_mentioning, find, may_matter
from .verdict import Surroundings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["Project", "is_test", "root_of"]

_MARKS = ("pyproject.toml", "setup.cfg", "setup.py", ".git", ".hg")
_OUR_PYTHON = (3, 10)
_OURS = {"httpx": ((0, 25), (1,)), "pydantic": ((2,), (3,)), "requests": ((2, 28), (3,))}
"""The lowest version that the adapters take, and the first one that they do not."""
_EXTRAS = {"aiohttp": ((3, 12), (4,)), "cloudflare": ((4,), (6,)), "urllib3": ((1, 26), (3,))}
"""The same for what only a call through the library itself needs."""

_AT_THE_WIRE = {
    "responses": re.compile(r"^\s*(?:import|from)\s+responses\b", re.MULTILINE),
    "respx": re.compile(r"^\s*(?:import|from)\s+respx\b|\brespx_mock\b", re.MULTILINE),
    "vcrpy": re.compile(r"^\s*(?:import|from)\s+vcr\b|\bpytest\.mark\.vcr\b", re.MULTILINE),
    "pytest-httpx": re.compile(r"\bhttpx_mock\b"),
    "httpx.MockTransport": re.compile(r"\bMockTransport\b"),
    "aioresponses": re.compile(r"^\s*(?:import|from)\s+aioresponses\b", re.MULTILINE),
    "requests_mock.Adapter": re.compile(r"\brequests_mock\.(?:Adapter|adapter)\b"),
}
_SENDING = r"requests|httpx|aiohttp|urllib3|cloudflare|urllib\.request|http\.client"
_PATCHES = re.compile(
    rf"\.\s*(?:{_SENDING})\s*=[^=]|\b(?:{_SENDING})\.\w+\s*=[^=]"
    r"|(?:\bpatch(?:\.object|\.dict)?|\bsetattr)\(\s*[^\n]*?"
    rf"\b(?:{_SENDING}|post|Session|Client|ClientSession|urlopen|build_opener|PoolManager"
    r"|HTTPSConnection|(?:Async)?Cloudflare)\b"
    r"|\b(?:requests_mock|aioresponses)\b"
)
_CALLING = (".html", ".jinja", ".jinja2", ".j2", ".tmpl", ".toml", ".cfg", ".yaml", ".yml")
_TEST = re.compile(r"^test_.*\.py$|_test\.py$|^conftest\.py$")
_WORDS = (
    *(b"responses", b"respx", b"respx_mock", b"vcr", b"httpx_mock", b"MockTransport"),
    b"aioresponses",
)
_MOCKING = (
    *(b"requests_mock", b"aioresponses", b"patch", b"setattr", b"requests", b"httpx", b"aiohttp"),
    *(b"urllib3", b"urlopen", b"cloudflare", b"HTTPSConnection"),
)
_REFLECTING = (b"getattr", b"vars", b"__dict__")
_REFLECTS = re.compile(
    r"""\bgetattr\(\s*[^,"'\n]+,\s*(?!["']\w*["']\s*[,)])|\bvars\(\s*\w|\.__dict__"""
)


def root_of(path: Path, given: Iterable[Path] = ()) -> Path:
    """The nearest folder above a file that says it is a project.

    Without one it is the folder that was given and that it stands in, else its own.
    """
    above = path.resolve().parents
    for folder in above:
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return next((each for each in map(Path.resolve, given) if each in above), above[0])


def is_test(path: Path) -> bool:
    """Whether a file is one of the project's tests, by its name."""
    return _TEST.search(path.name) is not None


class Project:
    """A project on disk; its tests and its consumers are looked for once.

    Attributes:
        root: Its folder.
        reflecting: The programs that ask for attributes by names that are not written there.
        excluded: Why it cannot depend on the adapters, "" when it can.
        excluded_extras: The same for those of single libraries, by their names.
    """

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self.root = root
        self._with_traces: list[str] | None = None
        self.excluded = _exclusion(root)
        self.excluded_extras = _excluded_extras(root)
        found = find([root], exclude=exclude)
        self._files = sorted(each for each in found if isinstance(each, str))
        self._exclude = exclude
        self._others: list[str] | None = None
        self._uses: dict[Path, dict[str, list[str]]] = {}
        self._mentioned: dict[str, set[str]] = {}
        self._named: dict[str, set[str]] = {}
        self._doubles: dict[str, str] = {}
        self.reflecting: list[str] = []
        for name in files_mentioning((*_WORDS, *_MOCKING, *_REFLECTING), self._files):
            text = _text(name)
            if any(pattern.search(text) for pattern in (*_AT_THE_WIRE.values(), _PATCHES)):
                self._doubles[name] = text
            if _REFLECTS.search(text):
                self.reflecting.append(os.path.abspath(name))  # noqa: PTH100

    def surroundings(
        self,
        source: Source,
        program: Collection[str] = (),
        opened: Mapping[str, str] = MappingProxyType({}),
    ) -> Surroundings:
        """What this project says about a file of its own.

        Args:
            source: The file.
            program: The real paths of files whose use of its names is seen as it is.
            opened: Names that something else is known to use, and what.
        """
        stem = _stem(source.path)
        names = dict(opened)
        for name, users in self.uses(source).items():
            others = [user for user in users if user not in program]
            if others:
                tests = [user for user in others if _TEST.search(Path(user).name)]
                names[name] = Path(next((u for u in others if u not in tests), others[0])).name
        return Surroundings(
            doubles=self._double(source, stem),
            patched=self._patch(source, stem),
            excluded=self.excluded,
            excluded_extras=self.excluded_extras,
            names=names,
            is_test=is_test(source.path),
            whole=True,
        )

    def uses(self, source: Source) -> dict[str, list[str]]:
        """The names that other files take from a module, each with the real paths of the files."""
        path = source.path.absolute()
        if path not in self._uses:
            self._uses[path] = self._names(source, _stem(source.path))
        return self._uses[path]

    def mentions(self, names: Collection[str]) -> dict[str, set[str]]:
        """The files that may use a name of another one, by whatever way they came to it.

        Real paths by name: files that read an attribute of this name, import it, call it after a
        star import, or name it in a string as tests and entry points do.
        """
        wanted = [name for name in names if name not in self._mentioned]
        if wanted:
            self._mentioned.update((name, set()) for name in wanted)
            words = [name.encode() for name in wanted]
            for path in self._all_files():
                raw = _bytes(path)
                if not any(word in raw for word in words):
                    continue
                is_python = path.endswith((".py", ".pyw", ".ipynb"))
                for name in _mentioned_in(_text(path), wanted, is_python=is_python):
                    self._mentioned[name].add(os.path.abspath(path))  # noqa: PTH100
        return {name: self._mentioned[name] for name in names}

    def names_in_strings(self, path: str) -> set[str]:
        """The names that a program has in strings by which it may find what they mean."""
        if path not in self._named:
            self._named[path] = _named_in(_text(path))
        return self._named[path]

    def speaks_of(self, path: str, source: Source) -> bool:
        """Whether a file names a module, its package or one of its classes."""
        stems = {_stem(source.path), source.path.resolve().parent.name}
        stems.update(re.findall(r"^class\s+(\w+)", source.text, re.MULTILINE))
        return not stems.isdisjoint(re.findall(r"\w+", _text(path)))

    def _all_files(self) -> list[str]:
        """The project's programs, and what else may call them: templates and entry points."""
        if self._others is None:
            others: list[str] = []
            list(find([self.root], exclude=self._exclude, others=others))
            self._others = [each for each in others if each.endswith(_CALLING)]
        return [*self._files, *self._others]

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
        package = source.path.resolve().parent
        stems = {stem}
        if (package / "__init__.py").exists():
            stems.add(package.name)  # what a test takes from the package may come from the module
        for name, text in self._doubles.items():
            shared = Path(name).name == "conftest.py"
            if shared or _same(name, source.path) or any(_speaks_of(each, text) for each in stems):
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

    def _names(self, source: Source, stem: str) -> dict[str, list[str]]:
        """What other files take from this module: names, and the files that do."""
        names: dict[str, list[str]] = {}
        todo, seen = [stem], {stem}
        while todo:
            for name, text in self._users(source, todo.pop()):
                passes_on = name.endswith("__init__.py") or re.search(r"\bimport\s+\*", text)
                further = _stem(Path(name))
                if passes_on and further not in seen:
                    seen.add(further)
                    todo.append(further)
                for word in set(_words_taken(text, seen)):
                    names.setdefault(word, []).append(os.path.abspath(name))  # noqa: PTH100
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


def _mentioned_in(text: str, names: Collection[str], *, is_python: bool) -> set[str]:
    """Which of some names a text uses as those of something else: not where it defines its own."""
    present = {name for name in names if name in text}
    if not present:
        return set()
    if not is_python or re.search(r"\bimport\s+\*", text):
        return present & set(re.findall(r"\w+", text))
    found = set(re.findall(r"(?<!\bre)\.\s*(\w+)", text)) | _named_in(text)
    for match in re.finditer(r"\bimport\s+(\([^)]*\)|[^\n]*)", text):
        found.update(re.findall(r"\w+", match[1]))
    return present & found


def _named_in(text: str) -> set[str]:
    """Names in strings: the last of a dotted one, and what attributes are asked for or set by."""
    found = set(re.findall(r"""["'][\w.]*[.:](\w+)["']""", text))
    for match in _BY_NAME.finditer(text):
        found.update(re.findall(r"""["'](\w+)["']""", match[0]))
    return found


_BY_NAME = re.compile(
    r"\b(?:[gs]et|del)attr\b[^\n]*|\bpatch\b[^\n]*|\b(?:method|attr)\w+er\b[^\n]*"
)


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
    return next(iter(_pinned(root, _OURS).values()), "")


def _excluded_extras(root: Path) -> dict[str, str]:
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
