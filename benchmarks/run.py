"""`make bench`: what a translation costs, as ratios to plain JSON work measured in the same run.

The bounds are goals, not tests: machines are shared and noisy. The exit code is 0 either way.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import requests
from _measure import Row, side_by_side
from _samples import CHAT, EVENT, EVENT_DATA, REQUEST, SEARCH, TERSE_REQUEST
from requests.adapters import BaseAdapter

import codemods
from autorag_migrate._codec import FAST_CODEC
from autorag_migrate.adapters.httpx import AutoRAGTransport
from autorag_migrate.adapters.requests import AutoRAGAdapter
from autorag_migrate.mapping import BASE_URL
from autorag_migrate.translate import Bridge, StreamToLegacy, request_to_new, response_to_legacy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autorag_migrate.translate import Endpoint

RAG = f"{BASE_URL}/accounts/0123456789abcdef/autorag/rags/docs"
FOREIGN = f"{BASE_URL}/accounts/0123456789abcdef/ai/run/@cf/meta/llama"
HEADERS = {"Authorization": "Bearer none", "X-Trace": "1"}
JSON = {"Content-Type": "application/json"}


def round_trip(body: bytes) -> Callable[[], object]:
    """The measure of everything here: JSON read and written again."""
    return lambda: json.dumps(json.loads(body))


def answers() -> Iterator[Row]:
    """A whole answer, bytes to legacy bytes."""
    endpoints: list[tuple[Endpoint, bytes]] = [("ai-search", CHAT), ("search", SEARCH)]
    for endpoint, body in endpoints:
        bridge = Bridge(codec=FAST_CODEC)
        call = bridge.match("POST", f"{RAG}/{endpoint}")
        assert call is not None
        exchange = bridge.open(call, (), b'{"query": "llamas"}')
        base, ours = side_by_side(round_trip(body), lambda: exchange.answer(200, body))  # noqa: B023
        what = f"answer of 10 chunks, {endpoint}, {len(body)} bytes"
        yield Row(what, ours / base, 0.75, "x", f"{ours * 1e6:.1f} µs / {base * 1e6:.1f} µs")


def request_translation() -> Iterator[Row]:
    """A decoded request into a new one."""
    bridge = Bridge(codec=FAST_CODEC)
    call = bridge.match("POST", f"{RAG}/ai-search")
    assert call is not None
    for what, body in (("12 comparisons", REQUEST), ("3 comparisons", TERSE_REQUEST)):
        legacy = json.loads(body)
        base, ours, whole = side_by_side(
            round_trip(body),
            lambda: request_to_new("ai-search", legacy),  # noqa: B023
            lambda: bridge.open(call, (), body),  # noqa: B023
        )
        detail = f"{ours * 1e6:.1f} µs / {base * 1e6:.1f} µs; bytes to bytes {whole / base:.2f} x"
        yield Row(f"request, every field, {what}, {len(body)} bytes", ours / base, 1.0, "x", detail)


class _Memory(httpx.BaseTransport):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        b"".join(request.stream)  # type: ignore[arg-type]
        return httpx.Response(200, headers=JSON, stream=httpx.ByteStream(self._body))


class _Raw:
    """As much of urllib3's response as requests reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, amt: int = 0, decode_content: bool = True) -> Iterator[bytes]:  # noqa: ARG002
        yield self._body

    def release_conn(self) -> None:
        """Nothing is held."""

    close = release_conn


