"""The files of a program of several modules, and how they import each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from programs import Writer

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["File"]

_NAME = re.compile(r"§(\w+)")
_BOUND = re.compile(r"^(?:async def |def |class )?([A-Za-z]\w*)(?=[(:]|\b[^=\n]* = )", re.MULTILINE)


@dataclass
class File:
    """One module: its writer, what stands below its names, and how it imports the others."""

    name: str
    w: Writer
    body: list[str] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        blocks = ["\n" * _is_compound(each) + each for each in self.w.module.values()]
        return "\n".join(blocks) + "\n\n\n" + "\n\n\n".join(self.body) + "\n"

    def names(self) -> set[str]:
        return set(_BOUND.findall(self.text()))

    def imported(self, files: Collection[File], package: str) -> str:
        """Its text with its imports; a name that is marked is written as it is imported."""
        own = self.names()
        body = _NAME.sub(lambda match: self._imported(match[1], own, files, package), self.text())
        return "\n".join(self.w.imports) + f"\n\n{body}"

    def _imported(self, name: str, own: set[str], files: Collection[File], package: str) -> str:
        if name in own:
            return name
        owner = next(each.name for each in files if name in each.names())
        style = self.styles.get(owner)
        if style is None:
            style = self.w.choose("from", "from", "module", "as", "star", "alias")
            self.styles[owner] = style
            self.w.labels.append(f"{self.name} imports {owner}: {style}")
        return self._import(owner, name, style, package)

    def _import(self, owner: str, name: str, style: str, package: str) -> str:
        inside = package and self.name != "main" and self.w.maybe(2)
        where = f".{owner}" if inside else f"{package}.{owner}" if package else owner
        known = self.styles.setdefault(f"{owner} where", where)
        folder, _, last = known.rpartition(".")
        need = self.w.need
        match style:
            case "module":
                need(f"from {folder or '.'} import {last}" if "." in known else f"import {last}")
                return f"{last}.{name}"
            case "as":
                short = f"the_{last}"
                if known.startswith("."):
                    need(f"from . import {last} as {short}")
                else:
                    need(f"import {known} as {short}")
                return f"{short}.{name}"
            case "star" if not name.startswith("_"):
                need(f"from {known} import *")
                return name
            case "alias":
                need(f"from {known} import {name} as our_{name}")
                return f"our_{name}"
        need(f"from {known} import {name}")
        return name


def _is_compound(block: str) -> bool:
    return block.startswith(("def ", "class ", "@", "async "))
