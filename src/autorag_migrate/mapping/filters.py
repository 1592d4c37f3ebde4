"""Filter operators and what becomes of their combinations."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = [
    "FILTER_COMBINATIONS",
    "FILTER_KEYS",
    "FILTER_LIMIT",
    "FILTER_LIST_OPERATORS",
    "FILTER_OPERATORS",
    "FILTER_PREFIX_BYTES",
    "FILTER_REFUSALS",
    "FILTER_SHAPE",
    "FILTER_TIMESTAMP_KEYS",
    "FilterCombination",
    "FilterOperator",
]


class FilterOperator(NamedTuple):
    """A comparison of the legacy syntax and its operator in the new one.

    `bound` is -1 for a lower bound, 1 for an upper one, else 0.
    """

    legacy: str
    new: str
    bound: Literal[-1, 0, 1]


FILTER_OPERATORS: Final = (
    FilterOperator("eq", "$eq", 0),
    FilterOperator("ne", "$ne", 0),
    FilterOperator("gt", "$gt", -1),
    FilterOperator("gte", "$gte", -1),
    FilterOperator("lt", "$lt", 1),
    FilterOperator("lte", "$lte", 1),
)

FILTER_SHAPE: Final = {
    "type": "type",
    "key": "key",
    "value": "value",
    "filters": "filters",
    "and": "and",
    "or": "or",
}
"""The words of the legacy syntax: ``{type, key, value}`` and ``{type: and|or, filters: […]}``."""

FILTER_LIST_OPERATORS: Final = {"in": "$in", "nin": "$nin"}


class FilterCombination(NamedTuple):
    """What becomes of a combination of comparisons."""

    legacy: str
    new: str


FILTER_COMBINATIONS: Final = (
    FilterCombination("`and` over different keys", "one object with a field for each key"),
    FilterCombination("`and`, one key, different operators", '`{k: {"$gte": a, "$lt": b}}`'),
    FilterCombination("`and`, one key, two lower or two upper bounds", "the tighter bound"),
    FilterCombination("`and`, `ne` twice on one key", '`{k: {"$nin": [a, b]}}`'),
    FilterCombination(
        "`and`, `eq` beside other comparisons on one key that it satisfies", "the `eq` alone"
    ),
    FilterCombination("`or` of `eq` on one key", '`{k: {"$in": [a, b]}}`'),
    FilterCombination("`or` otherwise", "refused as the legacy API refuses it: 7015, 7016"),
    FilterCombination("`and` that holds an `or`", "its `$in`, merged with the rest; note AR210"),
    FilterCombination(
        "a contradiction (two different `eq` on one key)",
        "not translated: the client raises, an adapter leaves the call on the legacy API",
    ),
)

FILTER_KEYS: Final = ("folder", "filename", "timestamp", "modified_date")
"""The keys of the service; every other is custom metadata."""
FILTER_REFUSALS: Final = {"operator": 7015, "keys": 7016}
"""Codes of a refused ``or``; which is which is not public [?]."""
FILTER_TIMESTAMP_KEYS: Final = ("timestamp", "modified_date")
FILTER_LIMIT: Final = 2048
"""The JSON of a new filter must be shorter than this many bytes."""
FILTER_PREFIX_BYTES: Final = 64
"""Only so many UTF-8 bytes of a string compare on the new API."""
