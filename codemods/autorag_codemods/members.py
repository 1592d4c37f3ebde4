"""The modules that are judged together, what a project says of them, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import libcst as cst

    from .program.sewn import Sewn
    from .report.model import Finding, Place, Row

__all__ = ["ANY_NAME", "WORSE", "Judged", "Member", "Split", "Surroundings", "alone"]

WORSE = ("native", "kept", "bridged", "manual")
"""The verdicts, each worse than the one before."""

ANY_NAME = "*"
"""In `Surroundings.names`: any name, because the file asks for names that it makes."""


@dataclass(frozen=True)
class Surroundings:
    """What the rest of a project says about one of its modules.

    Attributes:
        doubles: A test that answers for the legacy URL at the wire, "" for none.
        patched: A test that patches the sender, "" for none.
        excluded: Why the project cannot depend on the adapter, "" when it can.
        excluded_extras: The same for the adapters of single libraries that it cannot depend on.
        names: Names that files beside the program take from this module, each with one of them.
        is_test: Whether it is a test itself.
        whole: Whether the whole project was looked at; else anyone may use what is public.
        configured: Names, in lower case, that have a legacy URL in its configuration.
    """

    doubles: str = ""
    patched: str = ""
    excluded: str = ""
    excluded_extras: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_test: bool = False
    whole: bool = False
    configured: frozenset[str] = frozenset()

    def opened(self, name: str) -> str:
        """Who else uses a name of the module, "" for nobody."""
        if self.whole:
            return self.names.get(name) or self.names.get(ANY_NAME, "")
        return "" if name.startswith("_") else "other code"


class Member(NamedTuple):
    """A module of the program that is judged.

    Attributes:
        path: What reports call it, and imports resolve to.
        module: The parsed text.
        text: The module's text; offsets are its own.
        around: What the rest of the project says.
        keep: Lines whose sites are kept by a comment.
        users: Paths of the modules that import it, directly or not.
        sewn: How the text was made, where it is not that of the file.
        is_configuration: Whether it stands for a file that sets variables: ``NAME = "…"``.
    """

    path: str
    module: cst.Module
    text: str
    around: Surroundings
    keep: frozenset[int] = frozenset()
    users: frozenset[str] = frozenset()
    sewn: Sewn | None = None
    is_configuration: bool = False


@dataclass
class Judged:
    """The modules of a program with their verdicts; `texts` are by path.

    Attributes:
        wanted: Names, with the paths of their modules, that decide about a site and that files
            beside the program use.
        leading: Those of names that hold a URL, or a part of one, or an instance with one.
        lent: Names of attributes, with the paths of their modules, by which something unknown may
            ask an instance for a URL.
        split: What `Splitter` makes of calls that only share a part of their URL with others,
            and the places of these calls; those at given places are left out.
    """

    texts: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dependencies: set[str] = field(default_factory=set)
    wanted: set[tuple[str, str]] = field(default_factory=set)
    leading: set[tuple[str, str]] = field(default_factory=set)
    lent: set[tuple[str, str]] = field(default_factory=set)
    split: Callable[[Collection[Place]], Split] = lambda _: Split({}, frozenset())


class Split(NamedTuple):
    """Texts, by path, in which some calls share no part of their URL any more."""

    sewn: Mapping[str, Sewn]
    places: frozenset[Place]


def alone(_path: str, _name: str, _level: int) -> str | None:
    """The imports of a module that is taken by itself: none is of its program."""
    return None
