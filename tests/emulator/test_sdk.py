"""The official SDK reads what the emulator writes."""

from __future__ import annotations

import httpx
import pytest

cloudflare = pytest.importorskip("cloudflare")
pytest.importorskip("cloudflare.types.aisearch.namespaces", reason="an SDK before the new API")


@pytest.fixture
def sdk(emulator):
    http = httpx.Client(trust_env=False, verify=False)
    with cloudflare.Cloudflare(
        api_token=emulator.api_token,
        base_url=emulator.base_url,
        http_client=http,
        max_retries=0,
        _strict_response_validation=True,
    ) as client:
        yield client


def test_search(sdk, emulator):
    answer = sdk.aisearch.namespaces.instances.search(
        "docs",
        account_id=emulator.account_id,
        name="default",
        messages=[{"role": "user", "content": "what do llamas eat"}],
        aisearch_options={"retrieval": {"filters": {"folder": "llama/"}}},
    )
    assert answer.chunks[0].item.key == "llama/food.md"
    assert answer.query_kind == "text"


def test_chat(sdk, emulator):
    answer = sdk.aisearch.namespaces.instances.chat_completions(
        "docs",
        account_id=emulator.account_id,
        name="default",
        messages=[{"role": "user", "content": "what do llamas eat"}],
    )
    assert "grass" in answer.choices[0].message.content
    assert answer.chunks[0].scoring_details.fusion_method == "rrf"


def test_several_instances(sdk, emulator):
    answer = sdk.aisearch.namespaces.search(
        "default",
        account_id=emulator.account_id,
        query="llamas",
        aisearch_options={"instance_ids": ["docs", "nobody"]},
    )
    assert answer.chunks[0].instance_id == "docs"
    assert answer.errors[0].instance_id == "nobody"


def test_management(sdk, emulator):
    instances = sdk.aisearch.namespaces.instances
    where = {"account_id": emulator.account_id, "name": "default"}
    job = instances.jobs.create("docs", **where)
    assert instances.jobs.get(job.id, id="docs", **where).id == job.id
    assert next(iter(instances.jobs.list("docs", **where))).id == job.id
    assert len(list(instances.jobs.logs(job.id, id="docs", **where))) == 2
    assert instances.stats("docs", **where).completed == 4
    items = list(instances.items.list("docs", **where))
    assert [item.status for item in items] == ["completed"] * 4
    assert instances.items.get(items[0].id, id="docs", **where).key == items[0].key


def test_errors(sdk, emulator):
    where = {"account_id": emulator.account_id, "name": "default"}
    with pytest.raises(cloudflare.NotFoundError) as caught:
        sdk.aisearch.namespaces.instances.search("nobody", query="a", **where)
    assert caught.value.errors[0].code == 7002


def test_legacy_paths_through_its_raw_client(sdk, emulator):
    answer = sdk.post(
        f"accounts/{emulator.account_id}/autorag/rags/docs/search",
        cast_to=httpx.Response,
        body={"query": "what do llamas eat"},
    )
    assert answer.json()["result"]["data"][0]["filename"] == "llama/food.md"
