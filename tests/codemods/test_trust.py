"""What a stranger must be able to trust, through the real command line on trees of files."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from autorag_codemods import Options, migrate
from autorag_migrate.__main__ import main
from fixture_runs import FIXTURES, Fixture, Run, Runner, run_tests, runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = """\
import os
import requests
import sys
from pathlib import Path

RAG = f"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs"
HEADERS = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
"""
NATIVE = """\


def names(question):
    # What is not edited stays as it is.
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": "é " + question, "max_num_results": 5}
    )
    if not response.ok:
        return "é", response.status_code
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
BRIDGED = """\


def raw(question):
    # What is not edited stays as it is.
    response = requests.post(
        f"{RAG}/search", headers=HEADERS, json={"query": "é " + question, "max_num_results": 5}
    )
    if not response.ok:
        return "é", response.status_code
    return response.json()
"""
CURL = """\


def curl():
    os.execvp("curl", ["curl", f"{RAG}/search"])
"""
# What is only slower under coverage: it is measured by the other tests.
pytestmark = pytest.mark.no_cover

PROGRAMS = {"native": HEAD + NATIVE, "bridged": HEAD + BRIDGED}
# The lines that an edit may touch, by the verdict.
EDITED = {
    "native": re.compile(rb'autorag/rags|"query"|"data"'),
    "bridged": re.compile(rb"^import requests"),
}
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


class Done(NamedTuple):
    code: int
    out: bytes
    err: str

    @property
    def report(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.out)
        return decoded

    @property
    def ledger(self) -> list[tuple[str, str]]:
        return [(site["verdict"], site["code"]) for site in self.report["sites"]]

    @property
    def findings(self) -> list[tuple[str, str]]:
        found = self.report["findings"]
        return [(Path(each["path"]).name, each["code"]) for each in found]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    def run(*arguments: str) -> Done:
        capsysbinary.readouterr()
        code = main(list(arguments))
        out, err = capsysbinary.readouterr()
        assert b"Traceback" not in err
        return Done(code, out, err.decode())

    return run


@pytest.fixture
def check(run: Callable[..., Done]) -> Callable[..., Done]:
    return lambda *arguments: run("check", "--output-format", "json", *arguments)


def command(folder: Path, *arguments: str) -> Done:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "autorag_migrate", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr.decode())


def git(folder: Path, *arguments: str, data: bytes | None = None) -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
        cwd=folder,
        input=data,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def committed(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "before")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts
    }


