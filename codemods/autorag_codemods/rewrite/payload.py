"""The payload of a native site: legacy keys become messages and options, where they stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Facts, Parents, Site
from autorag_codemods.program.values import Dict, DictObject, Dumped
from autorag_migrate.mapping import MESSAGE, PINS

from .annotations import annotate
from .literals import write
from .payload_later import BelowLiteral
from .payload_literal import InLiteral
from .payload_part import Context, Owed, RefusedError
from .pins import wanted_pins

if TYPE_CHECKING:
    from autorag_codemods.options import Options

    from .edits import Editor

__all__ = ["Owed", "Payloads"]


class Payloads:
    """The edits of the payloads of one module."""

    def __init__(self, editor: Editor, facts: Facts, parents: Parents, options: Options) -> None:
        self.editor, self.parents = editor, parents
        self._context = Context(editor, facts, parents, options)

    def made_of(self, site: Site) -> list[DictObject] | Block:
        """The dicts of which a site sends one."""
        send = site.send
        if send.body is None:
            return Block("AR112", "its payload is not an argument of the call", send.call)
        values = list(send.body_values)
        if send.encoded:
            is_text = all(isinstance(value, Dumped) for value in values)
            dumped = (value for value in values if isinstance(value, Dumped))
            values = [inner for value in dumped for inner in value.value] if is_text else []
        made = [value.made for value in values if isinstance(value, Dict)]
        if not made or len(made) < len(values):
            return Block("AR112", "its payload is not known here", send.body)
        made.sort(key=lambda each: self.editor.positions.span(each.node))
        found = (self._unfit(each) for each in made)
        return next((block for block in found if block is not None), made)

    def _unfit(self, made: DictObject) -> Block | None:
        """What keeps a dict from being a payload that can change."""
        unsure = made.dynamic or made.loose
        if unsure is not None:
            reason = f"the keys of its payload are not certain: {unsure[1]}"
            return Block("AR112", reason, unsure[0])
        if made.holds:
            return Block("AR112", "a part of an answer is in its payload", made.node)
        if made.escaped is not None:
            return Block("AR117", f"its payload {made.escaped[1]} as well", made.escaped[0])
        if made.read is not None:
            return Block("AR117", "its payload is read as well", made.read)
        if made.is_spread:
            return Block("AR117", "its payload is spread into another one as well", made.node)
        return None

    def edit(self, site: Site, made: DictObject, sites: set[Site]) -> list[Owed] | Block:
        """Register the edits of a payload; the notes it owes, or what stands in the way."""
        if any(isinstance(x, cst.FormattedString) for x in self.parents.above(made.node)):
            return Block("AR112", "its payload stands inside of a string", made.node)
        try:
            return _Payload(self._context, site.endpoint or "", made, sites).edit()
        except RefusedError as refused:
            return refused.block


class _Payload(InLiteral, BelowLiteral):
    """A payload with all that is done to it."""

    def edit(self) -> list[Owed]:
        """Register the edits; the notes that the new payload owes."""
        self._literals()
        for entry in self.made.entries.values():
            if not entry.literal:
                self._assigned(entry)
        for node, key in self.made.removed.items():
            self._removed(node, key)
        for read, key in self.made.reads.items():
            self._read_back(read, key)
        for statement, lines in self.lines.items():
            self._rewrite_statement(statement, lines)
        if "query" not in self.present | self.assigned:
            raise RefusedError("AR112", "its payload has no query", self.made.node)
        if self.messages:
            self._item(MESSAGE["list"]).elements = self.messages
        self._keep_order()
        problem = annotate(
            self.editor,
            self.owner.facts,
            self.owner.parents,
            self.made,
            self.sites,
            nested=bool(self.later),
        )
        if problem is not None:
            raise RefusedError(*problem)
        self._pins()
        self._absent()
        for register in self.later:
            register()
        self.editor.replace(self.made.node, self.sites, lambda: write(self.root.items, self.layout))
        return list(dict.fromkeys(self.notes))

    def _pins(self) -> None:
        for path, value in wanted_pins(self.options, self.present, self.enabled):
            if path in self.perhaps:
                name = next(field.legacy for field in self.fields if field.new == path)
                raise RefusedError("AR112", f"{name} is only there at times", self.made.node)
            item = self._item(path)
            if item.make is None:
                quote = self.layout.quote
                text = f"{quote}{value}{quote}" if isinstance(value, str) else repr(value)
                item.make = partial(str, text)

    def _absent(self) -> None:
        for field in self.fields:
            if field.absent_note and field.legacy not in self.present | self.always:
                pinned = next((pin for pin in PINS if pin.of == field.legacy and pin.setting), None)
                if pinned is None or self.options.setting(pinned.setting or "") == "instance":
                    self.notes.append(Owed(field.absent_note, field.legacy))
