"""One legacy call over the new API, without IO: what to send, and how to read what comes back.

Every adapter is a loop around this. It knows how its library spells a request; which URL is ours,
what goes out and what comes back in which form is decided here. The client, which raises where an
adapter notes, calls the translators itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from autorag_migrate.errors import RefusedError, TranslationError
from autorag_migrate.mapping import BASE_URL, ROUTES, STREAM
from autorag_migrate.notes import Note, deliver, note
from autorag_migrate.settings import DEFAULT_SETTINGS, Settings

from ._base import STANDARD_CODEC, Codec, Translation
from .error import envelope, error_to_legacy, is_error
from .management import management_to_legacy
from .request import ENDPOINTS, Endpoint, request_to_new
from .response import is_legacy_answer, response_to_legacy
from .route import LegacyCall, RouteTable
from .stream import StreamToLegacy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["STALE_HEADERS", "Bridge", "Exchange"]

STALE_HEADERS = frozenset(
    ("content-encoding", "content-length", "transfer-encoding", "etag", "digest", "content-digest")
)
"""Headers that speak of the bytes of a body and are wrong once it was translated (lower case)."""

_SIGNED = frozenset(
    ("signature", "digest", "content-digest", "content-md5", "x-amz-content-sha256")
)
_METHODS = frozenset(route.legacy_method for route in ROUTES)
_KNOWN_LIMIT = 256
_BAD_REQUEST, _ERROR_FROM = 400, 400
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WITHOUT_ANSWER = frozenset((204, 205, *_REDIRECTS))
_REFUSED_CREDENTIALS = frozenset((401, 403))


# Compiling the patterns costs more than a call, and drop-in functions make a bridge for each.
_routes = lru_cache(maxsize=32)(RouteTable)


class Bridge:
    """Legacy outside, new inside.

    Args:
        settings: Policy, route and answers to open questions.
        base_url: Base of legacy URLs that are ours beside those of api.cloudflare.com; a new call
            goes to the host that the legacy one named.
        codec: How JSON is read and written.
        on_note: Called with every note, whatever its severity.
    """

    def __init__(
        self,
        settings: Settings = DEFAULT_SETTINGS,
        *,
        base_url: str = BASE_URL,
        codec: Codec = STANDARD_CODEC,
        on_note: Callable[[Note], None] | None = None,
    ) -> None:
        self.settings = settings
        self.codec = codec
        self.routes = _routes(BASE_URL, base_url)
        self._on_note = on_note
        # A program calls few URLs, again and again.
        self._known: dict[tuple[str, str], LegacyCall] = {}

    def match(self, method: str, url: str) -> LegacyCall | None:
        """The legacy call that a request line is, or None for everything that is not ours."""
        call = self._known.get((method, url))
        if call is None:
            call = self.routes.match(method, url)
            # Only what is ours is kept: other URLs are many, and may hold secrets.
            if call is None:
                if self.routes.looks_legacy(url):
                    self.deliver((note("AR235"),))
            else:
                if len(self._known) >= _KNOWN_LIMIT:
                    self._known.clear()
                self._known[method, url] = call
        return call

    def is_ours(self, url: str) -> bool:
        """Whether `url` is a legacy route below one of the base URLs, by whatever method."""
        return any(self.routes.match(method, url) for method in _METHODS)

    def open(self, call: LegacyCall, headers: Iterable[str], body: bytes | None) -> Exchange:
        """Begin an exchange.

        Args:
            call: What `match` gave.
            headers: Names of the request's headers, in lower case.
            body: The request's body, None when it cannot be read (it is produced while it is sent).

        Raises:
            NoteError: Under the policy ``strict``.
        """
        exchange = Exchange(self, call)
        exchange.begin(headers, body)
        return exchange

    def deliver(self, notes: Iterable[Note], *, answers_badly: bool = False) -> None:
        """Hand notes to their listener and obey the policy.

        An answer that `answers_badly` is never replaced by an exception: the caller's own branch
        for that status is what must run.
        """
        policy = self.settings.notes
        deliver(notes, "warn" if answers_badly and policy == "strict" else policy, self._on_note)


class Exchange:
    """One call. What to do with it stands in its attributes.

    Attributes:
        legacy: The caller's own request goes out as it is, and its answer comes back as it is.
        refusal: The body of an answer with status 400 that the legacy API would have given; nothing
            is sent.
        method: Method of the new request.
        url: URL of the new request.
        body: Body of the new request; None for none.
    """

    refusal_status = _BAD_REQUEST

    def __init__(self, bridge: Bridge, call: LegacyCall) -> None:
        self._bridge = bridge
        self._call = call
        self._query = ""
        self.legacy = False
        self.refusal: bytes | None = None
        self.method = call.route.new_method
        self.url = call.new_url(bridge.settings)
        self.body: bytes | None = None

    def begin(self, headers: Iterable[str], body: bytes | None) -> None:
        """Decide what goes out."""
        carried = self._call.route.carried
        if not carried and self._bridge.settings.instance_list == "legacy":
            self._leave(note("AR232", self._call.route.name))
        elif not carried:
            self._bridge.deliver((note("AR238", self._call.route.name),))
        elif self._endpoint is None:
            return
        elif body is None or not _SIGNED.isdisjoint(headers):
            self._leave(note("AR231"))
        else:
            self._translate(body)

    def _translate(self, body: bytes) -> None:
        assert self._endpoint is not None  # noqa: S101 (begin asked)
        codec = self._bridge.codec
        try:
            decoded = codec.loads(body)
        except (ValueError, RecursionError):
            self._leave(note("AR231"))
            return
        try:
            translation = request_to_new(self._endpoint, decoded, self._bridge.settings)
        except RefusedError as error:
            self.refusal = codec.dumps(envelope(error.code, error.reason, error.path))
            self._bridge.deliver((note("AR237", ".".join(map(str, error.path)), error.reason),))
            return
        except TranslationError as error:
            self._leave(note("AR230", ".".join(map(str, error.path)), error.reason))
            return
        self._query = translation.query
        self._bridge.deliver(translation.notes)
        self.body = codec.dumps(translation.body)

    def _leave(self, why: Note) -> None:
        self.legacy = True
        self._bridge.deliver((why,))

    @property
    def _endpoint(self) -> Endpoint | None:
        return ENDPOINTS.get(self._call.route.name)

    def form(
        self, status: int, content_type: str, *, readable: bool = True
    ) -> Literal["json", "stream", "other"]:
        """How an answer is to be read: whole, as events come, or not at all (it passes).

        Raises:
            NoteError: Under the policy ``strict``, for a success of a type that is not translated.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if readable and kind == STREAM["content_type"] and status < _ERROR_FROM:
            return "stream"
        # An answer without a type is tried, because servers in tests often give none.
        if readable and (kind in {"", "application/json"} or kind.endswith("+json")):
            return "json"
        if self._endpoint is not None and status < _ERROR_FROM and status not in _WITHOUT_ANSWER:
            self._bridge.deliver(
                (note("AR223", "", f"its type is {kind}" if readable else "it is compressed"),)
            )
        return "other"

    def location(self, status: int, location: str) -> str:
        """The target of a redirect, as the caller's own request can follow it."""
        if status not in _REDIRECTS:
            return location
        target = self._bridge.routes.legacy_location(location, self._call.route)
        if target != location and "://" in target and not self._bridge.is_ours(target):
            self._bridge.deliver((note("AR236"),))
        return target

    def answer(self, status: int, body: bytes) -> bytes:
        """A whole answer in the legacy form; the same object where nothing changes.

        Raises:
            NoteError: Under the policy ``strict``.
        """
        if not body:
            return body
        codec = self._bridge.codec
        try:
            decoded = codec.loads(body)
        except (ValueError, RecursionError):
            self._bridge.deliver((note("AR223"),))
            return body
        translation = self._answer(status, decoded)
        refused = status in _REFUSED_CREDENTIALS
        self._bridge.deliver(translation.notes, answers_badly=refused)
        if translation.body is decoded:
            return body
        try:
            return codec.dumps(translation.body)
        except (ValueError, RecursionError):
            # What can just be read, nested deeply, may be too deep to be written one level lower.
            self._bridge.deliver((note("AR223"),))
            return body

    def _answer(self, status: int, decoded: Any) -> Translation:
        if not isinstance(decoded, dict):
            return Translation(decoded, (note("AR223"),))
        if status >= _ERROR_FROM or is_error(decoded):
            owed = (note("AR233"),) if status in _REFUSED_CREDENTIALS else ()
            return Translation(error_to_legacy(decoded).body, owed)
        try:
            if self._endpoint is None:
                return management_to_legacy(self._call.route.name, decoded)
            if is_legacy_answer(decoded):
                return Translation(decoded)
            return response_to_legacy(self._endpoint, decoded, self._bridge.settings, self._query)
        except TranslationError as error:
            return Translation(decoded, (note("AR223", "", str(error)),))

    def stream(self) -> StreamToLegacy:
        """A fresh transformer for an answer that comes as events."""
        return StreamToLegacy(self._bridge.settings)

    def close_stream(self, stream: StreamToLegacy) -> None:
        """Deliver what a stream's translation owes.

        Raises:
            NoteError: Under the policy ``strict``.
        """
        self._bridge.deliver(stream.notes)
