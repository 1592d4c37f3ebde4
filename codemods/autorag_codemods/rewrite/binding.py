"""The binding of a Worker: the environment's name, the instance and the method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Site
from autorag_codemods.program.values import Const, Dict, Dumped
from autorag_codemods.senders import WORKERS
from autorag_migrate.mapping import (
    BINDING,
    BINDING_ERRORS,
    BINDING_METHODS,
    BINDING_NAMES,
    WORKER_NEEDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autorag_codemods.program import Parents

    from .edits import Editor

__all__ = ["edit_bindings", "is_of_binding", "wrangler_change"]


def is_of_binding(site: Site) -> bool:
    """Whether a site sends through the binding of a Worker."""
    return site.send.library == WORKERS


def wrangler_change(namespace: str) -> str:
    """What a Worker's configuration needs, so that the new binding is there."""
    configuration = next(row.new for row in BINDING if row.what == "configuration")
    needs = " and ".join(f"{name} {value}" for name, value in WORKER_NEEDS.items())
    spelled = configuration.replace('"default"', f'"{namespace}"')
    return f"add to the Worker's wrangler.toml: {spelled} (needs {needs}, or later)"


def edit_bindings(
    editor: Editor, parents: Parents, sites: Iterable[Site]
) -> list[tuple[frozenset[Site], Block | None]]:
    """Register the edits of every instance: the sites of each, and what stands in their way."""
    by_instance: dict[cst.CSTNode, set[Site]] = {}
    for site in sites:
        if is_of_binding(site) and site.send.url is not None:
            by_instance.setdefault(site.send.url, set()).add(site)
    found = []
    for instance, users in by_instance.items():
        block = _instance(editor, instance, users)
        for site in users:
            block = block or _stream(site) or _errors(parents)
            _method(editor, site)
        found.append((frozenset(users), block))
    return found


def _instance(editor: Editor, node: cst.CSTNode, users: set[Site]) -> Block | None:
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Attribute(attr=binding), attr=method)) if (
            binding.value in BINDING_NAMES
        ):
            for name in (binding, method):
                editor.replace(name, users, partial(str, BINDING_NAMES[name.value]))
            return None
    return Block("AR111", "the binding is not named here as it usually is", node)


def _method(editor: Editor, site: Site) -> None:
    func = site.send.call.func
    if isinstance(func, cst.Attribute):
        _, new = BINDING_METHODS[func.attr.value]
        if new != func.attr.value:
            editor.replace(func.attr, {site}, partial(str, new))


def _stream(site: Site) -> Block | None:
    """A stream of the new binding is another object than that of the legacy one."""
    for value in site.send.body_values:
        for inner in value.value if isinstance(value, Dumped) else {value}:
            for entry in inner.made.entries.values() if isinstance(inner, Dict) else ():
                if entry.key == "stream" and entry.value != {Const(value=False, kind="bool")}:
                    return Block(
                        "AR115", "the binding gives another object for a stream", entry.where
                    )
    return None


def _errors(parents: Parents) -> Block | None:
    """The binding's errors have other names."""
    for node in parents.strings:
        if any(name in node.value for name in BINDING_ERRORS):
            return Block("AR114", "the file knows the name of an error of the legacy binding", node)
    return None