class _MemoryAdapter(BaseAdapter):
    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.headers.update(JSON)
        response.raw = _Raw(self._body)
        response.request = request
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Nothing is held."""


def adapters() -> Iterator[Row]:
    """CPU time of a call with an adapter, less that of the same call without one."""
    payload = {"query": "How many drinks can a llama carry?", "max_num_results": 10}
    legacy = json.dumps(response_to_legacy("ai-search", json.loads(CHAT)).body).encode()
    for name, plain, adapted in (
        ("httpx", _client(_Memory(legacy)), _client(AutoRAGTransport(_Memory(CHAT)))),
        (
            "requests",
            _session(_MemoryAdapter(legacy)),
            _session(AutoRAGAdapter(_MemoryAdapter(CHAT))),
        ),
    ):
        url = f"{RAG}/ai-search"
        base, without, with_adapter = side_by_side(
            round_trip(CHAT),
            lambda: plain.post(url, json=payload, headers=HEADERS).json(),  # noqa: B023
            lambda: adapted.post(url, json=payload, headers=HEADERS).json(),  # noqa: B023
            seconds=2,
            rounds=21,
        )
        added = with_adapter - without
        detail = (
            f"{added * 1e6:.1f} µs / {base * 1e6:.1f} µs; "
            f"a call without sockets {without * 1e6:.0f} µs, +{added / without:.0%}"
        )
        yield Row(f"CPU that the {name} adapter adds to a call", added / base, 1.6, "x", detail)


def _client(transport: httpx.BaseTransport) -> httpx.Client:
    return httpx.Client(transport=transport, trust_env=False)


def _session(adapter: BaseAdapter) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", adapter)
    return session


def pass_through() -> Iterator[Row]:
    """What an adapter adds to a call that is not ours."""
    inner = _Memory(b"{}")
    transport = AutoRAGTransport(inner)
    request = httpx.Request("POST", FOREIGN, json={"prompt": "x"}, headers=HEADERS)
    base, ours = side_by_side(
        lambda: inner.handle_request(request), lambda: transport.handle_request(request)
    )
    yield Row("foreign route, httpx", (ours - base) * 1e6, 8, "µs", "added to a call")
    plain = _MemoryAdapter(b"{}")
    adapter = AutoRAGAdapter(plain)
    prepared = requests.Request("POST", FOREIGN, json={"prompt": "x"}, headers=HEADERS).prepare()
    base, ours = side_by_side(lambda: plain.send(prepared), lambda: adapter.send(prepared))
    yield Row("foreign route, requests", (ours - base) * 1e6, 8, "µs", "added to a call")


def stream_events() -> Iterator[Row]:
    """One event, as it comes."""
    stream = StreamToLegacy()
    base, ours = side_by_side(round_trip(EVENT_DATA), lambda: stream.feed(EVENT))
    detail = f"{ours * 1e6:.2f} µs / {base * 1e6:.2f} µs"
    yield Row(f"stream, an event of {len(EVENT)} bytes", ours / base, 1.0, "x", detail)


class _SlowStart(BaseHTTPRequestHandler):
    """A new stream whose first event comes 50 ms after its headers."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        time.sleep(0.05)
        for piece in (EVENT, EVENT, b"data: [DONE]\n\n"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def first_token() -> Iterator[Row]:
    """Wall time until the first bytes of a stream reach the caller."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _SlowStart)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base_url = f"http://127.0.0.1:{server.server_port}"
    url = f"{base_url}/accounts/a/autorag/rags/docs/ai-search"
    plain = httpx.Client(trust_env=False)
    adapted = httpx.Client(
        transport=AutoRAGTransport(httpx.HTTPTransport(), api_base_url=base_url), trust_env=False
    )
    times: dict[httpx.Client, list[float]] = {plain: [], adapted: []}
    for _ in range(40):
        for client, seen in times.items():
            start = time.perf_counter()
            with client.stream("POST", url, json={"query": "x", "stream": True}) as response:
                pieces = response.iter_bytes()
                next(pieces)
                seen.append(time.perf_counter() - start)
                # The connection is used again only when all was read.
                b"".join(pieces)
    server.shutdown()
    server.server_close()
    without, with_adapter = (statistics.median(seen) for seen in times.values())
    plain.close()
    adapted.close()
    detail = f"{with_adapter * 1e3:.2f} ms / {without * 1e3:.2f} ms to the first bytes"
    yield Row(
        "first token, first event after 50 ms", (with_adapter - without) * 1e3, 0.5, "ms", detail
    )


_TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
_TOUCHED = "import autorag_migrate as a; [getattr(a, name) for name in a.__all__]"


def imports() -> Iterator[Row]:
    """Import time, in fresh processes."""
    statements = ("import autorag_migrate", _TOUCHED, "import httpx, pydantic")
    times: dict[str, list[float]] = {statement: [] for statement in statements}
    with tempfile.TemporaryDirectory() as cache:
        # An installed package is compiled; so is this one, whatever the environment says.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        for turn in range(16):
            for statement, seen in times.items():
                command = [sys.executable, "-c", _TIMED.format(statement)]
                output = subprocess.run(
                    command, env=environment, capture_output=True, text=True, check=True
                ).stdout
                if turn:
                    seen.append(float(output))
    alone, touched, base = (statistics.median(sorted(seen)[:5]) for seen in times.values())
    yield Row("import autorag_migrate", alone * 1e3, 15, "ms", "")
    detail = f"{touched * 1e3:.0f} ms / {base * 1e3:.0f} ms for import httpx, pydantic"
    yield Row("import with all names touched", touched / base, 1.25, "x", detail)


def main() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, httpx {httpx.__version__}")
    print("x is over json.dumps(json.loads(b)) of the same bytes unless said otherwise\n")
    for part in (
        answers,
        request_translation,
        adapters,
        pass_through,
        stream_events,
        first_token,
        imports,
        codemods.rows,
    ):
        for row in part():
            kept = row.figure >= row.bound if row.at_least else row.figure <= row.bound
            mark = " " if kept else "!"
            sign = "≥" if row.at_least else "≤"
            figure = f"{row.figure:7.2f} {row.unit:<2} ({sign} {row.bound:g})"
            print(f"{mark} {row.what:<58} {figure:<22} {row.detail}")


if __name__ == "__main__":
    main()
