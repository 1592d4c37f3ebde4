"""How a stream is read."""

from __future__ import annotations

from .writer import Writer, indented

# <source> are the lines, <data> one of them without its prefix, <take> what is done with a piece.
SINKS = (
    "parts = []\n<loop>\n=> «~~.join(parts)¦parts»\nparts.append(<piece>)",
    "<loop>\nyield <piece>",
    "text = ~~\n<loop>\n=> text\ntext += <piece>",
    "<loop>\n=> None\nprint(<piece>, end=~~)",
)
PIECES = (
    "json.loads(data)[~response~]",
    "json.loads(data).get(~response~, ~~)",
    "json.loads(data).get(~response~) or ~~",
)
TAKES = (
    "<take>",
    "try:\n    piece = <parsed>\nexcept «json.JSONDecodeError¦ValueError¦(ValueError, KeyError)»:\n    continue\n<take_piece>",
    "event = json.loads(data)\nif ~response~ in event:\n    <take_event>",
    "event = json.loads(data)\n<take_event>",
    "piece = <parsed>\nif piece:\n    <take_piece>",
    "if data:\n    <take>",
)
LOOPS = (
    "if not line.startswith(<prefix>):\n    continue\ndata = <cut>\nif data == <done>:\n    <ends>\n<use>",
    "if line.startswith(<prefix>):\n    data = <cut>\n    if data == <done>:\n        <ends>\n    <use>",
    "if not line:\n    continue\nif line.startswith(<prefix>):\n    data = <cut>\n    if data == <done>:\n        <ends>\n    <use>",
    "if line.startswith(<prefix>) and <done> not in line:\n    data = <cut>\n    <use>",
    "if line == b_<prefix_done>:\n    <ends>\nif not line.startswith(<prefix>):\n    continue\ndata = <cut>\n<use>",
    "if not line or not line.startswith(<prefix>):\n    continue\ndata = <cut>\nif data != <done>:\n    <use>",
)
CUTS = ("line[6:]", "line[len(<prefix>):]", "line.removeprefix(<prefix>)", "line[6:].strip()")


def stream_of(w: Writer, library: str, response: str, *, is_async: bool) -> tuple[list[str], str]:
    """Lines that read a stream, and what came of it; "" from a generator."""
    w.need("import json")
    form = (
        w.choose("decode_unicode=True", "", "bytes", "chunk_size=1, decode_unicode=True")
        if library == "requests"
        else ""
    )
    if library == "requests":
        source = f"{response}.iter_lines({'' if form == 'bytes' else form})"
    else:
        source = f"{response}.aiter_lines()" if is_async else f"{response}.iter_lines()"
    raw = "b" if form == "bytes" else ""
    decode = "line = line.decode(«¦~utf-8~»)\n" if library == "requests" and form == "" else ""
    sink = w.template("sink", SINKS)
    before, _, take = sink.rpartition("\n")
    plain, _, value = before.partition("\n=>")
    piece = w.choose(*PIECES)

    def taking(what: str) -> str:
        return w.text(take, piece=w.text(what))

    use = w.text(
        w.template("take", TAKES),
        take=lambda: taking(piece),
        take_piece=lambda: taking("piece"),
        take_event=lambda: taking("event[~response~]"),
        parsed=lambda: w.text(piece),
    )
    prefix = raw + w.text("~data: ~")
    inside = w.text(
        decode + w.template("lines", LOOPS).replace("b_<prefix_done>", raw + "~data: [DONE]~"),
        prefix=prefix,
        cut=lambda: w.text(w.choose(*CUTS), prefix=prefix),
        done=raw + w.text("~[DONE]~"),
        ends="return" if "yield" in take and w.maybe() else w.choose("break", "continue"),
        use=use,
    )
    loop = f"{'async ' if is_async else ''}for line in {source}:\n{indented(inside)}"
    return w.text(plain, loop=loop).split("\n"), w.text(value.strip())
