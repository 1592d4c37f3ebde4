"""Write the tables of MIGRATION.md and the pages of the rules; with --check, only say what differs.

The tables come from `autorag_migrate.mapping`, the pages from `autorag_codemods.rules`, and the
column "codemod" from the tool itself.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import verdicts

from autorag_codemods.rules import RULES
from autorag_migrate import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["main", "render", "rule_pages"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("MIGRATION.md",)
RULE_PAGES = "docs/rules"
_MARKED = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [tuple(head)]
    lines += [tuple(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    lines.insert(1, tuple("---" for _ in lines[0]))
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _code(text: object) -> str:
    return f"`{text}`" if text not in {None, ""} else "—"


def _value(value: object) -> str:
    words = {True: "true", False: "false", None: "null", (): "[]"}
    return _code(words[value] if type(value) in {bool, type(None), tuple} else value)  # type: ignore[index]


def _routes() -> str:
    old, new = mapping.ROUTE_PREFIXES["legacy"], mapping.ROUTE_PREFIXES["namespaced"]
    rows = [
        (
            row.does,
            f"`{row.legacy_method} {old}{row.legacy}`",
            f"`{row.new_method} {new}{row.new}`",
            row.sure,
            verdicts.of_route(row),
        )
        for row in mapping.ROUTES
    ]
    return _table(("what", "legacy", "new", "sure", "codemod"), rows)


def _new_routes() -> str:
    prefix = "/accounts/{account}/ai-search"
    rows = [(row.does, f"`{row.method} {prefix}{row.path}`") for row in mapping.NEW_ROUTES]
    return _table(("what", "new"), rows)


def _request() -> str:
    rows = [
        (
            _code(row.legacy),
            ", ".join(row.endpoints),
            _code(row.new) if row.new else "not sent",
            row.kind + (f", {row.accepts}" if row.accepts else ""),
            row.default or "—",
            row.note or row.absent_note or "—",
            row.sure,
            verdicts.of_request(row),
        )
        for row in mapping.REQUEST_FIELDS
    ]
    head = ("legacy", "on", "new", "type", "legacy default", "note", "sure", "codemod")
    return _table(head, rows)


def _pins() -> str:
    rows = []
    for row in mapping.PINS:
        value = f"the setting `{row.setting}`" if row.value is None else _value(row.value)
        when = {"always": "always", "absent": "absent: ", "enabled": "true: "}[row.when]
        of = _code(row.of) if row.of else ""
        setting = f"`{row.setting}`" if row.setting else "—"
        rows.append((_code(row.new), value, when + of, row.why, setting))
    return _table(("new option", "value", "when the legacy field is", "why", "setting"), rows)


def _options() -> str:
    rows = [
        (_code("ai_search_options." + row.path), row.accepts, row.default or "—")
        for row in mapping.NEW_OPTIONS
    ]
    return _table(("new option", "values", "service's default"), rows)


def _response() -> str:
    what = {
        "constant": "constant ",
        "question": "else the query",
        "status": "else an HTTP status below 400",
        "rows": "a row for each chunk",
        "single": "one content for each row",
        "milliseconds": "in milliseconds",
        "folder": "all up to the last `/`",
        "basename": "all after the last `/`",
    }
    rows = []
    for row in mapping.RESPONSE_FIELDS:
        how = what.get(row.conversion, "")
        if row.conversion == "constant":
            how += _value(row.value)
        new = _code(row.search), _code(row.chat)
        rows.append((_code(row.legacy), *new, how or "—", row.sure, verdicts.of_read(row)))
    return _table(("legacy", "new search", "new chat", "how", "sure", "codemod"), rows)


def _operators() -> str:
    rows: list[tuple[str, str, str]] = [
        (
            _code(row.legacy),
            "`{k: v}`" if row.legacy == "eq" else f'`{{k: {{"{row.new}": v}}}}`',
            verdicts.of_operator(row.legacy),
        )
        for row in mapping.FILTER_OPERATORS
    ]
    rows += [
        (row.legacy, row.new, verdicts.of_combination(row.legacy))
        for row in mapping.FILTER_COMBINATIONS
    ]
    return _table(("legacy", "new", "codemod"), rows)


def _reasons() -> str:
    rows = [
        (rule.kind, f"[{rule.code}]({RULE_PAGES}/{rule.code}.md)", rule.summary)
        for rule in RULES.values()
        if rule.kind in {"bridged", "manual"}
    ]
    return _table(("verdict", "code", "when"), rows)


def _errors() -> str:
    rows = [
        (
            row.code,
            row.status,
            row.means,
            _code(row.legacy_message),
            _code(row.new_message),
        )
        for row in mapping.ERRORS
    ]
    return _table(("code", "status", "means", "legacy message", "new message"), rows)


def _notes() -> str:
    rows = [(row.code, row.severity, row.text) for row in mapping.NOTES.values()]
    return _table(("code", "severity", "what it says"), rows)


def _settings() -> str:
    rows = [
        (_code(row.name), ", ".join(map(_shown, row.values)), _shown(row.default), row.doubt)
        for row in mapping.SETTINGS
    ]
    return _table(("setting", "values", "default", "what is open"), rows)


def _shown(value: object) -> str:
    return _code('""') if value == "" else _value(value)


def _limits() -> str:
    rows = [(row.what, row.legacy, row.new) for row in mapping.LIMITS]
    return _table(("limit", "legacy", "new"), rows)


def _binding() -> str:
    rows = [(row.what, _code(row.legacy), _code(row.new)) for row in mapping.BINDING]
    rows += [("error", _code(old), _code(new)) for old, new in mapping.BINDING_ERRORS.items()]
    return _table(("what", "legacy", "new"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "routes": _routes,
    "new-routes": _new_routes,
    "request": _request,
    "pins": _pins,
    "options": _options,
    "response": _response,
    "filters": _operators,
    "reasons": _reasons,
    "errors": _errors,
    "notes": _notes,
    "settings": _settings,
    "limits": _limits,
    "binding": _binding,
}


def render(page: str) -> str:
    """`page` with every marked table as the mapping table has it now."""
    return _MARKED.sub(lambda found: found[1] + "\n" + TABLES[found[2]]() + "\n" + found[3], page)


_GENERATED = "<!-- Written by scripts/docs.py from codemods/autorag_codemods/rules. -->\n\n"
_RULE_INDEX = """\
# Rules

