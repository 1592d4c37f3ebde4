"""What is said of the variables: which values change, and why the others stay."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from autorag_codemods.report.model import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from autorag_codemods.report.model import Trace

    from .settings import Setting, Variables

__all__ = ["set_anew", "told"]


def set_anew(variables: Variables, moved: AbstractSet[Setting]) -> Iterator[Finding]:
    """What the owner of the configuration has to do for each value that changes."""
    for variable in variables.moving:
        for setting in variable.settings:
            if setting in moved:
                text = f"{variable.name} gets a new URL: set it anew wherever else it is set"
                column = setting.start - variables.files[setting.path].text.rfind(
                    "\n", 0, setting.start
                )
                yield Finding("AR145", text, Place(setting.path, setting.line, column))


def told(
    traces: Iterable[Trace], staying: Mapping[str, str], moved: AbstractSet[Setting]
) -> Iterator[Trace]:
    """The traces of a run, with what becomes of those that are values of variables."""
    lines = {(setting.path, setting.line) for setting in moved}
    for trace in traces:
        if trace.code == "AR174" and (trace.place.path, trace.place.line) in lines:
            text = "a part of a call's URL: it changes with the code that reads it"
            yield replace(trace, kind="site", code="AR101", text=text, open=False, edited=True)
            continue
        found = re.search(r" \((\w+)[,)]", trace.text) if trace.code == "AR174" else None
        reason = staying.get(found[1]) if found is not None else None
        yield replace(trace, text=f"{trace.text}; it stays: {reason}") if reason else trace
