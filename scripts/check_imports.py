"""Check which module may import what: the layers, and the libraries that are optional.

    check_imports.py [ROOT]

The rules are the tables below; the first row whose pattern fits a file holds for it. They are
checked on the syntax, so an ``import_module`` of a computed name is not seen.

An optional library at module level stands inside a ``try`` whose ``except ImportError`` raises an
``ImportError`` that names the extra (``autorag-migrate[server]``), or after such a ``try`` in the
same module. Other modules take what they need from that one.
"""

from __future__ import annotations

import ast
import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# tomllib is younger than the oldest Python; the verdict must not hang on which one runs this.
STANDARD = sys.stdlib_module_names | {"tomllib"}

DISTRIBUTION = "autorag-migrate"
# The second of each line comes with the first.
RUNTIME = (
    *("httpx", "anyio"),
    *("pydantic", "pydantic_core"),
)
EXTRAS = {
    "requests": "requests",
    "urllib3": "urllib3",
    "aiohttp": "aiohttp",
    "multidict": "aiohttp",
    "yarl": "aiohttp",
    "cloudflare": "cloudflare",
    "starlette": "server",
    "uvicorn": "server",
    "trustme": "intercept",
}
TOOL = ("click", "libcst", "rich")
TYPING = ("typing_extensions",)  # the type checker brings it
HOST = ("js", "pyodide", "workers")  # what a Workers runtime provides

LIB = "autorag_migrate"
COD = "autorag_codemods"
SRC = f"src/{LIB}"
# A name of the lazy package itself would load anything; its version loads nothing.
ALWAYS = (f"{LIB}.__version__", f"{COD}.__version__")
GROUND = tuple(f"{LIB}.{name}" for name in ("mapping", "notes", "errors", "settings"))
MIDDLE = (*GROUND, f"{LIB}.translate")
UPPER = (*MIDDLE, f"{LIB}.models", f"{LIB}._codec", f"{LIB}.client", f"{LIB}.adapters")


class Rule(NamedTuple):
    """What the files of one kind may import; the standard library is always allowed."""

    files: tuple[str, ...]
    own: tuple[str, ...]
    own_later: tuple[str, ...] = ()  # also inside a function or for the type checker
    libraries: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()  # at module level, but behind a guard
    libraries_later: tuple[str, ...] = (*RUNTIME, *EXTRAS)


