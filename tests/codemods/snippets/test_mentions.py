"""What counts as a use of a block's names by the rest of its page."""

from __future__ import annotations

import pytest

from autorag_codemods.snippets.mentions import mentioned

OWN = 'url = "x"\nrows = []\n\n\ndef show(word):\n    print(url, word)\n'


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", "pip install -r requirements.txt && show rows"),
        ("console", "$ python -m show --rows"),
        ("json", '{"rows": []}'),
        ("", "pip install -r rows.txt"),
        ("", "$ show -rows\n$ python show.py rows"),
        ("python", "# rows of show\nprint('rows')"),
        ("python", 'print(f"{other} rows")'),
        ("python", "rows = load()\nprint(rows)"),
        ("python", "for rows in load():\n    print(rows)"),
        ("python", "with load() as rows:\n    print(rows)"),
        ("python", "def f(rows):\n    show = rows\n    return show"),
        ("python", "[print(rows) for rows in load()]"),
        (
            "python",
            "try:\n    rows = load()\n    print(rows)\nexcept OSError as rows:\n    print(rows)",
        ),
        ("python", "import rows\nfrom show import rows as show\nshow(rows)"),
        ("python", "if x:\n    rows = 1\n    print(rows)"),
        ("python", "load(rows=1)"),
        ("python", "class A:\n    def f(self):\n        rows = 1\n        return rows"),
    ],
)
def test_no_use(language, text):
    assert not mentioned(OWN, [(text, language, False)]) & {"url", "rows", "show", "r"}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("python", "print(rows)", "rows"),
        ("", "print(rows)", "rows"),
        ("code-cell", "print(rows)", "rows"),
        ("console", ">>> for row in rows:\n...     print(row)\n", "rows"),
        ("python", 'print(f"{rows}")', "rows"),
        ("python", "rows.append(1)", "rows"),
        ("python", "rows += [1]", "rows"),
        ("python", "rows[0] = 1", "rows"),
        ("python", "rows, *_ = rows", "rows"),
        ("python", "del rows", "rows"),
        ("python", "if x:\n    rows = 1\nprint(rows)", "rows"),
        ("python", "for rows in x:\n    pass\nprint(rows)", "rows"),
        ("python", "try:\n    rows = 1\nfinally:\n    print(rows)", "rows"),
        ("python", "rows = 1\ndef f():\n    return rows", "rows"),
        ("python", "def f():\n    global rows\n    rows = 1", "rows"),
        ("python", "def f(x=rows, rows=1):\n    return x", "rows"),
        ("python", "@show\ndef f(show):\n    return show", "show"),
        ("python", "def f():\n    def g():\n        rows = 1\n    return rows", "rows"),
        ("python", "[rows for x in rows]", "rows"),
        ("python", "client.show(1)", "show"),
        ("python", "class A(B):\n    def show(self): pass", "show"),
        ("python", "class A(B):\n    rows = 1", "rows"),
        ("python", "globals()['rows']", "rows"),
        ("python", "getattr(client, 'sh' 'ow')(rows)", "rows"),
        ("python", "rows = fetch(...)\n...)\nprint(rows)", "rows"),
        # `show` reads it when it is called.
        ("python", "url = 'y'\nother()", "url"),
        ("python", "match x:\n    case [url]:\n        pass", "url"),
        ("python", "import url", "url"),
    ],
)
def test_a_use(language, text, name):
    assert name in mentioned(OWN, [(text, language, False)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rows", {"rows"}),
        ('rows[0]["score"]', {"rows"}),
        ("-r", set()),
        ("--rows", set()),
        ("pip install rows", set()),
        ("rows = 1", set()),
    ],
)
def test_code_in_a_line(text, names):
    assert mentioned(OWN, [(text, "", True)]) == names


def test_a_page_of_blocks_that_each_stand_alone(rewritten):
    call = (
        "import requests\n\nr = requests.post(f'{API}/accounts/a/autorag/rags/docs/search', "
        "json={'query': 'x'})\nfor row in r.json()['result']['data']:\n    print(row['filename'])\n"
    )
    page = f"```sh\npip install -r requirements.txt\n```\n\n```python\n{call}```\n\nOr `-r`:\n\n"
    page += f"```python\n{call.replace('filename', 'score')}```\n"
    new, said = rewritten("a.md", page)
    assert "autorag" not in new
    assert all("rewritten" in text for text in said)
    new, said = rewritten("a.md", f"{page}\n```python\nprint(r.text)\n```\n")
    assert "ai-search" not in new
