"""Open questions about the service, each a setting with a default."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["SETTINGS", "Setting"]


class Setting(NamedTuple):
    """One open question about the service, and how it is answered unless told otherwise."""

    name: str
    values: tuple[object, ...]
    default: object
    doubt: str


SETTINGS: Final = (
    Setting(
        "absent_max_num_results",
        ("instance", 10),
        "instance",
        "Whether a request without max_num_results gets the documented 10 or the instance's.",
    ),
    Setting(
        "absent_score_threshold",
        ("instance", 0, 0.4),
        "instance",
        "The legacy default: documentation 0, OpenAPI 0.4, likely the instance's setting.",
    ),
    Setting(
        "absent_switches",
        ("documented", "instance"),
        "documented",
        "Whether absent reranking and rewrite_query mean false, or the instance's setting.",
    ),
    Setting(
        "instance_options",
        ("instance", "off"),
        "instance",
        "Whether boost_by, context_expansion and cache of the instance touched legacy answers.",
    ),
    Setting(
        "system_prompt_role",
        ("system", "developer"),
        "system",
        "Whether a system message replaces the instance's prompt or is added to it.",
    ),
    Setting(
        "numeric_strings",
        ("convert", "refuse"),
        "convert",
        'Whether the legacy API took a number given as a string (max_num_results: "5").',
    ),
    Setting(
        "filter_timestamps",
        ("seconds", "milliseconds"),
        "seconds",
        "The unit in which new filters compare timestamps.",
    ),
    Setting(
        "modified_date_field",
        ("timestamp", "modified_date"),
        "timestamp",
        "Whether new filters know modified_date; timestamp is the same moment under the new name.",
    ),
    Setting(
        "root_folder",
        ("", "/"),
        "",
        "What attributes.folder holds for an object that is in no folder.",
    ),
    Setting(
        "instance_list",
        ("binding", "legacy"),
        "binding",
        "What a row of the list of instances held: what the Workers binding's types name, or "
        "something else, so that the call stays legacy.",
    ),
    Setting(
        "stream_done",
        (True, False),
        True,
        "Whether a legacy stream ends with [DONE]; readers here take both.",
    ),
)
