"""What is asked of an answer: whether it has a key, or whether it is anything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Facts, Guard, Identity, Parents, Site
from autorag_codemods.program.schema import Path, kind_of, may_have, parse
from autorag_codemods.program.tree import dotted, walk
from autorag_migrate.mapping import CHAT_CONSTANTS, ENVELOPE, RESPONSE_FIELDS

from .paths import holder, target
from .quotes import quote_inside, quote_of, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from autorag_codemods.options import Options
    from autorag_codemods.program.facts import Tested

    from .edits import Editor

__all__ = ["CONTENT_TEXT", "METADATA", "MIXED", "PRESENT", "TOGETHER", "Asked"]

PRESENT = parse(next(iter(key for key in CHAT_CONSTANTS if "[" in key)))[0]
"""The key that a new answer has and a refusal has not: ``choices``."""
METADATA, CONTENT_TEXT = (
    parse(next(row.chat for row in RESPONSE_FIELDS if row.chat and row.legacy.endswith(end)))[-1]
    for end in (".file", ".content[].text")
)
MIXED = "what is tested may be something else than this answer"
TOGETHER = "it is read together with an answer of another shape"


class Asked:
    """The edits of what is asked of the answers of native sites."""

    def __init__(self, editor: Editor, facts: Facts, parents: Parents, options: Options) -> None:
        self.editor, self.facts, self.parents, self.options = editor, facts, parents, options

    def guard(self, guard: Guard) -> Block | None:
        """Register the edit of ``"key" in answer``."""
        wanted: set[str | Block | None] = set()
        for site, base, event in guard.origins:
            wanted.add(self._guard_key(guard, site, base, event))
        sites = {origin[0] for origin in guard.origins}
        if None in wanted and wanted <= {None, guard.key}:
            return self._implied(guard, sites)
        if len(wanted) != 1:
            return self._block(guard.node, "it is tested together with an answer of another shape")
        (key,) = wanted
        if not isinstance(key, str):
            return key
        if key != guard.key:
            if guard.mixed:
                return self._block(guard.node, MIXED)
            if not isinstance(guard.key_node, cst.SimpleString):
                return self._block(guard.node, "the key that is tested is not written here")
            text = quoted(key, quote_of(guard.key_node))
            self.editor.replace(guard.key_node, sites, lambda: text)
        return None

    def _guard_key(self, guard: Guard, site: Site, base: Path, event: bool) -> str | Block | None:
        endpoint = site.answers
        if event:
            return Block("AR115", "an event of the stream is tested for a key", guard.node)
        path = (*base, guard.key)
        start = holder(endpoint, base)
        if site.lifted and base == (ENVELOPE["result"],):
            return self._block(guard.node, "the new answer has this, but in what is taken out of")
        if start is None:
            return self._block(guard.node, "the new answer has nothing of what is tested")
        if kind_of(endpoint, path) == "wrong":
            if may_have(endpoint, start, guard.key):
                return self._block(guard.node, "it tests for what only the new answer has")
            return guard.key
        end = target(endpoint, path)
        if end is None or end.conversion in {*("constant", "question", "status", "optional")}:
            return self._block(guard.node, f"the new answer does not say {guard.key}")
        if end.conversion == "single":
            return CONTENT_TEXT
        rest = end.path[len(start) :]
        if rest[:1] == (METADATA,):
            return self._block(guard.node, "every legacy row has this object, not every chunk")
        return rest[0] if rest else None

    def _implied(self, guard: Guard, sites: set[Site]) -> Block | None:
        """``"result" in data and "response" in data["result"]``: the second says it all."""
        if guard.mixed:
            return self._block(guard.node, MIXED)
        parent = self.parents.of(guard.node)
        (test,) = guard.node.comparisons
        joint = cst.And if isinstance(test.operator, cst.In) else cst.Or
        if isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, joint):
            first = parent.right if parent.left is guard.node else None
            while isinstance(first, cst.BooleanOperation) and isinstance(first.operator, joint):
                first = first.left
            if self._is_deeper(first, guard):
                self.editor.replace(parent, sites, lambda: self.editor.render(parent.right))
                return None
        return self._either_key(guard, sites)

    def _either_key(self, guard: Guard, sites: set[Site]) -> Block | None:
        """``"result" in data``, which every envelope has, and of the new answers a refusal."""
        container = guard.container
        is_result = {(*base, guard.key) for _, base, _ in guard.origins} == {(ENVELOPE["result"],)}
        if not is_result or not isinstance(container, cst.Name):
            return self._block(guard.node, f"the new answer has no {guard.key} to test for")
        (test,) = guard.node.comparisons
        joint, verb = ("or", "in") if isinstance(test.operator, cst.In) else ("and", "not in")
        key = quoted(PRESENT, quote_of(guard.key_node))
        source = self.editor.positions.source(guard.node)
        text = f"{key} {verb} {container.value} {joint} {source}"
        text = text if self._is_bare(guard.node) else f"({text})"
        self.editor.replace(guard.node, sites, lambda: text)
        return None

    def _is_bare(self, node: cst.BaseExpression) -> bool:
        """Whether all of a condition stands here, so that it needs no parentheses."""
        parent = self.parents.of(node)
        return isinstance(parent, (cst.If, cst.While)) and parent.test is node

    def identity(self, identity: Identity) -> Block | None:
        """Register the edit of ``result is None``: what a refusal holds in place of a result."""
        node, name = identity.node, identity.name.value
        if identity.mixed or "#" in self.editor.positions.source(node):
            return Block("AR110", "the answer is compared", node)
        quote = quote_inside(self.parents, node)
        key, result = quoted(PRESENT, quote), quoted(ENVELOPE["result"], quote)
        if isinstance(node.comparisons[0].operator, cst.Is):
            text = f"{key} not in {name} and {name}.get({result}) is None"
            text = f"{name} is None or {text}" if identity.may_be_none else text
        else:
            text = f"{key} in {name} or {name}.get({result}) is not None"
            text = f"{name} is not None and ({text})" if identity.may_be_none else text
        text = text if self._is_bare(node) else f"({text})"
        self.editor.replace(node, identity.sites, lambda: text)
        return None

    def _is_deeper(self, node: cst.BaseExpression | None, guard: Guard) -> bool:
        """Whether a condition tests, in the same sense, for what stands below the guarded key."""
        other = self.facts.guards.get(node) if isinstance(node, cst.Comparison) else None
        if other is None or type(other.node.comparisons[0].operator) is not type(
            guard.node.comparisons[0].operator
        ):
            return False
        below = {(site, (*base, guard.key), event) for site, base, event in guard.origins}
        return other.origins == below

    def test(self, node: cst.BaseExpression, tested: Tested) -> Block | None:
        """A value in a condition, whose new one is not empty when the call has failed."""
        sites = {origin[0] for origin in tested.origins}
        needed = self._moved(tested.origins)
        if len(needed) > 1:
            return self._block(node, "it is tested together with an answer of another shape")
        if needed != {True} or node in self.facts.reads:
            return None
        if any(site.lifted for site in sites):
            return self._block(node, TOGETHER)
        if tested.mixed:
            return self._block(node, MIXED)
        # What is asked twice must be a name.
        is_short = bool(dotted(node)) or (isinstance(node, cst.NamedExpr) and not tested.or_none)
        if not self._is_truth(node) or not is_short:
            return self._block(
                node, "what is read is only a part of an expression that has no equal"
            )
        self._presence(node, node, sites, or_none=tested.or_none)
        return None

    def _moved(self, origins: set[tuple[Site, Path, bool]]) -> set[bool]:
        return {
            kind_of(site.answers, base) == "object"
            and bool(base)
            and holder(site.answers, base) == ()
            for site, base, event in origins
            if not event
        }

    def _is_truth(self, node: cst.CSTNode) -> bool:
        """Whether only the truth of a value matters where it stands."""
        parent = self.parents.of(node)
        match parent:
            case cst.If() | cst.While() | cst.IfExp() | cst.Assert():
                return parent.test is node
            case cst.CompIf():
                return True
            case cst.UnaryOperation(operator=cst.Not()):
                return True
            case cst.BooleanOperation():
                return self._is_truth(parent)
        return False

    def _presence(
        self,
        node: cst.BaseExpression,
        root: cst.BaseExpression,
        sites: set[Site],
        *,
        or_none: bool = False,
    ) -> None:
        """``"choices" in answer``: what a new answer says instead of success."""
        text = partial(self._root_text, root)
        self._membership_of(node, sites, PRESENT, text, or_none=or_none)

    def _root_text(self, root: cst.BaseExpression) -> str:
        text = self.editor.render(root)
        return f"({text})" if isinstance(root, cst.NamedExpr) and not root.lpar else text

    def _membership_of(
        self,
        node: cst.BaseExpression,
        sites: set[Site],
        key: str,
        container: Callable[[], str],
        *,
        or_none: bool = False,
    ) -> None:
        parent = self.parents.of(node)
        quote = next(map(quote_of, _strings(node)), quote_inside(self.parents, node))
        if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
            text = "not ({0} and {1} in {0})" if or_none else "{1} not in {0}"
            self.editor.replace(parent, sites, lambda: text.format(container(), quoted(key, quote)))
            return
        text = "{0} and {1} in {0}" if or_none else "{1} in {0}"
        is_bare = isinstance(
            parent,
            (
                cst.If,
                cst.While,
                cst.Assert,
                cst.CompIf,
                cst.BooleanOperation,
                cst.Assign,
                cst.Return,
                cst.Arg,
            ),
        ) or (isinstance(parent, cst.IfExp) and parent.test is node)
        opening, closing = ("", "") if is_bare else ("(", ")")
        self.editor.replace(
            node,
            sites,
            lambda: f"{opening}{text.format(container(), quoted(key, quote))}{closing}",
        )

    def _block(self, node: cst.CSTNode, reason: str) -> Block:
        return Block("AR114", reason, node)


def _strings(node: cst.CSTNode) -> list[cst.SimpleString]:
    return [each for each in walk(node) if isinstance(each, cst.SimpleString)]
