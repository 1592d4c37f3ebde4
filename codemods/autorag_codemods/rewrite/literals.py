"""Dict literals written again: in the caller's quotes, indentation and layout, comments kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autorag_codemods.program import Positions

__all__ = ["Comments", "Item", "Layout", "comments_of", "inner_comments", "layout_of", "write"]

_WIDTH = 88


@dataclass
class Item:
    """A key and its value: source that is made when it is written, a list, or a nested dict.

    Without a key, it is an element that has none, such as ``**other``.
    """

    key: str
    make: Callable[[], str] | None = None
    items: list[Item] = field(default_factory=list)
    elements: list[Callable[[], str]] = field(default_factory=list)
    above: tuple[str, ...] = ()
    beside: str = ""

    def nested(self, key: str) -> Item:
        """The item of a nested dict, made when it is missing."""
        for item in self.items:
            if item.key == key:
                return item
        self.items.append(Item(key))
        return self.items[-1]


@dataclass(frozen=True)
class Comments:
    """Comments above and beside an element, as they are written."""

    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Layout:
    """How a literal is laid out: on one line, or with `indent` for its elements."""

    multiline: bool
    indent: str
    outer: str
    unit: str
    newline: str
    quote: str
    trailing_comma: bool
    column: int
    rest: int
    footer: tuple[str, ...]
    width: int
    keywords: bool


def layout_of(positions: Positions, node: cst.Dict | cst.Call) -> Layout:
    """Read the layout of a literal (or of a call of ``dict``) from its source."""
    text = positions.text
    start, end = positions.span(node)
    line = positions.line_start(start)
    outer = _indent(text[line:])
    elements = list(_elements(node))
    file = positions.file(node)
    newline = file.newline
    first = positions.span(elements[0])[0] if elements else end
    multiline = "\n" in text[start:first] or "\r" in text[start:first]
    indent = _indent(text[positions.line_start(first) :]) if multiline else ""
    closing = positions.line_start(end - 1)
    if multiline and closing > start:
        outer = _indent(text[closing:])
    unit = indent[len(outer) :] if multiline and indent.startswith(outer) else ""
    unit = unit or file.indent
    line_end = file.end
    for mark in "\r\n":
        found = text.find(mark, end)
        line_end = min(line_end, found) if found >= 0 else line_end
    comma = elements[-1].comma if elements else None
    return Layout(
        multiline=multiline,
        indent=indent or outer + unit,
        outer=outer,
        unit=unit,
        newline=newline,
        quote=_quote(elements),
        trailing_comma=isinstance(comma, cst.Comma) or not multiline,
        column=start - line,
        rest=line_end - end,
        footer=tuple(_footer(node, elements)),
        width=max(_WIDTH, min(120, max(map(len, positions.lines_around(start))))),
        keywords=isinstance(node, cst.Call) and all(a.keyword is not None for a in node.args),
    )


def _elements(node: cst.Dict | cst.Call) -> Iterator[cst.DictElement | cst.Arg]:
    for element in node.elements if isinstance(node, cst.Dict) else node.args:
        if isinstance(element, (cst.DictElement, cst.Arg)):
            yield element


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _quote(elements: list[cst.DictElement | cst.Arg]) -> str:
    for element in elements:
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            return element.key.quote[0]
        if isinstance(element.value, cst.SimpleString):
            return element.value.quote[0]
    return '"'


def _blank_comments(blank: cst.CSTNode) -> tuple[str, list[str]]:
    """The comment at the end of the line, and those on lines of their own."""
    if not isinstance(blank, cst.ParenthesizedWhitespace):
        return "", []
    beside = blank.first_line.comment.value if blank.first_line.comment else ""
    return beside, [line.comment.value for line in blank.empty_lines if line.comment]


def comments_of(node: cst.Dict | cst.Call) -> dict[cst.CSTNode, Comments]:
    """The comments of every element."""
    elements = list(_elements(node))
    found: dict[cst.CSTNode, Comments] = {}
    opening = (
        node.lbrace.whitespace_after if isinstance(node, cst.Dict) else node.whitespace_before_args
    )
    _, above = _blank_comments(opening)
    if (first := _blank_comments(opening)[0]) and elements:
        above = [first, *above]
    for element in elements:
        beside, following = _blank_comments(_after(node, elements, element))
        found[element] = Comments(tuple(above), beside)
        above = following
    return found


def _after(
    node: cst.Dict | cst.Call,
    elements: list[cst.DictElement | cst.Arg],
    element: cst.DictElement | cst.Arg,
) -> cst.CSTNode:
    """The blank that holds what is written behind an element: its comma's, or the bracket's."""
    comma = element.comma
    if isinstance(comma, cst.Comma) and (
        element is not elements[-1]
        or isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace)
    ):
        return comma.whitespace_after
    return _closing(node)


def inner_comments(node: cst.CSTNode) -> tuple[str, ...]:
    """Every comment inside of a node, in the order of the source."""
    comments, todo = [], [node]
    while todo:
        each = todo.pop()
        if isinstance(each, cst.Comment):
            comments.append(each.value)
        todo += reversed(each.children)
    return tuple(comments)


def _closing(node: cst.Dict | cst.Call) -> cst.CSTNode:
    if isinstance(node, cst.Dict):
        return node.rbrace.whitespace_before
    return node.args[-1].whitespace_after_arg if node.args else node.whitespace_before_args


def _footer(node: cst.Dict | cst.Call, elements: list[cst.DictElement | cst.Arg]) -> list[str]:
    if not elements:
        return _blank_comments(_closing(node))[1]
    return _blank_comments(_after(node, elements, elements[-1]))[1]


def write(items: list[Item], layout: Layout) -> str:
    """The literal with these items, laid out as it was; what no line can hold gets lines."""
    commented = bool(layout.footer) or any(_is_commented(item) for item in items)
    if not layout.multiline and not commented:
        text = _flat(items, layout, keywords=layout.keywords)
        if layout.column + len(text) + layout.rest <= layout.width:
            return text
    return _tall(items, layout, layout.indent, layout.outer, keywords=layout.keywords)


def _is_commented(item: Item) -> bool:
    return bool(item.above or item.beside) or any(map(_is_commented, item.items))


def _key(item: Item, layout: Layout, *, keywords: bool) -> str:
    if not item.key:
        return ""
    return f"{item.key}=" if keywords else f"{layout.quote}{item.key}{layout.quote}: "


def _flat(items: list[Item], layout: Layout, *, keywords: bool = False) -> str:
    parts = [_key(item, layout, keywords=keywords) + _flat_value(item, layout) for item in items]
    opening, closing = ("dict(", ")") if keywords else ("{", "}")
    return opening + ", ".join(parts) + closing


def _flat_value(item: Item, layout: Layout) -> str:
    if item.make is not None:
        return item.make()
    if item.elements:
        return f"[{', '.join(make() for make in item.elements)}]"
    return _flat(item.items, layout)


def _tall(
    items: list[Item], layout: Layout, indent: str, outer: str, *, keywords: bool = False
) -> str:
    lines = []
    for index, item in enumerate(items):
        key = _key(item, layout, keywords=keywords)
        comma = "," if index < len(items) - 1 or layout.trailing_comma else ""
        beside = f"  {item.beside}" if item.beside else ""
        value = _flat_value(item, layout)
        too_long = len(f"{indent}{key}{value}{comma}{beside}") > _WIDTH
        if item.elements and too_long and len(item.elements) > 1:
            value = _tall_list(item.elements, layout, indent)
        elif item.items and (
            too_long or any(each.items or _is_commented(each) for each in item.items)
        ):
            value = _tall(item.items, layout, indent + layout.unit, indent)
        lines += [f"{indent}{comment}" for comment in item.above]
        lines.append(f"{indent}{key}{value}{comma}{beside}")
    lines += [f"{indent}{comment}" for comment in layout.footer if indent == layout.indent]
    opening, closing = ("dict(", ")") if keywords else ("{", "}")
    return layout.newline.join([opening, *lines, f"{outer}{closing}"])


def _tall_list(elements: list[Callable[[], str]], layout: Layout, indent: str) -> str:
    inner = indent + layout.unit
    last = "," if layout.trailing_comma else ""
    lines = [f"{inner}{make()}" for make in elements]
    return layout.newline.join(["[", f",{layout.newline}".join(lines) + last, f"{indent}]"])
