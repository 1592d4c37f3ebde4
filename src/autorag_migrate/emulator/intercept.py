"""Programs with ``https://api.cloudflare.com`` written into them, run against the emulator.

A throw-away certificate authority, a TLS listener on this machine, and patches below every HTTP
library that resolves and connects through Python's ``socket``: ``urllib``, ``http.client``,
``requests``, ``httpx``, ``aiohttp``. Loops that connect in C (``uvloop``) and programs that are
not Python are not reached; the latter find the authority in the environment all the same.

In this process:

    with Emulator("docs/") as emulator, intercept(emulator):
        ...

In another one, as it is:

    with Emulator("docs/") as emulator, subprocess_environment(emulator) as environment:
        subprocess.run([sys.executable, "app.py"], env=environment)
"""

from __future__ import annotations

import json
import os
import ssl
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import trustme
except ImportError as error:
    _MESSAGE = 'interception needs trustme: pip install "autorag-migrate[server,intercept]"'
    raise ImportError(_MESSAGE) from error

from autorag_migrate.emulator import interception_hooks
from autorag_migrate.emulator.server import BackgroundServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autorag_migrate.emulator.server import Emulator

__all__ = ["HOST", "intercept", "subprocess_environment"]

HOST = "api.cloudflare.com"
"""The host that is taken over, on port 443."""

_SITECUSTOMIZE = '''\
"""Sends one host to a listener on this machine."""

from pathlib import Path

from autorag_interception_hooks import start

start(Path(__file__).resolve().parent)
'''
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@contextmanager
def intercept(emulator: Emulator, *, refuse_others: bool = True) -> Iterator[None]:
    """Take over ``api.cloudflare.com`` in this process.

    Args:
        emulator: What answers. It need not have been started.
        refuse_others: Refuse every other host that is not this machine, with an ``OSError``
            that names it, so that nothing reaches the network.
    """
    with _listener(emulator) as (directory, port):
        undo = interception_hooks.install(
            HOST, port, str(directory / "ca.pem"), refuse_others=refuse_others
        )
        proxies = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
        os.environ.update(_without_proxy(os.environ))
        try:
            yield
        finally:
            for name, value in proxies.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            undo()


@contextmanager
def subprocess_environment(
    emulator: Emulator,
    *,
    refuse_others: bool = True,
    base: Mapping[str, str] | None = None,
) -> Iterator[dict[str, str]]:
    """An environment in which Python programs find the emulator at ``api.cloudflare.com``.

    The program must not be run with ``-S``, ``-E`` or ``-I``. A ``sitecustomize`` that it had
    is run after ours.

    Args:
        emulator: What answers. It need not have been started.
        refuse_others: Refuse every other host that is not this machine.
        base: Variables to start from; those of this process by default.

    Yields:
        Variables for the ``env`` of ``subprocess.run``; they hold until the block ends.
    """
    settings = emulator.service.settings
    with _listener(emulator) as (directory, port):
        bundle = directory / "bundle.pem"
        known = "" if refuse_others else _known_authorities()
        bundle.write_text(known + (directory / "ca.pem").read_text("ascii"), "utf-8")
        hooks = Path(interception_hooks.__file__).read_text("utf-8")
        site = directory / "site"
        site.mkdir()
        (site / "autorag_interception_hooks.py").write_text(hooks, "utf-8")
        (site / "sitecustomize.py").write_text(_SITECUSTOMIZE, "utf-8")
        (site / "settings.json").write_text(
            json.dumps(
                {
                    "host": HOST,
                    "port": port,
                    "ca_file": str(directory / "ca.pem"),
                    "refuse_others": refuse_others,
                }
            ),
            "utf-8",
        )
        environment = dict(os.environ if base is None else base)
        environment |= _without_proxy(environment)
        environment |= dict.fromkeys(_BUNDLES, str(bundle))
        path = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{site}{os.pathsep}{path}" if path else str(site)
        environment["CLOUDFLARE_ACCOUNT_ID"] = settings.account_id
        environment["CLOUDFLARE_API_TOKEN"] = settings.api_token
        yield environment


@contextmanager
def _listener(emulator: Emulator) -> Iterator[tuple[Path, int]]:
    """A directory with ``ca.pem``, and the port of a listener whose certificate it vouches for."""
    with tempfile.TemporaryDirectory(prefix="autorag-intercept-") as name:
        directory = Path(name)
        authority = trustme.CA()
        certificate = directory / "listener.pem"
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
        authority.cert_pem.write_to_path(str(directory / "ca.pem"))
        server = BackgroundServer(emulator.app, "127.0.0.1", 0, certificate)
        server.start()
        try:
            yield directory, server.port
        finally:
            server.stop()


def _without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    known = environment.get("no_proxy") or environment.get("NO_PROXY")
    hosts = ",".join(filter(None, (known, HOST, "localhost", "127.0.0.1")))
    return {"no_proxy": hosts, "NO_PROXY": hosts}


def _known_authorities() -> str:
    file = ssl.get_default_verify_paths().cafile
    return Path(file).read_text("utf-8", "replace") + "\n" if file else ""