def _layers(*layers: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return one rule per layer of the codemods, lowest first: each may use those before it."""
    own: tuple[str, ...] = (f"{LIB}.mapping",)
    rules = []
    for names in layers:
        own += tuple(f"{COD}.{name}" for name in names)
        files = tuple(f"codemods/{COD}/{name}{end}" for name in names for end in (".py", "/*"))
        rules.append(Rule(files, own, libraries=TOOL, libraries_later=()))
    return tuple(rules)


def _adapter(name: str, *guarded: str) -> Rule:
    return Rule((f"{SRC}/adapters/{name}",), UPPER, libraries=RUNTIME, guarded=guarded)


def _emulator(name: str, *guarded: str) -> Rule:
    """It states the formats a second time, by hand: what it shared, it could not prove."""
    own = (f"{LIB}.emulator",)
    return Rule((f"{SRC}/emulator/{name}",), own, libraries=RUNTIME, guarded=guarded)


RULES = (
    Rule((f"{SRC}/mapping.py", f"{SRC}/mapping/*"), (f"{LIB}.mapping",), libraries_later=()),
    Rule((f"{SRC}/notes.py", f"{SRC}/errors.py", f"{SRC}/settings.py"), GROUND, libraries_later=()),
    Rule((f"{SRC}/__init__.py",), (), own_later=(LIB,), libraries_later=()),
    Rule((f"{SRC}/__main__.py",), (), own_later=(LIB, COD), libraries_later=()),
    Rule((f"{SRC}/translate/*",), MIDDLE, libraries_later=()),
    Rule((f"{SRC}/models.py",), (*GROUND, f"{LIB}.models"), libraries=RUNTIME),
    Rule((f"{SRC}/_codec.py",), MIDDLE, libraries=RUNTIME),
    Rule((f"{SRC}/client.py", f"{SRC}/client/*"), UPPER, libraries=RUNTIME),
    # Where httpx cannot be installed, the package of the adapters must still import.
    Rule((f"{SRC}/adapters/__init__.py",), MIDDLE, own_later=(f"{LIB}.adapters",)),
    Rule((f"{SRC}/adapters/workers.py",), UPPER, libraries_later=(*RUNTIME, *HOST)),
    _adapter("requests.py", "requests"),
    _adapter("urllib3.py", "urllib3"),
    _adapter("aiohttp.py", "aiohttp", "multidict", "yarl"),
    _adapter("cloudflare.py", "cloudflare"),
    _adapter("*"),
    _emulator("__init__.py"),
    _emulator("intercept.py", "starlette", "uvicorn", "trustme"),
    _emulator("*", "starlette", "uvicorn"),
    # What has no row of its own is above the rest of its package.
    Rule((f"{SRC}/*",), (LIB,), libraries=RUNTIME),
    *_layers(
        ("options", "comments", "scan", "rules"),
        ("program",),
        ("senders",),
        ("rewrite",),
        ("report", "environment", "evidence", "members", "orphans", "verdict", "verify"),
    ),
    # A curl command is no program: the runtime's own translator rewrites it.
    Rule(
        (f"codemods/{COD}/snippets/curl.py",),
        (*GROUND, f"{LIB}.translate", f"{LIB}.cli", COD),
        libraries_later=(),
    ),
    # What was recorded is translated as running calls are.
    Rule(
        (
            f"codemods/{COD}/recorded/*",
            f"codemods/{COD}/doubles/*",
            f"codemods/{COD}/cli/cassettes.py",
        ),
        (*MIDDLE, COD),
        libraries=TOOL,
        libraries_later=("yaml",),
    ),
    Rule((f"codemods/{COD}/*",), (f"{LIB}.mapping", COD), libraries=TOOL, libraries_later=()),
)

When = Literal["module", "later", "typing"]


class Import(NamedTuple):
    """One imported name: ``from a import b`` is the name ``a.b``."""

    line: int
    name: str
    when: When
    guard: frozenset[str]  # the extras that the ``except ImportError`` around it names

    @property
    def top(self) -> str:
        """The library it belongs to."""
        return self.name.partition(".")[0]


def check(root: Path) -> list[str]:
    """Return every import under ``root`` that breaks a rule."""
    return [
        problem
        for folder in ("src", "codemods")
        for path in sorted((root / folder).rglob("*.py"))
        for problem in _check_file(path, path.relative_to(root))
    ]


def _check_file(path: Path, shown: Path) -> Iterator[str]:
    rule = next((r for r in RULES if any(fnmatchcase(shown.as_posix(), p) for p in r.files)), None)
    if rule is None:
        yield f"{shown}: belongs to no package that the rules know"
        return
    tree = ast.parse(path.read_bytes(), str(path))
    guarded: set[str] = set()
    for found in _imports([tree], shown.with_suffix("").parts[1:]):
        extra = EXTRAS.get(found.top, "")
        if found.when == "module" and extra in found.guard:
            guarded.add(extra)
        problem = _judge(found, rule, behind_guard=extra in guarded)
        if problem:
            yield f"{shown}:{found.line}: {found.name}: {problem}"


def _judge(found: Import, rule: Rule, *, behind_guard: bool) -> str:
    if found.top in STANDARD or found.name in ALWAYS:
        return ""
    if found.top in {LIB, COD}:
        if _within(found.name, rule.own):
            return ""
        if _within(found.name, rule.own_later):
            return "" if found.when != "module" else "only inside a function"
        return "not a layer below this one"
    if found.top in rule.libraries:
        return ""
    if found.when == "typing" and found.top in (*rule.libraries_later, *TYPING):
        return ""
    if found.top in rule.guarded:
        guard = f"only in a try whose except ImportError names {DISTRIBUTION}[{EXTRAS[found.top]}]"
        return "" if behind_guard or found.when == "later" else guard
    if found.top in rule.libraries_later:
        return "" if found.when == "later" else "only inside a function"
    return "not a library that this file may use"


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _imports(
    nodes: Iterable[ast.AST],
    module: tuple[str, ...],
    when: When = "module",
    guard: frozenset[str] = frozenset(),
) -> Iterator[Import]:
    """Walk in the order of the source; ``module`` ends in ``__init__`` for a package."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name, when, guard)
        elif isinstance(node, ast.ImportFrom):
            start = _absolute(module, node.level, node.module or "")
            for alias in node.names:
                yield Import(node.lineno, f"{start}.{alias.name}", when, guard)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            yield from _imports(node.body, module, "typing", guard)
            yield from _imports(node.orelse, module, when, guard)
        elif isinstance(node, ast.Try):
            yield from _imports(node.body, module, when, guard | _guard(node))
            rest = (*node.handlers, *node.orelse, *node.finalbody)
            yield from _imports(rest, module, when, guard)
        else:
            if isinstance(node, ast.Call) and (name := _imported_by_call(node)):
                level = len(name) - len(name.lstrip("."))
                yield Import(node.lineno, _absolute(module, level, name[level:]), when, guard)
            in_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            inner: When = "later" if in_function and when == "module" else when
            yield from _imports(ast.iter_child_nodes(node), module, inner, guard)


def _absolute(module: tuple[str, ...], level: int, name: str) -> str:
    start = module[: len(module) - level] if level else ()
    return ".".join([*start, *filter(None, [name])])


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _imported_by_call(call: ast.Call) -> str:
    called = ast.unparse(call.func).rpartition(".")[2]
    if called not in {"import_module", "__import__"} or not call.args:
        return ""
    name = call.args[0]
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def _guard(node: ast.Try) -> frozenset[str]:
    """Return the extras named by the handlers that turn an ImportError into a clearer one."""
    errors = {"ImportError", "ModuleNotFoundError"}
    texts = []
    for handler in node.handlers:
        parts = list(ast.walk(handler))
        raised = {
            ast.unparse(part.exc).partition("(")[0]
            for part in parts
            if isinstance(part, ast.Raise) and part.exc
        }
        if handler.type and ast.unparse(handler.type) in errors and raised & errors:
            texts += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    named = re.findall(rf"{DISTRIBUTION}\[([a-z0-9,]+)\]", "\n".join(texts))
    return frozenset(",".join(named).split(","))


def main() -> int:
    """Print what breaks a rule; exit code 1 if anything does."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    problems = check(root)
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
