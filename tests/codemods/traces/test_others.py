"""What a trace in another file is, and what it becomes."""

from __future__ import annotations

import pytest

from autorag_codemods.traces.replacements import replacement_of_url

URL = "https://api.cloudflare.com/client/v4/accounts/s3cr3t/autorag/rags/s3cr3t-docs"
NEW = "…/ai-search/namespaces/default/instances"


@pytest.mark.parametrize(
    ("name", "text", "kind", "code"),
    [
        ("a.ts", 'env.AI.autorag("x")', "language", "AR173"),
        ("a.js", "env.AI?.autorag<Env>(`x`)", "language", "AR173"),
        ("a.js", "throw new AutoRAGNotFoundError()", "language", "AR173"),
        ("a.js", "const autorag = 1", "mention", "AR172"),
        ("a.js", "autorag(1)", "mention", "AR172"),
        *(
            (f"a.{end}", f'"{URL}/search"', "language", "AR173")
            for end in ("go", "php", "rb", "cs")
        ),
        ("Main.java", f'"{URL}/search"', "language", "AR173"),
        ("main.rs", f'"{URL}/search"', "language", "AR173"),
        ("unknown.zig", f'"{URL}/search"', "language", "AR173"),
        ("tool", f"#!/usr/bin/env python3\nx = '{URL}'", "language", "AR173"),
        (".env.production", f"X={URL}", "configuration", "AR174"),
        ("a.yml", f"x: {URL}", "configuration", "AR174"),
        ("a.json", f'{{"x": "{URL}"}}', "configuration", "AR174"),
        ("a.ini", f"x = {URL}", "configuration", "AR174"),
        ("Dockerfile", f"ENV X={URL}", "configuration", "AR174"),
        ("a.rst", f"``{URL}``", "snippet", "AR175"),
        ("a.sh", f"curl {URL}/search", "snippet", "AR175"),
        ("Makefile", f"x:\n\tcurl {URL}/search", "snippet", "AR175"),
        ("run", f"#!/bin/bash\ncurl {URL}/search", "snippet", "AR175"),
        ("cassettes/a.yaml", f"uri: {URL}/search", "recording", "AR176"),
        ("a.json", f'{{"interactions": ["{URL}"]}}', "recording", "AR176"),
        ("a.har", f'"{URL}"', "recording", "AR176"),
        ("uv.lock", 'name = "x-autorag-y"', "mention", "AR172"),
        ("requirements-dev.txt", "autorag>=0.3", "not ours", "AR177"),
        ("requirements.txt", "AutoRAG[gpu]==1 ; python_version > '3'", "not ours", "AR177"),
        ("a.txt", "autorag==1", "mention", "AR172"),
        ("README.md", "see github.com/Marker-Inc-Korea/AutoRAG", "not ours", "AR177"),
        ("a.yml", f"x: {URL}  # autorag-migrate: keep -- why", "kept", "AR140"),
        ("a.ts", '// autorag-migrate: keep\nenv.AI.autorag("x")', "language", "AR173"),
        ("a.md", f"<!-- autorag-migrate: keep -- why -->\n`{URL}`", "kept", "AR140"),
        ("pyproject.toml", '[tool.autorag-migrate]\nstyle = "auto"', "adapter", "AR178"),
    ],
)
def test_what_it_is(judged, name, text, kind, code):
    (*_, trace) = sorted(judged({name: text}).traces, key=lambda trace: trace.kind != "adapter")
    assert (trace.kind, trace.code) == (kind, code)
    assert trace.open == (kind in {"language", "configuration", "snippet", "recording"})
    assert "s3cr3t" not in trace.text


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("/docs/search", f"POST {NEW}/{{name}}/search"),
        ("/$NAME/ai-search", f"POST {NEW}/{{name}}/chat/completions"),
        ("/${encode(name)}/sync'", f"POST {NEW}/{{name}}/jobs"),
        ("/<NAME>/jobs).", f"GET {NEW}/{{name}}/jobs"),
        ("/docs/files?per_page=5", f"GET {NEW}/{{name}}/items"),
        ("/docs/jobs/7/logs", f"GET {NEW}/{{name}}/jobs/{{job}}/logs"),
        ("/docs", f"{NEW}, and the endpoint as MIGRATION.md has it"),
        ("", f"{NEW}, and the endpoint as MIGRATION.md has it"),
        ("/docs/reindex", f"{NEW}, and the endpoint as MIGRATION.md has it"),
    ],
)
def test_what_a_url_becomes(path, new):
    assert replacement_of_url(f"autorag/rags{path}", 0) == new


