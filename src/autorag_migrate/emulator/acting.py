"""Faults turned into answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_migrate.emulator.errors import ApiError, envelope_of
from autorag_migrate.emulator.replies import Reply

if TYPE_CHECKING:
    from autorag_migrate.emulator.faults import Fault
    from autorag_migrate.emulator.replies import Incoming

__all__ = ["MOVED", "PREFIX", "in_place_of_an_answer"]

PREFIX = "/client/v4"
"""Where both APIs begin."""

MOVED = f"{PREFIX}/moved"
"""Where both APIs begin as well, so that a redirect has somewhere to lead."""

_CODES = {401: 10000, 403: 10000, 404: 7002, 429: 2003, 503: 7017}
_PAGE = """<!DOCTYPE html>
<html>
<head><title>{status}: Bad gateway</title></head>
<body><h1>Error {status}</h1><p>The web server reported a bad gateway error.</p></body>
</html>
"""


def in_place_of_an_answer(fault: Fault, incoming: Incoming, api: str) -> Reply | None:
    """What is answered without looking at the request.

    Args:
        fault: What shall go wrong.
        incoming: The request.
        api: Which spelling errors have.

    Returns:
        The answer, or ``None`` when the fault lets the request through.
    """
    retry = _retry_after(fault.retry_after)
    if fault.redirect:
        return Reply(307, raw=b"", headers={"location": _target(fault.redirect, incoming)})
    if fault.html:
        status = fault.status or 502
        page = _PAGE.format(status=status).encode()
        return Reply(status, raw=page, media_type="text/html; charset=UTF-8", headers=retry)
    if fault.no_content:
        return Reply(204, raw=b"")
    if fault.invalid_json:
        return Reply(raw=b'{"success": true, "result": {"da')
    if fault.success_false:
        return Reply(body=envelope_of(ApiError(fault.error or 7001), api))
    if fault.status is not None or fault.error is not None:
        code = fault.error or _CODES.get(fault.status or 500, 7001)
        error = ApiError(code, status=fault.status)
        return Reply(error.status, body=envelope_of(error, api), headers=retry)
    return None


def _retry_after(seconds: float | None) -> dict[str, str]:
    return {} if seconds is None else {"retry-after": f"{seconds:g}"}


def _target(redirect: str | bool, incoming: Incoming) -> str:
    if isinstance(redirect, str):
        return redirect
    return MOVED + incoming.path.removeprefix(PREFIX)