def wrote(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


# --- Bytes ----------------------------------------------------------------------------------------


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


# --- Bad input ------------------------------------------------------------------------------------


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


PROGRAMS_BY_FILE = {f"{name}.py": text for name, text in PROGRAMS.items()}


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


# --- Trees ----------------------------------------------------------------------------------------


def test_what_was_installed_or_is_ignored_is_never_entered(
    tree: Path, run: Callable[..., Done]
) -> None:
    text = PROGRAMS["native"]
    hidden = {
        f"{folder}/app.py": text
        for folder in (
            *(".venv/lib", ".tox/py312", "node_modules/x", "lib/site-packages/x", ".git/hooks"),
            *("build", "deep/build/x", "env/lib", ".nox/x", "__pycache__", ".eggs/x"),
        )
    }
    wrote(tree, {**hidden, "app.py": text, ".gitignore": "build/\n*_pb2.py\n", "a_pb2.py": text})
    (tree / "env" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    before = contents(tree)
    done = run("apply")
    assert done.code == 0
    after = contents(tree)
    assert {name for name in before if before[name] != after[name]} == {"app.py"}


def test_apply_refuses_a_tree_that_is_not_clean(tree: Path, run: Callable[..., Done]) -> None:
    committed(wrote(tree, {**PROGRAMS_BY_FILE, "other.txt": "x"}))
    (tree / "other.txt").write_text("changed")
    before = contents(tree)
    done = run("apply")
    assert (done.code, done.out) == (2, b"")
    assert "other.txt" in done.err
    assert "--allow-dirty" in done.err
    assert contents(tree) == before
    assert run("apply", "--allow-dirty").code == 0
    assert contents(tree) != before


def test_a_file_that_git_does_not_know_is_not_overwritten(
    tree: Path, run: Callable[..., Done]
) -> None:
    committed(wrote(tree, {"native.py": PROGRAMS["native"]}))
    wrote(tree, {"bridged.py": PROGRAMS["bridged"]})
    before = contents(tree)
    done = run("apply")
    assert done.code == 2
    assert "bridged.py" in done.err
    assert contents(tree) == before
    # What is not touched may be as it likes.
    assert run("apply", "native.py").code == 0


MANY = {f"package{i % 3}/module{i}.py": list(PROGRAMS.values())[i % 2] for i in range(12)} | {
    "curl.py": HEAD + CURL,
    "kept.py": HEAD + NATIVE.replace("post(", "post(  # autorag-migrate: keep -- compared"),
    "unused.py": "# autorag-migrate: keep -- nothing here\nprint('autorag')\n",
    "broken.py": "autorag = (\n",
    "plain.py": "print('hello')\n",
}


def test_check_diff_and_apply_agree(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    committed(wrote(tree, MANY))
    other = Path(shutil.copytree(tree, tree.parent / "other"))
    found = check()
    shown = run("diff", "-q")
    done = run("apply", "--output-format", "json", "-q")
    assert [found.code, shown.code, done.code] == [1, 1, 1]
    git(other, "apply", "-", data=shown.out)
    assert contents(other) == contents(tree)
    assert [{**site, "done": None} for site in found.report["sites"]] == [
        {**site, "done": None} for site in done.report["sites"]
    ]
    assert found.report["findings"] == done.report["findings"]
    changes = [change["path"] for change in found.report["changes"]]
    assert changes == [change["path"] for change in done.report["changes"]]
    assert len(changes) == 12
    undone = [site for site in done.report["sites"] if not site["done"]]
    assert {site["verdict"] for site in undone} == {"manual", "kept"}


def test_several_processes_give_the_same_report(tree: Path) -> None:
    wrote(tree, MANY)
    one, two = (
        command(tree, "check", "--output-format", "json", "--jobs", jobs) for jobs in ("1", "2")
    )
    assert one == two
    assert one.code == 1
    assert command(tree, "diff", "--jobs", "2") == command(tree, "diff")


def test_a_large_tree_has_the_report_of_one_process(tree: Path) -> None:
    wrote(tree, {"user.py": "from package0.module0 import names\n\nprint(names('a'))\n", **MANY})
    for number in range(2_000):
        (tree / f"other{number}.py").write_text(f"import os\n\nnumber = {number}\n")
    one, unasked = (
        command(tree, "check", "--explain-verdict", *jobs) for jobs in (("--jobs", "1"), ())
    )
    assert one == unasked
    assert one.code == 1


def test_the_order_of_sets_does_not_matter(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, source in enumerate(sorted(FIXTURES.glob("*/before.py"))[::3]):
        shutil.copyfile(source, tree / f"program{number}.py")
    for source in sorted(FIXTURES.glob("trees/*/before"))[::3]:
        shutil.copytree(source, tree / source.parent.name)
    shutil.copyfile(FIXTURES / "manual_curl" / "before.py", tree / "curl.py")
    reports = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        reports.append(command(tree, "check", "--explain-verdict"))
    assert reports[0] == reports[1]
    assert reports[0].out.count(b"native") > 40


def test_the_order_and_the_place_of_the_paths_do_not_matter(
    tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, MANY)
    paths = ["package2", "package0", "curl.py", "package1", "kept.py", "unused.py", "broken.py"]
    every, named = check(), check(*paths)
    assert every.ledger == named.ledger
    assert every.findings == named.findings


def test_a_second_run_has_nothing_to_do(tree: Path, run: Callable[..., Done]) -> None:
    wrote(tree, MANY)
    assert run("apply").code == 1
    after = contents(tree)
    again = run("apply")
    assert again.code == 1  # what is manual, and the file that does not parse
    assert contents(tree) == after
    assert run("diff").out == b""


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"a.py": "print(1)\n"}, (0, 0, 0)),
        ({"a.py": PROGRAMS["native"]}, (1, 1, 0)),
        ({"a.py": PROGRAMS["bridged"]}, (1, 1, 0)),
        ({"a.py": HEAD + CURL}, (1, 1, 1)),
        ({"a.py": PROGRAMS["native"] + CURL}, (1, 1, 1)),
        ({"a.py": "autorag = (\n"}, (1, 1, 1)),
        ({"kept.py": MANY["kept.py"]}, (0, 0, 0)),
    ],
)
def test_exit_codes(
    files: dict[str, str], codes: tuple[int, int, int], tree: Path, run: Callable[..., Done]
) -> None:
    wrote(tree, files)
    assert (run("check").code, run("diff").code, run("apply").code) == codes


