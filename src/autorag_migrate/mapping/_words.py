"""Words that the rows of all tables share."""

from __future__ import annotations

from typing import Literal

__all__ = ["Certainty", "Severity"]

Certainty = Literal["H", "M", "?"]
Severity = Literal["info", "changed", "lost"]
