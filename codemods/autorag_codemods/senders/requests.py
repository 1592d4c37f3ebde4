"""requests: its functions and its `Session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autorag_codemods.program.sites import Carry
from autorag_codemods.program.values import Made, Symbol, Value

from ._calls import Rules, Signature, arguments_of, canonical, make_send, sender_of

if TYPE_CHECKING:
    import libcst as cst

    from autorag_codemods.program.run import Run
    from autorag_codemods.program.sites import Send

__all__ = ["Requests"]

_LIBRARY = "requests"
_SESSIONS = frozenset({"Session", "session", "sessions.Session", "sessions.session"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ALLOWED = frozenset(
    (
        "headers",
        "timeout",
        "verify",
        "cert",
        "proxies",
        "auth",
        "cookies",
        "stream",
        "allow_redirects",
    )
)
_WITH_BODY = Signature(("url", "data", "json"), _ALLOWED)
_WITHOUT_BODY = Signature(("url", "params"), _ALLOWED)
_PUT = Signature(("url", "data"), _ALLOWED)
_REQUEST = Signature(("method", "url", "params", "data"), _ALLOWED)
_BUILT = Signature(
    ("method", "url", "headers", "files", "data", "params", "auth", "cookies", "hooks", "json"),
    frozenset({"headers", "auth", "cookies"}),
)


class Requests(Rules):
    """The rules of requests."""

    package = "requests"
    has_heirs = True

    def construct(self, _run: Run, callee: Value, call: cst.Call) -> Made | None:
        """A session."""
        if not isinstance(callee, Symbol):
            return None
        name, done = canonical(callee.name, _LIBRARY)
        return Made(callee, call) if name in _SESSIONS or (done and name == "adapt") else None

    def carry(self, _run: Run, callee: Value, call: cst.Call) -> Carry | None:
        """A request that a session sends or prepares."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None or sender.made is None or sender.name not in {"send", "prepare_request"}:
            return None
        request = arguments_of(call, ("request",)).named.get("request")
        if request is None:
            return None
        return Carry(request, sends=sender.name == "send", **sender.known())

    def annotated(self, name: str) -> bool:
        """Whether it is the name of a session's class."""
        return canonical(name, _LIBRARY)[0] in {"Session", "sessions.Session"}

    def send(self, run: Run, callee: Value, call: cst.Call) -> Send | None:
        """A function of the module, or a method of a session."""
        sender = sender_of(callee, _LIBRARY)
        if sender is None:
            return None
        verb = sender.name if sender.made else sender.name.removeprefix("api.")
        if sender.made is None and verb in {"Request", "models.Request"}:
            built = make_send(run, call, _LIBRARY, _BUILT, None, gives="request", **sender.known())
            return built._replace(bridgeable=False, unbridgeable="the request is sent elsewhere")
        if verb in _VERBS:
            by_verb = {"post": _WITH_BODY, "put": _PUT, "patch": _PUT}
            signature = by_verb.get(verb, _WITHOUT_BODY)
        elif verb == "request":
            signature = _REQUEST
        else:
            return None
        return make_send(run, call, _LIBRARY, signature, verb, **sender.known())