@pytest.mark.parametrize("name", ["check", "diff", "apply"])
def test_what_is_not_there_is_exit_code_2(name: str, tree: Path, run: Callable[..., Done]) -> None:
    done = run(name, "nowhere")
    assert (done.code, done.out) == (2, b"")
    assert len(done.err.splitlines()) == 1


# --- What is kept ---------------------------------------------------------------------------------

KEEP = "# autorag-migrate: keep -- compares both APIs"
KEPT = {
    "at the line": """\
def raw(question):
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()  # KEEP
""",
    "above the statement": """\
def raw(question):
    # KEEP
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
""",
    "above, with other comments between": """\
def raw(question):
    # KEEP
    # and this is why it is written here

    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
""",
    "on the first line of several": """\
def raw(question):
    return requests.post(  # KEEP
        f"{RAG}/search",
        headers=HEADERS,
        json={"query": question},
    ).json()
""",
    "on the last line of several": """\
def raw(question):
    return requests.post(
        f"{RAG}/search",
        headers=HEADERS,
        json={"query": question},
    ).json()  # KEEP
""",
    "on a line between": """\
def raw(question):
    return requests.post(
        f"{RAG}/search",  # KEEP
        headers=HEADERS,
        json={"query": question},
    ).json()
""",
    "in a with": """\
def raw(question):
    with requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}) as r:  # KEEP
        return r.json()
""",
    "above a with": """\
def raw(question):
    # KEEP
    with requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}) as r:
        return r.json()
""",
    "above an if": """\
def raw(question):
    # KEEP
    if requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).ok:
        return True
""",
}


