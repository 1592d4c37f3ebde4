"""A server that answers with bytes as they are written down, and the words to write them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import anyio

from autorag_migrate.client import AsyncAutoRAG, AutoRAG

Make = Callable[..., AutoRAG]
MakeAsync = Callable[..., AsyncAutoRAG]

ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "token-that-must-not-show"
EMAIL, KEY = "who@must-not-show.example", "key-that-must-not-show"
SECRETS = (TOKEN, EMAIL, KEY)


async def cancelled(server: Scripted, call: Callable[[], Awaitable[object]]) -> bool:
    """Begin a call, cancel it once the server has answered, and tell whether it then hung up."""

    async def run() -> None:
        await call()

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        assert await anyio.to_thread.run_sync(server.answered.wait, 10)
        await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    return await anyio.to_thread.run_sync(server.hung_up.wait, 10)


class Asked(NamedTuple):
    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def whole(body: Any, status: str = "200 OK", kind: str = "application/json", *more: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", *more]
    lines += [f"content-type: {kind}"] if kind else []
    return "\r\n".join([*lines, "", ""]).encode() + content


def error(code: int, status: str, *more: str, message: str = "no", path: Any = None) -> bytes:
    entry: dict[str, Any] = {"code": code, "message": message}
    if path is not None:
        entry["path"] = path
    body = {"success": False, "errors": [entry], "messages": [], "result": {}}
    return whole(body, status, "application/json", *more)


STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def piece(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def token(text: object) -> bytes:
    frame = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(frame)}\n\n".encode()


def chunks(*keys: str) -> bytes:
    rows = [
        {"id": key, "type": "text", "score": 1, "text": key, "item": {"key": key}} for key in keys
    ]
    return f"event: chunks\ndata: {json.dumps(rows)}\n\n".encode()


def streamed(*events: bytes, end: bytes = STREAM_END) -> bytes:
    return STREAM_HEAD + b"".join(map(piece, events)) + end


SEARCHED = {"success": True, "result": {"search_query": "q", "chunks": []}}


class Scripted:
    """Answers each request with the next of `replies`, the last again and again.

    A reply that does not end as HTTP wants it is followed by waiting until the client hangs up
    (``hold``) or by hanging up.

    Attributes:
        asked: The requests that came.
        answered: Set once a reply was sent.
        hung_up: Set once a client has closed a connection that was held.
    """

    def __init__(self) -> None:
        self.replies: list[bytes] = []
        self.hold = False
        self.asked: list[Asked] = []
        self.connections = 0
        self.answered = threading.Event()
        self.hung_up = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/client/v4"

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # else the thread goes on accepting
        self._socket.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # ValueError: closed at the end of the test.
        with suppress(OSError, ValueError), connection, connection.makefile("rb") as reader:
            while self._one(connection, reader):
                pass

    def _one(self, connection: socket.socket, reader: Any) -> bool:
        line = reader.readline().decode().strip()
        if not line:
            return False
        headers = {}
        while header := reader.readline().decode().strip():
            name, _, value = header.partition(": ")
            headers[name.lower()] = value
        body = reader.read(int(headers.get("content-length", 0)))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        self.asked.append(Asked(line, headers, body))
        connection.sendall(reply)
        self.answered.set()
        whole = b"content-length" in reply.partition(b"\r\n\r\n")[0] or reply.endswith(STREAM_END)
        if not whole and self.hold:
            if not reader.read(1):
                self.hung_up.set()
            return False
        return whole