def test_what_a_call_of_the_binding_becomes(judged):
    (trace,) = judged({"a.ts": 'env.AI.autorag("x").search({})'}).traces
    assert 'env.AI_SEARCH.get("name")' in trace.text
    assert ".chatCompletions" in trace.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", f"export RAG_URL='{URL}'"),
        ("a.yaml", f"env:\n  RAG_URL: {URL}"),
        ("a.yaml", f"environment:\n  - RAG_URL={URL}"),
        ("a.json", f'{{\n  "RAG_URL": "{URL}"\n}}'),
        ("a.toml", f'RAG_URL = "{URL}"'),
        ("Dockerfile", f"ENV RAG_URL={URL}"),
        ("Dockerfile.prod", f"ENV RAG_URL {URL}"),
        ("web.dockerfile", f"ENV A=1 RAG_URL='{URL}'"),
        ("a.yaml", f"env:\n  - name: RAG_URL\n    value: {URL}\n  - name: OTHER\n    value: 1"),
        ("a.yaml", f"env:\n  - name: OTHER\n    value: 1\n  - value: {URL}\n    name: RAG_URL"),
        ("render.yaml", f'envVars:\n  - key: RAG_URL\n    value: "{URL}"'),
        ("a.yaml", f"env:\n  - {{name: RAG_URL, value: {URL}}}"),
        ("a.yaml", f"env:\n  RAG_URL: >-\n    {URL}\n  OTHER: 1"),
        ("a.yaml", f"env:\n  RAG_URL:\n    {URL}\n"),
        ("a.yaml", f"env: {{OTHER: 1, RAG_URL: {URL}}}"),
        ("a.json", f'{{"vars": {{"OTHER": "1", "RAG_URL": "{URL}"}}}}'),
        ("a.json", f'[{{"name": "RAG_URL", "value": "{URL}"}}]'),
        ("a.toml", f'env = {{ other = 1, RAG_URL = "{URL}" }}'),
        ("tox.ini", f"[testenv]\nsetenv = RAG_URL={URL}"),
        ("tox.ini", f"[testenv]\nsetenv =\n  A = 1\n  RAG_URL = {URL}"),
        ("supervisord.conf", f'environment=A="1",RAG_URL="{URL}"'),
        (".env", f"export A=1 RAG_URL={URL}"),
        (".env", f"RAG_URL={URL.replace('/s3cr3t/', '/${ACCOUNT}/')}"),
    ],
)
def test_a_key_and_who_reads_it(judged, name, text):
    files = {
        name: text,
        # Without the name of the legacy API in it, the funnel would never look at it.
        "app/settings.py": "import os\nurl = os.environ['RAG_URL']\n",
        "app/more.py": "MY_RAG_URL = 1\n",
    }
    (trace,) = judged(files).traces
    assert "(RAG_URL, which " in trace.text
    assert "settings.py reads)" in trace.text
    assert "more.py" not in trace.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", f"RAG_URL=https://search.example # until 2025: {URL}"),
        ("a.yaml", f"RAG_URL: 'https://search.example' # until 2025: {URL}"),
        ("a.toml", f'RAG_URL = "https://search.example" # {URL}'),
        ("a.ini", f"RAG_URL = https://search.example ; {URL}"),
        ("a.yaml", f"# RAG_URL: {URL}"),
    ],
)
def test_a_remark_is_the_value_of_nothing(judged, name, text):
    call = 'import os\nimport requests\nrequests.post(os.environ["RAG_URL"] + "/search")\n'
    report = judged({name: text, "app.py": call})
    assert report.rows == []
    assert "RAG_URL" not in report.traces[0].text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.bat", f"set RAG_URL={URL}"),
        ("run.ps1", f'$env:RAG_URL = "{URL}"'),
        ("run.sh", f"export RAG_URL={URL}"),
        (".envrc", f'export RAG_URL="{URL}"'),
    ],
)
def test_what_a_script_exports_is_a_key_as_well(judged, name, text):
    call = 'import os\nimport requests\nrequests.post(os.environ["RAG_URL"] + "/search")\n'
    report = judged({name: text, "app.py": call})
    assert [row.code for row in report.rows] == ["AR119"]


def test_a_key_that_every_program_has_is_not_looked_for(judged):
    (trace,) = judged({"a.yaml": f"url: {URL}\n", "a.py": "url = 1\n"}).traces
    assert "(url): it becomes" in trace.text


def test_several_keys_are_told_apart(judged):
    files = {
        ".env": f"RAG_A={URL}\nRAG_B={URL}\n",
        **{f"{name}.py": "import os\nos.environ['RAG_A']\n" for name in "abcde"},
        "z.py": "import os\nos.environ['RAG_B']\n",
    }
    first, second = judged(files).traces
    assert first.text.count(".py") == 3
    assert second.text.count(".py") == 1
    assert "z.py reads" in second.text


def test_a_value_in_a_list_has_no_key(judged):
    (trace,) = judged({"a.yaml": f"urls:\n  - {URL}\n"}).traces
    assert trace.text.startswith("a legacy URL in configuration: it becomes")
