"""Decorators that call a function again: what they see of its answer."""

from __future__ import annotations

import pytest

from autorag_codemods import migrate

SOURCE = """\
import backoff
import requests
import stamina
import tenacity
from tenacity import retry, retry_if_exception_type, retry_if_result, stop_after_attempt

URL = "https://api.cloudflare.com/client/v4/accounts/a1/autorag/rags/docs/search"


@{decorator}
def _ask(question):
    return requests.post(URL, json={{"query": question}}).json()["result"]


def show(question):
    for row in _ask(question)["data"]:
        print(row["filename"])
"""
SEES_EXCEPTIONS = (
    *("retry", "retry()", "tenacity.retry(stop=stop_after_attempt(3), reraise=True)"),
    *("retry(retry=retry_if_exception_type(OSError))", "stamina.retry(on=OSError, attempts=3)"),
    "backoff.on_exception(backoff.expo, OSError, max_tries=3)",
)
SEES_MORE = (
    *("retry(retry=retry_if_result(lambda result: not result))", "retry(retry=print)"),
    *("retry(retry_error_callback=print)", "retry(**options)", "retry(print)"),
    *("backoff.on_exception(backoff.expo, OSError, on_success=print)",),
    *("backoff.on_predicate(backoff.expo)", "retrying.retry"),
)


def verdict(decorator: str) -> str:
    (row,) = migrate(SOURCE.format(decorator=decorator)).rows
    return row.verdict


@pytest.mark.parametrize("decorator", SEES_EXCEPTIONS)
def test_who_calls_again_after_an_exception_hands_the_answer_on(decorator: str) -> None:
    assert verdict(decorator) == "native"


@pytest.mark.parametrize("decorator", SEES_MORE)
def test_who_may_look_at_the_answer_is_not_trusted(decorator: str) -> None:
    assert verdict(decorator) == "bridged"
