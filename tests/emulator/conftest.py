"""A handful of documents, an account over them, and short ways to ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from autorag_migrate.emulator import Document, Emulator, LogEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTS = (
    Document(
        "llama/logistics/llama-logistics.md",
        "Llamas can carry three drinks at most.\n\nThey walk far and never hurry.",
        timestamp_ms=1_700_000_000_999,
        metadata={"title": "Llama logistics", "year": 2023, "public": True},
    ),
    Document(
        "llama/food.md",
        "Llamas eat grass and hay. They drink water once a day.",
        timestamp_ms=1_720_000_000_000,
        metadata={"title": "Food", "year": 2024},
    ),
    Document("alpaca.md", "Alpacas are small. Their wool is warm and soft."),
    Document("guanaco/wild.txt", "Guanacos are wild and live in the mountains."),
)


class Asker:
    """Sends requests to an emulator and hands out what came back."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.http = httpx.Client(
            base_url=f"{emulator.base_url}/accounts/{emulator.account_id}/",
            headers={"authorization": f"Bearer {emulator.api_token}"},
            trust_env=False,
            # Plain HTTP; loading authorities would be the dear part of most tests.
            verify=False,
        )

    def legacy(self, query: str = "what do llamas eat", **fields: Any) -> httpx.Response:
        return self.http.post("autorag/rags/docs/search", json={"query": query, **fields})

    def legacy_answer(self, query: str = "what do llamas eat", **fields: Any) -> httpx.Response:
        return self.http.post("autorag/rags/docs/ai-search", json={"query": query, **fields})

    def new(self, query: str = "what do llamas eat", **fields: Any) -> httpx.Response:
        body = {"messages": [{"role": "user", "content": query}], **fields}
        return self.http.post("ai-search/namespaces/default/instances/docs/search", json=body)

    def chat(self, query: str = "what do llamas eat", **fields: Any) -> httpx.Response:
        body = {"messages": [{"role": "user", "content": query}], **fields}
        return self.http.post(
            "ai-search/namespaces/default/instances/docs/chat/completions", json=body
        )

    def retrieve(self, query: str = "what do llamas eat", **retrieval: Any) -> httpx.Response:
        return self.new(query, ai_search_options={"retrieval": retrieval})

    def found(self, query: str = "what do llamas eat", **retrieval: Any) -> list[str]:
        """Keys of the documents that a vector search without a threshold finds, sorted."""
        options = {"match_threshold": 0, "retrieval_type": "vector", "max_num_results": 50}
        answer = self.retrieve(query, **options, **retrieval)
        assert answer.status_code == 200, answer.text
        return sorted({chunk["item"]["key"] for chunk in answer.json()["result"]["chunks"]})

    @property
    def last(self) -> LogEntry:
        return self.emulator.log[-1]

    def close(self) -> None:
        self.http.close()


@pytest.fixture
def code_of() -> Any:
    """Status and code of an error: ``code_of(answer) == (404, 7002)``."""

    def read(answer: httpx.Response) -> tuple[int, int]:
        body = answer.json()
        assert body["success"] is False
        assert set(body) == {"success", "errors", "messages", "result"}
        return answer.status_code, body["errors"][0]["code"]

    return read


@pytest.fixture(scope="session")
def _shared() -> Iterator[Emulator]:
    with Emulator(DOCUMENTS, legacy_threshold=0.0) as emulator:
        yield emulator


@pytest.fixture
def emulator(_shared: Emulator) -> Emulator:
    """An account that no test has touched; the server itself is shared, as starting it is slow."""
    _shared.clear_log()
    _shared.faults.clear()
    return _shared


@pytest.fixture
def ask(emulator: Emulator) -> Iterator[Asker]:
    asker = Asker(emulator)
    yield asker
    asker.close()


@pytest.fixture
def asking() -> Iterator[Any]:
    """Start accounts with other settings: ``asking(lenient=True).new()``."""
    opened: list[tuple[Emulator, Asker]] = []

    def start(documents: Any = DOCUMENTS, **settings: Any) -> Asker:
        emulator = Emulator(documents, **settings).start()
        opened.append((emulator, Asker(emulator)))
        return opened[-1][1]

    yield start
    for emulator, asker in opened:
        asker.close()
        emulator.stop()
