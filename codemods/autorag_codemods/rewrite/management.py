"""The calls that manage an instance: what else than the URL and the reads is to change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from autorag_codemods.program import Block, Site

from .quotes import quote_of, quoted

if TYPE_CHECKING:
    from autorag_migrate.mapping import Route

    from .edits import Editor

__all__ = ["edit_management"]


def edit_management(editor: Editor, site: Site, route: Route) -> Block | None:
    """Register the edit of the method; what stands in its way otherwise."""
    send = site.send
    if send.method != route.legacy_method:
        return Block("AR111", "its method is not that of the route", send.call)
    if send.body is not None:
        return Block("AR121", "it manages the instance with a body of its own", send.body)
    if route.new_method == route.legacy_method:
        return None
    if site.context:
        # A helper that sends may be called for other services as well.
        return Block("AR121", "its method is written in a helper", send.call)
    word = _word(send.call, route.legacy_method)
    if word is None:
        return Block("AR121", "its method is not written in the call", send.call)
    editor.replace(word, {site}, partial(_spelled, word, route.new_method))
    return None


def _word(call: cst.Call, method: str) -> cst.Name | cst.SimpleString | None:
    """Where a call says its method: ``session.patch(…)``, ``request("PATCH", …)``."""
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == method.lower():
        return call.func.attr
    for argument in call.args:
        value = argument.value
        if isinstance(value, cst.SimpleString) and value.evaluated_value in {
            *(method, method.lower())
        }:
            return value
    return None


def _spelled(word: cst.Name | cst.SimpleString, method: str) -> str:
    if isinstance(word, cst.Name):
        return method.lower()
    is_upper = str(word.evaluated_value).isupper()
    return quoted(method if is_upper else method.lower(), quote_of(word))
