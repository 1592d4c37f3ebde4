"""Every method and every parameter against the emulator: what is sent and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autorag_migrate.client import AutoRAG
from autorag_migrate.models import (
    AiSearchResult,
    Job,
    JobLog,
    Page,
    RagFile,
    RagInfo,
    SearchResult,
    SearchRow,
    SyncJob,
)
from autorag_migrate.notes import Note
from autorag_migrate.settings import Settings
from client.replies import ACCOUNT, DONE, SEARCHED, Scripted, streamed, token, whole

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator
    from client.replies import Make, MakeAsync

QUIET = Settings(notes="quiet")


def test_a_search_gives_typed_rows(client: AutoRAG, emulator: Emulator) -> None:
    result = client.rag("docs").search("Llamas carry drinks")
    assert type(result) is SearchResult
    assert result.object == "vector_store.search_results.page"
    assert result.search_query == "Llamas carry drinks"
    assert (result.has_more, result.next_page) == (False, None)
    row = result.data[0]
    assert type(row) is SearchRow
    assert row.filename == "llama/logistics.md"
    assert row.text == row.content[0].text == "Llamas carry three drinks."
    assert row.file_id == row.content[0].id
    assert row.attributes.folder == "llama/"
    assert row.attributes.filename == "logistics.md"
    assert row.attributes.timestamp == row.attributes.modified_date == 1_735_689_600_000
    assert row.attributes.file == {"title": "Llamas"}
    assert row.score is not None
    assert 0 < row.score <= 1
    (entry,) = emulator.log
    assert entry.path.endswith("/ai-search/namespaces/default/instances/docs/search")
    assert entry.user_agent.startswith("autorag-migrate/")
    assert entry.defects == []


def test_an_answer_gives_a_response(client: AutoRAG, emulator: Emulator) -> None:
    result = client.rag("docs").ai_search("Llamas carry drinks")
    assert type(result) is AiSearchResult
    assert result.response
    assert result.search_query == "Llamas carry drinks"
    assert result.data[0].filename == "llama/logistics.md"
    assert emulator.log[0].path.endswith("/instances/docs/chat/completions")


FILTER: dict[str, Any] = {"type": "eq", "key": "folder", "value": "llama/"}
PARAMETERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"max_num_results": 1}, {"max_num_results": 1}),
    ({"ranking_options": {"score_threshold": 0.25}}, {"threshold": 0.25}),
    ({"rewrite_query": True}, {"rewriting": True}),
    ({"reranking": {"enabled": True}}, {"reranking": True, "reranking_threshold": 0}),
    (
        {"reranking": {"enabled": True, "model": "@cf/baai/bge-reranker-base"}},
        {"reranking_model": "@cf/baai/bge-reranker-base"},
    ),
    ({"filters": FILTER}, {}),
]


@pytest.mark.parametrize(("given", "meant"), PARAMETERS)
@pytest.mark.parametrize("method", ["search", "ai_search"])
def test_each_parameter_arrives(
    make: Make,
    emulator: Emulator,
    method: str,
    given: dict[str, Any],
    meant: dict[str, Any],
) -> None:
    rag = make(emulator.base_url, settings=QUIET).rag("docs")
    result = getattr(rag, method)("Llamas carry drinks", **given)
    meaning = emulator.log[0].meaning
    assert meaning is not None
    assert {name: getattr(meaning, name) for name in meant} == meant
    if "filters" in given:
        assert {row.attributes.folder for row in result.data} == {"llama/"}
    if "max_num_results" in given:
        assert len(result.data) == 1


def test_what_only_an_answer_takes(client: AutoRAG, emulator: Emulator) -> None:
    client.rag("docs").ai_search("q", model="openai/gpt", system_prompt="Be short.")
    body = emulator.log[0].body
    assert isinstance(body, dict)
    assert body["model"] == "openai/gpt"
    assert body["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "q"},
    ]
    assert "stream" not in body


def test_only_what_is_given_is_sent(make: Make, emulator: Emulator) -> None:
    adopting = make(emulator.base_url, settings=Settings(policy="adopt"))
    adopting.rag("docs").search("q", max_num_results=None, filters=None)
    assert emulator.log[0].body == {"messages": [{"role": "user", "content": "q"}]}


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (Settings(), "namespaces/default/instances"),
        (Settings(route="bare"), "instances"),
        (Settings(namespace="team one"), "namespaces/team%20one/instances"),
    ],
)
def test_routes(make: Make, scripted: Scripted, settings: Settings, path: str) -> None:
    scripted.replies = [whole(SEARCHED)]
    make(scripted.base_url, settings=settings).rag("docs").search("q")
    line = f"POST /client/v4/accounts/{ACCOUNT}/ai-search/{path}/docs/search HTTP/1.1"
    assert scripted.asked[0].line == line


def test_the_bare_route_answers_too(make: Make, emulator: Emulator) -> None:
    rag = make(emulator.base_url, settings=Settings(route="bare")).rag("docs")
    assert rag.search("llamas").data
    assert rag.ai_search("llamas").response
    assert {"/ai-search/instances/docs/" in entry.path for entry in emulator.log} == {True}


def test_notes_reach_their_listener(make: Make, emulator: Emulator) -> None:
    heard: list[Note] = []
    rag = make(emulator.base_url, settings=QUIET, on_note=heard.append).rag("docs")
    rag.search("q", rewrite_query=True)
    assert {"AR201", "AR204"} <= {note.code for note in heard}


def test_a_warning_points_at_the_caller(client: AutoRAG) -> None:
    with pytest.warns(UserWarning, match="AR201") as caught:
        client.rag("docs").search("q", rewrite_query=True)
    assert caught[0].filename == __file__


@pytest.mark.anyio
async def test_a_warning_points_at_the_caller_awaited(
    make_async: MakeAsync, emulator: Emulator
) -> None:
    async with make_async(emulator.base_url) as client:
        with pytest.warns(UserWarning, match="AR201") as caught:
            await client.rag("docs").search("q", rewrite_query=True)
    assert caught[0].filename == __file__


def test_management(client: AutoRAG) -> None:
    rag = client.rag("docs")
    started = rag.sync()
    assert type(started) is SyncJob
    jobs = rag.jobs(page=1, per_page=5)
    assert type(jobs) is Page
    assert type(jobs[0]) is Job
    assert jobs[0].id == started.job_id
    assert jobs.result_info["per_page"] == 5
    job = rag.job(started.job_id)
    assert job.source == "user"
    assert job.started_at
    assert job.model_extra == {}  # what the new API added is not part of the legacy answer
    logs = rag.job_logs(started.job_id, per_page=1)
    assert type(logs[0]) is JobLog
    assert logs[0].message
    assert len(logs) == 1
    files = rag.files(search="LLAMA", status="completed", page=1, per_page=10)
    assert [file.key for file in files] == ["llama/logistics.md", "llama/food.md"]
    assert type(files[0]) is RagFile
    assert files[0].error is None
    assert files.result_info["total_count"] == 2
    assert len(rag.files()) == 3


def test_the_list_of_instances(client: AutoRAG, emulator: Emulator) -> None:
    with pytest.warns(UserWarning, match="AR238 list"):
        instances = client.rags(page=1, per_page=5)
    assert type(instances) is Page
    assert type(instances[0]) is RagInfo
    assert [each.id for each in instances] == ["docs", "asleep"]
    assert (instances[0].enable, instances[0].paused, instances[0].status) == (True, False, "ready")
    assert instances[0].vectorize_name is None
    assert instances.result_info["per_page"] == 5
    assert (emulator.log[-1].api, emulator.log[-1].endpoint) == ("new", "list")


def test_ids_are_quoted(make: Make, scripted: Scripted) -> None:
    scripted.replies = [whole({"success": True, "result": {"id": "x"}})]
    make(scripted.base_url).rag("docs").job("a/b?c")
    assert "/docs/jobs/a%2Fb%3Fc HTTP" in scripted.asked[0].line


@pytest.mark.anyio
async def test_all_of_it_awaited(make_async: MakeAsync, emulator: Emulator) -> None:
    async with make_async(emulator.base_url) as client:
        rag = client.rag("docs")
        found = await rag.search(
            "Llamas carry drinks",
            max_num_results=1,
            ranking_options={"score_threshold": 0},
            reranking={"enabled": False},
            filters={"type": "eq", "key": "folder", "value": "llama/"},
            rewrite_query=False,
        )
        assert [row.filename for row in found.data] == ["llama/logistics.md"]
        answered = await rag.ai_search("llamas", model="openai/gpt", system_prompt="Be short.")
        assert answered.response
        started = await rag.sync()
        assert (await rag.job(started.job_id)).id == started.job_id
        assert started.job_id in [job.id for job in await rag.jobs()]
        assert len(await rag.job_logs(started.job_id)) == 2
        assert len(await rag.files(per_page=2)) == 2
        assert repr(rag) == "<AsyncRag docs>"
        with pytest.warns(UserWarning, match="AR238 list"):
            assert [each.id for each in await client.rags()] == ["docs", "asleep"]
    assert all(entry.defects == [] for entry in emulator.log)


def test_one_connection_serves_all_calls(make: Make, scripted: Scripted) -> None:
    stream = streamed(token("a"), DONE)
    scripted.replies = [whole(SEARCHED), stream, whole(SEARCHED)]
    rag = make(scripted.base_url).rag("docs")
    rag.search("q")
    with rag.ai_search("q", stream=True) as tokens:
        assert list(tokens) == ["a"]
    rag.search("q")
    assert scripted.connections == 1


def test_the_service_may_answer_in_the_legacy_form(client: AutoRAG, emulator: Emulator) -> None:
    emulator.faults.add(legacy_shape=True, times=2)
    assert client.rag("docs").search("Llamas carry drinks").data[0].attributes.folder == "llama/"
    assert client.rag("docs").ai_search("Llamas carry drinks").response


def test_the_example_of_the_class() -> None:
    import doctest

    from autorag_migrate.client import _client

    assert doctest.testmod(_client).failed == 0
    assert doctest.testmod(_client).attempted > 2
