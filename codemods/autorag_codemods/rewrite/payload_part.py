"""What both halves of a payload need: its fields, their values, and where they stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from autorag_codemods.program import Block, Facts, Parents, Site
from autorag_codemods.program.strings import plain
from autorag_codemods.program.values import (
    Const,
    Dict,
    DictObject,
    Entry,
    Text,
    Unknown,
    may_be_none,
    one,
)
from autorag_migrate.mapping import MESSAGE, REQUEST_FIELDS, RequestField

from .filters import FilterError, Writer, read_filter
from .literals import Item, inner_comments, layout_of, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_codemods.options import Options

    from .edits import Editor

__all__ = ["OPTIONS", "Context", "Owed", "Part", "RefusedError", "dict_node", "literal_of"]

OPTIONS = "ai_search_options"


class Owed(NamedTuple):
    """A note that the new request owes: its code and the field."""

    code: str
    field: str


class RefusedError(Exception):
    """What stands in the way, as a block."""

    def __init__(self, code: str, reason: str, node: cst.CSTNode | None) -> None:
        self.block = Block(code, reason, node)


class Context:
    """What the payloads of one program share."""

    def __init__(self, editor: Editor, facts: Facts, parents: Parents, options: Options) -> None:
        self.editor, self.facts, self.parents, self.options = editor, facts, parents, options
        changed = (node for made in facts.dicts.values() for node in (*made.entries, *made.removed))
        self._changes = Counter(changed)

    def is_shared(self, node: cst.CSTNode) -> bool:
        """Whether what changes a dict may change several."""
        return self._changes[node] > 1


class Part:
    """One payload on its way."""

    def __init__(self, owner: Context, endpoint: str, made: DictObject, sites: set[Site]) -> None:
        self.owner, self.endpoint, self.made, self.sites = owner, endpoint, made, sites
        self.editor, self.options = owner.editor, owner.options
        self.layout = layout_of(self.editor.positions, literal_of(made.node))
        if isinstance(made.node, cst.Call) and isinstance(made.node.func, cst.Attribute):
            self.layout = replace(self.layout, keywords=False)
        self.root = Item("")
        self.notes: list[Owed] = []
        self.present: set[str] = set()
        # What is assigned below the literal may not be: its pins stand in the literal.
        self.assigned: set[str] = set()
        self.always: set[str] = set()
        # New paths that are only given a value where there is none, or under a condition.
        self.perhaps: set[str] = set()
        self.enabled: set[str] = set()
        self.later: list[Callable[[], None]] = []
        self.messages: list[Callable[[], str]] = []
        # What stands in the place of a statement that gives several keys.
        self.lines: dict[cst.CSTNode, list[Callable[[], str]]] = {}
        self.fields = [field for field in REQUEST_FIELDS if endpoint in field.endpoints]

    def _field(self, key: str) -> RequestField | None:
        return next((field for field in self.fields if field.legacy == key), None)

    def _inner(self, entry: Entry) -> list[Entry]:
        value = one(entry.value)
        if isinstance(value, Const) and value.value is None:
            self.notes.append(Owed("AR209", entry.key))
            return []
        if not isinstance(value, Dict) or value.made.node is not entry.value_node:
            raise RefusedError(
                "AR112", f"{entry.key} of its payload is not known here", entry.value_node
            )
        made = value.made
        if (
            made.dynamic
            or made.loose
            or made.escaped
            or made.is_partial
            or not all(inner.literal for inner in made.entries.values())
        ):
            raise RefusedError(
                "AR112", f"{entry.key} of its payload is changed later", entry.value_node
            )
        if made.spreads or made.removed or made.is_spread or made.read or made.reads:
            raise RefusedError(
                "AR112", f"{entry.key} of its payload is used elsewhere", entry.value_node
            )
        if not entry.literal and self._comments_in(made.node):
            raise RefusedError("AR112", f"comments stand inside of {entry.key}", entry.value_node)
        if entry.spelled:
            return [self._below_spread(each, entry.spelled) for each in made.entries.values()]
        return list(made.entries.values())

    def _below_spread(self, entry: Entry, holder: str) -> Entry:
        """An entry that is read of the dict it was spread from."""
        quote = self.layout.quote
        spelled = f"{holder}[{quote}{entry.key}{quote}]"
        return Entry(entry.key, entry.value_node, entry.value, entry.where, True, spelled)

    def _comments_in(self, node: cst.CSTNode) -> tuple[str, ...]:
        return inner_comments(node) if "#" in self.editor.positions.source(node) else ()

    def _message_text(self, field: RequestField, make: Callable[[], str]) -> Callable[[], str]:
        q = self.layout.quote
        role = (
            str(self.options.setting("system_prompt_role"))
            if field.conversion == "prompt"
            else MESSAGE["question"]
        )
        start = f"{{{q}{MESSAGE['role']}{q}: {q}{role}{q}, {q}{MESSAGE['content']}{q}: "
        return lambda: f"{start}{make()}}}"

    def _item(self, path: str) -> Item:
        item = self.root
        for key in path.removesuffix("[]").split("."):
            item = item.nested(key)
        return item

    def _value(
        self, field: RequestField, entry: Entry, node: cst.BaseExpression
    ) -> Callable[[], str]:
        """The source of a value, and the notes it owes."""
        if field.conversion == "filter":
            items = self._filter(entry, node)
            if items is None:
                return lambda: self.editor.render(node)
            layout = layout_of(self.editor.positions, dict_node(node))
            return lambda: write(items, layout)
        self._check(field, entry)
        value = one(entry.value)
        text = plain(entry.value)
        if field.note and not (isinstance(value, Const) and value.value is False):
            self.notes.append(Owed(field.note, field.legacy))
        if field.legacy == "reranking.enabled" and not (
            isinstance(value, Const) and value.value is False
        ):
            self.enabled.add(field.legacy)
        if field.kind in {"integer", "number"} and text is not None:
            number = text.strip()
            self.notes.append(Owed("AR208", field.legacy))
            return lambda: number
        if entry.spelled:
            return lambda: entry.spelled
        return lambda: self.editor.render(node)

    def _check(self, field: RequestField, entry: Entry) -> None:
        name = field.legacy
        if may_be_none(entry.value):
            raise RefusedError("AR116", f"{name} may be None", entry.value_node)
        for value in entry.value:
            kind = (
                value.kind
                if isinstance(value, (Unknown, Const))
                else "str"
                if isinstance(value, Text)
                else ""
            )
            if field.kind in {"integer", "number"} and kind == "str":
                text = plain(entry.value)
                if (
                    text is None
                    or not _is_number(text)
                    or self.options.setting("numeric_strings") != "convert"
                ):
                    raise RefusedError("AR116", f"{name} may be a string", entry.value_node)
            if field.kind == "string" and isinstance(value, Const):
                raise RefusedError("AR116", f"{name} is no string", entry.value_node)
            if isinstance(value, Dict):
                raise RefusedError("AR116", f"{name} is an object", entry.value_node)

    def _filter(self, entry: Entry, node: cst.BaseExpression) -> list[Item] | None:
        """The items of a filter that stands here; None when it is edited where it stands."""
        try:
            made, new = read_filter(self.owner.facts, entry.value, self.options)
        except FilterError as error:
            raise RefusedError("AR113", str(error), node) from None
        self.notes += [Owed(code, "filters") for code in new.notes]
        layout = layout_of(self.editor.positions, dict_node(made.node))
        to = Writer(self.editor.render, layout.quote)
        items = [Item(key, partial(make, to)) for key, make in new.fields.items()]
        items[0].above = self._comments_in(made.node)
        if made.node is not node:
            self.editor.replace(made.node, self.sites, lambda: write(items, layout))
            return None
        return items


def literal_of(node: cst.BaseExpression) -> cst.Dict | cst.Call:
    """What shows how a payload is laid out: of ``base | {…}`` the second."""
    return dict_node(node.right if isinstance(node, cst.BinaryOperation) else node)


def dict_node(node: cst.BaseExpression) -> cst.Dict | cst.Call:
    """A dict that is written out."""
    if isinstance(node, (cst.Dict, cst.Call)):
        return node
    raise RefusedError("AR112", "its payload is made in a way that is not understood", node)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
