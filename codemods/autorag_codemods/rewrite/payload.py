"""The payload of a native site: legacy keys become messages and options, where they stand."""

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
    Dumped,
    Entry,
    Text,
    Unknown,
    may_be_none,
    one,
)
from autorag_migrate.mapping import MESSAGE, PINS, REQUEST_FIELDS, RequestField

from .annotations import annotate
from .effects import may_have_effects
from .filters import FilterError, Writer, read_filter
from .literals import Comments, Item, comments_of, inner_comments, layout_of, write
from .pins import wanted_pins
from .quotes import quote_inside, quote_of, quoted
from .targets import Target, may_raise, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_codemods.options import Options

    from .edits import Editor

__all__ = ["Owed", "Payloads"]

_OPTIONS = "ai_search_options"
_LAST = "-1"
_QUESTION = f"{MESSAGE['list']}.{_LAST}.{MESSAGE['content']}"


class Owed(NamedTuple):
    """A note that the new request owes: its code and the field."""

    code: str
    field: str


class _RefusedError(Exception):
    """What stands in the way, as a block."""

    def __init__(self, code: str, reason: str, node: cst.CSTNode | None) -> None:
        self.block = Block(code, reason, node)


class Payloads:
    """The edits of the payloads of one module."""

    def __init__(self, editor: Editor, facts: Facts, parents: Parents, options: Options) -> None:
        self.editor, self.facts, self.parents, self.options = editor, facts, parents, options
        changed = (node for made in facts.dicts.values() for node in (*made.entries, *made.removed))
        self._changes = Counter(changed)

    def is_shared(self, node: cst.CSTNode) -> bool:
        """Whether what changes a dict may change several."""
        return self._changes[node] > 1

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
            return _Payload(self, site.endpoint or "", made, sites).edit()
        except _RefusedError as refused:
            return refused.block


