"""What cannot be read is reported, and the rest goes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autorag_codemods import migrate
from codemods.trust.trusting import (
    HEAD,
    NATIVE,
    PROGRAMS,
    PROGRAMS_BY_FILE,
    Done,
    command,
    contents,
    wrote,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover


def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    outside = tree.parent / "outside.py"
    outside.write_bytes(PROGRAMS["native"].encode())
    wrote(tree, PROGRAMS_BY_FILE)
    (tree / "a_syntax.py").write_bytes(
        PROGRAMS["native"].encode() + b"\n\ndef broken(:\n    pass\n"
    )
    (tree / "b_bytes.py").write_bytes(PROGRAMS["native"].encode("latin-1"))
    (tree / "c_nul.py").write_bytes(PROGRAMS["native"].encode() + b"\0")
    (tree / "d_codec.py").write_bytes(b"# coding: klingon\n" + PROGRAMS["native"].encode())
    (tree / "e_link.py").symlink_to(outside)
    (tree / "f_gone.py").symlink_to("nowhere.py")
    (tree / "g_folder.py").mkdir()
    (tree / "g_folder.py" / "inner.py").write_bytes(PROGRAMS["native"].encode())
    (tree / "h_two.py").write_bytes(
        PROGRAMS["native"].encode().replace(b"def ", b"def  \t\\\n", 1)[:-40]
    )
    os.mkfifo(tree / "i_pipe.py")
    before = contents(tree)

    found = check()
    assert found.code == 1
    assert found.findings == [
        ("a_syntax.py", "AR150"),
        ("b_bytes.py", "AR151"),
        ("c_nul.py", "AR151"),
        ("d_codec.py", "AR151"),
        ("e_link.py", "AR152"),
        ("f_gone.py", "AR157"),
        ("g_folder.py", "AR153"),
        ("h_two.py", "AR150"),
        ("i_pipe.py", "AR153"),
    ]
    assert sorted(found.ledger) == [("bridged", "AR110"), ("native", "AR101"), ("native", "AR101")]

    assert run("apply").code == 1
    after = contents(tree)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"bridged.py", "native.py", "g_folder.py/inner.py"}
    assert outside.read_bytes() == PROGRAMS["native"].encode()


@pytest.mark.parametrize("wrong", ["x = = 1", "x = )", "x = (1,, 2)"])
def test_the_line_of_what_does_not_parse(
    wrong: str, tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, {"app.py": f"{PROGRAMS['native']}\n{wrong}\n\nprint(1)\n"})
    (finding,) = check().report["findings"]
    assert (finding["code"], finding["line"]) == ("AR150", PROGRAMS["native"].count("\n") + 2)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read_is_reported(tree: Path, check: Callable[..., Done]) -> None:
    wrote(tree, PROGRAMS_BY_FILE)
    (tree / "native.py").chmod(0)
    found = check()
    assert found.findings == [("native.py", "AR157")]
    assert found.ledger == [("bridged", "AR110")]


def test_a_read_only_file_stops_apply_before_anything_is_written(
    tree: Path, run: Callable[..., Done]
) -> None:
    wrote(tree, PROGRAMS_BY_FILE)
    (tree / "native.py").chmod(0o444)
    done = run("apply")
    assert (done.code, done.out) == (2, b"")
    assert "native.py is read-only" in done.err
    assert contents(tree) == {name: text.encode() for name, text in PROGRAMS_BY_FILE.items()}


NEWER = {
    "695 alias": "type Alias = int\n",
    "695 function": "def first[T](rows: list[T]) -> T:\n    return rows[0]\n",
    "696 default": "class Box[T = int]:\n    value: T\n",
    "701 quotes": 'def shown(row):\n    return f"{row["a"]} {\'\\n\'.join(row)}"\n',
    "654 except*": "try:\n    pass\nexcept* (OSError, ValueError):\n    pass\n",
    "634 match": 'match sys.argv:\n    case [_, *rest] | {"a": rest}:\n        print(rest)\n',
    "758 except": "try:\n    pass\nexcept OSError, ValueError:\n    pass\n",
    "750 template": 'NAME = t"{sys.argv!r:>{9}}"\n',
    "617 with": 'with (open("a") as a, open("b") as b,):\n    pass\n',
    "646 star": "def all_of(*rows: *tuple[int, ...]):\n    return rows[*rows]\n",
}


@pytest.mark.parametrize("newer", NEWER)
@pytest.mark.parametrize("verdict", PROGRAMS)
def test_newer_syntax_than_the_running_pythons_is_no_obstacle(
    newer: str, verdict: str, tree: Path, run: Callable[..., Done]
) -> None:
    text = PROGRAMS[verdict].replace("RAG =", f"{NEWER[newer]}\n\nRAG =")
    wrote(tree, {"app.py": text})
    assert run("apply").code == 0
    head, rest = migrate(PROGRAMS[verdict]).source.split("RAG =")
    assert (tree / "app.py").read_text() == f"{head}{NEWER[newer]}\n\nRAG ={rest}"


@pytest.mark.parametrize("newer", NEWER)
def test_a_comment_keeps_a_call_beside_newer_syntax(
    newer: str, tree: Path, check: Callable[..., Done]
) -> None:
    kept = NATIVE.replace("requests.post(", "requests.post(  # autorag-migrate: keep -- compared")
    wrote(tree, {"app.py": HEAD + NEWER[newer] + kept})
    found = check()
    assert (found.code, found.ledger, found.findings) == (0, [("kept", "AR140")], [])


NESTED = {
    "brackets": "DEEP = " + "(" * 3_000 + "1" + ")" * 3_000 + "\n",
    "lists": "DEEP = " + "[" * 3_000 + "]" * 3_000 + "\n",
    "elifs": "if 0:\n    pass\n" + "elif 0:\n    pass\n" * 10_000,
    "blocks": "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "pass\n",
    "nots": "DEEP = " + "not " * 20_000 + "1\n",
    "lambdas": "DEEP = " + "lambda: " * 2_500 + "1\n",
    "strings": "DEEP = " + '"a" ' * 20_000 + "\n",
    "and": "DEEP = " + "1 and " * 20_000 + "1\n",
    "or on lines": "DEEP = (\n" + "    1 or\n" * 20_000 + "1)\n",
    "sum on lines": "DEEP = (\n" + "    1 +\n" * 1_500 + "1)\n",
    "subscripts": "DEEP = f" + "[0]" * 1_500 + "\n",
    "statements": "x = 1\n" * 5_000,
    "items": "WIDE = [" + "1, " * 5_000 + "]\n",
}


@pytest.mark.parametrize("nested", NESTED)
def test_deep_nesting_is_no_end_of_the_run(nested: str, tree: Path) -> None:
    wrote(tree, {"a_deep.py": PROGRAMS["native"] + NESTED[nested], "b.py": PROGRAMS["native"]})
    found = command(tree, "check", "--output-format", "json")
    assert found.code == 1
    if found.findings:
        assert found.findings == [("a_deep.py", "AR154")]
        assert found.ledger == [("native", "AR101")]
    else:
        assert found.ledger == [("native", "AR101")] * 2


@pytest.mark.parametrize("nested", ["brackets", "elifs"])
def test_what_is_nested_too_deep_is_a_finding(nested: str, tree: Path) -> None:
    wrote(tree, {"a_deep.py": PROGRAMS["native"] + NESTED[nested], "b.py": PROGRAMS["native"]})
    done = command(tree, "apply", "--output-format", "json")
    assert done.findings == [("a_deep.py", "AR154")]
    assert done.code == 1
    assert (tree / "b.py").read_text() == migrate(PROGRAMS["native"]).source
    assert (tree / "a_deep.py").read_text() == PROGRAMS["native"] + NESTED[nested]
