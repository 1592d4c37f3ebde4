"""The codemod for those who run theirs with libcst's own tool.

    python -m libcst.tool codemod --no-format -x autorag_codemods.command.MigrateCommand src/

Without ``-x``, ``modules: [autorag_codemods]`` has to stand in ``.libcst.codemod.yaml``, and the
name is ``command.MigrateCommand``. Without ``--no-format`` that tool runs black over every file
that it changes.

`autorag-migrate apply` is the better way. The tool of libcst walks into ``.venv`` and what git
ignores, does not look at git's state, writes each file by itself and not at once, and keeps no
file that libcst cannot give back byte for byte: a form feed before a statement, a blank before the
colon of ``except A :``, a lone carriage return at the end, a backslash alone on the first line.
Such a file is skipped here, and `apply` rewrites it. Byte order marks, encodings and newlines are
kept by both.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from autorag_migrate.mapping import SETTINGS

from .api import migrate
from .engine import run
from .options import Options
from .report import concise
from .report.model import Report
from .scan import may_matter

if TYPE_CHECKING:
    import argparse

__all__ = ["MigrateCommand"]

_CHOICES = {
    "style": ("auto", "native", "bridge"),
    "policy": ("pin", "adopt"),
    "route": ("namespaced", "bare"),
}
_HELP = {
    "style": "Rewrite in place where it can be proved, else through an adapter; or only one.",
    "policy": "Keep what the legacy API documented, or take the new defaults.",
    "route": "The path with a namespace, or the deprecated one without.",
}


class MigrateCommand(CodemodCommand):
    """Rewrites the legacy calls of one file; every row of the ledger is a warning.

    A file on disk is judged within its project, as `autorag-migrate apply` does it. Code from
    standard input is judged by itself.

    Args:
        context: libcst's.
        options: Fields of `Options` and names of its settings; None where nothing was said.

    Raises:
        ValueError: A value that is none of the allowed ones.
    """

    DESCRIPTION = "Move calls of Cloudflare's legacy AutoRAG API to AI Search."

    def __init__(self, context: CodemodContext, **options: Any) -> None:
        super().__init__(context)
        given = {name: value for name, value in options.items() if value is not None}
        names = {setting.name for setting in SETTINGS}
        settings = {name: given.pop(name) for name in sorted(names & set(given))}
        self.options = Options(settings=settings, **given)

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the options that say how to rewrite, as `autorag-migrate` has them."""
        for name, choices in _CHOICES.items():
            arg_parser.add_argument(f"--{name}", choices=choices, help=_HELP[name])
        arg_parser.add_argument("--namespace", help="Where the instances live (default: default).")
        for setting in SETTINGS:
            values = {_shown(value): value for value in setting.values}
            arg_parser.add_argument(
                f"--{setting.name.replace('_', '-')}",
                dest=setting.name,
                type=partial(_meant, values),
                choices=setting.values,
                metavar="{" + ",".join(values) + "}",
                help=setting.doubt,
            )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Rewrite a module.

        Raises:
            SkipFile: It would not be written byte for byte as it should be.
        """
        path = Path(self.context.filename) if self.context.filename else None
        if path is None or not path.is_file():
            return self._by_itself(tree)
        before = path.read_bytes()
        after = self._on_disk(path) if may_matter(before) else before
        made = tree if after == before else cst.parse_module(after)
        if made.bytes != after:
            raise SkipFile("libcst would not keep it byte for byte; autorag-migrate apply does")
        return made

    def _by_itself(self, tree: cst.Module) -> cst.Module:
        name = self.context.filename or "<string>"
        result = migrate(tree.code, self.options, filename=name)
        self._warn(Report(list(result.rows), list(result.findings)))
        if result.source == tree.code:
            return tree
        return cst.parse_module(result.source, config=tree.config_for_parsing)

    def _on_disk(self, path: Path) -> bytes:
        report = run([path], self.options)
        self._warn(report)
        return next((change.after for change in report.changes), path.read_bytes())

    def _warn(self, report: Report) -> None:
        for line in concise.render(report).splitlines():
            self.warn(line)


def _meant(values: dict[str, object], text: str) -> object:
    return values.get(text, text)


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
