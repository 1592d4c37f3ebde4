"""A notebook from its JSON to its rows and its new JSON."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from autorag_codemods.comments import keeps_in
from autorag_codemods.module import Outcome, judge_text
from autorag_codemods.parse import UnparsableError, parse
from autorag_codemods.report.model import Finding, Place, Row
from autorag_codemods.scan import may_matter
from autorag_codemods.senders import MARKER

from .cells import Notebook, NotebookError, open_notebook
from .joined import Joined
from .order import used_early
from .splice import splice

if TYPE_CHECKING:
    from autorag_codemods.members import Surroundings
    from autorag_codemods.options import Options

    from .cells import Cell

__all__ = ["judge_notebook"]

_BY_HAND = "rewrite it by hand; autorag-migrate translate takes a curl command"


def judge_notebook(text: str, shown: str, options: Options, around: Surroundings) -> Outcome:
    """Judge a notebook as one module; whatever goes wrong leaves it as it is, with a finding."""
    try:
        notebook = open_notebook(text)
        if not any(_matters(cell.text) for cell in notebook.cells):
            return Outcome(text)
        joined = _joined(notebook)
        early = dict.fromkeys(used_early(joined.texts), "an earlier cell")
        around = replace(around, names={**around.names, **early})
        outcome = judge_text(joined.text, shown, options, around)
    except NotebookError as error:
        return Outcome(
            text, findings=[Finding(error.code, str(error), Place(shown, error.line, 1))]
        )
    except RecursionError:
        sentence = "it is nested too deep to be understood"
        return Outcome(text, findings=[Finding("AR154", sentence, Place(shown, 1, 1))])
    except Exception as error:
        sentence = f"it could not be judged: {type(error).__name__} in autorag-migrate"
        return Outcome(text, findings=[Finding("AR158", sentence, Place(shown, 1, 1))])
    return _placed(outcome, notebook, joined, shown, options)


def _matters(text: str) -> bool:
    return may_matter(text.encode("utf-8", "replace"))


def _joined(notebook: Notebook) -> Joined:
    """The cells as one module, of which each is Python by itself.

    Raises:
        NotebookError: One is not.
    """
    for cell in notebook.cells:
        if any("\ud800" <= each <= "\udfff" for each in cell.text):
            raise NotebookError("AR151", f"cell {cell.number} is not text")
        _check(cell, notebook)
    joined = Joined(notebook.cells)
    if joined.split(joined.text) != {cell.number: cell.text for cell in notebook.cells}:
        raise NotebookError("AR155", "its magics do not come back as they were")
    return joined


def _check(cell: Cell, notebook: Notebook) -> None:
    try:
        text = Joined([cell]).texts[0]
        parse(text)
        ast.parse(text)
    except UnparsableError as error:
        raise _broken(cell, notebook, error.code) from None
    except (SyntaxError, ValueError):
        raise _broken(cell, notebook, "AR150") from None


def _broken(cell: Cell, notebook: Notebook, code: str) -> NotebookError:
    line = notebook.text.count("\n", 0, cell.node.start) + 1
    what = "does not parse" if code == "AR150" else "is nested too deep to be parsed"
    return NotebookError(code, f"cell {cell.number} {what}", line)


def _placed(
    outcome: Outcome, notebook: Notebook, joined: Joined, shown: str, options: Options
) -> Outcome:
    """Rows and findings at their cells, and the JSON with the new texts."""
    text, findings, rows = notebook.text, outcome.findings, outcome.rows
    findings = [
        each._replace(place=_place(each.place, joined), text=joined.said(each.text))
        for each in findings
    ]
    rows = [_row(row, joined) for row in rows]
    rows += _beside_python(notebook, shown, options)
    if outcome.text != joined.text:
        text, problem = _written(notebook, joined, outcome.text)
        if problem:
            rows = [
                replace(row, verdict="manual", code="AR156", reason=problem, notes=())
                if row.verdict in {"native", "bridged"} and not row.done
                else row
                for row in rows
            ]
            findings.append(Finding("AR156", problem, Place(shown, 1, 1)))
            return Outcome(notebook.text, rows, findings)
    return Outcome(text, rows, findings, outcome.dependencies)


def _written(notebook: Notebook, joined: Joined, module: str) -> tuple[str, str]:
    """The new JSON, or why there is none."""
    try:
        texts = joined.split(module)
        text = splice(notebook, texts)
        again = open_notebook(text)
    except (ValueError, NotebookError):
        return notebook.text, "what it would become does not go back into its cells"
    wanted = {cell.number: texts[cell.number] for cell in notebook.cells}
    same = {cell.number: cell.text for cell in again.cells} == wanted
    if not same or _without_sources(text) != _without_sources(notebook.text):
        return notebook.text, "more than its cells would change"
    return text, ""


def _without_sources(text: str) -> object:
    decoded = json.loads(text)
    for cell in decoded["cells"]:
        if cell["cell_type"] == "code":
            del cell["source"]
    # Keys in their order, and what compares unequal to itself (NaN) as it is written.
    return json.dumps(decoded)


def _place(place: Place, joined: Joined) -> Place:
    cell, line, column = joined.place(place.line, place.column)
    return Place(place.path, line, column, cell)


def _row(row: Row, joined: Joined) -> Row:
    evidence = []
    for step in row.evidence:
        cell, line, _ = joined.place(step.line, 1)
        evidence.append(step._replace(line=line, text=joined.said(step.text), cell=cell))
    return replace(
        row,
        place=_place(row.place, joined),
        reason=joined.said(row.reason),
        call=joined.said(row.call),
        evidence=tuple(evidence),
    )


def _beside_python(notebook: Notebook, shown: str, options: Options) -> list[Row]:
    """Legacy URLs in what is no Python of the notebook's own."""
    rows = []
    for cell in notebook.cells:
        for _, hidden in Joined([cell]).mask.hidden:
            if MARKER not in hidden:
                continue
            before = cell.text[: cell.text.index(hidden)]
            place = Place(
                shown, before.count("\n") + 1, len(before) - before.rfind("\n"), cell.number
            )
            word = hidden.split()[0]
            reason = f"a legacy URL stands in what {word} is given"
            row = Row("manual", "AR130", reason, place, word, suggestion=_BY_HAND)
            if any(keep.reason for keep in keeps_in(hidden)):
                row = replace(row, verdict="kept", code="AR140", reason="it is kept by a comment")
            elif not options.is_selected(row.code):
                row = replace(row, verdict="kept", code="AR142", reason="it is not selected")
            rows.append(replace(row, suggestion="") if row.verdict == "kept" else row)
    return rows
