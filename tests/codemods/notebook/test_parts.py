"""The parts: JSON with places, new texts in it, and magics that come back as they were."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autorag_codemods.notebook.cells import NotebookError, open_notebook
from autorag_codemods.notebook.joined import Joined
from autorag_codemods.notebook.order import used_early
from autorag_codemods.notebook.splice import splice
from autorag_codemods.spans import pieces, read

TEXTS = st.text(
    st.sampled_from('ab \n\r\t"\\/é\u2028🦙\x00\x7f\ud800') | st.characters(exclude_categories=())
)
LINES = st.lists(st.sampled_from(["a = 1", "é", '🦙 \\ "x" /', "", "\tb", "'\r'"]), max_size=6)
SOURCES = LINES.map("\n".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.none() | st.integers(0, 3))
def test_every_value_is_found_where_it_stands(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    def same(node: Any, value: Any) -> None:
        assert json.loads(text[node.start : node.end]) == value
        if isinstance(value, str):
            assert node.text == value
            raw = pieces(text, node)
            assert "".join(raw) == text[node.start + 1 : node.end - 1]
            # A pair of surrogates that json reads as one character is one piece.
            assert len(raw) == len(node.text)
        for name, inner in value.items() if isinstance(value, dict) else ():
            same(node.members[name], inner)
        if isinstance(value, list):
            for item, inner in zip(node.items, value, strict=True):
                same(item, inner)

    if not _has_split_pair(value):
        same(read(text), value)


def _has_split_pair(value: Any) -> bool:
    """Two lone surrogates side by side are written as a pair and read as one character."""
    said = json.dumps(value, ensure_ascii=False)
    return re.search("[\ud800-\udbff][\udc00-\udfff]", said) is not None


class Written:
    """A notebook as its parts: what must stay, and the source of each cell."""

    def __init__(self, data: st.DataObject) -> None:
        self.ascii_only = data.draw(st.booleans())
        self.newline = data.draw(st.sampled_from(["\n", "\r\n"]))
        head = f'{{"nbformat": 4, "metadata": {{{self._said("é")}: [1.0, NaN]}}, "cells": ['
        self.raw: list[str] = [head]
        self.sources: list[list[str]] = []
        for number in range(data.draw(st.integers(1, 3))):
            text = data.draw(SOURCES)
            items = data.draw(st.sampled_from([_lines, _halves, _whole]))(text)
            self.sources.append(items)
            said = [self._said(item) for item in items]
            source = said[0] if items is _whole(text) else f",{self.newline} ".join(said)
            as_list = data.draw(st.booleans()) or len(said) != 1
            odd = json.dumps({"text": ["\\u00e9", "é"], "x": 1e3}, ensure_ascii=self.ascii_only)
            self.raw[-1] += "," * bool(number) + '{"cell_type":  "code", "source": '
            self.raw[-1] += f"[{self.newline} " * as_list
            self.raw += [source, f"{self.newline}]" * as_list + f', "outputs": [{odd}] }}']
        self.raw[-1] += "] }" + self.newline * data.draw(st.integers(0, 2))

    def _said(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=self.ascii_only)

    @property
    def text(self) -> str:
        return "".join(self.raw)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text) or [""]


def _halves(text: str) -> list[str]:
    return [text[: len(text) // 2], text[len(text) // 2 :]]


def _whole(text: str) -> list[str]:
    return [text]


@given(st.data())
def test_new_texts_change_nothing_else(data: st.DataObject) -> None:
    written = Written(data)
    notebook = open_notebook(written.text)
    assert [cell.text for cell in notebook.cells] == ["".join(each) for each in written.sources]
    new = {cell.number: data.draw(st.just(cell.text) | SOURCES) for cell in notebook.cells}
    made = splice(notebook, new)
    assert {cell.number: cell.text for cell in open_notebook(made).cells} == new

    # What is no source stands there byte for byte, in its order.
    pattern = "(.*?)".join(map(re.escape, written.raw[::2]))
    found = re.fullmatch(pattern, made, re.DOTALL)
    assert found is not None
    for cell, raw, source in zip(notebook.cells, written.raw[1::2], found.groups(), strict=True):
        if new[cell.number] == cell.text:
            assert source == raw
        if written.ascii_only:
            assert source.isascii()
        elif not made.isascii():
            assert "\\u" not in source
    # A line that is in both, alone at the front, keeps the string that it was.
    for cell, raw, source in zip(notebook.cells, written.raw[1::2], found.groups(), strict=True):
        first = cell.items[0].text or ""
        if first.endswith("\n") and new[cell.number].startswith(first):
            assert source.startswith(raw[: cell.items[0].end - cell.items[0].start - 1])


MAGICS = [
    "%matplotlib inline",
    "!pip install x \\\n  y",
    "  %time f(a)",
    "files = !ls {a}",
    "a?",
    "??a.b",
    "x = %env HOME",
    'text = """\n!not a magic\n%nor this\n"""',
    "value = (a\n  % b)",
    "f'{a!r}' # %",
    "if a:\n    !echo $a",
    "print('é') ; 1",
    "a",
    "# ?",
]


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(MAGICS)).map("\n".join), min_size=1, max_size=4))
def test_magics_come_back_as_they_were(texts: list[str]) -> None:
    made = [{"cell_type": "code", "source": text} for text in texts]
    cells = open_notebook(json.dumps({"nbformat": 4, "cells": made})).cells
    try:
        joined = Joined(cells)
    except SyntaxError:
        assert any("  %time" in text for text in texts)  # an indented line of its own
        return
    assert joined.split(joined.text) == {cell.number: cell.text for cell in cells}
    compile(joined.text, "<notebook>", "exec")
    assert "not a magic" in joined.text or not any("not a magic" in text for text in texts)
    for cell, text in zip(cells, joined.texts, strict=True):
        assert text.count("\n") == cell.text.count("\n")


def test_a_magic_is_given_the_names_that_it_speaks_of() -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("a = 1\nb = 2", "!echo $a b.c d")]
    joined = Joined(open_notebook(json.dumps({"nbformat": 4, "cells": cells})).cells)
    assert "magic0__(a, b, d, echo)" in joined.texts[1]
    cells[1]["source"] = "%run -i other.py"
    joined = Joined(open_notebook(json.dumps({"nbformat": 4, "cells": cells})).cells)
    assert "magic0__(a, b, " in joined.texts[1]


def test_what_is_used_before_it_is_bound() -> None:
    assert used_early(["a", "def f(): return b", "a = b = 1"]) == {"a"}
    assert used_early(["import os", "os.x", "for i in y: pass", "y = 1"]) == {"y"}
    assert used_early(["x = 1", "x", "x = 2"]) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "AR150"),
        ("[]", "AR159"),
        ('{"nbformat": 3, "worksheets": []}', "AR159"),
        ('{"nbformat": 4}', "AR159"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "AR159"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}', "AR159"),
        ('{"nbformat": 4, "cells": [], "metadata": {"language_info": {"name": "julia"}}}', "AR159"),
    ],
)
def test_what_is_no_notebook_is_said(text: str, code: str) -> None:
    with pytest.raises(NotebookError) as caught:
        open_notebook(text)
    assert caught.value.code == code
