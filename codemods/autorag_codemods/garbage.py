"""When garbage is collected: after a program was judged, not while."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collected_after"]


@contextmanager
def collected_after() -> Iterator[None]:
    """Let the collector rest, and then take what was left behind.

    A tree and what is known of it are many objects that hold each other and stay to the end: to
    look through them in between finds nothing, and is a fifth of all the time. At the end they are
    the youngest there are, which are quickly told from the others. Where it is off, it stays so.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.collect(0)
