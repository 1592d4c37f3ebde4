"""Streams read by lines: the token of an event, and the events that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Facts, Guard, Parents, Read, Site, StreamParse
from autorag_codemods.program.tree import walk
from autorag_codemods.program.values import Const, Dict, Dumped
from autorag_migrate.mapping import CHAT_FRAME, REQUEST_FIELDS, STREAM

from .events import assigned, decoding, is_plain, loop_of, stale
from .quotes import quote_of

if TYPE_CHECKING:
    from .edits import Editor

__all__ = ["edit_streams"]

_CHOICES, _DELTA, _CONTENT = (CHAT_FRAME[name] for name in ("choices", "delta", "content"))
_TOKEN = STREAM["token"]
_WIDTH = 88
_MANY = 20
_NUMBER = next(field.legacy for field in REQUEST_FIELDS if field.kind == "integer")
"""How many rows a request asks for."""
_NAMES = ("event", "frame", "stream_event", "stream_frame")


def edit_streams(editor: Editor, facts: Facts, parents: Parents) -> list[tuple[Site, Block]]:
    """Register the edits of every parsed event; what stands in the way of the others."""
    blocks: list[tuple[Site, Block]] = []
    reads: dict[StreamParse, list[Read]] = {parse: [] for parse in facts.parses.values()}
    guards: dict[StreamParse, list[Guard]] = {parse: [] for parse in facts.parses.values()}
    for parse in reads:
        reads[parse] = [each for each in facts.reads.values() if _is_of(each, parse)]
        guards[parse] = [each for each in facts.guards.values() if _is_of(each, parse)]
    for site, readers in facts.line_readers.items():
        parses = [parse for parse in reads if site in parse.sites]
        if len(readers) > 1 or len(parses) != 1:
            node = site.send.call
            blocks.append(
                (site, Block("AR115", "the lines of the stream are not only parsed", node))
            )
        else:
            loop = loop_of(parents, next(iter(readers)))
            why = "the lines are read by another loop"
            problem = stale(parents, loop, facts, parses[0]) if loop is not None else why
            if problem:
                blocks.append((site, Block("AR115", problem, parses[0].node)))
        if site.send.shape.bounded and _asks_for_many(site):
            reason = "the sources, which come first, may be longer than a line can be"
            blocks.append((site, Block("AR115", reason, site.send.body)))
    for parse, its_reads in reads.items():
        problem = _edit(editor, parents, parse, its_reads, guards[parse])
        if problem:
            blocks += [(site, Block("AR115", problem, parse.node)) for site in parse.sites]
    return blocks


def _is_of(found: Read | Guard, parse: StreamParse) -> bool:
    return any(event and site in parse.sites for site, _, event in found.origins)


def _mixes(found: Read | Guard, parse: StreamParse) -> bool:
    """Whether what is read may be something else than an event that is parsed here."""
    return {site for site, _, event in found.origins if event} != parse.sites


def _asks_for_many(site: Site) -> bool:
    """Whether a stream's first event, which legacy never sent, is certain to be large."""
    dicts = {
        inner.made
        for value in site.send.body_values
        for inner in (value.value if isinstance(value, Dumped) else {value})
        if isinstance(inner, Dict)
    }
    numbers = (
        value.value
        for made in dicts
        for entry in made.entries.values()
        if entry.key == _NUMBER
        for value in entry.value
        if isinstance(value, Const)
    )
    return any(isinstance(number, int) and number > _MANY for number in numbers)


def _edit(
    editor: Editor, parents: Parents, parse: StreamParse, reads: list[Read], guards: list[Guard]
) -> str:
    statement = decoding(parents, parse)
    if statement is None:
        return "an event is parsed inside of another statement"
    problem = _misread(parents, parse, reads, guards)
    if problem:
        return problem
    name, free = assigned(parents, parse), _free_name(parents, statement)
    if free is None:
        return "there is no free name for an event"
    for read in reads:
        _edit_token(editor, read, parse.sites)
    for guard in guards:
        _edit_guard(editor, guard, parse.sites)
    if isinstance(statement, cst.SimpleStatementLine) and is_plain(statement, parse) and name:
        _insert_after(editor, statement, name, parse.sites)
    else:
        _insert_before(editor, statement, parse, free, parse.sites)
    return ""


