"""What the user decides: how to rewrite, and an answer to every open question of the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from autorag_migrate.mapping import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT_OPTIONS", "Options", "Policy", "Route", "Style"]

Style = Literal["auto", "native", "bridge"]
Policy = Literal["pin", "adopt"]
Route = Literal["namespaced", "bare"]


@dataclass(frozen=True)
class Options:
    """How sites are rewritten; immutable, and every default stated in the table.

    Attributes:
        style: ``auto`` takes native, else bridged; ``native`` and ``bridge`` allow only the one.
        policy: ``pin`` asks the new API for what the legacy one documented, ``adopt`` does not.
        route: ``namespaced``, or ``bare`` for the deprecated path without a namespace.
        namespace: Legacy instances all live in ``default``.
        settings: Answers to the open questions of `mapping.SETTINGS` by name; the table's default
            where one is missing.
        select: Codes (or beginnings of codes) that are acted on and reported; empty for all.
        ignore: Codes (or beginnings of codes) that are neither; stronger than `select`.
        with_configuration: Whether a URL in configuration moves with the code that reads it; the
            files that are searched then count as the only places that set it.

    Raises:
        ValueError: A value that is none of the allowed ones.
    """

    style: Style = "auto"
    policy: Policy = "pin"
    route: Route = "namespaced"
    namespace: str = "default"
    settings: Mapping[str, object] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    with_configuration: bool = False

    def __post_init__(self) -> None:
        known = {setting.name: setting.values for setting in SETTINGS}
        allowed = {
            "style": ("auto", "native", "bridge"),
            "policy": ("pin", "adopt"),
            "route": ("namespaced", "bare"),
        }
        for name, values in allowed.items():
            _require(name, getattr(self, name), values)
        for name, value in self.settings.items():
            if name not in known:
                raise ValueError(f"there is no setting {name!r}")
            _require(name, value, known[name])
        if not self.namespace or self.namespace in {".", ".."} or "/" in self.namespace:
            raise ValueError(f"{self.namespace!r} is not the name of a namespace")

    def setting(self, name: str) -> object:
        """The answer to an open question."""
        if name in self.settings:
            return self.settings[name]
        return next(setting.default for setting in SETTINGS if setting.name == name)

    def is_selected(self, code: str) -> bool:
        """Whether rows and findings with `code` are acted on and reported."""
        wanted = not self.select or code.startswith(self.select)
        return wanted and not (self.ignore and code.startswith(self.ignore))


def _require(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, allowed))}")


DEFAULT_OPTIONS = Options()
