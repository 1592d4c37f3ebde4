"""How a URL is put together: what is understood of it, and what is only carried to the call."""

import pytest

from autorag_codemods import migrate

RAG = "https://api.cloudflare.com/client/v4/accounts/acc/autorag/rags/docs"


def program(url, top="", more=""):
    return (
        "import os\nimport posixpath\nimport requests\nfrom urllib.parse import urljoin\n"
        f"from types import SimpleNamespace\n\n{top}\n\n\ndef f(q, part):\n"
        f'    r = requests.post({url}, json={{"query": q}})\n'
        f'    return r.json()["result"]["data"][0]["score"]\n{more}'
    )


def ledger(source):
    return ", ".join(f"{row.verdict} {row.code}" for row in migrate(source).rows)


NATIVE = {
    "below a folder": program(f'urljoin("{RAG}/", "search")'),
    "beside another": program(f'urljoin("{RAG}/ai-search", "search")'),
    "below a host": program(f'urljoin("https://api.cloudflare.com", "{RAG[26:]}/search")'),
    "joined as a path": program(f'posixpath.join("{RAG}", "search")'),
    "joined as a file": program(f'os.path.join("{RAG}/", "search")'),
    "joined words": program(
        '"/".join([host, "accounts", "acc", "autorag", "rags", "docs", "search"])',
        top='host = "https://api.cloudflare.com/client/v4"',
    ),
    "parts of a helper": program(
        'url("autorag", "rags", "docs", "search")',
        top="def url(*parts):\n"
        '    return "/".join(["https://api.cloudflare.com/client/v4/accounts/acc", *parts])',
    ),
    "a namespace": program('_s.url + "/search"', top=f'_s = SimpleNamespace(url="{RAG}", n=1)'),
}

BRIDGED = {
    "a relative part that is not known": program(f'urljoin("{RAG}/", part)'),
    "a part that may be absolute": program(f'posixpath.join("{RAG}", part, "search")'),
    "a way up": program(f'urljoin("{RAG}/sync/", "../search")'),
    "a replaced word": program(f'"{RAG}/search".replace("acc", part)'),
    "a template with names": program(
        'T % {"acc": part}', top=f'T = "{RAG.replace("/acc/", "/%(acc)s/")}/search"'
    ),
    "parts that are not known": program(
        "url(*q)",
        top=f'def url(*parts):\n    return "/".join(["{RAG}", *parts])',
    ),
    "a namespace that is shown": program(
        's.url + "/search"',
        top=f's = SimpleNamespace(url="{RAG}", n=1)\nprint(s)',
    ),
    "a namespace whose attributes are listed": program(
        's.url + "/search"', top=f's = SimpleNamespace(url="{RAG}", n=1)\nprint(vars(s))'
    ),
}


@pytest.mark.parametrize("name", NATIVE)
def test_native(name):
    assert ledger(NATIVE[name]) == "native AR101"


@pytest.mark.parametrize("name", BRIDGED)
def test_bridged(name):
    assert ledger(BRIDGED[name]).startswith("bridged AR1")
    assert "ai-search/" not in migrate(BRIDGED[name]).source


def test_what_urljoin_cuts_off_keeps_its_slashes():
    top = f'LAST = "ai-search"\nBASE = "{RAG}" + "/" + LAST'
    more = (
        "\n\ndef g(q):\n"
        '    r = requests.post(BASE, json={"query": q})\n    return r.json()["result"]["response"]\n'
    )
    made = migrate(program('urljoin(BASE, "search")', top, more)).source
    # The one that is cut off is another than the one that becomes two words.
    assert '\nLAST = "ai-search"\n' in made
    assert 'urljoin(BASE, "search")' in made


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ('f"{AUTORAG}/search"', "bridged AR119"),
        ('f"{AUTORAG}/{part}/search"', "bridged AR119"),
        ('f"https://api.cloudflare.com/client/v4/{AUTORAG}/ai-search"', "bridged AR119"),
        (
            'f"https://api.cloudflare.com/client/v4/accounts/{part}/{AUTORAG}/search"',
            "bridged AR119",
        ),
        ('f"{BASE}/{AUTORAG}/search"', ""),
        ('f"https://api.cloudflare.com/client/v4/{AUTORAG}/ai-search/instances/docs"', ""),
        ('f"https://api.example.com/{AUTORAG}/search"', ""),
    ],
)
def test_a_part_whose_name_speaks_of_it_makes_a_call_one_that_may_be(url, found):
    top = 'AUTORAG, BASE = os.environ["AUTORAG_BASE"], os.environ["BASE"]'
    assert ledger(program(url, top=top)) == found
