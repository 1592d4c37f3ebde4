"""The blocks of code in a Markdown or reStructuredText page, and its code within lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Block", "blocks_of"]

_FENCE = re.compile(
    r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*\{?\.?(?P<language>[\w+#-]*)[^\n]*"
)
_DIRECTIVE = re.compile(
    r"(?P<indent>[ \t]*)\.\. (?:code-block|code|sourcecode)::[ \t]*(?P<language>[\w+#-]*)\s*"
)
_LITERAL = re.compile(r"(?P<indent>[ \t]*)(?!\.\.)\S?.*::\s*")
_OPTION = re.compile(r"[ \t]+:[\w-]+:.*")
_INLINE = re.compile(r"(?<!`)(?P<ticks>`{1,2})(?!`)(?P<code>[^`\n]+)(?P=ticks)(?!`)")
_TABLE = 4


class Block(NamedTuple):
    """Code in a page: where its lines begin and end, what each is indented by, its language."""

    start: int
    end: int
    indent: str
    language: str
    inline: bool = False


def blocks_of(text: str, *, rest: bool) -> Iterator[Block]:
    """The blocks of a page, in their order.

    Args:
        text: The page.
        rest: Whether it is reStructuredText.
    """
    lines = _lines(text)
    at = 0
    covered: list[tuple[int, int]] = []
    while at < len(lines):
        found, after = _directive(lines, at) if rest else _markdown(lines, at)
        if found is not None:
            covered.append((found.start, found.end))
            yield found
        at = max(after, at + 1)
    for code in _INLINE.finditer(text):
        start, end = code.span("code")
        if not any(first < end and start < last for first, last in covered):
            yield Block(start, end, "", "", inline=True)


class _Line(NamedTuple):
    start: int
    end: int
    text: str

    @property
    def indent(self) -> str:
        return self.text[: len(self.text) - len(self.text.lstrip(" \t"))]

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    start = 0
    for line in text.splitlines(keepends=True):
        # splitlines ends a line at more than newlines do.
        if found and not found[-1].text.endswith(("\n", "\r")):
            before = found.pop()
            found.append(_Line(before.start, before.end + len(line), before.text + line))
        else:
            found.append(_Line(start, start + len(line), line))
        start += len(line)
    return found


def _markdown(lines: list[_Line], at: int) -> tuple[Block | None, int]:
    opening = _FENCE.match(lines[at].text.rstrip("\r\n"))
    if opening is not None:
        mark = opening["fence"]
        close = re.compile(rf"[ \t]*{re.escape(mark[0])}{{{len(mark)},}}\s*")
        last = next((n for n in range(at + 1, len(lines)) if close.fullmatch(lines[n].text)), None)
        if last is None:
            return None, len(lines)
        body = lines[at + 1 : last]
        return _block(body, opening["language"].lower()), last + 1
    before = at == 0 or lines[at - 1].is_blank
    if before and not lines[at].is_blank and _is_code(lines[at]):
        return _indented(lines, at, _is_code)
    return None, at + 1


def _is_code(line: _Line) -> bool:
    return len(line.indent.expandtabs(_TABLE)) >= _TABLE


def _directive(lines: list[_Line], at: int) -> tuple[Block | None, int]:
    opening = _DIRECTIVE.fullmatch(lines[at].text) or _LITERAL.fullmatch(lines[at].text)
    if opening is None:
        return None, at + 1
    outer = len(opening["indent"])
    first = at + 1
    while first < len(lines) and (
        lines[first].is_blank or _OPTION.fullmatch(lines[first].text.rstrip())
    ):
        first += 1
    if first == len(lines) or len(lines[first].indent) <= outer:
        return None, at + 1
    found, after = _indented(lines, first, lambda line: len(line.indent) > outer)
    language = opening.groupdict().get("language") or ""
    return found._replace(language=language.lower()) if found else None, after


def _indented(
    lines: list[_Line], first: int, belongs: Callable[[_Line], bool]
) -> tuple[Block | None, int]:
    after = first
    while after < len(lines) and (lines[after].is_blank or belongs(lines[after])):
        after += 1
    last = after
    while last > first and lines[last - 1].is_blank:
        last -= 1
    return _block(lines[first:last], ""), after


def _block(body: list[_Line], language: str) -> Block | None:
    full = [line for line in body if not line.is_blank]
    if not full:
        return None
    indent = min((line.indent for line in full), key=len)
    if not all(line.text.startswith(indent) for line in full):
        return None
    return Block(body[0].start, body[-1].end, indent, language)
