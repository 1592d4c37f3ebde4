"""What every test has: Hypothesis profiles, asyncio as the backend, no network."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# Programs with tests of their own, which run in processes of their own.
collect_ignore = ["fixtures"]
if os.environ.get("AUTORAG_TEST_ENVIRONMENT", "main") != "main":
    # The pages, and the demonstration, are the same everywhere.
    collect_ignore += ["docs", "test_demo.py"]

# A loaded machine is slow, which says nothing about the code.
_PATIENT: dict[str, Any] = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("default", max_examples=100, **_PATIENT)
# The same commit must give the same verdict; new examples are for developers and for fuzzing.
settings.register_profile("ci", max_examples=100, derandomize=True, **_PATIENT)
# Another Python seldom differs in what an example finds.
settings.register_profile("brief", max_examples=20, derandomize=True, **_PATIENT)
settings.register_profile("fuzz", max_examples=5000, **_PATIENT)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


class NetworkRefusedError(AssertionError):
    """Not an OSError: code that handles a failed connection must not hide it."""


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every host but this one; a test that patches ``getaddrinfo`` itself goes on top."""
    getaddrinfo, connect, connect_ex = (
        socket.getaddrinfo,
        socket.socket.connect,
        socket.socket.connect_ex,
    )

    def refuse(host: object) -> None:
        if not _is_local(host):
            message = f"a test tried to reach {host!r}; tests use loopback only"
            raise NetworkRefusedError(message)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse(address[0])
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield
