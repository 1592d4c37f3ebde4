"""HTTP/2, spoken for real: the `http2` argument of a drop-in client reaches the wire."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.events
import pytest

from adapters.libraries import SEARCH
from adapters.servers import LEGACY, NEW, NEW_SEARCH
from autorag_migrate.adapters import httpx as adapted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.conftest import Authority


class Http2Server:
    """Answers every request of one connection with a new search answer."""

    def __init__(self, authority: Authority) -> None:
        self._context = authority.server_context()
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.paths: list[str] = []
        self.bodies: dict[int, bytes] = {}
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def stop(self) -> None:
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        raw, _ = self._listener.accept()
        with raw, self._context.wrap_socket(raw, server_side=True) as peer:
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            connection.initiate_connection()
            peer.sendall(connection.data_to_send())
            while data := peer.recv(65536):
                for event in connection.receive_data(data):
                    self._handle(connection, event)
                peer.sendall(connection.data_to_send())

    def _handle(self, connection: h2.connection.H2Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.paths.append(dict(event.headers)[b":path"].decode())
            self.bodies[event.stream_id] = b""
        elif isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            headers = [(":status", "200"), ("content-type", "application/json")]
            connection.send_headers(event.stream_id, headers)
            connection.send_data(event.stream_id, json.dumps(NEW_SEARCH).encode(), end_stream=True)


@pytest.fixture
def server(authority: Authority) -> Iterator[Http2Server]:
    server = Http2Server(authority)
    yield server
    server.stop()


def test_two_calls_share_one_http2_connection(server: Http2Server, authority: Authority) -> None:
    context = authority.client_context()
    with adapted.Client(http2=True, verify=context, api_base_url=server.base) as client:
        for _ in range(2):
            answer = client.post(f"{server.base}{_below(LEGACY)}/search", json=SEARCH)
            assert answer.http_version == "HTTP/2"
            assert answer.json()["result"]["object"] == "vector_store.search_results.page"
    assert server.paths == [f"{_below(NEW)}/search"] * 2
    assert all("messages" in json.loads(body) for body in server.bodies.values())


def _below(path: str) -> str:
    """The path below this server's base URL, which has none of its own."""
    return path[path.index("/accounts/") :]
