"""The HTTP libraries that are understood, one file each, and which of their calls are sites."""

from ._calls import DROP_INS, classify
from .aiohttp import Aiohttp
from .cloudflare import CloudflareSdk
from .httpx import Httpx
from .requests import Requests
from .urls import MARKER, UrlMatch, match_url

__all__ = [
    "DROP_INS",
    "LIBRARIES",
    "MARKER",
    "Aiohttp",
    "CloudflareSdk",
    "Httpx",
    "Requests",
    "UrlMatch",
    "classify",
    "match_url",
]

LIBRARIES = (Requests(), Httpx(), Aiohttp(), CloudflareSdk())
