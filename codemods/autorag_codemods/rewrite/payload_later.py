"""What is done to a payload below its literal: keys given, taken out and read back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program.strings import plain
from autorag_codemods.program.values import Entry
from autorag_migrate.mapping import MESSAGE, PINS, RequestField

from .literals import Item, layout_of, write
from .payload_part import OPTIONS, Part, RefusedError, dict_node
from .quotes import quote_inside, quote_of, quoted
from .targets import Target, may_raise, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BelowLiteral"]

_LAST = "-1"
_QUESTION = f"{MESSAGE['list']}.{_LAST}.{MESSAGE['content']}"


class BelowLiteral(Part):
    """The statements that change a payload, each of them rewritten where it stands."""

    def _assigned(self, entry: Entry) -> None:
        """``payload["key"] = value`` below the literal."""
        target = target_of(self.owner.parents, entry)
        if target is None or self.owner.is_shared(entry.where):
            raise RefusedError(
                "AR112", "its payload is changed in a way that is not understood", entry.where
            )
        literal = {e.key for e in self.made.entries.values() if e.literal}
        literal |= {e.key for _, base in self.made.spreads.values() for e in base.entries.values()}
        if entry.key in literal & {"system_prompt", "reranking", "ranking_options"}:
            raise RefusedError("AR112", f"{entry.key} of its payload is given twice", entry.where)
        field = self._field(entry.key)
        if "." in entry.key:
            self._check_below(entry, field)
        before = set(self.assigned)
        if entry.key == "query" and "query" in literal:
            if target.is_default:
                raise RefusedError("AR112", "query is given by setdefault()", entry.where)
            if self._function_of(target.node) is not self._function_of(self.made.node):
                raise RefusedError("AR112", "query of its payload is given twice", entry.where)
            self._asked_again(entry, target)
        else:
            self._assign_field(entry, field, target)
        holder = self.owner.parents.statement(self.made.node)
        block, own = (self._block_of(each) for each in (holder, target.statement))
        if block is own:
            self.always |= self.assigned - before

    def _check_below(self, entry: Entry, field: RequestField | None) -> None:
        """``payload.setdefault("ranking_options", {})[…] = …``: no other statement gives it."""
        above = entry.key.partition(".")[0]
        bases = (base for _, base in self.made.spreads.values())
        given = {each.key for made in (self.made, *bases) for each in made.entries.values()}
        is_pinned = any(pin.of == entry.key and pin.setting is None for pin in PINS)
        place = (field.new or "").rpartition(".")[0] if field is not None else ""
        if above in given or is_pinned or not place or place.endswith(".reranking"):
            raise RefusedError("AR112", f"{above} of its payload is changed later", entry.where)

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
            if target.is_default or not any(
                known.legacy.startswith(f"{entry.key}.") for known in self.fields
            ):
                how = f"{entry.key}, which the legacy API ignored, is added later"
                raise RefusedError("AR112", how, target.node)
            self._assigned_object(entry, target)
            return
        self.assigned.add(field.legacy)
        value_entry = Entry(entry.key, target.value, entry.value, target.node, literal=False)
        if target.is_default:
            self._default(entry, field, target)
        if field.conversion == "drop":
            raise RefusedError(
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

    def _default(self, entry: Entry, field: RequestField, target: Target) -> None:
        """``payload.setdefault(…)`` gives what is not there in the new payload either."""
        was_none = field.legacy not in self.present and any(
            each.literal and each.key == entry.key for each in self.made.entries.values()
        )
        is_plain = field.conversion in {"copy", "filter"} and field.new is not None
        if was_none or not is_plain or not isinstance(target.key, cst.SimpleString):
            raise RefusedError("AR112", f"{entry.key} is given by setdefault()", target.node)
        self.perhaps.add(field.new or "")

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
            raise RefusedError("AR112", "system_prompt is added before the query", target.node)
        if not self._runs_once(target.node):
            raise RefusedError("AR112", "system_prompt is added more than once", target.node)
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
            raise RefusedError("AR112", "the query is added after the system_prompt", target.node)
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
                    raise RefusedError(
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
            path = f"{OPTIONS}.reranking"
            self._item_parents(path + ".")
            layout = layout_of(self.editor.positions, dict_node(target.value))
            self._assign(target, path, lambda: write(items, layout))
            return
        placed = [(each, field) for each, field in fields if field is not None and field.new]
        if len(fields) != 1 or len(placed) != 1:
            raise RefusedError(
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
        if target.is_default:
            self._give_default(target, path, make)
            return
        if not target.is_assigned:
            self.lines.setdefault(target.statement, []).append(
                lambda: f"{self._below(target, path)} = {make()}"
            )
            return

        def register() -> None:
            self.editor.replace(target.node, self.sites, lambda: self._below(target, path))
            self.editor.replace(target.value, self.sites, make)

        self.later.append(register)

    def _give_default(self, target: Target, path: str, make: Callable[[], str]) -> None:
        above, _, last = path.rpartition(".")
        key = target.key or target.value
        quote = quote_of(key)

        def register() -> None:
            if above:
                self.editor.replace(
                    target.payload, self.sites, lambda: self._path(target.payload, above, quote)
                )
            self.editor.replace(key, self.sites, lambda: quoted(last, quote))
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
            raise RefusedError("AR112", "a comment stands in what is added to it", statement)
        if any(map(may_raise, values[1:])):
            # Before, all of them were added or none.
            raise RefusedError("AR112", "several keys are added at once", statement)
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
            raise RefusedError("AR112", f"{key} is taken out of its payload", node)
        if self.owner.is_shared(node):
            raise RefusedError("AR112", "a key is taken out of another dict as well", node)
        path = field.new or ""
        self._item_parents(path)
        if isinstance(node, cst.Del):
            target = node.target
            if not isinstance(target, cst.Subscript):
                raise RefusedError("AR112", f"{key} is taken out of its payload", node)
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
            raise RefusedError("AR112", f"{key} is taken out of its payload and used", node)
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
            raise RefusedError("AR117", "its payload is read as well", node)
        path = _QUESTION if field.conversion == "question" else field.new or ""
        if isinstance(node, cst.Subscript):
            payload, quote = node.value, self._quote_in(node)
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            payload, quote = node.func.value, quote_inside(self.owner.parents, node)
            if len(node.args) > 1:
                raise RefusedError("AR117", "its payload is read as well", node)
        else:
            raise RefusedError("AR117", "its payload is read as well", node)
        if "\n" in self.editor.positions.source(node):
            raise RefusedError("AR117", "its payload is read as well", node)
        self.later.append(
            lambda: self.editor.replace(node, self.sites, lambda: self._path(payload, path, quote))
        )
