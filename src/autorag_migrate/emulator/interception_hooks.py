"""Send one host to a listener on this machine, below every HTTP library.

This file is also copied beside programs that know nothing of the package: it stands on the
standard library alone.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import json
import os
import socket
import ssl
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["install", "start"]

_MARKER = "127.67.70.86"
"""Stands for the host between name resolution and connecting, and is never connected to.

Some libraries resolve a name and then connect to the address with the port they had in mind, so
that the port must be changed where the connection is made; an address of its own says which.
"""

_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})
_PORTS = frozenset({"443", "https"})
_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


class _Rules:
    """What happens to an address."""

    def __init__(self, host: str, port: int, ca_file: str, *, refuse_others: bool) -> None:
        self.host = host
        self.port = port
        self.ca_file = ca_file
        self.refuse_others = refuse_others

    def resolved(self, name: Any, service: Any) -> tuple[Any, Any]:
        """Name and port to look up in place of others."""
        text = _text(name)
        if text == self.host and _text(service) in _PORTS:
            return _MARKER, self.port
        if self.refuse_others and not _is_local(text):
            raise socket.gaierror(socket.EAI_NONAME, _refusal(text))
        return name, service

    def connected(self, sock: socket.socket, address: Any) -> Any:
        """Address to connect to in place of another."""
        if sock.family not in _INTERNET or not isinstance(address, tuple):
            return address
        name = _text(address[0])
        if name == _MARKER or (name == self.host and _text(address[1]) in _PORTS):
            return ("127.0.0.1", self.port)
        if self.refuse_others and not _is_local(name):
            raise ConnectionRefusedError(_refusal(name))
        return address

    def trust(self, context: ssl.SSLContext, name: Any) -> None:
        """Let a context accept the listener, whatever else it trusts and however old it is."""
        if _text(name) == self.host and context.verify_mode != ssl.CERT_NONE:
            context.load_verify_locations(self.ca_file)


def install(host: str, port: int, ca_file: str, *, refuse_others: bool) -> Callable[[], None]:
    """Patch ``socket`` and ``ssl`` in this process.

    Args:
        host: Whose port 443 is taken over.
        port: Where the listener is, on 127.0.0.1.
        ca_file: PEM file of the authority that signed the listener's certificate.
        refuse_others: Whether every other host that is not this machine is refused.

    Returns:
        Undoes it.
    """
    rules = _Rules(host, port, ca_file, refuse_others=refuse_others)
    patches: list[tuple[Any, str, Any]] = [
        (socket, "getaddrinfo", _resolving(rules, socket.getaddrinfo)),
        (socket.socket, "connect", _connecting(rules, socket.socket.connect)),
        (socket.socket, "connect_ex", _connecting(rules, socket.socket.connect_ex)),
        (ssl.SSLContext, "wrap_socket", _wrapping(rules, ssl.SSLContext.wrap_socket, 4)),
        (ssl.SSLContext, "wrap_bio", _wrapping(rules, ssl.SSLContext.wrap_bio, 3)),
    ]
    before = [(owner, name, vars(owner).get(name)) for owner, name, _ in patches]
    for owner, name, replacement in patches:
        setattr(owner, name, replacement)

    def undo() -> None:
        for owner, name, original in before:
            # Methods that were inherited must be inherited again.
            if original is None:
                delattr(owner, name)
            else:
                setattr(owner, name, original)

    return undo


def _resolving(rules: _Rules, original: Any) -> Any:
    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        return original(*rules.resolved(host, port), *args, **kwargs)

    return getaddrinfo


def _connecting(rules: _Rules, original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        return original(self, rules.connected(self, address))

    return connect


def _wrapping(rules: _Rules, original: Any, place: int) -> Any:
    def wrap(self: ssl.SSLContext, *args: Any, **kwargs: Any) -> Any:
        rules.trust(self, kwargs.get("server_hostname", args[place] if len(args) > place else None))
        return original(self, *args, **kwargs)

    return wrap


def start(directory: Path) -> None:
    """Install what ``settings.json`` in a directory says, then run the next ``sitecustomize``.

    Args:
        directory: Where it stands, with the ``sitecustomize`` that called.
    """
    settings = json.loads((directory / "settings.json").read_text("utf-8"))
    install(
        settings["host"],
        settings["port"],
        settings["ca_file"],
        refuse_others=settings["refuse_others"],
    )
    here = os.path.realpath(directory)
    others = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def _text(value: Any) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return text.rstrip(".").lower()


def _is_local(name: str) -> bool:
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refusal(name: str) -> str:
    return f"{name} is not this machine, and the emulator lets nothing else through"
