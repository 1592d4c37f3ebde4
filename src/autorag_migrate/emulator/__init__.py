"""A small AI Search service in this process: both wire formats over a folder of documents.

It is a stand-in for tests and trials. Nothing in it was compared to the live service; it states
by hand what public material says about the two APIs, and shares no code and no data with the
translator, so that one can be checked against the other.

    from autorag_migrate.emulator import Document, Emulator

    with Emulator([Document("llamas.md", "Llamas carry three drinks.")]) as emulator:
        ...  # send requests to emulator.base_url, then look at emulator.log

How it differs from the real service:

- **No model and no embedding.** The vector score is a cosine of word and letter counts, stretched
  to 0..1; the keyword score is BM25 of SQLite's FTS5. The reranking score is the share of the
  query's words that a chunk holds. The answer is composed from the query, the system prompt and
  the first chunks. The same data give the same answer on every run and on both APIs.
- **Query rewriting is never done.** It is checked, recorded in the log, and has no effect:
  ``search_query`` is always the query.
- **Caching, AI Gateway and guardrails do not exist.** Their options are checked and recorded.
- **Indexing is instant.** Sync jobs are finished when they are answered.
- **Fused scores**: reciprocal ranks over 60, scaled so that first in both lists is 1; ``max``
  takes the larger of the vector score and the keyword score divided by the best one. The match
  threshold cuts vector scores only. What the service does with either is not public.
- **Some routes are missing**: ``purge_cache``, tokens, changing and deleting instances, lists of
  namespaces, logs and chunks of items. A created instance has no source and stays empty until
  something is uploaded to it.
- **Strict by choice.** On the new API an unknown or legacy key, and a legacy filter, is a 400;
  the real service ignores such keys in silence on search. ``lenient=True`` does as it does and
  only records the defect in the log.

What public material leaves open, and was decided here:

- Malformed input (not JSON, a missing query, a wrong type, out of range) is 400 with code 7400,
  an unknown path is 404 with code 7000, and a foreign account is 403 with code 10000. 7400 is an
  invented number.
- 7015 is an ``or`` with an operator other than ``eq``, 7016 an ``or`` over several keys or a
  forbidden nesting, 7057 a filter that is malformed or too large, 7038 an empty list of messages,
  7039 one without a user. Texts of messages are invented, except ``…_not_found``,
  ``…_is_paused`` and ``unable_to_connect_to_…``.
- A legacy request without a threshold gets the instance's (``legacy_threshold`` sets another).
- The legacy API takes numbers in strings (``"max_num_results": "5"``), takes ``null`` as absent,
  and evaluates an ``and`` that holds an ``or`` (``legacy_allows_nested_or``). An unknown metadata
  key in a legacy filter matches nothing.
- A chunk whose document lacks a field satisfies ``ne`` and ``nin`` on it and nothing else.
- ``filename`` in a filter is the last part of the key. ``modified_date`` is another name of
  ``timestamp``, on both APIs. New filters take whole seconds (``filter_timestamps``).
- Reranking replaces the score on both APIs; the legacy one never cuts by it.
- A request body may be gzipped. A namespace knows only the instances of ``namespace`` in
  ``Settings``; legacy and bare routes see those of ``default``.
- ``metadata_only`` empties the text of chunks. An instance that fails among several is named in
  ``errors``; when all fail the answer is 500 with code 7073.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autorag_migrate.emulator.app import create_app
    from autorag_migrate.emulator.documents import Document
    from autorag_migrate.emulator.faults import Fault, Faults
    from autorag_migrate.emulator.log import LogEntry
    from autorag_migrate.emulator.meaning import Meaning
    from autorag_migrate.emulator.server import Emulator
    from autorag_migrate.emulator.settings import Settings

__all__ = [
    "Document",
    "Emulator",
    "Fault",
    "Faults",
    "LogEntry",
    "Meaning",
    "Settings",
    "create_app",
]

_HOMES = {
    "Document": "documents",
    "Emulator": "server",
    "Fault": "faults",
    "Faults": "faults",
    "LogEntry": "log",
    "Meaning": "meaning",
    "Settings": "settings",
    "create_app": "app",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
