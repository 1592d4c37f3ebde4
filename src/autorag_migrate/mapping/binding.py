"""The Workers binding: calls, errors and what a Worker's configuration needs."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "BINDING",
    "BINDING_ERRORS",
    "BINDING_METHODS",
    "BINDING_NAMES",
    "WORKER_NEEDS",
    "BindingCall",
]


class BindingCall(NamedTuple):
    """What a piece of a Worker becomes."""

    what: str
    legacy: str
    new: str


BINDING: Final = (
    BindingCall(
        "configuration",
        '[ai] binding = "AI"',
        '[[ai_search_namespaces]] binding = "AI_SEARCH", namespace = "default"',
    ),
    BindingCall("instance", 'env.AI.autorag("name")', 'env.AI_SEARCH.get("name")'),
    BindingCall("search", ".search({…})", ".search({…})"),
    BindingCall("answer", ".aiSearch({…})", ".chatCompletions({…})"),
    BindingCall("stream: true gives", "a Response", "a ReadableStream"),
)

BINDING_NAMES: Final = {"AI": "AI_SEARCH", "autorag": "get"}
"""The binding of the environment that is usual, and its method that gives an instance."""

BINDING_METHODS: Final = {
    "search": ("search", "search"),
    "aiSearch": ("ai-search", "chatCompletions"),
}
"""An instance's methods, each with the legacy route that it stands for and its new name."""

BINDING_ERRORS: Final = {
    "AutoRAGNotFoundError": "AiSearchNotFoundError",
    "AutoRAGUnauthorizedError": "AiSearchError",
    "AutoRAGNameNotSetError": "AiSearchError",
    "AutoRAGInternalError": "AiSearchInternalError",
}
"""Error classes of the binding; those without a twin of their own become the base class."""

WORKER_NEEDS: Final = {"wrangler": "4.68.1", "compatibility date": "2026-03-27"}
