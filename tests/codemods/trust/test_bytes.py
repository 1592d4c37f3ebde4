"""What is not edited keeps every byte, whatever the file is like."""

from __future__ import annotations

import difflib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from autorag_codemods import migrate
from codemods.trust.trusting import BOM, EDITED, PROGRAMS, Done, committed, git, wrote

if TYPE_CHECKING:
    from collections.abc import Callable

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover


class Form(NamedTuple):
    """How a file is written.

    `exact`: who migrates and then writes it so gets the same bytes as who writes it so and
    migrates. `mode` is that of the file.
    """

    dress: Callable[[str], bytes]
    exact: bool = True
    mode: int = 0o644


def mixed(text: str) -> bytes:
    ends = ("\r\n", "\n", "\n")
    return "".join(line + ends[i % 3] for i, line in enumerate(text.split("\n")[:-1])).encode()


def with_continuations(text: str) -> bytes:
    text = text.replace("response = ", "response = \\\n        ")
    return text.replace("return [", "return \\\n    [").encode()


ODD = 'ODD = "\xa0\u2028\u2029\x85\x1c\x1d\u3000\t\x0b\ufeff"  # \xa0 \u2028 \x1c \x85 \u200b\n'
EXCEPT = "try:\n    import json\nexcept (ImportError, ValueError) :\n    json = None\n\n"
FORMS = {
    "lf": Form(str.encode),
    "crlf": Form(lambda text: text.replace("\n", "\r\n").encode()),
    "mixed newlines": Form(mixed, exact=False),
    "lone cr": Form(lambda text: text.replace("\n", "\r").encode()),
    "byte order mark": Form(lambda text: BOM + text.encode()),
    "byte order mark and crlf": Form(lambda text: BOM + text.replace("\n", "\r\n").encode()),
    "latin-1": Form(lambda text: ("# -*- coding: latin-1 -*-\n" + text).encode("latin-1")),
    "latin-1 on the second line": Form(
        lambda text: ("#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n" + text).encode(
            "latin-1"
        )
    ),
    "no last newline": Form(lambda text: text.removesuffix("\n").encode()),
    "crlf, no last newline": Form(
        lambda text: text.removesuffix("\n").replace("\n", "\r\n").encode()
    ),
    "blank lines at the end": Form(lambda text: (text + "\n  \n\t\n").encode()),
    "form feed on a line": Form(lambda text: text.replace("\n\ndef", "\n\x0c\ndef").encode()),
    "form feed before a statement": Form(lambda text: text.replace("\ndef", "\n\x0cdef").encode()),
    "form feed at the start": Form(lambda text: ("\x0c" + text).encode()),
    "tabs": Form(lambda text: text.replace("    ", "\t").encode()),
    "two spaces": Form(lambda text: text.replace("    ", "  ").encode()),
    "mode 755": Form(str.encode, mode=0o755),
    "mode 600": Form(str.encode, mode=0o600),
    "odd blanks and separators": Form(
        lambda text: text.replace("HEADERS =", ODD + "HEADERS =").encode()
    ),
    "a blank before the colon of except": Form(
        lambda text: text.replace("RAG =", EXCEPT + "RAG =").encode()
    ),
    "trailing blanks": Form(lambda text: text.replace("\n", "  \n").encode(), exact=False),
    "backslashes": Form(with_continuations),
    "a backslash on the first line": Form(lambda text: ("\\\n" + text).encode()),
    "semicolons": Form(
        lambda text: text.replace("HEADERS =", "A = 1 ; B = 2 ;\nHEADERS =").encode()
    ),
}


@pytest.mark.parametrize(
    ("name", "verdict"),
    [pytest.param(name, verdict, id=f"{name}-{verdict}") for name in FORMS for verdict in PROGRAMS],
)
def test_every_byte_outside_of_the_edits_stays(
    name: str, verdict: str, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    form, file = FORMS[name], tree / "app.py"
    before = form.dress(PROGRAMS[verdict])
    file.write_bytes(before)
    file.chmod(form.mode)
    committed(tree)
    other = Path(shutil.copytree(tree, tree.parent / "other"))

    found = check()
    assert (found.code, [each for each, _ in found.ledger]) == (1, [verdict]), found.out
    shown = run("diff")
    assert file.read_bytes() == before
    assert run("apply").code == 0
    after = file.read_bytes()
    assert after != before
    assert file.stat().st_mode & 0o777 == form.mode

    git(other, "apply", "--whitespace=nowarn", "-", data=shown.out)
    assert (other / "app.py").read_bytes() == after

    for line in _changed(before, after):
        assert EDITED[verdict].search(line), line
    if form.exact:
        assert after == form.dress(migrate(PROGRAMS[verdict]).source)
    compile(after, "app.py", "exec")

    again = run("apply", "--allow-dirty")
    assert (again.code, file.read_bytes()) == (0, after), again
    assert run("diff").out == b""


def _changed(before: bytes, after: bytes) -> list[bytes]:
    """The lines of the file as it was that did not stay."""
    old, new = (re.findall(rb"[^\r\n]*(?:\r\n|\r|\n|$)", each) for each in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        line
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag != "equal"
        for line in old[start:end]
    ]


def test_a_file_with_several_names_keeps_them_apart_and_a_link_stays_one(
    tree: Path, run: Callable[..., Done]
) -> None:
    wrote(tree, {"app.py": PROGRAMS["native"]})
    (tree / "link.py").symlink_to("app.py")
    assert run("apply").code == 0
    assert (tree / "link.py").is_symlink()
    assert (tree / "app.py").read_text() == migrate(PROGRAMS["native"]).source


def test_what_the_encoding_cannot_hold_leaves_the_file(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    text = '# coding: ascii\nNAME = "x"\n' + PROGRAMS["native"].replace("é", "e")
    wrote(tree, {"app.py": text})
    assert check().ledger == [("native", "AR101")]
    assert run("apply").code == 0
    (tree / "app.py").read_bytes().decode("ascii")
