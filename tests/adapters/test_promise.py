"""The promise: a program that ran before gets the same through the adapter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.servers import legacy_tokens
from autorag_migrate.adapters import httpx as adapted
from autorag_migrate.emulator import Document, Emulator
from autorag_migrate.settings import Settings
from strategies import legacy_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.notes import Note


@pytest.fixture(scope="module")
def clients(_emulator: Emulator) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    headers = {"Authorization": f"Bearer {_emulator.api_token}"}
    with (
        httpx.Client(headers=headers, verify=False) as plain,
        adapted.Client(
            headers=headers,
            verify=False,
            api_base_url=_emulator.base_url,
            settings=Settings(notes="quiet"),
        ) as ours,
    ):
        yield plain, ours


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), endpoint=st.sampled_from(("search", "ai-search")))
def test_a_program_gets_what_it_got(
    emulator: Emulator,
    rags: str,
    clients: tuple[httpx.Client, httpx.Client],
    data: st.DataObject,
    endpoint: Any,
) -> None:
    body = data.draw(legacy_requests(endpoint))
    emulator.clear_log()
    plain, ours = (client.post(f"{rags}/{endpoint}", json=body) for client in clients)
    first, second = emulator.log
    if second.api == "legacy":
        assert ours.content == plain.content
        return
    assert second.defects == []
    assert ours.status_code == plain.status_code
    assert first.meaning is not None
    assert second.meaning is not None
    # A filter may be said more shortly; what it selects is what counts.
    assert first.meaning.selected == second.meaning.selected
    alike = replace(first.meaning, filters=second.meaning.filters)
    assert alike.differences(second.meaning) == []
    if body.get("stream"):
        assert legacy_tokens(ours.content) == legacy_tokens(plain.content)
    else:
        assert ours.json() == plain.json()


# Where an account differs from what legacy documents, the answers may differ, never in silence.
@pytest.mark.parametrize(
    ("account", "body", "owed", "chosen"),
    [
        (
            {"instance_max_num_results": 2},
            {"query": "llamas"},
            "AR215",
            Settings(notes="quiet", absent_max_num_results=10),
        ),
        (
            {"instance_threshold": 0.99, "legacy_threshold": 0.0},
            {"query": "llamas"},
            "AR204",
            Settings(notes="quiet", absent_score_threshold=0),
        ),
        (
            {},
            {"query": "llamas", "filters": {"type": "eq", "key": "nobody", "value": "x"}},
            "AR216",
            None,
        ),
        ({"instance_reranking": True}, {"query": "llamas rest"}, None, None),
        ({"instance_rewriting": True}, {"query": "llamas rest"}, None, None),
    ],
)
def test_an_account_with_other_defaults_gives_the_same_or_a_note(
    account: dict[str, Any], body: dict[str, Any], owed: str | None, chosen: Settings | None
) -> None:
    documents = [Document(f"{number}.md", f"Llamas rest {number}.") for number in range(5)]

    def asked(how: Settings) -> tuple[bool, set[str]]:
        heard: list[Note] = []
        with Emulator(documents, instance="docs", **account) as emulator:
            url = f"{emulator.base_url}/accounts/{emulator.account_id}/autorag/rags/docs/search"
            key = {"Authorization": f"Bearer {emulator.api_token}"}
            plain = httpx.post(url, headers=key, json=body)
            ours = adapted.post(
                url,
                headers=key,
                json=body,
                api_base_url=emulator.base_url,
                settings=how,
                on_note=heard.append,
            )
        same = (plain.status_code, plain.json()) == (ours.status_code, ours.json())
        return same, {note.code for note in heard}

    same, codes = asked(Settings(notes="quiet"))
    if owed is None:
        assert same
    else:
        assert not same
        assert owed in codes
    if chosen is not None:
        assert asked(chosen)[0]