@pytest.mark.parametrize("place", KEPT)
def test_a_comment_keeps_a_call(
    place: str, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    text = HEAD + "\n\n" + KEPT[place].replace("# KEEP", KEEP)
    wrote(tree, {"app.py": text})
    found = check()
    assert (found.ledger, found.findings, found.code) == ([("kept", "AR140")], [], 0)
    assert run("apply").code == 0
    assert (tree / "app.py").read_text() == text


def test_a_keep_comment_keeps_one_statement_and_no_more(
    tree: Path, check: Callable[..., Done]
) -> None:
    body = """\


def both(question):
    with requests.Session() as session:
        # KEEP
        first = session.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
        again = session.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return [first.json()["success"], again.json()["success"]]
"""
    wrote(tree, {"app.py": HEAD + body.replace("# KEEP", KEEP)})
    first, again = check().ledger
    assert first == ("kept", "AR140")
    assert again[0] != "kept"


@pytest.mark.parametrize("verdict", PROGRAMS)
def test_keep_comments_that_keep_nothing_or_do_not_say_why(
    verdict: str, tree: Path, check: Callable[..., Done]
) -> None:
    silent = PROGRAMS[verdict].replace("post(\n", "post(  # autorag-migrate: keep\n")
    wrote(
        tree,
        {
            "silent.py": silent,
            "unused.py": PROGRAMS[verdict] + f"\n\nprint(1)  {KEEP}\n{KEEP}\n",
            "string.py": PROGRAMS[verdict] + f"\n\nTEXT = '{KEEP}'\n",
        },
    )
    found = check()
    last = PROGRAMS[verdict].count("\n")
    assert [
        (each["code"], Path(each["path"]).name, each["line"]) for each in found.report["findings"]
    ] == [
        ("AR143", "silent.py", silent[: silent.index("keep")].count("\n") + 1),
        ("AR141", "unused.py", last + 3),
        ("AR141", "unused.py", last + 4),
    ]
    # Without a reason nothing is kept.
    assert [each for each, _ in found.ledger] == [verdict] * 3


CALLS = """\
show("kept", program.kept, "llamas")
show("other", program.other, "llamas")
"""
TWO = """\


def kept(question):
    # KEEP
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()


def other(question):
    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()
"""
TWO_FROM = TWO.replace("requests.post", "post")
TWO_NATIVE = (
    TWO.replace('f"{RAG}/search"', '"URL"')
    .replace(
        '"URL"',
        "f\"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs/search\"",
    )
    .removesuffix(".json()\n")
    + '.json()["result"]["data"][0]["filename"]\n'
)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + TWO,
        HEAD.replace("import requests", "from requests import post") + TWO_FROM,
        HEAD + TWO.replace("requests.post", "requests.Session().post"),
        HEAD.replace("HEADERS =", "session = requests.Session()\nHEADERS =")
        + TWO.replace("requests.post", "session.post"),
        HEAD + TWO_NATIVE,
    ],
    ids=["import", "from import", "sessions", "one session", "native"],
)
def test_a_kept_call_stays_legacy_beside_one_that_is_not(
    text: str, tree: Path, run: Callable[..., Done], programs: Runner
) -> None:
    text = text.replace("# KEEP", KEEP)
    wrote(tree, {"app.py": text})
    run("apply")
    after = (tree / "app.py").read_text()
    done = ran(programs, tree, after, CALLS)
    assert done.code == 0, done.stderr
    assert done.log[0].api == "legacy"
    before = ran(programs, tree, text, CALLS)
    assert done.stdout == before.stdout


