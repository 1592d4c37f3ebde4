from __future__ import annotations

import pytest

NEW = "ai-search/namespaces/default/instances"
BARE = "ai-search/instances"


def test_a_legacy_sync_is_a_job(ask):
    answer = ask.http.patch("autorag/rags/docs/sync")
    job_id = answer.json()["result"].pop("job_id")
    assert answer.json()["success"] is True
    assert ask.last.endpoint == "sync"
    job = ask.http.get(f"autorag/rags/docs/jobs/{job_id}").json()["result"]
    assert job["id"] == job_id
    assert job["ended_at"] is not None
    assert "description" not in job
    listed = ask.http.get("autorag/rags/docs/jobs").json()["result"]
    assert listed[0] == job


def test_a_new_sync_is_a_whole_job(ask):
    answer = ask.http.post(f"{NEW}/docs/jobs", json={"description": "nightly"})
    job = answer.json()["result"]
    assert job["description"] == "nightly"
    assert job["source"] == "user"
    assert ask.last.endpoint == "sync"
    assert ask.http.get(f"{NEW}/docs/jobs/{job['id']}").json()["result"] == job
    assert ask.http.get(f"{BARE}/docs/jobs").json()["result"][0] == job
    empty = ask.http.post(f"{NEW}/docs/jobs").json()["result"]
    assert empty["id"] != job["id"]


def test_both_apis_see_the_same_jobs_and_logs(ask):
    job_id = ask.http.post(f"{NEW}/docs/jobs").json()["result"]["id"]
    old = ask.http.get(f"autorag/rags/docs/jobs/{job_id}/logs").json()
    new = ask.http.get(f"{NEW}/docs/jobs/{job_id}/logs").json()
    assert old == new
    assert [entry["message"] for entry in old["result"]] == ["Job started", "Job finished"]
    assert set(old["result"][0]) == {"id", "message", "message_type", "created_at"}


def test_a_job_can_be_cancelled_on_the_new_api(ask, code_of):
    job_id = ask.http.post(f"{NEW}/docs/jobs").json()["result"]["id"]
    path = f"{NEW}/docs/jobs/{job_id}"
    assert code_of(ask.http.patch(path, json={"action": "pause"})) == (400, 7400)
    assert code_of(ask.http.patch(path, json={})) == (400, 7400)
    assert ask.http.patch(path, json={"action": "cancel"}).json()["result"]["end_reason"]


@pytest.mark.parametrize("base", ["autorag/rags", NEW])
def test_unknown_jobs(ask, code_of, base):
    assert code_of(ask.http.get(f"{base}/docs/jobs/nobody")) == (404, 7021)
    assert code_of(ask.http.get(f"{base}/docs/jobs/nobody/logs")) == (404, 7021)


def test_syncs_cool_down(asking, code_of):
    ask = asking(sync_cooldown=30)
    assert ask.http.patch("autorag/rags/docs/sync").status_code == 200
    answer = ask.http.patch("autorag/rags/docs/sync")
    assert code_of(answer) == (429, 7020)
    assert 1 <= int(answer.headers["retry-after"]) <= 30
    assert code_of(ask.http.post(f"{NEW}/docs/jobs")) == (429, 7020)


def test_legacy_files_have_a_key_and_an_error(ask):
    body = ask.http.get("autorag/rags/docs/files").json()
    assert body["result"][1] == {"key": "llama/food.md", "error": None}
    assert body["result_info"] == {
        "count": 4,
        "page": 1,
        "per_page": 20,
        "total_count": 4,
        "total_pages": 1,
    }


@pytest.mark.parametrize("path", ["autorag/rags/docs/files", f"{NEW}/docs/items"])
def test_files_in_pages_and_by_name_and_status(ask, code_of, path):
    def keys(**query):
        return [row["key"] for row in ask.http.get(path, params=query).json()["result"]]

    assert keys(page=2, per_page=3) == ["guanaco/wild.txt"]
    assert keys(search="LLAMA/") == ["llama/logistics/llama-logistics.md", "llama/food.md"]
    assert len(keys(status="completed")) == 4
    assert keys(status="error") == []
    assert code_of(ask.http.get(path, params={"per_page": 51})) == (400, 7400)
    assert code_of(ask.http.get(path, params={"page": "x"})) == (400, 7400)
    assert code_of(ask.http.get(path, params={"status": "lost"})) == (400, 7400)
    assert ask.last.query == {"status": "lost"}


