"""Strings that are put together: f-strings, literals side by side, ``%``."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

import libcst as cst

from . import strings
from .values import (
    UNKNOWN,
    Hole,
    Piece,
    Text,
    Tuple,
    Unknown,
    Value,
    Values,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .run import Run

__all__ = ["combined", "concatenated", "formatted", "percent"]

_MOST_COMBINATIONS = 8
_MOST_TRIED = 64


def concatenated(run: Run, node: cst.ConcatenatedString) -> Values:
    """Literals side by side."""
    return combined(
        run, [(node.left, run.evaluate(node.left)), (node.right, run.evaluate(node.right))]
    )


def formatted(run: Run, node: cst.FormattedString) -> Values:
    """An f-string."""
    parts: list[tuple[cst.CSTNode, Values]] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append((part, frozenset({Text((strings.template_text(part, node.prefix),))})))
            continue
        if not isinstance(part, cst.FormattedStringExpression):
            continue
        if part.equal is not None:
            run.frozen += 1
        values = run.evaluate(part.expression)
        if part.equal is not None:
            run.frozen -= 1
        if part.conversion or part.format_spec:
            for spec in part.format_spec or ():
                run.evaluate(spec)
            run.escape(values, part.expression, "is formatted into a string")
            values = UNKNOWN
        parts.append((part.expression, values))
    return combined(run, parts)


def combined(run: Run, parts: list[tuple[cst.CSTNode, Values]]) -> Values:
    """Strings put together, for every combination of alternatives."""
    for node, values in parts:
        run.escape(
            (value for value in values if not isinstance(value, Text)),
            node,
            "becomes part of a string",
        )
    choices = [
        list(dict.fromkeys(strings.to_pieces(value, node) for value in sorted(values, key=_stable)))
        or [()]
        for node, values in parts
    ]
    made = [
        strings.joined(combination)
        for combination in islice(product(*choices), _MOST_COMBINATIONS + 1)
    ]
    if len(made) > _MOST_COMBINATIONS:
        for node, values in parts:
            run.escape(values, node, "is part of a string with too many forms")
        # One of its forms is enough to see that what sends it may send a legacy request.
        first = next(
            (text for text in map(strings.joined, _some(choices)) if strings.is_legacy(text)), None
        )
        anything = frozenset({Unknown(kind="str")})
        return anything if first is None else strings.blurred([first]) | anything
    return frozenset(made)


def _some(
    choices: list[list[tuple[Piece | Hole, ...]]],
) -> Iterable[tuple[tuple[Piece | Hole, ...], ...]]:
    return islice(product(*choices), _MOST_TRIED)


def _stable(value: Value) -> str:
    return strings.flat(value) if isinstance(value, Text) else type(value).__name__


def percent(run: Run, node: cst.BinaryOperation, left: Values, right: Values) -> Values:
    """``"…%s…" % values``: each ``%s`` is a value, in turn."""
    template, arguments = one(left), one(right)
    given = list(arguments.elements) if isinstance(arguments, Tuple) else [right]
    if isinstance(template, Text):
        pieces: list[tuple[cst.CSTNode, Values]] = []
        rest = list(given)
        for piece in template.pieces:
            texts = piece.text.split("%s") if isinstance(piece, Piece) else None
            if not isinstance(piece, Piece) or texts is None or any("%" in text for text in texts):
                break
            offset = piece.offset
            for index, text in enumerate(texts):
                if index:
                    offset += len("%s")
                    if not rest:
                        break
                    pieces.append((node.right, rest.pop(0)))
                part = Piece(text, piece.node, offset, piece.exact)
                pieces.append((node, frozenset({Text((part,))})))
                offset += len(text)
            else:
                continue
            break
        else:
            if not rest:
                return combined(run, pieces)
    run.escape(left | right, node, "is formatted into a string")
    return strings.blurred(left)
