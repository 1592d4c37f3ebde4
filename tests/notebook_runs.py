"""Notebooks of `tests/fixtures/notebooks`, and how they are run: cell after cell, as Jupyter does."""

from __future__ import annotations

import ast
import json
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from fixture_runs import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

_toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


class Book(NamedTuple):
    """A notebook and what is to become of it."""

    folder: Path
    expect: dict[str, Any]

    @property
    def before(self) -> bytes:
        return (self.folder / "before.ipynb").read_bytes()

    @property
    def after(self) -> bytes:
        path = self.folder / "after.ipynb"
        return path.read_bytes() if path.exists() else self.before


def books() -> list[Book]:
    return [
        Book(each.parent, _toml.loads(each.read_text("utf-8")))
        for each in sorted(FIXTURES.glob("notebooks/*/expect.toml"))
    ]


def program(raw: bytes) -> str:
    """One program that does what running all cells does, without the magics."""
    parts = []
    for cell in json.loads(raw.decode("utf-8-sig"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] != "code" or re.match(r"\s*%%(?!capture|time)", text):
            continue
        text = re.sub(r"(?m)^[%!](?:.*\\\n)*.*$|!ls", lambda found: "None", text)
        tree = ast.parse(text)
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            shown = tree.body[-1].value
            tree.body[-1] = ast.parse(f"print('shown', {ast.unparse(shown)})").body[0]
        parts.append(ast.unparse(tree))
    return "\n".join(parts)
