"""The pins of a new request: options that the caller did not say and the legacy API documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_migrate.mapping import PINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_codemods.options import Options

__all__ = ["wanted_pins"]


def wanted_pins(
    options: Options, present: set[str], enabled: set[str]
) -> Iterator[tuple[str, object]]:
    """Paths and values, by the table and what is decided about its open questions.

    Args:
        options: The policy, and the answers.
        present: Legacy fields that the payload has in any case.
        enabled: Those of them that are switches and not certainly off.
    """
    if options.policy != "pin":
        return
    for pin in PINS:
        answer = options.setting(pin.setting) if pin.setting is not None else None
        if answer == "instance":
            continue
        if (pin.when == "absent" and pin.of in present) or (
            pin.when == "enabled" and pin.of not in enabled
        ):
            continue
        value = pin.value if pin.value is not None else answer
        yield pin.new, list(value) if isinstance(value, tuple) else value
