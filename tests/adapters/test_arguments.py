"""The arguments that the adapters share, and the environment in their place."""

from __future__ import annotations

import httpx
import pytest
import requests

from autorag_migrate import ConfigurationError
from autorag_migrate.adapters import httpx as adapted_httpx
from autorag_migrate.adapters import requests as adapted_requests
from autorag_migrate.notes import MigrationWarning, Note

VARIABLE = "CLOUDFLARE_API_BASE_URL"
ANSWER = httpx.Response(200, json={"fine": True})


def test_an_environment_that_holds_no_url_harms_no_other_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "api.cloudflare.com/client/v4")
    notes: list[Note] = []
    with pytest.warns(MigrationWarning, match=VARIABLE):
        transport = adapted_httpx.AutoRAGTransport(
            httpx.MockTransport(lambda _: ANSWER), on_note=notes.append
        )
    with httpx.Client(transport=transport) as client:
        assert client.get("http://elsewhere.example/").json() == {"fine": True}
    assert [note.code for note in notes] == ["AR234"]


@pytest.mark.parametrize("base", ["api.cloudflare.com", "ftp://api.cloudflare.com", "https://"])
def test_an_argument_that_is_no_url_is_an_error_of_ours(base: str) -> None:
    with pytest.raises(ConfigurationError, match="api_base_url"):
        adapted_httpx.AutoRAGTransport(httpx.MockTransport(lambda _: ANSWER), api_base_url=base)
    with pytest.raises(ConfigurationError, match="api_base_url"):
        adapted_requests.Session(api_base_url=base)


def test_a_subclass_may_call_the_plain_sessions_own_init() -> None:
    class Mine(adapted_requests.Session):
        def __init__(self) -> None:
            requests.Session.__init__(self)

    assert isinstance(Mine().get_adapter("https://"), adapted_requests.AutoRAGAdapter)
