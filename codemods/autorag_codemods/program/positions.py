"""Where nodes stand in the text, from one pass of libcst's own code generation."""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate
from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["MisalignedError", "Positions"]


class MisalignedError(ValueError):
    """libcst does not give the text back that it was given."""


_NOTHING = nullcontext()


class _Recorder(CodegenState):
    """Counts the tokens before and after every node."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        # By identity, as nodes compare, but without calling their __hash__ for each.
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}

    def record_syntactic_position(  # type: ignore[override]  # a context manager all the same
        self, *_nodes: cst.CSTNode, **_ends: cst.CSTNode | None
    ) -> AbstractContextManager[None]:
        # The one it inherits makes a generator for every expression, to do nothing.
        return _NOTHING

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts[id(node)] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.ends[id(node)] = len(self.tokens)


class Positions:
    """Offsets of nodes in the module's text, in characters.

    Attributes:
        text: The module's text.
        indent: What one level of it is indented by.
        newline: How most of its lines end.

    Raises:
        MisalignedError: libcst lost more of `text` than blanks.
    """

    def __init__(self, module: cst.Module, text: str) -> None:
        recorder = _Recorder(module)
        module._codegen(recorder)  # noqa: SLF001 (PositionProvider does so too, at three times the cost)
        self.text = text
        self.indent, self.newline = module.default_indent, module.default_newline
        self._module = module
        self._starts, self._ends = recorder.starts, recorder.ends
        self._offsets = [0, *accumulate(map(len, recorder.tokens))]
        # libcst takes the last newline back when the file has none.
        self._offsets.append(self._offsets[-1])
        made = "".join(recorder.tokens)
        if made != text:
            aligned = _align(made, text)
            self._offsets = [aligned[min(offset, len(made))] for offset in self._offsets]
        self._lines = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first offset of a node and the one after its last, its parentheses included."""
        return self._offsets[self._starts[id(node)]], self._offsets[self._ends[id(node)]]

    def source(self, node: cst.CSTNode) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column of a node, both from 1."""
        return self.place_of(self.span(node)[0])

    def place_of(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._lines[bisect_right(self._lines, offset) - 1]


def _align(made: str, text: str) -> list[int]:
    """For each offset in `made`, the one in `text`.

    libcst drops the blanks of ``except (A, B) :``, form feeds, and some lines that are blank; the
    edits must not.
    """
    aligned, at = [], 0
    for char in made:
        while at < len(text) and text[at] != char and _is_blank(text, at):
            at += 1
        if at == len(text) or text[at] != char:
            raise MisalignedError
        aligned.append(at)
        at += 1
    if not all(_is_blank(text, rest) for rest in range(at, len(text))):
        raise MisalignedError
    return [*aligned, len(text)]


def _is_blank(text: str, at: int) -> bool:
    return text[at] in " \t\f\r\n" or (text[at] == "\\" and text[at + 1 : at + 2] in {"\r", "\n"})
