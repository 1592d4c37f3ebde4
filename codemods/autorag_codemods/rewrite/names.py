"""Where the names of a program are bound and used, and which definition a use of one means.

This is about what is written, not about values: a name counts only where the whole program binds
it at one place, so that no order and no condition matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from autorag_codemods.program.tree import children, dotted, unmangled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autorag_codemods.program import FindModule, Parents

__all__ = ["Definition", "Names"]

_BINDERS = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)
_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.Module)


class Definition(NamedTuple):
    """The one place that gives a name: an assignment of a value, or a function.

    Attributes:
        name: The name as it is bound there.
        node: The statement.
        body: What the name's value is made of.
        scope: The function, the class or the module that it stands in.
        is_attribute: Whether uses ask an object for it: ``self.url``, ``Config.URL``.
        is_only: Whether nothing else binds the name.
        imported: The aliases that bring it to the use, the last one first.
    """

    name: cst.Name
    node: cst.Assign | cst.AnnAssign | cst.FunctionDef
    body: cst.CSTNode
    scope: cst.CSTNode
    is_attribute: bool
    is_only: bool = True
    imported: tuple[cst.ImportAlias, ...] = ()


class Names:
    """The names of a program.

    Attributes:
        used: The places where a name is read as such.
        asked: The places where an attribute of this name is read.
        words: All names that stand anywhere.
    """

    def __init__(
        self, parents: Parents, modules: Iterable[tuple[str, cst.Module]], find: FindModule
    ) -> None:
        self.used: dict[str, list[cst.Name]] = {}
        self.asked: dict[str, list[cst.Attribute]] = {}
        self.words: set[str] = set()
        self._parents, self._find = parents, find
        self._bound: dict[str, list[cst.Name]] = {}
        self._stored: dict[str, list[cst.Attribute]] = {}
        self._aliases: dict[str, list[cst.ImportAlias]] = {}
        self._paths = {module: path for path, module in modules}
        self._modules = {path: module for module, path in self._paths.items()}
        for module in self._paths:
            self._collect(module)

    # Where names stand

    def _collect(self, module: cst.Module) -> None:
        targets: set[int] = set()
        todo: list[cst.CSTNode] = [module]
        while todo:
            node = todo.pop()
            if isinstance(node, (cst.Import, cst.ImportFrom)):
                self._imports(node)
                continue
            for target in _targets(node):
                targets.add(id(target))
            match node:
                case cst.Name():
                    self.words.add(node.value)
                    table = self._bound if id(node) in targets else self.used
                    for name in {node.value, unmangled(node.value)}:
                        table.setdefault(name, []).append(node)
                case cst.Attribute(attr=attr, value=value):
                    self.words.add(attr.value)
                    kind = self._stored if id(node) in targets else self.asked
                    for name in {attr.value, unmangled(attr.value)}:
                        kind.setdefault(name, []).append(node)
                    todo.append(value)
                case cst.Arg(value=value):
                    if node.keyword is not None:
                        self.words.add(node.keyword.value)
                    todo.append(value)
                case _:
                    todo += children(node)

    def _imports(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node, cst.ImportFrom) and node.module is not None:
            self.words.update(dotted(node.module).split("."))
        if isinstance(node.names, cst.ImportStar):
            self.words.add("*")
            return
        for alias in node.names:
            self.words.update(dotted(alias.name).split("."))
            bound: cst.BaseExpression = alias.name if alias.asname is None else alias.asname.name
            while isinstance(bound, cst.Attribute):
                bound = bound.value
            if isinstance(bound, cst.Name):
                self.words.add(bound.value)
                self._bound.setdefault(bound.value, []).append(bound)
                self._aliases.setdefault(bound.value, []).append(alias)

    def path(self, node: cst.CSTNode) -> str:
        """The path of the module that a node stands in."""
        return self._paths[self._parents.module(node)]

    def scope(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function, class or module that binds what is bound at a node."""
        above = self._parents.above(node)
        found = next(each for each in above if isinstance(each, _SCOPES))
        if isinstance(found, (cst.FunctionDef, cst.ClassDef)) and found.name is node:
            return next(each for each in self._parents.above(found) if isinstance(each, _SCOPES))
        return found

    def is_passed_on(self, alias: cst.ImportAlias, name: str) -> bool:
        """Whether another module takes an imported name from the one that imports it."""
        module = self._parents.module(alias)
        return any(self._origin(each) is module for each in self.imports_of(name)) or any(
            isinstance(each.value, cst.Name) and self._module_of(each.value) is module
            for each in self.asked.get(name, ())
        )

    def imports_of(self, name: str) -> list[cst.ImportAlias]:
        """The imports that bind a name, in all modules."""
        return self._aliases.get(name, [])

    def functions(self, name: str) -> Iterator[cst.FunctionDef]:
        """The functions and methods of a name, in all modules."""
        for bound in self._bound.get(name, ()):
            node = self._parents.of(bound)
            if isinstance(node, cst.FunctionDef):
                yield node

    def is_stored(self, name: str) -> bool:
        """Whether anything is given an attribute of this name."""
        return name in self._stored

    # What a use means

    def meant(self, node: cst.Name | cst.Attribute) -> list[Definition]:
        """The definition that a use of a name means; several for a local name, none in doubt."""
        if isinstance(node, cst.Name):
            return self._named(node)
        bases = self._module_of(node.value) if isinstance(node.value, cst.Name) else None
        if bases is not None:
            return self._of_module(bases, node.attr.value)
        return self._attribute(unmangled(node.attr.value))

    def _named(self, node: cst.Name) -> list[Definition]:
        module = self._parents.module(node)
        bound = [
            each for each in self._bound.get(node.value, ()) if self._parents.module(each) is module
        ]
        above = list(self._parents.above(node))
        if len(bound) != 1:
            return self._locals(above, bound)
        scope = self.scope(bound[0])
        if isinstance(scope, cst.ClassDef) and self.scope(node) is not scope:
            return []  # the name is another one below its class
        if scope not in above:
            return []
        alias = next(
            (
                each
                for each in self._aliases.get(node.value, ())
                if self._parents.module(each) is module
            ),
            None,
        )
        if alias is not None:
            return self._imported(alias)
        return self._definition(bound[0], isinstance(scope, cst.ClassDef))

    def _locals(self, above: list[cst.CSTNode], bound: list[cst.Name]) -> list[Definition]:
        """A name that several functions have: all that the one around gives it."""
        function = next((each for each in above if isinstance(each, cst.FunctionDef)), None)
        if function is None:
            return []
        if any(isinstance(self._parents.of(each), cst.NameItem) for each in bound):
            return []  # another function may bind it anew
        own = [each for each in bound if self.scope(each) is function]
        found = [each for one in own for each in self._definition(one, is_attribute=False)]
        if len(found) < len(own):
            return []
        return [each._replace(is_only=len(own) == 1) for each in found]

    def _definition(self, name: cst.CSTNode, is_attribute: bool) -> list[Definition]:
        """What binds a name or an attribute, if it is a plain statement."""
        target = self._parents.of(name)
        node = self._parents.of(target) if isinstance(target, cst.AssignTarget) else target
        bound = name.attr if isinstance(name, cst.Attribute) else name
        if not isinstance(bound, cst.Name):
            return []
        scope = self.scope(name)
        match node:
            case cst.Assign(targets=[_], value=value):
                return [Definition(bound, node, value, scope, is_attribute)]
            case cst.AnnAssign(value=cst.BaseExpression() as value, target=at) if at is name:
                return [Definition(bound, node, value, scope, is_attribute)]
            case cst.FunctionDef() if node.name is name:
                return [Definition(bound, node, node.body, scope, is_attribute)]
        return []

    def _imported(self, alias: cst.ImportAlias) -> list[Definition]:
        module = self._origin(alias)
        if module is None or not isinstance(alias.name, cst.Name) or alias.asname is not None:
            return []
        found = self._of_module(module, alias.name.value)
        return [each._replace(imported=(alias, *each.imported)) for each in found]

    def _origin(self, alias: cst.ImportAlias) -> cst.Module | None:
        """The module of the program that a name is imported from."""
        statement = self._parents.of(alias)
        if not isinstance(statement, cst.ImportFrom):
            return None
        name = dotted(statement.module) if statement.module is not None else ""
        path = self._find(self.path(alias), name, len(statement.relative))
        return self._modules.get(path) if path else None

    def _of_module(self, module: cst.Module, name: str) -> list[Definition]:
        """A name of a module, which it binds once."""
        bound = [each for each in self._bound.get(name, ()) if self._parents.module(each) is module]
        if len(bound) != 1 or self.scope(bound[0]) is not module:
            return []
        alias = next(
            (each for each in self._aliases.get(name, ()) if self._parents.module(each) is module),
            None,
        )
        if alias is not None:
            return self._imported(alias)
        return self._definition(bound[0], is_attribute=False)

    def _module_of(self, node: cst.Name) -> cst.Module | None:
        """The module of the program that a name stands for."""
        module = self._parents.module(node)
        for alias in self._aliases.get(node.value, ()):
            statement = self._parents.of(alias)
            if self._parents.module(alias) is not module:
                continue
            name, level = dotted(alias.name), 0
            if isinstance(statement, cst.ImportFrom):
                base = dotted(statement.module) if statement.module is not None else ""
                name, level = f"{base}.{name}".lstrip("."), len(statement.relative)
            path = self._find(self.path(node), name, level)
            if path:
                return self._modules.get(path)
        return None

    def _attribute(self, name: str) -> list[Definition]:
        """The one place of the whole program that gives an attribute of this name."""
        stored: list[cst.CSTNode] = [*self._stored.get(name, ())]
        for each in self._bound.get(name, ()):
            if isinstance(self.scope(each), cst.ClassDef):
                stored.append(each)
            elif isinstance(self.scope(each), cst.Module):
                return []  # it may be asked of a module
        if len(stored) != 1:
            return []
        return [
            each
            for each in self._definition(stored[0], is_attribute=True)
            if not isinstance(stored[0], cst.Attribute) or self._is_of_self(stored[0])
        ]

    def _is_of_self(self, node: cst.Attribute) -> bool:
        """Whether it is an attribute of a method's first parameter."""
        method = self.scope(node)
        if not isinstance(method, cst.FunctionDef) or method.decorators:
            return False
        params = [*method.params.posonly_params, *method.params.params]
        is_method = isinstance(self.scope(method.name), cst.ClassDef)
        return is_method and bool(params) and dotted(node.value) == params[0].name.value

    def owner(self, definition: Definition) -> cst.ClassDef | None:
        """The class whose instances have what is defined."""
        scope: cst.CSTNode = definition.scope
        if isinstance(scope, cst.FunctionDef) and definition.is_attribute:
            scope = self.scope(scope.name)
        return scope if isinstance(scope, cst.ClassDef) else None


def _targets(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The names and attributes that a node itself binds."""
    match node:
        case cst.Param() | cst.FunctionDef() | cst.ClassDef():
            yield node.name
        case cst.AsName():
            yield from _flat(node.name)
        case cst.NameItem() | cst.MatchAs() | cst.MatchStar() if node.name is not None:
            yield node.name
        case cst.MatchMapping(rest=cst.Name() as rest):
            yield rest
        case cst.Del(target=target):
            yield from _flat(target)
        case _ if isinstance(node, _BINDERS):
            yield from _flat(node.target)


def _flat(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    match node:
        case cst.Name() | cst.Attribute():
            yield node
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _flat(element.value)
        case cst.StarredElement(value=value):
            yield from _flat(value)
