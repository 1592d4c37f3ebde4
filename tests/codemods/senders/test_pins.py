"""Which projects cannot have the adapter of one library, though they can have the others."""

import pytest

from autorag_codemods import migrate_tree
from judged import PATH, RAG

AIOHTTP = (
    "import aiohttp\n\n\nasync def f(q):\n    async with aiohttp.ClientSession() as s:\n"
    f'        return await (await s.post("{RAG}/search", json={{"query": q}})).json()\n'
)
REQUESTS = f'import requests\n\n\ndef f(q):\n    return requests.post("{RAG}/search", json=q)\n'
SDK = (
    "from cloudflare import Cloudflare\n\n\ndef f(q):\n"
    f'    return Cloudflare().post("{PATH}/search", cast_to=object, body=q)\n'
)
PINS = {
    "aiohttp==3.9.5": "manual bridged bridged",
    "aiohttp~=3.11.0\ncloudflare<4": "manual manual bridged",
    "aiohttp>=3.9": "bridged bridged bridged",
    "cloudflare==3.1.0": "bridged manual bridged",
    "aiohttp-retry==2.8": "bridged bridged bridged",
    "requests==2.20.0": "manual manual manual",
}


@pytest.mark.parametrize("pins", PINS)
def test_a_pin_of_a_library_is_about_its_own_calls(pins, tmp_path):
    (tmp_path / "requirements.txt").write_text(f"{pins}\n")
    (tmp_path / "pyproject.toml").touch()
    for name, text in {"a": AIOHTTP, "b": SDK, "c": REQUESTS}.items():
        (tmp_path / f"{name}.py").write_text(text)
    rows = sorted(migrate_tree(tmp_path).rows, key=lambda row: row.place)
    assert " ".join(row.verdict for row in rows) == PINS[pins]
    assert all(row.code == "AR131" for row in rows if row.verdict == "manual")
