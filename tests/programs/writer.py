"""Writes one module from templates.

In a template:

- ``«a¦b»`` is one of some texts, ``~`` the quote of the module and a backtick the other one;
- ``<name>`` is filled in, each time anew;
- a line beginning with ``!`` is an import, with ``@`` stands at module level, with ``&`` in
  ``__init__``, with ``$`` in the class; each name is bound there once;
- ``=>`` is the expression that it all leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

ACCOUNT = "0123456789abcdef0123456789abcdef"
ROOT = "https://api.cloudflare.com/client/v4/accounts"
RERANKER = "@cf/baai/bge-reranker-base"
MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
QUERIES = ("When do llamas drink coffee?", "zyxwv qqqq", "")
"""Something is found, nothing is found, and a request that is refused."""

_CHOICE = re.compile("«([^«»]*)»")
_HOLE = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Call:
    """How a program is used: what is called, and expressions for the arguments."""

    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A module.

    Attributes:
        text: Its text.
        calls: What to call, in this order.
        sites: How many expressions send.
        labels: The choices that it was made of.
    """

    text: str
    calls: tuple[Call, ...]
    sites: int
    labels: tuple[str, ...]

    def __repr__(self) -> str:
        bar = "-" * 80
        made_of = "\n".join(self.labels)
        return f"\n{bar}\n{made_of}\n{bar}\n{self.text}{bar}\n{self.calls}"


@dataclass
class Writer:
    """Writes one module."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    quote: str = '"'
    layout: str = "line"
    imports: list[str] = field(default_factory=list)
    module: dict[str, str] = field(default_factory=dict)
    setup: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    refused: bool = False
    whole: bool = False
    senders: list[str] = field(default_factory=list)

    def choose(self, *values: T) -> T:
        return self.draw(st.sampled_from(values))

    def maybe(self, one_in: int = 3) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def template(self, kind: str, plain: Sequence[str], odd: Sequence[str] = ()) -> str:
        """One of some templates; what is odd is rarer."""
        chosen = self.choose(*(odd if odd and self.maybe(8) else plain))
        self.labels.append(f"{kind}: {chosen}")
        return chosen

    def text(self, template: str, **holes: str | Callable[[], str]) -> str:
        """Fill in a template that is only a text."""
        while found := _CHOICE.search(template):
            chosen = self.choose(*found[1].split("¦"))
            template = template[: found.start()] + chosen + template[found.end() :]
        template = template.translate({ord("~"): self.quote, ord("`"): self.other})

        def fill(match: re.Match[str]) -> str:
            value = holes[match[1]]
            return value if isinstance(value, str) else value()

        lines = []
        for line in template.split("\n"):
            filled = _HOLE.sub(fill, line)
            indent = line[: len(line) - len(line.lstrip(" "))]
            if filled.strip() or not line.strip():
                lines.append(filled.replace("\n", "\n" + indent))
        return "\n".join(lines)

    def write(self, template: str, **holes: str | Callable[[], str]) -> tuple[list[str], str]:
        """Fill in a template: the lines that are left where it is used, and the expression."""
        lines: list[str] = []
        blocks: list[str] = []
        before, arrow, value = ("\n" + template).rpartition("\n=>")
        # What alternatives lead to may be lines with prefixes.
        body = self.text(before[1:] if arrow else template, **holes)
        for line in body.split("\n") if body else []:
            if not line:
                lines.append(line)
            elif line[0] == "!":
                self.need(line[1:])
            elif line[0] in "@&$":
                if line[1] in " )}]" or (blocks and blocks[-1].startswith(f"{line[0]}@")):
                    blocks[-1] += "\n" + line[1:]
                else:
                    blocks.append(line)
            elif blocks and lines == [] and line[0] in " }])" and _is_open(blocks[-1]):
                blocks[-1] += "\n" + line
            else:
                lines.append(line)
        for block in blocks:
            self._bind(block)
        return lines, self.text(value.strip(), **holes) if arrow else ""

    def _bind(self, block: str) -> None:
        where = {"@": self.module, "&": self.setup, "$": self.members}[block[0]]
        first = block[1:].split("\n")[1 if block[1] == "@" else 0]
        name = re.split(r" = |\(|:", first, maxsplit=1)[0]
        where.setdefault(name, block[1:])

    def need(self, statement: str) -> None:
        if statement not in self.imports:
            self.imports.append(statement)

    @property
    def other(self) -> str:
        return "'" if self.quote == '"' else '"'

    def q(self, text: str) -> str:
        """A string literal."""
        quote = self.other if self.maybe(12) else self.quote
        return f"{quote}{text}{quote}"

    def mapping(self, entries: Sequence[tuple[str, str]]) -> str:
        """A dict display of keys and expressions; what a key ``**`` has is unpacked."""
        if not entries:
            return "{}"
        shown = [
            f"**{value}" if key == "**" else f"{self.q(key)}: {value}" for key, value in entries
        ]
        layout = self.choose(self.layout, "line", "block", "bare", "loose")
        if layout == "line":
            return "{" + ", ".join(shown) + "}"
        if layout == "loose":
            return "{ " + ", ".join(shown) + self.choose(" }", ", }")
        body = []
        for number, each in enumerate(shown, 1):
            comma = "" if number == len(shown) and layout == "bare" else ","
            remark = self.choose("see the docs", 'not "query"', "x: {y}") if self.maybe(8) else ""
            body += ["# how much we ask for"] if self.maybe(12) else []
            body.append(each + comma + (f"  # {remark}" if remark else ""))
        return "{\n" + indented("\n".join(body)) + "\n}"

    def literal(self, value: Any) -> str:
        """A value as it is written."""
        if isinstance(value, dict):
            if value and self.maybe(6):
                return f"dict({', '.join(f'{key}={self.literal(each)}' for key, each in value.items())})"
            return self.mapping([(key, self.literal(each)) for key, each in value.items()])
        if isinstance(value, list):
            shown = [self.literal(each) for each in value]
            if any("\n" in each for each in shown) or self.maybe():
                return "[\n" + indented(",\n".join(shown)) + self.choose(",", "") + "\n]"
            return f"[{', '.join(shown)}]"
        return self.q(value) if isinstance(value, str) else repr(value)


def indented(text: str, depth: int = 1) -> str:
    return "\n".join("    " * depth + line if line else line for line in text.split("\n"))


def _is_open(text: str) -> bool:
    return any(text.count(left) > text.count(right) for left, right in ("{}", "()", "[]"))
