"""Notebooks as people have them: edited where they stand, and run before and after."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from autorag_codemods import migrate_tree
from autorag_migrate.__main__ import main
from in_process import emulated, run_source
from notebook_runs import Book, books, program

if TYPE_CHECKING:
    from pathlib import Path

    from autorag_codemods.report.model import Report

BOOKS = books()
each_book = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.folder.name)


def judged(book: Book, folder: Path) -> Report:
    shutil.copy(book.folder / "before.ipynb", folder / "nb.ipynb")
    return migrate_tree(folder)


def changed(report: Report, before: bytes) -> bytes:
    return report.changes[0].after if report.changes else before


@each_book
def test_a_notebook_becomes_what_was_read_over(book: Book, tmp_path: Path) -> None:
    report = judged(book, tmp_path)
    found = [(row.verdict, row.code, row.place.within) for row in report.rows]
    keys = ("verdicts", "codes", "places")
    assert found == list(zip(*(book.expect[key] for key in keys), strict=True))
    assert [finding.code for finding in report.findings] == book.expect.get("findings", [])
    assert changed(report, book.before) == book.after
    assert "__nb" not in f"{report.rows}{report.findings}"


@each_book
def test_a_second_run_changes_nothing(book: Book, tmp_path: Path) -> None:
    (tmp_path / "nb.ipynb").write_bytes(book.after)
    again = migrate_tree(tmp_path)
    assert again.changes == []
    assert all(row.done or row.verdict in {"manual", "kept"} for row in again.rows)


@each_book
def test_only_the_sources_of_code_cells_change(book: Book) -> None:
    before, after = (_split(json.loads(raw)) for raw in (book.before, book.after))
    assert [kept for kept, _ in before] == [kept for kept, _ in after]
    if "native" in book.expect["verdicts"]:
        assert [source for _, source in before] != [source for _, source in after]


def _split(notebook: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Each cell without its source, and that; the rest of the notebook first."""
    cells = notebook.pop("cells", [])
    found: list[tuple[Any, Any]] = [(notebook, None)]
    for cell in cells:
        if cell["cell_type"] == "code" and "source" in cell:
            source = cell.pop("source")
            found.append(((cell, type(source)), source))
        else:
            found.append((cell, None))
    return found


@each_book
def test_a_notebook_runs_as_before(book: Book) -> None:
    pytest.importorskip("requests")
    if book.expect.get("findings") or not book.expect["verdicts"]:
        assert book.before == book.after
        return
    with emulated() as emulator:
        first = run_source(program(book.before))
        asked = [(entry.api, entry.status) for entry in emulator.log]
        emulator.clear_log()
        second = run_source(program(book.after))
        again = [(entry.api, entry.status) for entry in emulator.log]
    assert first.end == "done"
    assert first.printed
    assert second == first
    assert {api for api, _ in asked} == {"legacy"}
    done = {"native", "bridged"} & set(book.expect["verdicts"])
    assert {api for api, _ in again} == ({"new"} if done else {"legacy"})
    assert [status for _, status in asked] == [status for _, status in again]


def test_the_command_shows_and_writes_what_git_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (book,) = (book for book in BOOKS if book.folder.name == "native_one_string")
    (tmp_path / "nb.ipynb").write_bytes(book.before)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--output-format", "concise", "."]) == 1
    assert b"nb.ipynb:cell 2:2:12: AR101 native" in capsysbinary.readouterr().out
    assert main(["check", "--output-format", "json", "."]) == 1
    (site,) = json.loads(capsysbinary.readouterr().out)["sites"]
    assert (site["path"], site["cell"], site["line"]) == ("nb.ipynb", 2, 2)
    assert site["evidence"][0]["cell"] == 1
    assert main(["diff", "."]) == 1
    diff = capsysbinary.readouterr().out
    assert main(["apply", "."]) == 0
    assert (tmp_path / "nb.ipynb").read_bytes() == book.after

    git = shutil.which("git")
    assert git is not None
    import subprocess

    (tmp_path / "nb.ipynb").write_bytes(book.before)
    patch = [git, "apply", "--whitespace=nowarn", "-"]
    done = subprocess.run(patch, input=diff, capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "nb.ipynb").read_bytes() == book.after


def test_a_notebook_that_uses_a_module_keeps_it_as_it_is(tmp_path: Path) -> None:
    """What a notebook reads of a module is read there, as by any other file."""
    module = (
        "import requests\n"
        'URL = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"\n'
        'for row in requests.post(URL, json={"query": "q"}).json()["result"]["data"]:\n'
        '    print(row["filename"])\n'
    )
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "client.py").write_text(module)
    assert [row.verdict for row in migrate_tree(tmp_path).rows] == ["native"]
    for lines in (["import client\n", "print(client.URL)"], ["%run client.py\n", "print(URL)"]):
        cell = {"cell_type": "code", "source": lines, "metadata": {}, "outputs": []}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        (tmp_path / "nb.ipynb").write_text(json.dumps(notebook))
        rows = migrate_tree(tmp_path).rows
        assert "native" not in {row.verdict for row in rows}, lines


def test_a_url_that_is_shown_is_not_sent(tmp_path: Path) -> None:
    url = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"
    code = f"import requests\nURL = '{url}'"
    send = "rows = requests.post(URL, json={'query': 'q'}).json()['result']['data']; len(rows)"
    _write(tmp_path, [f"{code}\nURL"])
    (row,) = migrate_tree(tmp_path).rows
    assert (row.verdict, row.place.within) == ("manual", "cell 1:3:1")
    assert "output of its cell" in row.reason
    _write(tmp_path, [f"{code}\nURL", send])
    (row,) = migrate_tree(tmp_path).rows
    assert (row.verdict, row.place.within) == ("bridged", "cell 2:1:8")
    assert "output of its cell" in row.reason


def test_what_an_earlier_cell_reads_keeps_its_shape(tmp_path: Path) -> None:
    """Such a notebook was run out of order: what the earlier cell reads is not known."""
    url = "https://api.cloudflare.com/client/v4/accounts/a/autorag/rags/docs/search"
    cells = [
        "import requests",
        "print(body['result']['data'][0]['filename'])",
        f"body = requests.post('{url}', json={{'query': 'q'}}).json()\nprint(body['result']['data'])",
    ]
    (tmp_path / "pyproject.toml").write_text("")
    for order, verdict in (((0, 1, 2), "bridged"), ((0, 2, 1), "bridged"), ((0, 2), "bridged")):
        _write(tmp_path, [cells[index] for index in order])
        assert [row.verdict for row in migrate_tree(tmp_path).rows] == [verdict]
    cells[2] = cells[2].replace("print(body['result']['data'])", "len(body['result']['data'])")
    for order, verdict in (((0, 1, 2), "bridged"), ((0, 2, 1), "native")):
        _write(tmp_path, [cells[index] for index in order])
        assert [row.verdict for row in migrate_tree(tmp_path).rows] == [verdict]


def _write(folder: Path, cells: list[str]) -> None:
    made = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for cell in cells
    ]
    notebook = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (folder / "nb.ipynb").write_text(json.dumps(notebook))
