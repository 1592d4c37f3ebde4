"""Which answer is which exception, and what it tells."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from autorag_migrate.client import AutoRAG
from autorag_migrate.errors import (
    APIError,
    BadRequestError,
    NoteError,
    NotFoundError,
    PausedError,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
)
from autorag_migrate.mapping import SCOPE_HINT
from autorag_migrate.settings import Settings
from client.replies import Scripted, error, whole

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator
    from client.replies import Make, MakeAsync

# By hand, from what is public about the service.
TABLE = [
    (400, 7010, BadRequestError),
    (400, 7032, PausedError),
    (401, 10000, UnauthorizedError),
    (403, 10000, UnauthorizedError),
    (401, 7071, UnauthorizedError),
    (404, 7002, NotFoundError),
    (404, 7021, NotFoundError),
    (404, 7063, NotFoundError),
    (429, 2003, RateLimitedError),
    (429, 7069, RateLimitedError),
    (402, 7078, APIError),
    (413, 7079, APIError),
    (424, 2016, APIError),
    (500, 7001, UnavailableError),
    (500, 7073, UnavailableError),
    (502, 7033, UnavailableError),
    (503, 7017, UnavailableError),
    (520, 99999, UnavailableError),
]


@pytest.mark.parametrize(("status", "code", "kind"), TABLE)
def test_the_table(
    make: Make, scripted: Scripted, status: int, code: int, kind: type[APIError]
) -> None:
    scripted.replies = [error(code, f"{status} Some Reason", message="why")]
    with pytest.raises(APIError, match=f"{status}.*why .code {code}.") as caught:
        make(scripted.base_url, max_retries=0).rag("docs").search("q")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.errors == ({"code": code, "message": "why"},)
    assert (SCOPE_HINT in str(caught.value)) is (status in {401, 403})
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), vars(again)) == (kind, str(caught.value), vars(caught.value))


@pytest.mark.parametrize(
    ("code", "kind"), [(7001, UnavailableError), (7002, NotFoundError), (1, APIError)]
)
def test_a_failure_with_status_200(
    make: Make, scripted: Scripted, code: int, kind: type[APIError]
) -> None:
    scripted.replies = [error(code, "200 OK")]
    with pytest.raises(APIError) as caught:
        make(scripted.base_url).rag("docs").search("q")
    assert (type(caught.value), caught.value.status) == (kind, 200)


def test_messages_are_the_legacy_ones(client: AutoRAG) -> None:
    with pytest.raises(NotFoundError, match="autorag_not_found"):
        client.rag("missing").search("q")
    with pytest.raises(PausedError, match="autorag_is_paused"):
        client.rag("asleep").search("q")
    with pytest.raises(NotFoundError):
        client.rag("docs").job("missing")


def test_the_field_is_the_legacy_one(client: AutoRAG) -> None:
    with pytest.raises(BadRequestError, match=r"about max_num_results") as caught:
        client.rag("docs").search("q", max_num_results=51)
    assert caught.value.path == ("max_num_results",)
    with pytest.raises(BadRequestError) as caught:
        client.rag("docs").search("q", ranking_options={"score_threshold": 2})
    assert caught.value.path == ("ranking_options", "score_threshold")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (["body", "ai_search_options", "retrieval", "max_num_results"], ("max_num_results",)),
        (["messages", 0, "content"], ("query",)),
        ([None, "model"], ("model",)),
        ("model", ()),
    ],
)
def test_paths(make: Make, scripted: Scripted, path: Any, shown: tuple[str, ...]) -> None:
    scripted.replies = [error(7400, "400 Bad Request", path=path)]
    with pytest.raises(BadRequestError) as caught:
        make(scripted.base_url).rag("docs").search("q")
    assert caught.value.path == shown


def test_missing_scopes(client: AutoRAG, emulator: Emulator) -> None:
    emulator.faults.add(status=403)
    with pytest.raises(UnauthorizedError, match="AI Search:Run"):
        client.rag("docs").search("q")


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (whole(b"<html>Bad gateway</html>", "502 Bad Gateway", "text/html"), UnavailableError, "502 Bad Gateway: the service gave no reason"),
        (whole(b"", "500 Internal Server Error", ""), UnavailableError, "no reason"),
        (whole(b"<html>", "403 Forbidden", "text/html"), UnauthorizedError, "no reason"),
        (whole({"errors": ["plain"]}, "400 Bad Request"), BadRequestError, "plain"),
        (whole({"errors": [{"message": 5}]}, "400 Bad Request"), BadRequestError, "no reason"),
        (whole({"errors": {}}, "418 Teapot"), APIError, "no reason"),
        (whole([], "499 Odd"), APIError, "499: the service"),
        (whole(b"", "200 OK", ""), APIError, "is empty"),
        (b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", APIError, "204.*is empty"),
        (whole(b"<html>", "200 OK", "text/html"), APIError, "is no JSON object"),
        (whole(b'{"success": true, "result": {"da'), APIError, "is no JSON object"),
        (whole([]), APIError, "is no JSON object"),
        (whole({"success": True}), APIError, r"no list at \$\.result\.chunks"),
        (whole({"success": True, "result": {"chunks": [1]}}), APIError, "a chunk is not an object"),
        (whole({"success": True, "result": {"chunks": [{"id": 5, "item": {}}]}}), APIError, "data.0.file_id"),
        (whole(b"", "307 Temporary Redirect", "", "location: http://elsewhere.example/"), APIError, "redirects, which is not followed"),
        (whole(b"nonsense", "200 OK", "application/json", "content-encoding: gzip"), APIError, "cannot be read"),
    ],
)  # fmt: skip
def test_answers_that_are_not_understood(
    make: Make, scripted: Scripted, reply: bytes, kind: type[APIError], words: str
) -> None:
    scripted.replies = [reply]
    with pytest.raises(APIError, match=words) as caught:
        make(scripted.base_url, max_retries=0).rag("docs").search("q")
    assert type(caught.value) is kind
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("method", "result", "words"),
    [
        ("sync", {}, "job_id"),
        ("sync", None, "a row is not an object"),
        ("files", {}, "it holds no list"),
        ("files", [{}], "key"),
        ("jobs", [3], "a row is not an object"),
    ],
)
def test_management_answers_that_are_not_understood(
    make: Make, scripted: Scripted, method: str, result: Any, words: str
) -> None:
    scripted.replies = [whole({"success": True, "result": result})]
    with pytest.raises(APIError, match=words):
        getattr(make(scripted.base_url).rag("docs"), method)()


def test_an_answer_is_not_quoted(make: Make, scripted: Scripted) -> None:
    chunk = {"id": ["a private document"], "text": "x", "type": "text", "score": 1, "item": {}}
    scripted.replies = [whole({"success": True, "result": {"chunks": [chunk]}})]
    with pytest.raises(APIError) as caught:
        make(scripted.base_url).rag("docs").search("q")
    assert "private" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_lists_without_information(make: Make, scripted: Scripted) -> None:
    scripted.replies = [whole({"success": True, "result": [{"key": "a"}]})]
    files = make(scripted.base_url).rag("docs").files()
    assert ([file.key for file in files], files.result_info) == (["a"], {})


def test_strict_notes_of_an_answer(make: Make, scripted: Scripted) -> None:
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    answer = {"choices": [{"message": message}], "chunks": []}
    scripted.replies = [whole(answer)]
    strict = make(scripted.base_url, settings=Settings(notes="strict")).rag("docs")
    with pytest.raises(NoteError, match="AR222"):
        strict.ai_search("q")


@pytest.mark.anyio
async def test_the_same_awaited(make_async: MakeAsync, emulator: Emulator) -> None:
    async with make_async(emulator.base_url) as client:
        with pytest.raises(NotFoundError):
            await client.rag("missing").search("q")
        emulator.faults.add(html=True, times=3)
        with pytest.raises(UnavailableError):
            await client.rag("docs").ai_search("q", stream=True)
        emulator.faults.add(redirect=True)
        with pytest.raises(APIError, match="redirects"):
            await client.rag("docs").search("q")


def test_a_client_that_follows_redirects_does_not_for_us(make: Make, emulator: Emulator) -> None:
    emulator.faults.add(redirect=True)
    with httpx.Client(follow_redirects=True) as given:
        with pytest.raises(APIError, match="307"):
            make(emulator.base_url, http_client=given).rag("docs").search("q")
        assert not given.is_closed
    assert len(emulator.log) == 1