class _Payload:
    """One payload on its way."""

    def __init__(self, owner: Payloads, endpoint: str, made: DictObject, sites: set[Site]) -> None:
        self.owner, self.endpoint, self.made, self.sites = owner, endpoint, made, sites
        self.editor, self.options = owner.editor, owner.options
        self.layout = layout_of(self.editor.positions, _literal_of(made.node))
        if isinstance(made.node, cst.Call) and isinstance(made.node.func, cst.Attribute):
            self.layout = replace(self.layout, keywords=False)
        self.root = Item("")
        self.notes: list[Owed] = []
        self.present: set[str] = set()
        # What is assigned below the literal may not be: its pins stand in the literal.
        self.assigned: set[str] = set()
        self.always: set[str] = set()
        self.enabled: set[str] = set()
        self.later: list[Callable[[], None]] = []
        self.messages: list[Callable[[], str]] = []
        # What stands in the place of a statement that gives several keys.
        self.lines: dict[cst.CSTNode, list[Callable[[], str]]] = {}
        self.fields = [field for field in REQUEST_FIELDS if endpoint in field.endpoints]

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
            raise _RefusedError("AR112", "its payload has no query", self.made.node)
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
            raise _RefusedError(*problem)
        self._pins()
        self._absent()
        for register in self.later:
            register()
        self.editor.replace(self.made.node, self.sites, lambda: write(self.root.items, self.layout))
        return list(dict.fromkeys(self.notes))

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
            raise _RefusedError(
                "AR112", "several values of its payload do something, in an order", self.made.node
            )

    def _literals(self) -> None:
        """Place the keys of the literal, each with its comments."""
        literal = [entry for entry in self.made.entries.values() if entry.literal]
        written = _literal_of(self.made.node)
        comments = {} if self.made.spreads else comments_of(written)
        if self.made.spreads:
            literal = self._spread(literal)
        keys = [entry.key for entry in literal]
        if len(set(keys)) != len(keys):
            raise _RefusedError("AR112", "a key stands twice in its payload", self.made.node)
        for entry in literal:
            placed = self._literal(entry)
            comment = comments.get(entry.where)
            if comment is not None and (comment.above or comment.beside):
                self._comment(placed, comment, entry)

    def _comment(self, placed: Item | None, comment: Comments, entry: Entry) -> None:
        """A comment goes where its key goes; it is never lost."""
        if placed is None or (placed.beside and comment.beside):
            raise _RefusedError("AR112", "a comment stands at a key that is dropped", entry.where)
        placed.above += comment.above
        placed.beside = placed.beside or comment.beside

    # Literal entries

    def _field(self, key: str) -> RequestField | None:
        return next((field for field in self.fields if field.legacy == key), None)

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

    def _inner(self, entry: Entry) -> list[Entry]:
        value = one(entry.value)
        if isinstance(value, Const) and value.value is None:
            self.notes.append(Owed("AR209", entry.key))
            return []
        if not isinstance(value, Dict) or value.made.node is not entry.value_node:
            raise _RefusedError(
                "AR112", f"{entry.key} of its payload is not known here", entry.value_node
            )
        made = value.made
        if (
            made.dynamic
            or made.loose
            or made.escaped
            or not all(inner.literal for inner in made.entries.values())
        ):
            raise _RefusedError(
                "AR112", f"{entry.key} of its payload is changed later", entry.value_node
            )
        if made.spreads or made.removed or made.is_spread or made.read or made.reads:
            raise _RefusedError(
                "AR112", f"{entry.key} of its payload is used elsewhere", entry.value_node
            )
        if not entry.literal and self._comments_in(made.node):
            raise _RefusedError("AR112", f"comments stand inside of {entry.key}", entry.value_node)
        if entry.spelled:
            return [self._below_spread(each, entry.spelled) for each in made.entries.values()]
        return list(made.entries.values())

    def _below_spread(self, entry: Entry, holder: str) -> Entry:
        """An entry that is read of the dict it was spread from."""
        quote = self.layout.quote
        spelled = f"{holder}[{quote}{entry.key}{quote}]"
        return Entry(entry.key, entry.value_node, entry.value, entry.where, True, spelled)

    def _spread(self, literal: list[Entry]) -> list[Entry]:
        """The keys of the literal, with those that other dicts give it: the last one holds."""
        if "#" in self.editor.positions.source(self.made.node):
            raise _RefusedError(
                "AR112", "comments stand where another dict is spread", self.made.node
            )
        found: dict[str, Entry] = {}
        for node, base in self.made.spreads.values():
            unfit = base.dynamic or base.loose or base.escaped or base.removed or base.spreads
            if unfit or not all(entry.literal for entry in base.entries.values()):
                raise _RefusedError("AR112", "the dict that is spread into it is changed", node)
            if not isinstance(base.node, (cst.Dict, cst.Call)):
                raise _RefusedError("AR112", "another dict is spread into it", node)
            holder = self.editor.positions.source(node)
            found |= {e.key: self._below_spread(e, holder) for e in base.entries.values()}
        if len(self.made.spreads) > 1 or {"stream", "filters"} & found.keys():
            raise _RefusedError("AR112", "another dict is spread into it", self.made.node)
        first = min(self.editor.positions.span(e.where)[0] for e in literal) if literal else None
        (where,) = self.made.spreads
        if first is not None and self.editor.positions.span(where)[0] > first:
            raise _RefusedError("AR112", "another dict is spread over its keys", where)
        own = {entry.key for entry in literal}
        return [*(entry for key, entry in found.items() if key not in own), *literal]

    def _comments_in(self, node: cst.CSTNode) -> tuple[str, ...]:
        return inner_comments(node) if "#" in self.editor.positions.source(node) else ()

    def _drop(self, entry: Entry, code: str, name: str | None = None) -> None:
        if not _is_plain(entry.value_node):
            raise _RefusedError(
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
                raise _RefusedError("AR116", "its query is None", entry.value_node)
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
            layout = layout_of(self.editor.positions, _dict_node(node))
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
            raise _RefusedError("AR116", f"{name} may be None", entry.value_node)
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
                    raise _RefusedError("AR116", f"{name} may be a string", entry.value_node)
            if field.kind == "string" and isinstance(value, Const):
                raise _RefusedError("AR116", f"{name} is no string", entry.value_node)
            if isinstance(value, Dict):
                raise _RefusedError("AR116", f"{name} is an object", entry.value_node)

    def _filter(self, entry: Entry, node: cst.BaseExpression) -> list[Item] | None:
        """The items of a filter that stands here; None when it is edited where it stands."""
        try:
            made, new = read_filter(self.owner.facts, entry.value, self.options)
        except FilterError as error:
            raise _RefusedError("AR113", str(error), node) from None
        self.notes += [Owed(code, "filters") for code in new.notes]
        layout = layout_of(self.editor.positions, _dict_node(made.node))
        to = Writer(self.editor.render, layout.quote)
        items = [Item(key, partial(make, to)) for key, make in new.fields.items()]
        items[0].above = self._comments_in(made.node)
        if made.node is not node:
            self.editor.replace(made.node, self.sites, lambda: write(items, layout))
            return None
        return items

    # Assigned entries

    def _assigned(self, entry: Entry) -> None:
        """``payload["key"] = value`` below the literal."""
        target = target_of(self.owner.parents, entry)
        if target is None or self.owner.is_shared(entry.where):
            raise _RefusedError(
                "AR112", "its payload is changed in a way that is not understood", entry.where
            )
        literal = {e.key for e in self.made.entries.values() if e.literal}
        literal |= {e.key for _, base in self.made.spreads.values() for e in base.entries.values()}
        if entry.key in literal & {"system_prompt", "reranking", "ranking_options"}:
            raise _RefusedError("AR112", f"{entry.key} of its payload is given twice", entry.where)
        field = self._field(entry.key)
        before = set(self.assigned)
        if entry.key == "query" and "query" in literal:
            if self._function_of(target.node) is not self._function_of(self.made.node):
                raise _RefusedError("AR112", "query of its payload is given twice", entry.where)
            self._asked_again(entry, target)
        else:
            self._assign_field(entry, field, target)
        holder = self.owner.parents.statement(self.made.node)
        block, own = (self._block_of(each) for each in (holder, target.statement))
        if block is own:
            self.always |= self.assigned - before

    def _function_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        above = self.owner.parents.above(node)
        return next((each for each in above if isinstance(each, cst.FunctionDef)), None)

    def _block_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        above = self.owner.parents.above(node)
        return next((x for x in above if isinstance(x, (cst.BaseSuite, cst.Module))), None)

    def _assign_field(
        self,
        entry: Entry,
        field: RequestField | None,
        target: Target,
    ) -> None:
        if field is None:
            if not any(known.legacy.startswith(f"{entry.key}.") for known in self.fields):
                how = f"{entry.key}, which the legacy API ignored, is added later"
                raise _RefusedError("AR112", how, target.node)
            self._assigned_object(entry, target)
            return
        self.assigned.add(field.legacy)
        value_entry = Entry(entry.key, target.value, entry.value, target.node, literal=False)
        if field.conversion == "drop":
            raise _RefusedError(
                "AR112", f"{entry.key} is added later and has no counterpart", target.node
            )
        make = self._value(field, value_entry, target.value)
        if field.conversion == "prompt":
            self._assigned_prompt(field, target, make)
        elif field.conversion == "question":
            self._assigned_question(field, target, make)
        else:
            self._item_parents(field.new or "")
            self._assign(target, field.new or "", make)

    def _asked_again(self, entry: Entry, target: Target) -> None:
        """A query that takes the place of that in the literal, the last of the messages."""
        field = self._field("query")
        if field is not None:
            value_entry = Entry(entry.key, target.value, entry.value, target.node, literal=False)
            make = self._value(field, value_entry, target.value)
            self._assign(target, _QUESTION, make)

    def _assigned_prompt(
        self,
        field: RequestField,
        target: Target,
        make: Callable[[], str],
    ) -> None:
        if not any(e.literal and e.key == "query" for e in self.made.entries.values()):
            raise _RefusedError("AR112", "system_prompt is added before the query", target.node)
        if not self._runs_once(target.node):
            raise _RefusedError("AR112", "system_prompt is added more than once", target.node)
        text = self._message_text(field, make)

        def line() -> str:
            return f"{self._below(target, MESSAGE['list'])}.insert(0, {text()})"

        if target.is_assigned:
            self.later.append(lambda: self.editor.replace(target.statement, self.sites, line))
        else:
            self.lines.setdefault(target.statement, []).append(line)

    def _runs_once(self, target: cst.CSTNode) -> bool:
        """Whether an assignment runs at most once for each dict that is made."""
        entries = [e for e in self.made.entries.values() if e.key == "system_prompt"]
        above = set(self.owner.parents.above(self.made.node))
        for each in self.owner.parents.above(target):
            if isinstance(each, (cst.For, cst.While, cst.FunctionDef)) and each not in above:
                return False
        return len(entries) == 1

    def _assigned_question(
        self,
        field: RequestField,
        target: Target,
        make: Callable[[], str],
    ) -> None:
        bases = [e.key for _, base in self.made.spreads.values() for e in base.entries.values()]
        if "system_prompt" in {*bases, *(e.key for e in self.made.entries.values())}:
            raise _RefusedError("AR112", "the query is added after the system_prompt", target.node)
        text = self._message_text(field, make)
        self._assign(target, MESSAGE["list"], lambda: f"[{text()}]")

    def _assigned_object(self, entry: Entry, target: Target) -> None:
        """``payload["reranking"] = {…}``: a literal whose place is another one."""
        value_entry = Entry(entry.key, target.value, entry.value, target.node, literal=False)
        inner = self._inner(value_entry)
        fields = [(each, self._field(f"{entry.key}.{each.key}")) for each in inner]
        if entry.key == "reranking":
            self.assigned.add("reranking.enabled")
            items = []
            for each, field in fields:
                if field is None:
                    raise _RefusedError(
                        "AR112", f"{entry.key} has a key that the legacy API ignored", target.node
                    )
                self.assigned.add(field.legacy)
                make = self._value(field, each, each.value_node)
                items.append(Item((field.new or "").rpartition(".")[2], make))
            enabled = next((each for each, _ in fields if each.key == "enabled"), None)
            if (
                enabled is not None
                and "reranking.enabled" in self.enabled
                and self.options.policy == "pin"
            ):
                items += [
                    Item(pin.new.rpartition(".")[2], partial(repr, pin.value))
                    for pin in PINS
                    if pin.when == "enabled" and pin.of == "reranking.enabled"
                ]
            self.enabled.discard("reranking.enabled")
            path = f"{_OPTIONS}.reranking"
            self._item_parents(path + ".")
            layout = layout_of(self.editor.positions, _dict_node(target.value))
            self._assign(target, path, lambda: write(items, layout))
            return
        placed = [(each, field) for each, field in fields if field is not None and field.new]
        if len(fields) != 1 or len(placed) != 1:
            raise _RefusedError(
                "AR112", f"{entry.key} is added later with more than one key", target.node
            )
        each, field = placed[0]
        self.assigned.add(field.legacy)
        make = self._value(field, each, each.value_node)
        self._item_parents(field.new or "")
        self._assign(target, field.new or "", make)

    def _item_parents(self, path: str) -> None:
        """The nested dicts that a later assignment needs."""
        above = path.rpartition(".")[0].removesuffix(".reranking")
        if above:
            self._item(above)

    def _assign(self, target: Target, path: str, make: Callable[[], str]) -> None:
        if not target.is_assigned:
            self.lines.setdefault(target.statement, []).append(
                lambda: f"{self._below(target, path)} = {make()}"
            )
            return

        def register() -> None:
            self.editor.replace(target.node, self.sites, lambda: self._below(target, path))
            self.editor.replace(target.value, self.sites, make)

        self.later.append(register)

    def _below(self, target: Target, path: str) -> str:
        quote = self.layout.quote
        if isinstance(target.key, cst.SimpleString):
            quote = target.key.quote[0]
        return self._path(target.payload, path, quote)

    def _path(self, payload: cst.BaseExpression, path: str, quote: str) -> str:
        steps = "".join(
            f"[{key}]" if key == _LAST else f"[{quote}{key}{quote}]" for key in path.split(".")
        )
        return f"{self.editor.render(payload)}{steps}"

    def _rewrite_statement(self, statement: cst.CSTNode, lines: list[Callable[[], str]]) -> None:
        """``payload.update(…)`` and ``payload |= {…}``: an assignment for each key."""
        positions = self.editor.positions
        values = [
            entry.value_node
            for entry in self.made.entries.values()
            if not entry.literal and statement in self.owner.parents.above(entry.where)
        ]
        if "#" in positions.source(statement):
            raise _RefusedError("AR112", "a comment stands in what is added to it", statement)
        if any(map(may_raise, values[1:])):
            # Before, all of them were added or none.
            raise _RefusedError("AR112", "several keys are added at once", statement)
        line = self.owner.parents.of(statement)
        start, _ = positions.span(statement)
        indent = positions.text[positions.line_start(start) : start]
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        newline = positions.file(statement).newline
        between = f"{newline}{indent}" if alone and not indent.strip() else "; "
        self.later.append(
            lambda: self.editor.replace(
                statement, self.sites, lambda: between.join(make() for make in lines)
            )
        )

    def _removed(self, node: cst.CSTNode, key: str) -> None:
        """``payload.pop("filters", None)`` and ``del payload["filters"]``, as statements."""
        field = self._field(key)
        pinned = field is None or field.absent_note or any(pin.of == key for pin in PINS)
        if field is None or pinned or field.conversion not in {"copy", "filter"}:
            raise _RefusedError("AR112", f"{key} is taken out of its payload", node)
        if self.owner.is_shared(node):
            raise _RefusedError("AR112", "a key is taken out of another dict as well", node)
        path = field.new or ""
        self._item_parents(path)
        if isinstance(node, cst.Del):
            target = node.target
            if not isinstance(target, cst.Subscript):
                raise _RefusedError("AR112", f"{key} is taken out of its payload", node)
            self.later.append(
                lambda: self.editor.replace(
                    target,
                    self.sites,
                    lambda: self._path(target.value, path, self._quote_in(target)),
                )
            )
            return
        if (
            not isinstance(node, cst.Call)
            or not isinstance(node.func, cst.Attribute)
            or not isinstance(self.owner.parents.of(node), cst.Expr)
            or not isinstance(node.args[0].value, cst.SimpleString)
        ):
            raise _RefusedError("AR112", f"{key} is taken out of its payload and used", node)
        holder, name = node.func.value, node.args[0].value
        above, _, last = path.rpartition(".")
        if above:
            self.later.append(
                lambda: self.editor.replace(
                    holder, self.sites, lambda: self._path(holder, above, name.quote[0])
                )
            )
        self.later.append(
            lambda: self.editor.replace(name, self.sites, lambda: quoted(last, name.quote[0]))
        )

    def _quote_in(self, node: cst.Subscript) -> str:
        index = node.slice[0].slice
        return quote_of(index.value if isinstance(index, cst.Index) else None, self.layout.quote)

    def _read_back(self, node: cst.BaseExpression, key: str) -> None:
        """``payload["query"]``: a value that the literal gives is read where it stands now."""
        facts, field = self.owner.facts, self._field(key)
        literal = [e for e in self.made.entries.values() if e.literal and e.key == key]
        is_plain = field is not None and field.conversion in {"copy", "question"}
        if (
            field is None
            or not is_plain
            or len(literal) != 1
            or key not in self.present
            or "." in key
            or key in self.made.removed.values()
            or (field.kind in {"integer", "number"} and plain(literal[0].value) is not None)
            or node in facts.other_reads
            or len(facts.dict_reads.get(node, ())) != 1
        ):
            raise _RefusedError("AR117", "its payload is read as well", node)
        path = _QUESTION if field.conversion == "question" else field.new or ""
        if isinstance(node, cst.Subscript):
            payload, quote = node.value, self._quote_in(node)
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            payload, quote = node.func.value, quote_inside(self.owner.parents, node)
            if len(node.args) > 1:
                raise _RefusedError("AR117", "its payload is read as well", node)
        else:
            raise _RefusedError("AR117", "its payload is read as well", node)
        if "\n" in self.editor.positions.source(node):
            raise _RefusedError("AR117", "its payload is read as well", node)
        self.later.append(
            lambda: self.editor.replace(node, self.sites, lambda: self._path(payload, path, quote))
        )

    # What the caller did not say

    def _pins(self) -> None:
        for path, value in wanted_pins(self.options, self.present, self.enabled):
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


def _literal_of(node: cst.BaseExpression) -> cst.Dict | cst.Call:
    """What shows how a payload is laid out: of ``base | {…}`` the second."""
    return _dict_node(node.right if isinstance(node, cst.BinaryOperation) else node)


def _dict_node(node: cst.BaseExpression) -> cst.Dict | cst.Call:
    if isinstance(node, (cst.Dict, cst.Call)):
        return node
    raise _RefusedError("AR112", "its payload is made in a way that is not understood", node)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


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
