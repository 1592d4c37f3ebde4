"""Arguments of the command line: which of them argparse may leave at None."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from . import strings

if TYPE_CHECKING:
    from .run import Run

__all__ = ["LEAVING", "NAMESPACE", "PARSER", "add"]

NAMESPACE, PARSER = "namespace", "parser"
"""What is known of the values that argparse gives, as the kind of `Unknown`."""
LEAVING = frozenset({"error", "exit"})
"""Methods of a parser that end the program."""
_OPTIONAL = frozenset({"?", "*"})
_FLAGS = frozenset({"store_true", "store_false", "count"})


def add(run: Run, node: cst.Call) -> None:
    """Note what ``parser.add_argument(…)`` says of an argument."""
    named = {a.keyword.value: a.value for a in node.args if a.keyword is not None}
    flags = [strings.plain(run.evaluate(a.value)) for a in node.args if a.keyword is None]
    texts = [flag for flag in flags if flag]
    if not texts or len(texts) < len(flags):
        return
    long = next((text for text in texts if text.startswith("--")), texts[0])
    name = long.lstrip("-").replace("-", "_")
    if "dest" in named:
        name = strings.plain(run.evaluate(named["dest"])) or name
    default = named.get("default")
    if long.startswith("-"):
        action = strings.plain(run.evaluate(named["action"])) if "action" in named else ""
        required = isinstance(given := named.get("required"), cst.Name) and given.value == "True"
        may_be_none = not required and action not in _FLAGS and not _is_given(default)
    else:
        nargs = strings.plain(run.evaluate(named["nargs"])) if "nargs" in named else ""
        may_be_none = nargs in _OPTIONAL and not _is_given(default)
    if default is not None:
        run.leave(name, run.evaluate(default))
    known = run.facts.arguments.get(name, False)
    run.facts.arguments[name] = known or may_be_none


def _is_given(default: cst.BaseExpression | None) -> bool:
    """Whether a default is written that is certainly not None."""
    return isinstance(default, (cst.Integer, cst.Float, cst.SimpleString, cst.FormattedString))
