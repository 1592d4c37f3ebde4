"""What can be asked of a library's response object, and what of it is part of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import UNKNOWN, Answer, Body, Lines, Method, Response, Unknown, Value, Values

if TYPE_CHECKING:
    import libcst as cst

    from .run import Run
    from .sites import Site

__all__ = ["as_lines", "attribute_of_response", "call_of_response"]

_LINE_OPTIONS = frozenset({"chunk_size", "decode_unicode"})


def attribute_of_response(
    run: Run, node: cst.Attribute, value: Response, site: Site, name: str
) -> Values:
    """An attribute of the response of a site."""
    shape = site.send.shape
    if name in shape.texts:
        return frozenset({Body(site)})
    if name in shape.line_attributes:
        return frozenset({Lines(site)})
    if name in shape.parsed | shape.readers | shape.lines | shape.itself:
        return frozenset({Method(value, name)})
    if name in shape.status:
        return frozenset({Unknown(kind="int")})
    if name in shape.same:
        return frozenset({Unknown()})
    if name in shape.raw:
        site.block("AR115", f"the stream is read by {name}", node)
    elif not run.has_failed(site):
        site.block("AR114", f"the response is asked for its {name}", node)
    return UNKNOWN


def call_of_response(run: Run, node: cst.Call, value: Response, name: str) -> Values:
    """What a method of the response of a site gives; its arguments have been evaluated."""
    site = value.site
    shape = site.send.shape
    if name in shape.itself:
        return frozenset({value})
    if name in shape.parsed:
        known = all(
            argument.keyword is not None and argument.keyword.value in shape.decoding
            for argument in node.args
        )
        if not known:
            run.escape([value], node, "is decoded in a way of its own")
        return frozenset({Answer(site)})
    if name in shape.lines:
        if any(not each.keyword or each.keyword.value not in _LINE_OPTIONS for each in node.args):
            run.escape([value], node, "is cut into lines in a way of its own")
        return frozenset({Lines(site)})
    if node.args and name in shape.readers and shape.is_file:
        run.escape([value], node, "is read in parts")
    return frozenset({Body(site)})


def as_lines(value: Value) -> Value:
    """What iterating over a value goes through: the response of some libraries is its lines."""
    if isinstance(value, Response) and value.site.send.shape.iterates:
        return Lines(value.site)
    return value
