"""`autorag-migrate emulate`: the emulator, until it is interrupted."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

__all__ = ["main"]

_EXAMPLES = """\
examples:
  autorag-migrate emulate                  a few built-in documents, on a free port
  autorag-migrate emulate docs/ --port 8787

Both APIs answer over the folder's .md and .txt files. Standard output gets the environment that a
client needs; the emulator runs until Ctrl-C.
"""

_SAMPLES = (
    ("animals/llama.md", "Llamas can carry three drinks. They rest at noon."),
    ("animals/alpaca.md", "Alpacas are shy. Their wool is warm."),
    ("guide/login.md", "To log in, open the portal and enter your key."),
)


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="autorag-migrate emulate",
        description="A small AI Search service on this machine: a stand-in for tests and trials.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, help="documents; a few samples by default")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", type=_port, default=0, help="default: a free one")
    parser.add_argument("--instance", default="docs", help="name of the instance (default: docs)")
    parser.add_argument(
        "--lenient", action="store_true", help="ignore unknown keys, as the real service does"
    )
    options = parser.parse_args(arguments)

    from autorag_migrate.emulator import Document, Emulator  # noqa: PLC0415 (an extra)

    documents = options.folder or [Document(key, text) for key, text in _SAMPLES]
    try:
        emulator = Emulator(
            documents,
            instance=options.instance,
            host=options.host,
            port=options.port,
            lenient=options.lenient,
        )
        with emulator:
            for name, value in emulator.environment().items():
                sys.stdout.write(f"export {name}={value}\n")
            sys.stdout.flush()
            sys.stderr.write(f"instance {options.instance!r}; Ctrl-C ends\n")
            _wait()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"autorag-migrate emulate: {error}\n")
        return 2
    return 0


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(text)
    return port


_port.__name__ = "port"
_LAST_PORT = 65535


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
