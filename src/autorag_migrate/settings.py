"""How a translation is made: the policy, the route, and an answer to every open question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .mapping import SETTINGS

__all__ = ["DEFAULT_SETTINGS", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the caller decides; immutable, hashable, and every default stated in the table.

    Attributes:
        policy: ``pin`` asks the new API for what the legacy one documented; ``adopt`` takes the
            new API's defaults and sends only what the caller gave.
        route: ``namespaced``, or ``bare`` for the deprecated path without a namespace.
        namespace: Legacy instances all live in ``default``.
        notes: What becomes of a note that tells of a change or a loss: ``warn`` once per call site,
            ``strict`` to raise `autorag_migrate.NoteError`, or ``quiet``.
        absent_max_num_results: ``instance``, or the number to send when the caller gave none.
        absent_score_threshold: ``instance``, or the threshold to send when the caller gave none.
        absent_switches: Whether absent `reranking` and `rewrite_query` are sent as ``documented``
            (false) or left to the ``instance``.
        instance_options: ``off`` turns the instance's boosting, context expansion and cache off.
        system_prompt_role: Role of the message that carries `system_prompt`.
        numeric_strings: ``convert`` a number given as a string, or ``refuse`` to translate it.
        filter_timestamps: Unit of timestamps in new filters.
        modified_date_field: The new name of the filter key `modified_date`.
        root_folder: `attributes.folder` of an object that is in no folder.
        instance_list: Whether the list of instances is answered in the shape that the Workers
            ``binding`` has, or stays ``legacy``.
        stream_done: Whether a legacy stream ends with ``[DONE]``.

    Raises:
        ValueError: A value that is none of the allowed ones.
    """

    policy: Literal["pin", "adopt"] = "pin"
    route: Literal["namespaced", "bare"] = "namespaced"
    namespace: str = "default"
    notes: Literal["quiet", "warn", "strict"] = "warn"
    absent_max_num_results: Literal["instance", 10] = "instance"
    absent_score_threshold: Literal["instance"] | float = "instance"
    absent_switches: Literal["documented", "instance"] = "documented"
    instance_options: Literal["instance", "off"] = "instance"
    system_prompt_role: Literal["system", "developer"] = "system"
    numeric_strings: Literal["convert", "refuse"] = "convert"
    filter_timestamps: Literal["seconds", "milliseconds"] = "seconds"
    modified_date_field: Literal["timestamp", "modified_date"] = "timestamp"
    root_folder: Literal["", "/"] = ""
    instance_list: Literal["binding", "legacy"] = "binding"
    stream_done: bool = True

    def __post_init__(self) -> None:
        for name, allowed in _ALLOWED.items():
            value = getattr(self, name)
            if value not in allowed:
                choices = ", ".join(map(repr, allowed))
                raise ValueError(f"{name} is {value!r}; it must be one of {choices}")
        if not self.namespace or self.namespace in {".", ".."} or "/" in self.namespace:
            raise ValueError(f"{self.namespace!r} is not the name of a namespace")


_ALLOWED: dict[str, tuple[object, ...]] = {
    "policy": ("pin", "adopt"),
    "route": ("namespaced", "bare"),
    "notes": ("quiet", "warn", "strict"),
    **{setting.name: setting.values for setting in SETTINGS},
}

DEFAULT_SETTINGS = Settings()
