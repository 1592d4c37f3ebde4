"""Reads of an answer: each becomes one expression over the new answer, in the caller's spelling."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from autorag_codemods.program import Block, Getter, Read, Site, Step
from autorag_codemods.program.schema import EACH, QUERIES, Path, kind_of, row_at
from autorag_migrate.mapping import ENVELOPE

from .asked import CONTENT_TEXT, METADATA, PRESENT, TOGETHER, Asked
from .paths import Target, holder, target
from .quotes import quote_inside, quote_of, quoted

if TYPE_CHECKING:
    from autorag_codemods.options import Options
    from autorag_codemods.program import Facts, Parents

    from .edits import Editor

__all__ = ["Answers"]

_OR_NONE = "it may be read of None, which then would raise another error"
_NOTHING = frozenset({"{}", "[]", '""', "''", "None", "dict()", "list()"})


class _New(NamedTuple):
    """A step into the new answer; an index keeps its brackets, a kept step the caller's source."""

    key: str
    brackets: str | None = None


class _Wanted(NamedTuple):
    """How a read is spelled, once it is known what it is."""

    steps: tuple[_New, ...]
    conversion: str
    root_only: bool = False
    aligned: bool = False


class Answers(Asked):
    """The edits of the reads of native sites in one module."""

    def __init__(self, editor: Editor, facts: Facts, parents: Parents, options: Options) -> None:
        super().__init__(editor, facts, parents, options)
        self._unwrapped: set[Read] = set()

    # Reads

    def read(self, read: Read) -> Block | None:
        """Register the edit of a read; what stands in its way otherwise."""
        wanted = {self._wanted(read, *origin) for origin in read.origins}
        if len(wanted) != 1:
            return self._mixed(read) or self._either(read, wanted)
        (one,) = wanted
        if not isinstance(one, Block) and self._keeps(read, one):
            return None
        if read.mixed:
            return self._mixed(read)
        if isinstance(one, Block):
            return one
        return self._edit(read, one)

    def _mixed(self, read: Read) -> Block | None:
        if not read.mixed:
            return None
        return self._block(read.node, "what is read may be something else than this answer")

    def _keeps(self, read: Read, wanted: _Wanted) -> bool:
        """Whether a read stays as it is, so that it may read anything else as well."""
        if wanted.conversion != "same" or not wanted.aligned or self._touches_metadata(wanted):
            return False
        keys = [step.key for step in read.steps]
        return [new.key for new in wanted.steps] == keys and not self._loses_default(read, wanted)

    def lift(self, read: Read) -> None:
        """Leave the envelope on where it is taken off of answers of both shapes at one place."""
        is_result = [step.key for step in read.steps] == [ENVELOPE["result"]]
        sites = {site for site, base, _ in read.origins if not base}
        if is_result and {site.endpoint for site in sites} == QUERIES:
            for site in sites:
                site.lifted = site.endpoint == "search"

    def _either(self, read: Read, wanted: set[_Wanted | Block]) -> Block | None:
        """A read of answers of both shapes: ``success``, or what one has below the envelope."""
        if not isinstance(read.root, cst.Name):
            return self._block(read.node, TOGETHER)
        inner = self._below_envelope(wanted)
        if inner is not None:
            self._unwrapped.add(read)
            return self._edit(read, inner)
        said = {each.conversion for each in wanted if isinstance(each, _Wanted)}
        if len(wanted) != len(said) or said != {"status", "same"} or len(read.steps) != 1:
            return self._block(read.node, TOGETHER)
        if "#" in self.editor.positions.source(read.node):
            return self._block(read.node, "a comment stands inside of the read")
        sites = {origin[0] for origin in read.origins}
        key = quoted(PRESENT, self._quote(read))
        source, root = map(self.editor.positions.source, (read.node, read.root))
        self.editor.replace(read.node, sites, lambda: f"({key} in {root} or {source})")
        return None

    def _below_envelope(self, wanted: set[_Wanted | Block]) -> _Wanted | None:
        """What is read of a chat answer, where the same stands in the result of a search."""
        found = [each for each in wanted if isinstance(each, _Wanted)]
        if len(found) != len(wanted) or len(found) != len(QUERIES):
            return None
        inner, outer = sorted(found, key=lambda each: len(each.steps))
        same = inner.conversion == outer.conversion and bool(inner.steps)
        if not same or outer.steps != (_New(ENVELOPE["result"]), *inner.steps):
            return None
        return inner._replace(aligned=False)

    def is_timestamp(self, read: Read) -> bool:
        """Whether a moment is read, which an adapter would bring to milliseconds."""
        rows = [row_at(_full(site, base, read)) for site, base, _ in read.origins]
        return any(row is not None and row.conversion == "milliseconds" for row in rows)

    def _wanted(self, read: Read, site: Site, base: Path, event: bool) -> _Wanted | Block:
        endpoint = site.answers
        path = base + tuple(
            _legacy_key(endpoint, base, read.steps, i) for i in range(len(read.steps))
        )
        start, end = holder(endpoint, base), target(endpoint, path)
        if event or start is None or end is None:
            return self._block(read.node, "the new answer has nothing of what is read")
        if end.conversion in {"constant", "question"}:
            return self._unsaid(read, end)
        if end.conversion == "status":
            if self._default(read.steps[-1]) not in {None, "None", "False"}:
                return self._block(read.node, "the new answer does not say success by default")
            return _Wanted((), "status")
        if end.conversion == "optional" and self._default(read.steps[-1]) not in {None, "None"}:
            return self._block(read.node, "the new answer may lack what every legacy row has")
        adopted = self.adopted(path)
        if adopted is not None:
            if not isinstance(read.root, cst.Name) or len(read.steps) != 1:
                return self._block(
                    read.node, "the score under the new defaults stands in two places"
                )
            return _Wanted(tuple(map(_New, adopted)), "adopted")
        if end.path[: len(start)] != start:
            return self._block(read.node, "what is read stands elsewhere in the new answer")
        steps = self._steps(read, endpoint, base, end.path[len(start) :])
        # Whether each step of the caller's has one of its own in the new answer.
        halfway = (target(endpoint, path[: len(base) + i + 1]) for i in range(len(read.steps)))
        lengths = [len(each.path) - len(start) if each is not None else -1 for each in halfway]
        return _Wanted(
            tuple(steps),
            end.conversion,
            root_only=not steps and end.conversion == "same",
            aligned=lengths == list(range(1, len(steps) + 1)),
        )

    def _steps(self, read: Read, endpoint: str, base: Path, keys: Path) -> list[_New]:
        indexes = iter(self._indexes(endpoint, base, read))
        steps = []
        root = target(endpoint, base)
        if root is not None and root.conversion == "single":
            # What holds the one content is a list of one now: its index stays.
            steps.append(_New("", self._index(read.steps[0])))
        for key in keys:
            if key == EACH:
                steps.append(_New("", next(indexes, "[0]")))
            elif key.startswith("["):
                steps.append(_New("", key))
            else:
                steps.append(_New(key))
        return steps

    def adopted(self, path: Path) -> tuple[str, ...] | None:
        """Where the similarity stands first when the new API's own ranking is taken."""
        row = row_at(path)
        if self.options.policy != "adopt" or row is None or row.adopted is None:
            return None
        return tuple(row.adopted.split("."))

    def _indexes(self, endpoint: str, base: Path, read: Read) -> list[str]:
        """The caller's own indexes, but those into the contents of a row."""
        found, path = [], base
        for i, step in enumerate(read.steps):
            key = _legacy_key(endpoint, base, read.steps, i)
            path = (*path, key)
            row = row_at(path)
            if (
                key == EACH
                and (row is None or row.conversion != "single")
                and step.key_node is not None
            ):
                found.append(self._index(step))
        return found

    def _index(self, step: Step) -> str:
        return (
            f"[{self.editor.positions.source(step.key_node)}]"
            if step.key_node is not None
            else "[0]"
        )

    def _unsaid(self, read: Read, end: Target) -> _Wanted | Block:
        """A value that the new answer does not repeat: only a ``.get`` that gives it stays."""
        last = read.steps[-1]
        default = self._default(last)
        is_same = default == "False" or self._is_truth(read.node)
        falls_back = last.is_get and default in {"False", "None", None} and len(read.steps) == 1
        if end.conversion == "constant" and falls_back and is_same:
            return _Wanted((_New(last.key),), "same")
        return self._block(read.node, f"the new answer does not say {last.key}")

    def _default(self, step: Step) -> str | None:
        return self.editor.positions.source(step.default) if step.default is not None else None

    def _spelled(self, step: Step) -> str | None:
        """The default of a step, with what is read in it as it is read now."""
        return self.editor.render(step.default) if step.default is not None else None

    def _edit(self, read: Read, wanted: _Wanted) -> Block | None:
        node = read.node
        sites = {origin[0] for origin in read.origins}
        if "#" in self.editor.positions.text[slice(*self._tail(read))] and not self._is_plain(read):
            return self._block(node, "a comment stands inside of the read")
        if wanted.conversion == "status":
            return self._status(read, sites)
        last = read.steps[-1]
        if _is_proxy(read) and self._needs_a_dict(read, wanted):
            return self._block(node, "an object of JavaScript has no such attribute to read")
        structured = wanted.conversion == "same" and wanted.root_only
        above = read.steps if structured else read.steps[:-1]
        falls_back = all(
            self._default(step) in _NOTHING - {"None"}
            for step in above
            if not step.key.lstrip("-").isdigit()
        )
        if read.or_empty and not wanted.aligned and not falls_back:
            return self._block(node, "it may be read of an empty dict, which then would not raise")
        first = read.steps[0].is_get
        if read.or_none and (structured or (not wanted.aligned and first is not last.is_get)):
            return self._block(node, _OR_NONE)
        if structured:
            return self._whole(read, sites)
        if last.is_get and self._loses_default(read, wanted):
            return self._block(node, "its default is not one that the new answer can give")
        if wanted.conversion == "single" and self._is_truth(node):
            self._membership_of(node, sites, CONTENT_TEXT, lambda: self._chain(read, wanted))
            return None
        if wanted.conversion == "same" and self._renamed(read, wanted, sites):
            return None
        whole = self._fallbacks_of(node) if wanted.conversion == "single" else node
        is_more = whole is not node
        self.editor.replace(whole, sites, lambda: self._converted(read, wanted), drops=is_more)
        return None

    def _status(self, read: Read, sites: set[Site]) -> Block | None:
        if read.or_none and read.steps[-1].is_get:
            return self._block(read.node, _OR_NONE)
        self._presence(read.node, read.root, sites)
        return None

    def _fallbacks_of(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The ``… or …`` that a list with something in it decides by itself."""
        parent = self.parents.of(node)
        while (
            isinstance(parent, cst.BooleanOperation)
            and isinstance(parent.operator, cst.Or)
            and parent.left is node
            and (not parent.lpar or isinstance(self.parents.of(parent), (cst.For, cst.CompFor)))
            and "#" not in self.editor.positions.source(parent)
        ):
            node, parent = parent, self.parents.of(parent)
        return node

    def _needs_a_dict(self, read: Read, wanted: _Wanted) -> bool:
        """Whether the new read is one that only a dict can answer."""
        return (
            self._touches_metadata(wanted)
            or wanted.conversion in {"adopted", "status"}
            or (wanted.conversion == "single" and self._is_truth(read.node))
        )

    def _tail(self, read: Read) -> tuple[int, int]:
        return self.editor.positions.span(read.root)[1], self.editor.positions.span(read.node)[1]

    def _is_plain(self, read: Read) -> bool:
        return "\n" not in self.editor.positions.text[slice(*self._tail(read))]

    def _loses_default(self, read: Read, wanted: _Wanted) -> bool:
        """A list or an object falls back to nothing only; a converted text to a text."""
        default = self._default(read.steps[-1])
        if default is None or (wanted.aligned and default == _name_of(read)):
            return False
        is_list = all(
            kind_of(site.answers, _full(site, base, read)) in {"list", "object"}
            for site, base, _ in read.origins
        )
        if wanted.conversion == "single" or is_list:
            return default not in _NOTHING
        if wanted.steps and wanted.steps[-1].key == METADATA:
            # Every legacy row has this object, if an empty one.
            return default not in {"{}", "dict()"}
        return False

    def _whole(self, read: Read, sites: set[Site]) -> Block | None:
        """The legacy object has become the answer itself."""
        node = read.node
        source, root = map(self.editor.positions.source, (node, read.root))
        if source.count("#") > root.count("#"):
            return self._block(node, "a comment stands inside of the read")
        parent = self.parents.of(node)
        if any(site.lifted for site in sites) and (
            isinstance(parent, cst.BooleanOperation) or self._is_truth(node)
        ):
            return self._block(node, TOGETHER)
        if self._is_truth(node):
            self._presence(node, read.root, sites)
            return None
        if (
            isinstance(parent, cst.BooleanOperation)
            and isinstance(parent.operator, cst.Or)
            and parent.left is node
            and self.editor.positions.source(parent.right) in {*_NOTHING, _name_of(read)}
        ):
            if self.editor.positions.source(parent).count("#") > root.count("#"):
                return self._block(node, "a comment stands inside of the read")
            self.editor.replace(parent, sites, lambda: self.editor.render(read.root))
            return None
        if isinstance(parent, (cst.BooleanOperation, cst.Comparison)):
            return self._block(
                node, "what is read is only a part of an expression that has no equal"
            )
        self.editor.replace(node, sites, lambda: self.editor.render(read.root))
        return None

    def _renamed(self, read: Read, wanted: _Wanted, sites: set[Site]) -> bool:
        """Change the keys only, where each step has one equal."""
        if not wanted.aligned or self._only_content(read) is not None:
            return False
        changes = []
        for step, new in zip(read.steps, wanted.steps, strict=True):
            if new.brackets is not None:
                if step.is_get:
                    return False
                continue
            if step.key == new.key:
                continue
            is_attribute = isinstance(step.node, cst.Attribute)
            if step.key_node is None or not (
                is_attribute or isinstance(step.key_node, cst.SimpleString)
            ):
                return False
            changes.append((step.key_node, new.key))
        if self._touches_metadata(wanted):
            return False
        for key_node, key in changes:
            is_string = isinstance(key_node, cst.SimpleString)
            text = quoted(key, quote_of(key_node)) if is_string else key
            self.editor.replace(key_node, sites, partial(str, text))
        return True

    def _touches_metadata(self, wanted: _Wanted) -> bool:
        return any(step.key == METADATA for step in wanted.steps)

    def _converted(self, read: Read, wanted: _Wanted) -> str:
        quote = self._quote(read)
        text = self._chain(read, wanted, as_text=wanted.conversion in {"folder", "basename"})
        match wanted.conversion:
            case "single":
                return f"[{text}]"
            case "basename":
                return f"{text}.rsplit({quote}/{quote}, 1)[-1]"
            case "adopted":
                return self._similarity(read, wanted, quote)
            case "folder":
                root = self.options.setting("root_folder")
                made = f"{quote}{quote}.join({text}.rpartition({quote}/{quote})[:2])"
                return f"({made} or {quote}{root}{quote})" if root else made
        return text

    def _similarity(self, read: Read, wanted: _Wanted, quote: str) -> str:
        """The vector's score, else the score: chunks found by a keyword have none."""
        chunk = self.editor.render(read.root)
        above, below = (quoted(step.key, quote) for step in wanted.steps)
        (step,) = read.steps
        score = quoted(step.key, quote)
        default = self._spelled(step)
        if step.is_get:
            plain = f".get({score})" if default is None else f".get({score}, {default})"
        else:
            plain = f"[{score}]"
        return f"{chunk}.get({above}, {{}}).get({below}, {chunk}{plain})"

    def _quote(self, read: Read) -> str:
        for step in reversed(read.steps):
            if isinstance(step.key_node, cst.SimpleString):
                return quote_of(step.key_node)
        return quote_inside(self.parents, read.node)

    def _chain(self, read: Read, wanted: _Wanted, *, as_text: bool = False) -> str:
        """The root and the new steps, each spelled as the caller spells its own."""
        quote = self._quote(read)
        last = read.steps[-1]
        ends_in_get = last.is_get
        steps = wanted.steps
        root = self.editor.render(read.root)
        if read in self._unwrapped:
            # Of a search the result; the answer of a chat has none.
            root += f".get({quoted(ENVELOPE['result'], quote)}, {root})"
        parts = [root]
        only = self._only_content(read)
        if only is not None:
            parts = [self._chain(only, self._wanted_of(only))]
            steps = steps[1:]
        for index, new in enumerate(steps):
            if new.brackets is not None:
                parts.append(new.brackets)
                continue
            old = read.steps[index] if wanted.aligned else None
            is_last = index == len(steps) - 1
            is_get = old.is_get if old is not None else ends_in_get
            is_get = is_get or (is_last and wanted.conversion == "optional")
            default = self._spelled(last) if is_last else None
            if old is not None and old.is_get and not is_last:
                default = self._spelled(old)
            following = steps[index + 1] if not is_last else None
            if is_get and default is None and following is not None:
                default = (
                    "{}"
                    if following.brackets is None
                    else "[{}]"
                    if following.brackets == "[0]"
                    else "[]"
                )
            if new.key == METADATA and (is_last or (following is not None and ends_in_get)):
                is_get, default = True, default or "{}"
            if as_text and is_last and is_get and not _is_text(default):
                default = quote + quote
            key = quoted(new.key, quote)
            if _is_proxy(read):
                parts.append(f".{new.key}")
            else:
                parts.append(_subscript(key, default, is_get=is_get))
        return "".join(parts)

    def _only_content(self, read: Read) -> Read | None:
        """The read of the contents in ``(row.get("content") or [{}])[0]``: never an empty list."""
        root = read.root
        if isinstance(root, cst.BooleanOperation) and isinstance(root.operator, cst.Or):
            left = self.facts.reads.get(root.left)
            if left is not None and all(
                (found := target(site.answers, _full(site, base, left))) is not None
                and found.conversion == "single"
                for site, base, _ in left.origins
            ):
                return left
        return None

    def _wanted_of(self, read: Read) -> _Wanted:
        wanted = self._wanted(read, *next(iter(read.origins)))
        return _Wanted((), "same") if isinstance(wanted, Block) else wanted

    def getter(self, getter: Getter) -> Block | None:
        """What stands in the way of ``itemgetter("key")``: a key that has another name now."""
        node = getter.node
        spelled = []
        for key in getter.keys:
            name = str(key.evaluated_value)
            read = Read(node, node, (Step(name, False, node, key, None),))
            wanted = {self._wanted(read, *origin) for origin in getter.origins}
            (one, *others) = wanted
            if others:
                return self._block(node, TOGETHER)
            if isinstance(one, Block):
                return one
            if one.conversion != "same" or any(new.brackets for new in one.steps):
                return self._block(node, "what itemgetter() reads has no single equal")
            spelled.append((name, [new.key for new in one.steps]))
        if all([name] == steps for name, steps in spelled):
            return None
        return self._block(node, "itemgetter() reads what has another name in the new answer")


def _subscript(key: str, default: str | None, *, is_get: bool) -> str:
    if not is_get:
        return f"[{key}]"
    return f".get({key})" if default is None else f".get({key}, {default})"


def _is_proxy(read: Read) -> bool:
    """Whether it reads an object of JavaScript, by attributes."""
    return any(isinstance(step.node, cst.Attribute) for step in read.steps)


def _name_of(read: Read) -> str:
    """The name that is read, "" for any other expression."""
    return read.root.value if isinstance(read.root, cst.Name) else ""


def _is_text(default: str | None) -> bool:
    return default is not None and default[:1] in "\"'" and "/" not in default


def _full(site: Site, base: Path, read: Read) -> Path:
    endpoint = site.answers
    return base + tuple(_legacy_key(endpoint, base, read.steps, i) for i in range(len(read.steps)))


def _legacy_key(endpoint: str, base: Path, steps: tuple[Step, ...], index: int) -> str:
    """The step as a part of a path: an index into a list is any of its elements."""
    path = base
    for at in range(index + 1):
        key = EACH if kind_of(endpoint, path) == "list" else steps[at].key
        path = (*path, key)
    return path[-1]
