"""The codemod under libcst's own tool: the result is that of `autorag-migrate apply`."""

import os
import shutil
import subprocess
import sys

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile

from autorag_codemods import main, migrate
from autorag_codemods.command import MigrateCommand
from autorag_codemods.options import Options

HEAD = """\
import requests

URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"


"""
NATIVE = (
    HEAD
    + """\
def names(question):
    response = requests.post(URL, json={"query": question}, timeout=9)
    return [row["filename"] for row in response.json()["result"]["data"]]
"""
)
BRIDGED = (
    HEAD
    + """\
def raw(question):
    return requests.post(URL, json={"query": question}, timeout=9).json()
"""
)
KEPT = BRIDGED.replace(
    "timeout=9).json()", "timeout=9).json()  # autorag-migrate: keep -- compares"
)
FILES = {
    "native.py": NATIVE.encode(),
    "bridged.py": BRIDGED.encode(),
    "kept.py": KEPT.encode(),
    "none.py": b"print('nothing')\n",
    "crlf.py": NATIVE.replace("\n", "\r\n").encode(),
    "bom.py": b"\xef\xbb\xbf" + BRIDGED.encode(),
    "latin.py": b"# coding: latin-1\nNAME = '\xe9'\n" + NATIVE.encode(),
    "end.py": NATIVE.rstrip("\n").encode(),
    "tabs.py": NATIVE.replace("    ", "\t").encode(),
}


@pytest.fixture
def tree(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def tool(tree, *arguments, data=None):
    # Away from our own checkout, where the tool would look for its configuration.
    environment = {k: v for k, v in os.environ.items() if k != "LIBCST_TOOL_REQUIRE_CONFIG"}
    return subprocess.run(
        [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "-j1", *arguments],
        cwd=tree,
        env=environment,
        input=data,
        capture_output=True,
        check=False,
    )


def contents(tree):
    return {path.name: path.read_bytes() for path in tree.glob("*.py")}


EXTERNAL = ("-x", "autorag_codemods.command.MigrateCommand")


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--style", "native"),
        ("--policy", "adopt", "--route", "bare"),
        ("--absent-max-num-results", "10", "--namespace", "mine"),
    ],
)
def test_the_result_is_that_of_apply(tree, tmp_path_factory, options):
    other = tmp_path_factory.mktemp("other") / "tree"
    shutil.copytree(tree, other)
    done = tool(tree, *EXTERNAL, ".", *options)
    assert done.returncode == 0, done.stderr
    assert main(["apply", "-q", "--exit-zero", str(other), *options]) == 0
    assert contents(tree) == contents(other)
    assert contents(tree) != FILES
    assert b"Failed to codemod 0 files" in done.stderr


def test_every_row_is_a_warning(tree):
    done = tool(tree, *EXTERNAL, "native.py", "kept.py", "--hide-progress")
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("WARNING: ")]
    assert [line.partition("py:")[2].split(" ", 1)[0] for line in sorted(lines)] == [
        "7:12:",
        "7:16:",
    ]
    assert any(" AR140 kept " in line for line in lines)
    assert any(" AR101 native " in line for line in lines)


def test_it_is_found_by_its_short_name_where_the_configuration_has_the_package(tree):
    (tree / ".libcst.codemod.yaml").write_text("modules: [autorag_codemods]\n")
    done = tool(tree, "command.MigrateCommand", "native.py")
    assert done.returncode == 0, done.stderr
    assert b"/ai-search/" in (tree / "native.py").read_bytes()


def test_its_help_has_the_options(tree):
    done = tool(tree, *EXTERNAL, "--help")
    assert done.returncode == 0
    for flag in (b"--style", b"--policy", b"--route", b"--namespace", b"--root-folder {,/}"):
        assert flag in done.stdout
    assert MigrateCommand.DESCRIPTION.encode() in done.stdout


def test_a_wrong_value_is_refused(tree):
    done = tool(tree, *EXTERNAL, ".", "--absent-max-num-results", "11")
    assert done.returncode == 2
    assert contents(tree) == FILES


def test_standard_input_is_judged_by_itself(tree):
    done = tool(tree, *EXTERNAL, "-", data=NATIVE.encode())
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().rstrip("\n") == migrate(NATIVE).source.rstrip("\n")


def test_the_projects_other_files_count(tree):
    (tree / "pyproject.toml").write_text('[project]\nname = "x"\nrequires-python = ">=3.8"\n')
    tool(tree, *EXTERNAL, "native.py", "bridged.py")
    assert (tree / "bridged.py").read_bytes() == FILES["bridged.py"]
    assert (tree / "native.py").read_bytes() != FILES["native.py"]


@pytest.mark.parametrize(
    "lost",
    [
        b"\x0cX = 1\n",
        b"try:\n    pass\nexcept (OSError, ValueError) :\n    pass\n",
    ],
)
@pytest.mark.parametrize("name", ["native.py", "none.py"])
def test_what_libcst_cannot_give_back_is_skipped(tree, name, lost):
    (tree / name).write_bytes(lost + FILES[name])
    done = tool(tree, *EXTERNAL, name)
    assert done.returncode == 0, done.stderr
    assert b"Skipped 1 files" in done.stderr
    assert (tree / name).read_bytes() == lost + FILES[name]


class TestInCode:
    def test_a_tree_without_a_file(self):
        command = MigrateCommand(CodemodContext(), policy="adopt", style=None, root_folder="/")
        assert command.options == Options(policy="adopt", settings={"root_folder": "/"})
        made = command.transform_module(cst.parse_module(NATIVE))
        assert made.code == migrate(NATIVE, command.options).source
        assert [warning[:9] for warning in command.context.warnings] == ["<string>:"]

    def test_a_tree_with_nothing_is_the_tree(self):
        tree = cst.parse_module("print(1)\n")
        context = CodemodContext(filename="no/such/file.py")
        assert MigrateCommand(context).transform_module(tree).code == tree.code
        assert context.warnings == []

    def test_its_encoding_stays(self):
        raw = b"# coding: latin-1\nNAME = '\xe9'\n" + NATIVE.encode()
        made = MigrateCommand(CodemodContext()).transform_module(cst.parse_module(raw))
        assert made.encoding == "iso-8859-1"
        assert b"'\xe9'" in made.bytes

    def test_a_file_that_is_not_the_tree_is_skipped(self, tree):
        context = CodemodContext(filename=str(tree / "none.py"))
        with pytest.raises(SkipFile):
            MigrateCommand(context).transform_module(cst.parse_module("print('other')\n"))

    def test_a_value_that_is_none_of_the_allowed_ones(self):
        with pytest.raises(ValueError, match="style is 'best'"):
            MigrateCommand(CodemodContext(), style="best")