def test_new_statuses_are_new(ask, code_of):
    query = {"status": "outdated"}
    assert ask.http.get(f"{NEW}/docs/items", params=query).json()["result"] == []
    assert code_of(ask.http.get("autorag/rags/docs/files", params=query)) == (400, 7400)


def test_lists_of_instances(asking):
    ask = asking(instances={"more": []}, paused=("more",))
    old = ask.http.get("autorag/rags").json()
    new = ask.http.get(NEW).json()
    assert [row["id"] for row in old["result"]] == ["docs", "more"]
    # What the Workers runtime's types name; the HTTP API's own answer is not public.
    binding = {"id", "enable", "type", "source", "vectorize_name", "paused", "status"}
    assert {frozenset(row) for row in old["result"]} == {frozenset(binding)}
    assert old["result_info"] == new["result_info"]
    assert [row["id"] for row in new["result"]] == ["docs", "more"]
    assert new["result_info"]["total_count"] == 2
    assert ask.http.get(f"{NEW}/more").json()["result"] == new["result"][1]
    assert new["result"][1]["paused"] is True


def test_an_unknown_instance(ask, code_of):
    for path in ("autorag/rags/nobody/files", f"{NEW}/nobody", f"{NEW}/nobody/stats"):
        assert code_of(ask.http.get(path)) == (404, 7002)


def test_stats(ask):
    assert ask.http.get(f"{NEW}/docs/stats").json()["result"] == {
        "queued": 0,
        "running": 0,
        "completed": 4,
        "error": 0,
        "skipped": 0,
        "outdated": 0,
        "last_activity": "2025-01-01T00:00:00Z",
    }


def test_from_nothing_to_an_answer(asking, code_of):
    ask = asking()
    made = ask.http.post(NEW, json={"id": "fresh"}).json()["result"]
    assert (made["id"], made["type"]) == ("fresh", None)
    assert code_of(ask.http.post(NEW, json={"id": "fresh"})) == (400, 7400)
    item = ask.http.post(
        f"{NEW}/fresh/items",
        files={"file": ("notes/día.md", b"---\nteam: blue\n---\nZebras have stripes.\r\n")},
        data={"metadata": '{"year": 2026}', "wait_for_completion": "true"},
    ).json()["result"]
    assert item["key"] == "notes/día.md"
    assert item["status"] == "completed"
    query = {"query": "zebras", "ai_search_options": {"retrieval": {"filters": {"year": 2026}}}}
    (chunk,) = ask.http.post(f"{NEW}/fresh/search", json=query).json()["result"]["chunks"]
    assert chunk["item"]["key"] == item["key"]
    assert chunk["item"]["metadata"] == {"team": "blue", "year": 2026}
    assert chunk["text"] == "Zebras have stripes."
    path = f"{NEW}/fresh/items/{item['id']}"
    assert ask.http.get(path).json()["result"]["key"] == item["key"]
    assert ask.http.delete(path).json()["result"] == {"key": item["key"]}
    assert code_of(ask.http.get(path)) == (404, 7041)
    assert code_of(ask.http.delete(path)) == (404, 7041)


@pytest.mark.parametrize("body", [{}, {"id": "Upper"}, {"id": "a" * 65}, {"id": "a--b"}, {"id": 1}])
def test_names_of_new_instances(ask, code_of, body):
    assert code_of(ask.http.post(NEW, json=body)) == (400, 7400)


def test_uploads_that_are_none(ask, code_of):
    path = f"{NEW}/docs/items"
    assert code_of(ask.http.post(path, json={})) == (400, 7400)
    assert code_of(ask.http.post(path, files={"other": ("a.md", b"x")})) == (400, 7400)
    long = {"file": ("a" * 129, b"x")}
    assert code_of(ask.http.post(path, files=long)) == (400, 7400)
    bad = {"metadata": '{"a": []}'}
    assert code_of(ask.http.post(path, files={"file": ("a.md", b"x")}, data=bad)) == (400, 7400)


def test_an_upload_replaces_what_had_its_key(asking):
    ask = asking()
    for text in (b"first", b"second"):
        ask.http.post(f"{NEW}/docs/items", files={"file": ("a.md", text)})
    keys = [row["key"] for row in ask.http.get("autorag/rags/docs/files").json()["result"]]
    assert keys.count("a.md") == 1
    assert ask.found("second", filters={"filename": "a.md"}) == ["a.md"]
