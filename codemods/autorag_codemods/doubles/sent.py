"""What a test says about the request that it saw: understood, or the test is left alone."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .answers import NotUnderstoodError, is_question
from .given import called

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_statements", "is_expected", "walk_strings"]

_SEEN = frozenset(
    {
        *("call_args", "call_args_list", "mock_calls", "method_calls", "calls", "last_request"),
        *("await_args", "await_args_list", "request_history", "get_request", "get_requests"),
        *("request",),
    }
)
"""Attributes that hand out what was sent."""
_PAIR = 2
_COMPARING = frozenset(
    {
        *("assert_called_with", "assert_called_once_with", "assert_any_call", "assert_has_calls"),
        *("assert_awaited_with", "assert_awaited_once_with"),
    }
)
_BODY = re.compile(
    r"json\.loads\([\w.\[\]\-]*\.request\.(?:body|content)\)"
    r"|[\w.\[\]\-]*(?:last_request|request_history\[-?\d+\])\.json\(\)"
    r"""|[\w.\[\]\-]*\[["']json["']\]"""
)
_URL = re.compile(
    r"[\w.\[\]\-]*\.request\.url|str\([\w.\[\]\-]*\.request\.url\)|[\w.\[\]\-]*last_request\.url"
    r"|[\w.\[\]\-]*call_args(?:\.args)?(?:\[0\])?\[0\]"
)
_HARMLESS = re.compile(
    r"""[\w.\[\]\-"']*(?:\.headers\[[^\]]*\]|\[["'](?:headers|timeout)["']\](?:\[[^\]]*\])?)"""
    r"|len\([\w.]*calls?(?:_args_list)?\)|len\([\w.]*request_history\)|[\w.]*\.request\.method"
)


def is_expected(node: ast.Dict, parents: dict[ast.AST, ast.AST], text: str) -> bool:
    """Whether a dict is compared with the body that was sent."""
    above = parents[node]
    if isinstance(above, ast.Compare):
        other = above.left if above.left is not node else above.comparators[0]
        said = ast.get_source_segment(text, other) or ""
        single = len(above.ops) == 1 and isinstance(above.ops[0], ast.Eq)
        return single and _BODY.fullmatch(said) is not None
    if isinstance(above, ast.Call):
        return called(above) == "json_params_matcher" and above.args[:1] == [node]
    if isinstance(above, ast.keyword):
        call = parents[above]
        named = isinstance(call, ast.Call) and called(call)
        return above.arg == "json" and named in {*_COMPARING, "call"}
    return False


def check_statements(tree: ast.Module, parents: dict[ast.AST, ast.AST], text: str) -> None:
    """Look at every place that is handed what was sent.

    Raises:
        NotUnderstoodError: One is not understood.
    """
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _SEEN and not _is_part(node, parents):
            bound |= _handed(node, parents, text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _compared(node)
        if isinstance(node, ast.Name) and node.id in bound and isinstance(node.ctx, ast.Load):
            _check(node, parents, text)


def _compared(call: ast.Call) -> None:
    """A call that compares what was sent must be given the question as it is."""
    name = called(call)
    bodies = [each.value for each in call.keywords if each.arg in {"json", "data", "content"}]
    if name == "json_params_matcher":
        bodies = call.args[:1] or [call]
    elif name not in {*_COMPARING, "call"}:
        return
    elif any(not isinstance(each, ast.Constant | ast.JoinedStr | ast.Name) for each in call.args):
        raise NotUnderstoodError("what is expected is not understood")
    if not all(is_question(each) for each in bodies):
        raise NotUnderstoodError("what is expected is not understood")


def _is_part(node: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether another of these attributes is read of it, which is looked at in its place."""
    above: ast.AST = node
    while isinstance(parents.get(above), ast.Attribute | ast.Subscript):
        above = parents[above]
        if isinstance(above, ast.Attribute) and above.attr in _SEEN:
            return True
    return False


def _handed(node: ast.Attribute, parents: dict[ast.AST, ast.AST], text: str) -> set[str]:
    """The names that `url, arguments = post.call_args` binds; else the use must be understood."""
    statement = parents[node]
    if isinstance(statement, ast.Assign) and statement.value is node and node.attr == "call_args":
        target = statement.targets[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == _PAIR:
            return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
    _check(node, parents, text)
    return set()


def _check(node: ast.expr, parents: dict[ast.AST, ast.AST], text: str) -> None:
    compare = _comparison(node, parents)
    if compare is not None:
        sides = [compare.left, *compare.comparators]
        mine = next(each for each in sides if node in set(ast.walk(each)))
        other = next(each for each in sides if each is not mine)
        said = ast.get_source_segment(text, mine) or ""
        if _HARMLESS.fullmatch(said):
            return
        if _BODY.fullmatch(said) and is_question(other) and isinstance(compare.ops[0], ast.Eq):
            return
        is_url = _URL.fullmatch(said) or (isinstance(mine, ast.Name) and mine is node)
        if is_url and isinstance(other, ast.Constant | ast.JoinedStr | ast.Name):
            return
    above = parents.get(node)
    if isinstance(above, ast.Attribute) and above.attr in {"endswith", "startswith"}:
        return  # a name that holds the URL
    raise NotUnderstoodError("it looks at the request in a way that is not understood")


def _comparison(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.Compare | None:
    above: ast.AST | None = node
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Compare):
            return above if len(above.ops) == 1 else None
        above = parents.get(above)
    return None


def walk_strings(tree: ast.Module) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Every string that is no docstring; an f-string as a whole."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.JoinedStr):
            skipped.update(each for each in ast.walk(node) if each is not node)
        if node in skipped:
            continue
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text or isinstance(node, ast.JoinedStr):
            yield node  # type: ignore[misc]  # as was asked
