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
from autorag_migrate.settings import Settings
from strategies import legacy_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autorag_migrate.emulator import Emulator


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
