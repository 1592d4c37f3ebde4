"""curl commands as text: URL, method and body change, the rest stays as it was written."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

__all__ = ["CurlCommand", "Word", "parse"]

# Of a POSIX shell: a comment, the end of a command, or a word, which is quoted and unquoted pieces
# without white space between them.
_COMMENT = r"(?<!\S)\#[^\n]*"
_END = r"(?P<end>[|;&<>\n])"
_PIECES = r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>])+"""
_TOKEN = re.compile(f"{_COMMENT}|{_END}|(?P<word>{_PIECES})", re.DOTALL)
# A word that can be written again: all in one kind of quotes, or in none.
_PLAIN = re.compile(r"""'[^']*'(?:\\''[^']*')*|"(?:\\.|[^"\\])*"|[^\s'"\\]+""", re.DOTALL)
_DATA = frozenset(("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"))
_METHOD = frozenset(("-X", "--request"))
_WITH_VALUE = frozenset(
    [
        "-H",
        "--header",
        "-A",
        "--user-agent",
        "-o",
        "--output",
        "-u",
        "--user",
        "-m",
        "--max-time",
        "--connect-timeout",
        "-x",
        "--proxy",
        "-e",
        "--referer",
        "-b",
        "--cookie",
        "-c",
        "--cookie-jar",
        "-w",
        "--write-out",
        "--retry",
        "--cacert",
        "--cert",
        "--key",
        "-F",
        "--form",
        "--resolve",
        "--oauth2-bearer",
        "-T",
        "--upload-file",
        "-K",
        "--config",
        "-D",
        "--dump-header",
    ]
)


class Word(NamedTuple):
    """A word of the command: where it stands, how it is written and what it means."""

    start: int
    end: int
    raw: str
    value: str

    def behind(self, length: int) -> Word:
        """What is left of the word behind an option of so many characters."""
        return Word(self.start + length, self.end, self.raw[length:], self.value[length:])


class CurlCommand(NamedTuple):
    """A curl command, as far as a request's method, URL and body go."""

    text: str
    url: Word
    method: Word | None
    data: Word | None
    words: tuple[Word, ...]

    def rewritten(self, url: str, method: str, body: str | None) -> str:
        """The command with another URL, method and body; everything else as it was written."""
        changes = [(self.url, url)]
        if self.method is not None:
            changes.append((self.method, method))
        if self.data is not None and body is not None:
            changes.append((self.data, body))
        text = self.text
        for word, value in sorted(changes, key=lambda change: change[0].start, reverse=True):
            text = text[: word.start] + _quoted(value, word) + text[word.end :]
        return text


def parse(text: str) -> CurlCommand:
    """Read a curl command.

    Raises:
        ValueError: It is none, or holds what cannot be read: several bodies, a body in a file.
    """
    words = _words(text)
    if not words or words[0].value.rpartition("/")[2] != "curl":
        raise ValueError("it is not a curl command")
    found: dict[str, Word] = {}
    rest = iter(words[1:])
    for word in rest:
        kind, joined = _kind(word)
        if kind == "url" and joined is not None:
            _take(found, kind, joined)
        elif kind != "flag":
            value = joined or next(rest, None)
            if value is None:
                raise ValueError(f"{word.value} has no value")
            _take(found, kind, value)
    if "url" not in found:
        raise ValueError("it has no URL")
    for word in found.values():
        if not _PLAIN.fullmatch(word.raw):
            raise ValueError(f"a word mixes quotes: {word.raw.splitlines()[0][:40]}")
    data = found.get("data")
    if data is not None and data.value.startswith("@"):
        raise ValueError(f"the body is in the file {data.value[1:]}: give the JSON itself")
    return CurlCommand(text, found["url"], found.get("method"), data, tuple(words))


def _take(found: dict[str, Word], kind: str, word: Word) -> None:
    if kind in found and kind != "other":
        several = {"data": "bodies", "url": "URLs", "method": "methods"}[kind]
        raise ValueError(f"it has several {several}")
    found[kind] = word


def _kind(word: Word) -> tuple[str, Word | None]:
    """What a word is (an option by what its value means, a flag, the URL), and a joined value.

    Raises:
        ValueError: A long option and its body are one word.
    """
    text = word.value
    if not text.startswith("-"):
        return "url", word
    if text.startswith("--"):
        option, joined, _ = text.partition("=")
        if joined and option in _DATA | _METHOD:
            raise ValueError(f"write {option} and its value as two words")
        return _meaning(option), None
    # Short options may stand together, the last one with its value: -sSXPOST.
    for length, letter in enumerate(text[1:], 2):
        kind = _meaning(f"-{letter}")
        if kind != "flag":
            return kind, word.behind(length) if len(text) > length else None
    return "flag", None


def _meaning(option: str) -> str:
    if option in _DATA:
        return "data"
    if option in _METHOD:
        return "method"
    if option == "--url":
        return "url"
    return "other" if option in _WITH_VALUE else "flag"


def _words(text: str) -> list[Word]:
    """The words of the first command in `text`."""
    words: list[Word] = []
    for found in _TOKEN.finditer(text):
        if found["end"]:
            if words:
                break
            continue
        raw = found["word"]
        if raw and raw.startswith("$'"):
            raise ValueError("it is quoted with $'…', which is not read: write it as '…'")
        value = shlex.split(raw.replace("\\\n", "")) if raw else []
        if value:
            words.append(Word(found.start(), found.end(), raw, value[0]))
    return words


def _quoted(value: str, word: Word) -> str:
    """`value` for the shell, in the quotes of the word that it replaces."""
    if word.raw.startswith("'"):
        return "'" + value.replace("'", "'\\''") + "'"
    if word.raw.startswith('"'):
        return '"' + _VARIABLE.sub(lambda found: _dollar(found, word), _escaped(value)) + '"'
    # Bare words keep their variables: ${ACCOUNT} must stay one.
    return value if re.fullmatch(r"[\w@%+=:,./${}-]+", value, re.ASCII) else shlex.quote(value)


_VARIABLE = re.compile(r"\$(?:\w+|\{\w+\})?")


def _escaped(value: str) -> str:
    return re.sub(r'(["\\`])', r"\\\1", value)


def _dollar(found: re.Match[str], word: Word) -> str:
    """A variable of the caller's stays one; what the translation brought, like $gt, is text."""
    return found[0] if found[0] in word.value else "\\" + found[0]
