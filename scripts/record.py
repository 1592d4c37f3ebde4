"""Record the cassettes: HTTP as it went over the wire, below the adapter.

    .venv/bin/python scripts/record.py           from the emulator, into cassettes/
    .venv/bin/python scripts/record.py --live    from the live service, into cassettes/live/

The second needs CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN and
RAG_NAME. Account, instance, credentials and cookies are replaced before anything is written.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import vcr

from autorag_migrate import Settings, __version__
from autorag_migrate.adapters.httpx import Client
from autorag_migrate.emulator import Document, Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

__all__ = ["ACCOUNT", "BASE", "INSTANCE", "SCENARIOS", "main", "play", "recorder"]

ROOT = Path(__file__).resolve().parent.parent
CASSETTES = ROOT / "cassettes"

# With a date of their own, so that recording again gives the same files.
_STAMP = 1735689600000
DOCUMENTS = (
    Document(
        "animals/llama-logistics.md",
        "Llamas can carry three drinks at most. They rest in the afternoon.",
        timestamp_ms=_STAMP,
        metadata={"title": "Llama logistics"},
    ),
    Document(
        "guides/coffee.md",
        "Order coffee before ten. Llamas deliver coffee to every office but the tower — “soon”.",
        timestamp_ms=_STAMP,
        metadata={"title": "Coffee orders"},
    ),
    Document("about.md", "An office run by people and llamas.", timestamp_ms=_STAMP),
)

BASE = "https://api.cloudflare.com/client/v4"
ACCOUNT = "0123456789abcdef0123456789abcdef"
INSTANCE = "docs"

# What a request needs to be the same again; anything else in its headers may be a secret.
_KEPT_REQUEST_HEADERS = frozenset(("content-type", "accept"))
_KEPT_ANSWER_HEADERS = frozenset(("content-type", "retry-after"))

_FILTERS = {
    "type": "and",
    "filters": [
        {"type": "eq", "key": "folder", "value": "guides/"},
        {"type": "gte", "key": "timestamp", "value": "1704067200000"},
    ],
}

SCENARIOS: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("search", {"query": "llamas deliver coffee", "max_num_results": 3}),
    "search-filtered": ("search", {"query": "coffee", "filters": _FILTERS}),
    "search-nothing": (
        "search",
        {"query": "llamas", "ranking_options": {"score_threshold": 1}},
    ),
    "answer": (
        "ai-search",
        {"query": "When do llamas rest?", "system_prompt": "Answer in one sentence."},
    ),
    "answer-stream": ("ai-search", {"query": "When do llamas rest?", "stream": True}),
    "refused": ("search", {"query": "llamas", "max_num_results": 51}),
}


def recorder(folder: Path, origin: str, account: str, instance: str, token: str) -> vcr.VCR:
    """A recorder that matches bodies and writes neither secrets nor names of the account."""
    host = urlsplit(origin)

    def neutral(request: Any) -> Any:
        uri = request.uri.replace(f"{host.scheme}://{host.netloc}{host.path}", BASE)
        request.uri = uri.replace(account, ACCOUNT).replace(
            f"/instances/{instance}/", f"/instances/{INSTANCE}/"
        )
        request.headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() in _KEPT_REQUEST_HEADERS
        }
        return request

    def bare(response: dict[str, Any]) -> dict[str, Any]:
        headers = response["headers"]
        kept = {name: headers[name] for name in headers if name.lower() in _KEPT_ANSWER_HEADERS}
        body = response["body"]["string"]
        for secret, shown in ((account, ACCOUNT), (token, "TOKEN")):
            body = body.replace(secret.encode(), shown.encode())
        return {**response, "headers": kept, "body": {"string": body}}

    return vcr.VCR(
        cassette_library_dir=str(folder),
        path_transformer=vcr.VCR.ensure_suffix(".yaml"),
        match_on=("method", "scheme", "host", "path", "query", "body"),
        before_record_request=neutral,
        before_record_response=bare,
        decode_compressed_response=True,
    )


def play(name: str, base: str, account: str, instance: str, token: str) -> httpx.Response:
    """Send the legacy call of a scenario through the adapter."""
    endpoint, body = SCENARIOS[name]
    url = f"{base}/accounts/{account}/autorag/rags/{instance}/{endpoint}"
    with Client(settings=Settings(notes="quiet"), api_base_url=base, trust_env=False) as client:
        return client.post(url, headers={"Authorization": f"Bearer {token}"}, json=body)


def _record(folder: Path, source: str, base: str, account: str, instance: str, token: str) -> None:
    record = recorder(folder, base, account, instance, token)
    day = datetime.now(timezone.utc).date()
    for name in SCENARIOS:
        path = folder / f"{name}.yaml"
        path.unlink(missing_ok=True)
        with record.use_cassette(path.stem, record_mode="once"):
            play(name, base, account, instance, token)
        head = f"# Recorded from {source} on {day}, below the adapter.\n"
        path.write_text(head + path.read_text(encoding="utf-8"), encoding="utf-8")
        print(path.relative_to(ROOT))


def main(arguments: list[str], ask: Callable[[str], str | None] = os.environ.get) -> int:
    """Record every scenario; returns the exit code."""
    parser = argparse.ArgumentParser(description="Record the cassettes.")
    parser.add_argument("--live", action="store_true", help="from the live service")
    if parser.parse_args(arguments).live:
        account, token, instance = (
            ask(name) for name in ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN", "RAG_NAME")
        )
        if not (account and token and instance):
            print("set CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN and RAG_NAME", file=sys.stderr)
            return 2
        _record(CASSETTES / "live", "the live service", BASE, account, instance, token)
        return 0
    source = f"the emulator of autorag-migrate {__version__} (not the live service)"
    with Emulator(DOCUMENTS, instance=INSTANCE) as emulator:
        base, account = emulator.base_url, emulator.account_id
        _record(CASSETTES, source, base, account, INSTANCE, emulator.api_token)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
