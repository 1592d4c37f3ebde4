"""What is sent again, how often, after which pause, and what never is."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autorag_migrate.client import AutoRAG
from autorag_migrate.client._failures import retry_after
from autorag_migrate.client._retry import Retries
from autorag_migrate.errors import (
    APIError,
    BadRequestError,
    RateLimitedError,
    UnavailableError,
)
from client.replies import SEARCHED, Scripted, cancelled, error, whole

if TYPE_CHECKING:
    from autorag_migrate.emulator import Emulator
    from client.replies import Make, MakeAsync
LIMITED = "429 Too Many Requests"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure(
    client: AutoRAG, emulator: Emulator, naps: list[float], status: int
) -> None:
    emulator.faults.add(status=status, times=2)
    assert client.rag("docs").search("llamas").data
    assert [entry.status for entry in emulator.log] == [status, status, 200]
    assert 0.25 <= naps[0] <= 0.5
    assert 0.5 <= naps[1] <= 1


def test_an_end_to_patience(client: AutoRAG, emulator: Emulator, naps: list[float]) -> None:
    emulator.faults.add(status=503, times=None)
    with pytest.raises(UnavailableError):
        client.rag("docs").search("llamas")
    assert (len(emulator.log), len(naps)) == (3, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 424, 500])
def test_a_lasting_failure(client: AutoRAG, emulator: Emulator, status: int) -> None:
    emulator.faults.add(status=status, error=7001, times=None)
    with pytest.raises(APIError) as caught:
        client.rag("docs").search("llamas")
    assert caught.value.status == status
    assert len(emulator.log) == 1


@pytest.mark.parametrize("code", [7069, 7020])
def test_a_limit_that_lasts(client: AutoRAG, emulator: Emulator, code: int) -> None:
    emulator.faults.add(error=code, retry_after=1, times=None)
    with pytest.raises(RateLimitedError) as caught:
        client.rag("docs").search("llamas")
    assert (caught.value.code, caught.value.retry_after) == (code, 1)
    assert len(emulator.log) == 1


def test_turned_off(make: Make, emulator: Emulator, naps: list[float]) -> None:
    emulator.faults.add(status=503, times=None)
    with pytest.raises(UnavailableError):
        make(emulator.base_url, max_retries=0).rag("docs").search("llamas")
    assert (len(emulator.log), naps) == (1, [])


def test_the_wish_of_the_service(client: AutoRAG, emulator: Emulator, naps: list[float]) -> None:
    emulator.faults.add(status=429, retry_after=7)
    client.rag("docs").search("llamas")
    assert naps == [7]


def test_the_wish_as_a_date(make: Make, scripted: Scripted, naps: list[float]) -> None:
    moment = datetime.now(timezone.utc) + timedelta(seconds=9)
    header = f"Retry-After: {format_datetime(moment, usegmt=True)}"
    scripted.replies = [error(2003, LIMITED, header), whole(SEARCHED)]
    make(scripted.base_url).rag("docs").search("q")
    assert 7 <= naps[0] <= 9


def test_a_wish_out_of_bounds(make: Make, emulator: Emulator, naps: list[float]) -> None:
    emulator.faults.add(status=503, retry_after=31)
    with pytest.raises(UnavailableError) as caught:
        make(emulator.base_url).rag("docs").search("llamas")
    assert (caught.value.retry_after, naps) == (31, [])
    emulator.faults.add(status=429, retry_after=31)
    make(emulator.base_url, max_retry_wait=31).rag("docs").search("llamas")
    assert naps == [31]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("2.5", 2.5),
        (" 3 ", 3),
        ("-1", 0),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("soon", None),
        ("", None),
        ("Fri, 21 Nov 2026 07:00:10 GMT", 10),
        ("Fri, 21 Nov 2026 07:00:10", 10),
        ("Fri, 21 Nov 2026 09:00:10 +0200", 10),
        ("Fri, 21 Nov 2025 07:00:00 GMT", 0),
        ("Fri, 99 Nov 2026 07:00:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    now = datetime(2026, 11, 21, 7, tzinfo=timezone.utc)
    assert retry_after(header, now) == seconds


@given(st.text())
def test_retry_after_takes_anything(header: str) -> None:
    seconds = retry_after(header)
    assert seconds is None or seconds >= 0


@given(st.integers(0, 5000), st.floats(0, 1000))
def test_pauses_stay_in_bounds(attempt: int, longest: float) -> None:
    error = UnavailableError("x", status=503)
    pause = Retries(5001, longest).pause(attempt, error, safe=True)
    assert pause is not None
    assert 0 <= pause <= longest


def test_a_connection_that_breaks(make: Make, scripted: Scripted, naps: list[float]) -> None:
    # The server looks for the length in small letters: this reply counts as unfinished.
    half = whole(SEARCHED)[:-5].replace(b"content-length", b"Content-Length")
    scripted.replies = [b"", half, whole(SEARCHED)]
    make(scripted.base_url).rag("docs").search("q")
    assert len(scripted.asked) == 3
    assert len(naps) == 2


def test_no_connection(make: Make, scripted: Scripted, naps: list[float]) -> None:
    url = scripted.base_url
    scripted.close()
    with pytest.raises(UnavailableError, match="no answer") as caught:
        make(url).rag("docs").search("q")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert caught.value.status is None
    assert len(naps) == 2


def test_no_answer_in_time(make: Make, scripted: Scripted, naps: list[float]) -> None:
    scripted.replies, scripted.hold = [b""], True
    client = make(scripted.base_url, timeout=httpx.Timeout(10, read=0.05))
    with pytest.raises(UnavailableError, match="ReadTimeout"):
        client.rag("docs").search("q")
    assert (len(scripted.asked), naps) == (1, [])


def test_a_sync_that_may_have_been_started(
    make: Make, scripted: Scripted, client: AutoRAG, emulator: Emulator
) -> None:
    scripted.replies = [b""]
    with pytest.raises(UnavailableError):
        make(scripted.base_url).rag("docs").sync()
    assert len(scripted.asked) == 1
    emulator.faults.add(status=502)
    with pytest.raises(UnavailableError):
        client.rag("docs").sync()
    emulator.faults.add(status=503)
    assert client.rag("docs").sync().job_id


def test_a_bad_request_is_not_repeated(client: AutoRAG, emulator: Emulator) -> None:
    with pytest.raises(BadRequestError):
        client.rag("docs").search("llamas", max_num_results=51)
    assert len(emulator.log) == 1


@pytest.mark.anyio
async def test_the_same_awaited(
    make_async: MakeAsync, emulator: Emulator, naps: list[float]
) -> None:
    emulator.faults.add(status=429, retry_after=7)
    emulator.faults.add(status=502)
    async with make_async(emulator.base_url) as client:
        assert (await client.rag("docs").search("llamas")).data
        emulator.faults.add(status=503, times=None)
        with pytest.raises(UnavailableError):
            await client.rag("docs").search("llamas")
    assert naps[0] == 7
    assert len(naps) == 4
    assert len(emulator.log) == 6


def test_pauses_are_real(make: Make, emulator: Emulator) -> None:
    emulator.faults.add(status=429, retry_after=0.01)
    client = make(emulator.base_url)
    del client._sender.sleep
    assert client.rag("docs").search("llamas").data


@pytest.mark.anyio
async def test_a_pause_can_be_cancelled(make_async: MakeAsync, emulator: Emulator) -> None:
    emulator.faults.add(status=429, retry_after=20)
    async with make_async(emulator.base_url) as client:
        del client._sender.sleep
        with anyio.move_on_after(0.1) as scope:
            await client.rag("docs").search("llamas")
    assert scope.cancelled_caught


@pytest.mark.anyio
async def test_a_call_can_be_cancelled(make_async: MakeAsync, scripted: Scripted) -> None:
    # The server looks for the length in small letters: this reply counts as unfinished.
    half = whole(SEARCHED)[:-5].replace(b"content-length", b"Content-Length")
    scripted.replies, scripted.hold = [half], True
    async with make_async(scripted.base_url) as client:
        assert await cancelled(scripted, lambda: client.rag("docs").search("q"))


def test_several_threads(client: AutoRAG, emulator: Emulator) -> None:
    # As many as one call tries again: any thread may meet all of them.
    emulator.faults.add(status=503, times=2)
    results: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(len(client.rag("docs").search("llamas").data))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 6
