"""JSON written as the JSON was that it takes the place of."""

from __future__ import annotations

import json
import re

__all__ = ["like"]

_INDENT = re.compile(r"[\[{](\r?\n)([ \t]+)")
_LAST_INDENT = re.compile(r"\n([ \t]*)[\]}]\s*$")


def like(old: str, value: object) -> str:
    """`value` with the separators, the indentation, the newlines and the escapes of `old`."""
    ascii_only = old.isascii()
    found = _INDENT.search(old)
    if found is None:
        colon = ": " if '": ' in old or '":' not in old else ":"
        comma = colon.replace(":", ",")
        made = json.dumps(value, ensure_ascii=ascii_only, separators=(comma, colon))
    else:
        newline, inner = found.groups()
        last = _LAST_INDENT.search(old)
        outer = last[1] if last else ""
        unit = inner.removeprefix(outer) or "  "
        made = json.dumps(value, ensure_ascii=ascii_only, indent=unit)
        made = made.replace("\n", newline + outer)
    # What stands behind the value: nearly always one newline or none.
    behind = old[len(old.rstrip()) :]
    return made + behind
