"""Whatever a page or a script holds: nothing fails, a second run changes nothing, prose stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autorag_codemods.engine import run
from autorag_codemods.options import DEFAULT_OPTIONS
from autorag_codemods.snippets import rewrite_snippets

URL = "https://api.cloudflare.com/client/v4/accounts/$A/autorag/rags/d/search"
PARTS = st.sampled_from(
    [
        *("```sh\n", "```python\n", "```\n", "~~~\n", "`", "``", "    ", "  ", "\n", "\r\n", "- "),
        *(
            ".. code-block:: bash\n\n",
            "Do::\n\n",
            "> ",
            "$ ",
            "$(",
            ")",
            "'",
            '"',
            "\\\n",
            "| jq .x\n",
        ),
        *(f'curl {URL} -d \'{{"query": "x"}}\'\n', f"curl '{URL}' ", "-d ", '{"query": "x"}', "#"),
        *(f"{URL}\n", "cat <<EOF\n", "EOF\n", "f() {\n", "}\n", "ß\u2028", "autorag"),
        f'import requests\nprint(requests.post("{URL}", json={{"query": "x"}}).json()["result"]["data"][0]["score"])\n',
    ]
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(PARTS, max_size=12).map("".join), st.sampled_from(["a.md", "a.rst", "a.sh", "plain"])
)
def test_any_text(text, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        raw = text.encode()
        path.write_bytes(raw)
        report = run([Path(folder)], DEFAULT_OPTIONS)
        before = [trace.place for trace in report.traces]
        rewrite_snippets(report, DEFAULT_OPTIONS)
        assert [trace.place for trace in report.traces] == before
        edited = sum(trace.edited for trace in report.traces)
        assert bool(report.changes) == bool(edited)
        for change in report.changes:
            path.write_bytes(change.after)
            # Only URLs, methods, bodies and programs change: each trace that is not edited stays.
            again = run([Path(folder)], DEFAULT_OPTIONS)
            assert len(again.traces) == len(before) - edited
            rewrite_snippets(again, DEFAULT_OPTIONS)
            assert again.changes == []
