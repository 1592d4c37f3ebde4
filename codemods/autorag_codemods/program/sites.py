"""A site: an expression that sends, or may send, a legacy request, and what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from .schema import LIFTED
from .shapes import USUAL, Shape

if TYPE_CHECKING:
    import libcst as cst

    from .values import FunctionInfo, Symbol, Values

__all__ = ["Block", "Carry", "Guard", "Identity", "Read", "Send", "Site", "Step", "StreamParse"]


class Send(NamedTuple):
    """A call that sends a request, as its library's rules read it.

    `symbol` is the imported name that the sender comes from, None when an argument brought it.
    `body` is the node of the payload, `encoded` true where it stands for text and not for a dict.
    `odd` is what makes the call one that cannot be native, with its code; `params` is true where it
    takes a query string apart from the URL. `shape` is that of the
    response; `gives` says what the call gives where it is not the response itself. `unbridgeable`
    says why no adapter can stand in, where that is not because the sender comes from elsewhere.
    """

    call: cst.Call
    library: str
    symbol: Symbol | None
    method: str | None
    url: cst.BaseExpression | None
    url_values: Values
    body: cst.BaseExpression | None
    body_values: Values
    encoded: bool
    odd: tuple[str, str] | None
    is_done: bool
    bridgeable: bool
    shape: Shape = USUAL
    gives: Literal["response", "answer", "text", "proxy", "request", "nothing", "anything"] = (
        "response"
    )
    unbridgeable: str = ""
    params: bool = False


class Carry(NamedTuple):
    """A call that is given a request which was built before: it sends it, or hands it on.

    `odd` is what makes it another request, with its code.
    """

    request: cst.BaseExpression
    sends: bool
    symbol: Symbol
    is_done: bool
    bridgeable: bool
    odd: tuple[str, str] | None = None


class Step(NamedTuple):
    """One step of a read: a subscript, or a ``.get`` with its default.

    `node` is the whole expression up to here, `key_node` what stands between the brackets.
    """

    key: str
    is_get: bool
    node: cst.BaseExpression
    key_node: cst.BaseExpression | None
    default: cst.BaseExpression | None


@dataclass(eq=False, slots=True)
class Read:
    """A chain of steps from an expression that holds part of an answer.

    `origins` are the answers that the chain may start from: site, path of the root, event. It is
    `mixed` where it may start from something else, `or_empty` from an empty dict of the program's,
    `or_none` from None.
    """

    node: cst.BaseExpression
    root: cst.BaseExpression
    steps: tuple[Step, ...]
    origins: set[tuple[Site, tuple[str, ...], bool]] = field(default_factory=set)
    mixed: bool = False
    or_empty: bool = False
    or_none: bool = False


@dataclass(eq=False, slots=True)
class Guard:
    """``"key" in answer``; `mixed` where it may be asked of something else."""

    node: cst.Comparison
    key: str
    key_node: cst.BaseExpression
    container: cst.BaseExpression
    origins: set[tuple[Site, tuple[str, ...], bool]] = field(default_factory=set)
    mixed: bool = False


@dataclass(eq=False, slots=True)
class Identity:
    """``name is None``, where the name holds what the new answer has no object for.

    `may_be_none` where it is None itself at times, `mixed` where it may be something else.
    """

    node: cst.Comparison
    name: cst.Name
    sites: set[Site] = field(default_factory=set)
    may_be_none: bool = False
    mixed: bool = False


@dataclass(eq=False, slots=True)
class StreamParse:
    """``json.loads(…)`` of an event of a stream, in the loop over the lines of its sites."""

    node: cst.Call
    in_loop: bool = False
    sites: set[Site] = field(default_factory=set)


class Block(NamedTuple):
    """What stands in the way of native."""

    code: str
    reason: str
    node: cst.CSTNode | None


@dataclass(eq=False, slots=True)
class Site:
    """A send whose URL is, or may be, a legacy one.

    `context` are the calls that it is reached through, where a helper is understood for each of
    its calls; `within` is the function that the first of them, or the send, stands in. It is
    `lifted` where what the program takes out of the envelope is to be the envelope itself.
    """

    send: Send
    context: tuple[cst.CSTNode, ...] = ()
    within: FunctionInfo | None = None
    endpoint: str | None = None
    certainty: Literal["legacy", "maybe"] = "legacy"
    blocks: list[Block] = field(default_factory=list)
    seen: bool = False
    lifted: bool = False
    # Who sends a request that was built before, once that is seen.
    _sender: tuple[Symbol, bool, bool] | None = None

    @property
    def answers(self) -> str:
        """By what name the shape of its answer is known."""
        return LIFTED if self.lifted else self.endpoint or ""

    def clear(self) -> None:
        """Forget what was seen of it."""
        self.blocks.clear()
        self.seen = False
        self._sender = None

    def see(self, send: Send) -> None:
        """Take the call's arguments as they are in this round."""
        self.send, self.seen = send, True
        self._take_sender()

    def sent_by(self, symbol: Symbol, *, is_done: bool, bridgeable: bool) -> None:
        """Note who sends the request that was built here; several are none that can be bridged."""
        found = (symbol, is_done, bridgeable)
        if self._sender is not None and self._sender != found:
            found = (symbol, is_done and self._sender[1], False)
        self._sender = found
        self._take_sender()

    def _take_sender(self) -> None:
        if self._sender is not None:
            symbol, is_done, bridgeable = self._sender
            self.send = self.send._replace(
                symbol=symbol, is_done=is_done, bridgeable=bridgeable, unbridgeable=""
            )

    def block(self, code: str, reason: str, node: cst.CSTNode | None) -> None:
        """Note what stands in the way of native, once for each reason."""
        found = Block(code, reason, node)
        if found not in self.blocks:
            self.blocks.append(found)
