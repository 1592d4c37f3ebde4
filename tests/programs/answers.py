"""What comes of it: an answer, read in one of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answer_forms import (
    ANSWERS,
    ASSIGNMENTS,
    CHAINS,
    CHECKS,
    DIRECT,
    FETCHED,
    GUARDS,
    ODD_ANSWERS,
    ODD_GUARDS,
    ODD_RESULTS,
    ODD_ROOTS,
    OTHERS,
    RAW,
    RESULTS,
    ROOTS,
)
from .places import Place
from .row_forms import (
    CHANGES,
    DATA,
    FIELDS,
    NAMED_DATA,
    ODD_ITEMS,
    ODD_ROWS,
    ODD_STRINGS,
    ROWS,
    STRINGS,
    TEXTS,
)
from .writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def row_of(w: Writer, item: str) -> str:
    """An expression over one row."""
    template = w.choose(*(ODD_ITEMS if w.maybe(12) else w.choose(FIELDS, TEXTS)))
    if template.startswith("f") and not item.isidentifier():
        template = FIELDS[0]
    w.labels.append(f"row: {template}")
    return w.text(template, i=item)


def rows_of(
    w: Writer, rows: str, templates: Sequence[str] = (), **holes: str | Callable[[], str]
) -> tuple[list[str], str]:
    """Lines and an expression that make something of the rows."""
    item = w.choose("item", "row", "d", "hit", "chunk")
    return w.write(
        w.template("direct", templates) if templates else w.template("rows", ROWS, ODD_ROWS),
        **holes,
        i=item,
        rows=rows,
        row=lambda: row_of(w, item),
        row_of_row=lambda: row_of(w, "row"),
        nth=lambda: row_of(w, f"{rows}[n]"),
        zeroth=lambda: row_of(w, f"{rows}[0]"),
        string=lambda: w.text(w.template("string", STRINGS, ODD_STRINGS), i=item),
        change=lambda: w.text(w.template("change", CHANGES), i=item),
    )


def parts_of_reading(
    w: Writer, place: Place, library: str, response: str, call: str
) -> dict[str, str | Callable[[], str]]:
    return {
        "r": response,
        "ok": "ok" if library == "requests" else "is_success",
        "key": "response" if place.endpoint == "ai-search" else "data",
        "call": call,
        "called": f"({call})" if call.startswith("await ") else call,
        "lib": library,
        "Timeout": "Timeout" if library == "requests" else "TimeoutException",
        "HTTPError": "HTTPError" if library == "requests" else "HTTPStatusError",
    }


def fetching_of(
    w: Writer, place: Place, library: str, response: str, call: str
) -> tuple[list[str], str]:
    """Lines that send, and an expression for what is handed to who reads."""
    holes = parts_of_reading(w, place, library, response, call)
    lines, value = w.write(w.template("fetched", FETCHED), **holes)
    return ["\0" + "\n".join(lines)] if lines else [], value


def reading_of(
    w: Writer, place: Place, library: str, response: str, call: str
) -> tuple[list[str], str]:
    """Lines that send and read the answer, and an expression for what came of it."""
    holes = parts_of_reading(w, place, library, response, call)
    if w.maybe(6):
        more, value = rows_of(w, "", DIRECT, **holes)
        return ["\0" + line for line in [*more, f"value = {value}"]], "value"
    if w.maybe(5):
        lines, holes["root"] = w.write(w.template("chain", CHAINS), **holes)
        lines = ["\0" + "\n".join(lines)]
    else:
        assignment = w.template("assignment", ASSIGNMENTS)
        if "<lib>" in assignment:
            w.need(f"import {library}")
        lines = ["\0" + "\n".join(w.write(assignment, **holes)[0])]
        lines += w.write(w.template("check", CHECKS), **holes)[0]
        more, holes["root"] = w.write(w.template("root", ROOTS, ODD_ROOTS), **holes)
        lines += more
    more, value = read_of(w, place, holes)
    return [*lines, *more], value


def read_of(
    w: Writer, place: Place, holes: dict[str, str | Callable[[], str]]
) -> tuple[list[str], str]:
    """Lines that read the answer ``<root>``, and an expression for what came of it."""
    lines: list[str] = []

    def add(template: str) -> str:
        more, value = w.write(template, **holes)
        lines.extend(more)
        return value

    if w.maybe(3):
        add(w.template("guard", GUARDS, ODD_GUARDS))
    holes["result"] = add(w.template("result", RESULTS, ODD_RESULTS))
    pieces: list[str] = []
    kinds = ("rows",) if place.endpoint == "search" else ("answer", "rows")
    for number in range(w.choose(1, 1, 2, 3)):
        kind = w.choose("other", "raw", "other") if w.maybe(8) else w.choose(*kinds)
        if kind == "rows":
            holes["data"] = w.write(w.choose(*DATA), **holes)[1]
            rows = add(w.choose(*NAMED_DATA)) if w.maybe(2) else str(holes["data"])
            more, value = rows_of(w, rows)
            lines += more
        else:
            templates = {"answer": (ANSWERS, ODD_ANSWERS), "other": (OTHERS,), "raw": (RAW,)}
            value = add(w.template(kind, *templates[kind]))
        if value.isidentifier() and number == 0:
            lines.append(f"value = {value}")
            value = "value"
        pieces.append(value)
    return lines, _together(w, pieces)


def _together(w: Writer, pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    if w.maybe(2):
        return w.mapping([(f"v{number}", piece) for number, piece in enumerate(pieces)])
    return f"({', '.join(pieces)})"
