"""`autorag-migrate translate`: a legacy JSON body or curl command into the new one."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from autorag_migrate.errors import TranslationError
from autorag_migrate.mapping import BASE_URL, ROUTE_PREFIXES
from autorag_migrate.notes import note
from autorag_migrate.translate import ENDPOINTS, RouteTable, request_to_new

from . import curl
from .options import add_settings, read_settings

if TYPE_CHECKING:
    from autorag_migrate.settings import Settings
    from autorag_migrate.translate import Endpoint, LegacyCall

__all__ = ["main"]

_ACCOUNTS = ROUTE_PREFIXES["legacy"].partition("{")[0]

_EXAMPLES = """\
examples:
  echo '{"query": "llamas", "max_num_results": 5}' | autorag-migrate translate
  echo '{"query": "llamas"}' | autorag-migrate translate --endpoint search --policy adopt
  autorag-migrate translate < request.sh

The new body, or the new command, goes to standard output; the notes go to standard error.
"""


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="autorag-migrate translate",
        description="Translate a legacy JSON body, or a curl command that sends one, "
        "from standard input.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--endpoint",
        choices=("ai-search", "search"),
        default="ai-search",
        help="where a bare JSON body was sent (default: ai-search)",
    )
    add_settings(parser)
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if sys.stdin else ""
        settings = read_settings(options)
        if text.lstrip().startswith("{"):
            output = _body(text, options.endpoint, settings) + "\n"
        else:
            output = _command(text, settings)
        sys.stdout.write(output)
        sys.stdout.flush()
    except (TranslationError, ValueError, OSError) as error:
        return _fail(str(error))
    except RecursionError:
        return _fail("the body is nested too deep")
    return 0


def _fail(sentence: str) -> int:
    sys.stderr.write(f"autorag-migrate translate: {sentence}\n")
    return 2


def _body(text: str, endpoint: Endpoint, settings: Settings) -> str:
    try:
        legacy = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    translation = request_to_new(endpoint, legacy, settings)
    for each in translation.notes:
        sys.stderr.write(f"{each.severity}: {each}\n")
    indent = 2 if "\n" in text.strip() or sys.stdout.isatty() else None
    shown = json.dumps(translation.body, indent=indent, ensure_ascii=False)
    if shown.isascii() or shown.encode(errors="replace").decode() == shown:
        return shown
    return json.dumps(translation.body, indent=indent)


def _command(text: str, settings: Settings) -> str:
    command = curl.parse(text)
    base, call = _call(command)
    new_url = base + call.new_url(settings).removeprefix(BASE_URL)
    endpoint = ENDPOINTS.get(call.route.name)
    if not call.route.carried:
        owed = note("AR238", call.route.name)
        sys.stderr.write(f"{owed.severity}: {owed}\n")
    if endpoint is None:
        return command.rewritten(new_url, call.route.new_method, None)
    if command.data is None:
        raise ValueError("the command has no body")
    body = _body(command.data.value, endpoint, settings)
    return command.rewritten(new_url, call.route.new_method, body)


def _call(command: curl.CurlCommand) -> tuple[str, LegacyCall]:
    """The call that a command makes, whatever host or variable its URL begins with."""
    url = command.url.value
    base, slash, rest = url.partition(_ACCOUNTS)
    if command.method is not None:
        method = command.method.value.upper()
    else:
        method = "GET" if command.data is None else "POST"
    call = RouteTable(BASE_URL).match(method, BASE_URL + slash + rest) if slash else None
    if call is None:
        # The path alone: what stands before and behind it may be a secret.
        shown = (slash + rest).partition("?")[0] or "this URL"
        raise ValueError(f"{method} {shown} is not a legacy AutoRAG call")
    return base, call
