"""What a client is told, checked before anything is sent."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autorag_migrate.errors import ConfigurationError
from autorag_migrate.mapping import AUTH_HEADERS, BASE_URL, INSTANCE_NAME, NAME_LENGTH

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Credentials",
    "checked_account",
    "checked_base_url",
    "checked_bounds",
    "checked_credentials",
    "checked_name",
]

_ACCOUNT = "CLOUDFLARE_ACCOUNT_ID"
_TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 (the name of a variable)
_EMAIL, _KEY = "CLOUDFLARE_EMAIL", "CLOUDFLARE_API_KEY"
_BASE = "CLOUDFLARE_API_BASE_URL"
_LONGEST_NAME = NAME_LENGTH["new"]


class Credentials:
    """The headers that prove who asks; no representation of them shows a value."""

    __slots__ = ("_headers",)

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: httpx.Request) -> httpx.Request:
        """Sign one request: httpx takes this for its `auth`, so no other request gets them."""
        request.headers.update(self._headers)
        return request

    def __repr__(self) -> str:
        return f"<{' and '.join(self._headers)}>"


def checked_credentials(
    api_token: str | None, api_email: str | None, api_key: str | None
) -> Credentials:
    """The credentials that were given, else those of the environment.

    Raises:
        ConfigurationError: There are none, half of a pair, two kinds, or an unusable one.
    """
    if api_token is not None and (api_email is not None or api_key is not None):
        raise ConfigurationError("give either api_token, or api_email and api_key, not both")
    if (api_email is None) is not (api_key is None):
        lacking = "api_key" if api_key is None else "api_email"
        raise ConfigurationError(f"api_email and api_key belong together: {lacking} is missing")
    if api_token is None and api_key is None:
        api_token = os.environ.get(_TOKEN) or None
    if api_token is None and api_key is None:
        api_email, api_key = os.environ.get(_EMAIL), os.environ.get(_KEY)
    if api_token is not None:
        return Credentials(
            {
                AUTH_HEADERS["token"]: f"{AUTH_HEADERS['token_scheme']} "
                f"{_sendable('api_token', api_token)}"
            }
        )
    if not api_email or not api_key:
        raise ConfigurationError(
            f"no credentials: give api_token (or set {_TOKEN}), "
            f"or api_email and api_key (or set {_EMAIL} and {_KEY})"
        )
    return Credentials(
        {
            AUTH_HEADERS["email"]: _sendable("api_email", api_email),
            AUTH_HEADERS["key"]: _sendable("api_key", api_key),
        }
    )


def _sendable(argument: str, value: object) -> str:
    # Checked here because the error of the library that sends would quote the value.
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]+", value):
        raise ConfigurationError(
            f"{argument} is empty or holds characters (such as white space) that cannot be sent"
        )
    return value


def checked_account(account_id: object) -> str:
    """The account that was given, else that of the environment.

    Raises:
        ConfigurationError: There is none, or it is no account's id.
    """
    account: object = os.environ.get(_ACCOUNT) or None if account_id is None else account_id
    if account is None:
        raise ConfigurationError(f"no account: give account_id, or set {_ACCOUNT}")
    if not isinstance(account, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", account):
        # Not quoted: what was given in its place may be the token.
        raise ConfigurationError("account_id is no account's id; an id is letters and digits")
    return account


def checked_base_url(base_url: object) -> str:
    """The base URL that was given, else that of the environment, else Cloudflare's.

    Raises:
        ConfigurationError: It is no base URL, or credentials would travel in clear.
    """
    given: object = base_url if base_url is not None else os.environ.get(_BASE) or BASE_URL
    try:
        parts = urlsplit(str(given))
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError("base_url is not a URL") from None
    if "@" in parts.netloc:
        raise ConfigurationError("base_url holds credentials; give them as arguments")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ConfigurationError(f"base_url must look like {BASE_URL}, without ? and #")
    if parts.scheme == "http" and not _is_near(host):
        raise ConfigurationError(
            f"credentials would travel in clear to the base_url at {host}; use https"
        )
    shown = f"[{host}]" if ":" in host else host
    where = shown if port is None else f"{shown}:{port}"
    return f"{parts.scheme}://{where}{parts.path.rstrip('/')}"


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one beside it: a private address, a name without a dot."""
    import ipaddress  # noqa: PLC0415 (only plain http needs it)

    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_private
    except ValueError:
        return "." not in host or host.endswith(".localhost")


def checked_name(name: object) -> str:
    """The name of an instance.

    Raises:
        ConfigurationError: It cannot be one.
    """
    if isinstance(name, str) and len(name) <= _LONGEST_NAME and re.fullmatch(INSTANCE_NAME, name):
        return name
    raise ConfigurationError(
        f"{name!r} is not the name of an instance: 1 to {_LONGEST_NAME} small letters, "
        "digits and underscores, with single hyphens between them"
    )


def checked_bounds(max_retries: object, max_retry_wait: object) -> tuple[int, float]:
    """How often and how long a call may wait.

    Raises:
        ConfigurationError: They are not numbers from zero on.
    """
    if not isinstance(max_retries, int) or isinstance(max_retries, bool) or max_retries < 0:
        raise ConfigurationError(f"max_retries is {max_retries!r}; it must be 0 or more")
    if not isinstance(max_retry_wait, (int, float)) or not max_retry_wait >= 0:
        raise ConfigurationError(f"max_retry_wait is {max_retry_wait!r}; it must be 0 or more")
    return max_retries, max_retry_wait
