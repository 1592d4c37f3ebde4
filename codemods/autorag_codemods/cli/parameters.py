"""Options and commands of click, with sections and examples in their help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    _Type = click.ParamType[Any]
else:
    _Type = click.ParamType  # not generic in every version

__all__ = ["Chooser", "Command", "Option", "split"]


class Option(click.Option):
    """An option that stands under a heading of its own in the help."""

    def __init__(self, *arguments: Any, section: str = "options", **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.section = section


class Command(click.Command):
    """A command whose help has sections and ends in examples."""

    def __init__(self, *arguments: Any, examples: str = "", **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            # The usage line and the text above say what the arguments are.
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                section = getattr(parameter, "section", "options")
                sections.setdefault(section, []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the examples as they are."""
        if self.examples:
            formatter.write(f"\nexamples:\n{self.examples}")


class Chooser(_Type):
    """One of several values of any type, written as people write them."""

    name = "choice"

    def __init__(self, values: Sequence[object]) -> None:
        self.values = values

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Find the value that the text means."""
        for allowed in self.values:
            if value is allowed or value in {self.shown(allowed), str(allowed)}:
                return allowed
        names = ", ".join(map(self.shown, self.values))
        return self.fail(f"{value!r} is not one of {names}.", param, ctx)

    @staticmethod
    def shown(value: object) -> str:
        """The text for a value."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value) or '""'


def split(given: Sequence[str]) -> tuple[str, ...]:
    """The values of an option that is repeated, or holds several between commas."""
    return tuple(part.strip() for text in given for part in text.split(",") if part.strip())
