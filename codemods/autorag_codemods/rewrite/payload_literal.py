"""The literal of a payload: each key goes where the new API has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.values import Const, Entry, one
from autorag_migrate.mapping import MESSAGE, RequestField

from .effects import may_have_effects
from .literals import Comments, Item, comments_of
from .payload_part import Owed, Part, RefusedError, literal_of
from .quotes import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["InLiteral"]


class InLiteral(Part):
    """The keys that stand in the literal, with those of a dict that is spread into it."""

    def _keep_order(self) -> None:
        """Refuse values that do something each, where the new payload has them in another order."""
        rank = {"prompt": 0, "question": 1}
        found = []
        for entry in self.made.entries.values():
            if entry.literal and may_have_effects(entry.value_node):
                field = self._field(entry.key)
                found.append(rank.get(field.conversion, 2) if field is not None else 2)
                if isinstance(entry.value_node, cst.Dict):
                    inner = [e.value for e in entry.value_node.elements]
                    found += [2] * (sum(map(may_have_effects, inner)) - 1)
        if found != sorted(found) or found.count(2) > 1:
            raise RefusedError(
                "AR112", "several values of its payload do something, in an order", self.made.node
            )

    def _literals(self) -> None:
        """Place the keys of the literal, each with its comments."""
        literal = [entry for entry in self.made.entries.values() if entry.literal]
        written = literal_of(self.made.node)
        comments = {} if self.made.spreads else comments_of(written)
        if self.made.spreads:
            literal = self._spread(literal)
        keys = [entry.key for entry in literal]
        if len(set(keys)) != len(keys):
            raise RefusedError("AR112", "a key stands twice in its payload", self.made.node)
        for entry in literal:
            if entry.when is not None:
                self._perhaps(entry, entry.when)
                continue
            placed = self._literal(entry)
            comment = comments.get(entry.where)
            if comment is not None and (comment.above or comment.beside):
                self._comment(placed, comment, entry)

    def _perhaps(self, entry: Entry, when: cst.IfExp) -> None:
        """``**({"key": value} if condition else {})``: the same, where the option stands now."""
        field = self._field(entry.key)
        if field is None or field.conversion not in {"copy", "filter"} or field.new is None:
            raise RefusedError("AR112", f"{entry.key} is only there at times", entry.where)
        if "#" in self.editor.positions.source(self.made.node) or may_have_effects(when.test):
            raise RefusedError("AR112", "another dict is spread into its payload", when)
        self.assigned.add(field.legacy)
        self.perhaps.add(field.new)
        make = self._value(field, entry, entry.value_node)
        above, _, last = field.new.rpartition(".")
        holder = self._item(above) if above else self.root
        key = quoted(last, self.layout.quote)

        def spread() -> str:
            return f"**({{{key}: {make()}}} if {self.editor.render(when.test)} else {{}})"

        holder.items.append(Item("", spread))

    def _comment(self, placed: Item | None, comment: Comments, entry: Entry) -> None:
        """A comment goes where its key goes; it is never lost."""
        if placed is None or (placed.beside and comment.beside):
            raise RefusedError("AR112", "a comment stands at a key that is dropped", entry.where)
        placed.above += comment.above
        placed.beside = placed.beside or comment.beside

    def _literal(self, entry: Entry) -> Item | None:
        """Place a key of the literal; the item that its comments go with, None when dropped."""
        field = self._field(entry.key)
        if field is not None:
            return self._place(field, entry)
        if any(known.legacy.startswith(f"{entry.key}.") for known in self.fields):
            return self._nested(entry)
        self._drop(entry, "AR203")
        return None

    def _nested(self, entry: Entry) -> Item | None:
        """``ranking_options`` and ``reranking``: a dict in place."""
        placed = None
        inner_entries = self._inner(entry)
        comments = comments_of(entry.value_node) if isinstance(entry.value_node, cst.Dict) else {}
        for inner in inner_entries:
            field = self._field(f"{entry.key}.{inner.key}")
            if field is None:
                self._drop(inner, "AR203", f"{entry.key}.{inner.key}")
                continue
            found = self._place(field, inner)
            comment = comments.get(inner.where)
            if comment is not None and (comment.above or comment.beside):
                self._comment(found, comment, inner)
            placed = placed or found
        return placed

    def _spread(self, literal: list[Entry]) -> list[Entry]:
        """The keys of the literal, with those that other dicts give it: the last one holds."""
        if "#" in self.editor.positions.source(self.made.node):
            raise RefusedError(
                "AR112", "comments stand where another dict is spread", self.made.node
            )
        found: dict[str, Entry] = {}
        for node, base in self.made.spreads.values():
            unfit = base.dynamic or base.loose or base.escaped or base.removed or base.spreads
            if (
                unfit
                or base.is_partial
                or not all(entry.literal for entry in base.entries.values())
            ):
                raise RefusedError("AR112", "the dict that is spread into it is changed", node)
            if not isinstance(base.node, (cst.Dict, cst.Call)):
                raise RefusedError("AR112", "another dict is spread into it", node)
            holder = self.editor.positions.source(node)
            found |= {e.key: self._below_spread(e, holder) for e in base.entries.values()}
        if len(self.made.spreads) > 1 or {"stream", "filters"} & found.keys():
            raise RefusedError("AR112", "another dict is spread into it", self.made.node)
        first = min(self.editor.positions.span(e.where)[0] for e in literal) if literal else None
        (where,) = self.made.spreads
        if first is not None and self.editor.positions.span(where)[0] > first:
            raise RefusedError("AR112", "another dict is spread over its keys", where)
        own = {entry.key for entry in literal}
        return [*(entry for key, entry in found.items() if key not in own), *literal]

    def _drop(self, entry: Entry, code: str, name: str | None = None) -> None:
        if not _is_plain(entry.value_node):
            raise RefusedError(
                "AR112", f"{entry.key}, which the legacy API ignored, is computed", entry.where
            )
        self.notes.append(Owed(code, name or entry.key))

    def _place(self, field: RequestField, entry: Entry) -> Item | None:
        self.present.add(field.legacy)
        if field.conversion == "drop":
            self._drop(entry, field.note or "AR203", field.legacy)
            return None
        value = one(entry.value)
        if isinstance(value, Const) and value.value is None:
            if field.conversion == "question":
                raise RefusedError("AR116", "its query is None", entry.value_node)
            self.present.discard(field.legacy)
            self.notes.append(Owed("AR209", field.legacy))
            return None
        if field.conversion == "filter":
            items = self._filter(entry, entry.value_node)
            item = self._item(field.new or "")
            if items is None:
                item.make = lambda: self.editor.render(entry.value_node)
            else:
                item.items = items
            return item
        make = self._value(field, entry, entry.value_node)
        if field.conversion in {"question", "prompt"}:
            return self._message(field, make)
        item = self._item(field.new or "")
        item.make = make
        return item

    def _message(self, field: RequestField, make: Callable[[], str]) -> Item:
        text = self._message_text(field, make)
        if field.conversion == "prompt":
            self.messages.insert(0, text)
        else:
            self.messages.append(text)
        return self._item(MESSAGE["list"])


def _is_plain(node: cst.BaseExpression) -> bool:
    """Whether dropping it changes nothing: a literal, a parameter, an attribute."""
    match node:
        case cst.Name() | cst.SimpleString() | cst.Integer() | cst.Float():
            return True
        case cst.UnaryOperation():
            return _is_plain(node.expression)
        case cst.Attribute():
            return _is_plain(node.value)
        case cst.List() | cst.Tuple():
            return all(_is_plain(element.value) for element in node.elements)
        case cst.Dict():
            return all(
                isinstance(element, cst.DictElement) and _is_plain(element.value)
                for element in node.elements
            )
    return False
