"""The command `autorag-migrate`: it hands over to what is installed, and loads nothing else."""

from __future__ import annotations

import sys
from importlib import import_module

__all__ = ["main"]

_USAGE = """\
usage: autorag-migrate COMMAND …

Take a code base from Cloudflare AutoRAG to AI Search.

over a code base (pip install "autorag-migrate[codemods]"):
  check       find every legacy call, and say what can be done about it
  diff        show what apply would change, as a diff for git apply
  apply       rewrite the calls, or put an adapter in front of them
  cassettes   recorded traffic and stored answers (vcrpy, responses, JSON) into the new form
  explain     what a code in a report means

with requests and documents:
  translate   a legacy JSON body or curl command on standard input into the new one
  emulate     a small AI Search service on this machine, with both APIs

options:
  --version   print the version
  --help      print this; every command has its own --help

examples:
  autorag-migrate check src/
  autorag-migrate diff src/ | git apply
  echo '{"query": "How do I log in?"}' | autorag-migrate translate
  autorag-migrate emulate docs/
"""

_COMMANDS = {"translate": "autorag_migrate.cli.translate", "emulate": "autorag_migrate.cli.emulate"}
_CODEMODS = ("check", "diff", "apply", "cassettes", "explain")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 done, 1 findings remain, 2 it could not be done."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"-h", "--help"}:
        print(_USAGE, end="")
        return 0 if given else 2
    command, *rest = given
    if command == "--version":
        return _version()
    if command in _COMMANDS:
        return _run(_COMMANDS[command], rest)
    if command in _CODEMODS:
        return _run("autorag_codemods", given)
    return _fail(f"there is no command {command!r}; see autorag-migrate --help")


def _version() -> int:
    from . import __version__  # noqa: PLC0415 (nothing is loaded before it is needed)

    print(f"autorag-migrate {__version__}")
    return 0


def _run(module: str, arguments: list[str]) -> int:
    try:
        return int(import_module(module).main(arguments))
    except ImportError as error:
        return _fail(str(error))


def _fail(sentence: str) -> int:
    print(f"autorag-migrate: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
