"""A JSON or YAML file as its values with their places, and new values put into it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autorag_codemods import spans

from .style import like

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autorag_codemods.spans import Node

__all__ = ["Document", "DocumentError", "Item", "read_document", "walk"]

_PLAIN = re.compile(r"[A-Za-z0-9/_][\w/:.%?&=+,@~-]*[\w/=]|[\w/]")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BINARY = "tag:yaml.org,2002:binary"
_STRING = "tag:yaml.org,2002:str"
_TAG_OR_ANCHOR = re.compile(r"(?:&[^\s,\[\]{}]+[ \t]+)+")


class DocumentError(Exception):
    """A file that is not what its name says; `line` is where."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


@dataclass(eq=False)
class Item:
    """A value: a mapping or a list of items, or a scalar; and its span."""

    value: Any
    start: int
    end: int
    style: str = ""

    def get(self, *names: str) -> Item | None:
        """The item below these names; None where there is none."""
        item: Item | None = self
        for name in names:
            inside = item.value if item is not None else None
            item = inside.get(name) if isinstance(inside, dict) else None
        return item

    @property
    def text(self) -> str | None:
        """What it says, if it is text."""
        return self.value if isinstance(self.value, str) else None

    @property
    def items(self) -> list[Item]:
        """The elements of a list, none of anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self, new: Mapping[Item, Any] | None = None) -> Any:
        """The value as plain data, with new values for some of the items in it."""
        if new and self in new:
            return new[self]
        if isinstance(self.value, dict):
            return {name: item.plain(new) for name, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain(new) for item in self.value]
        return self.value


class Document:
    """A file's text and its value."""

    def __init__(self, text: str, root: Item, *, is_yaml: bool) -> None:
        self.text, self.root, self.is_yaml = text, root, is_yaml

    def line(self, item: Item) -> int:
        """The line where an item begins, from 1."""
        return self.text.count("\n", 0, item.start) + 1

    def edited(self, new: Mapping[Item, Any]) -> str:
        """The text with new values for some items; nothing else of it changes.

        Raises:
            DocumentError: It would not say what it should.
        """
        parts: list[str] = []
        at = 0
        for item in sorted(new, key=lambda each: each.start):
            if item.start < at:
                raise DocumentError("its edits reach into each other")
            parts += (self.text[at : item.start], self._written(item, new[item]))
            at = item.end
        text = "".join((*parts, self.text[at:]))
        again = read_document(text, is_yaml=self.is_yaml)
        if again.root.plain() != self.root.plain(new):
            raise DocumentError("it would not say what it should")
        return text

    def _written(self, item: Item, value: Any) -> str:
        old = self.text[item.start : item.end]
        if not self.is_yaml:
            if not isinstance(value, str):
                return like(old, value)
            return json.dumps(value, ensure_ascii=self.text.isascii())
        found = _TAG_OR_ANCHOR.match(old)
        anchor = found[0] if found else ""
        # A block ends where the next thing begins.
        behind = old[len(old.rstrip()) :] if item.style in {"|", ">"} else ""
        return anchor + _scalar(value, item.style, ascii_only=self.text.isascii()) + behind


def read_document(text: str, *, is_yaml: bool) -> Document:
    """Read a file's text.

    Raises:
        DocumentError: It does not parse.
        ImportError: YAML cannot be read.
    """
    if is_yaml:
        return Document(text, _yaml(text), is_yaml=True)
    try:
        json.loads(text)
        return Document(text, _json(text, spans.read(text)), is_yaml=False)
    except json.JSONDecodeError as error:
        raise DocumentError("it is not JSON", error.lineno) from None
    except RecursionError:
        raise DocumentError("it is nested too deep") from None


def _json(text: str, node: Node) -> Item:
    if node.members is not None:
        members = {name: _json(text, each) for name, each in node.members.items()}
        return Item(members, node.start, node.end)
    if node.items is not None:
        return Item([_json(text, each) for each in node.items], node.start, node.end)
    value = node.text if node.text is not None else json.loads(text[node.start : node.end])
    return Item(value, node.start, node.end)


def _yaml(text: str) -> Item:
    try:
        import yaml  # noqa: PLC0415 (only where it is used)
    except ImportError as error:
        raise ImportError("YAML needs PyYAML: pip install 'autorag-migrate[codemods]'") from error
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DocumentError("it is not YAML", (mark.line if mark else 0) + 1) from None
    except RecursionError:
        raise DocumentError("it is nested too deep") from None
    if node is None:
        return Item(None, 0, 0)
    return _Composed(text, yaml).item(node)


class _Composed:
    """Items of composed nodes; what an alias repeats is one item."""

    def __init__(self, text: str, yaml: Any) -> None:
        self._text, self._yaml = text, yaml
        self._made: dict[int, Item] = {}
        self._construct = yaml.SafeLoader("")

    def item(self, node: Any) -> Item:
        made = self._made.get(id(node))
        if made is None:
            start, end = node.start_mark.index, node.end_mark.index
            made = self._made[id(node)] = Item(None, start, end, getattr(node, "style", "") or "")
            made.value = self._value(node)
        return made

    def _value(self, node: Any) -> Any:
        if isinstance(node, self._yaml.MappingNode):
            return {str(key.value): self.item(value) for key, value in node.value}
        if isinstance(node, self._yaml.SequenceNode):
            return [self.item(each) for each in node.value]
        if node.tag == _BINARY:
            try:
                return base64.b64decode(node.value)
            except (ValueError, binascii.Error):
                return node.value
        try:
            return self._construct.construct_object(node)
        except self._yaml.YAMLError:
            return node.value
        except ValueError:  # a date that is none
            return node.value


def _scalar(value: Any, style: str, *, ascii_only: bool) -> str:
    """A YAML scalar on one line, in the style of the old one if it can be."""
    if isinstance(value, bytes):
        return f'!!binary "{base64.b64encode(value).decode()}"'
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "" and _PLAIN.fullmatch(value) and not _means_more(value):
        return value
    simple = value.isprintable() and (value.isascii() or not ascii_only)
    if style != '"' and simple:
        quoted = value.replace("'", "''")
        return f"'{quoted}'"
    made = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(_escape, made) if not ascii_only else _ascii(made)


def _means_more(value: str) -> bool:
    """Whether YAML would read a plain scalar as something else than text."""
    import yaml  # noqa: PLC0415 (it was read before)

    resolved = yaml.SafeLoader("").resolve(yaml.ScalarNode, value, (True, False))
    return ": " in value or bool(resolved != _STRING)


def _ascii(text: str) -> str:
    return "".join(each if " " <= each <= "~" else _code(each) for each in text)


def _escape(found: re.Match[str]) -> str:
    return _code(found[0])


def _code(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= ord("\uffff") else f"\\U{number:08x}"


def walk(item: Item) -> Iterable[Item]:
    """An item and all below it, each once."""
    seen: set[int] = set()
    todo = [item]
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inside = each.value
        if isinstance(inside, dict):
            todo += reversed(list(inside.values()))
        elif isinstance(inside, list):
            todo += reversed(inside)
