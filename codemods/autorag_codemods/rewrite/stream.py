"""Streams read by lines: the token of an event, and the events that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from autorag_codemods.program import Block, Facts, Parents, Read, Site, StreamParse
from autorag_codemods.program.tree import walk
from autorag_codemods.program.values import Const, Dict, Dumped
from autorag_migrate.mapping import CHAT_FRAME, REQUEST_FIELDS, STREAM

from .quotes import quote_of

if TYPE_CHECKING:
    from .edits import Editor

__all__ = ["edit_streams"]

_CHOICES, _DELTA, _CONTENT = (CHAT_FRAME[name] for name in ("choices", "delta", "content"))
_DONE = STREAM["done"]
_WIDTH = 88
_MANY = 20
_NUMBER = next(field.legacy for field in REQUEST_FIELDS if field.kind == "integer")
"""How many rows a request asks for."""
_NAMES = ("event", "frame", "stream_event", "stream_frame")


def edit_streams(editor: Editor, facts: Facts, parents: Parents) -> list[tuple[Site, Block]]:
    """Register the edits of every parsed event; what stands in the way of the others."""
    blocks: list[tuple[Site, Block]] = []
    reads: dict[StreamParse, list[Read]] = {parse: [] for parse in facts.parses.values()}
    for read in facts.reads.values():
        for site, _, event in read.origins:
            for parse, its_reads in reads.items():
                if event and parse.site is site:
                    its_reads.append(read)
    for site, readers in facts.line_readers.items():
        parses = [parse for parse in reads if parse.site is site]
        loop = parents.of(next(iter(readers)))
        if len(readers) > 1 or not isinstance(loop, cst.For) or len(parses) != 1:
            node = site.send.call
            blocks.append(
                (site, Block("AR115", "the lines of the stream are not only parsed", node))
            )
        if site.send.shape.bounded and _asks_for_many(site):
            reason = "the sources, which come first, may be longer than a line can be"
            blocks.append((site, Block("AR115", reason, site.send.body)))
    for parse, its_reads in reads.items():
        problem = _edit(editor, parents, parse, list(dict.fromkeys(its_reads)))
        if problem is not None:
            blocks.append((parse.site, Block("AR115", problem, parse.node)))
    return blocks


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


def _edit(editor: Editor, parents: Parents, parse: StreamParse, reads: list[Read]) -> str | None:
    if not parse.in_loop:
        return "an event is parsed where the loop over the lines cannot be gone on with"
    if not reads or any(
        len(read.steps) != 1 or len(read.origins) != 1 or read.mixed for read in reads
    ):
        return "what is read of an event is not understood"
    line = parents.statement(parse.node)
    statement = parents.of(line)
    problem = _misplaced(parents, statement, reads)
    if problem or not isinstance(statement, cst.SimpleStatementLine):
        return problem
    sites = {parse.site}
    for read in reads:
        _edit_token(editor, read, sites)
    if (
        isinstance(line, cst.Assign)
        and line.value is parse.node
        and len(line.targets) == 1
        and isinstance(name := line.targets[0].target, cst.Name)
    ):
        _insert_after(editor, statement, name.value, sites)
        return None
    if any(read.root is not parse.node for read in reads):
        return "an event is parsed inside of another statement"
    used = {each.value for each in walk(parents.module(statement)) if isinstance(each, cst.Name)}
    free = next((name for name in _NAMES if name not in used), None)
    if free is None:
        return "there is no free name for an event"
    _insert_before(editor, statement, parse, free, sites)
    return None


def _misplaced(parents: Parents, statement: cst.CSTNode | None, reads: list[Read]) -> str | None:
    """What is wrong with where an event is parsed or read."""
    alone = isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1
    if statement is None or not alone or not isinstance(parents.of(statement), cst.IndentedBlock):
        return "an event is parsed inside of another statement"
    problem = _effects(parents, statement)
    if problem:
        return problem
    loop = next(each for each in parents.above(statement) if isinstance(each, cst.For))
    if not all(loop in parents.above(read.node) for read in reads):
        return "an event is read after the loop, where the last one holds no token"
    return None


def _effects(parents: Parents, statement: cst.CSTNode) -> str:
    """What else the loop does for a line: it would do it for the lines that legacy never sent."""
    below: cst.CSTNode = statement
    for above in parents.above(statement):
        if isinstance(above, (cst.For, cst.While)) and isinstance(below, cst.IndentedBlock):
            return "" if isinstance(above, cst.For) else "the lines are read by another loop"
        match above:
            case cst.IndentedBlock():
                body = list(above.body)
                index = next(i for i, each in enumerate(body) if each is below)
                if not all(map(_is_guard, body[:index])):
                    return "something is done with a line before it is known to be an event"
                if below is not statement and body[index + 1 :]:
                    return "something is done with every line, event or not"
            case cst.If():
                if above.orelse is not None:
                    return "something is done with the lines that are no events"
            case cst.Try():
                if above.finalbody is not None:
                    return "something is done after every line, event or not"
            case _:
                return "an event is parsed inside of another statement"
        below = above
    return "the loop over the lines is not found"


def _is_string(node: cst.CSTNode) -> TypeGuard[cst.SimpleString]:
    return isinstance(node, cst.SimpleString)


def _is_guard(node: cst.CSTNode) -> bool:
    """A statement that only leaves a line out, or takes it apart."""
    match node:
        case cst.If(orelse=None, body=cst.BaseSuite(body=body)):
            ends = [each for each in walk(node.body) if isinstance(each, (cst.Break, cst.Return))]
            at_the_end = any(_DONE in each.value for each in walk(node.test) if _is_string(each))
            return all(map(_is_guard, body)) and (at_the_end or not ends)
        case cst.SimpleStatementLine(body=body):
            return all(map(_is_guard, body))
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name())], value=value):
            return isinstance(value, (cst.Call, cst.Subscript, cst.IfExp))
        case cst.Return(value=None) | cst.Return(value=cst.Name()):
            return True
    return isinstance(node, (cst.Continue, cst.Break, cst.Pass))


def _skip(indent: str, unit: str, name: str, quote: str, newline: str) -> str:
    """Leave the events without a token: the chunks come first, as a list; the end is empty."""
    choices, delta, content = (f"{quote}{word}{quote}" for word in (_CHOICES, _DELTA, _CONTENT))
    is_other = f"{choices} not in {name} or not {name}[{choices}]"
    is_empty = f"not {name}[{choices}][0][{delta}].get({content})"
    whole = f"if {is_other} or {is_empty}:"
    tests = [whole] if len(indent + whole) <= _WIDTH else [f"if {is_other}:", f"if {is_empty}:"]
    return "".join(f"{indent}{test}{newline}{indent}{unit}continue{newline}" for test in tests)


def _layout(editor: Editor, statement: cst.CSTNode) -> tuple[str, str, str]:
    positions = editor.positions
    start = positions.span(statement)[0]
    start += len(positions.source(statement)) - len(positions.source(statement).lstrip())
    text = positions.text
    line = text[positions.line_start(start) : start]
    indent = line[: len(line) - len(line.lstrip())]
    newline = positions.file(statement).newline
    unit = "\t" if "\t" in indent else "    "
    return indent, unit, newline


def _insert_after(
    editor: Editor, statement: cst.SimpleStatementLine, name: str, sites: set[Site]
) -> None:
    indent, unit, newline = _layout(editor, statement)
    end = editor.positions.span(statement)[1]
    added = _skip(indent, unit, name, _quote(statement), newline)
    if not editor.positions.text[:end].endswith(("\n", "\r")):
        added = newline + added.removesuffix(newline)
    editor.insert(end, sites, lambda: added, "skip")


def _insert_before(
    editor: Editor,
    statement: cst.SimpleStatementLine,
    parse: StreamParse,
    name: str,
    sites: set[Site],
) -> None:
    indent, unit, newline = _layout(editor, statement)
    start = editor.positions.span(statement.body[0])[0]
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


def _quote(node: cst.CSTNode) -> str:
    return next((quote_of(each) for each in walk(node) if isinstance(each, cst.SimpleString)), '"')
