"""What a file that is not Python is, by its name."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal

__all__ = ["FileKind", "kind_of", "language_of"]

FileKind = Literal["language", "configuration", "documentation", "script", "data", "lock"]

_LANGUAGES: Final = {
    "JavaScript": "js jsx mjs cjs",
    "TypeScript": "ts tsx mts cts",
    "a web component": "vue svelte astro",
    "Go": "go",
    "PHP": "php phtml",
    "Ruby": "rb erb rake",
    "Java": "java",
    "Kotlin": "kt kts",
    "C#": "cs",
    "Rust": "rs",
    "C or C++": "c cc cpp cxx h hpp",
    "Swift": "swift",
    "Scala": "scala",
    "Elixir": "ex exs",
    "Dart": "dart",
    "Perl": "pl pm",
    "Lua": "lua",
    "R": "r",
    "Julia": "jl",
}
_BY_SUFFIX: Final[dict[FileKind, str]] = {
    "configuration": "yaml yml toml json jsonc json5 ini cfg conf properties tf tfvars hcl env "
    "dockerfile containerfile",
    "documentation": "md markdown mdx rst txt adoc asciidoc org html htm ipynb",
    "script": "sh bash zsh ksh fish ps1 bat cmd mk",
    "data": "csv tsv jsonl ndjson har xml sql log",
    "lock": "lock lockb",
}
_BY_NAME: Final[dict[str, FileKind]] = {
    "dockerfile": "configuration",
    "containerfile": "configuration",
    "procfile": "configuration",
    "caddyfile": "configuration",
    "makefile": "script",
    "gnumakefile": "script",
    "justfile": "script",
    "jenkinsfile": "script",
    ".bashrc": "script",
    ".profile": "script",
    ".envrc": "script",
    "package-lock.json": "lock",
    "pnpm-lock.yaml": "lock",
    "license": "documentation",
    "readme": "documentation",
}
_LANGUAGE_OF = {
    suffix: name for name, suffixes in _LANGUAGES.items() for suffix in suffixes.split()
}
_KIND_OF: dict[str, FileKind] = {
    suffix: kind for kind, suffixes in _BY_SUFFIX.items() for suffix in suffixes.split()
}
_ENVIRONMENT = re.compile(r"\.(?:env|flaskenv|dev\.vars)\b.*")
_IMAGE = re.compile(r"(?:docker|container)file[.-].+")


def kind_of(path: str) -> FileKind | None:
    """What a file is, None where its name does not tell.

    >>> kind_of(".env.example"), kind_of("src/worker.ts"), kind_of("bin/tool")
    ('configuration', 'language', None)
    """
    pure = PurePath(path)
    name = pure.name.lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if _ENVIRONMENT.fullmatch(name) or _IMAGE.fullmatch(name):
        return "configuration"
    suffix = pure.suffix.lower().removeprefix(".")
    return "language" if suffix in _LANGUAGE_OF else _KIND_OF.get(suffix)


def language_of(path: str) -> str:
    """The language of a program by its name, or "another language"."""
    suffix = PurePath(path).suffix.lower().removeprefix(".")
    return _LANGUAGE_OF.get(suffix, "another language")
