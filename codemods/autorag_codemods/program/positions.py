"""Where nodes stand in the text, from one pass of libcst's own code generation."""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate
from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from .sewn import Sewn

__all__ = ["File", "MisalignedError", "Positions"]


class MisalignedError(ValueError):
    """libcst does not give the text back that it was given."""


_NOTHING = nullcontext()
_BETWEEN = "\0"  # stands in no source text


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


class File:
    """A module's part of the program's text, from `start` to `end`.

    Attributes:
        path: What reports call it.
        indent: What one level of it is indented by.
        newline: How most of its lines end.

    Raises:
        MisalignedError: libcst lost more of `text` than blanks.
    """

    def __init__(
        self, path: str, module: cst.Module, text: str, start: int, sewn: Sewn | None = None
    ) -> None:
        recorder = _Recorder(module)
        module._codegen(recorder)  # noqa: SLF001 (PositionProvider does so too, at three times the cost)
        self.path, self.start, self.end = path, start, start + len(text)
        self.indent, self.newline = module.default_indent, module.default_newline
        self.starts, self.ends = recorder.starts, recorder.ends
        self.offsets = list(accumulate(map(len, recorder.tokens), initial=start))
        # libcst takes the last newline back when the file has none.
        self.offsets.append(self.offsets[-1])
        made = "".join(recorder.tokens)
        if made != text:
            aligned = _align(made, text)
            self.offsets = [
                start + aligned[min(offset - start, len(made))] for offset in self.offsets
            ]
        self.lines = _lines(text, start)
        self._sewn = sewn
        self._shown = self.lines if sewn is None else _lines(sewn.old, 0)

    def place_of(self, offset: int) -> tuple[str, int, int]:
        """Path, line and column of an offset, as reports show them."""
        if self._sewn is not None:
            offset = self._sewn.origin(offset - self.start)
        line = bisect_right(self._shown, offset)
        return self.path, line, offset - self._shown[line - 1] + 1


class Positions:
    """Offsets of nodes in the text of a program: the texts of its modules, one after the other.

    Between two of them stands one character that belongs to neither, so that what is inserted at
    the end of a file is not at the beginning of the next.

    Attributes:
        text: The program's text.
        files: The modules' parts of it, in its order.

    Raises:
        MisalignedError: libcst lost more of a text than blanks.
    """

    def __init__(self, sources: Iterable[tuple[str, cst.Module, str, Sewn | None]]) -> None:
        self.files: list[File] = []
        texts, start = [], 0
        for path, module, text, sewn in sources:
            self.files.append(File(path, module, text, start, sewn))
            texts.append(text)
            start += len(text) + len(_BETWEEN)
        self.text = _BETWEEN.join(texts)
        self._starts = [file.start for file in self.files]

    def file(self, node: cst.CSTNode) -> File:
        """The file that a node stands in."""
        return next(file for file in self.files if id(node) in file.starts)

    def file_at(self, offset: int) -> File:
        """The file that an offset belongs to; its end does."""
        return self.files[bisect_right(self._starts, offset) - 1]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first offset of a node and the one after its last, its parentheses included."""
        file = self.file(node)
        return file.offsets[file.starts[id(node)]], file.offsets[file.ends[id(node)]]

    def source(self, node: cst.CSTNode) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def place(self, node: cst.CSTNode) -> tuple[str, int, int]:
        """Path, line and column of a node, both from 1."""
        return self.place_of(self.span(node)[0])

    def place_of(self, offset: int) -> tuple[str, int, int]:
        """Path, line and column of an offset, both from 1."""
        return self.file_at(offset).place_of(offset)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        lines = self.file_at(offset).lines
        return lines[bisect_right(lines, offset) - 1]

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins; the end of the file after the last."""
        file = self.file_at(offset)
        index = bisect_right(file.lines, offset)
        return file.lines[index] if index < len(file.lines) else file.end

    def lines_around(self, offset: int) -> list[str]:
        """The lines of the file that an offset belongs to, without their ends."""
        file = self.file_at(offset)
        return re.split(r"\r\n|\r|\n", self.text[file.start : file.end])


def _lines(text: str, start: int) -> list[int]:
    """Where the lines of a text begin."""
    return [start, *(start + match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


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
