"""curl commands as text: URL, method and body change, the rest stays as it was written."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

__all__ = ["CurlCommand", "Word", "parse"]

# Of a POSIX shell: a comment, the end of a command, or a word, which is quoted and unquoted pieces
# without white space between them.
_COMMENT = r"(?<!\S)\#[^\n]*"
_END = r"(?P<end>[|;&<>])"
_PIECES = r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>])+"""
_TOKEN = re.compile(f"{_COMMENT}|{_END}|(?P<word>{_PIECES})", re.DOTALL)
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


class CurlCommand(NamedTuple):
    """A curl command, as far as a request's method, URL and body go."""

    text: str
    url: Word
    method: Word | None
    data: Word | None

    def rewritten(self, url: str, method: str, body: str | None) -> str:
        """The command with another URL, method and body; everything else as it was written."""
        changes = [(self.url, url)]
        if self.method is not None:
            changes.append((self.method, method))
        if self.data is not None and body is not None:
            changes.append((self.data, body))
        text = self.text
        for word, value in sorted(changes, key=lambda change: change[0].start, reverse=True):
            text = text[: word.start] + _quoted(value, word.raw) + text[word.end :]
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
        kind = _kind(word.value)
        if kind in {"method", "data", "url option"}:
            value = next(rest, None)
            if value is None:
                raise ValueError(f"{word.value} has no value")
            _take(found, kind.removesuffix(" option"), value)
        elif kind == "other":
            next(rest, None)
        elif kind == "url":
            _take(found, kind, word)
    if "url" not in found:
        raise ValueError("it has no URL")
    data = found.get("data")
    if data is not None and data.value.startswith("@"):
        raise ValueError(f"the body is in the file {data.value[1:]}: give the JSON itself")
    return CurlCommand(text, found["url"], found.get("method"), data)


def _take(found: dict[str, Word], kind: str, word: Word) -> None:
    if kind in found:
        several = {"data": "bodies", "url": "URLs", "method": "methods"}[kind]
        raise ValueError(f"it has several {several}")
    found[kind] = word


def _kind(word: str) -> str:
    """What a word is: an option by what its value means, a flag, or the URL.

    Raises:
        ValueError: The option and its body are one word.
    """
    option, joined, _ = word.partition("=")
    if joined and option in _DATA:
        raise ValueError(f"write {option} and its value as two words")
    if word in _DATA:
        return "data"
    if word in _METHOD:
        return "method"
    if word == "--url":
        return "url option"
    if word in _WITH_VALUE:
        return "other"
    return "flag" if word.startswith("-") else "url"


def _words(text: str) -> list[Word]:
    """The words of the first command in `text`."""
    words = []
    for found in _TOKEN.finditer(text):
        if found["end"]:
            break
        raw = found["word"]
        value = shlex.split(raw.replace("\\\n", "")) if raw else []
        if value:
            words.append(Word(found.start(), found.end(), raw, value[0]))
    return words


def _quoted(value: str, like: str) -> str:
    """`value` for the shell, in the quotes of the word that it replaces."""
    if like.startswith("'"):
        return "'" + value.replace("'", "'\\''") + "'"
    if like.startswith('"'):
        return '"' + re.sub(r'(["\\`])', r"\\\1", value) + '"'
    # Bare words keep their variables: ${ACCOUNT} must stay one.
    return value if re.fullmatch(r"[\w@%+=:,./${}-]+", value, re.ASCII) else shlex.quote(value)
