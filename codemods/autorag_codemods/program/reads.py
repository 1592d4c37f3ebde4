"""Steps into a value: subscripts and ``.get``, above all those that read an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autorag_migrate.mapping import STREAM

from .again import refresh
from .containers import contents, value_at
from .environment import join
from .facts import WrongRead
from .hints import is_part_of_key
from .management import is_managing
from .schema import EACH, QUERIES, kind_of, row_at
from .sites import Read, Site, Step
from .values import (
    NONE,
    UNKNOWN,
    Answer,
    Body,
    Const,
    Dict,
    DictObject,
    Line,
    Lines,
    Response,
    Self,
    Sequence,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
    is_harmless,
)

if TYPE_CHECKING:
    from .run import Run

__all__ = ["step"]


def step(
    run: Run,
    node: cst.BaseExpression,
    base: cst.BaseExpression,
    values: Values,
    key: str | int | None,
    *,
    is_get: bool = False,
    default: cst.BaseExpression | None = None,
) -> Values:
    """The value of ``base[key]`` or ``base.get(key, default)``; `key` is None when not known.

    An integer key stands for every index but a subscript of a dict by a number.
    """
    run.note_foreign(values, node)
    fallback = frozenset[Value]()
    if is_get:
        fallback = NONE if default is None else run.evaluate(default)
    answers = [value for value in values if isinstance(value, Answer)]
    is_alone = len(values) == 1
    if not (is_alone and any(isinstance(value, Dict) for value in values)):
        run.facts.other_reads.add(node)
    followed = _Followed(run, node, key, is_alone=is_alone)
    results = [followed.into(value) for value in values]
    if followed.wrong:
        known = run.facts.wrong_reads.setdefault(node, WrongRead(node, str(key), is_get, default))
        known.origins |= followed.wrong
        known.mixed = known.mixed or len(followed.wrong) < len(values)
    if followed.extended:
        # What one answer never held another one does.
        run.facts.wrong_reads.pop(node, None)
        _record(run, node, base, followed, Step(str(key), is_get, node, _key_node(node), default))
        others = [value for value in values if value not in answers and not is_harmless(value)]
        if others:
            run.facts.reads[node].mixed = True
        if any(isinstance(value, Dict) for value in values):
            run.facts.reads[node].or_empty = True
    result = join(*results) if results else UNKNOWN
    return join(result, fallback) if is_get and (not result or _may_miss(values)) else result


def _key_node(node: cst.BaseExpression) -> cst.BaseExpression | None:
    match node:
        case cst.Attribute(attr=name):
            return name
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=value))]):
            return value
        case cst.Call(args=[cst.Arg(value=value), *_]):
            return value
    return None


def _may_miss(values: Values) -> bool:
    return any(not isinstance(value, (Sequence, Tuple)) for value in values)


class _Followed:
    """One step into each alternative, and the answers that it goes further into."""

    def __init__(
        self, run: Run, node: cst.BaseExpression, key: str | int | None, *, is_alone: bool
    ) -> None:
        self.run, self.node, self.key = run, node, key
        self.is_alone = is_alone
        self.extended: list[Answer] = []
        self.wrong: set[tuple[Site, tuple[str, ...], bool]] = set()

    def into(self, value: Value) -> Values:
        run, node, key = self.run, self.node, self.key
        match value:
            case Answer():
                return self._answer(value)
            case Dict(made):
                return refresh(run, self._dict(made))
            case Sequence(element):
                return refresh(run, element)
            case Tuple(elements):
                if isinstance(key, int) and -len(elements) <= key < len(elements):
                    return refresh(run, elements[key])
                return refresh(run, join(*elements)) if elements else frozenset()
            case Text() | Response() | Body() | Lines() | Line() | Self():
                run.escape([value], node, "is taken apart in a way that is not understood")
                return self._by_name() | run.left(key)
            case Const(None):
                return frozenset()
            case Unknown(hinted=hinted):
                if hinted or run.is_hint(key):
                    return frozenset({Unknown(hinted=True)}) | run.left(key)
        return self._by_name() | run.left(key)

    def _by_name(self) -> Values:
        """Something that is not known, by a key that may be one of the configuration."""
        node = self.node
        owner = node.value if isinstance(node, (cst.Subscript, cst.Attribute)) else node
        return frozenset({Unknown(hinted=is_part_of_key(self.run, owner, self.key))})

    def _dict(self, made: DictObject) -> Values:
        run, node, key = self.run, self.node, self.key
        if self.is_alone and isinstance(key, str):
            made.reads[node] = key
            run.facts.dict_reads.setdefault(node, set()).add(made)
        else:
            made.read = made.read or node
        if isinstance(key, str):
            found = value_at(made, key)
            return run.hinted(key, found) if run.is_configured(key) else found
        if made.holds:
            return contents(run, made, node)
        run.escape_dict(made, node, "is read by a key that is not known")
        return UNKNOWN

    def _answer(self, value: Answer) -> Values:  # noqa: C901 (one case for each kind)
        run, node, key = self.run, self.node, self.key
        site, path = value.site, value.path
        if run.has_failed(site) or not is_followed(site):
            return UNKNOWN
        if value.event:
            return self._event(value)
        endpoint = site.endpoint or ""
        kind = kind_of(endpoint, path)
        if kind == "leaf":
            row = row_at(path)
            if row is None or row.conversion != "metadata" or not isinstance(key, str):
                return UNKNOWN
        elif kind == "list":
            if isinstance(key, str):
                site.block("AR114", "its answer is read by a key that is not known", node)
                return UNKNOWN
            single = row_at((*path, EACH))
            if single is not None and single.conversion == "single" and key not in {0, -1}:
                site.block("AR114", "another than the first content of a row is read", node)
                return UNKNOWN
            self.extended.append(value)
            return frozenset({Answer(site, (*path, EACH), proxy=value.proxy)})
        elif not isinstance(key, str):
            site.block("AR114", "its answer is read by a key that is not known", node)
            return UNKNOWN
        if value.proxy is not isinstance(node, cst.Attribute):
            site.block("AR114", "an object of JavaScript is read by a key", node)
            return UNKNOWN
        further = (*path, str(key))
        if (site, further) in run.facts.own_keys:
            return UNKNOWN
        if kind_of(endpoint, further) == "wrong":
            self.wrong.add((site, path, False))
            return frozenset()
        self.extended.append(value)
        return frozenset({Answer(site, further, proxy=value.proxy)})

    def _event(self, value: Answer) -> Values:
        if value.path or self.key != STREAM["token"]:
            value.site.block(
                "AR115", "an event of the stream is read for more than its token", self.node
            )
            return UNKNOWN
        self.extended.append(value)
        return frozenset({Unknown(kind="token")})


def is_followed(site: Site) -> bool:
    """Whether the shape of the site's answer is known."""
    return site.endpoint in QUERIES or is_managing(site.endpoint)


def _record(
    run: Run, node: cst.BaseExpression, base: cst.BaseExpression, followed: _Followed, taken: Step
) -> None:
    inner = run.facts.reads.pop(base, None)
    read = run.facts.reads.get(node)
    if inner is not None:
        if read is None:
            read = Read(node, inner.root, (*inner.steps, taken))
        read.origins |= inner.origins
        read.mixed = read.mixed or inner.mixed
        read.or_empty = read.or_empty or inner.or_empty
        read.or_none = read.or_none or inner.or_none
    else:
        if read is None:
            read = Read(node, base, (taken,))
        read.origins |= {(each.site, each.path, each.event) for each in followed.extended}
        # A method that None has not is not asked of it: the name still says so.
        if isinstance(base, cst.Name) and run.look_up(base.value) & NONE:
            read.or_none = True
    run.facts.reads[node] = read
    if run.frozen:
        for site, _, _ in read.origins:
            site.block("AR114", "the program prints the source of the read", node)
