"""Command-line options for `Settings`: one for the policy, the route and each open question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autorag_migrate.mapping import SETTINGS
from autorag_migrate.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["add_settings", "read_settings"]

_NAMES = ("policy", "route", "namespace", *(setting.name for setting in SETTINGS))


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options to `parser`."""
    group = parser.add_argument_group("how to translate")
    group.add_argument(
        "--policy",
        choices=("pin", "adopt"),
        default="pin",
        help="keep what the legacy API documented, or take the new defaults (default: pin)",
    )
    group.add_argument(
        "--route",
        choices=("namespaced", "bare"),
        default="namespaced",
        help="the path with a namespace, or the deprecated one without (default: namespaced)",
    )
    group.add_argument("--namespace", default="default", help="default: default")
    questions = parser.add_argument_group("open questions about the service, and their answers")
    for setting in SETTINGS:
        questions.add_argument(
            f"--{setting.name.replace('_', '-')}",
            type=_chooser(setting.values),
            default=setting.default,
            metavar="|".join(_shown(value) for value in setting.values),
            help=f"{setting.doubt} (default: {_shown(setting.default)})".replace("%", "%%"),
        )


def read_settings(arguments: argparse.Namespace) -> Settings:
    """The settings that were chosen.

    Raises:
        ValueError: The namespace is no name.
    """
    return Settings(**{name: getattr(arguments, name) for name in _NAMES})


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or '""'


def _chooser(values: tuple[object, ...]) -> Callable[[str], Any]:
    """A converter for argparse, whose message for a ValueError names the choices."""

    def choice(text: str) -> object:
        for value in values:
            if text in {_shown(value), str(value)}:
                return value
        raise ValueError(text)

    choice.__name__ = "choice of " + ", ".join(map(_shown, values))
    return choice
