"""What IPython takes and Python does not: lines that stand for themselves while a cell is judged.

A magic, a shell command or a question for help becomes a call of an unknown name, on the same
line, with the names that it speaks of, so that what they hold counts as handed to it.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

__all__ = ["Mask", "cell_magic", "names_in"]

_MAGIC = re.compile(r"[ \t]*(?:[%!]|\?{1,2}[\w%])")
_HELP = re.compile(r"[ \t]*%{0,2}[A-Za-z_*][\w.*\[\]]*\?{1,2}[ \t]*(?:#.*)?$")
_ASSIGNED = re.compile(r"(?P<head>[ \t]*[A-Za-z_][\w., \t\[\]]*=[ \t]*)(?P<magic>[!%].*)$")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>[^\W\d]\w*)")
_PYTHON_CELLS = frozenset(("capture", "prun", "time"))
_OPEN, _CLOSE = "([{", ")]}"
_QUOTES = ('"""', "'''", '"', "'")
_WITH_NAMESPACE = re.compile(r"\s*%run\b.*\s-\w*i")


def cell_magic(text: str) -> str:
    """The magic that has a whole cell in its hands and is not run as the notebook's own code."""
    found = _CELL_MAGIC.match(text)
    return found["name"] if found is not None and found["name"] not in _PYTHON_CELLS else ""


def names_in(text: str) -> set[str]:
    """Words that may be names of the program."""
    return {word for word in _WORD.findall(text) if not keyword.iskeyword(word)}


@dataclass
class Mask:
    """Takes magics out of cells and puts them back.

    Attributes:
        prefix: What its names begin with; no cell says that.
        known: Names of the notebook's code.
        hidden: What stands for what: names by number.
    """

    prefix: str
    known: set[str] = field(default_factory=set)
    hidden: list[tuple[str, str]] = field(default_factory=list)

    def cover(self, text: str) -> str:
        """A cell's text with the same number of lines, and nothing in it but Python."""
        if cell_magic(text):
            return self._hide(text, text)
        lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
        made: list[str] = []
        at, first = 0, True
        while at < len(lines):
            body, _ = _parted(lines[at])
            count = 1
            found = _ASSIGNED.match(body)
            cell_line = first and _CELL_MAGIC.match(body)
            if cell_line or _MAGIC.match(body) or _HELP.match(body) or found:
                while body.endswith("\\") and at + count < len(lines) and not cell_line:
                    body, _ = _parted(lines[at + count])
                    count += 1
                made += self._line(lines[at : at + count])
            else:
                count = _logical(lines, at)
                made += lines[at : at + count]
            first = first and not body.strip()
            at += count
        return "".join(made)

    def _line(self, lines: list[str]) -> list[str]:
        first, end = _parted(lines[0])
        whole = "".join(lines)
        found = _ASSIGNED.match(first)
        head = found["head"] if found else first[: len(first) - len(first.lstrip())]
        hidden = first[len(head) :]
        made = [head + self._hide(hidden, whole[len(head) :]) + end]
        for line in lines[1:]:
            body, end = _parted(line)
            made.append(f"{self._hide(body, '', '# ')}{end}")
        return made

    def _hide(self, hidden: str, used: str, before: str = "") -> str:
        names = self.known if _WITH_NAMESPACE.match(used) else names_in(used) & self.known
        call = f"magic{len(self.hidden)}__({', '.join(sorted(names))})"
        placeholder = f"{before}{self.prefix}{call}"
        self.hidden.append((placeholder, hidden))
        return placeholder

    def uncover(self, text: str) -> str:
        """Put back what was taken out.

        Raises:
            ValueError: Something of it was lost.
        """
        for placeholder, hidden in self.hidden:
            if placeholder in text:
                text = text.replace(placeholder, hidden, 1)
        if self.prefix in text:
            raise ValueError(self.prefix)
        return text


def _parted(line: str) -> tuple[str, str]:
    body = line.rstrip("\r\n")
    return body, line[len(body) :]


def _logical(lines: list[str], at: int) -> int:
    """How many lines the statement has that begins here; a magic never stands inside of one."""
    depth, quote, count = 0, "", 0
    while at + count < len(lines):
        line, _ = _parted(lines[at + count])
        count += 1
        depth, quote, continued = _scan(line, depth, quote)
        if not (depth > 0 or quote or continued):
            break
    return count


def _scan(line: str, depth: int, quote: str) -> tuple[int, str, bool]:
    """The depth of brackets and the string that is open at the end of a line, and a backslash."""
    at = 0
    while at < len(line):
        if line[at] == "\\":
            if at + 1 == len(line):
                return depth, quote, True
            at += 2
        elif quote:
            closed = line.startswith(quote, at)
            at += len(quote) if closed else 1
            quote = "" if closed else quote
        elif line[at] == "#":
            break
        elif opening := next((each for each in _QUOTES if line.startswith(each, at)), ""):
            quote = opening
            at += len(opening)
        else:
            depth += (line[at] in _OPEN) - (line[at] in _CLOSE)
            at += 1
    # Only three quotes go on on the next line.
    return max(0, depth), quote if len(quote) > 1 else "", False
