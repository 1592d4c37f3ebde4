"""What a rule is: its explanation, and the sources that show when it fires and when it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from autorag_codemods.options import DEFAULT_OPTIONS, Options

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BRIDGED", "UNTOUCHED", "Case", "Kind", "Rule"]

Kind = Literal["native", "bridged", "manual", "kept", "finding", "trace"]

BRIDGED: Final = """\
Safe. Only the sender changes: it is taken from `autorag_migrate.adapters`, or adapted where it is
made. The URL, the payload and every reader of the answer stay byte for byte as they are; a request
to any other address passes through untouched. The program then needs `autorag-migrate` where it
runs."""

UNTOUCHED: Final = "Nothing is edited."


@dataclass(frozen=True)
class Case:
    """A program to try a rule on.

    Attributes:
        source: The program in which the rule fires, or does not; empty where `files` are all.
        replacement: What becomes of the source; None when that is stated elsewhere.
        files: Other files of the same project, by their path.
        options: How the program is planned.
    """

    source: str | bytes
    replacement: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    options: Options = DEFAULT_OPTIONS


@dataclass(frozen=True)
class Rule:
    """A verdict's reason, or a finding.

    Attributes:
        code: Its code, which never means anything else again.
        name: The code in words.
        kind: The verdict that it explains, ``finding`` for what stands beside the sites, or
            ``trace`` for a place where a plain search finds the name.
        summary: One sentence.
        what: When it fires, and what is done then.
        why: Why that is so.
        safety: What an edit may change.
        invalid: Programs in which it fires; the first one is the example of the explanation.
        valid: Programs in which it does not.
        instead: The example as it would be better; one of `valid`.
    """

    code: str
    name: str
    kind: Kind
    summary: str
    what: str
    why: str
    safety: str
    valid: tuple[Case, ...]
    invalid: tuple[Case, ...] = ()
    instead: Case | None = None

    def explanation(self) -> str:
        """All of it, as Markdown."""
        parts = [
            f"# {self.code} {self.name}",
            f"*{self.kind}* · {self.summary}",
            f"## What it does\n\n{self.what}",
            f"## Why\n\n{self.why}",
        ]
        if self.invalid and isinstance(self.invalid[0].source, str):
            parts.append(f"## Example\n\n{_program(self.invalid[0])}")
        if self.instead:
            parts.append(f"## Use instead\n\n{_program(self.instead)}")
        parts.append(f"## Fix safety\n\n{self.safety}")
        return "\n\n".join(part.strip() for part in parts) + "\n"


_LANGUAGES: Final = {"": "python", "py": "python"}


def _program(case: Case) -> str:
    blocks = []
    for path, text in {**case.files, "": str(case.source)}.items():
        if not text:
            continue
        kind = path.rpartition(".")[2]
        head = f"`{path}`:\n\n" if path else ""
        blocks.append(f"{head}```{_LANGUAGES.get(kind, kind)}\n{text.rstrip()}\n```")
    return "\n\n".join(blocks)
