"""What the rest of a project says about one of its modules: its tests, its pins, its names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .members import ANY_NAME, Surroundings
from .notebook.source import source_of
from .requires import excluded_extras, exclusion
from .scan import (
    Source,
    contents,
    files_mentioning,
    find,
    may_matter,
    project_of,
    spread,
    words_in,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["Project", "is_test"]

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
_SHARED = f"{os.sep}conftest.py"
_TEST = re.compile(r"^test_.*\.py$|_test\.py$|^conftest\.py$")


def is_test(path: Path) -> bool:
    """Whether a file is one of the project's tests, by its name."""
    return _TEST.search(path.name) is not None


class Project:
    """A project on disk; its files are read once for the modules that are asked about."""

    def __init__(
        self,
        root: Path,
        exclude: Sequence[str] = (),
        files: Iterable[str] | None = None,
        configured: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.root, self._configured = root, configured or {}
        self._with_traces: list[str] | None = None
        self.excluded, self.excluded_extras = exclusion(root), excluded_extras(root)
        if files is None:
            files = (each for each in find([root], exclude=exclude) if isinstance(each, str))
        self._files = sorted(files)
        self._packages: set[str] = set()
        self._speaking: dict[bytes, list[str]] = {}
        self._shared = [name for name in self._files if name.endswith(_SHARED)]
        self._doubles: dict[str, str] = {}
        self.stay: dict[Path, str] = {}
        """Why tests cannot move with their calls, by their real paths."""
        self._tests: dict[Path, list[tuple[str, str]]] = {}
        self._uses: dict[Path, dict[str, list[str]]] = {}
        self._folders: dict[str, str] = {}
        self._lent: dict[Path, dict[str, str]] = {}
        # By the name of a module the files that use it; what these take of it, and of anything.
        self._using: dict[str, list[str]] = {}
        self._taken: dict[tuple[str, str], frozenset[str]] = {}
        self._common: dict[str, frozenset[str]] = {}
        self._passing_on: dict[str, bool] = {}

    def prepare(self, sources: Sequence[Source], processes: int = 1) -> None:
        """Look once for all files that may use some modules, or stand in for what they send."""
        packages = {_top(source.path, self.root) for source in sources} - self._packages
        if packages or not self._speaking:
            self._packages |= packages
            modules = _names_of((*self._files, *(str(source.path.resolve()) for source in sources)))
            search = _Search(
                frozenset((*map(os.fsencode, modules), *_LOADERS)), sorted(self._packages)
            )
            self._speaking, self._using = {}, {}
            for part in spread(search, self._files, processes):
                for word, names in part.items():
                    self._speaking.setdefault(word, []).extend(names)

    def _mentioning(self, stem: str) -> list[str]:
        """The files that import something of this name, or name it in a dotted string."""
        return self._speaking.get(stem.encode(), [])

    def surroundings(
        self,
        source: Source,
        program: Collection[str] = (),
    ) -> Surroundings:
        """What this project says about a file of its own.

        Args:
            source: The file.
            program: The real paths of files whose use of its names is seen as it is.
        """
        names = dict(self._lent.get(source.path.absolute(), ()))
        for name, users in self.uses(source).items():
            first = ""
            for user in users:
                if user not in program:
                    shown = os.path.basename(user)  # noqa: PTH119
                    first = first or shown
                    if not _TEST.search(shown):
                        first = shown
                        break
            if first:
                names[name] = first
        return Surroundings(
            doubles=self._double(source),
            patched=self._patch(source),
            excluded=self.excluded,
            excluded_extras=self.excluded_extras,
            names=names,
            is_test=is_test(source.path),
            whole=True,
            configured=frozenset(self._configured.get(str(source.path.absolute()), ())),
        )

    def uses(self, source: Source) -> dict[str, list[str]]:
        """The names that other files take from a module, each with the real paths of the files."""
        path = source.path.absolute()
        if path not in self._uses:
            self._uses[path] = self._names(source, _stem(source.path))
        return self._uses[path]

    def lend(self, source: Source, name: str, program: Collection[str]) -> bool:
        """Take note of who may ask an instance of a module's class for an attribute.

        Args:
            source: The module.
            name: The attribute.
            program: The real paths of files whose use of it is seen as it is.

        Returns:
            Whether that is anyone who was not known before.
        """
        lent = self._lent.setdefault(source.path.absolute(), {})
        if name in lent:
            return False
        # What is asked of `self` is asked of an instance of the class around it.
        asks = re.compile(rf"""(?<!\bself)(?<!\bcls)\.\s*{name}\b|["'](?:[\w.]*\.)?{name}["']""")
        for user in files_mentioning([name.encode()], self._files):
            is_beside = os.path.abspath(user) not in program and not is_test(Path(user))  # noqa: PTH100
            if is_beside and asks.search(_text(user)):
                lent[name] = Path(user).name
                return True
        return False

    def tests_of(self, source: Source) -> list[str]:
        """The files that stand in for what a module sends."""
        return [name for name, _ in self._tests_of(source)]

    def legacy_subjects(self, test: Path) -> set[Path]:
        """The files with legacy traces that a test speaks of; a conftest.py of all."""
        text = _text(test)
        shared = test.name == "conftest.py"
        return {
            Path(name).resolve()
            for name in self._legacy()
            if (shared or _speaks_of(_stem(Path(name)), text))
            and not _TEST.search(Path(name).name)
            and not self._means_another(test, Path(name))
        }

    def _legacy(self) -> list[str]:
        if self._with_traces is None:
            self._with_traces = [name for name in self._files if may_matter(contents(name))]
        return self._with_traces

    def texts(self) -> Iterable[tuple[str, str]]:
        """The project's Python files and what they say."""
        return ((name, _text(name)) for name in self._files)

    def _is(self, name: str, path: Path) -> bool:
        """Whether a name means a file, by whatever links."""
        return self._real(name) == self._real(str(path))

    def _real(self, path: str) -> str:
        """Where a file is; each folder is asked for its links once."""
        if os.path.islink(path):  # noqa: PTH114 (hundreds of files)
            return os.path.normcase(os.path.realpath(path))
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.normcase(os.path.join(self._folders[folder], name))  # noqa: PTH118

    def _tests_of(self, source: Source) -> list[tuple[str, str]]:
        """The files that mock something and speak of a module, or of all modules."""
        path = source.path.absolute()
        if path not in self._tests:
            self._tests[path] = list(self._find_tests(source))
        return self._tests[path]

    def _find_tests(self, source: Source) -> Iterable[tuple[str, str]]:
        stems = _stems(source.path)
        own = str(source.path.absolute())
        for name in dict.fromkeys(
            [own, *self._shared, *(each for stem in stems for each in self._mentioning(stem))]
        ):
            text = self._double_text(name)
            if not text:
                continue
            about_all = name in self._shared or self._is(name, source.path)
            speaks = about_all or any(_speaks_of(stem, text) for stem in stems)
            if speaks and not self._means_another(Path(name), source.path):
                yield name, text

    def _means_another(self, test: Path, path: Path) -> bool:
        """Whether a test is of a project within this one that has a package of the same name."""
        root, path = project_of(test), path.resolve()
        if root is None or path.is_relative_to(root):
            return False
        top = _top(path, self.root)
        own = (Path(folder, place) for folder in ("", "src") for place in (f"{top}.py", top))
        places = [root / each for each in own]
        return any(each.is_file() or (each / "__init__.py").exists() for each in places)

    def _double_text(self, name: str) -> str:
        """The text of a file that mocks something, "" for any other."""
        if name not in self._doubles:
            text = _text(name)
            mocks = any(pattern.search(text) for pattern in (*_AT_THE_WIRE.values(), _PATCHES))
            self._doubles[name] = text if mocks or _gives_answers(name, text) else ""
        return self._doubles[name]

    def _double(self, source: Source) -> str:
        for name, text in self._tests_of(source):
            if _is_moved(text):
                continue
            for library, pattern in _AT_THE_WIRE.items():
                if pattern.search(text):
                    why = self.stay.get(Path(name).resolve())
                    said = f"{Path(name).name} answers for the legacy URL with {library}"
                    return f"{said}, and does not move along: {why}" if why else said
        return ""

    def _patch(self, source: Source) -> str:
        for name, text in self._tests_of(source):
            if _PATCHES.search(text) or _gives_answers(name, text):
                return f"{Path(name).name} patches what sends it and gives a legacy answer"
        return ""

    def _names(self, source: Source, stem: str) -> dict[str, list[str]]:
        """What other files take from this module: names, and the files that do."""
        names: dict[str, list[str]] = {}
        todo = [stem]
        package = source.path.resolve().parent
        if _GIVES_ANY.search(_text(package / "__init__.py")):
            todo.append(package.name)  # it may give the module's names in a way of its own
        seen = set(todo)
        while todo:
            for name in self._users(todo.pop()):
                if self._is(name, source.path):
                    continue
                further = _stem(Path(name))
                if self._passing_on[name] and further not in seen:
                    seen.add(further)
                    todo.append(further)
                taken = (self._taken_by(name, each) for each in seen)
                user = os.path.abspath(name)  # noqa: PTH100
                for word in self._common[name].union(*taken):
                    names.setdefault(word, []).append(user)
        if source.text.startswith("#!"):
            # It counts as a program that nobody imports, unless by a name that is not written.
            loaders = {name for word in _LOADERS for name in self._speaking.get(word, ())}
            others = sorted(each for each in loaders if not self._is(each, source.path))
            if others:
                names.setdefault(ANY_NAME, []).extend(map(os.path.abspath, others))
        return names

    def _users(self, stem: str) -> list[str]:
        """The files that import a module of a name, or name it in a string."""
        if stem not in self._using:
            self._using[stem] = [*self._find_users(stem)] if re.fullmatch(r"\w+", stem) else []
        return self._using[stem]

    def _find_users(self, stem: str) -> Iterable[str]:
        used = re.compile(
            rf"""^\s*(?:from|import)\b[^\n#]*\b{stem}\b|["'](?:[\w.]+\.)?{stem}(?:[.:]\w+)*["']""",
            re.MULTILINE,
        )
        for name in self._mentioning(stem):
            text = _text(name)
            if used.search(text):
                self._taken[name, stem] = frozenset(_words_taken(text, stem))
                if name not in self._common:
                    self._common[name] = frozenset(_words_used(text))
                    stars = re.search(r"\bimport\s+\*", text) is not None
                    self._passing_on[name] = name.endswith("__init__.py") or stars
                yield name

    def _taken_by(self, name: str, stem: str) -> frozenset[str]:
        if (name, stem) not in self._taken:
            self._taken[name, stem] = frozenset(_words_taken(_text(name), stem))
        return self._taken[name, stem]


def _names_of(files: Iterable[str]) -> Iterable[str]:
    """The names that modules and packages may have."""
    for file in files:
        folder, name = os.path.split(file)
        yield os.path.splitext(name)[0]  # noqa: PTH122 (10,000 files)
        yield os.path.basename(folder)  # noqa: PTH119


def _stem(path: Path) -> str:
    return path.stem if path.stem != "__init__" else path.resolve().parent.name


def _top(path: Path, root: Path) -> str:
    """The package that a module's dotted name begins with; its own name where it is in none."""
    folder, name = path.resolve().parent, _stem(path)
    while folder != root and (folder / "__init__.py").exists():
        folder, name = folder.parent, folder.name
    return name


# To begin with plain text makes these several times faster than any other pattern.
_REST = rb"[^\n(]*(?:\([^)]*)?[^\n]*"
_FROM = re.compile(rb"from[ \t]+[\w.\x80-\xff]+")
_IMPORT, _RUN, *_PATCHING = (
    re.compile(word + _REST) for word in (b"import", b"%run", b"patch", b"setattr")
)
_DOTTED = rb"%s\.[\w.:\x80-\xff]+"
# As they stand behind "import": import_module, __import__ and importlib.util's.
_LOADERS = (b"import_module", b"import__", b"spec_from_file_location")
_TESTING = frozenset({b"pytest", b"unittest", b"mock"})


@dataclass(frozen=True)
class _Search:
    """Finds the files that may use modules; `modules` are the names of those that there are."""

    modules: frozenset[bytes]
    packages: Sequence[str]

    def __call__(self, names: Sequence[str]) -> dict[bytes, list[str]]:
        dotted = [re.compile(_DOTTED % re.escape(each.encode())) for each in self.packages]
        speaking: dict[bytes, list[str]] = {}
        for name in names:
            for word in _words_near(name, contents(name), dotted) & self.modules:
                speaking.setdefault(word, []).append(name)
        return speaking


def _words_near(name: str, raw: bytes, dotted: Iterable[re.Pattern[bytes]]) -> set[bytes]:
    """The words by which a file may use a module: imported, in a dotted string, or patched."""
    found = [*_FROM.findall(raw), *_IMPORT.findall(raw)]
    for pattern in dotted:
        found += pattern.findall(raw)
    words = words_in(b" ".join(found))
    patching = _PATCHING if "test" in name.lower() or words & _TESTING else ()
    for pattern in (*patching, *((_RUN,) if name.endswith(".ipynb") else ())):
        words |= words_in(b" ".join(pattern.findall(raw)))
    return words


def _stems(path: Path) -> list[str]:
    """The words by which a test may speak of a module: its own, and that of what passes it on."""
    stem, package = _stem(path), path.resolve().parent
    passes_on = re.search(rf"\b{re.escape(stem)}\b", _text(package / "__init__.py"))
    return [stem, package.name] if passes_on else [stem]


def _words_taken(text: str, stem: str) -> Iterable[str]:
    """Names that a file imports from modules of a name, or gives in strings."""
    pattern = rf"^\s*from\s+[\w.]*\b{stem}\s+import\s+(\([^)]*\)|[^\n#]*)"
    for found in re.findall(pattern, text, re.MULTILINE):
        yield from re.findall(r"\w+", found)
        if "*" in found:
            yield from re.findall(r"[^\W\d]\w*", text)
    if _hands_on_module(text, stem):
        yield ANY_NAME
    for found in re.findall(rf"""["'][\w.]*\b{stem}[.:]([\w.:]+)["']""", text):
        yield from re.findall(r"\w+", found)


def _words_used(text: str) -> Iterable[str]:
    """Attributes that a file uses of anything, and what it defines anew."""
    yield from re.findall(r"\.\s*([^\W\d]\w*)", text)
    for match in _BY_NAME.finditer(text):
        yield from re.findall(r"""["'](\w+)["']""", match[0])
    if _REFLECTS.search(text):
        yield ANY_NAME
    if re.search(r"^class\s+\w+\(", text, re.MULTILINE):
        # A subclass may have attributes and methods of the same name.
        own = r"\bdef\s+(\w+)|^\s+(\w+)\s*(?::[^\n=]*)?=(?!=)"
        for method, attribute in re.findall(own, text, re.MULTILINE):
            yield method or attribute


def _hands_on_module(text: str, stem: str) -> bool:
    """Whether a file that imports a module gives it to something as a whole."""
    if not re.search(rf"[(,=]\s*{stem}\b|\bas\b", text):
        return False
    pattern = (
        rf"^[ \t]*(?:import[ \t]+(?:[\w.]+\.)?{stem}"
        rf"|from[ \t]+(?![\w.]*\b{stem}[ \t])[\w.]+[ \t]+import\b[^\n#]*\b{stem})\b"
        rf"(?:[ \t]+as[ \t]+(\w+))?"
    )
    bound = {found or stem for found in re.findall(pattern, text, re.MULTILINE)}
    return any(re.search(rf"[(,=]\s*{name}\s*[,)\n]", text) for name in bound)


_BY_NAME = re.compile(r"\b(?:(?:[gs]et|del)attr|patch|methodcaller|attrgetter)\b[^\n]*")
_REFLECTS = re.compile(
    r"""\b[gs]etattr\(\s*[^,"'\n]+,\s*(?!["']\w*["']\s*[,)])|\bvars\(\s*\w|\.__dict__|\bimport_module\("""
)
_GIVES_ANY = re.compile(r"\bdef\s+__getattr__\b|\bglobals\(|\bimport_module\(")


def _gives_answers(name: str, text: str) -> bool:
    """Whether a test holds a legacy answer, which a fake of its own may give."""
    return is_test(Path(name)) and _LEGACY_ANSWER.search(text) is not None


_LEGACY_ANSWER = re.compile(
    r"""["']result["']\s*:\s*\{[^{}]*["'](?:data|response)["']\s*:""", re.DOTALL
)


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


def _text(name: str | Path) -> str:
    try:
        text = Path(name).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
    return source_of(text) if str(name).endswith(".ipynb") else text
