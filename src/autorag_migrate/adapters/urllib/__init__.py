"""urllib: the standard library's package, whose `request` sends legacy calls over the new API.

``from autorag_migrate.adapters import urllib`` gives all of urllib. Only `urllib.request` differs:
see `autorag_migrate.adapters.urllib.request`.
"""

from __future__ import annotations

from urllib import error, parse, response, robotparser

from . import request

__all__ = ["error", "parse", "request", "response", "robotparser"]
