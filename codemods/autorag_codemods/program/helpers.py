"""Helpers that send: ``_post(path, payload)``, understood for each of their calls.

What a helper sends depends on its arguments. Interpreted once for all of its calls, it would send
to an endpoint that is not known; so it is interpreted once for each, and what it sends is a site
for each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from .openness import opening
from .tree import walk
from .values import Dict, Dumped, FunctionInfo

if TYPE_CHECKING:
    from .run import Run
    from .sites import Site

__all__ = ["MOST_CONTEXTS", "mark_helpers"]

MOST_CONTEXTS = 3
"""Calls that a send may be reached through."""


def mark_helpers(run: Run) -> None:
    """Mark the functions that have to be interpreted for each of their calls."""
    for site in run.facts.sites.values():
        info = site.within
        if not site.seen or info is None or len(site.context) >= MOST_CONTEXTS:
            continue
        if opening(run, info) is None and _has_parameters(info) and _depends_on_call(site):
            run.facts.by_call.add(info)
    for key in run.facts.by_call.known():
        # What is understood for each of its calls is not asked again.
        run.facts.by_call.add(key)


def _has_parameters(info: FunctionInfo) -> bool:
    params = info.node.params
    named = len(params.posonly_params) + len(params.params) + len(params.kwonly_params)
    of_instance = info.owner is not None and "staticmethod" not in info.decorators
    return named > of_instance and not any(isinstance(node, cst.Yield) for node in walk(info.node))


def _depends_on_call(site: Site) -> bool:
    """Whether URL or payload are more than one, or not known."""
    urls, bodies = site.send.url_values, site.send.body_values
    if len(urls) != 1 or site.endpoint is None:
        return True
    if site.send.body is None:
        return False
    inner = {
        each
        for value in bodies
        for each in (value.value if isinstance(value, Dumped) else (value,))
    }
    return len(inner) != 1 or not all(isinstance(value, Dict) for value in inner)
