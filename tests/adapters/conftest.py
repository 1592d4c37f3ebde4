"""An emulator, a scripted server and the libraries that every test of the adapters calls with."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from adapters.libraries import LIBRARIES, Library
from adapters.servers import Server
from autorag_migrate.adapters import requests as adapted_requests
from autorag_migrate.emulator import Document, Emulator
from strategies import CUSTOM_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENTS = (
    Document(
        "a/llama.md",
        "Llamas can carry three drinks at most.\n\nThey walk far and never hurry.",
        timestamp_ms=1_700_000_000_999,
        metadata={"title": "Llama logistics"},
    ),
    Document("a/food.md", "Llamas eat grass and hay. They drink water once a day."),
    Document("alpaca.md", "Alpacas are small. Their wool is warm and soft."),
)


# A bundle of authorities in the environment goes before `session.verify`.
_VARIABLES = (
    "ALL_PROXY",
    "CLOUDFLARE_API_BASE_URL",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _forget_call_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    # A warning comes once per call site, and the helpers are one call site for many tests.
    monkeypatch.setattr("autorag_migrate.notes._seen", set())


@pytest.fixture(scope="module")
def _emulator() -> Iterator[Emulator]:
    with Emulator(
        DOCUMENTS,
        instance="docs",
        legacy_threshold=0.4,
        instance_threshold=0.4,
        filterable=CUSTOM_KEYS,
    ) as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Emulator) -> Emulator:
    _emulator.clear_log()
    _emulator.faults.clear()
    return _emulator


@pytest.fixture
def bearer(emulator: Emulator) -> dict[str, str]:
    return {"Authorization": f"Bearer {emulator.api_token}"}


@pytest.fixture
def rags(emulator: Emulator) -> str:
    """The legacy instance's URL."""
    return f"{emulator.base_url}/accounts/{emulator.account_id}/autorag/rags/docs"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def session(server: Server) -> Iterator[adapted_requests.Session]:
    """A session of requests, through the adapter."""
    with adapted_requests.Session(api_base_url=server.base) as session:
        yield session


@pytest.fixture(params=LIBRARIES, ids=repr)
def library(request: pytest.FixtureRequest) -> Library:
    found: Library = request.param
    return found


class Authority:
    """A certificate authority that nobody knows."""

    def __init__(self, directory: Path) -> None:
        authority = trustme.CA()
        self.file = str(directory / "ca.pem")
        self.client_file = str(directory / "client.pem")
        authority.cert_pem.write_to_path(self.file)
        authority.issue_cert("client@example.com").private_key_and_cert_chain_pem.write_to_path(
            self.client_file
        )
        self._authority = authority

    def server_context(self, *, ask_client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1").configure_cert(context)
        if ask_client:
            self._authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_context(self, **_: Any) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.file)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))
