"""The emulator, and a server that answers with bytes as they are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autorag_migrate.client import AsyncAutoRAG, AutoRAG
from autorag_migrate.emulator import Document, Emulator
from client.replies import ACCOUNT, EMAIL, KEY, TOKEN, Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCUMENTS = (
    Document("llama/logistics.md", "Llamas carry three drinks.", metadata={"title": "Llamas"}),
    Document("llama/food.md", "Llamas eat grass and hay."),
    Document("alpaca.md", "Alpacas give wool."),
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCOUNT_ID", "API_TOKEN", "EMAIL", "API_KEY", "API_BASE_URL"):
        monkeypatch.delenv(f"CLOUDFLARE_{name}", raising=False)


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    settings: dict[str, Any] = {"usage_frame": True}
    with Emulator(
        DOCUMENTS,
        account_id=ACCOUNT,
        api_token=TOKEN,
        api_email=EMAIL,
        api_key=KEY,
        instance_threshold=0.0,
        paused=("asleep",),
        instances={"asleep": ()},
        **settings,
    ) as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Emulator) -> Iterator[Emulator]:
    _emulator.clear_log()
    yield _emulator
    _emulator.faults.clear()


class Naps(list[float]):
    """Stands in for sleeping, and keeps what was slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)

    async def later(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def make(naps: Naps) -> Iterator[Callable[..., AutoRAG]]:
    """A maker of clients that do not really sleep."""
    made: list[AutoRAG] = []

    def make(base_url: str, **arguments: Any) -> AutoRAG:
        if "api_key" not in arguments:
            arguments.setdefault("api_token", TOKEN)
        client = AutoRAG(ACCOUNT, base_url=base_url, **arguments)
        client._sender.sleep = naps
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def make_async(naps: Naps) -> Callable[..., AsyncAutoRAG]:
    """Like `make`; the test closes what it made."""

    def make_async(base_url: str, **arguments: Any) -> AsyncAutoRAG:
        if "api_key" not in arguments:
            arguments.setdefault("api_token", TOKEN)
        client = AsyncAutoRAG(ACCOUNT, base_url=base_url, **arguments)
        client._sender.sleep = naps.later
        return client

    return make_async


@pytest.fixture
def client(emulator: Emulator, make: Callable[..., AutoRAG]) -> AutoRAG:
    return make(emulator.base_url)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()
