"""A curl command in a text: its URL, method and JSON body become new, all else stays as written."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from autorag_migrate.cli import curl
from autorag_migrate.cli.translate import command_to_new
from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import ROUTES
from autorag_migrate.settings import Settings

from .snippet import Edit, LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.options import Options

__all__ = ["check_script", "check_shown", "rewrite_curl"]

_CURL = re.compile(r"(?<![\w./$-])curl(?=[ \t\\])")
_BLANK = r"(?:[ \t]|\\\r?\n)*"
_SHOWN = re.compile(
    rf"{_BLANK}\|{_BLANK}"
    r"(?:jq(?:[ \t]+['\"]?\.['\"]?)?|json_pp|python3?[ \t]+-m[ \t]+json\.tool|cat|less)"
    r"[ \t]*(?=[\r\n;&`]|$)"
)
_ENDS = re.compile(
    rf"{_BLANK}(?:$|[\r\n#`]|&&|;|\|\|[ \t]*(?:exit|true|return)\b|[12]?>[ \t]*/dev/null|2>&1)"
)
_PROMPT = re.compile(r"^[ \t]*\$ ", re.MULTILINE)
_FUNCTION = re.compile(r"^[ \t]*(?:function[ \t]+[\w-]+|[\w-]+[ \t]*\(\))[^\n]*$", re.MULTILINE)
_READS = re.compile(
    r"\bjq\b(?![ \t]*(?:['\"]?\.['\"]?)?[ \t]*(?:[\r\n;&`]|$))"
    r"|\.result\b|\[['\"]result['\"]\]|search_query"
)
_HERE = re.compile(r"<<-?[ \t]*['\"\\]?(?P<word>\w+)")
_KEEPS = frozenset(("-o", "--output", "-O", "--remote-name"))
_WRONG = {
    "it has several": "it has several URLs, bodies or methods, or an option that is not known",
    "a word mixes": "a word of it mixes quotes",
    "the body is in": "its body is in a file",
    "it is quoted": "it is quoted with $'…'",
    "the body is not JSON": "its body is no JSON",
    "the command has no": "it has no body",
}


def rewrite_curl(text: str, start: int, end: int, trace: int, options: Options) -> Edit:
    """The edit of the command that a trace stands in.

    Args:
        text: The whole text.
        start: Where the block begins that the command is in.
        end: Where it ends.
        trace: Where the trace stands.
        options: Policy, route and answers to open questions.

    Raises:
        LeftError: It is no curl command, or is not understood, or something reads its answer.
    """
    at = max((found.start() for found in _CURL.finditer(text, start, trace)), default=-1)
    if at < 0:
        raise LeftError("it is no part of a curl command")
    _check_reader(text, start, at)
    try:
        command = curl.parse(text[at:end])
    except ValueError as error:
        raise LeftError(_reason(str(error))) from None
    stop = at + command.words[-1].end
    if not at + command.url.start <= trace < at + command.url.end:
        raise LeftError("it is not the URL of a curl command")
    _check_words(text[at:stop], command.words)
    _check_answer(text, stop, end, command.words)
    try:
        new, notes = command_to_new(command, _settings(options), _Layout(text[at:stop]).write)
    except TranslationError:
        raise LeftError("the new API cannot be asked this") from None
    except (ValueError, RecursionError) as error:
        raise LeftError(_reason(str(error))) from None
    if any(note.field in _NOT_CARRIED for note in notes):
        raise LeftError("the shape of its answer is not public")
    behind = end - stop
    _check_rest(command, new[: len(new) - behind])
    said = sorted({f"{note.code} {note.field}".strip() for note in notes})
    return Edit(at, stop, new[: len(new) - behind], "a curl command", tuple(said))


def _reason(message: str) -> str:
    """A sentence of our own: those of the parser quote the command."""
    return next((ours for begin, ours in _WRONG.items() if message.startswith(begin)), _ODD)


_ODD = "it is not understood as a curl command"
_NOT_CARRIED = frozenset(route.name for route in ROUTES if not route.carried)
_READ = "its answer is read by the script"


def _settings(options: Options) -> Settings:
    values = {"policy": options.policy, "route": options.route, "namespace": options.namespace}
    return Settings(**{**options.settings, **values})  # type: ignore[arg-type]


def _check_rest(command: curl.CurlCommand, new: str) -> None:
    """Read again, the new command must be the old one but for URL, method and body."""
    changed = {word.start for word in (command.url, command.method, command.data) if word}
    try:
        again = curl.parse(new)
    except ValueError:
        raise LeftError(_ODD) from None
    pairs = list(zip(command.words, again.words, strict=False))
    same = len(command.words) == len(again.words) and all(
        old.value == word.value or any(old.start <= start < old.end for start in changed)
        for old, word in pairs
    )
    if not same or (command.data is None) != (again.data is None):
        raise LeftError(_ODD)


def _check_words(text: str, words: Iterable[curl.Word]) -> None:
    """A second reader must find the same words, or a quote was not closed."""
    try:
        same = shlex.split(text.replace("\\\n", ""), comments=True)
    except ValueError:
        same = []
    if same != [word.value for word in words]:
        raise LeftError(_ODD)


def _check_reader(text: str, start: int, at: int) -> None:
    """Whether it is no command but data, or the script takes its output: ``$(curl …)``."""
    for opened in _HERE.finditer(text, start, at):
        if not re.search(
            rf"^[ \t]*{opened['word']}[ \t]*\r?$", text[opened.end() : at], re.MULTILINE
        ):
            raise LeftError("it is text of a here-document")
    before = text[:at].rstrip(" \t\r\n\\")
    assigned = text[at - 1 : at] == "`" and re.search(r"[=(]\s*$", text[: at - 1])
    if before.endswith(("$(", "<(")) or assigned:
        raise LeftError(_READ)


def _check_answer(text: str, stop: int, end: int, words: Iterable[curl.Word]) -> None:
    """The answer has another shape: what reads it would fail, or worse, would not."""
    values = [word.value for word in words]
    if "-G" in values or "--get" in values:
        raise LeftError("it sends its body as a query")
    kept = [number for number, value in enumerate(values) if value in _KEEPS]
    if any(values[number + 1 : number + 2] != ["/dev/null"] for number in kept):
        raise LeftError("its answer is kept in a file")
    if text[stop:end].lstrip(" \t\r\n\\").startswith(")"):
        raise LeftError(_READ)
    shown = _SHOWN.match(text, stop, end)
    if not _ENDS.match(text, shown.end() if shown else stop, end):
        raise LeftError("its answer is read by what follows")


def check_script(text: str, start: int, end: int) -> None:
    """Whether a command of a script may be what something else in it reads.

    Raises:
        LeftError: It is in a function, or the script reads answers.
    """
    opened = max((found.end() for found in _FUNCTION.finditer(text, 0, start)), default=-1)
    if opened >= 0 and not re.search(r"^}", text[opened:start], re.MULTILINE):
        raise LeftError("it is in a function, whose answer may be read")
    if _READS.search(text, 0, start) or _READS.search(text, end):
        raise LeftError("the script reads answers")


def check_shown(text: str, start: int, at: int, stop: int, end: int) -> None:
    """Whether a page shows the answer of a command below it, or the command as an answer.

    Raises:
        LeftError: It does.
    """
    line = text[max(start, text.rfind("\n", 0, at) + 1) : at]
    if _PROMPT.search(text, start, end) and not line.lstrip().startswith("$ "):
        raise LeftError("it is output and no command")
    below = text[stop:end].partition("\n")[2].strip()
    if below and not below.startswith(("$ ", "#")):
        raise LeftError("the page shows its answer below it")


class _Layout:
    """Writes a new body as the old one was: on one line or indented, with its newlines."""

    def __init__(self, command: str) -> None:
        self._newline = "\r\n" if "\r\n" in command else "\n"

    def write(self, old: str, body: object) -> str:
        """The text of a body."""
        lines = [line.removesuffix("\r") for line in old.split("\n")]
        if len(lines) < 2:  # noqa: PLR2004 (more than one)
            dense = re.fullmatch(r"\S+", _without_strings(old))
            return _json(body, None, (",", ":") if dense else None)
        base = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
        first = next((line for line in lines[1:] if line.strip()), "")
        inner = first[: len(first) - len(first.lstrip())].removeprefix(base)
        return (self._newline + base).join(_json(body, inner or 2, None).split("\n"))


def _json(body: object, indent: str | int | None, separators: tuple[str, str] | None) -> str:
    text = json.dumps(body, ensure_ascii=False, indent=indent, separators=separators)
    if text.encode(errors="replace").decode() == text:
        return text
    # Half of a pair of surrogates is no text, but may be written as an escape.
    return json.dumps(body, indent=indent, separators=separators)


def _without_strings(text: str) -> str:
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
