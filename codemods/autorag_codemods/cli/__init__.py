"""The commands check, diff, apply, cassettes and explain.

What a command needs is imported when it runs: a tree without legacy calls costs neither libcst
nor rich.
"""

from __future__ import annotations

import atexit
import gc
import sys
import traceback

import click

from .cassettes import cassettes
from .commands import commands
from .output import FAILED, fail

__all__ = ["main"]

commands.add_command(cassettes)


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code: 0 done, 1 findings remain, 2 it could not be done."""
    # At the end of the process the collector would look through all that was loaded, to free it.
    atexit.register(gc.freeze)
    name = f"autorag-migrate {arguments[0]}" if arguments else "autorag-migrate"
    try:
        code = commands.main(arguments, prog_name="autorag-migrate", standalone_mode=False)
    except click.ClickException as error:
        return fail(name, error.format_message())
    except click.Abort:
        return fail(name, "interrupted")
    except OSError as error:
        reason = error.strerror or str(error)
        return fail(name, f"{error.filename}: {reason}" if error.filename else reason)
    except Exception as error:  # an error of ours must not look like "findings remain"
        # Where it happened, but not its message, which may quote the program that was read.
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)))
        return fail(name, f"{type(error).__name__}: this is an error of autorag-migrate's own")
    return code if isinstance(code, int) else FAILED
