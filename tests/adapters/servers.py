"""A loopback server that does what a test says, byte for byte, and remembers what it was sent."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from typing_extensions import Self

PATIENCE = 10.0

ACCOUNT = "acc0"
LEGACY = f"/client/v4/accounts/{ACCOUNT}/autorag/rags/docs"
NEW = f"/client/v4/accounts/{ACCOUNT}/ai-search/namespaces/default/instances/docs"
BARE = f"/client/v4/accounts/{ACCOUNT}/ai-search/instances/docs"

CHUNK: dict[str, Any] = {
    "id": "c1",
    "type": "text",
    "score": 0.5,
    "text": "Llamas carry three drinks.",
    "item": {"key": "a/llama.md", "timestamp": 1735689600000, "metadata": {"title": "L"}},
    "scoring_details": {"vector_score": 0.5},
}
NEW_SEARCH: dict[str, Any] = {
    "success": True,
    "result": {"search_query": "q", "chunks": [CHUNK]},
}
NEW_CHAT: dict[str, Any] = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "@cf/m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Three."}}],
    "chunks": [CHUNK],
}
LEGACY_SEARCH: dict[str, Any] = {
    "success": True,
    "result": {
        "object": "vector_store.search_results.page",
        "search_query": "q",
        "data": [],
        "has_more": False,
        "next_page": None,
    },
}
CHUNKS_EVENT = b"event: chunks\ndata: " + json.dumps([CHUNK]).encode() + b"\n\n"
DONE = b"data: [DONE]\n\n"


def token(text: str) -> bytes:
    """One event of a new stream."""
    frame = {"id": "x", "choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(frame)}\n\n".encode()


def legacy_tokens(stream: bytes) -> list[str]:
    """The tokens of a legacy stream."""
    events = [event.removeprefix(b"data: ") for event in stream.split(b"\n\n") if event]
    return [json.loads(event)["response"] for event in events if event != b"[DONE]"]


@dataclass
class Received:
    """One request, and the connection that it came on."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Peer:
    """The server's end of a connection."""

    socket: socket.socket
    number: int
    reader: Any = field(init=False)
    gone: threading.Event = field(default_factory=threading.Event)
    close_after: bool = False

    def __post_init__(self) -> None:
        self.reader = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        with suppress(OSError):
            self.socket.sendall(data)

    def head(self, status: int, headers: list[tuple[str, str]]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.send(f"HTTP/1.1 {status} Reason\r\n{lines}\r\n".encode("latin-1"))

    def answer(
        self,
        body: bytes = b"",
        status: int = 200,
        headers: list[tuple[str, str]] | None = None,
        content_type: str | None = "application/json",
    ) -> None:
        kind = [("Content-Type", content_type)] if content_type else []
        length = [] if status == 204 else [("Content-Length", str(len(body)))]
        self.head(status, [*kind, *length, *(headers or [])])
        self.send(body)

    def json(self, value: object, status: int = 200, **more: Any) -> None:
        self.answer(json.dumps(value).encode(), status, **more)

    def compressed(self, value: object) -> None:
        body = gzip.compress(json.dumps(value).encode())
        self.answer(body, headers=[("Content-Encoding", "gzip")])

    def begin_events(self, *, chunked: bool = True, encoding: str | None = None) -> None:
        headers = [("Content-Type", "text/event-stream")]
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        else:
            headers.append(("Connection", "close"))
            self.close_after = True
        if encoding:
            headers.append(("Content-Encoding", encoding))
        self.head(200, headers)

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        self.send(b"0\r\n\r\n")

    def wait_until_gone(self) -> bool:
        """Whether the client hung up; blocks until then."""
        self.socket.settimeout(PATIENCE)
        try:
            while self.socket.recv(1024):
                pass
        except TimeoutError:
            return False
        except OSError:  # hung up with something unread
            pass
        self.gone.set()
        return True


def read_request(peer: Peer) -> Received | None:
    line = peer.reader.readline()
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers = []
    while (raw := peer.reader.readline()) not in {b"\r\n", b""}:
        name, _, value = raw.decode("latin-1").partition(":")
        headers.append((name.strip(), value.strip()))
    named = {name.lower(): value for name, value in headers}
    body = b""
    if "content-length" in named:
        body = peer.reader.read(int(named["content-length"]))
    elif named.get("transfer-encoding") == "chunked":
        while size := int(peer.reader.readline(), 16):
            body += peer.reader.read(size)
            peer.reader.readline()
        peer.reader.readline()
    return Received(method, target, headers, body, peer.number)


def by_path(peer: Peer, request: Received) -> None:
    """What the service would say, in short."""
    path = request.target.partition("?")[0]
    if path in {f"{NEW}/search", f"{BARE}/search"}:
        peer.json(NEW_SEARCH)
    elif path == f"{NEW}/chat/completions":
        if request.json.get("stream"):
            peer.begin_events()
            for event in (CHUNKS_EVENT, token("Thr"), token("ee"), DONE):
                peer.chunk(event)
            peer.end()
        else:
            peer.json(NEW_CHAT)
    elif path == f"{LEGACY}/search":
        peer.json(LEGACY_SEARCH)
    else:
        peer.json({"path": path}, 404)


class Server:
    """Accepts connections; each request is handed to `script`."""

    def __init__(
        self,
        script: Callable[[Peer, Received], None] = by_path,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.script = script
        self.requests: list[Received] = []
        self.peers: list[Peer] = []
        self.failures: list[BaseException] = []
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open = True

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        return f"{self.origin}/client/v4"

    def legacy(self, route: str = "search") -> str:
        return f"{self.origin}{LEGACY}/{route}"

    @property
    def paths(self) -> list[str]:
        return [request.target for request in self.requests]

    @property
    def connections(self) -> int:
        return len({request.connection for request in self.requests})

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *args: object) -> None:
        self._open = False
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self.peers:
            with suppress(OSError):
                peer.socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        assert not self.failures, self.failures

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._serve, connection, len(self._threads))

    def _serve(self, connection: socket.socket, number: int) -> None:
        if self._tls:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                return
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(connection, number)
            self.peers.append(peer)
            try:
                while not peer.close_after and (request := read_request(peer)) is not None:
                    self.requests.append(request)
                    self.script(peer, request)
            except OSError:
                pass
            except BaseException as error:
                self.failures.append(error)
            finally:
                peer.reader.close()


class Proxy(Server):
    """A forward proxy: absolute request targets and CONNECT, to hosts of this machine."""

    def __init__(self) -> None:
        super().__init__(self._forward)

    def _forward(self, peer: Peer, request: Received) -> None:
        connect = request.method == "CONNECT"
        where = request.target if connect else request.target.split("/", 3)[2]
        host, _, port = where.partition(":")
        with socket.create_connection((host, int(port or 80)), PATIENCE) as upstream:
            if connect:
                peer.send(b"HTTP/1.1 200 Established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(upstream, peer.socket))
                back.start()
                _pump(peer.socket, upstream)
                back.join(PATIENCE)
            else:
                lines = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
                path = "/" + request.target.split("/", 3)[3]
                head = f"{request.method} {path} HTTP/1.1\r\nConnection: close\r\n{lines}\r\n"
                upstream.sendall(head.encode("latin-1") + request.body)
                upstream.shutdown(socket.SHUT_WR)
                _pump(upstream, peer.socket)
        peer.close_after = True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
