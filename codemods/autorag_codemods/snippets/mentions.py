"""The names that the other code of a page may take from a block of Python, or change in it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from autorag_codemods.traces.lexer import Lexed

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["mentioned"]

# fmt: off
_OTHER_LANGUAGES = frozenset((
    "sh", "bash", "shell", "zsh", "fish", "ksh", "curl", "console", "shell-session", "terminal",
    "text", "txt", "plaintext", "plain", "output", "powershell", "ps1", "pwsh", "bat", "cmd", "dos",
    "json", "jsonc", "json5", "jsonl", "yaml", "yml", "toml", "ini", "cfg", "env", "dotenv",
    "properties", "xml", "html", "css", "sql", "diff", "patch", "http", "makefile", "dockerfile",
    "docker", "nginx", "hcl", "csv", "javascript", "js", "jsx", "mjs", "typescript", "ts", "tsx",
    "go", "golang", "rust", "java", "kotlin", "ruby", "php", "c", "cpp", "csharp", "swift", "scala",
    "lua", "perl", "mermaid", "graphql",
))
# fmt: on
_PROMPT = re.compile(r"^[ \t]*>>>(?: |$)", re.MULTILINE)
_CONTINUED = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)(?P<code>.*)")
_COMMAND = re.compile(
    r"^[ \t]*(?:\$ .*"
    r"|(?:pip3?|python3?|uv|pipx|poetry|curl|cd|export|git|npm|npx)[ \t]+[\w./$-].*)$",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d]\w*")
# With these a program may read any name.
_ANY = frozenset(
    ("eval", "exec", "globals", "locals", "vars", "dir", "getattr", "setattr", "delattr")
)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LATE = (*_FUNCTIONS, ast.Lambda, ast.GeneratorExp)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)


def mentioned(own: str, others: Iterable[tuple[str, str, bool]]) -> set[str]:
    """The names that other blocks of a page may read from a block, or give another value.

    A name that a block binds itself before it reads it is none, nor is a word of a comment, of a
    string or of a command.

    Args:
        own: The text of the block.
        others: The other blocks: their texts, their languages, and whether they stand in a line.
    """
    late = _read_late(own)
    found: set[str] = set()
    for text, language, inline in others:
        if inline:
            found |= _of_expression(text.strip())
        elif _PROMPT.search(text):
            read, bound = _names(_session(text))
            found |= read | (bound & late)
        elif language not in _OTHER_LANGUAGES:
            read, bound = _names(text if _parsed(text) else _COMMAND.sub("", text))
            found |= read | (bound & late)
    return found


def _session(text: str) -> str:
    lines = (_CONTINUED.match(line) for line in text.splitlines())
    return "\n".join(line["code"] for line in lines if line)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _of_expression(text: str) -> set[str]:
    """The names of code within a line: prose speaks of an answer there, and of options."""
    tree = _parsed(text)
    match tree.body if tree else []:
        case [ast.Expr(value=value)] if not isinstance(value, ast.UnaryOp):
            return _names(text)[0]
    return set()


def _names(text: str) -> tuple[set[str], set[str]]:
    """The names that a text may take from another block, and those that it binds."""
    tree = _parsed(text)
    if tree is None:
        lexed = Lexed(text)
        words = {each[0] for each in _WORD.finditer(text) if lexed.at(each.start()) is None}
        return words, words
    reader = _Reader()
    try:
        reader.block(tree.body, frozenset())
    except RecursionError:
        reader.read |= _ANY
    if reader.read & _ANY:
        # Names may be made of strings.
        words = set(_WORD.findall(text))
        return words, words
    return reader.read, reader.bound


def _read_late(text: str) -> set[str]:
    """The names that functions of a block read when they are called: they may have changed."""
    tree = _parsed(text)
    if tree is None:
        return set(_WORD.findall(text))
    return {
        inside.id
        for node in ast.walk(tree)
        if isinstance(node, _LATE)
        for inside in ast.walk(node)
        if isinstance(inside, ast.Name)
    }


class _Reader:
    """Collects the names that a block may read before it binds them, and those that it binds."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()

    def block(self, body: Iterable[ast.stmt], known: frozenset[str]) -> frozenset[str]:
        """Go through statements; the names that are bound for certain behind them."""
        for statement in body:
            known = self._statement(statement, known)
        return known

    def _statement(self, node: ast.stmt, known: frozenset[str]) -> frozenset[str]:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._function(node, known)
                return known | {name}
            case ast.ClassDef(name=name):
                self._look(node, known)
                return known | {name}
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                given = {(each.asname or each.name).partition(".")[0] for each in names}
                self.bound |= given
                return known | given
            case ast.Assign(targets=targets, value=value):
                self._look(value, known)
                return known.union(*(self._bind(each, known) for each in targets))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._look(node.annotation, known)
                self._look(value, known)
                return known | self._bind(target, known)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self._look(item.context_expr, known)
                    if item.optional_vars:
                        known |= self._bind(item.optional_vars, known)
                return self.block(body, known)
        self._branches(node, known)
        return known

    def _branches(self, node: ast.stmt, known: frozenset[str]) -> None:
        """Go through what binds nothing for certain."""
        match node:
            case ast.For(target=target, iter=over) | ast.AsyncFor(target=target, iter=over):
                self._look(over, known)
                self.block(node.body, known | self._bind(target, known))
                self.block(node.orelse, known)
            case (
                ast.If(test=test, body=body, orelse=rest)
                | ast.While(test=test, body=body, orelse=rest)
            ):
                self._look(test, known)
                self.block(body, known)
                self.block(rest, known)
            case ast.Try(body=body, handlers=handlers, orelse=rest, finalbody=final):
                self.block(rest, self.block(body, known))
                for each in handlers:
                    self._look(each, known | {each.name} if each.name else known)
                self.block(final, known)
            case _:
                self._look(node, known)

    def _bind(self, target: ast.expr, known: frozenset[str]) -> set[str]:
        """The names of a target; what it reads, as in ``rows[n] = …``, is read."""
        self._look(target, known)
        return _stored(target)

    def _look(self, node: ast.AST, known: frozenset[str]) -> None:
        inside = list(ast.iter_child_nodes(node))
        match node:
            case ast.Name(id=name):
                self._name(name, node.ctx, known)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._name(name, ast.Load(), known)
            case ast.Attribute(attr=name):
                self.read.add(name)  # it may be one of a class, or of an instance
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, known)
                return
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                first, *others = node.generators
                self._look(first.iter, known)
                known = known.union(*(_stored(each.target) for each in node.generators))
                parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                inside = [*parts, first.target, *first.ifs, *others]
            case ast.ClassDef(name=name, body=body):
                # A subclass may have members of the same name.
                self.bound.add(name)
                self.read |= {each.name for each in body if isinstance(each, _FUNCTIONS)}
                self.read.update(
                    *(_stored(each) for each in body if not isinstance(each, _FUNCTIONS))
                )
            case _:
                self._said(node)
        for child in inside:
            self._look(child, known)

    def _name(self, name: str, context: ast.expr_context, known: frozenset[str]) -> None:
        if isinstance(context, ast.Store):
            self.bound.add(name)
        elif name not in known:
            self.read.add(name)

    def _said(self, node: ast.AST) -> None:
        """Take note of names that stand in a node as texts."""
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self.read.update(names)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self.bound.add(name)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, known: frozenset[str]
    ) -> None:
        """Go through a function: it may run when what is known now is another thing."""
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        arguments += filter(None, (given.vararg, given.kwarg))
        for each in (*given.defaults, *filter(None, given.kw_defaults)):
            self._look(each, known)
        own = {each.arg for each in arguments}
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        if not isinstance(node, ast.Lambda):
            self.bound.add(node.name)
            notes = (node.returns, *(each.annotation for each in arguments))
            for outside in (*node.decorator_list, *filter(None, notes)):
                self._look(outside, known)
            own |= set().union(*map(_local, body)) - _declared(node)
        for inside in body:
            self._look(inside, frozenset(own))


def _stored(top: ast.AST) -> set[str]:
    """The names that are stored to anywhere in it."""
    names = (node for node in ast.walk(top) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _local(node: ast.AST) -> set[str]:
    """The names that a statement of a function makes names of that function."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, (*_LATE, *_COMPREHENSIONS, ast.ClassDef)):
        return {node.name} if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else set()
    return set().union(*map(_local, ast.iter_child_nodes(node)))


def _declared(function: ast.AST) -> set[str]:
    """The names that a function says are not its own."""
    declared = (node for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)))
    return {name for node in declared for name in node.names}
