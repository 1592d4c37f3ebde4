"""The HTTP libraries that are understood, one file each, and which of their calls are sites."""

from ._calls import DROP_INS, classify
from .aiohttp import Aiohttp
from .cloudflare import CloudflareSdk
from .http_client import HttpClient
from .httpx import Httpx
from .requests import Requests
from .urllib import UrllibRequest
from .urllib3 import Urllib3
from .urls import MARKER, UrlMatch, match_url
from .workers import WORKERS, Workers

__all__ = [
    "DROP_INS",
    "EXTRAS",
    "LIBRARIES",
    "MARKER",
    "WORKERS",
    "Aiohttp",
    "CloudflareSdk",
    "HttpClient",
    "Httpx",
    "Requests",
    "UrlMatch",
    "Urllib3",
    "UrllibRequest",
    "Workers",
    "classify",
    "match_url",
]

LIBRARIES = (
    Requests(),
    Httpx(),
    Aiohttp(),
    CloudflareSdk(),
    UrllibRequest(),
    Urllib3(),
    HttpClient(),
    Workers(),
)

EXTRAS = {name: name for name in ("requests", "aiohttp", "cloudflare", "urllib3")}
"""The extra of ``autorag-migrate`` that the drop-in of a library needs, if it needs one."""
