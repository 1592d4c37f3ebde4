"""The emulator on a port of this machine, in a thread of this process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

try:
    import uvicorn
except ImportError as error:
    _MESSAGE = 'the emulator needs uvicorn: pip install "autorag-migrate[server]"'
    raise ImportError(_MESSAGE) from error

from autorag_migrate.emulator.acting import PREFIX
from autorag_migrate.emulator.app import create_app, service_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from starlette.applications import Starlette
    from typing_extensions import Self

    from autorag_migrate.emulator.documents import Source
    from autorag_migrate.emulator.faults import Faults
    from autorag_migrate.emulator.log import LogEntry
    from autorag_migrate.emulator.service import Service

__all__ = ["BackgroundServer", "Emulator"]

_PATIENCE = 10.0
_TICK = 0.1
_ALL_V4 = "0.0.0.0"  # noqa: S104  # recognised, never a default


class _Server(uvicorn.Server):
    """Ends as soon as it is told to, not at the next look at the clock."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def tell_to_exit(self) -> None:
        """Callable from any thread."""
        self.should_exit = True
        if self._loop is not None:
            # The loop may be over by now, and then nobody waits any more.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # TLS says goodbye and waits for an answer, which idle clients never give.
        if self.config.is_ssl:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # A transport closes its socket in the next turn of the loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


class BackgroundServer:
    """An ASGI application behind a socket, in a thread.

    Args:
        app: What answers.
        host: Address to listen on.
        port: 0 for a free one.
        certificate: PEM file with key and certificate; plain HTTP without.
    """

    def __init__(
        self, app: Starlette, host: str, port: int, certificate: Path | None = None
    ) -> None:
        self._socket = _listening(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=certificate,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name=f"emulator:{self.port}",
            daemon=True,
        )

    def start(self) -> None:
        """Return once connections are accepted.

        Raises:
            RuntimeError: When that takes too long.
        """
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                message = f"the emulator did not start on port {self.port}"
                raise RuntimeError(message)
            time.sleep(0.002)

    def stop(self) -> None:
        """Return once the port is free and the thread has ended."""
        self._server.tell_to_exit()
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE)
        self._socket.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio turn off the delay of small packets.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


class Emulator:
    """A small AI Search account that listens on this machine.

        with Emulator("docs/") as emulator:
            print(emulator.base_url)

    Args:
        documents: A folder of ``.md`` and ``.txt`` files, or documents.
        instances: More instances by name.
        host: Address to listen on; only this machine can reach the default.
        port: 0 for a free one.
        **settings: Fields of ``Settings``: ``instance``, ``namespace``, ``account_id``,
            ``api_token``, ``lenient`` and more.

    Attributes:
        app: The ASGI application behind it.
        service: The account behind the application.

    Raises:
        TypeError: For a setting that does not exist.
        ValueError: If two documents have the same key.
        NotADirectoryError: If a folder does not exist.
    """

    def __init__(
        self,
        documents: Source = (),
        *,
        instances: Mapping[str, Source] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        **settings: object,
    ) -> None:
        self.app: Starlette = create_app(documents, instances=instances, **settings)
        self.service: Service = service_of(self.app)
        self._host = host
        self._port = port
        self._server: BackgroundServer | None = None

    def start(self) -> Self:
        """Listen; does nothing when that is so already.

        Raises:
            OSError: If the port is taken.
        """
        if self._server is None:
            server = BackgroundServer(self.app, self._host, self._port)
            server.start()
            self._server = server
        return self

    def stop(self) -> None:
        """Stop listening; the log stays."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        where = f"port {self.port}" if self._server else "stopped"
        return f"<Emulator {', '.join(self.service.instances)}: {where}>"

    @property
    def host(self) -> str:
        """Address it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """Port it listens on.

        Raises:
            RuntimeError: When it does not listen.
        """
        if self._server is None:
            message = "the emulator has not been started"
            raise RuntimeError(message)
        return self._server.port

    @property
    def base_url(self) -> str:
        """What stands for ``https://api.cloudflare.com/client/v4``."""
        host = self._host
        # An address for all interfaces is none to connect to.
        if host in {_ALL_V4, "::"}:
            host = "127.0.0.1" if host == _ALL_V4 else "::1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{PREFIX}"

    @property
    def account_id(self) -> str:
        """The one account."""
        return self.service.settings.account_id

    @property
    def api_token(self) -> str:
        """The one token."""
        return self.service.settings.api_token

    @property
    def instance(self) -> str:
        """Name of the first instance."""
        return self.service.settings.instance

    @property
    def namespace(self) -> str:
        """Namespace of all instances."""
        return self.service.settings.namespace

    @property
    def log(self) -> list[LogEntry]:
        """What was asked so far, oldest first."""
        return self.service.log

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self.service.faults

    def clear_log(self) -> None:
        """Forget what was asked."""
        self.service.log.clear()

    def environment(self) -> dict[str, str]:
        """Variables that point a program to this emulator."""
        return {
            "CLOUDFLARE_ACCOUNT_ID": self.account_id,
            "CLOUDFLARE_API_TOKEN": self.api_token,
            "CLOUDFLARE_API_BASE_URL": self.base_url,
        }
