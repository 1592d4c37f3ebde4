"""Judges a short program and says what became of it, in one line for each site."""

from autorag_codemods import Options, migrate
from autorag_codemods.rules import RULES

API = "https://api.cloudflare.com/client/v4"
PATH = "accounts/acc/autorag/rags/docs"
RAG = f"{API}/{PATH}"


def judged(source: str, options: Options | None = None) -> str:
    """The verdicts and codes of all sites, and whether a second run finds nothing to edit."""
    result = migrate(source, options or Options())
    rows = sorted(result.rows, key=lambda row: (row.place.line, row.place.column))
    assert all(row.code in RULES for row in rows)
    edited = any(row.verdict in {"native", "bridged"} and not row.done for row in rows)
    assert (result.source != source) == edited
    assert migrate(result.source, options or Options()).source == result.source
    return ", ".join(f"{row.verdict} {row.code}" for row in rows)
