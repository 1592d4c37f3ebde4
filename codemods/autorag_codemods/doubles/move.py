"""A test that answers for the legacy API, moved to the new one with the module that it tests."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

from autorag_codemods.recorded.style import like
from autorag_migrate.mapping import MARKER, NEEDLES, ROUTE_PREFIXES, ROUTES
from autorag_migrate.translate import ENDPOINTS

from .answers import (
    RESULT,
    Holes,
    NotUnderstoodError,
    has_text,
    is_answer,
    is_piece,
    is_question,
    is_refusal,
    new_answer,
    new_question,
    new_refusal,
)
from .bases import bases_in
from .given import check_given
from .sent import check_statements, is_expected, walk_strings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Endpoint

__all__ = ["moved"]

_NEW_MARKERS = {form: prefix.rpartition("{account}/")[2] for form, prefix in ROUTE_PREFIXES.items()}
_TAILS = {
    route.legacy.rpartition("/")[2]: route.new.rpartition("}/")[2]
    for route in ROUTES
    if route.name in ENDPOINTS
}
_ROUTE = re.compile(
    rf"{re.escape(MARKER)}/(?P<name>\{{[^{{}}\s]+\}}|[^/\s\"'{{}}]+)/"
    rf"(?P<tail>{'|'.join(map(re.escape, _TAILS))})(?![\w/-])"
)
_ENDPOINT_WORD = next(tail for tail, new in _TAILS.items() if new != tail)
_NOT_HERE = re.compile(
    r"\bsetattr\b|\b(?:requests|httpx)(?:\.\w+)?\s*=[^=]"
    r"|\bhttpx_mock\b|\bMockTransport\b|\baioresponses\b|\brequests_mock\.(?:Adapter|adapter)\b"
    r"|\btext/event-stream\b|\biter_lines\b|\bstream\s*=\s*True\b|\bset_json_value\b"
)
_WIDTH = 100


def moved(text: str, endpoints: Collection[str], settings: Settings) -> str:
    """The test's new text.

    Args:
        text: The test.
        endpoints: Legacy routes that the module under test calls, by name.
        settings: How requests are translated.

    Raises:
        NotUnderstoodError: Something of it is not understood.
    """
    if _NOT_HERE.search(text):
        raise NotUnderstoodError("its kind of double is not understood")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        raise NotUnderstoodError("it does not parse") from None
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    check_given(tree)
    check_statements(tree, parents, text)
    test = _Test(text, tree, parents, endpoints, settings)
    return test.edited()


class _Test:
    """One test file, and its edits."""

    def __init__(
        self,
        text: str,
        tree: ast.Module,
        parents: dict[ast.AST, ast.AST],
        endpoints: Collection[str],
        settings: Settings,
    ) -> None:
        self.text, self.tree, self.parents = text, tree, parents
        self.endpoints, self.settings = endpoints, settings
        self._inside: set[ast.AST] = set()
        self._lines = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
        self._newline = "\r\n" if "\r\n" in text else "\n"
        bases = bases_in(tree, parents, self._source, MARKER, [t for t in _TAILS if t in endpoints])
        self._bases = {base.node for base in bases}
        self._ends = {node: tail for base in bases for node, tail in base.ends.items()}
        self._put_together = {node: tail for base in bases for node, tail in base.urls.items()}
        single, double = text.count("'"), text.count('"')
        self._quote = "'" if single > double else '"'

    def edited(self) -> str:
        """The text with everything legacy in it moved.

        Raises:
            NotUnderstoodError: Something is not understood.
        """
        # What stands in an answer is translated with it.
        edits = sorted((*self._dicts(), *self._urls()))
        parts: list[str] = []
        at = 0
        for start, end, new in edits:
            if start < at:
                raise NotUnderstoodError("its answers stand in each other")
            parts += (self.text[at:start], new)
            at = end
        text = "".join((*parts, self.text[at:]))
        if edits:
            ast.parse(text)
        return text

    def _urls(self) -> Iterator[tuple[int, int, str]]:
        for node in walk_strings(self.tree):
            if node in self._inside:
                continue
            start, end = self._span(node)
            source = self.text[start:end]
            if node in self._bases:
                yield start, end, source.replace(MARKER, self._new_marker())
                continue
            if node in self._ends:
                tail = self._ends[node]
                head, _, rest = source.rpartition(f"/{tail}")
                yield start, end, f"{head}/{_TAILS[tail]}{rest}"
                continue
            said = source.lower().encode("utf-8", "replace")
            found = list(_ROUTE.finditer(source))
            if not found and not any(needle in said for needle in NEEDLES):
                if _ENDPOINT_WORD in source:
                    raise NotUnderstoodError("the end of a legacy URL stands alone")
                yield from self._json(node, start, end)
                continue
            if len(found) != 1 or source.lower().count(MARKER.partition("/")[0]) != 1:
                raise NotUnderstoodError("it speaks of AutoRAG in a way that is not understood")
            if found[0]["tail"] not in self.endpoints:
                raise NotUnderstoodError("it answers for a route that the module does not call")
            yield start + found[0].start(), start + found[0].end(), self._new_route(found[0])

    def _new_route(self, found: re.Match[str]) -> str:
        return f"{self._new_marker()}/{found['name']}/{_TAILS[found['tail']]}"

    def _new_marker(self) -> str:
        prefix = _NEW_MARKERS[self.settings.route]
        return prefix.replace("{namespace}", self.settings.namespace)

    def _json(self, node: ast.AST, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """An answer that is written as JSON."""
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and said.lstrip().startswith(("data:", "event:")):
            raise NotUnderstoodError("an answer is a stream")
        if not isinstance(said, str) or not said.lstrip().startswith("{"):
            return
        try:
            value = json.loads(said)
            parsed = ast.parse(repr(value), mode="eval").body
        except (ValueError, SyntaxError, RecursionError):
            return
        if is_refusal(parsed) and new_refusal(value) is not value:
            new = new_refusal(value)
        elif is_answer(parsed):
            new = new_answer(self._endpoint(node, parsed), value)
        elif is_question(parsed):
            raise NotUnderstoodError("a question that is expected is written as JSON")
        elif is_piece(parsed) and not is_refusal(parsed):
            raise NotUnderstoodError("it has a part of an answer by itself")
        else:
            return
        made = like(said, new)
        if "\\" in made or "'" in made or "\n" in made:
            raise NotUnderstoodError("an answer's JSON cannot be written in quotes")
        yield start, end, f"'{made}'"

    def _dicts(self) -> Iterator[tuple[int, int, str]]:
        inside = self._inside
        for node in ast.walk(self.tree):
            if node in inside or not isinstance(node, ast.Dict):
                self._refuse_pieces(node)
                continue
            new = self._new(node)
            if new is None:
                continue
            inside.update(ast.walk(node))
            value, holes = new
            start, end = self._span(node)
            old = self.text[start:end]
            if "#" in old:
                raise NotUnderstoodError("a comment stands in an answer")
            line = self.text[self._lines[node.lineno - 1] : start]
            indent = line[: len(line) - len(line.lstrip())]
            rest = self.text[end:].partition("\n")[0].rstrip("\r")
            # What was on one long line may stay on one.
            room = max(_WIDTH - len(line) - len(rest), end - start if "\n" not in old else 0)
            new_source = holes.source(value, self._quote, indent, room)
            yield start, end, new_source.replace("\n", self._newline)

    def _refuse_pieces(self, node: ast.AST) -> None:
        """A part of an answer that is read or set by itself."""
        key: ast.AST | None = None
        if isinstance(node, ast.Subscript):
            key = node.slice
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"get", "pop"}:
            key = node.args[0] if node.args else None
        if isinstance(key, ast.Constant) and key.value == RESULT:
            raise NotUnderstoodError("a part of an answer is read or set by itself")

    def _new(self, node: ast.Dict) -> tuple[Any, Holes] | None:
        holes = Holes(self.text)
        if is_answer(node):
            if not self._is_ours(node):
                self._inside.update(ast.walk(node))
                return None
            return new_answer(self._endpoint(node, node), holes.value(node)), holes
        if is_refusal(node):
            value = holes.value(node)
            new = new_refusal(value)
            return None if new is value else (new, holes)
        if is_question(node) and is_expected(node, self.parents, self.text):
            question = holes.value(node)
            return new_question(self._endpoint(node, None), question, self.settings), holes
        if is_piece(node) and not self._is_compared(node):
            raise NotUnderstoodError("it has a part of an answer by itself")
        return None

    def _is_compared(self, node: ast.AST) -> bool:
        """Whether a dict is what the module's own function should give."""
        above: ast.AST | None = node
        while isinstance(above, ast.Dict | ast.List | ast.Tuple):
            above = self.parents.get(above)
        return isinstance(above, ast.Compare)

    def _is_ours(self, node: ast.AST) -> bool:
        """Whether the call that a dict stands in names no other URL."""
        url = self._url_beside(node)
        return url is None or MARKER in url or "://" not in url

    def _endpoint(self, node: ast.AST, answer: ast.AST | None) -> Endpoint:
        """The route that a body belongs to: by the URL beside it, else by what the module calls."""
        url = self._url_beside(node) or ""
        found = _ROUTE.search(url)
        if found is not None:
            return ENDPOINTS[found["tail"]]
        for routes in (self._routes_of_uses(node), self._routes_around(node)):
            if len(routes) == 1:
                return ENDPOINTS[routes.pop()]
        if len(self.endpoints) != 1:
            raise NotUnderstoodError("it is not clear which call an answer or a question is for")
        (name,) = self.endpoints
        if answer is not None and has_text(answer) != (name == _ENDPOINT_WORD):
            raise NotUnderstoodError("an answer is not of the route that the module calls")
        return ENDPOINTS[name]

    def _routes_around(self, node: ast.AST) -> set[str]:
        """The routes of the URLs in the function that a body stands in."""
        above: ast.AST | None = node
        while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            above = self.parents.get(above)
        said = (self._said(each) for each in ast.walk(above or node) if isinstance(each, ast.expr))
        found = (_ROUTE.search(each) for each in said if each is not None)
        return {each["tail"] for each in found if each is not None}

    def _routes_of_uses(self, node: ast.AST) -> set[str]:
        """The routes beside all places where the name of a constant is used, or none of them."""
        parent = self.parents.get(node)
        targets = parent.targets if isinstance(parent, ast.Assign) else []
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            return set()
        name, routes = targets[0].id, set()
        for each in ast.walk(self.tree):
            if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load):
                found = _ROUTE.search(self._url_beside(each) or "")
                if found is None:
                    return set()
                routes.add(found["tail"])
        return routes

    def _url_beside(self, node: ast.AST) -> str | None:
        """The source of the URL in the call around a dict, also where a constant holds it."""
        above: ast.AST | None = node
        while above is not None and not isinstance(above, ast.stmt):
            if isinstance(above, ast.Call):
                given = [*above.args, *(each.value for each in above.keywords if each.arg == "url")]
                for each in given:
                    said = self._said(each)
                    if said is not None and "/" in said:
                        return said
            above = self.parents.get(above)
        return None

    def _said(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            for other in ast.walk(self.tree):
                if isinstance(other, ast.Assign) and any(
                    isinstance(target, ast.Name) and target.id == node.id
                    for target in other.targets
                ):
                    return self._said(other.value) if other.value is not node else None
            return None
        if node in self._put_together:
            return f"{MARKER}/any/{self._put_together[node]}"
        if isinstance(node, ast.BinOp | ast.JoinedStr | ast.Constant):
            return self._source(node)
        return None

    def _source(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self.text[start:end]

    def _span(self, node: Any) -> tuple[int, int]:
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
        )

    def _offset(self, line: int, column: int) -> int:
        start = self._lines[line - 1]
        return start + len(self.text[start:].encode()[:column].decode())