class TestSelection:
    def test_only_what_is_selected_is_done(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        found = check("--select", "AR101")
        assert found.ledger == [("kept", "AR142"), ("native", "AR101")]
        assert run("apply", "--select", "AR101").code == 0
        assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_what_is_ignored_stays(self, tree: Path, run: Callable[..., Done]) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        assert run("apply", "--ignore", "AR10").code == 0
        assert (tree / "native.py").read_text() == PROGRAMS["native"]
        assert (tree / "bridged.py").read_text() == migrate(PROGRAMS["bridged"]).source
        assert run("apply", "--ignore", "AR1").code == 0
        assert (tree / "native.py").read_text() == PROGRAMS["native"]
        assert run("apply").code == 0
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_in_one_file(self, tree: Path, run: Callable[..., Done]) -> None:
        wrote(tree, {"app.py": HEAD + NATIVE_ALONE + BRIDGED})
        assert run("apply", "--select", "AR101").code == 0
        assert (tree / "app.py").read_text() == migrate(HEAD + NATIVE_ALONE).source + BRIDGED

    def test_what_is_not_selected_is_not_bridged_by_its_import(
        self, tree: Path, run: Callable[..., Done], programs: Runner
    ) -> None:
        more = '\n\ndef kept(question, **more):\n    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question, **more}).ok\n'
        other = '\n\ndef other(question):\n    return requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question}).json()\n'
        wrote(tree, {"app.py": HEAD + more + other})
        run("apply", "--ignore", "AR112")
        done = ran(programs, tree, (tree / "app.py").read_text(), CALLS)
        assert done.log[0].api == "legacy"

    def test_findings_are_chosen_too(self, tree: Path, check: Callable[..., Done]) -> None:
        wrote(tree, MANY)
        assert check("--ignore", "AR15,AR141").findings == []
        assert check("--select", "AR15").findings == [("broken.py", "AR150")]


NATIVE_ALONE = NATIVE.replace(
    'f"{RAG}/search"',
    "f\"https://api.cloudflare.com/client/v4/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}/autorag/rags/docs/search\"",
)


# --- How it is rewritten --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def programs() -> Iterator[Runner]:
    with runner() as one:
        yield one


def ran(programs: Runner, tree: Path, text: str, calls: str) -> Run:
    folder = tree.parent / "drive"
    folder.mkdir(exist_ok=True)
    (folder / "drive.py").write_text(f"import program\nfrom outcomes import show\n{calls}")
    return programs.run(Fixture(folder, {"calls": calls}), text)


SEARCH = """\


def ask(question):
    response = requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return [(row["filename"], row["content"][0]["text"]) for row in response.json()["result"]["data"]]
"""
PROMPTED = """\


def ask(question):
    payload = {"query": question, "system_prompt": "Be brief.", "reranking": {"enabled": True}}
    response = requests.post(f"{RAG}/ai-search", headers=HEADERS, json=payload)
    return response.json()["result"]["response"]
"""
NUMBERS = """\


def ask(question):
    payload = {"query": question, "max_num_results": "3"}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
FILTERED = """\


def ask(question):
    since = {"type": "gt", "key": "timestamp", "value": 1700000000000}
    payload = {"query": question, "filters": since, "max_num_results": 3}
    response = requests.post(f"{RAG}/search", headers=HEADERS, json=payload)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
DATED = FILTERED.replace('"key": "timestamp"', '"key": "modified_date"')
FOLDERS = """\


def ask(question):
    response = requests.post(f"{RAG}/search", headers=HEADERS, json={"query": question})
    return sorted({row["attributes"]["folder"] for row in response.json()["result"]["data"]})
"""


class Asked(NamedTuple):
    """What an option does: what the new text holds, and what the text without it holds instead."""

    options: tuple[str, ...]
    body: str
    has: tuple[str, ...]
    instead_of: tuple[str, ...] = ()


ASKED = {
    "bare": Asked(
        ("--route", "bare"),
        SEARCH,
        ("/ai-search/instances/docs",),
        ("/ai-search/namespaces/default/instances/docs",),
    ),
    "adopt": Asked(
        ("--policy", "adopt"),
        SEARCH,
        (),
        ('"retrieval_type"', '"return_on_failure"', '"reranking"'),
    ),
    "adopt, reranked": Asked(
        ("--policy", "adopt"), PROMPTED, (), ('"match_threshold"', '"query_rewrite"')
    ),
    "absent_max_num_results": Asked(
        ("--absent-max-num-results", "10"), SEARCH, ('"max_num_results": 10',)
    ),
    "absent_score_threshold 0": Asked(
        ("--absent-score-threshold", "0"), SEARCH, ('"match_threshold": 0',)
    ),
    "absent_score_threshold 0.4": Asked(
        ("--absent-score-threshold", "0.4"), SEARCH, ('"match_threshold": 0.4',)
    ),
    "absent_switches": Asked(
        ("--absent-switches", "instance"), SEARCH, (), ('"reranking"', '"query_rewrite"')
    ),
    "instance_options": Asked(
        ("--instance-options", "off"),
        SEARCH,
        ('"context_expansion": 0', '"boost_by": []', '"cache": {"enabled": False}'),
    ),
    "system_prompt_role": Asked(
        ("--system-prompt-role", "developer"),
        PROMPTED,
        ('"role": "developer"',),
        ('"role": "system"',),
    ),
    "numeric_strings convert": Asked((), NUMBERS, ('"max_num_results": 3',)),
    "filter_timestamps": Asked(
        ("--filter-timestamps", "milliseconds"),
        FILTERED,
        ("1700000000000",),
        ("1700000000}",),
    ),
    "modified_date_field": Asked(
        ("--modified-date-field", "modified_date"), DATED, ('"modified_date"',), ('"timestamp"',)
    ),
    "root_folder": Asked(("--root-folder", "/"), FOLDERS, (' or "/"',)),
    "namespace": Asked(
        ("--namespace", "default"), SEARCH, ("/ai-search/namespaces/default/instances/docs",)
    ),
}
# These say of the service what the emulator is not told.
OTHERWISE = {
    *("filter_timestamps", "modified_date_field", "root_folder", "absent_score_threshold 0"),
    *("adopt", "adopt, reranked"),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_option_has_its_effect(
    name: str, tree: Path, check: Callable[..., Done], run: Callable[..., Done], programs: Runner
) -> None:
    asked = ASKED[name]
    text = HEAD + asked.body
    wrote(tree, {"app.py": text})
    assert check(*asked.options).ledger == [("native", "AR101")]
    assert run("apply", *asked.options).code == 0
    after = (tree / "app.py").read_text()
    plain = migrate(text).source
    for piece in asked.has:
        assert piece in after
        assert not asked.options or piece not in plain or name == "namespace"
    for piece in asked.instead_of:
        assert piece in plain
        assert piece not in after

    calls = 'show("found", program.ask, "llamas coffee")\n'
    before, done = ran(programs, tree, text, calls), ran(programs, tree, after, calls)
    assert (before.code, before.apis) == (0, {"legacy"})
    assert done.code == 0, done.stderr
    if name not in {"modified_date_field", "filter_timestamps"}:
        assert done.defects == set()
    assert [(entry.api, entry.status) for entry in done.log] == [("new", 200)]
    if name not in OTHERWISE:
        assert done.stdout == before.stdout


def test_numbers_in_strings_can_be_refused(tree: Path, check: Callable[..., Done]) -> None:
    wrote(tree, {"app.py": HEAD + NUMBERS})
    assert check("--numeric-strings", "refuse").ledger == [("bridged", "AR116")]


class TestStyles:
    def test_native_leaves_what_would_be_bridged(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        assert check("--style", "native").ledger == [("manual", "AR134"), ("native", "AR101")]
        assert run("apply", "--style", "native").code == 1
        assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
        assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source

    def test_bridge_bridges_everything(
        self, tree: Path, run: Callable[..., Done], check: Callable[..., Done], programs: Runner
    ) -> None:
        wrote(tree, PROGRAMS_BY_FILE)
        found = check("--style", "bridge")
        assert [each for each, _ in found.ledger] == ["bridged", "bridged"]
        assert found.ledger[1] == ("bridged", "AR118")
        assert run("apply", "--style", "bridge").code == 0
        for name, text in PROGRAMS_BY_FILE.items():
            bridged = text.replace("import requests\n", "").replace(
                "from pathlib", "from autorag_migrate.adapters import requests\nfrom pathlib"
            )
            assert (tree / name).read_text() == bridged
        assert run("check", "--style", "bridge").code == 0
        assert run("check").code == 0
        calls = 'show("found", program.names, "llamas")\n'
        before = ran(programs, tree, PROGRAMS["native"], calls)
        after = ran(programs, tree, (tree / "native.py").read_text(), calls)
        assert (after.stdout, after.apis) == (before.stdout, {"new"})


# --- What the project says ------------------------------------------------------------------------

PROJECT = '[project]\nname = "bot"\nversion = "1"\n'
POETRY = '[tool.poetry]\nname = "bot"\n\n[tool.poetry.dependencies]\n'
EXCLUSIONS = {
    "requires-python": {"pyproject.toml": f'{PROJECT}requires-python = ">=3.8"\n'},
    "requires-python with an upper bound": {
        "pyproject.toml": f'{PROJECT}requires-python = ">=3.9,<4"\n'
    },
    "setup.cfg": {"setup.cfg": "[options]\npython_requires = >=3.7\n"},
    "setup.py": {"setup.py": 'setup(name="bot", python_requires=">=3.7")\n'},
    "an old httpx": {"pyproject.toml": f'{PROJECT}dependencies = ["httpx<0.25"]\n'},
    "a pinned pydantic": {"pyproject.toml": f'{PROJECT}dependencies = ["pydantic==1.10"]\n'},
    "pydantic below 2": {"pyproject.toml": f'{PROJECT}dependencies = ["pydantic>=1.9,<2"]\n'},
    "poetry": {"pyproject.toml": f'{POETRY}python = "^3.11"\npydantic = "^1.10"\n'},
    "poetry's python": {"pyproject.toml": f'{POETRY}python = "^3.8"\n'},
    "poetry's table": {
        "pyproject.toml": f'{POETRY}pydantic = {{version = "^1.10", extras = ["email"]}}\n'
    },
    "requirements.txt": {
        "requirements.txt": "flask\npydantic[email]==1.10.13 ; python_version > '3'\n"
    },
    "requirements with a name": {"requirements-dev.txt": "httpx~=0.24.0\n"},
    "a folder of requirements": {"requirements/base.txt": "pydantic<2\n", "setup.py": ""},
    "an old requests": {"requirements.txt": "requests==2.20.0\n"},
}
ALLOWED = {
    "nothing": {},
    "a newer Python": {"pyproject.toml": f'{PROJECT}requires-python = ">=3.10"\n'},
    "any httpx": {"pyproject.toml": f'{PROJECT}dependencies = ["httpx", "pydantic>=1.10"]\n'},
    "httpx from 0.24": {"requirements.txt": "httpx>=0.24\npydantic!=2.0.1\n"},
    "poetry": {"pyproject.toml": f'{POETRY}python = "^3.11"\npydantic = "^2.1"\nhttpx = "*"\n'},
    "another package": {"requirements.txt": "pydantic-settings<2\nhttpx-sse==0.3\n"},
    "a comment": {"requirements.txt": "# pydantic<2\n#httpx==0.20\nrequests>=2.31\n"},
    "an url": {"requirements.txt": "requests @ https://example.com/requests-2.20.0.zip\n"},
}


@pytest.mark.parametrize("name", EXCLUSIONS)
def test_a_project_that_cannot_have_the_adapter(
    name: str, tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    wrote(tree, {**EXCLUSIONS[name], **PROGRAMS_BY_FILE})
    (tree / ".git").mkdir()
    assert check(*PROGRAMS_BY_FILE).ledger == [("manual", "AR131"), ("native", "AR101")]
    shutil.rmtree(tree / ".git")
    (tree / ".hg").mkdir()
    assert run("apply").code == 1
    assert (tree / "bridged.py").read_text() == PROGRAMS["bridged"]
    assert (tree / "native.py").read_text() == migrate(PROGRAMS["native"]).source


@pytest.mark.parametrize("name", ALLOWED)
def test_a_project_that_can_have_the_adapter(
    name: str, tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, {**ALLOWED[name], **PROGRAMS_BY_FILE})
    (tree / ".hg").mkdir()
    assert check().ledger == [("bridged", "AR110"), ("native", "AR101")]


def test_another_file_that_uses_the_same_url_keeps_it(
    tree: Path, run: Callable[..., Done], check: Callable[..., Done]
) -> None:
    text = HEAD + 'SEARCH_URL = f"{RAG}/search"\n' + NATIVE.replace('f"{RAG}/search"', "SEARCH_URL")
    wrote(tree, {"pyproject.toml": PROJECT, "bot/rag.py": text, "bot/__init__.py": ""})
    assert check().ledger == [("native", "AR101")]
    wrote(tree, {"bot/status.py": "from .rag import SEARCH_URL\n\nprint(SEARCH_URL)\n"})
    # What the other file prints stays as it is.
    assert check().ledger == [("bridged", "AR117")]
    assert run("apply").code == 0
    after = (tree / "bot/rag.py").read_text()
    assert 'autorag/rags/docs"\n' in after
    assert "from autorag_migrate.adapters import requests" in after


@pytest.mark.parametrize(
    "user",
    [
        "import rag\n\nprint(rag.RAG)\n",
        "from rag import HEADERS, RAG\n\nprint(HEADERS, RAG)\n",
        "from rag import (\n    HEADERS,\n    RAG,\n)\nprint(RAG)\n",
        "from rag import *\n\nprint(RAG)\n",
        "import rag as r\n\nprint(r.RAG)\n",
        'from importlib import import_module\n\nprint(import_module("rag").RAG)\n',
    ],
)
def test_every_way_to_use_a_name_of_another_file(
    user: str, tree: Path, check: Callable[..., Done]
) -> None:
    wrote(tree, {"pyproject.toml": PROJECT, "rag.py": PROGRAMS["native"], "user.py": user})
    assert ("bridged", "AR117") in check().ledger
    assert "native" not in dict(check().ledger)


PATCHING = """\
from unittest import mock

import app


def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    with mock.patch("app.requests.post") as post:
        post.return_value.ok = True
        post.return_value.json.return_value = answer
        assert app.names("llamas") == ["a.md"]
    assert post.call_args.args[0].endswith("/autorag/rags/docs/search")
"""
MONKEYPATCHING = """\
import app


class Answer:
    ok = True

    def json(self):
        return {"success": True, "result": {"data": [{"filename": "a.md"}]}}


def test_names(monkeypatch):
    monkeypatch.setattr(app.requests, "post", lambda url, **given: Answer())
    assert app.names("llamas") == ["a.md"]
"""
ANSWERING = """\
import responses

import app


@responses.activate
def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    responses.post(f"{app.RAG}/search", json=answer)
    assert app.names("llamas") == ["a.md"]
"""
MOCKED = """\
import requests_mock

import app


def test_names():
    answer = {"success": True, "result": {"data": [{"filename": "a.md"}]}}
    with requests_mock.Mocker() as mocker:
        mocker.post(f"{app.RAG}/search", json=answer)
        assert app.names("llamas") == ["a.md"]
"""
UNRELATED = """\
from unittest import mock

import app


def test_names():
    with mock.patch("sys.argv", []):
        assert callable(app.names)
"""


@pytest.mark.parametrize(
    ("test", "row"),
    [
        pytest.param(PATCHING, ("bridged", "AR122"), id="patch"),
        pytest.param(MONKEYPATCHING, ("bridged", "AR122"), id="monkeypatch"),
        pytest.param(ANSWERING, ("manual", "AR132"), id="responses"),
        pytest.param(MOCKED, ("bridged", "AR122"), id="requests_mock"),
        pytest.param(UNRELATED, ("native", "AR101"), id="unrelated"),
    ],
)
def test_the_projects_own_tests_pass_afterwards(
    test: str,
    row: tuple[str, str],
    tree: Path,
    run: Callable[..., Done],
    check: Callable[..., Done],
) -> None:
    text = PROGRAMS["native"].replace("os.environ['CLOUDFLARE_ACCOUNT_ID']", "'a'")
    text = text.replace("os.environ['CLOUDFLARE_API_TOKEN']", "'t'")
    wrote(
        tree,
        {
            "pyproject.toml": PROJECT,
            "app.py": text,
            "tests/test_app.py": test,
            "conftest.py": "import sys\n\nsys.path.insert(0, '.')\n",
        },
    )
    assert check().ledger == [row]
    run("apply")
    assert (tree / "tests/test_app.py").read_text() == test
    assert ((tree / "app.py").read_text() == text) == (row[0] == "manual")
    done = run_tests(tree)
    assert done.returncode == 0, done.stdout + done.stderr


# --- Safe in code ---------------------------------------------------------------------------------


def test_nothing_of_a_programs_values_is_shown(tree: Path, run: Callable[..., Done]) -> None:
    secret = "cfut_SECRET0123456789"
    text = (
        PROGRAMS["bridged"]
        .replace("os.environ['CLOUDFLARE_API_TOKEN']", f"'{secret}'")
        .replace('"é " + question', f'question, "token": "{secret}"')
    )
    wrote(tree, {"app.py": text})
    for form in ("terminal", "concise", "json", "markdown"):
        done = run("check", "--explain-verdict", "--output-format", form)
        assert secret not in done.out.decode() + done.err


def test_migrate_in_code_is_what_apply_writes(tree: Path, run: Callable[..., Done]) -> None:
    wrote(tree, PROGRAMS_BY_FILE)
    assert run("apply", "--policy", "adopt").code == 0
    for name, text in PROGRAMS_BY_FILE.items():
        assert (tree / name).read_text() == migrate(text, Options(policy="adopt")).source