Every site in the ledger of `autorag-migrate check` has one of these codes, and so has what is
reported beside the sites. `autorag-migrate explain AR110` prints such a page.
"""
_KINDS = {
    "native": ("Native", "The call is rewritten in place."),
    "bridged": ("Bridged", "The call goes through an adapter. The code says why it is not native."),
    "manual": ("Manual", "Nothing is edited. The code says why."),
    "kept": ("Kept", "The call stays legacy because someone wants it to."),
    "finding": ("Findings", "What is reported beside the sites."),
    "trace": (
        "Traces",
        "Places where a plain search finds the name; a part of a site has its code.",
    ),
}
_RULE_NOTES = """\
## Notes

Codes from AR201 on are [notes of the translation](../../MIGRATION.md#notes): what a rewritten or
bridged call loses or changes.
"""


def rule_pages() -> dict[str, str]:
    """The pages of the rules and their index, by their path."""
    pages = {
        f"{RULE_PAGES}/{rule.code}.md": _GENERATED + rule.explanation() for rule in RULES.values()
    }
    parts = [_RULE_INDEX]
    for kind, (title, sentence) in _KINDS.items():
        rows = [
            (f"[{rule.code}]({rule.code}.md)", rule.name, rule.summary)
            for rule in RULES.values()
            if rule.kind == kind
        ]
        parts.append(f"## {title}\n\n{sentence}\n\n{_table(('code', 'name', 'when'), rows)}")
    parts.append(_RULE_NOTES)
    pages[f"{RULE_PAGES}/README.md"] = _GENERATED + "\n".join(parts)
    return pages


def _wanted() -> dict[str, str | None]:
    """Every page that is written here as it should be; None for one that should not be."""
    pages: dict[str, str | None] = {
        name: render((ROOT / name).read_text(encoding="utf-8")) for name in PAGES
    }
    for path in sorted((ROOT / RULE_PAGES).glob("*.md")):
        pages[f"{RULE_PAGES}/{path.name}"] = None
    return {**pages, **rule_pages()}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; returns the exit code."""
    check = "--check" in arguments
    stale = False
    for name, text in _wanted().items():
        path = ROOT / name
        if text == (path.read_text(encoding="utf-8") if path.exists() else None):
            continue
        stale = True
        if check:
            print(f"{name}: out of date; run make docs")
        elif text is None:
            path.unlink()
            print(f"{name}: removed")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{name}: written")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
