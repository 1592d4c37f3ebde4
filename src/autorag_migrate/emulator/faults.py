"""Things that go wrong on purpose."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields

__all__ = ["Fault", "Faults"]


@dataclass(frozen=True)
class Fault:
    """What shall go wrong, and for which requests.

    Attributes:
        times: How many requests; ``None`` is all until ``clear``.
        path_contains: Only requests with this in the path.
        method: Only requests with this method.
        delay: Seconds before the request is looked at.
        first_event_delay: Seconds between the headers and the first byte of the body.
        event_delay: Seconds between two events of a stream.
        cut_stream_after: Events after which the connection is closed; 0 is before the first.
        cut_mid_event: Whether half of the next event is sent before the cut.
        end_stream_early: With ``cut_stream_after``: end the body properly, as if it were whole.
        cut_body: Bytes of a body that is no stream after which the connection is closed.
        slow_bytes: Send every byte by itself.
        status: Answer with this status, and an envelope with ``error``.
        error: Answer with the error of this code.
        retrieval_error: Let retrieval fail with this code; new requests that do not say
            ``return_on_failure: false`` then find nothing.
        retry_after: ``Retry-After`` header in seconds, with ``status`` or ``error``.
        html: Answer with a page of HTML; status 502 unless ``status`` says otherwise.
        no_content: Answer 204 with nothing.
        success_false: Answer 200 with an envelope that says ``success: false``.
        invalid_json: Answer 200 with half a JSON text.
        legacy_shape: Answer a new request in the legacy form.
        json_for_stream: Answer a request for a stream with JSON.
        redirect: Answer 307 to this path, or with ``True`` to another path for the same thing.
        gzip: Compress the answer, whatever the client accepts.
    """

    times: int | None = 1
    path_contains: str = ""
    method: str | None = None
    delay: float = 0.0
    first_event_delay: float = 0.0
    event_delay: float = 0.0
    cut_stream_after: int | None = None
    cut_mid_event: bool = False
    end_stream_early: bool = False
    cut_body: int | None = None
    slow_bytes: bool = False
    status: int | None = None
    error: int | None = None
    retrieval_error: int | None = None
    retry_after: float | None = None
    html: bool = False
    no_content: bool = False
    success_false: bool = False
    invalid_json: bool = False
    legacy_shape: bool = False
    json_for_stream: bool = False
    redirect: str | bool = False
    gzip: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What is set, for the log."""
        default = Fault()
        conditions = {"times", "path_contains", "method"}
        return tuple(
            each.name
            for each in fields(self)
            if each.name not in conditions
            and getattr(self, each.name) != getattr(default, each.name)
        )

    def concerns(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        return self.path_contains in path and self.method in {None, method}


class Faults:
    """Faults that wait for their requests. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int | None]] = []

    def add(
        self,
        *,
        times: int | None = 1,
        path_contains: str = "",
        method: str | None = None,
        delay: float = 0.0,
        first_event_delay: float = 0.0,
        event_delay: float = 0.0,
        cut_stream_after: int | None = None,
        cut_mid_event: bool = False,
        end_stream_early: bool = False,
        cut_body: int | None = None,
        slow_bytes: bool = False,
        status: int | None = None,
        error: int | None = None,
        retrieval_error: int | None = None,
        retry_after: float | None = None,
        html: bool = False,
        no_content: bool = False,
        success_false: bool = False,
        invalid_json: bool = False,
        legacy_shape: bool = False,
        json_for_stream: bool = False,
        redirect: str | bool = False,
        gzip: bool = False,
    ) -> Fault:
        """Let something go wrong; the arguments are those of ``Fault``.

        A request takes the oldest fault that concerns it, and only that one.

        Returns:
            The fault, for comparing.
        """
        arguments = dict(locals())
        del arguments["self"]
        fault = Fault(**arguments)
        with self._lock:
            self._waiting.append((fault, fault.times))
        return fault

    def clear(self) -> None:
        """Forget all that wait."""
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """Those that have not met all their requests."""
        with self._lock:
            return [fault for fault, _ in self._waiting]

    def take(self, method: str, path: str) -> Fault:
        """The fault of a request, which uses it up; one without effect where none is meant."""
        with self._lock:
            for place, (fault, left) in enumerate(self._waiting):
                if fault.concerns(method, path):
                    if left is not None and left <= 1:
                        del self._waiting[place]
                    elif left is not None:
                        self._waiting[place] = (fault, left - 1)
                    return fault
        return Fault()
