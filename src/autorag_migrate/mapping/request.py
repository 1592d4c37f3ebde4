"""Request fields, the pins that keep their meaning, and what else a new request takes."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from ._words import Certainty

__all__ = ["MESSAGE", "NEW_OPTIONS", "PINS", "REQUEST_FIELDS", "NewOption", "Pin", "RequestField"]


class RequestField(NamedTuple):
    """One key of a legacy request body and where its value goes.

    `conversion` names what the translator does: ``copy`` the value, make it the ``question`` (the
    last message, role user) or the ``prompt`` (the first message, `system_prompt_role`), translate
    the ``filter``, or ``drop`` it. `note` is owed when the field is present (for booleans: true),
    `absent_note` when it is not.
    """

    legacy: str
    new: str | None
    endpoints: tuple[str, ...]
    kind: Literal["string", "integer", "number", "boolean", "filter"]
    conversion: Literal["copy", "question", "prompt", "filter", "drop"]
    accepts: str
    default: str
    note: str | None = None
    absent_note: str | None = None
    sure: Certainty = "H"


_BOTH = ("ai-search", "search")
_ANSWER = ("ai-search",)
_SEARCH = ("search",)

REQUEST_FIELDS: Final = (
    RequestField("query", "messages[]", _BOTH, "string", "question", "required", ""),
    RequestField(
        "system_prompt", "messages[]", _ANSWER, "string", "prompt", "", "the instance's", "AR207"
    ),
    RequestField("system_prompt", None, _SEARCH, "string", "drop", "", "", "AR206"),
    RequestField(
        "model", "model", _ANSWER, "string", "copy", '"" is the instance\'s', "the instance's"
    ),
    RequestField("stream", "stream", _ANSWER, "boolean", "copy", "", "false"),
    RequestField(
        "rewrite_query",
        "ai_search_options.query_rewrite.enabled",
        _BOTH,
        "boolean",
        "copy",
        "",
        "false",
        "AR201",
    ),
    RequestField(
        "max_num_results",
        "ai_search_options.retrieval.max_num_results",
        _BOTH,
        "integer",
        "copy",
        "1 to 50",
        "10",
        absent_note="AR215",
    ),
    RequestField(
        "ranking_options.score_threshold",
        "ai_search_options.retrieval.match_threshold",
        _BOTH,
        "number",
        "copy",
        "0 to 1",
        "documentation 0, OpenAPI 0.4",
        absent_note="AR204",
        sure="M",
    ),
    RequestField("ranking_options.ranker", None, _BOTH, "string", "drop", "", "", "AR202"),
    RequestField(
        "reranking.enabled",
        "ai_search_options.reranking.enabled",
        _BOTH,
        "boolean",
        "copy",
        "",
        "false",
    ),
    RequestField(
        "reranking.model",
        "ai_search_options.reranking.model",
        _BOTH,
        "string",
        "copy",
        '"@cf/baai/bge-reranker-base" or ""',
        "the instance's",
    ),
    RequestField(
        "filters",
        "ai_search_options.retrieval.filters",
        _BOTH,
        "filter",
        "filter",
        "see Filters",
        "",
    ),
)


MESSAGE: Final = {"list": "messages", "role": "role", "content": "content", "question": "user"}
"""The words of a new request's messages; `question` is the role of the caller's query."""


class Pin(NamedTuple):
    """An option that the new request must carry to keep what the legacy API documented.

    Pins hold under the policy ``pin`` and not under ``adopt``. `when`: ``always``; ``absent`` (the
    legacy field `of` is not in the request); ``enabled`` (it is true). A pin with a `setting` is
    off while that setting says ``instance``; where `value` is None, the setting gives it.
    """

    new: str
    value: object
    when: Literal["always", "absent", "enabled"]
    why: str
    of: str | None = None
    setting: str | None = None


PINS: Final = (
    Pin(
        "ai_search_options.retrieval.retrieval_type",
        "vector",
        "always",
        "newer instances answer hybrid otherwise: another order, fused scores",
    ),
    Pin(
        "ai_search_options.retrieval.return_on_failure",
        False,
        "always",
        'an outage looks like "no results" otherwise',
    ),
    Pin(
        "ai_search_options.reranking.match_threshold",
        0,
        "enabled",
        "the new cut of 0.4 drops chunks that the legacy API returned",
        of="reranking.enabled",
    ),
    Pin(
        "ai_search_options.reranking.enabled",
        False,
        "absent",
        "the legacy API documents false, the new one falls back to the instance",
        of="reranking.enabled",
        setting="absent_switches",
    ),
    Pin(
        "ai_search_options.query_rewrite.enabled",
        False,
        "absent",
        "the legacy API documents false, the new one falls back to the instance",
        of="rewrite_query",
        setting="absent_switches",
    ),
    Pin(
        "ai_search_options.retrieval.max_num_results",
        None,
        "absent",
        "the instance's own number applies otherwise",
        of="max_num_results",
        setting="absent_max_num_results",
    ),
    Pin(
        "ai_search_options.retrieval.match_threshold",
        None,
        "absent",
        "the instance's own threshold applies otherwise",
        of="ranking_options.score_threshold",
        setting="absent_score_threshold",
    ),
    Pin(
        "ai_search_options.retrieval.context_expansion",
        0,
        "always",
        "the legacy API had no such option",
        setting="instance_options",
    ),
    Pin(
        "ai_search_options.retrieval.boost_by",
        (),
        "always",
        "the legacy API had no such option",
        setting="instance_options",
    ),
    Pin(
        "ai_search_options.cache.enabled",
        False,
        "always",
        "the legacy API had no such option",
        setting="instance_options",
    ),
)


class NewOption(NamedTuple):
    """One option of a new request, below ``ai_search_options``."""

    path: str
    accepts: str
    default: str


NEW_OPTIONS: Final = (
    NewOption(
        "retrieval.retrieval_type",
        "vector, keyword, hybrid",
        "documentation: hybrid; else the index's",
    ),
    NewOption("retrieval.match_threshold", "0 to 1", "the instance's; 0.4"),
    NewOption("retrieval.max_num_results", "1 to 50", "the instance's; 10"),
    NewOption("retrieval.filters", "see Filters", ""),
    NewOption("retrieval.context_expansion", "0 to 3", "0"),
    NewOption("retrieval.fusion_method", "max, rrf", "the instance's"),
    NewOption("retrieval.keyword_match_mode", "and, or", "and"),
    NewOption("retrieval.boost_by", "up to 3 of {field, direction}", "the instance's"),
    NewOption("retrieval.metadata_only", "boolean (documentation only)", ""),
    NewOption("retrieval.return_on_failure", "boolean", "true"),
    NewOption("query_rewrite.enabled", "boolean", "the instance's; false"),
    NewOption("query_rewrite.model", "string", "the instance's"),
    NewOption("query_rewrite.rewrite_prompt", "string", "the instance's"),
    NewOption("reranking.enabled", "boolean", "the instance's; false"),
    NewOption("reranking.model", "string", "the instance's"),
    NewOption("reranking.match_threshold", "0 to 1", "0.4"),
    NewOption("cache.enabled", "boolean", "the instance's"),
    NewOption(
        "cache.cache_threshold",
        "super_strict_match, close_enough, flexible_friend, anything_goes",
        "the instance's",
    ),
    NewOption("custom_metadata", "up to 2 entries", ""),
    NewOption("instance_ids", "1 to 10, only on the routes of a namespace", ""),
)