def _misread(parents: Parents, parse: StreamParse, reads: list[Read], guards: list[Guard]) -> str:
    """What of an event is read that the new one has not, "" for nothing."""
    if not parse.in_loop:
        return "an event is parsed where the loop over the lines cannot be gone on with"
    if len({(site.send.library, site.send.shape) for site in parse.sites}) != 1:
        return "the events of several libraries' streams are parsed here"
    if not reads or any(len(r.steps) != 1 or _mixes(r, parse) or r.mixed for r in reads):
        return "what is read of an event is not understood"
    if any(
        _mixes(guard, parse) or guard.key != _TOKEN or not isinstance(guard.container, cst.Name)
        for guard in guards
    ):
        return "an event of the stream is tested for a key"
    roots = {id(parse.node), id(parents.of(parse.node))}
    if any(not isinstance(r.root, cst.Name) and id(r.root) not in roots for r in reads):
        return "what is read of an event is not understood"
    return ""


def _free_name(parents: Parents, statement: cst.CSTNode) -> str | None:
    used = {each.value for each in walk(parents.module(statement)) if isinstance(each, cst.Name)}
    return next((name for name in _NAMES if name not in used), None)


def _skip(indent: str, unit: str, name: str, quote: str, newline: str) -> str:
    """Leave the events without a token: the chunks come first, as a list; the end is empty."""
    choices, delta, content = (f"{quote}{word}{quote}" for word in (_CHOICES, _DELTA, _CONTENT))
    is_other = f"{choices} not in {name} or not {name}[{choices}]"
    is_empty = f"not {name}[{choices}][0][{delta}].get({content})"
    whole = f"if {is_other} or {is_empty}:"
    tests = [whole] if len(indent + whole) <= _WIDTH else [f"if {is_other}:", f"if {is_empty}:"]
    return "".join(f"{indent}{test}{newline}{indent}{unit}continue{newline}" for test in tests)


def _layout(editor: Editor, start: int, statement: cst.CSTNode) -> tuple[str, str, str]:
    positions = editor.positions
    text = positions.text
    line = text[positions.line_start(start) : start]
    indent = line[: len(line) - len(line.lstrip())]
    newline = positions.file(statement).newline
    unit = "\t" if "\t" in indent else "    "
    return indent, unit, newline


def _insert_after(
    editor: Editor, statement: cst.SimpleStatementLine, name: str, sites: set[Site]
) -> None:
    start = editor.positions.span(statement.body[0])[0]
    indent, unit, newline = _layout(editor, start, statement)
    end = editor.positions.span(statement)[1]
    added = _skip(indent, unit, name, _quote(statement), newline)
    if not editor.positions.text[:end].endswith(("\n", "\r")):
        added = newline + added.removesuffix(newline)
    editor.insert(end, sites, lambda: added, "skip")


def _insert_before(
    editor: Editor,
    statement: cst.SimpleStatementLine | cst.If,
    parse: StreamParse,
    name: str,
    sites: set[Site],
) -> None:
    first = statement.test if isinstance(statement, cst.If) else statement.body[0]
    start = editor.positions.span(first)[0]
    if isinstance(statement, cst.If):
        start = editor.positions.text.rindex("if", 0, start)
    indent, unit, newline = _layout(editor, start, statement)
    quote = _quote(statement)
    source = editor.positions.source(parse.node)
    skip = _skip(indent, unit, name, quote, newline).removeprefix(indent)
    added = f"{name} = {source}{newline}{indent}{skip}{indent}"
    editor.replace(parse.node, sites, lambda: name)
    editor.insert(start, sites, lambda: added, "skip")


def _edit_token(editor: Editor, read: Read, sites: set[Site]) -> None:
    (step,) = read.steps
    q = quote_of(step.key_node)
    path = f"[{q}{_CHOICES}{q}][0][{q}{_DELTA}{q}]"
    default = step.default

    def made() -> str:
        end = f"[{q}{_CONTENT}{q}]"
        if step.is_get and default is not None:
            end = f".get({q}{_CONTENT}{q}, {editor.render(default)})"
        return f"{editor.render(read.root)}{path}{end}"

    editor.replace(read.node, sites, made)


def _edit_guard(editor: Editor, guard: Guard, sites: set[Site]) -> None:
    """Every event that is not left out holds a token: the test stays, and says so."""
    q = quote_of(guard.key_node)
    editor.replace(guard.key_node, sites, lambda: f"{q}{_CONTENT}{q}")
    path = f"[{q}{_CHOICES}{q}][0][{q}{_DELTA}{q}]"
    editor.replace(guard.container, sites, lambda: f"{editor.render(guard.container)}{path}")


def _quote(node: cst.CSTNode) -> str:
    return next((quote_of(each) for each in walk(node) if isinstance(each, cst.SimpleString)), '"')
