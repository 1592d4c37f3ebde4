"""What the codemod makes of each row of the mapping table: a small program for each, judged.

The column "codemod" of MIGRATION.md is made of this, so that it says what the tool does.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from autorag_codemods import migrate
from autorag_migrate import mapping

if TYPE_CHECKING:
    from autorag_migrate.mapping import RequestField, ResponseField, Route

__all__ = ["of_combination", "of_operator", "of_read", "of_request", "of_route"]

_HEAD = """\
import json

import requests

API = "https://api.cloudflare.com/client/v4"


def call(account, key, query, a, b):
    answer = requests.{method}(
        f"{{API}}{path}",
        headers={{"Authorization": key}},
{body}    )
{reads}
"""
_JSON = "    result = answer.json()\n"
_READS = {
    "search": f'{_JSON}    for row in result["result"]["data"]:\n        print(row["filename"])',
    "ai-search": f'{_JSON}    print(result["result"]["response"])',
    "sync": f'{_JSON}    print(result["result"]["job_id"])',
    "files": f'{_JSON}    print(result["result"][0]["key"])',
    "jobs": f'{_JSON}    print(result["result"][0]["id"])',
    "job": f'{_JSON}    print(result["result"]["id"])',
}
_STREAM = """\
    for line in answer.iter_lines():
        if line.startswith(b"data: ") and line != b"data: [DONE]":
            print(json.loads(line[6:])["response"])"""
_VALUES = {"string": '"x"', "boolean": "True", "integer": "5", "number": "0.5"}
_EQ = '{"type": "eq", "key": "folder", "value": "a/"}'
_COMBINATIONS = {
    "`and` over different keys": f'and {_EQ}, {{"type": "gt", "key": "year", "value": a}}',
    "`and`, one key, different operators": (
        'and {"type": "gte", "key": "year", "value": a}, {"type": "lt", "key": "year", "value": b}'
    ),
    "`and`, one key, two lower or two upper bounds": (
        'and {"type": "gt", "key": "year", "value": 1}, {"type": "gte", "key": "year", "value": 2}'
    ),
    "`and`, `ne` twice on one key": (
        'and {"type": "ne", "key": "team", "value": "x"}, {"type": "ne", "key": "team", "value": a}'
    ),
    "`and`, `eq` beside other comparisons on one key that it satisfies": (
        'and {"type": "eq", "key": "year", "value": 3}, {"type": "gt", "key": "year", "value": 2}'
    ),
    "`or` of `eq` on one key": f'or {_EQ}, {{"type": "eq", "key": "folder", "value": a}}',
    "`or` otherwise": f'or {_EQ}, {{"type": "eq", "key": "team", "value": "x"}}',
    "`and` that holds an `or`": (
        f'and {_EQ}, {{"type": "or", "filters": [{{"type": "eq", "key": "team", "value": a}},'
        ' {"type": "eq", "key": "team", "value": b}]}'
    ),
    "a contradiction (two different `eq` on one key)": (
        f'and {_EQ}, {{"type": "eq", "key": "folder", "value": "b/"}}'
    ),
}


@cache
def _verdict(method: str, tail: str, body: str, reads: str) -> str:
    path = mapping.ROUTE_PREFIXES["legacy"] + tail.replace("{name}", "docs")
    path = path.replace("{job}", "7")
    body = f"        json={body},\n" if body else ""
    source = _HEAD.format(method=method.lower(), path=path, body=body, reads=reads)
    (row,) = migrate(source).rows
    if row.verdict == "native":
        return "native"
    return f"{row.verdict} ([{row.code}](docs/rules/{row.code}.md))"


def of_route(row: Route) -> str:
    """Of a call of the route, its answer read in the plainest way."""
    body = '{"query": query}' if row.legacy_method == "POST" else ""
    reads = _READS.get(row.name, f'{_JSON}    print(result["result"])')
    return _verdict(row.legacy_method, row.legacy, body, reads)


def of_request(row: RequestField) -> str:
    """Of a call with the field, given as a literal."""
    value = _EQ if row.kind == "filter" else _VALUES[row.kind]
    for key in reversed(row.legacy.split(".")):
        value = f'{{"{key}": {value}}}'
    body = value if row.legacy == "query" else f'{{"query": query, {value[1:-1]}}}'
    endpoint = row.endpoints[0]
    reads = _STREAM if row.legacy == "stream" else _READS[endpoint]
    return _verdict("POST", f"/{{name}}/{endpoint}", body, reads)


def of_read(row: ResponseField) -> str:
    """Of a call whose answer is read at the path, on each endpoint that has it."""
    endpoints = ["ai-search"] if row.search is None and row.chat else ["search", "ai-search"]
    verdicts = {
        endpoint: _verdict("POST", f"/{{name}}/{endpoint}", '{"query": query}', _read(row.legacy))
        for endpoint in endpoints
    }
    if len(set(verdicts.values())) == 1:
        return verdicts[endpoints[0]]
    return "; ".join(f"{endpoint}: {verdict}" for endpoint, verdict in verdicts.items())


def _read(path: str) -> str:
    """The statement that prints what stands at a path."""
    lines, value, indent = [], "result", "    "
    for number, name in enumerate(re.findall(r"[^.$]+", path)):
        key = name.removesuffix("[]")
        value += f'["{key}"]'
        if name != key:
            lines.append(f"{indent}for each{number} in {value}:")
            value, indent = f"each{number}", indent + "    "
    # A loop over rows or contents alone: how many there are.
    lines.append(f"{indent}print({'1' if path.endswith('[]') else value})")
    return _JSON + "\n".join(lines)


def of_operator(operator: str) -> str:
    """Of a call with one comparison."""
    return _filtered(f'{{"type": "{operator}", "key": "folder", "value": a}}')


def of_combination(legacy: str) -> str:
    """Of a call with several comparisons, by the row of the table.

    Raises:
        KeyError: A row without an example here.
    """
    kind, _, filters = _COMBINATIONS[legacy].partition(" ")
    return _filtered(f'{{"type": "{kind}", "filters": [{filters}]}}')


def _filtered(body: str) -> str:
    payload = f'{{"query": query, "filters": {body}}}'
    return _verdict("POST", "/{name}/search", payload, _READS["search"])
