"""What a double is given as its answer: it must stand in the test itself."""

from __future__ import annotations

import ast

from .answers import RESULT, NotUnderstoodError, is_answer, is_refusal

__all__ = ["called", "check_given"]

_KEYWORDS = frozenset(("json", "return_value", "side_effect", "content", "body", "text", "data"))
_ATTRIBUTES = frozenset(("json", "return_value", "side_effect", "content", "text"))
_MAKERS = frozenset(("MagicMock", "Mock", "AsyncMock", "Response", "PropertyMock", "dumps"))
_REFUSED = frozenset(("add_callback", "add_passthru", "pass_through", "register_matcher"))
_MATCHERS = frozenset(("json_params_matcher", "header_matcher", "query_param_matcher"))


def check_given(tree: ast.Module) -> None:
    """Look at every value that a double answers with.

    Raises:
        NotUnderstoodError: One comes from elsewhere, or is made by a function of the request.
    """
    values = _Values(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _check_call(node, values)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in _ATTRIBUTES:
                    values.check(node.value, effect=target.attr == "side_effect")


def _check_call(call: ast.Call, values: _Values) -> None:
    name = called(call)
    if name.endswith("_matcher") and name not in _MATCHERS:
        raise NotUnderstoodError("a matcher is not understood")
    if name in _REFUSED or _is_replaced(call, name):
        raise NotUnderstoodError("an answer is made from the request")
    for keyword in call.keywords:
        if keyword.arg in {None, RESULT, "additional_matcher", "callback"}:
            raise NotUnderstoodError("an answer is put together from keywords")
        if keyword.arg in _KEYWORDS and not name.startswith("assert_") and name != "call":
            values.check(keyword.value, effect=keyword.arg == "side_effect")


def called(call: ast.Call) -> str:
    """The last word of a callee."""
    return ast.unparse(call.func).rpartition(".")[2]


def _is_replaced(call: ast.Call, name: str) -> bool:
    """Whether a sender is patched with something of the test's own."""
    of_object = name == "object" and ast.unparse(call.func).endswith("patch.object")
    if name != "patch" and not of_object:
        return ast.unparse(call.func).endswith(("patch.dict", "patch.multiple"))
    given = {keyword.arg for keyword in call.keywords}
    return len(call.args) > (2 if of_object else 1) or bool({"new", "new_callable"} & given)


class _Values:
    """What the names of a test are bound to."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound: dict[str, list[ast.expr]] = {}
        self._functions: dict[str, ast.FunctionDef] = {}
        # What a name is where an argument is called alike is not known.
        self._arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._bound.setdefault(target.id, []).append(node.value)
            elif isinstance(node, ast.FunctionDef):
                self._functions[node.name] = node
        self._seen: set[str] = set()

    def check(self, node: ast.expr, *, effect: bool = False) -> None:
        """Whether a value stands in the test.

        Raises:
            NotUnderstoodError: It does not.
        """
        if effect:
            name = ast.unparse(node.func if isinstance(node, ast.Call) else node)
            if not name.endswith(("Error", "Exception", "Timeout")):
                raise NotUnderstoodError("a side effect is no exception")
            return
        if isinstance(node, ast.Dict) and (is_answer(node) or is_refusal(node)):
            return
        if isinstance(node, ast.Constant) and not isinstance(node.value, bytes):
            return
        if isinstance(node, ast.Lambda):
            self.check(node.body)
        elif isinstance(node, ast.Name) and node.id in self._bound.keys() - self._arguments:
            self._name(node.id)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in self._functions:
            self._function(ast.unparse(node.func))
        elif isinstance(node, ast.Call) and called(node) in _MAKERS:
            for each in node.args:
                self.check(each)
        else:
            raise NotUnderstoodError("an answer does not stand in the test itself")

    def _name(self, name: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            for value in self._bound[name]:
                self.check(value)

    def _function(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        for each in ast.walk(self._functions[name]):
            if isinstance(each, ast.Return) and each.value is not None:
                self.check(each.value)
            if isinstance(each, ast.Yield | ast.YieldFrom):
                raise NotUnderstoodError("an answer comes from a generator")
